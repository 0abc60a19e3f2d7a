// How firm each border is and what it would cost to move it: the colouring "borders", what the rail says of it, and the border under the pointer.

import { DATA, decimals, GRIDS, gridWords, INK, inLanguage, N, people, peopleInWords, percent, pressable, roundNumber, state, swatch, t } from "./base.js";
import { el } from "./dom.js";
import { arcsPath, differs, linesPath, PROPOSED, SHAPES, svgOf } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { keep, shownMode, stroke, toSteps, viewOf, zoomToUnits } from "./draw.js";
import { figure, openCard } from "./rail.js";
import { lineKey, painter, redraw, setMode } from "./start.js";

export const FIRM = DATA.firmness; // null where nobody found out
export const PRICES = DATA.borderPrices; // null where nobody found out
export const HAS_BORDERS = FIRM !== null || PRICES !== null;
const LOOSE = "#B27430";
const NEAR_LIMIT = 0.01; // from the tolerated deviation: a border there moves with little
const ON_WATER = 4;
/** Lines from firm to loose, and those that cannot move.
 * @type {{colour: string, width: number, dash?: number[]}[]} */
const LINES = [
  { colour: INK, width: 3.4 },
  { colour: "#7C848D", width: 2.6 },
  { colour: LOOSE, width: 3.4 },
  { colour: LOOSE, width: 3.4, dash: [4, 5] },
  { colour: "#9CC0D2", width: 2.2 },
];
/** What colours a border: how often it stands, or what it would cost to move it; least values of the classes. */
const VIEWS = {
  firm: { names: ["firm_95", "firm_80", "firm_50", "firm_0", "firm_water"], from: [0.95, 0.8, 0.5, -1], valueOf: firmnessOf },
  price: { names: ["price_10", "price_3", "price_1", "price_0", "price_fixed"], from: [10, 3, 1, 0], valueOf: priceOf },
};
export const showsBorders = () => shownMode() === "borders";
const borderView = () => (FIRM === null || (PRICES !== null && state.borderView === "price") ? "price" : "firm");
const timesOf = (share) => Math.round(share * FIRM.plans);

const byPair = (rows) => new Map(rows.map(([one, other, ...told]) => [pairKey(one, other), told]));
const FIRM_PAIRS = byPair(FIRM === null ? [] : FIRM.pairs);
const PRICE_PAIRS = byPair(PRICES === null ? [] : PRICES.pairs);

function pairKey(one, other) {
  return one < other ? one * N + other : other * N + one;
}

/** Share of plans in which an arc is a border; null across water, where units do not touch. */
function firmnessOf(arc) {
  const shares = FIRM_PAIRS.get(pairKey(arc.left, arc.right));
  return shares ? shares[0] : null;
}

/** Minutes a resident of what would move, at most, else at least; null where no side can move. */
function priceOf(arc) {
  const [low, high] = PRICE_PAIRS.get(pairKey(arc.left, arc.right)) || [null, null];
  return high === null ? low : high;
}

function borderClass(view, arc) {
  const { from, valueOf } = VIEWS[view];
  const value = valueOf(arc);
  return value === null ? ON_WATER : from.findIndex((least) => value >= least);
}

const LATITUDE = (DATA.frame.degrees[0] + DATA.frame.degrees[2]) / 2;
const STEP_M = DATA.frame.step * Math.cos((LATITUDE * Math.PI) / 180);

function lengthKm({ points }) {
  let sum = 0;
  for (let i = 2; i < points.length; i += 2) sum += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
  return (sum * STEP_M) / 1000;
}

export const BORDERS = HAS_BORDERS ? SHAPES.arcs.filter((arc) => arc.right >= 0 && PROPOSED[arc.left] !== PROPOSED[arc.right]).map((arc) => ({ arc, km: lengthKm(arc), firm: FIRM && borderClass("firm", arc), price: PRICES && borderClass("price", arc) })) : [];
export const kindOf = (border) => border[borderView()];
const kmOf = (borders) => borders.reduce((sum, { km }) => sum + km, 0);

// ---- map -----------------------------------------------------------------------------------------------------------

export function drawBorderClasses(context, view) {
  stroke(context, view, keep("borders under", () => arcsPath(differs)), "#fff", 6);
  for (const kind of [4, 1, 0, 2, 3]) {
    const { colour, width, dash } = LINES[kind];
    const path = keep(`${borderView()} ${kind}`, () => linesPath(BORDERS.filter((border) => kindOf(border) === kind).map(({ arc }) => arc.points)));
    context.lineCap = dash ? "butt" : "round";
    stroke(context, view, path, colour, width, dash);
  }
  context.lineCap = "round";
}

