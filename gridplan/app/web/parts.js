// Parts that every station is made of: glyphs, buttons, drop-downs, heads of lists.

import { el, svg } from "../../outputs/map/dom.js";
import { neededFound, pick, t } from "./words.js";

const SHAPES = {
  done: () => [svg("path", { d: "M1.5 7.4 5.2 11 12.6 2.8", fill: "none", stroke: "#1D6B4F", "stroke-width": 1.8 })],
  doubt: () => [svg("path", { d: "M7 .9 13.6 12.6H.4Z", fill: "#D98200" }), svg("path", { d: "M7 4.8V8.4M7 9.6V11", stroke: "#fff", "stroke-width": 1.6 })],
  blocked: () => [svg("circle", { cx: 7, cy: 7, r: 6.5, fill: "#B3202C" }), svg("path", { d: "M7 3.2V7.8M7 9.2V10.6", stroke: "#fff", "stroke-width": 1.6 })],
  waiting: () => [svg("circle", { cx: 7, cy: 7, r: 5.6, fill: "none", stroke: "#6F767F", "stroke-width": 1.4 })],
  running: () => [svg("circle", { cx: 7, cy: 7, r: 5.6, fill: "none", stroke: "#C9CDD2", "stroke-width": 1.8 }), svg("path", { d: "M7 1.4A5.6 5.6 0 0 1 12.6 7", fill: "none", stroke: "#0A4F96", "stroke-width": 1.8, class: "turning" })],
  left_out: () => [svg("circle", { cx: 7, cy: 7, r: 5.8, fill: "none", stroke: "#4A6076", "stroke-width": 1.4 }), svg("path", { d: "M4 7H10", stroke: "#4A6076", "stroke-width": 1.4 })],
  note: () => [svg("rect", { x: 1.1, y: 1.1, width: 11.8, height: 11.8, rx: 1.5, fill: "none", stroke: "#4A6076", "stroke-width": 1.3 }), svg("path", { d: "M7 6.2V10.4M7 3.5V4.9", stroke: "#4A6076", "stroke-width": 1.5 })],
};

/** The sign of a state; never by colour alone.
 * @param {string} name @param {string} [title] */
export function glyph(name, title) {
  const said = title || t(`glyph_${name}`);
  return svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: `glyph ${name}`, role: "img", "aria-label": said }, SHAPES[name]());
}

export const OF_SEVERITY = { error: "blocked", warning: "doubt", repair: "note", must: "blocked", should: "doubt" };

/** A button; the one blue one is the next step.
 * @param {string} name @param {(event: Event) => void} action @param {Record<string, any>} [attributes] */
export const button = (name, action, attributes = {}) => el("button", { type: "button", ...attributes, class: `button ${attributes.class || ""}`, onclick: action }, name);

/** A word that can be clicked. @param {string} name @param {(event: Event) => void} action @param {Record<string, any>} [attributes] */
export const link = (name, action, attributes = {}) => el("button", { type: "button", ...attributes, class: `link ${attributes.class || ""}`, onclick: action }, name);

/** A drop-down.
 * @param {any[][]} choices @param {any} chosen @param {(value: string) => void} action @param {Record<string, any>} [attributes] */
export function dropdown(choices, chosen, action, attributes = {}) {
  const options = choices.map(([value, name]) => el("option", { value, selected: value === chosen }, name));
  return el("select", { ...attributes, class: `select ${attributes.class || ""}`, onchange: (event) => action(event.target.value) }, options);
}

/** Versions as a drop-down has them: the newest first, published ones marked.
 * @param {any[]} versions */
export const versionChoices = (versions) => [...versions].reverse().map((one) => [one.id, one.stage === "published" ? `${one.name} · ${t("stage_published")}` : one.name]);

/** Choices side by side, one of which holds.
 * @param {any[][]} choices @param {any} chosen @param {(value: any) => void} action @param {string} said */
export function segments(choices, chosen, action, said) {
  return el("div", { class: "segments", role: "group", "aria-label": said }, choices.map(([value, name]) => el("button", { type: "button", "aria-pressed": String(value === chosen), onclick: () => action(value) }, name)));
}

/** The head of a list, with a word at its end. */
export const head = (name, more) => el("div", { class: "head" }, el("h2", {}, name), more ? el("span", {}, more) : null);

