// The editing tab: table of targets, what changed, tool bar, alert and strip, and what an edit draws on the map.

import { DATA, decimals, findIn, focused, FONT, GRIDS, gridWords, grouped, INK, inLanguage, lineIcon, N, people, peopleInWords, percent, pressable, residentsOf, roundNumber, SCOPES, severityIcon, signed, state, swatch, t } from "./base.js";
import { byId, el, replace } from "./dom.js";
import { keyed, refresh, shell } from "./refresh.js";
import { edgePath, insideOf, PROPOSED, showAssignment, UNIT_GRID, unitAt, unitsOf, unitsPath } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { forgetMoves, haloText, kept, LABEL_ROOM, latLngOf, penOf, pixelBoxOf, placedLabels, stroke, toPixels, toSteps, wantedUnits, wholeZoom, zoomToAll } from "./draw.js";
import { deviationBar, limitsTold, tableHead } from "./rail.js";
import { unitKey } from "./unit_card.js";
import { showUnits, titleOf } from "./checks.js";
import { roomForLabel } from "./overlays.js";
import { changedLeads, changeLead, EDGES, edit, EDITED, EDITING, editsDocument, hasEdits, isEdited, keepDraft, measure, movedUnits, moveUnits, parseEdits, readEdits, redo, resetAll, streetOf, toggleLocks, undo } from "./edit.js";
import { histogramOfEdits } from "./histogram.js";
import { brush, ghostWords, RADIUS, setRadius } from "./brush.js";
import { BASE, BASE_CHECKS, changedChecks, LIVE_RULES, liveChecks, restOfStreet, uncheckedMusts, unitsOfStreet, unitsOfTownship } from "./live_rules.js";
import { offerFile } from "./export.js";
import { HOST } from "./host.js";
import { hostedRepair, recheckNow, recheckSection } from "./hosted.js";
import { openTab, painter, pressKey, redraw, setReadout, showRail, unitFacts } from "./start.js";

/** @type {Live | null} */
export let live = null; // indicators and checks of the edited assignment while the editing tab is open

export const isEditing = () => state.tab === "edit" && EDITING !== null;

export function setLive(figures) {
  live = figures;
}

/** Measure and check the plan as edited, or as it would be.
 * @returns {Live} */
export function refreshLive(assignment = EDITED) {
  const measured = measure(assignment, edit.leads);
  const checks = liveChecks(measured);
  const figures = { ...measured, checks, changes: changedChecks(BASE_CHECKS, checks) };
  live = figures;
  return figures;
}

/** The edited plan with its checks, measured where nobody has yet. */
export const liveNow = () => live || refreshLive();

/** After a step: redraw what it touched, and nothing else. */
export function afterStep(step) {
  if (!step) return;
  forgetMoves(step.units || []);
  const cutBefore = cutUnits();
  if (isEditing()) refreshLive();
  showEditing();
  const boxes = boxesOf(step, cutBefore);
  if (boxes) painter.drawWithin(boxes);
  else painter.draw();
}

const cutUnits = () => (live ? live.grids.flatMap((own) => own.cutOff) : []);
const notIn = (some, others) => {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
};
const MOST_BOXES = 40; // beyond them the whole map is drawn as quickly

/** What a step changes on the map, in pixels of its canvas: its units, those that it cuts off or joins again, and the labels of both; null where that is anything.
 * @param {Step} step
 * @param {number[]} cutBefore
 * @returns {PixelBox[] | null} */
function boxesOf({ units = [], leads = [], locks = [] }, cutBefore) {
  const { view, hasMarks } = painter;
  if (!isEditing() || !view || hasMarks || state.marked.length || leads.length || edit.tool === "brush" || !(units.length || locks.length)) return null;
  const cut = cutUnits();
  const changed = [...units.map(([unit]) => unit), ...locks, ...notIn(cut, cutBefore), ...notIn(cutBefore, cut)];
  if (changed.length > MOST_BOXES) return null;
  const grids = new Set(units.flatMap(([, from, to]) => [from, to]));
  const labels = placedLabels.boxes.filter((box) => grids.has(box.grid));
  const [before, after] = [shownCuts, cutLabels(painter.context(), view, placedLabels.boxes)];
  const told = ({ words, at }) => `${words} ${at}`;
  const [old, now] = [before, after].map((all) => all.map(told));
  const cuts = [...before.filter((one) => !now.includes(told(one))), ...after.filter((one) => !old.includes(told(one)))].map(({ box }) => box);
  return [...changed.map((unit) => pixelBoxOf(view, unit, 8)), ...[...labels, ...cuts].map((box) => withRoom(box, LABEL_ROOM))];
}

/** @type {(box: PixelBox, room: number) => PixelBox} */
const withRoom = ({ left, top, width, height }, room) => ({ left: left - room, top: top - room, width: width + 2 * room, height: height + 2 * room });