/** The same lines for the printed sheet, their widths in millimetres. */
export function borderLines(line, perStep) {
  return LINES.map(({ colour, width, dash }, kind) => {
    const d = BORDERS.filter((border) => kindOf(border) === kind).map(({ arc }) => svgOf(arc.points)).join("");
    return line(d, colour, width / 4, dash ? { "stroke-dasharray": dash.map((n) => n / 4 / perStep).join(" "), "stroke-linecap": "butt" } : {});
  });
}

export function borderLegend() {
  const view = borderView();
  const values = view === "firm" ? { n: FIRM.plans, a: Math.ceil(0.95 * FIRM.plans), b: Math.ceil(0.8 * FIRM.plans), c: Math.ceil(0.5 * FIRM.plans) } : {};
  /** @type {(one: (typeof LINES)[number], kind: number) => any} */
  const row = ({ colour, width, dash }, kind) => {
    const km = kmOf(BORDERS.filter((border) => kindOf(border) === kind));
    return km ? el("p", {}, el("span", { class: "mark" }, lineKey({ stroke: colour, "stroke-width": width, "stroke-dasharray": dash ? "4 3" : null })), t(VIEWS[view].names[kind], values), el("small", {}, `${decimals(km, km < 10 ? 1 : 0)} km`)) : null;
  };
  return [el("h2", {}, t(view === "firm" ? "borders_title" : "price_title"), el("small", {}, view === "firm" ? t("firm_trials", { n: FIRM.plans }) : t("price_each_unit"))), LINES.map(row)];
}

/** The border within a few pixels of a place on the map, or null. */
function borderUnder(point) {
  const [x, y] = toSteps(gridplanMap, point);
  const reach = 7 / viewOf(gridplanMap, L.point(0, 0)).scale;
  let [best, found] = [reach * reach, null];
  for (const border of BORDERS) {
    const { points } = border.arc;
    for (let i = 2; i < points.length; i += 2) {
      const d = distanceSquared(x, y, points[i - 2], points[i - 1], points[i], points[i + 1]);
      if (d < best) [best, found] = [d, border];
    }
  }
  return found;
}

export const borderToldAt = (point) => {
  const border = showsBorders() ? borderUnder(point) : null;
  return border && borderFacts(border);
};

function distanceSquared(x, y, x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return (x - x1 - along * dx) ** 2 + (y - y1 - along * dy) ** 2;
}

function borderFacts({ arc }) {
  const side = (unit) => `${DATA.units.name[unit] || DATA.units.id[unit]} (${gridNumber(unit)})`;
  const sides = `${side(arc.left)} | ${side(arc.right)}`;
  const [shares, price] = [FIRM_PAIRS.get(pairKey(arc.left, arc.right)), PRICE_PAIRS.get(pairKey(arc.left, arc.right))];
  if (!shares && !price) return [el("b", {}, t("firm_water")), sides];
  const firm = shares ? [t("firm_line", { n: FIRM.plans, m: timesOf(shares[0]) }), t("firm_seeds", { m: timesOf(shares[1]) })] : [];
  const cost = price ? priceFacts(price) : [];
  const [first, ...rest] = borderView() === "firm" ? [...firm, ...cost] : [...cost, ...firm];
  const close = [arc.left, arc.right].some((unit) => atLimit(PROPOSED[unit]));
  return [el("b", {}, first), sides, ...rest, ...(close ? [t("firm_at_limit")] : [])];
}

/** What it costs to move a border there: minutes a resident of what moves, which side, and who is dragged along. */
function priceFacts([low, high, unit, grid, residents, dragged]) {
  if (unit < 0) return [t("price_none")];
  const told = high === null ? `≥ ${decimals(low, 1)}` : decimals(high, 1);
  return [t("price_line", { m: told }), t("price_moves", { u: DATA.units.name[unit] || DATA.units.id[unit], p: peopleInWords(residents), g: GRIDS[grid].number }), dragged === null ? t("price_open") : t("price_dragged", { p: peopleInWords(dragged) })];
}

const gridNumber = (unit) => (PROPOSED[unit] < 0 ? t("unassigned") : String(GRIDS[PROPOSED[unit]].number));
const atLimit = (grid) => grid >= 0 && DATA.tolerance !== null && GRIDS[grid].deviation !== null && Math.abs(Math.abs(GRIDS[grid].deviation) - DATA.tolerance) <= NEAR_LIMIT;
export const firmFact = (unit) => (FIRM === null || FIRM.home[unit] === null ? null : t("firm_unit", { n: FIRM.plans, m: timesOf(FIRM.home[unit]) }));

