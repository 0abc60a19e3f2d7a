// Review: the review page itself, with what a server adds: all rules after an edit, a way to mend it, versions, drafts that stay.

import { get, post } from "./api.js";
import { byId, el, replace } from "../../outputs/map/dom.js";
import { ask, button, dropdown, glyph, versionChoices } from "./parts.js";
import { studyButtons } from "./studies.js";
import { decimals, percent, spoken, t } from "./words.js";

/** @type {{ version: string, colour: string, edits: any, asked: number, judging: boolean, frame: any, language: string, keeping: Promise<any> }} */
const shown = { version: "", colour: "", edits: null, asked: 0, judging: false, frame: null, language: "", keeping: Promise.resolve() };
const REST_MS = 500;

async function load(frame) {
  const told = await get("versions");
  const ids = told.versions.map((one) => one.id);
  if (!ids.includes(shown.version)) openVersion(ids[ids.length - 1] || "");
  shown.frame = frame;
  return told;
}

/** Open a version here, coloured in a way of its page. @param {string} version @param {string} [colour] */
export function openVersion(version, colour = "") {
  if (colour) document.getElementById("review-frame")?.remove();
  shown.colour = colour;
  if (shown.version !== version) Object.assign(shown, { version, edits: null, judging: false, asked: shown.asked + 1 });
}

function whole(frame, main, data) {
  if (data === undefined) return replace(main, el("p", { class: "wait" }, glyph("running"), t("loading")));
  if (!data.versions.length) return replace(main, el("div", { class: "welcome" }, el("h2", {}, t("no_plan")), el("p", {}, t("no_plan_more")), el("div", { class: "row" }, button(t("go_plan"), () => frame.go("plan"), { class: "blue" }))));
  if (!byId("review-frame") || byId("review-frame").dataset.version !== shown.version) build(frame, main);
  else speak();
  replace(byId("review-bar"), toolBar(frame, data));
  return undefined;
}

