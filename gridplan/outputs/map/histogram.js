// Residents by minutes to their lead: bars of 1/12 of the limit, a range that one chooses, and on the map who lives in it.

import { ACCENT, DATA, findIn, GRIDS, grouped, INK, people, peopleInWords, percent, residentsOf, roundNumber, state, swatch, t, TIME_TINTS } from "./base.js";
import { byId, el, svg } from "./dom.js";
import { keyed } from "./refresh.js";
import { arcsPath, PROPOSED, unitsPath } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { keep, spread, stroke } from "./draw.js";
import { nearestGrid } from "./unit_moves.js";
import { gather, showUnits } from "./checks.js";
import { edit, EDITED, EDITING, isEdited, PROPOSED_LEADS } from "./edit.js";
import { saveTable } from "./export.js";
import { lineKey, redraw, setReadout, showModes } from "./start.js";

const HISTOGRAM = EDITING ? EDITING.histogram : null; // null where no places with people are told: then by means of units
const BIN = HISTOGRAM ? HISTOGRAM.step : DATA.timeClasses.breaks[DATA.timeClasses.breaks.length - 1] / 12;
const N_BINS = HISTOGRAM ? HISTOGRAM.bins : 32; // one more is open above, and a last one holds the unreachable
const HISTOGRAM_BOX = { width: 404, height: 150, left: 0, right: 2, top: 20, bottom: 22 };
const LIMIT_BIN = 12; // bins up to the limit

export const showsHistogram = () => EDITING !== null && state.panel === "histogram" && state.tab === "grids" && state.card === null;

/** Residents of a unit by bins, were it with a lead: [first bin, residents, ...].
 * @param {number} unit
 * @param {number} lead a facility, or -1
 * @returns {number[]} */
function binsOf(unit, lead) {
  const column = EDITING.leads.indexOf(lead);
  if (HISTOGRAM && column >= 0) return HISTOGRAM.residents[column][unit];
  const residents = residentsOf(unit);
  const hundredths = column < 0 ? -1 : EDITING.minutes[column][unit];
  return residents ? [hundredths < 0 ? N_BINS + 1 : Math.min(N_BINS, Math.max(0, Math.ceil(hundredths / 100 / BIN - 1e-9) - 1)), residents] : [];
}

/** Residents of a plan in each bin.
 * @param {number[]} assignment
 * @param {number[]} leads
 * @returns {number[]} */
function residentsByBin(assignment, leads) {
  const sums = new Array(N_BINS + 2).fill(0);
  assignment.forEach((grid, unit) => {
    if (grid < 0) return;
    const bins = binsOf(unit, leads[grid]);
    for (let i = 1; i < bins.length; i += 1) sums[bins[0] + i - 1] += bins[i];
  });
  return sums;
}

const proposedByBin = () => keep("residents by bin", () => residentsByBin(PROPOSED, PROPOSED_LEADS));

/** What lies in a range of bins [from, to): residents, and of each unit with any the share of its people.
 * @returns {Span} */
function spanOf([from, to]) {
  const shares = new Map();
  const inside = new Map();
  PROPOSED.forEach((grid, unit) => {
    if (grid < 0) return;
    const [first, ...residents] = binsOf(unit, PROPOSED_LEADS[grid]);
    const all = residents.reduce((sum, n) => sum + n, 0);
    const chosen = residents.reduce((sum, n, i) => sum + (first + i >= from && first + i < to ? n : 0), 0);
    if (chosen <= 0) return;
    shares.set(unit, chosen / all);
    inside.set(unit, chosen);
  });
  return { shares, inside, residents: [...inside.values()].reduce((sum, n) => sum + n, 0) };
}

/** @type {{key: string, span: Span | null}} */
let lastSpan = { key: "", span: null };

export function shownSpan() {
  if (!state.span) return null;
  const key = state.span.join();
  if (lastSpan.key !== key) lastSpan = { key, span: spanOf(state.span) };
  return lastSpan.span;
}