// ---- rail ----------------------------------------------------------------------------------------------------------

/** What stands in the rail while borders are coloured, with the switch where both are known. */
export function bordersTab() {
  const press = (view) => () => {
    state.borderView = view;
    redraw();
  };
  const button = (view) => el("button", { "data-borders": view, "aria-pressed": String(borderView() === view), onclick: press(view) }, t(`borders_${view}`));
  return [
    el("div", { class: "nav" }, el("button", { class: "link", onclick: () => setMode("grids") }, `‹ ${t("all_grids")}`), FIRM && PRICES ? el("span", { class: "switch" }, ["firm", "price"].map(button)) : null),
    borderView() === "firm" ? firmnessTab() : pricesTab(),
  ];
}

function pricesTab() {
  const land = BORDERS.filter((border) => border.price < ON_WATER);
  const share = (kinds) => (kmOf(land) ? percent(kmOf(land.filter((border) => kinds.includes(border.price))) / kmOf(land), 0) : "–");
  const nearer = PRICES.grids.reduce((sum, [residents]) => sum + residents, 0);
  return [
    el("div", { class: "kpis" }, kpi(share([0, 1]), t("price_kpi_firm")), kpi(share([3]), t("price_kpi_free")), kpi(figure(people(nearer)), t("price_kpi_nearer"))),
    el("p", { class: "quiet" }, t("price_about")),
    borderPairs({ head: "price_least", told: (arcs) => leastPrice(arcs), last: "price_drags", lastOf: (arcs) => draggedAt(arcs) }),
    priceOfGrids(),
  ];
}

const kpi = (value, name) => el("div", { class: "kpi" }, el("b", {}, value), el("span", {}, name));
const cheapest = (arcs) => arcs.reduce((best, arc) => (priceOf(arc) !== null && (best === null || priceOf(arc) < priceOf(best)) ? arc : best), null);
const leastPrice = (arcs) => (cheapest(arcs) ? decimals(priceOf(cheapest(arcs)), 1) : "–");

function draggedAt(arcs) {
  const dragged = cheapest(arcs) ? PRICE_PAIRS.get(pairKey(cheapest(arcs).left, cheapest(arcs).right))[5] : null;
  return dragged === null ? "–" : people(dragged);
}

/** What the border of each grid makes its residents drive, how much of it is nearly free to move, and where it moves for least. */
function priceOfGrids() {
  const row = ([residents, minutes, km, free, least], grid) =>
    el("tr", pressable(() => openGrid(grid)), el("td", {}, swatch(grid), " ", SHORT_NAMES[grid]), el("td", {}, residents ? people(residents) : "–"), el("td", {}, residents ? decimals(minutes / residents, 1) : "–"), el("td", {}, km ? percent(free / km, 0) : "–"), el("td", {}, least === null ? "–" : decimals(least, 1)));
  const heads = [t("lead_hospital"), t("price_nearer"), t("price_more"), t("price_free"), t("price_least")];
  return [
    el("div", { class: "section" }, el("h2", {}, t("price_grids"))),
    el("table", { class: "plain wide" }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, PRICES.grids.map(row))),
  ];
}

function openGrid(grid) {
  setMode("grids");
  openCard(grid);
}

function firmnessTab() {
  const land = BORDERS.filter((border) => border.firm < ON_WATER);
  const firm = land.filter((border) => border.firm < 2);
  const loose = FIRM.home.flatMap((share, unit) => (share !== null && share < 0.8 ? [unit] : []));
  const residents = loose.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
  const least = Math.ceil(0.8 * FIRM.plans);
  const close = GRIDS.flatMap((facts, grid) => (atLimit(grid) ? [String(facts.number)] : []));
  return [
    el(
      "div",
      { class: "kpis" },
      kpi(kmOf(land) ? percent(kmOf(firm) / kmOf(land), 0) : "–", t("firm_kpi_km", { n: least })),
      kpi(figure(people(residents)), t("firm_kpi_people", { n: FIRM.plans, m: least })),
      kpi(figure(String(loose.length)), t("firm_kpi_units")),
    ),
    el("p", { class: "quiet" }, t("firm_varied", { n: FIRM.plans, w: inLanguage(FIRM.varied) })),
    close.length ? el("p", { class: "quiet" }, t("firm_limit_grids", { g: close.join(t("comma")) })) : null,
    borderPairs({ head: "firm_least", told: (arcs) => String(timesOf(Math.min(...arcs.map(firmnessOf)))), last: "firm_swap", lastOf: residentsToSwap }),
    el("p", { class: "quiet" }, t("firm_swap_more", { n: FIRM.plans, m: Math.ceil(0.8 * FIRM.plans) })),
    firmSites(),
    firmScores(),
  ];
}

