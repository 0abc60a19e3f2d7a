// A | B: two plans under a curtain, side by side, or their differences alone; what changes for how many people in the rail.

import { ACCENT, DATA, decimals, FONT, GRIDS, grouped, INK, minutesWords, NO_DATA, people, peopleInWords, percent, residentsOf, signed, state, t } from "./base.js";
import { byId, el, replace } from "./dom.js";
import { arcsPath, TOTAL, UNIT_GRID, unitAt, unitsPath } from "./shapes.js";
import { overlap, placeLabels, SHORT_NAMES, withoutPlace } from "./labels.js";
import { drawDisc, drawMarked, drawUnitBorders, drawWaterAndRoads, drawWords, inSteps, isNarrow, keep, kept, paint, sizeOfWords, stroke, toPixels, zoomToAll } from "./draw.js";
import { limitsTold } from "./rail.js";
import { gather, showUnits } from "./checks.js";
import { CURVE_FILLS } from "./curve.js";
import { edit, EDITING } from "./edit.js";
import { closePanel } from "./histogram.js";
import { absentPlans, figuresOf, flowsBetween, plansToCompare, proposedPlan, reviewersFile, takeReviewersFile, withdrawnAndChosen } from "./plans.js";
import { dragOverMap, hatch, pointsChange, switchAssignment, verdict, withSign } from "./edit_view.js";
import { keepHash } from "./hash.js";
import { lineKey, painter, redraw, setReadout, showLegend } from "./start.js";

export const WAYS = ["swipe", "side", "diff"];
export const facing = { a: "", b: "", way: "swipe", at: 0.5 };
export const showsCompare = () => EDITING !== null && state.panel === "compare" && state.tab === "grids" && state.card === null;

/** @typedef {ReturnType<typeof pairUp>} Pair */

/** @type {{key: string, pair: Pair | null}} */
let lastPair = { key: "", pair: null };

/** Both plans with figures and flows; one that is gone gives way to the proposal.
 * @returns {Pair} */
export function comparedPair() {
  const key = JSON.stringify([facing.a, facing.b, state.language, edit.version, reviewersFile && reviewersFile.version]);
  if (lastPair.key === key && lastPair.pair) return lastPair.pair;
  const pair = pairUp();
  for (const name of [...kept.keys()]) if (name.startsWith("plan ")) kept.delete(name);
  lastPair = { key, pair };
  return pair;
}

function pairUp() {
  const plans = plansToCompare();
  const [a, b] = [facing.a, facing.b].map((name) => plans.get(name) || proposedPlan());
  const flows = flowsBetween(a, b);
  return { plans, a, b, flows, ...withdrawnAndChosen(a, b, flows), figures: [figuresOf(a), figuresOf(b)] };
}

/** What one most likely wants to hold beside what: the edits, else the grouping in force, else another number of grids. */
export function openCompare(first) {
  const keys = [...plansToCompare().keys()];
  const other = first || ["edits", "file", "in_force", ...keys].find((key) => key !== "proposal" && keys.includes(key)) || "proposal";
  const isLater = other === "edits" || other === "file";
  Object.assign(facing, { a: isLater ? "proposal" : other, b: isLater ? other : "proposal", at: 0.5 });
  state.tab = "grids";
  state.card = null;
  state.panel = "compare";
  state.marked = [];
  setReadout(null);
  switchAssignment();
  redraw();
  byId("rail-body").scrollTop = 0;
}

export const compareLink = () => el("button", { class: "link more", onclick: () => openCompare() }, `${t("compare_open")} ›`);

function changeCompare(changes) {
  Object.assign(facing, changes);
  redraw();
  if ("way" in changes) zoomToAll();
}

export const flipCompare = () => changeCompare({ a: facing.b, b: facing.a, at: 1 - facing.at });

// ---- rail ----------------------------------------------------------------------------------------------------------