export function showEditing() {
  showRail();
  showToolBar();
  showStrip();
}

/** Show the edited assignment in the editing tab and the proposal elsewhere. */
export function switchAssignment() {
  const isWhole = gridplanMap.getZoom() < wholeZoom() + 0.3; // before bars take room from the map
  const wanted = isEditing() ? EDITED : PROPOSED;
  if (wanted !== UNIT_GRID) {
    showAssignment(wanted);
    kept.clear();
  }
  if (isEditing()) refreshLive();
  else live = null;
  document.body.classList.toggle("editing", isEditing());
  showToolBar();
  showStrip();
  gridplanMap.invalidateSize({ animate: false, pan: false });
  if (isWhole) zoomToAll();
}

// ---- rail ----------------------------------------------------------------------------------------------------------

/** The grids as edited, each figure with the one it had. */
export function draftTable() {
  const head = [["", ""], [t("lead_hospital"), "name"], [t("population_k"), ""], ["", "bar"], [t("deviation_short"), ""], [t("mean_minutes"), ""]];
  return shell("table", { class: "grids targets" }, keyed(state.language, () => tableHead(head)), shell("tbody", {}, GRIDS.map((_, grid) => targetRow(grid))));
}

export function editTab() {
  return [
    draftOffer(),
    el("h2", {}, t("choose_target")),
    draftTable(),
    leadChoice(),
    HOST ? null : repairWords(),
    conflictRows(),
    recheckSection() || [el("div", { class: "section" }, el("h2", {}, t("affected_checks")), el("b", {}, changeCounts())), changeRows(), uncheckedLine()],
    hostedRepair(),
    histogramOfEdits(),
    el("p", { class: "quiet" }, t("checked_live", { list: rulesChecked().join(t("comma")) })),
    HOST ? null : el("p", { class: "quiet" }, t("save_explained")),
    el("p", { class: "quiet keys" }, t("keys_edit", { k: Math.min(9, GRIDS.length) })),
  ];
}

function targetRow(grid) {
  const [old, own] = [BASE.grids[grid], liveNow().grids[grid]];
  const changed = (before, after) => (before === after ? after : [el("small", {}, `${before} → `), el("b", {}, after)]);
  const minutes = (mean) => (mean === null ? "" : decimals(mean, 1));
  const isTarget = edit.target === grid;
  const row = () =>
    el(
      "tr",
      { ...pressable(() => setTarget(grid)), "data-grid": grid, "aria-selected": String(isTarget), title: gridWords(grid) },
      el("td", {}, swatch(grid)),
      el("td", { class: "name" }, SHORT_NAMES[grid]),
      el("td", {}, changed(people(old.population, false), people(own.population, false))),
      el("td", { class: "bar" }, deviationBar(own.deviation, old.deviation)),
      el("td", {}, signed(own.deviation)),
      el("td", {}, changed(minutes(old.mean), minutes(own.mean))),
    );
  return keyed([state.language, isTarget, own.population, own.deviation, own.mean].join(), row);
}

function setTarget(grid) {
  edit.target = grid;
  showEditing();
}

/** Candidates for the lead of the target grid: eligible sites that stand in it. */
function leadChoice() {
  const grid = edit.target;
  const others = new Set(edit.leads.filter((_, other) => other !== grid));
  const able = EDITING.leads.filter((i) => DATA.facilities.tier[i] && DATA.facilities.unit[i] >= 0 && EDITED[DATA.facilities.unit[i]] === grid && !others.has(i));
  if (!able.includes(edit.leads[grid])) able.unshift(edit.leads[grid]);
  const options = () => able.map((i) => el("option", { value: String(i), selected: i === edit.leads[grid] }, i < 0 ? "" : DATA.facilities.name[i]));
  const choose = (event) => {
    changeLead(grid, Number(event.target.value));
    afterStep({ units: [[0, grid, grid]] });
  };
  const choice = () => el("label", { class: "lead-choice" }, `${t("lead_of", { n: GRIDS[grid].number })} `, el("select", { id: "lead", disabled: able.length < 2, onchange: choose }, options()), able.length < 2 ? el("small", {}, t("no_other_lead")) : null);
  return keyed([state.language, grid, edit.leads[grid], ...able].join(), choice);
}

const rulesChecked = () => Object.keys(LIVE_RULES).filter((rule) => rule in EDITING.severity && EDITING.severity[rule] !== "off");
export const changeWord = { new: "change_new", worse: "change_worse", better: "change_better", solved: "change_solved" };

function changeCounts() {
  const count = (change) => liveNow().changes.filter((one) => one.change === change).length;
  return Object.keys(changeWord).filter(count).map((change) => `${t(changeWord[change])} ${count(change)}`).join(" · ");
}