/** Borders by the two grids that they part, the loosest first; `told` and `lastOf` say what stands beside the bar, of the arcs that can move. */
function borderPairs({ head, told, last, lastOf }) {
  const { valueOf } = VIEWS[borderView()];
  const of = new Map();
  for (const border of BORDERS) {
    const sides = [PROPOSED[border.arc.left], PROPOSED[border.arc.right]].sort((a, b) => a - b);
    if (sides[0] < 0 || kindOf(border) === ON_WATER) continue;
    const key = sides.join(" ");
    if (!of.has(key)) of.set(key, { sides, borders: [] });
    of.get(key).borders.push(border);
  }
  const rows = [...of.values()].map((pair) => ({ ...pair, least: Math.min(...pair.borders.map(({ arc }) => valueOf(arc))) }));
  rows.sort((one, two) => one.least - two.least);
  const longest = Math.max(1e-9, ...rows.map(({ borders }) => kmOf(borders)));
  const heads = [t("firm_pair"), t("firm_lengths"), t(head), t(last)];
  const row = ({ sides, borders }) => {
    const arcs = borders.map(({ arc }) => arc);
    return pairRow(sides, borders, longest, [told(arcs), lastOf(arcs)]);
  };
  return [
    el("div", { class: "section" }, el("h2", {}, t("firm_pairs"))),
    el("table", { class: "plain firm-pairs" }, el("thead", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col" }, text)))), el("tbody", {}, rows.slice(0, MOST_PAIRS).map(row))),
    rows.length > MOST_PAIRS ? el("p", { class: "quiet" }, t("more_n", { n: rows.length - MOST_PAIRS })) : null,
  ];
}

const MOST_PAIRS = 10;

/** Units along a border that have their own lead in fewer than 8 of 10 plans. */
function swappable(arcs) {
  const units = new Set(arcs.flatMap(({ left, right }) => [left, right]));
  return FIRM === null ? [] : [...units].filter((unit) => FIRM.home[unit] !== null && FIRM.home[unit] < 0.8);
}

function residentsToSwap(arcs) {
  const units = swappable(arcs);
  return units.length ? people(units.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0)) : "–";
}

function pairRow(sides, borders, longest, told) {
  const ends = [...new Set(borders.flatMap(({ arc }) => [arc.left, arc.right]))];
  const units = borderView() === "firm" ? swappable(borders.map(({ arc }) => arc)) : [];
  const show = () => {
    state.marked = units.length ? units : ends;
    zoomToUnits(ends);
    painter.draw();
  };
  const bar = LINES.slice(0, ON_WATER).map(({ colour, dash }, kind) => el("i", { style: { width: `${(84 * kmOf(borders.filter((border) => kindOf(border) === kind))) / longest}px`, background: dash ? `repeating-linear-gradient(90deg, ${colour} 0 4px, #fff 4px 7px)` : colour } }));
  return el(
    "tr",
    { ...pressable(show), "aria-label": sides.map(gridWords).join(" | ") },
    el("td", { class: "names" }, sides.map((grid) => [swatch(grid), el("span", {}, SHORT_NAMES[grid])])),
    el("td", { class: "bar" }, bar),
    told.map((text) => el("td", {}, text)),
  );
}

function firmSites() {
  const row = ([name, share, seeds, here]) => el("tr", { class: here ? "this" : null }, el("td", {}, name), el("td", {}, String(timesOf(share))), el("td", {}, String(timesOf(seeds))));
  return [
    el("div", { class: "section" }, el("h2", {}, t("firm_sites"))),
    el("table", { class: "plain wide" }, el("thead", {}, el("tr", {}, [t("lead_hospital"), t("firm_drawn"), t("firm_other_seeds")].map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, FIRM.sites.map(row))),
  ];
}

function firmScores() {
  const shares = ["share_within", "worst_deviation", "share_other", "gap"];
  const told = (name, value) => (value === null ? "" : shares.includes(name) ? percent(value) : name === "mean_minutes" ? decimals(value, 1) : name === "k" ? roundNumber(value) : people(value));
  const row = ({ score, label: name, values }) => el("tr", {}, el("td", {}, inLanguage(name)), values.map((value) => el("td", {}, told(score, value))));
  return [
    el("div", { class: "section" }, el("h2", {}, t("firm_scores"))),
    el("table", { class: "plain wide" }, el("thead", {}, el("tr", {}, el("td"), [t("alt_this"), "5 %", "50 %", "95 %"].map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, FIRM.scores.map(row))),
  ];
}
