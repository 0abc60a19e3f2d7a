// The course of a plan at work: what is in hand of each number of grids and what none goes below, as a table, a chart over time and a log.

import { el, svg } from "../../outputs/map/dom.js";
import { glyph } from "./parts.js";
import { grouped, neededFound, people, percent, pick, t } from "./words.js";

const WIDE = 640;
const HIGH = 270;
const EDGE = { left: 62, right: 120, top: 14, bottom: 30 };
const LEAST_POINTS = 3;
const LEAST_S = 15;
const PROVEN = 1e-6;

/** Of which part of the place and how many grids something was heard. @param {any} one */
export const idOf = (one) => `${one.scope} ${one.k}`;

/** The rows of the table: the last that was heard of each number of grids, in the order in which they were begun.
 * @param {any} job @returns {any[]} */
export function rowsOf(job) {
  /** @type {Map<string, any>} */
  const rows = new Map();
  for (const one of job.heard.filter((heard) => heard.k !== undefined)) {
    const before = rows.get(idOf(one)) || { scope: one.scope, k: one.k, objective: null, bound: null, whole: null };
    rows.set(idOf(one), one.on_the_way ? { ...before, objective: least(before.objective, one.objective), bound: most(before.bound, one.bound) } : { ...before, ...one, whole: one });
  }
  return [...rows.values()];
}

const least = (a, b) => (a === null ? b : b === null ? a : Math.min(a, b));
const most = (a, b) => (a === null ? b : b === null ? a : Math.max(a, b));

/** What is used when a plan is stopped now: the best of those that were sought to the end and hold all limits, or what is in hand of the one at work, or one that breaks a limit; null: nothing yet.
 * @param {any[]} rows */
export function usedIfStopped(rows) {
  const whole = rows.filter((one) => one.whole);
  const holding = whole.filter((one) => one.whole.holds);
  const best = (list) => list.reduce((a, b) => (b.objective < a.objective ? b : a));
  if (holding.length) return best(holding);
  return rows.find((one) => !one.whole && one.objective !== null) || (whole.length ? best(whole) : null);
}

const gapOf = (one) => (one.bound === null || one.objective === null ? null : Math.max(0, (one.objective - one.bound) / Math.max(Math.abs(one.bound), 1e-12)));

function toldGap(one) {
  const gap = gapOf(one);
  if (one.whole && !one.whole.holds) return el("span", { class: "red" }, t("breaks_a_limit"));
  if (!one.whole) return [glyph("running"), gap === null ? t("being_sought") : t("at_most", { g: percent(gap, 2) })];
  if (gap === null) return t("no_floor");
  return gap < PROVEN ? [glyph("done"), t("proven_best")] : t("at_most", { g: percent(gap, 2) });
}

/** The table of the numbers of grids; a click shows the course of one.
 * @param {any[]} rows @param {any} shown @param {(one: any) => void} choose */
export function courseTable(rows, shown, choose) {
  const scopes = new Set(rows.map((one) => one.scope));
  const best = scopes.size === 1 ? usedIfStopped(rows) : null;
  const number = (value) => el("td", { class: "number" }, value);
  const row = (one) => {
    const residents = one.whole ? one.whole.residents : [];
    const name = [scopes.size > 1 ? `${one.scope || t("city_part")} · ` : "", t("k_grids", { n: one.k })];
    return el("tr", { class: [one === best ? "best" : "", one === shown ? "current" : ""].join(" ").trim() }, el("th", { scope: "row" }, el("button", { type: "button", class: "unfold", "aria-pressed": String(one === shown), "data-key": `course ${idOf(one)}`, onclick: () => choose(one) }, name)), number(residents.length ? people(Math.min(...residents)) : ""), number(residents.length ? people(Math.max(...residents)) : ""), number(one.whole ? percent(one.whole.deviation) : ""), number(one.objective === null || (one.whole && !one.whole.holds) ? "" : grouped(one.objective / 1e4)), number(one.bound === null ? "" : grouped(one.bound / 1e4)), el("td", {}, toldGap(one)));
  };
  const titles = ["number_of_grids", "smallest", "largest", "worst_deviation", "cost", "floor", "how_far"].map((name) => el("th", { scope: "col" }, t(name)));
  return el("table", { class: "found" }, el("thead", {}, el("tr", {}, titles)), el("tbody", {}, rows.map(row)));
}