const MOST_CHANGES = 30; // rows of changed checks, the gravest first

export function changeRows() {
  const { changes } = liveNow();
  if (!changes.length) return el("p", { class: "quiet" }, t(isEdited() ? "no_check_changed" : "no_edits"));
  const more = changes.length - MOST_CHANGES;
  return [shell("ul", { class: "findings" }, changes.slice(0, MOST_CHANGES).map(({ check, change }) => changeRow(check, change))), more > 0 ? el("p", { class: "quiet" }, t("more_n", { n: more })) : null];
}

function changeRow(check, change) {
  const good = change === "solved" || change === "better";
  const press = () => showUnits(unitsOfCheck(check));
  const words = checkWords(check);
  const row = () =>
    el(
      "li",
      {},
      el(
        "div",
        { class: "finding", ...pressable(press), role: "button", title: t("show_on_map") },
        severityIcon(change === "solved" ? "met" : check.severity, t(`severity_${check.severity}`)),
        el("div", { class: "words" }, el("p", {}, words), el("p", { class: "about" }, check.grid < 0 ? null : swatch(check.grid, "small"), el("span", {}, aboutCheck(check)))),
        el("div", { class: "measure" }, el("b", { class: good ? "better" : "worse" }, t(changeWord[change]))),
      ),
    );
  return keyed([state.language, change, check.severity, check.rule, check.grid, words, ...check.units].join(), row);
}

/** One broken rule in words: what is wrong, how much, and the limit.
 * @param {Check} check
 * @param {Measured} plan */
export function checkWords(check, plan = liveNow()) {
  const say = WORDS_OF_RULE[check.rule];
  return say(check, check.grid < 0 ? null : plan.grids[check.grid], check.grid < 0 ? "" : inLanguage(GRIDS[check.grid].name), check.grid < 0 ? -1 : plan.leads[check.grid]);
}

const facilityNamed = (id) => DATA.facilities.name[DATA.facilities.id.indexOf(id)] || id;
const streetNamed = (check) => DATA.units.street[(unitsOfStreet.get(check.subject) || unitsOfTownship.get(check.subject) || [])[0]] || check.subject;

const WORDS_OF_RULE = {
  "R-01": (check) => t(check.subject.startsWith("leads") ? "live_r01_many" : "live_r01_few", { n: check.value }),
  "R-02": (check) => t("live_r02", { n: check.value }),
  "R-03": (check) => t("live_r03", { h: facilityNamed(check.subject), n: check.value }),
  "R-04": (check, own, g) => t("live_r04", { g }),
  "R-06": (check, own, g) => t(check.isLand ? "live_r06_land" : "live_r06", { g, n: check.value }),
  "R-07": (check, own, g) => t("live_r07", { g, v: signed(own.deviation), p: percent(DATA.tolerance, 0) }),
  "R-08": (check, own, g) => t("live_r08", { g, p: peopleInWords(own.population) }),
  "R-09": (check) => t(check.centres < 2 ? "live_r09" : "live_r09_bare", { s: streetNamed(check), n: check.value, c: check.centres, m: check.units.length }),
  "R-20": (check, own, g, lead) => t("live_r20", { g, h: DATA.facilities.name[lead] || "" }),
  "R-22": (check) => t("live_r22", { h: facilityNamed(check.subject) }),
  "R-23": (check) => t("live_r23", { h: facilityNamed(check.subject) }),
  "R-50": (check, own, g) => (own ? t(check.isStray ? "live_r50_clinics" : "live_r50_bare", { g, n: check.value }) : unitsOfTownship.has(check.subject) ? t("live_r50", { s: streetNamed(check), n: check.value }) : t("live_r50_number")),
  "R-52": (check, own, g, lead) => t("live_r20", { g, h: DATA.facilities.name[lead] || "" }),
  "R-54": (check, own, g) => t("live_r54", { g, n: check.value }),
  "R-60": (check, own, g) => t("live_r60", { g, n: check.units.length, p: peopleInWords(check.value), m: roundNumber(SCOPES[own.scope].limit) }),
  required_leads: (check) => t("live_required", { h: facilityNamed(check.subject) }),
};

const aboutCheck = (check) => (check.rule === "required_leads" ? t("live_required_title") : `${titleOf(check.rule)} · ${t("rule", { r: check.rule })}`);
const unitsOfCheck = (check) => (check.units.length || check.grid < 0 ? check.units : unitsOf(EDITED, check.grid));

/** The folder of this page as a command takes it, where the page was opened from a disk. */
function folderOfPage() {
  const path = decodeURIComponent(location.pathname).replace(/\/[^/]*$/, "").replace(/^\/(?=[A-Za-z]:)/, "");
  return location.protocol === "file:" && path ? path : t("folder_of_plan");
}

