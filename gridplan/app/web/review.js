// Review: the review page itself, with what a server adds: all rules after an edit, repair from here, versions.

import { get, post } from "./api.js";
import { byId, el, replace } from "../../outputs/map/dom.js";
import { ask, button, dropdown, glyph, head } from "./parts.js";
import { decimals, minutes, people, percent, pick, t } from "./words.js";

/** @type {{ version: string, edits: any, judged: any, judging: boolean, offer: any, asked: number }} */
const shown = { version: "", edits: null, judged: null, judging: false, offer: null, asked: 0 };

async function load() {
  const told = await get("versions");
  const ids = told.versions.map((one) => one.id);
  if (!ids.includes(shown.version)) shown.version = ids[ids.length - 1] || "";
  return told;
}

/** Open a version here. @param {string} version */
export function openVersion(version) {
  if (shown.version !== version) Object.assign(shown, { version, edits: null, judged: null, offer: null });
}

function whole(frame, main, data) {
  if (data === undefined) return replace(main, el("p", { class: "wait" }, glyph("running"), t("loading")));
  if (!data.versions.length) return replace(main, el("div", { class: "welcome" }, el("h2", {}, t("no_plan")), el("p", {}, t("no_plan_more")), el("div", { class: "row" }, button(t("go_plan"), () => frame.go("plan"), { class: "blue" }))));
  if (!byId("review-frame") || byId("review-frame").dataset.version !== shown.version) build(frame, main);
  replace(byId("review-bar"), toolBar(frame, data));
  replace(byId("review-side"), side(frame));
  return undefined;
}

function build(frame, main) {
  window.gridplanHost = {
    onEdits: (edits) => heard(frame, edits),
    saveVersion: () => save(frame, frame.view.data.review, false),
    repair: () => repair(frame),
  };
  const page = el("iframe", { id: "review-frame", "data-version": shown.version, src: `/review/${shown.version}`, title: t("review_page") });
  replace(main, el("div", { id: "review-bar" }), el("div", { id: "review-body" }, page, el("aside", { id: "review-side", "aria-label": t("all_rules") })));
}

const countOf = ({ moves, leads, locks, comments }) => Object.keys(moves).length + Object.keys(leads).length + locks.length + comments.length;

/** The page tells its edits after every step. */
function heard(frame, edits) {
  shown.edits = countOf(edits) ? edits : null;
  shown.offer = null;
  judge(frame, shown.edits ? JSON.stringify(edits) : "");
  frame.draw();
}

const IN_THE_PAGE = { gained: "new", lost: "solved", worse: "worse", better: "better" };

/** What all rules say goes into the page's rail, in the place of what it checks itself. */
function tellPage(judged) {
  const page = byId("review-frame");
  const calls = page && page.contentWindow.gridplan && page.contentWindow.gridplan.host;
  if (!calls || !judged) return;
  const changes = judged.findings.filter(({ change }) => change in IN_THE_PAGE);
  calls.showRecheck({ changes: changes.map((one) => ({ rule: one.rule, severity: one.severity, change: IN_THE_PAGE[one.change], words: one.message })), seconds: judged.seconds, must: judged.must, should: judged.should });
}

