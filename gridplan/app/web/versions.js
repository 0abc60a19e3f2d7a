// Versions: where each came from, what it is worth, and what differs between two of them.

import { get, post } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { askedAbout, consultation } from "./opinions.js";
import { ask, button, changeRow, glyph, head, link, tabs } from "./parts.js";
import { openVersion } from "./review.js";
import { decimals, minutes, people, percent, pick, t } from "./words.js";

/** @type {{ first: string, second: string, told: any, key: string, tab: string }} */
const shown = { first: "", second: "", told: null, key: "", tab: "tree" };

async function load(frame) {
  const data = await get("versions");
  data.consultation = shown.tab === "opinions" ? await get("opinions", { version: askedAbout() }) : null;
  const ids = data.versions.map((one) => one.id);
  if (!ids.includes(shown.second)) shown.second = ids[ids.length - 1] || "";
  if (!ids.includes(shown.first) || shown.first === shown.second) shown.first = parentOf(data, shown.second) || ids.filter((id) => id !== shown.second).pop() || "";
  compare(frame);
  return data;
}

const parentOf = (data, id) => (data.versions.find((one) => one.id === id) || {}).parent || "";

async function compare(frame) {
  const key = `${shown.first} ${shown.second}`;
  if (!shown.first || !shown.second || shown.key === key) return;
  shown.key = key;
  shown.told = null;
  try {
    const told = await post("versions/compare", { first: shown.first, second: shown.second });
    if (shown.key === key) shown.told = told;
  } catch {
    if (shown.key === key) shown.told = { failed: true };
  }
  frame.draw();
}

function draw(frame, data) {
  if (!data.versions.length) return { rail: [], stage: [el("div", { class: "welcome" }, el("h2", {}, t("no_versions")), el("p", {}, t("no_plan_more")))], foot: [] };
  const choose = (tab) => {
    shown.tab = tab;
    frame.draw();
    frame.reload();
  };
  const row = el("div", { class: "tab-row" }, tabs([["tree", t("versions_head")], ["opinions", t("consultation")]], shown.tab, choose));
  if (shown.tab === "opinions" && data.consultation) {
    const parts = consultation(frame, data);
    return { rail: [row, parts.rail], stage: parts.stage, foot: parts.foot };
  }
  return { rail: [row, tree(frame, data)], stage: stage(frame, data), foot: foot(frame, data) };
}

// ---- the tree --------------------------------------------------------------------------------------------------------

function tree(frame, data) {
  const depth = {};
  for (const one of data.versions) depth[one.id] = one.parent && one.parent in depth ? depth[one.parent] + (data.versions.some((other) => other.parent === one.parent && other.id !== one.id && data.versions.indexOf(other) < data.versions.indexOf(one)) ? 1 : 0) : 0;
  return [data.versions.length > 1 ? el("p", { class: "second aside" }, t("ctrl_click")) : null, el("ul", { class: "tree" }, data.versions.map((one) => versionRow(frame, one, depth[one.id])))];
}

function versionRow(frame, one, depth) {
  const current = one.id === shown.first || one.id === shown.second;
  const mark = !shown.first || !current ? "" : t(one.id === shown.first ? "first_mark" : "second_mark");
  const choose = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) shown.first = shown.second === one.id ? shown.first : one.id;
    else {
      if (one.id !== shown.second) shown.first = one.parent || shown.second;
      shown.second = one.id;
    }
    compare(frame);
    frame.draw();
  };
  const { card } = one;
  const came = { "in force": t("origin_in_force"), plan: t("origin_plan"), step: t("origin_step"), revision: t("origin_revision"), repair: t("origin_repair") }[one.origin];
  return el("li", { style: { paddingLeft: `${18 * depth}px` } }, el("button", { type: "button", class: `version${current ? " current" : ""}`, "data-key": `version ${one.id}`, onclick: choose }, el("span", { class: `dot ${mark ? "full" : ""}` }, mark), el("span", { class: "what" }, el("span", { class: "title" }, one.name, one.stage === "draft" ? null : el("span", { class: "tag" }, t(`stage_${one.stage}`)), card.stopped ? el("span", { class: "tag", title: pick(card.stopped) }, t("stopped_tag")) : null, one.stale ? el("span", { class: "amber", title: t("plan_stale") }, glyph("doubt")) : null), el("span", { class: "second" }, [came, one.author, one.note].filter(Boolean).join(" · "))), el("span", { class: "count" }, minutes(card.mean_minutes), el("br"), card.must === undefined ? "" : t("must_should_n", { must: card.must, should: card.should }))));
}

// ---- two of them -----------------------------------------------------------------------------------------------------