/** Once edits made a must or a should worse: what to run to have that repaired from here. */
function repairWords() {
  const worse = liveNow().changes.filter(({ change }) => change === "new" || change === "worse");
  const count = (severity) => worse.filter(({ check }) => check.severity === severity).length;
  const [must, should] = [count("must"), count("should")];
  if (!must && !should) return null;
  const folder = folderOfPage();
  const quoted = /^[\w./:-]+$/.test(folder) ? folder : `"${folder}"`;
  return el("div", { class: "repair" }, el("p", {}, `${t("repair_needed", { m: must, s: should })}${t("colon")}`), el("code", {}, "gridplan revise ", quoted, " ", el("span", {}, "--edits edits.json"), " ", el("span", {}, "--repair")), el("p", { class: "quiet" }, t("repair_result", { folder: `${folder.replace(/^.*\//, "")}-revised` })));
}

/** What this page cannot tell: musts of other rules, which nobody may take for met. */
export function uncheckedLine() {
  const rules = uncheckedMusts();
  return rules.length ? el("p", { class: "unchecked" }, `${t("not_checked_here")}${t("colon")}${rules.map((rule) => `${rule} ${titleOf(rule)}`).join(t("comma"))}`) : null;
}

// ---- tool bar ------------------------------------------------------------------------------------------------------

const HAS_STREETS = DATA.units.streetId.some(Boolean);
const TOOLS = [["click", "V"], ["brush", "P"], ["box", "B"], ["street", "S"], ["lock", "L"]];

function showToolBar() {
  const bar = byId("toolbar");
  bar.hidden = !isEditing();
  if (bar.hidden) return replace(bar);
  const act = (name, action, why, kind) => el("button", { class: kind || "button", disabled: Boolean(why), title: why ? t(why) : null, onclick: action }, t(name));
  const icon = (name, path, action, why) => el("button", { class: "button", disabled: Boolean(why), title: t(why || name), "aria-label": t(name), onclick: action }, lineIcon(...path));
  /** @param {string[]} told */
  const toolButton = ([tool, key]) => {
    const isOff = tool === "street" && !HAS_STREETS;
    return el("button", { "data-tool": tool, "aria-pressed": String(edit.tool === tool), disabled: isOff, title: isOff ? t("no_streets") : null, onclick: () => setTool(tool) }, t(`tool_${tool}`), el("kbd", {}, key));
  };
  const options = () => GRIDS.map((_, grid) => el("option", { value: String(grid), selected: grid === edit.target }, `${GRIDS[grid].number}  ${SHORT_NAMES[grid]}`));
  const tool = bar.contains(focused()) ? focused().dataset.tool : null;
  refresh(
    bar,
    keyed(`${state.language} ${edit.target}`, () => el("label", {}, `${t("into")} `, el("select", { id: "target", onchange: (event) => setTarget(Number(event.target.value)) }, options()))),
    el("div", { class: "segments", role: "group", "aria-label": t("tools") }, TOOLS.map(toolButton)),
    icon("undo", ["M6 3.5 2.8 6.7 6 9.9M3 6.7H10A3.3 3.3 0 0 1 10 13.2H7"], () => afterStep(undo()), edit.past.length ? "" : "nothing_to_undo"),
    icon("redo", ["M10 3.5 13.2 6.7 10 9.9M13 6.7H6A3.3 3.3 0 0 0 6 13.2H9"], () => afterStep(redo()), edit.future.length ? "" : "nothing_to_redo"),
    act("reset", resetEdits, isEdited() || edit.locked.size ? "" : "no_edits"),
    el("span", { class: "push" }),
    HOST ? null : act("load", () => byId("load").click()),
    act(HOST && HOST.saveVersion ? "save_version" : "save", saveEdits, hasEdits() ? "" : "no_edits", "button primary"),
    keyed(`load ${state.language}`, () => el("input", { id: "load", type: "file", accept: ".json,application/json", hidden: true, "aria-label": t("load"), onchange: loadEdits })),
  );
  if (tool) findIn(bar, `[data-tool=${tool}]`)?.focus();
  return null;
}

const DRAGGING = ["box", "brush"]; // tools that draw on the map with a finger

function setTool(tool) {
  edit.tool = tool;
  document.body.toggleAttribute("data-drags", DRAGGING.includes(tool));
  showToolBar();
}

function resetEdits() {
  resetAll();
  afterAnything();
}

/** After a change that may touch anything. */
export function afterAnything() {
  kept.clear();
  if (isEditing()) refreshLive();
  showEditing();
  painter.draw();
}

export function saveEdits() {
  if (HOST && HOST.saveVersion) HOST.saveVersion(editsDocument());
  else offerFile("edits.json", "application/json", `${JSON.stringify(editsDocument(), null, 1)}\n`);
  edit.isSaved = true;
}