/** Tabs inside a station.
 * @param {any[][]} names @param {string} chosen @param {(name: string) => void} action */
export function tabs(names, chosen, action) {
  return el("div", { class: "tabs", role: "tablist" }, names.map(([key, name]) => el("button", { type: "button", role: "tab", "aria-selected": String(key === chosen), onclick: () => action(key) }, name)));
}

/** A problem as a sentence: what is wrong, and below what to do. */
export function sentence(problem) {
  return [el("p", {}, neededFound(problem)), el("p", { class: "second" }, pick(problem.remedy))];
}

/** Say what was refused, where everybody sees it. */
export function tell(problems, name = "") {
  const place = document.getElementById("told");
  if (!place) return;
  const box = el("div", { class: "told", role: "alert" }, glyph("blocked"), el("div", {}, name ? el("b", {}, name) : null, problems.length ? problems.map((problem) => sentence(problem)) : el("p", {}, t("not_done"))), button("×", () => box.remove(), { class: "small", "aria-label": t("close") }));
  place.replaceChildren(box);
}

/** @typedef {{ name: string, label: string, value?: string, required?: boolean, long?: boolean, choices?: string[][], offered?: string[], checks?: string[][], after?: string }} Field */

/** Ask something in a small window; resolves with the answers, or null. Of `checks` the answer is the chosen keys, with blanks between; they are open once `after` has an answer.
 * @param {string} title @param {Field[]} fields @param {string} yes
 * @returns {Promise<Record<string, string> | null>} */
export function ask(title, fields, yes) {
  return new Promise((resolve) => {
    const inputs = fields.map(asked);
    const shown = fields.map((field, at) => (field.checks ? inputs[at] : el("label", {}, field.label, inputs[at], field.offered ? el("datalist", { id: `offered-${field.name}` }, field.offered.map((word) => el("option", { value: word }))) : null)));
    const form = el("form", { method: "dialog" }, el("h2", {}, title), shown, el("div", { class: "row end" }, button(t("cancel"), () => dialog.close()), el("button", { class: "button blue", type: "submit", value: "yes" }, yes)));
    const dialog = el("dialog", { class: "ask", "aria-label": title }, form);
    for (const [at, field] of fields.entries()) if (field.after) opens(inputs[fields.findIndex((other) => other.name === field.after)], inputs[at]);
    dialog.addEventListener("close", () => {
      const answers = dialog.returnValue === "yes" ? Object.fromEntries(fields.map((field, at) => [field.name, answerOf(inputs[at])])) : null;
      dialog.remove();
      resolve(answers);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {Field} field */
function asked(field) {
  const attributes = { name: field.name, required: field.required, value: field.value || "" };
  if (field.checks) return el("fieldset", {}, el("legend", {}, field.label), field.checks.map(([value, name]) => el("label", {}, el("input", { type: "checkbox", value, checked: (field.value || "").split(" ").includes(value) }), name)));
  if (field.choices) return el("select", { ...attributes, class: "select" }, field.choices.map(([value, name]) => el("option", { value, selected: value === field.value }, name)));
  return field.long ? el("textarea", { name: field.name, required: field.required, rows: 3 }, field.value || "") : el("input", { ...attributes, type: "text", list: field.offered ? `offered-${field.name}` : null });
}

const answerOf = (input) => (input.nodeName === "FIELDSET" ? [...input.querySelectorAll("input:checked")].map((box) => box.value).join(" ") : input.value.trim());

/** Boxes are open as long as the answer before them is not empty. */
function opens(before, boxes) {
  const follow = () => (boxes.disabled = before.value === "");
  before.addEventListener("change", follow);
  follow();
}

const CHANGES = { gained: "red", worse: "red", lost: "green", better: "green", changed: "" };

/** A finding that came, went, got worse or better between two plans. */
export function changeRow(one) {
  const sign = { must: "blocked", should: "doubt", note: "note" }[one.severity] || "note";
  return el("li", { class: "change" }, one.change === "lost" ? glyph("done") : glyph(sign), el("span", { class: "what" }, pick(one.message), " ", el("small", {}, one.rule)), el("b", { class: CHANGES[one.change] }, t(`change_${one.change}`)));
}