export function compareTab() {
  const pair = comparedPair();
  const { a, b, flows } = pair;
  const changed = flows.reduce((sum, flow) => sum + flow.people, 0);
  const absent = absentPlans();
  const choice = (side, plan) => el("label", {}, `${side.toUpperCase()} `, el("select", { id: `compare-${side}`, onchange: (event) => changeCompare({ [side]: event.target.value }) }, [...pair.plans.values()].map((one) => el("option", { value: one.key, selected: one.key === plan.key }, one.name))));
  return [
    el("div", { class: "nav" }, el("button", { class: "link", onclick: closePanel }, `‹ ${t("compare_close")}`), el("button", { class: "link", onclick: () => byId("compare-file").click() }, t("compare_file"))),
    el("input", { id: "compare-file", type: "file", accept: ".json,application/json", hidden: true, "aria-label": t("compare_file"), onchange: readReviewersFile }),
    el("div", { class: "pair" }, choice("a", a), choice("b", b)),
    a.key === b.key ? el("p", { class: "quiet" }, t("compare_same")) : [
      el("p", { class: "headline" }, el("b", {}, t("compare_changed", { p: peopleInWords(changed) })), t("compare_share", { p: percent(TOTAL ? changed / TOTAL : 0) })),
      flows.length ? el("p", { class: "quiet" }, t("compare_reasons", { a: peopleInWords(pair.withdrawn), b: peopleInWords(pair.chosen) })) : null,
      figuresTable(pair),
      flows.length ? el("div", { class: "section" }, el("h2", {}, t("n_differences", { n: flows.length })), el("small", {}, t("differences_by"))) : null,
      el("ul", { class: "flows compared" }, flows.slice(0, MOST_FLOWS).map((flow) => comparedFlow(pair, flow))),
      flows.length > MOST_FLOWS ? el("p", { class: "quiet" }, t("more_n", { n: flows.length - MOST_FLOWS })) : null,
      el("p", { class: "quiet" }, t("cost_by_unit_means")),
    ],
    absent.length ? el("p", { class: "quiet" }, t("compare_absent", { list: absent.join(t("comma")) })) : null,
  ];
}

const MOST_FLOWS = 40;

async function readReviewersFile(event) {
  const [file] = event.target.files;
  if (!file) return;
  const problem = file.size > 20e6 ? "load_not_edits" : takeReviewersFile(file.name, await file.text());
  if (problem) setReadout([el("b", {}, t(problem))]);
  else changeCompare({ a: "proposal", b: "file" });
}

/** What is said of two figures, where both are known.
 * @type {(one: number | null, two: number | null, say: (one: number, two: number) => any) => any} */
const whereKnown = (one, two, say) => (one === null || two === null ? null : say(one, two));

/** @param {Pair} pair */
function figuresTable({ a, b, figures: [old, now] }) {
  const row = (name, show, judged) => {
    const [before, after] = [show(old), show(now)];
    return el("tr", {}, el("td", {}, name), el("td", {}, before), el("td", {}, el("b", {}, after)), el("td", {}, before === "–" || after === "–" ? "" : before === after ? el("em", {}, t("unchanged")) : judged));
  };
  const minutes = ({ mean }) => (mean === null ? "–" : `${decimals(mean, 1)} ${t("minute")}`);
  const counted = (figures, severity) => figures.checks.filter((check) => check.severity === severity).length;
  const standing = (figures) => (figures.checks === null ? "–" : `${counted(figures, "must")} / ${counted(figures, "should")}`);
  const weight = (figures) => (figures.checks === null ? 0 : 1000 * counted(figures, "must") + counted(figures, "should"));
  const numberChange = (change) => withSign(change, 0);
  return el(
    "table",
    { class: "plain" },
    el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col", title: a.name }, "A"), el("th", { scope: "col", title: b.name }, "B"), el("th", { scope: "col" }, t("change")))),
    el(
      "tbody",
      {},
      row(t("mean_to_lead"), minutes, whereKnown(old.mean, now.mean, (one, two) => verdict(one, two, minutesChange(asShown(two, 1) - asShown(one, 1)), 0.05 / 60))),
      row(t("within", { n: limitsTold() }), ({ share }) => (share === null ? "–" : percent(share)), whereKnown(old.share, now.share, (one, two) => verdict(-one, -two, pointsChange(asShown(two, 3) - asShown(one, 3), 1), 0.00005))),
      row(t("largest_deviation"), ({ worst }) => signed(worst), verdict(Math.abs(old.worst), Math.abs(now.worst), pointsChange(asShown(Math.abs(now.worst), 3) - asShown(Math.abs(old.worst), 3), 1), 0.00005)),
      row(t("tab_grids"), ({ count }) => String(count), numberChange(now.count - old.count)),
      old.required || now.required ? row(t("required_missing"), ({ required }) => String(required), verdict(old.required, now.required, numberChange(now.required - old.required))) : null,
      row(t("live_must_should"), standing, verdict(weight(old), weight(now), "")),
    ),
  );
}