async function loadEdits(event) {
  const [file] = event.target.files;
  if (!file) return null;
  event.target.value = ""; // so that the same file can be chosen again
  if (file.size > 20e6) return sayRead({ problem: "load_not_edits" });
  const text = await file.text();
  const told = parseEdits(text);
  if (told.problem) return sayRead(told);
  if (!hasEdits()) return takeFile(text, "replace");
  edit.waiting = text; // what there is stays until somebody decides
  return showEditing();
}

function takeFile(text, way) {
  edit.waiting = null;
  const result = readEdits(text, way);
  afterAnything();
  sayRead(result);
}

function sayRead(result) {
  const words = result.problem ? t(result.problem) : t(result.left ? "load_partly" : "load_done", { n: result.taken, m: result.left });
  setReadout([el("b", {}, words), ...(result.conflicts ? [t("n_conflicts", { n: result.conflicts })] : [])]);
}

/** A file was read while there are edits: they are replaced, or joined with it, or stay. */
function askAboutFile(alert) {
  const choice = (name, action) => el("button", { class: "button", onclick: action }, t(name));
  alert.hidden = false;
  replace(
    alert,
    el("p", {}, el("b", {}, t("file_waits", { n: movedUnits().length + changedLeads().length + edit.locked.size + edit.comments.length }))),
    choice("file_merge", () => takeFile(edit.waiting, "merge")),
    choice("file_replace", () => takeFile(edit.waiting, "replace")),
    choice("cancel", () => {
      edit.waiting = null;
      showEditing();
    }),
  );
}

/** Units on which a merged file wants another grid than one does oneself. */
function conflictRows() {
  const open = edit.conflicts.filter(({ unit, theirs }) => EDITED[unit] !== theirs);
  if (!open.length) return null;
  const row = ({ unit, theirs }) =>
    el("li", {}, swatch(EDITED[unit], "small"), el("button", { class: "link", title: t("show_on_map"), onclick: () => showUnits([unit]) }, DATA.units.name[unit] || DATA.units.id[unit]),
      el("button", { class: "link", disabled: edit.locked.has(unit), title: edit.locked.has(unit) ? t("is_locked") : null, onclick: () => afterStep(moveUnits([unit], theirs)) }, t("take_theirs", { n: GRIDS[theirs].number })));
  return [el("div", { class: "section" }, el("h2", {}, t("n_conflicts", { n: open.length }))), el("ul", { class: "flows" }, open.map(row))];
}

/** Edits that this browser kept from an earlier visit: taken back or dropped. */
export function draftOffer() {
  if (!edit.draft) return null;
  const [text] = [edit.draft];
  const answer = (action) => () => {
    edit.draft = null;
    action();
    redraw();
    showEditing();
  };
  const told = parseEdits(text);
  if (told.problem) return null;
  const n = told.moves.length + told.leads.length + told.locks.length + told.comments.length;
  return el("div", { class: "draft", role: "status" }, el("p", {}, t("draft_kept", { n })),
    el("button", { class: "button", onclick: answer(() => takeFile(text, "merge")) }, t("draft_take")), el("button", { class: "button", onclick: answer(keepDraft) }, t("draft_drop")));
}

// ---- alert and strip -----------------------------------------------------------------------------------------------

export function showStrip() {
  const strip = byId("strip");
  const { hidden } = strip;
  fillStrip(strip, byId("alert"));
  if (strip.hidden !== hidden) gridplanMap.invalidateSize({ animate: false, pan: false });
}

function fillStrip(strip, alert) {
  strip.hidden = !isEditing();
  alert.hidden = true;
  if (strip.hidden) return replace(strip);
  const alarming = liveNow().changes.filter(({ check, change }) => (change === "new" || change === "worse") && (check.severity === "must" || check.rule === "R-06" || check.rule === "R-04"));
  strip.classList.toggle("pending", brush.ghost !== null);
  if (edit.waiting) askAboutFile(alert);
  else if (alarming.length) showAlert(alert, alarming.map(({ check }) => check));
  const moved = movedUnits();
  const peopleMoved = moved.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
  return refresh(
    strip,
    el("div", {}, el("span", {}, t("against_proposal")), el("p", {}, el("b", {}, brush.ghost ? ghostWords(brush.ghost) : moved.length ? t("moved_n", { n: grouped(moved.length), p: peopleInWords(peopleMoved) }) : t("no_edits")))),
    beforeAndAfter({ ...BASE, checks: BASE_CHECKS }, liveNow(), uncheckedMusts()),
  );
}