function openHistogram() {
  state.panel = "histogram";
  state.mode = "minutes";
  state.span = [LIMIT_BIN, N_BINS + 2];
  state.marked = [];
  showModes();
  redraw();
  byId("rail-body").scrollTop = 0;
}

export function closePanel() {
  state.panel = null;
  state.span = null;
  setReadout(null);
  redraw();
}

// ---- picture -------------------------------------------------------------------------------------------------------

const edgeWords = (bin) => roundNumber(bin * BIN);

export function spanWords([from, to]) {
  if (to > N_BINS) return from > N_BINS ? t("unreachable") : t("span_over", { n: edgeWords(from) });
  return from === 0 ? t("span_within", { n: edgeWords(to) }) : t("span_between", { a: edgeWords(from), b: edgeWords(to) });
}

/** Last bin that any of the plans needs, at least the two after the limit. */
const lastBin = (plans) => Math.min(N_BINS, Math.max(LIMIT_BIN + 2, ...plans.map((sums) => sums.slice(0, N_BINS + 1).reduce((last, n, i) => (n > 0 ? i : last), 0))) + 1);

/** Places of the bins on the picture: those in minutes, a gap, and the unreachable where there are any. */
function binScale(plans) {
  const { width, left, right } = HISTOGRAM_BOX;
  const last = lastBin(plans);
  const hasUnreachable = plans.some((sums) => sums[N_BINS + 1] > 0);
  const step = (width - left - right - (hasUnreachable ? 30 : 0)) / last;
  const x = (bin) => (bin > N_BINS ? (bin === N_BINS + 1 ? width - right - 18 : width - right) : left + Math.min(bin, last) * step);
  return { last, hasUnreachable, step, x, binAt: (at) => (hasUnreachable && at > width - right - 24 ? N_BINS + 2 : Math.max(0, Math.min(last, Math.round((at - left) / step)))) };
}

/** Bars of a plan; with a second one, the first is an outline over it. */
function histogramPicture(now, before, span) {
  const { width, height, top, bottom } = HISTOGRAM_BOX;
  const scale = binScale(before ? [now, before] : [now]);
  const most = Math.max(1, ...now, ...(before || []));
  const base = height - bottom;
  const y = (n) => base - ((base - top) * n) / most;
  const tints = spread(TIME_TINTS, DATA.timeClasses.breaks.length + 1);
  const tint = (bin) => tints[bin > N_BINS ? tints.length - 1 : DATA.timeClasses.breaks.filter((limit) => limit < (bin + 1) * BIN - 1e-9).length];
  const bins = [...Array(scale.last).keys(), ...(scale.hasUnreachable ? [N_BINS + 1] : [])];
  const wide = (bin) => (bin > N_BINS ? 18 : scale.step);
  const bars = bins.map((bin) => svg("rect", { x: scale.x(bin) + 0.5, y: y(now[bin]), width: Math.max(1, wide(bin) - 1), height: base - y(now[bin]), fill: tint(bin), stroke: "rgba(22,25,29,.35)", "stroke-width": 0.6 }, svg("title", {}, `${spanWords([bin, bin + 1])}${t("colon")}${peopleInWords(now[bin])}`)));
  const outline = before ? svg("path", { d: bins.map((bin) => `M${scale.x(bin)} ${y(before[bin])}h${wide(bin)}`).join(""), stroke: INK, "stroke-width": 1.6, fill: "none" }) : null;
  const every = Math.max(1, Math.ceil(scale.last / 8));
  const ticks = [...Array(scale.last + 1).keys()].filter((bin) => bin % (every > 2 ? 4 : 2) === 0 && !(scale.hasUnreachable && scale.x(bin) > width - 56)).map((bin) => svg("text", { x: scale.x(bin), y: height - 8, "text-anchor": bin === 0 ? "start" : "middle", class: "axis" }, edgeWords(bin)));
  const limit = scale.x(LIMIT_BIN);
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "histogram", role: span ? "group" : "img", "aria-label": t("histogram") },
    span ? svg("rect", { x: scale.x(span[0]), y: top - 8, width: scale.x(span[1]) - scale.x(span[0]), height: base - top + 8, fill: "rgba(10,79,150,.1)" }) : null,
    bars,
    outline,
    svg("path", { d: `M0 ${base}H${width}`, stroke: INK }),
    svg("path", { d: `M${limit} ${top - 12}V${base}`, stroke: "#6F767F", "stroke-dasharray": "3 3" }),
    svg("text", { x: limit - 4, y: top - 4, "text-anchor": "end", class: "axis" }, t("limit", { v: edgeWords(LIMIT_BIN) })),
    ticks,
    scale.hasUnreachable ? svg("text", { x: width, y: height - 8, "text-anchor": "end", class: "axis" }, t("unreachable_short")) : null,
    span ? [0, 1].map((end) => spanHandle(end, span, scale)) : null,
  );
}