/** A figure as the table rounds it, so that differences are those of what one reads. */
const asShown = (value, digits) => Number((value || 0).toFixed(digits));

const minutesChange = (minutes) => `${withSign(minutes, 1)} ${t("minute")}`;

function comparedFlow({ a, b, flows }, flow) {
  const side = (plan, group) => (group < 0 ? el("span", {}, t("unassigned")) : [el("span", { class: "swatch small", style: { background: plan.groups[group].tint } }, plan.groups[group].number), el("span", { class: "lead" }, nameOfLead(plan.groups[group]))]);
  return el(
    "li",
    {},
    el("button", { class: "flow", title: t("show_on_map"), onclick: () => showUnits(flow.units) }, side(a, flow.from), el("span", {}, "→"), side(b, flow.to)),
    el("i", { style: { width: `${(36 * flow.people) / (flows[0].people || 1)}px` } }),
    el("b", {}, peopleInWords(flow.people)),
    el("small", {}, flow.minutes === null ? "" : minutesChange(flow.minutes)),
  );
}

/** A lead as short as in the table of grids. */
function nameOfLead({ id, lead }) {
  const grid = GRIDS.findIndex((one) => one.lead >= 0 && one.lead === lead);
  return grid >= 0 ? SHORT_NAMES[grid] : lead >= 0 ? withoutPlace(DATA.facilities.name[lead] || id) : id || t("none");
}

// ---- over the map --------------------------------------------------------------------------------------------------

/** Names of both sides, the ways to look at them, and the curtain; made anew only when they say something else. */
export function showCompareBar() {
  const bar = byId("compare");
  document.body.classList.toggle("comparing", showsCompare());
  bar.hidden = !showsCompare();
  if (bar.hidden) return;
  const { a, b, figures } = comparedPair();
  const key = JSON.stringify([a.key, b.key, a.name, b.name, facing.way, state.language, figures]);
  if (bar.dataset.key !== key) {
    bar.dataset.key = key;
    const words = (facts) => [t("n_grids", { n: facts.count }), facts.mean === null ? "" : `${t("mean")} ${decimals(facts.mean, 1)} ${t("minute")}`].filter(Boolean).join(" · ");
    const chip = (side, plan, facts) => el("p", { class: `side ${side}`, title: `${plan.name} · ${words(facts)}` }, el("b", {}, side.toUpperCase()), el("span", {}, plan.name), el("small", {}, words(facts)));
    const way = (name) => el("button", { "data-way": name, "aria-pressed": String(facing.way === name), onclick: () => changeCompare({ way: name }) }, t(`way_${name}`));
    replace(
      bar,
      chip("a", a, figures[0]),
      chip("b", b, figures[1]),
      el("div", { class: "segments", role: "group", "aria-label": t("compare_open") }, WAYS.map(way)),
      facing.way === "swipe" ? el("div", { id: "curtain", role: "slider", tabindex: "0", "aria-label": t("curtain"), "aria-valuemin": 0, "aria-valuemax": 100, onpointerdown: dragCurtain, onkeydown: curtainKey }, el("span", { "aria-hidden": "true" }, "◂▸")) : facing.way === "side" ? el("div", { class: "middle" }) : null,
    );
  }
  placeCurtain();
}

function placeCurtain() {
  const curtain = byId("curtain");
  const share = facing.way === "side" ? 0.5 : facing.at;
  if (curtain) {
    curtain.style.left = `${100 * facing.at}%`;
    curtain.setAttribute("aria-valuenow", String(Math.round(100 * facing.at)));
  }
  byId("compare").style.setProperty("--at", `${100 * (facing.way === "diff" ? 0.5 : share)}%`);
}

function moveCurtain(at) {
  facing.at = Math.min(0.98, Math.max(0.02, at));
  placeCurtain();
  painter.draw();
}