/** Judge the edits by all rules, once they have rested for a moment; only the last answer counts. */
async function judge(frame, text) {
  shown.asked += 1;
  const number = shown.asked;
  shown.judging = Boolean(text);
  if (!text) {
    shown.judged = null;
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (number !== shown.asked) return;
  const begun = performance.now();
  try {
    const judged = await post("review/recheck", { version: shown.version, edits: text });
    if (number === shown.asked) {
      shown.judged = { ...judged, seconds: (performance.now() - begun) / 1000 };
      tellPage(shown.judged);
    }
  } catch {
    if (number === shown.asked) shown.judged = null;
  }
  if (number === shown.asked) shown.judging = false;
  frame.draw();
}

function toolBar(frame, data) {
  const choices = [...data.versions].reverse().map((one) => [one.id, one.name]);
  const count = shown.edits ? countOf(shown.edits) : 0;
  return [
    el("label", {}, t("version"), dropdown(choices, shown.version, (version) => (openVersion(version), frame.draw()), { "data-key": "version" })),
    el("span", { class: "second" }, count ? t("draft_of", { n: count }) : t("no_edits")),
  ];
}

async function save(frame, data, mended) {
  const told = await ask(t("save_version"), [{ name: "name", label: t("version_name"), required: true, value: t("revision_name", { n: data.versions.length + 1 }) }, { name: "note", label: t("version_note"), long: true }, { name: "author", label: t("version_author"), value: data.author }], t("save"));
  if (!told) return;
  const saved = await frame.doing(() => post("review/save", { version: shown.version, edits: JSON.stringify(shown.edits), repair: mended, ...told }));
  if (!saved) return;
  const after = await get("versions");
  openVersion(after.versions[after.versions.length - 1].id);
  frame.draw();
}

// ---- beside the page: all rules --------------------------------------------------------------------------------------

const CHANGES = { gained: "red", worse: "red", lost: "green", better: "green", changed: "" };

function side(frame) {
  if (!shown.edits) return [el("p", { class: "second" }, t("rules_when_edited"))];
  if (!shown.judged) return [head(t("all_rules"), shown.judging ? glyph("running") : null), el("p", { class: "second" }, t(shown.judging ? "judging" : "not_judged"))];
  const { judged } = shown;
  return [head(t("all_rules"), shown.judging ? glyph("running") : t("judged_in", { s: decimals(judged.seconds, 1) })), figures(judged), repairOffer(frame, judged)];
}

function figures(judged) {
  const row = (name, [before, after], shows) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, shows(before)), el("td", {}, "→"), el("td", {}, el("b", {}, shows(after))));
  const number = (x) => String(x);
  return el("table", { class: "before-after" }, row(t("mean_to_lead"), judged.plan.mean_minutes, minutes), row(t("share_within"), judged.plan.share_within, (x) => percent(x)), row(t("worst_deviation"), judged.plan.max_deviation, (x) => percent(x)), row(t("must_word"), judged.must, number), row(t("should_word"), judged.should, number), el("tr", {}, el("th", { scope: "row" }, t("moved_people")), el("td", { colspan: 3 }, el("b", {}, people(judged.totals.residents_moved || 0)))));
}

export function changeRow(one) {
  const sign = { must: "blocked", should: "doubt", note: "note" }[one.severity] || "note";
  return el("li", { class: "change" }, one.change === "lost" ? glyph("done") : glyph(sign), el("span", { class: "what" }, pick(one.message), " ", el("small", {}, one.rule)), el("b", { class: CHANGES[one.change] }, t(`change_${one.change}`)));
}

function repairOffer(frame, judged) {
  const worse = judged.findings.some((one) => one.change === "gained" || one.change === "worse");
  if (!worse) return null;
  if (!shown.offer) return [head(t("repair_head"), t("repair_more")), button(t("look_for_repair"), () => repair(frame), { disabled: shown.judging })];
  if (shown.offer === "asked") return [head(t("repair_head")), el("p", { class: "second" }, glyph("running"), t("judging"))];
  const { offer } = shown;
  const more = (offer.totals.residents_moved || 0) - (judged.totals.residents_moved || 0);
  return [head(t("repair_head"), t("one_way")), el("p", {}, t("repair_offer", { p: people(Math.max(0, more)), d: percent(offer.plan.max_deviation[1]) })), el("p", { class: "second" }, t("repair_result", { m: minutes(offer.plan.mean_minutes[1]), must: offer.must[1], should: offer.should[1] })), button(t("save_repaired"), () => save(frame, frame.view.data.review, true))];
}

async function repair(frame) {
  shown.offer = "asked";
  frame.draw();
  const edits = JSON.stringify(shown.edits);
  shown.offer = await frame.doing(() => post("review/recheck", { version: shown.version, edits, repair: true }));
  frame.draw();
}

export const review = { load, whole, live: false };