/** Every headline figure of two plans, before and after, with whether it is better; musts that nobody checked are never met. */
export function beforeAndAfter(before, after, unchecked = []) {
  const count = (checks, severity) => checks.filter((check) => check.severity === severity).length;
  const standing = (checks) => `${count(checks, "must")} / ${count(checks, "should")}`;
  const weigh = (checks) => 1000 * count(checks, "must") + count(checks, "should");
  const item = (name, old, now, judged) => el("div", {}, el("span", {}, Array.isArray(name) ? t(...name) : t(name)), el("p", {}, old === now ? null : el("small", {}, `${old} → `), el("b", {}, now)), judged);
  const recheck = after === live ? recheckNow() : null;
  const doubt = unchecked.length && !recheck ? el("em", { class: "unchecked", title: unchecked.join(t("comma")) }, t("n_not_checked_here", { n: unchecked.length })) : null;
  return [
    item("mean_to_lead", decimals(before.mean || 0, 2), decimals(after.mean || 0, 2), verdict(before.mean, after.mean, secondsChange(after.mean - before.mean), 0.05 / 60)),
    item(["within", { n: limitsTold() }], percent(before.share, 2), percent(after.share, 2), verdict(-before.share, -after.share, pointsChange(after.share - before.share), 0.00005)),
    item("largest_deviation", signed(before.worst), signed(after.worst), verdict(Math.abs(before.worst), Math.abs(after.worst), "")),
    item("broken_grids", String(before.broken), String(after.broken), verdict(before.broken, after.broken, "")),
    recheck ? recheckItem(recheck, item) : item("live_must_should", standing(before.checks), standing(after.checks), doubt || verdict(weigh(before.checks), weigh(after.checks), "")),
  ];
}

/** Broken rules of the whole book, once the host has told them. */
function recheckItem({ must, should }, item) {
  const [before, after] = [0, 1].map((i) => 1000 * must[i] + should[i]);
  return item("all_must_should", `${must[0]} / ${should[0]}`, `${must[1]} / ${should[1]}`, verdict(before, after, ""));
}

/** "better", "worse" or "unchanged" for a number that should be small, with how much; `least` is what can be shown. */
export function verdict(before, after, amount, least = 1e-6) {
  const change = after - before;
  if (Math.abs(change) < least) return el("em", {}, t("unchanged"));
  return el("em", { class: change > 0 ? "worse" : "better" }, `${amount} ${t(change > 0 ? "change_worse" : "change_better")}`.trim());
}

export const withSign = (n, digits) => (n > 0 ? "+" : "") + decimals(n, digits);
export const secondsChange = (minutes) => t("seconds_n", { n: withSign(minutes * 60, Math.abs(minutes * 60) < 10 ? 1 : 0) });
export const pointsChange = (share, digits = 2) => t("points_n", { n: withSign(100 * share, digits) });

/** What is broken worst, and how many more; the whole street, if any of it is a street. */
function showAlert(alert, checks) {
  const [check, ...others] = checks;
  const own = check.grid < 0 ? { cutOff: [], cutPeople: 0 } : liveNow().grids[check.grid];
  const first = own.cutOff.length ? DATA.units.name[own.cutOff[0]] || DATA.units.id[own.cutOff[0]] : "";
  const detail = check.rule === "R-06" && own.cutOff.length ? t("cut_off_words", { u: first, n: own.cutOff.length, p: peopleInWords(own.cutPeople) }) : "";
  const rest = [check, ...others].map(restOfStreet).find((units) => units.length) || [];
  alert.hidden = false;
  replace(
    alert,
    severityIcon(check.severity, t(`severity_${check.severity}`)),
    el("p", {}, el("b", { class: check.severity === "must" ? "worse" : null }, `${t(`severity_${check.severity}`)}　${checkWords(check)}`), detail ? `${t("colon")}${detail}` : "", others.length ? el("small", {}, ` ${t("alert_others", { n: others.length })}`) : null),
    rest.length ? el("button", { class: "button", onclick: () => afterStep(moveUnits(rest)) }, t("whole_street", { n: GRIDS[edit.target].number })) : null,
    el("button", { class: "button", onclick: () => showUnits(unitsOfCheck(check)) }, t("show")),
    el("button", { class: "button", disabled: !edit.past.length, onclick: () => afterStep(undo()) }, t("undo_step")),
  );
}

// ---- pointer -------------------------------------------------------------------------------------------------------

let swallowClick = false;

/** What a click on a unit does with the tool at hand. */
export function editClick(unit) {
  if (unit < 0 || swallowClick) return;
  state.marked = [];
  if (edit.tool === "lock") {
    toggleLocks([unit]);
    afterStep({ units: [] });
    return;
  }
  const units = edit.tool === "street" ? streetOf(unit) : [unit];
  const step = moveUnits(units);
  if (step) afterStep(step);
  else if (edit.locked.has(unit)) setReadout([el("b", {}, t("is_locked"))]);
}

