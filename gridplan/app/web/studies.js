// Studies: the curve of least change with its steps, each of which can become a version; how far a study is.

import { el, svg } from "../../outputs/map/dom.js";
import { post } from "./api.js";
import { scale, ticks } from "./course.js";
import { ask, button, glyph } from "./parts.js";
import { openVersion } from "./review.js";
import { clock, decimals, minutes, people, percent, pick, t } from "./words.js";

/** How many plans of a study are made; null where it has none.
 * @param {any} job */
export function trials(job) {
  const last = job.heard.filter((one) => one.trial !== undefined).pop();
  if (!last) return null;
  return [el("progress", { max: last.of, value: last.trial, "aria-label": t("trials") }), el("p", { class: "second" }, t("trials_n", { n: last.trial, all: last.of }), " ", last.left_s > 0 ? t("perhaps_left", { t: clock(last.left_s) }) : "")];
}

/** The steps from the grouping that is to stay as it is to the best plan.
 * @param {any} frame @param {any} curve */
export function curveStage(frame, curve) {
  const lines = [...new Set(curve.rows.map((row) => row.line))];
  const heads = ["residents_moved", "share_moved", "withdrawn", "mean_to_lead", "each_minute", "how_far"].map((name) => el("th", { scope: "col" }, t(name)));
  return [
    el("div", { class: "stage-head" }, el("h2", {}, curve.title ? pick(curve.title) : t("curve_word")), curve.stale ? el("span", { class: "amber push" }, glyph("doubt"), t("plan_stale")) : null),
    curve.title ? null : el("p", { class: "band amber" }, glyph("doubt"), t("curve_elsewhere")),
    curve.rows.some((row) => row.residents_moved > 0) ? curveChart(curve.rows) : el("p", { class: "band" }, glyph("done"), t("nothing_to_move")),
    lines.map((line) => [el("h3", { class: "line-name" }, t(`curve_${line}`)), el("div", { class: "scroll" }, el("table", { class: "found steps" }, el("thead", {}, el("tr", {}, heads, el("th", {}, el("span", { class: "unseen" }, t("choice"))))), el("tbody", {}, curve.rows.filter((row) => row.line === line).map((row) => stepRow(frame, row, curve.digest)))))]),
    el("p", { class: "hint second" }, t("curve_is")),
  ];
}

const WIDE = 640;
const HIGH = 280;
const EDGE = { left: 62, right: 30, top: 16, bottom: 34 };

/** Mean minutes over residents who change lead, a line where leads may change and one where they stay. */
function curveChart(rows) {
  const values = rows.map((row) => row.mean_minutes);
  const pad = Math.max(0.08 * (Math.max(...values) - Math.min(...values)), 0.05);
  const y = scale(Math.min(...values) - pad, Math.max(...values) + pad, HIGH - EDGE.bottom, EDGE.top);
  const x = scale(0, Math.max(...rows.map((row) => row.residents_moved)), EDGE.left, WIDE - EDGE.right);
  const rules = ticks(y, HIGH - EDGE.bottom, EDGE.top).map((value) => [svg("path", { class: "rule", d: `M${EDGE.left} ${y(value)}H${WIDE - EDGE.right}` }), svg("text", { x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, t("minutes_n", { n: decimals(value, pad < 0.2 ? 2 : 1) }))]);
  const feet = ticks(x, EDGE.left, WIDE - EDGE.right).map((value) => svg("text", { x: x(value), y: HIGH - 14, "text-anchor": "middle" }, people(value)));
  const lines = ["free", "stay"].map((name) => ({ name, steps: rows.filter((row) => row.line === name) })).filter((line) => line.steps.length);
  const drawn = lines.map(({ name, steps }) => svg("path", { class: `line in-hand ${name}`, d: steps.map((row, at) => `${at ? "L" : "M"}${x(row.residents_moved)} ${y(row.mean_minutes)}`).join("") }));
  const dots = rows.map((row) => svg("circle", { class: `step${row.elbow ? " elbow" : ""}`, cx: x(row.residents_moved), cy: y(row.mean_minutes), r: 4.2 }));
  const names = lines.map(({ name }, at) => [svg("path", { class: `line in-hand ${name}`, d: `M${EDGE.left + 210 * at + 150} 12h30` }), svg("text", { x: EDGE.left + 210 * at + 188, y: 16 }, t(`curve_${name}`))]);
  return el("figure", { class: "course" }, svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, role: "img", "aria-label": t("curve_said") }, rules, feet, drawn, dots, names));
}

function stepRow(frame, row, digest) {
  const number = (value) => el("td", { class: "number" }, value);
  const note = [row.note_zh || "", row.note_en || ""];
  const keep = async () => {
    const told = await ask(t("keep_step"), [{ name: "name", label: t("version_name"), required: true, value: t("step_name", { p: percent(row.share_moved) }) }], t("save"));
    if (!told) return;
    const saved = await frame.doing(() => post("curve/keep", { step: row.folder, digest, ...told }));
    if (!saved) return;
    openVersion(saved.out);
    frame.go("review");
  };
  const gap = row.gap === null ? t("no_floor") : row.gap < 1e-6 ? t("proven_best") : t("at_most", { g: percent(row.gap, 2) });
  return el("tr", { class: row.elbow ? "best" : "" }, number(people(row.residents_moved)), number(percent(row.share_moved)), number(people(row.residents_withdrawn || 0)), number(minutes(row.mean_minutes)), number(row.residents_per_minute === null ? "" : people(row.residents_per_minute)), el("td", { class: "number" }, gap), el("td", {}, row.elbow ? el("span", { class: "tag" }, t("elbow")) : null, el("span", { class: "second" }, pick(note)), " ", button(t("as_version"), keep, { class: "small", "aria-label": t("as_version_of", { p: percent(row.share_moved), m: decimals(row.mean_minutes, 1) }) })));
}

/** What can be found out of a version that takes its time: it is put into the queue, and the page goes there.
 * @param {any} frame @param {string} version */
export function studyButtons(frame, version) {
  const begin = (name, content) => async () => {
    const job = await frame.doing(() => post(name, content));
    if (job) frame.go("plan");
  };
  return el("span", { class: "push row" }, button(t("least_change_from_here"), begin("curve", { version }), { class: "small" }), button(t("how_firm"), begin("firmness", {}), { class: "small", title: t("how_firm_more") }));
}
