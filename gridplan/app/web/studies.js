// Studies: the curve of least change with its steps, each of which can become a version; how far a study is.

import { el } from "../../outputs/map/dom.js";
import { post } from "./api.js";
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
    el("div", { class: "stage-head" }, el("h2", {}, curve.title ? pick(curve.title) : t("curve_title")), curve.stale ? el("span", { class: "amber push" }, glyph("doubt"), t("plan_stale")) : null),
    curve.figure ? el("img", { class: "figure-img", src: curve.figure, alt: t("curve_said"), width: 720, height: 420 }) : null,
    lines.map((line) => [el("h3", { class: "line-name" }, t(`curve_${line}`)), el("div", { class: "scroll" }, el("table", { class: "found steps" }, el("thead", {}, el("tr", {}, heads, el("th", {}, el("span", { class: "unseen" }, t("choice"))))), el("tbody", {}, curve.rows.filter((row) => row.line === line).map((row) => stepRow(frame, row)))))]),
    el("p", { class: "hint second" }, t("curve_is")),
  ];
}

function stepRow(frame, row) {
  const number = (value) => el("td", { class: "number" }, value);
  const note = [row.note_zh || "", row.note_en || ""];
  const keep = async () => {
    const told = await ask(t("keep_step"), [{ name: "name", label: t("version_name"), required: true, value: t("step_name", { p: percent(row.share_moved) }) }], t("save"));
    if (!told) return;
    const saved = await frame.doing(() => post("curve/keep", { step: row.folder, ...told }));
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