/** Drag a box over units, by mouse, pen or finger; works with the box tool, or with Shift and any tool. */
export function startBox(event) {
  if (!isEditing() || event.button !== 0 || !(edit.tool === "box" || event.shiftKey)) return;
  const box = el("div", { class: "box-select" });
  byId("map-area").append(box);
  dragOverMap(event, {
    move: ([x0, y0], [x, y]) => Object.assign(box.style, { left: `${Math.min(x, x0)}px`, top: `${Math.min(y, y0)}px`, width: `${Math.abs(x - x0)}px`, height: `${Math.abs(y - y0)}px` }),
    end: ([x0, y0], [x, y]) => {
      box.remove();
      if (Math.abs(x - x0) + Math.abs(y - y0) < 6) return editClick(unitAt(...toSteps(gridplanMap, L.point(x, y))));
      const [left, top] = toSteps(gridplanMap, L.point(Math.min(x, x0), Math.min(y, y0)));
      const [right, bottom] = toSteps(gridplanMap, L.point(Math.max(x, x0), Math.max(y, y0)));
      return boxUnits(left, top, right, bottom);
    },
    cancel: () => box.remove(),
  });
}

let isDragging = false; // a gesture of ours is under way, of which Leaflet should know nothing

/** Follow a pointer from where it went down until it goes up, wherever that is; Esc or a second finger drops the gesture. */
export function dragOverMap(event, { move, end, cancel }) {
  event.preventDefault();
  event.stopPropagation();
  const frame = byId("map-area").getBoundingClientRect();
  const at = (e) => [e.clientX - frame.left, e.clientY - frame.top];
  const from = at(event);
  const ours = (e) => e.pointerId === event.pointerId;
  const stop = () => {
    for (const [name, listener] of listeners) document.removeEventListener(name, listener, true);
    isDragging = false;
    swallowNext();
  };
  const drop = () => {
    stop(); // the button is still down: the click that comes when it goes up is not meant
    document.addEventListener("pointerup", swallowNext, { capture: true, once: true });
    cancel();
  };
  /** @type {[string, (e: any) => any][]} */
  const listeners = [
    ["pointermove", (e) => ours(e) && move(from, at(e))],
    ["pointerup", (e) => {
      if (!ours(e)) return;
      swallowClick = false;
      end(from, at(e));
      stop();
    }],
    ["pointercancel", (e) => ours(e) && drop()],
    ["pointerdown", (e) => !ours(e) && drop()],
    ["keydown", (e) => {
      if (e.key !== "Escape") return;
      e.stopPropagation();
      drop();
    }],
  ];
  isDragging = true;
  for (const [name, listener] of listeners) document.addEventListener(name, listener, true);
}

function swallowNext() {
  swallowClick = true;
  setTimeout(() => (swallowClick = false), 50);
}

/** While a gesture of ours is under way, Leaflet neither drags nor zooms. */
export function keepFromLeaflet(event) {
  if (!isDragging) return;
  if (event.cancelable) event.preventDefault();
  event.stopPropagation();
}

/** Units whose inside point lies in the box move (or are locked, with the lock tool) in one step. */
function boxUnits(left, top, right, bottom) {
  const units = [];
  for (let unit = 0; unit < N; unit += 1) {
    const [x, y] = insideOf(unit);
    if (x >= left && x <= right && y >= top && y <= bottom) units.push(unit);
  }
  if (edit.tool === "lock") {
    const open = units.filter((unit) => !edit.locked.has(unit));
    if (units.length) toggleLocks(open.length ? open : units);
    afterStep({ units: [] });
  } else afterStep(moveUnits(units));
}

export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Keys that Leaflet has and the page has not: it takes 6 for the minus of some keyboards. */
const LEAFLET_KEYS = /^(Arrow|[+=_-]$)/;