function dragCurtain(event) {
  const frame = byId("map-area").getBoundingClientRect();
  const follow = (_, [x]) => moveCurtain(x / frame.width);
  dragOverMap(event, { move: follow, end: follow, cancel: () => undefined });
}

function curtainKey(event) {
  const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  moveCurtain(facing.at + by);
}

/** Where on the whole map a place of the window lies: side by side, each half shows the middle of it. */
export function wholePlace(point) {
  if (!showsCompare() || facing.way !== "side") return point;
  const quarter = gridplanMap.getSize().x / 4;
  return L.point(point.x + (point.x < 2 * quarter ? quarter : -quarter), point.y);
}

// ---- map -----------------------------------------------------------------------------------------------------------

/** Do something for each side, clipped to it: work(view, plan, side, {left, right}). */
export function onEachSide(context, view, work) {
  const { a, b } = comparedPair();
  const size = view.width - 2 * view.pad.x;
  const isSide = facing.way === "side";
  const edge = view.pad.x + size * (isSide ? 0.5 : facing.at);
  const shift = isSide ? size / 4 : 0;
  const sides = [{ plan: a, side: "a", box: { left: 0, right: edge }, by: -shift }, { plan: b, side: "b", box: { left: edge, right: view.width }, by: shift }];
  for (const { plan, side, box, by } of sides) {
    context.save();
    context.beginPath();
    context.rect(box.left, 0, box.right - box.left, view.height);
    context.clip();
    work({ ...view, left: view.left + by }, plan, side, box);
    context.restore();
  }
}

const groupPath = (plan, group) => keep(`plan ${plan.key} ${group}`, () => unitsPath(plan.of.flatMap((own, unit) => (own === group ? [unit] : []))));
const planBorders = (plan) => keep(`plan ${plan.key} borders`, () => arcsPath((arc) => arc.right >= 0 && plan.of[arc.left] !== plan.of[arc.right]));

export function drawCompared(context, view) {
  if (facing.way === "diff") drawDifferences(context, view);
  else onEachSide(context, view, (own, plan, side, box) => drawPlan(context, own, plan, side, box));
  showLegend();
  showCompareBar();
  keepHash();
}

function drawPlan(context, view, plan, side, box) {
  inSteps(context, view, () => {
    paint(context, NO_DATA, groupPath(plan, -1));
    plan.groups.forEach(({ tint }, group) => paint(context, tint, groupPath(plan, group)));
    drawUnitBorders(context, view);
    stroke(context, view, planBorders(plan), "#fff", 4.6);
    stroke(context, view, planBorders(plan), INK, 1.5);
    drawWaterAndRoads(context, view);
    drawMarked(context, view);
  });
  drawPlanLeads(context, view, [[plan, side]], box);
}

/** What both plans share is pale; those who change lead stand in B's tint, hatched where their old lead goes on; A's lines dashed. */
function drawDifferences(context, view) {
  const { a, b, flows, gone } = comparedPair();
  inSteps(context, view, () => {
    context.fillStyle = CURVE_FILLS.same;
    context.fill(keep("all units", () => unitsPath(UNIT_GRID.map((_, unit) => unit))));
    for (const own of gather(flows.filter(({ to }) => to >= 0), ({ to }) => to)) paint(context, b.groups[own[0].to].tint, unitsPath(own.flatMap(({ units }) => units)));
    context.fillStyle = hatch(context, view, "rgba(22,25,29,.55)");
    context.fill(unitsPath(flows.filter((flow) => !gone(flow)).flatMap(({ units }) => units)));
    drawUnitBorders(context, view);
    stroke(context, view, planBorders(b), "#fff", 4.6);
    stroke(context, view, planBorders(b), INK, 1.5);
    stroke(context, view, planBorders(a), ACCENT, 1.6, [5, 4]);
    drawWaterAndRoads(context, view);
    drawMarked(context, view);
  });
  const shared = new Set(b.groups.map(({ id }) => id));
  const former = { ...a, groups: a.groups.map((group) => (shared.has(group.id) ? { ...group, lead: -1 } : group)) };
  drawPlanLeads(context, view, [[former, "a"], [b, "b"]], { left: 0, right: view.width });
}