function stage(frame, data) {
  const one = data.versions.find((version) => version.id === shown.second);
  const first = data.versions.find((version) => version.id === shown.first);
  return [
    el("div", { class: "stage-head" }, first ? [el("b", { class: "mark" }, t("first_mark")), el("span", {}, first.name), "→", el("b", { class: "mark" }, t("second_mark"))] : null, el("h2", {}, one.name), el("span", { class: "push row" }, button(t("open_for_review"), () => (openVersion(one.id), frame.go("review"))), one.stage === "published" ? null : button(t("rename"), () => rename(frame, one)), stageButton(frame, one), one.stage === "published" ? null : button(t("remove"), () => remove(frame, one)))),
    !first ? el("p", { class: "hint" }, t("only_one_version")) : !shown.told ? el("p", { class: "wait" }, glyph("running"), t("comparing")) : shown.told.failed ? el("p", { class: "hint" }, t("cannot_compare")) : difference(shown.told),
  ];
}

function difference(told) {
  const figure = (name, [before, after], shows, better) => {
    const change = before === null || after === null ? 0 : after - before;
    const word = Math.abs(change) < 1e-9 ? t("unchanged") : t(change * better > 0 ? "better" : "worse");
    return el("div", { class: "figure" }, el("span", {}, name), el("span", {}, shows(before), " → ", el("b", {}, shows(after))), el("span", { class: Math.abs(change) < 1e-9 ? "second" : change * better > 0 ? "green" : "red" }, word));
  };
  const moved = [told.totals.residents_farther, told.totals.residents_nearer].map((n) => people(n || 0));
  const changes = told.findings.filter((one) => one.change !== "changed");
  return [
    el("div", { class: "figures strip" }, figure(t("mean_to_lead"), told.plan.mean_minutes, minutes, -1), figure(t("share_within"), told.plan.share_within, (x) => percent(x), 1), figure(t("worst_deviation"), told.plan.max_deviation, (x) => percent(x), -1), figure(t("must_word"), told.must, String, -1), figure(t("should_word"), told.should, String, -1), el("div", { class: "figure" }, el("span", {}, t("farther_nearer")), el("b", {}, moved.join(" / ")), el("span", { class: "second" }, t("moved_in_all", { p: people(told.totals.residents_moved || 0) })))),
    el("div", { class: "two" }, el("section", {}, head(t("moved_streets"), String(told.streets.length)), streetTable(told.streets)), el("section", {}, head(t("rules_word"), countsOf(changes)), el("ul", { class: "rows changes" }, changes.map(changeRow)))),
  ];
}

const countsOf = (changes) => ["lost", "gained", "worse", "better"].map((name) => [t(`change_${name}`), changes.filter((one) => one.change === name).length]).filter(([, n]) => n).map(([name, n]) => `${name} ${n}`).join(" · ");

function streetTable(streets) {
  if (!streets.length) return el("p", { class: "second" }, t("nobody_moved"));
  return el("table", { class: "moved" }, el("thead", {}, el("tr", {}, [t("street"), t("residents"), t("lead_change"), t("minutes_word")].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, streets.map((row) => el("tr", {}, el("th", { scope: "row" }, row.street), el("td", { class: "number" }, people(row.people)), el("td", {}, row.before, " → ", el("b", {}, row.after)), el("td", { class: "number" }, row.minutes[0] === null || row.minutes[1] === null ? t("unreachable") : [decimals(row.minutes[0], 1), " → ", el("b", {}, decimals(row.minutes[1], 1))])))));
}

// ---- what can be done with one ---------------------------------------------------------------------------------------

async function rename(frame, one) {
  const told = await ask(t("rename"), [{ name: "name", label: t("version_name"), required: true, value: one.name }, { name: "note", label: t("version_note"), long: true, value: one.note }], t("save"));
  if (told) frame.doing(() => post("versions/change", { version: one.id, ...told }));
}

async function remove(frame, one) {
  const told = await ask(t("remove_sure", { name: one.name }), [], t("remove"));
  if (told) frame.doing(() => post("versions/remove", { version: one.id }));
}

function stageButton(frame, one) {
  if (one.stage === "draft") return button(t("mark_consultation"), () => frame.doing(() => post("versions/change", { version: one.id, stage: "consultation" })));
  if (one.stage === "published") return el("span", { class: "second" }, one.published);
  const publish = async () => {
    const told = await ask(t("mark_published"), [{ name: "published", label: t("published_as"), required: true }], t("mark_published"));
    if (told) frame.doing(() => post("versions/change", { version: one.id, stage: "published", ...told }));
  };
  return button(t("mark_published"), publish, { disabled: !(one.card.must === 0), title: one.card.must > 0 ? t("must_stands") : null });
}

function foot(frame, data) {
  const open = data.versions.filter((one) => one.stage === "consultation").length;
  return [el("div", {}, el("p", {}, t("versions_n", { n: data.versions.length })), el("p", { class: "second" }, open ? t("in_consultation", { n: open }) : "")), link(t("open_folder"), () => frame.doing(() => post("handout/open", { version: shown.second }))), button(t("go_handout"), () => frame.go("handout"), { class: "blue" })];
}

export const versions = { load, draw, live: true };