/** With the map focused, arrows go from unit to unit while one edits, and Enter does what a click does; the page's own keys do not reach Leaflet. */
export function mapKey(event) {
  if (event.target.closest("#compare")) return;
  if (!LEAFLET_KEYS.test(event.key) && event.key !== "Enter") {
    pressKey(event);
    event.stopPropagation();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (state.unit !== null && unitKey(event)) return;
  if (!isEditing()) return;
  const size = gridplanMap.getSize();
  const at = state.hover >= 0 ? state.hover : unitAt(...toSteps(gridplanMap, L.point(size.x / 2, size.y / 2)));
  if (event.key === "Enter" && state.hover >= 0) editClick(state.hover);
  else if (ARROWS[event.key]) pointUnit(at < 0 ? 0 : nextUnit(at, ARROWS[event.key]));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The neighbour that lies most in a direction; the unit itself if none does. */
export function nextUnit(unit, [dx, dy]) {
  const [x, y] = insideOf(unit);
  const ahead = (other) => {
    const [ox, oy] = insideOf(other);
    const far = Math.hypot(ox - x, oy - y) || 1;
    return ((ox - x) * dx + (oy - y) * dy) / far;
  };
  const near = EDGES[unit].filter((other) => ahead(other) > 0.3);
  return near.reduce((best, other) => (best === unit || ahead(other) > ahead(best) ? other : best), unit);
}

function pointUnit(unit) {
  state.hover = unit;
  gridplanMap.panInside(latLngOf(insideOf(unit)), { padding: [60, 60], animate: false });
  setReadout(unitFacts(unit));
  painter.point();
}

export function editKey(event) {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && key === "z") afterStep(event.shiftKey ? redo() : undo());
  else if ((event.ctrlKey || event.metaKey) && key === "y") afterStep(redo());
  else if (event.ctrlKey || event.metaKey || event.altKey) return false;
  else if (/^[1-9]$/.test(key) && Number(key) <= GRIDS.length) setTarget(Number(key) - 1);
  else if (key === "v" || key === "b" || (key === "s" && HAS_STREETS)) setTool({ v: "click", b: "box", s: "street" }[key]);
  else if (key === "p") setTool("brush");
  else if (key === "[" || key === "]") setRadius(key === "[" ? -RADIUS.step : RADIUS.step);
  else if (key === "l" && state.hover >= 0) {
    toggleLocks([state.hover]);
    afterStep({ units: [] });
  } else if (key === "l") setTool("lock");
  else if (key === "escape") openTab("grids");
  else return false;
  event.preventDefault();
  return true;
}

// ---- drawing -------------------------------------------------------------------------------------------------------

export function hatch(context, view, colour) {
  const pattern = context.createPattern(keepTile(colour), "repeat");
  pattern.setTransform(new DOMMatrix().scale(0.5 / view.scale));
  return pattern;
}

const tiles = new Map();

export function keepTile(colour) {
  if (!tiles.has(colour)) tiles.set(colour, hatchTile(colour));
  return tiles.get(colour);
}

function hatchTile(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 14;
  const pen = penOf(tile);
  pen.strokeStyle = colour;
  pen.lineWidth = 2.2;
  for (const shift of [-14, 0, 14]) {
    pen.beginPath();
    pen.moveTo(shift - 2, 16);
    pen.lineTo(shift + 16, -2);
    pen.stroke();
  }
  return tile;
}

export function drawEdits(context, view) {
  const moved = wantedUnits(view, movedUnits());
  if (moved.length) {
    context.fillStyle = hatch(context, view, "rgba(22,25,29,.55)");
    context.fill(unitsPath(moved));
  }
  const cut = cutUnits();
  if (!cut.length) return;
  context.fillStyle = hatch(context, view, "rgba(179,32,44,.75)");
  const shown = wantedUnits(view, cut);
  context.fill(unitsPath(shown));
  const edge = edgePath(cut, shown);
  stroke(context, view, edge, "#fff", 6);
  stroke(context, view, edge, "#B3202C", 3);
}

/** Padlocks, and the people of each piece that is cut off. */
export function drawEditMarks(context, view, labels) {
  for (const unit of edit.locked) drawLock(context, toPixels(view, insideOf(unit)));
  shownCuts = cutLabels(context, view, labels);
  for (const { words, at } of shownCuts) haloText(context, words, at[0], at[1], "center", `700 12px ${FONT}`, "#B3202C");
}

let shownCuts = []; // what is written on the map of the pieces that are cut off

/** The people of each piece that is cut off, clear of the names of leads if there is such a place.
 * @returns {{words: string, at: Point, box: PixelBox}[]} */
function cutLabels(context, view, labels) {
  const taken = [...labels];
  return liveNow().grids.filter((own) => own.cutOff.length).sort((a, b) => b.cutPeople - a.cutPeople).flatMap((own) => {
    const words = `${t("cut_off")} ${peopleInWords(own.cutPeople)}`;
    for (const unit of [...own.cutOff].sort((a, b) => residentsOf(b) - residentsOf(a)).slice(0, 30)) {
      const [x, y] = toPixels(view, insideOf(unit));
      const box = roomForLabel(context, words, [x, y + 4], taken, 700);
      if (box) return [{ words, at: [x, y + 4], box }];
    }
    return [];
  });
}

function drawLock(context, [x, y]) {
  context.beginPath();
  context.rect(x - 4, y - 1, 8, 6);
  context.fillStyle = INK;
  context.strokeStyle = "#fff";
  context.lineWidth = 2.4;
  context.stroke();
  context.fill();
  context.beginPath();
  context.arc(x, y - 1, 2.6, Math.PI, 0);
  context.strokeStyle = INK;
  context.lineWidth = 1.5;
  context.stroke();
}