/** An end of the range: dragged, or moved by arrows one bin. */
function spanHandle(end, span, scale) {
  const { height, top, bottom } = HISTOGRAM_BOX;
  const x = Math.max(3, Math.min(HISTOGRAM_BOX.width - 3, scale.x(span[end])));
  const move = (bin) => setSpan(end, bin, scale);
  const key = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    move(span[end] > scale.last ? (by < 0 ? scale.last : N_BINS + 2) : span[end] + by);
  };
  const drag = (event) => {
    event.preventDefault();
    const picture = event.currentTarget.ownerSVGElement;
    const follow = (e) => {
      const box = picture.getBoundingClientRect();
      move(scale.binAt(((e.clientX - box.left) * HISTOGRAM_BOX.width) / box.width));
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", follow), { once: true });
  };
  return svg(
    "g",
    { role: "slider", tabindex: "0", class: "handle", "data-end": end, "aria-label": t(end ? "span_to" : "span_from"), "aria-valuemin": 0, "aria-valuemax": N_BINS + 2, "aria-valuenow": span[end], "aria-valuetext": spanWords(span), onkeydown: key, onpointerdown: drag },
    svg("path", { d: `M${x} ${top - 8}V${height - bottom}`, stroke: ACCENT, "stroke-width": 1.6 }),
    svg("rect", { x: x - 4, y: (top + height - bottom) / 2 - 12, width: 8, height: 24, rx: 1, fill: "#fff", stroke: ACCENT, "stroke-width": 1.6 }),
  );
}

/** Ends never pass each other; the last place on the scale takes in all beyond it. */
function setSpan(end, bin, scale) {
  /** @type {[number, number]} */
  const ends = state.span ? [state.span[0], state.span[1]] : [0, N_BINS + 2];
  const beyond = scale.hasUnreachable ? bin > scale.last : bin >= scale.last;
  ends[end] = end === 1 && beyond ? N_BINS + 2 : bin;
  if (ends[0] < 0 || ends[1] > N_BINS + 2 || ends[0] >= ends[1] || ends.join() === String(state.span)) return;
  state.span = ends;
  redraw();
  const handle = findIn(byId("rail-body"), `[data-end="${end}"]`);
  if (handle) handle.focus({ preventScroll: true });
}

// ---- rail ----------------------------------------------------------------------------------------------------------

export const histogramLink = () => el("button", { class: "link more", onclick: openHistogram }, `${t("histogram")} ›`);
const byPlaces = () => t(HISTOGRAM ? "by_places" : "by_unit_means", { n: roundNumber(BIN) });

export function histogramTab() {
  const span = shownSpan();
  return [
    el("div", { class: "nav" }, el("button", { class: "link", onclick: closePanel }, `‹ ${t("all_grids")}`), span ? el("button", { class: "link", onclick: clearSpan }, `${t("clear_selection")} Esc`) : el("button", { class: "link", onclick: openHistogram }, t("select_beyond"))),
    el("h2", { class: "split" }, t("histogram"), el("small", {}, byPlaces())),
    histogramPicture(residentsByBin(PROPOSED, PROPOSED_LEADS), null, state.span),
    span && state.span ? spanFigures(span, state.span) : el("p", { class: "quiet" }, t("span_hint")),
  ];
}

