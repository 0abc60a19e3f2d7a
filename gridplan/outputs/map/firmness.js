// How firm each border is: the colouring "borders", what the rail says of it, and the border under the pointer.

import { DATA, decimals, GRIDS, gridWords, INK, inLanguage, N, people, percent, pressable, roundNumber, state, swatch, t } from "./base.js";
import { el } from "./dom.js";
import { arcsPath, differs, linesPath, PROPOSED, SHAPES, svgOf } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { keep, shownMode, stroke, toSteps, viewOf, zoomToUnits } from "./draw.js";
import { figure } from "./rail.js";
import { lineKey, painter, setMode } from "./start.js";

export const FIRM = DATA.firmness; // null where nobody found out
const LOOSE = "#B27430";
const NEAR_LIMIT = 0.01; // from the tolerated deviation: a border there moves with little
/** @type {{name: string, from?: number, to?: number, colour: string, width: number, dash?: number[]}[]} */
const FIRM_CLASSES = [
  { name: "firm_95", from: 0.95, to: 2, colour: INK, width: 3.4 },
  { name: "firm_80", from: 0.8, to: 0.95, colour: "#7C848D", width: 2.6 },
  { name: "firm_50", from: 0.5, to: 0.8, colour: LOOSE, width: 3.4 },
  { name: "firm_0", from: -1, to: 0.5, colour: LOOSE, width: 3.4, dash: [4, 5] },
  { name: "firm_water", colour: "#9CC0D2", width: 2.2 },
];
export const showsFirmness = () => shownMode() === "borders";
const timesOf = (share) => Math.round(share * FIRM.plans);

const FIRM_PAIRS = new Map(FIRM === null ? [] : FIRM.pairs.map(([one, other, ...shares]) => [pairKey(one, other), shares]));

function pairKey(one, other) {
  return one < other ? one * N + other : other * N + one;
}

/** Share of plans in which an arc is a border; null across water, where units do not touch. */
function firmnessOf(arc) {
  const shares = FIRM_PAIRS.get(pairKey(arc.left, arc.right));
  return shares ? shares[0] : null;
}

function firmClass(arc) {
  const share = firmnessOf(arc);
  return share === null ? FIRM_CLASSES.length - 1 : FIRM_CLASSES.findIndex(({ from, to }) => share >= from && share < to);
}

const LATITUDE = (DATA.frame.degrees[0] + DATA.frame.degrees[2]) / 2;
const STEP_M = DATA.frame.step * Math.cos((LATITUDE * Math.PI) / 180);

function lengthKm({ points }) {
  let sum = 0;
  for (let i = 2; i < points.length; i += 2) sum += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
  return (sum * STEP_M) / 1000;
}

export const BORDERS = FIRM === null ? [] : SHAPES.arcs.filter((arc) => arc.right >= 0 && PROPOSED[arc.left] !== PROPOSED[arc.right]).map((arc) => ({ arc, kind: firmClass(arc), km: lengthKm(arc) }));
const kmOf = (borders) => borders.reduce((sum, { km }) => sum + km, 0);

// ---- map -----------------------------------------------------------------------------------------------------------

export function drawFirmBorders(context, view) {
  stroke(context, view, keep("firm under", () => arcsPath(differs)), "#fff", 6);
  for (const kind of [4, 1, 0, 2, 3]) {
    const { colour, width, dash } = FIRM_CLASSES[kind];
    const path = keep(`firm ${kind}`, () => linesPath(BORDERS.filter((border) => border.kind === kind).map(({ arc }) => arc.points)));
    context.lineCap = dash ? "butt" : "round";
    stroke(context, view, path, colour, width, dash);
  }
  context.lineCap = "round";
}

/** The same lines for the printed sheet, their widths in millimetres. */
export function firmLines(line, perStep) {
  return FIRM_CLASSES.map(({ colour, width, dash }, kind) => {
    const d = BORDERS.filter((border) => border.kind === kind).map(({ arc }) => svgOf(arc.points)).join("");
    return line(d, colour, width / 4, dash ? { "stroke-dasharray": dash.map((n) => n / 4 / perStep).join(" "), "stroke-linecap": "butt" } : {});
  });
}

export function firmLegend() {
  /** @type {(one: (typeof FIRM_CLASSES)[number], kind: number) => any} */
  const row = ({ name, colour, width, dash }, kind) => {
    const km = kmOf(BORDERS.filter((border) => border.kind === kind));
    return km ? el("p", {}, el("span", { class: "mark" }, lineKey({ stroke: colour, "stroke-width": width, "stroke-dasharray": dash ? "4 3" : null })), t(name, { n: FIRM.plans, a: Math.ceil(0.95 * FIRM.plans), b: Math.ceil(0.8 * FIRM.plans), c: Math.ceil(0.5 * FIRM.plans) }), el("small", {}, `${decimals(km, km < 10 ? 1 : 0)} km`)) : null;
  };
  return [el("h2", {}, t("borders_title"), el("small", {}, t("firm_trials", { n: FIRM.plans }))), FIRM_CLASSES.map(row)];
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
  const border = showsFirmness() ? borderUnder(point) : null;
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
  const shares = FIRM_PAIRS.get(pairKey(arc.left, arc.right));
  if (!shares) return [el("b", {}, t("firm_water")), sides];
  const told = [el("b", {}, t("firm_line", { n: FIRM.plans, m: timesOf(shares[0]) })), sides, t("firm_seeds", { m: timesOf(shares[1]) })];
  if ([arc.left, arc.right].some((unit) => atLimit(PROPOSED[unit]))) told.push(t("firm_at_limit"));
  return told;
}