/** Leads of one plan or of both with names and people, clear of each other: hollow discs for A, filled ones for B. */
function drawPlanLeads(context, view, shown, box) {
  const isSeen = ([x, y]) => x > box.left - 8 && x < box.right + 8 && y > -8 && y < view.height + 8;
  const seen = shown.flatMap(([plan, side]) => leadsOfPlan(plan, side, view)).filter(({ at }) => isSeen(at));
  const [left, top] = [Math.max(box.left, view.pad.x), view.pad.y];
  const frame = { width: Math.min(box.right, view.width - view.pad.x) - left, height: view.height - 2 * view.pad.y };
  const labels = seen.map(({ group, at: [x, y], words }) => ({ grid: group, x: x - left, y: y - top, ...sizeOfWords(context, words), gap: 12 }));
  const discs = seen.map(({ at: [x, y] }) => ({ x: x - left, y: y - top, r: 10 }));
  const { of } = shown[shown.length - 1][0];
  const groupAt = (x, y) => {
    const unit = unitAt((x + left - view.left) / view.scale, (y + top - view.top) / view.scale);
    return unit < 0 ? -1 : of[unit];
  };
  for (const { side, at, number } of seen) (side === "a" ? drawHollowDisc : drawDisc)(context, at, number);
  if (!state.layers.labels || frame.width < 60) return;
  const places = placeLabels(labels, discs, groupAt, frame);
  places.forEach((place, i) => {
    if (isNarrow() && places.slice(0, i).some((other) => overlap(place, other) > 0.12)) return;
    drawWords(context, { ...place, left: place.left + left, top: place.top + top }, seen[i].words);
  });
}

function leadsOfPlan(plan, side, view) {
  const residents = comparedPair().figures[side === "a" ? 0 : 1].people;
  const has = ({ lead }, group) => lead >= 0 && DATA.facilities.xy[lead] && residents[group] > 0;
  return plan.groups.flatMap((own, group) => (has(own, group) ? [{ side, group, number: own.number, at: toPixels(view, DATA.facilities.xy[own.lead]), words: [nameOfLead(own), isNarrow() ? "" : people(residents[group]) + (state.language === "zh" ? "人" : "")] }] : []));
}

function drawHollowDisc(context, [x, y], number) {
  context.beginPath();
  context.arc(x, y, 9.8, 0, 7);
  context.fillStyle = "#fff";
  context.fill();
  context.strokeStyle = INK;
  context.lineWidth = 1.8;
  context.stroke();
  context.fillStyle = INK;
  context.font = `700 12px ${FONT}`;
  context.textAlign = "center";
  context.fillText(String(number), x, y + 4.5);
}

export function compareKeys() {
  const { a, b } = comparedPair();
  const first = (plan) => (plan.groups.length ? plan.groups[0].number : "1");
  const marks = [[el("span", { class: "disc hollow" }, first(a)), t("key_lead_a")], [el("span", { class: "disc" }, first(b)), t("key_lead_b")]];
  if (facing.way !== "diff") return marks;
  return [
    ...marks,
    [el("i", { class: "box", style: { background: DATA.tints[0] } }), t("key_curve_withdrawn")],
    [el("i", { class: "box hatched" }), t("key_curve_chosen")],
    [lineKey({ stroke: INK, "stroke-width": 1.8 }), t("key_border_b")],
    [lineKey({ stroke: ACCENT, "stroke-width": 1.6, "stroke-dasharray": "5 3" }), t("key_border_a")],
  ];
}

/** Under the pointer: the unit with its lead in both plans. */
export function comparedFacts(unit) {
  const { a, b } = comparedPair();
  const lead = (plan) => (plan.of[unit] < 0 ? t("unassigned") : nameOfLead(plan.groups[plan.of[unit]]));
  const minutes = (plan) => (plan.minutesOf(unit) === null ? "" : ` ${minutesWords(plan.minutesOf(unit))}`);
  return [el("b", {}, DATA.units.name[unit] || DATA.units.id[unit]), t("people_exact", { n: grouped(residentsOf(unit)) }), `A ${lead(a)}${minutes(a)}`, `B ${lead(b)}${minutes(b)}`];
}