export function clearSpan() {
  state.span = null;
  redraw();
}

function spanFigures(span, range) {
  if (!span.residents) return el("p", { class: "quiet" }, t("span_empty"));
  const units = [...span.shares.keys()];
  const half = units.filter((unit) => span.shares.get(unit) >= 0.5);
  const nearer = units.filter((unit) => nearestGrid(unit) !== PROPOSED[unit]);
  const item = (value, name) => el("div", { class: "kpi" }, el("b", {}, value), el("span", {}, name));
  const everyone = residentsByBin(PROPOSED, PROPOSED_LEADS).reduce((sum, n) => sum + n, 0);
  return [
    el("p", { class: "span-words" }, el("b", {}, spanWords(range))),
    el("div", { class: "kpis" }, item(peopleInWords(span.residents), t("span_share", { p: percent(span.residents / everyone) })), item(grouped(units.length), t("span_units")), item(grouped(half.length), t("span_half")), item(grouped(nearer.length), t("span_nearer"))),
    spanTable(span, units),
    el("div", { class: "buttons" }, el("button", { class: "button", onclick: saveTable }, t("export_list"))),
    el("p", { class: "quiet" }, t("span_map")),
  ];
}

function spanTable(span, units) {
  const sum = (own) => own.reduce((all, unit) => all + span.inside.get(unit), 0);
  const rows = gather(units, (unit) => PROPOSED[unit]).sort((a, b) => sum(b) - sum(a));
  const row = (own) => {
    const grid = PROPOSED[own[0]];
    return el("tr", {}, el("td", {}, swatch(grid, "small"), el("button", { class: "link", title: t("show_on_map"), onclick: () => showUnits(own) }, SHORT_NAMES[grid])), el("td", {}, grouped(own.length)), el("td", {}, people(sum(own), false)), el("td", {}, percent(sum(own) / (GRIDS[grid].population || 1))));
  };
  const head = ["span_in", "units", "population_k", "span_of_grid"].map((name) => el("th", { scope: "col" }, t(name)));
  return el("table", { class: "plain" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows.map(row)));
}

/** In the editor: the plan as edited, and over it how the proposal was. */
export function histogramOfEdits() {
  if (!isEdited()) return null;
  const now = residentsByBin(EDITED, edit.leads);
  return [
    el("div", { class: "section" }, el("h2", {}, t("histogram")), el("small", {}, byPlaces())),
    keyed([state.language, ...now].join(), () => histogramPicture(now, proposedByBin(), null)),
    el("p", { class: "quiet keys" }, el("span", {}, el("i", { class: "box", style: { background: TIME_TINTS[1] } }), t("key_as_edited")), el("span", {}, lineKey({ stroke: INK, "stroke-width": 1.6 }), t("key_as_proposed"))),
  ];
}

// ---- map -----------------------------------------------------------------------------------------------------------

/** Units with at least half their residents in the range keep their colour in a frame; those with some are paler, the others washed. */
export function drawSpan(context, view) {
  const span = shownSpan();
  if (!span) return;
  const share = (unit) => span.shares.get(unit) || 0;
  const wash = (strength, has) => {
    context.fillStyle = `rgba(244,244,241,${strength})`;
    context.fill(unitsPath(PROPOSED.map((_, unit) => unit).filter(has)));
  };
  wash(0.75, (unit) => share(unit) === 0);
  wash(0.45, (unit) => share(unit) > 0 && share(unit) < 0.5);
  const isIn = (unit) => unit >= 0 && share(unit) >= 0.5;
  const edge = arcsPath((arc) => isIn(arc.left) !== isIn(arc.right));
  stroke(context, view, edge, "#fff", 4);
  stroke(context, view, edge, ACCENT, 2);
}