const gridNumber = (unit) => (PROPOSED[unit] < 0 ? t("unassigned") : String(GRIDS[PROPOSED[unit]].number));
const atLimit = (grid) => grid >= 0 && DATA.tolerance !== null && GRIDS[grid].deviation !== null && Math.abs(Math.abs(GRIDS[grid].deviation) - DATA.tolerance) <= NEAR_LIMIT;
export const firmFact = (unit) => (FIRM === null || FIRM.home[unit] === null ? null : t("firm_unit", { n: FIRM.plans, m: timesOf(FIRM.home[unit]) }));

// ---- rail ----------------------------------------------------------------------------------------------------------

export function firmnessTab() {
  const land = BORDERS.filter(({ kind }) => kind < 4);
  const firm = land.filter(({ kind }) => kind < 2);
  const loose = FIRM.home.flatMap((share, unit) => (share !== null && share < 0.8 ? [unit] : []));
  const residents = loose.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
  const least = Math.ceil(0.8 * FIRM.plans);
  const item = (value, name) => el("div", { class: "kpi" }, el("b", {}, value), el("span", {}, name));
  const close = GRIDS.flatMap((facts, grid) => (atLimit(grid) ? [String(facts.number)] : []));
  return [
    el("div", { class: "nav" }, el("button", { class: "link", onclick: () => setMode("grids") }, `‹ ${t("all_grids")}`)),
    el(
      "div",
      { class: "kpis" },
      item(kmOf(land) ? percent(kmOf(firm) / kmOf(land), 0) : "–", t("firm_kpi_km", { n: least })),
      item(figure(people(residents)), t("firm_kpi_people", { n: FIRM.plans, m: least })),
      item(figure(String(loose.length)), t("firm_kpi_units")),
    ),
    el("p", { class: "quiet" }, t("firm_varied", { n: FIRM.plans, w: inLanguage(FIRM.varied) })),
    close.length ? el("p", { class: "quiet" }, t("firm_limit_grids", { g: close.join(t("comma")) })) : null,
    firmPairs(),
    firmSites(),
    firmScores(),
  ];
}

/** Borders by the two grids that they part, the loosest first. */
function firmPairs() {
  const of = new Map();
  for (const border of BORDERS) {
    const sides = [PROPOSED[border.arc.left], PROPOSED[border.arc.right]].sort((a, b) => a - b);
    if (sides[0] < 0 || border.kind === 4) continue;
    const key = sides.join(" ");
    if (!of.has(key)) of.set(key, { sides, borders: [] });
    of.get(key).borders.push(border);
  }
  const rows = [...of.values()].map((pair) => ({ ...pair, least: Math.min(...pair.borders.map(({ arc }) => firmnessOf(arc))), units: swappable(pair) }));
  rows.sort((one, two) => one.least - two.least);
  const longest = Math.max(1e-9, ...rows.map(({ borders }) => kmOf(borders)));
  const heads = [t("firm_pair"), t("firm_lengths"), t("firm_least"), t("firm_swap")];
  return [
    el("div", { class: "section" }, el("h2", {}, t("firm_pairs"))),
    el("table", { class: "plain firm-pairs" }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows.slice(0, MOST_PAIRS).map((row) => firmPairRow(row, longest)))),
    rows.length > MOST_PAIRS ? el("p", { class: "quiet" }, t("more_n", { n: rows.length - MOST_PAIRS })) : null,
    el("p", { class: "quiet" }, t("firm_swap_more", { n: FIRM.plans, m: Math.ceil(0.8 * FIRM.plans) })),
  ];
}

const MOST_PAIRS = 10;

/** Units along a border that have their own lead in fewer than 8 of 10 plans. */
function swappable({ borders }) {
  const units = new Set(borders.flatMap(({ arc }) => [arc.left, arc.right]));
  return [...units].filter((unit) => FIRM.home[unit] !== null && FIRM.home[unit] < 0.8);
}

function firmPairRow({ sides, borders, least, units }, longest) {
  const residents = units.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
  const ends = [...new Set(borders.flatMap(({ arc }) => [arc.left, arc.right]))];
  const show = () => {
    state.marked = units.length ? units : ends;
    zoomToUnits(ends);
    painter.draw();
  };
  const bar = FIRM_CLASSES.slice(0, 4).map(({ colour, dash }, kind) => el("i", { style: { width: `${(84 * kmOf(borders.filter((border) => border.kind === kind))) / longest}px`, background: dash ? `repeating-linear-gradient(90deg, ${colour} 0 4px, #fff 4px 7px)` : colour } }));
  return el(
    "tr",
    { ...pressable(show), "aria-label": sides.map(gridWords).join(" | ") },
    el("td", { class: "names" }, sides.map((grid) => [swatch(grid), el("span", {}, SHORT_NAMES[grid])])),
    el("td", { class: "bar" }, bar),
    el("td", {}, String(timesOf(least))),
    el("td", {}, units.length ? people(residents) : "–"),
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