// ---- the chart -------------------------------------------------------------------------------------------------------

/** What is in hand and the floor of one number of grids over time; nothing where there is too little to see.
 * @param {any} job @param {any} one @param {any[]} rows */
export function courseChart(job, one, rows) {
  const told = job.heard.filter((heard) => idOf(heard) === idOf(one));
  const before = job.heard.filter((heard) => heard.at <= told[0].at && idOf(heard) !== idOf(one)).map((heard) => heard.at);
  const from = Math.max(0, ...before, ...job.stages.map((stage) => stage.at).filter((at) => at <= told[0].at));
  const to = one.whole ? one.whole.at : job.elapsed;
  const inHand = steps(told, "objective", Math.min, from);
  const floor = steps(told, "bound", Math.max, from);
  if (inHand.length + floor.length < LEAST_POINTS || to - from < LEAST_S || !inHand.length) return null;
  const values = [...inHand, ...floor].map((point) => point.value);
  const span = Math.max(Math.max(...values) - Math.min(...values), Math.abs(Math.max(...values)) * 1e-3);
  const others = rows.filter((other) => other !== one && other.scope === one.scope && other.whole && other.whole.holds);
  const other = others.length ? others.reduce((a, b) => (b.objective < a.objective ? b : a)) : null;
  const near = other && other.objective > Math.min(...values) - span / 2 && other.objective < Math.max(...values) + span / 2 ? other : null;
  const all = near ? [...values, near.objective] : values;
  const y = scale(Math.min(...all) - span * 0.06, Math.max(...all) + span * 0.06, HIGH - EDGE.bottom, EDGE.top);
  const x = scale(0, to - from, EDGE.left, WIDE - EDGE.right);
  return el("figure", { class: "course" }, svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, role: "img", "aria-label": t("chart_said", { k: one.k, o: grouped(inHand[inHand.length - 1].value / 1e4), b: floor.length ? grouped(floor[floor.length - 1].value / 1e4) : t("no_floor") }) }, ruled(x, y, to - from), between(x, y, inHand, floor, to - from), line(x, y, floor, to - from, "floor"), line(x, y, inHand, to - from, "in-hand"), inHand.map((point) => svg("circle", { class: "in-hand", cx: x(point.at), cy: y(point.value), r: 2.4 })), near ? dashed(x, y, near) : null, labels(x, y, inHand, floor, to - from)), el("figcaption", { class: "second" }, t("chart_is")));
}

/** The values that were best so far, each with the seconds since the beginning. */
function steps(told, name, better, from) {
  const points = [];
  for (const one of told) {
    const value = one[name];
    const last = points[points.length - 1];
    if (value !== null && (!last || better(value, last.value) !== last.value)) points.push({ at: one.at - from, value: last ? better(value, last.value) : value });
  }
  return points;
}

/** A scale from values to pixels. */
export const scale = (low, high, start, end) => (value) => start + ((value - low) / (high - low || 1)) * (end - start);

function path(x, y, points, end) {
  const moves = points.map((point, at) => (at ? `H${x(point.at)}V${y(point.value)}` : `M${x(point.at)} ${y(point.value)}`));
  return `${moves.join("")}H${x(end)}`;
}

const line = (x, y, points, end, name) => (points.length ? svg("path", { class: `line ${name}`, d: path(x, y, points, end) }) : null);