function build(frame, main) {
  const inner = el("iframe", { id: "review-frame", "data-version": shown.version, src: `/review/${shown.version}${shown.colour ? `#colour=${shown.colour}` : ""}`, title: t("review_page"), onload: () => ready(frame) });
  replace(main, el("div", { id: "review-bar" }), el("div", { id: "review-body" }, el("p", { class: "wait" }, glyph("running"), t("drawing")), inner));
}

/** Give the page the language of the workbench, where it has another one: it is drawn anew for it. */
function speak() {
  const inner = page();
  if (!inner || shown.language === spoken.language) return;
  shown.language = spoken.language;
  inner.host.setLanguage(spoken.language);
}

/** What the framed page lets its host call; null while it loads. */
const page = () => {
  const inner = byId("review-frame");
  return inner && inner.contentWindow && inner.contentWindow.gridplan ? inner.contentWindow.gridplan : null;
};

/** The page has been drawn: give it the language, and the draft that was left on this proposal. */
async function ready(frame) {
  document.querySelector("#review-body > .wait")?.remove();
  const inner = page();
  if (!inner) return;
  shown.language = "";
  speak();
  const { proposal } = inner.edit.document();
  const draft = await get("review/draft", { digest: proposal });
  if (draft && page() === inner) inner.host.apply(draft);
  frame.draw();
}

// ---- what the page tells ---------------------------------------------------------------------------------------------

const count = (edits) => Object.keys(edits.moves || {}).length + Object.keys(edits.leads || {}).length + (edits.locks || []).length + (edits.comments || []).length;

/** @type {any} */ (window).hearReview = (name, edits) => {
  const frame = shown.frame;
  if (!frame) return;
  if (name === "save") save(frame, edits);
  else if (name === "recheck") judge(frame, edits, 0);
  else if (name === "repair") repair(frame, edits);
  else if (name === "edits") edited(frame, edits);
};

function edited(frame, edits) {
  const empty = count(edits) === 0;
  shown.edits = empty ? null : edits;
  shown.asked += 1;
  const draft = { digest: edits.proposal, edits: shown.edits };
  shown.keeping = shown.keeping.then(() => post("review/draft", draft)).then(() => frame.kept(true), () => frame.kept(false));
  if (empty) shown.judging = false;
  else judge(frame, edits, REST_MS);
  drawBar(frame);
}

function drawBar(frame) {
  const bar = byId("review-bar");
  if (bar && frame.view.data.review) replace(bar, toolBar(frame, frame.view.data.review));
}

/** Judge the edits by all rules, once they have rested for a moment; only the last answer counts. */
async function judge(frame, edits, rest) {
  shown.asked += 1;
  const number = shown.asked;
  await new Promise((resolve) => setTimeout(resolve, rest));
  if (number !== shown.asked) return;
  shown.judging = true;
  drawBar(frame);
  const begun = performance.now();
  const told = await frame.quietly(() => post("review/recheck", { version: shown.version, edits: JSON.stringify(edits) }));
  if (number !== shown.asked) return;
  shown.judging = false;
  drawBar(frame);
  if (told) page()?.host.showRecheck({ ...recheckOf(told), seconds: (performance.now() - begun) / 1000 });
}

const CHANGES = { gained: "new", lost: "solved", worse: "worse", better: "better" };

function recheckOf(told) {
  const changes = told.findings.filter((one) => one.change in CHANGES).map((one) => ({ rule: one.rule, severity: one.severity, change: CHANGES[one.change], words: one.message, units: one.units, grid: one.grid }));
  return { changes, unchanged: told.unchanged, must: told.must, should: told.should };
}

/** Look for the least further change that mends what the edits made worse, and offer it with its price. */
async function repair(frame, edits) {
  const number = shown.asked;
  shown.judging = true;
  drawBar(frame);
  const told = await frame.quietly(() => post("review/recheck", { version: shown.version, edits: JSON.stringify(edits), repair: true }));
  shown.judging = false;
  drawBar(frame);
  if (!told || number !== shown.asked) return;
  const values = { d: percent(told.plan.max_deviation[1]), m: decimals(told.plan.mean_minutes[1] || 0, 1), must: told.must[1], should: told.should[1] };
  const both = (name) => [0, 1].map((at) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), (spoken.words[name] || ["", ""])[at]));
  const same = JSON.stringify(told.moves) === JSON.stringify(edits.moves || {});
  page()?.host.showOffer(same ? null : { words: both("repair_offer"), more: both("repair_result"), edits: { moves: told.moves } });
}

// ---- the bar ---------------------------------------------------------------------------------------------------------

function toolBar(frame, data) {
  const choices = versionChoices(data.versions);
  const edits = shown.edits ? count(shown.edits) : 0;
  return [
    el("label", {}, t("version"), dropdown(choices, shown.version, (version) => (openVersion(version), frame.draw()), { "data-key": "version" })),
    shown.judging ? el("span", { class: "second" }, glyph("running"), " ", t("judging")) : el("span", { class: "second", role: "status" }, edits ? t("draft_of", { n: edits }) : t("no_edits")),
    studyButtons(frame, shown.version),
  ];
}

async function save(frame, edits) {
  const data = frame.view.data.review;
  const told = await ask(t("save_version"), [{ name: "name", label: t("version_name"), required: true, value: t("revision_name", { n: data.versions.length }) }, { name: "note", label: t("version_note"), long: true }, { name: "author", label: t("version_author"), value: data.author }], t("save"));
  if (!told) return;
  const saved = await frame.doing(() => post("review/save", { version: shown.version, edits: JSON.stringify(edits), ...told }));
  if (!saved) return;
  if (JSON.stringify(shown.edits) === JSON.stringify(edits)) {
    await frame.quietly(() => post("review/draft", { digest: edits.proposal, edits: null }));
    openVersion(saved.out);
  }
  frame.draw();
}

export const review = { load, whole, live: true };