function between(x, y, upper, lower, end) {
  if (!lower.length) return null;
  const from = Math.max(upper[0].at, lower[0].at);
  const after = (points) => [...points.filter((point) => point.at <= from).slice(-1), ...points.filter((point) => point.at > from)].map((point) => ({ ...point, at: Math.max(point.at, from) }));
  const back = [...after(lower)].reverse();
  const down = back.map((point) => `V${y(point.value)}H${x(point.at)}`).join("");
  return svg("path", { class: "between", d: `${path(x, y, after(upper), end)}${down}Z` });
}

function ruled(x, y, seconds) {
  const marks = [];
  for (const value of ticks(y, HIGH - EDGE.bottom, EDGE.top)) marks.push(svg("path", { class: "rule", d: `M${EDGE.left} ${y(value)}H${WIDE - EDGE.right}` }), svg("text", { x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, grouped(value / 1e4)));
  const step = [5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600].find((size) => seconds / size <= 6) || 7200;
  for (let at = 0; at <= seconds; at += step) marks.push(svg("text", { x: x(at), y: HIGH - 8, "text-anchor": "middle" }, step < 60 ? t("seconds_n", { n: at }) : t("minutes_n", { n: at / 60 })));
  return marks;
}

/** A few round values between the ends of an axis. */
export function ticks(y, bottom, top) {
  const low = unscaled(y, bottom);
  const high = unscaled(y, top);
  const raw = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const size = [1, 2, 5, 10].map((times) => times * unit).find((one) => one >= raw) || raw;
  const found = [];
  for (let value = Math.ceil(low / size) * size; value <= high; value += size) found.push(value);
  return found;
}

function unscaled(y, pixel) {
  const [zero, one] = [y(0), y(1)];
  return (pixel - zero) / (one - zero);
}

function dashed(x, y, other) {
  const at = y(other.objective);
  return [svg("path", { class: "other", d: `M${EDGE.left} ${at}H${WIDE - EDGE.right}` }), svg("text", { class: "other", x: WIDE - EDGE.right + 6, y: at + 4 }, `${t("k_grids", { n: other.k })} ${grouped(other.objective / 1e4)}`)];
}

/** The last values beside the ends of the lines, apart from each other where the lines meet. */
function labels(x, y, inHand, floor, end) {
  const upper = inHand[inHand.length - 1].value;
  const lower = floor.length ? floor[floor.length - 1].value : null;
  const at = Math.min(y(upper) - 2, lower === null ? Infinity : y(lower) - 9);
  return [
    svg("text", { class: "in-hand", x: x(end) + 6, y: at }, `${t("in_hand")} ${grouped(upper / 1e4)}`),
    lower === null ? null : svg("text", { class: "floor", x: x(end) + 6, y: Math.max(y(lower) + 12, at + 15) }, `${t("floor")} ${grouped(lower / 1e4)}`),
  ];
}

// ---- the log ---------------------------------------------------------------------------------------------------------

/** What a job has said, line by line, with the time since it began.
 * @param {any} job */
export function logOf(job) {
  const stages = job.stages.map((stage) => ({ at: stage.at, said: pick(stage.name) }));
  const heard = job.heard.filter((one) => one.k !== undefined).map((one) => ({ at: one.at, said: [one.scope, t("k_grids", { n: one.k }), one.objective === null ? "" : `${t(one.on_the_way ? "in_hand" : "cost")} ${grouped(one.objective / 1e4)}`, one.bound === null ? "" : `${t("floor")} ${grouped(one.bound / 1e4)}`].filter(Boolean).join("  ") }));
  const told = [...stages, ...heard].sort((a, b) => a.at - b.at);
  const lines = told.filter((one, at) => !at || one.said !== told[at - 1].said).map((one) => `${stopwatch(one.at).padStart(7)}  ${one.said}`);
  return [...lines, ...job.problems.map((problem) => neededFound(problem))].join("\n");
}

const stopwatch = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
