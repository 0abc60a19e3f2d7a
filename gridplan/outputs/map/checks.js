// The rail's second tab: findings, one row a rule where several say the same, filtered by severity and result.

import { DATA, decimals, GRIDS, gridWords, grouped, inLanguage, isUnreachable, peopleInWords, percent, pressable, severityIcon, state, swatch, t } from "./base.js";
import { el } from "./dom.js";
import { unitsOfGrid } from "./shapes.js";
import { zoomToUnits } from "./draw.js";
import { painter, showRail } from "./start.js";

export const SEVERITIES = ["must", "should", "note"];
const STATUSES = ["violated", "waived", "not_evaluated", "met"];

/**
 * Findings that say the same of several grids make one row; so do those of one rule, severity and result that differ
 * in their numbers only.
 */
function groupFindings(findings) {
  const same = gather(findings, (finding) => `${keyOf(finding)} ${withoutName(finding, finding.message[0])}`);
  const rows = [...same.filter((group) => group.length > 1), ...gather(same.filter((group) => group.length === 1).flat(), keyOf)];
  const rank = ([first]) => STATUSES.indexOf(first.status) * 10 + SEVERITIES.indexOf(first.severity);
  return rows.sort((a, b) => rank(a) - rank(b) || compare(a[0].rule, b[0].rule) || compare(a[0].message[0], b[0].message[0]));
}

const keyOf = (finding) => `${finding.rule} ${finding.severity} ${finding.status}`;
export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function gather(items, nameOf) {
  const groups = new Map();
  for (const item of items) {
    const name = nameOf(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return [...groups.values()];
}

/** The message without the name of its grid, which a swatch or the card already tells. */
function withoutName(finding, message) {
  if (finding.grid < 0) return message;
  const rest = message.replace(inLanguage(GRIDS[finding.grid].name), "").replace(/^[\s:：,，的]+/, "");
  return capital(rest || message);
}

const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : text);

/** What a row says: the message itself, what all its messages have in common, or else the title of the rule. */
function headlineOf(group, inCard) {
  const texts = new Set(group.map((finding) => withoutName(finding, inLanguage(finding.message))));
  if (group.length === 1) return inCard ? [...texts][0] : capital(inLanguage(group[0].message));
  return texts.size === 1 ? [...texts][0] : titleOf(group[0].rule);
}

export function checksTab() {
  const open = tasksOf("violated").filter(hasCause);
  const first = open.slice(0, FIRST_TASKS);
  const met = DATA.findings.filter((finding) => finding.status === "met");
  const others = ["waived", "not_evaluated"].map((status) => [status, tasksOf(status).filter(hasCause)]);
  const shows = (status) => state.status === "all" || state.status === status;
  const parts = [
    shows("violated") && first.length ? [taskHeading(t("first_tasks", { n: first.length })), taskList(first)] : null,
    shows("violated") && open.length > first.length ? [taskHeading(t("other_tasks")), taskList(open.slice(first.length))] : null,
    others.map(([status, tasks]) => (shows(status) && tasks.length ? [taskHeading(t(`status_${status}`)), taskList(tasks)] : null)),
    shows("met") && state.cause === "all" && met.length
      ? [taskHeading(t("status_met")), el("ul", { class: "findings" }, groupFindings(met).map((group) => findingRow(group)))]
      : null,
  ].flat(2);
  return [filters(), parts.some(Boolean) ? parts : el("p", { class: "quiet" }, t("filter_empty"))];
}

export const FIRST_TASKS = 5;
const CAUSES = ["plan", "supply", "data", "operation", "not_applicable"];
export const tasksOf = (status) => DATA.tasks.filter((task) => task.status === status);
const hasCause = (task) => state.cause === "all" || task.parts.some((part) => part.cause === state.cause);
const taskHeading = (text) => el("h2", {}, text);
export const taskList = (tasks) => el("ul", { class: "findings tasks" }, tasks.map(taskRow));

function filters() {
  const chip = (key, value, content) =>
    el("button", { class: "chip", "aria-pressed": String(state[key] === value), onclick: () => setFilter(key, value) }, content);
  const ofCause = (cause) => DATA.tasks.filter((task) => task.status !== "waived" && task.parts.some((part) => part.cause === cause)).length;
  const count = (status) => (status === "met" ? DATA.findings.filter((finding) => finding.status === status) : tasksOf(status)).length;
  return [
    el("div", { class: "chips causes", role: "group", "aria-label": t("filter_cause") },
      chip("cause", "all", t("filter_all")),
      CAUSES.filter(ofCause).map((cause) => chip("cause", cause, `${inLanguage(DATA.labels.cause[cause])} ${ofCause(cause)}`))),
    el("div", { class: "chips small", role: "group", "aria-label": t("filter_status") },
      chip("status", "all", t("filter_all")),
      STATUSES.filter(count).map((status) => chip("status", status, `${t(`status_${status}`)} ${count(status)}`))),
  ];
}

/** One fact and its places: what is wrong, whom it touches, and for each cause what might be done by which kind of body. */
function taskRow(task) {
  const own = task.findings.map((place) => DATA.findings[place]);
  const key = `${task.rules} ${task.status} ${task.severity} ${task.head[0]}`;
  const isOpen = state.openRows.has(key);
  const press = () => {
    if (!state.openRows.delete(key)) state.openRows.add(key);
    showUnits(task.places.length ? task.places : own.flatMap(placesOf));
    showRail();
  };
  const [single] = own;
  return el(
    "li",
    { class: task.status },
    el(
      "div",
      { class: "finding", ...pressable(press), role: "button", "aria-expanded": String(isOpen), title: t("show_on_map") },
      severityIcon(glyphOf(task), glyphName(task)),
      el(
        "div",
        { class: "words" },
        el("p", {}, inLanguage(task.head)),
        el("p", { class: "about" }, swatchesOf(task.grids), el("span", {}, aboutTask(task, own))),
        task.parts.filter((part) => part.cause && part.cause !== "not_applicable").map((part) => causeLine(part, task)),
        own.length === 1 && single.status === "waived" ? el("p", { class: "about" }, waiverOf(single)) : null,
      ),
      el("div", { class: "measure" }, task.people === null ? el("b", {}, countOf(own)) : el("b", {}, peopleInWords(task.people))),
    ),
    isOpen ? el("ul", { class: "single" }, own.map((finding) => singleRow(finding, ""))) : null,
  );
}

function causeLine(part, task) {
  const share = task.parts.length > 1 && part.people !== null ? `${t("n_unit_subjects", { n: grouped(part.units) })} ${peopleInWords(part.people)}${t("colon")}` : "";
  const body = inLanguage(part.body);
  return el("p", { class: "cause" }, el("span", { class: "why" }, inLanguage(DATA.labels.cause[part.cause])), ` ${share}${inLanguage(part.measure)}`,
    body ? el("span", { class: "body" }, ` ${t("suggested", { m: body })}`) : null);
}

function aboutTask(task, own) {
  const [first] = own;
  const rules = t("rule", { r: task.rules.join(t("comma")) });
  if (task.status === "not_evaluated") return own.length === 1 ? inLanguage(first.message) : rules;
  return [task.people === null || !task.grids.length ? "" : t("n_grids", { n: task.grids.length }), howMuch(own), rules].filter(Boolean).join(" · ");
}

/** How far findings are from their limit: the number of one, the worst of several that are measured alike. */
function howMuch(own) {
  const told = own.filter((finding) => finding.measured !== null && finding.limit !== null && UNITS_SHOWN[finding.unit]);
  const [first] = told;
  if (!first || told.some((finding) => finding.unit !== first.unit || finding.limit !== first.limit)) return "";
  const far = (finding) => (isUnreachable(finding.measured) && finding.unit === "min" ? Infinity : Math.abs(Math.abs(finding.measured) - finding.limit));
  const worst = told.reduce((one, two) => (far(two) > far(one) ? two : one));
  const value = measured(worst.measured, worst.unit);
  return `${told.length > 1 ? t("worst_n", { v: value }) : value}${t("comma")}${t("limit", { v: measured(worst.limit, worst.unit) })}`;
}

function setFilter(key, value) {
  state[key] = value;
  showRail();
}

// ---- one row -------------------------------------------------------------------------------------------------------

export const titleOf = (rule) => (DATA.rules[rule] ? inLanguage(DATA.rules[rule]) : rule);
const glyphOf = ({ severity, status }) => (status === "violated" ? severity : status);
const glyphName = ({ severity, status }) => (status === "violated" ? t(`severity_${severity}`) : t(`status_${status}`));

export function findingRow(group, inCard = false) {
  const [first] = group;
  const many = group.length > 1;
  const key = `${keyOf(first)} ${first.message[0]}`;
  const isOpen = many && state.openRows.has(key);
  const press = () => {
    if (many && !state.openRows.delete(key)) state.openRows.add(key);
    showFindings(group);
    showRail();
  };
  return el(
    "li",
    { class: first.status },
    el(
      "div",
      { class: "finding", ...pressable(press), role: "button", "aria-expanded": many ? String(isOpen) : null, title: t("show_on_map") },
      severityIcon(glyphOf(first), glyphName(first)),
      el(
        "div",
        { class: "words" },
        el("p", {}, headlineOf(group, inCard)),
        el("p", { class: "about" }, inCard ? null : gridSwatches(group), el("span", {}, aboutOf(group))),
        !many && first.status === "waived" ? el("p", { class: "about" }, waiverOf(first)) : null,
      ),
      measureOf(group),
    ),
    isOpen ? el("ul", { class: "single" }, group.map((finding) => singleRow(finding, headlineOf(group)))) : null,
  );
}

/** One finding of an open row; where all say the same, its grid is enough. */
function singleRow(finding, headline) {
  const message = inLanguage(finding.message);
  const isSame = finding.grid >= 0 && withoutName(finding, message) === headline;
  return el(
    "li",
    {},
    finding.grid >= 0 ? swatch(finding.grid, "small") : null,
    el("button", { class: "link", onclick: () => showFindings([finding]) }, isSame ? gridWords(finding.grid) : message),
    finding.status === "waived" ? el("p", { class: "about" }, waiverOf(finding)) : null,
  );
}

const waiverOf = (finding) => t("waiver", { reason: finding.reason, author: finding.author, date: finding.date });

function aboutOf(group) {
  const [first] = group;
  const title = titleOf(first.rule);
  const parts = [headlineOf(group) === title ? "" : title, t("rule", { r: first.rule })];
  return parts.filter(Boolean).join(" · ");
}

const gridSwatches = (group) => swatchesOf([...new Set(group.map((finding) => finding.grid).filter((grid) => grid >= 0))].sort((a, b) => a - b));
const swatchesOf = (grids) => (grids.length && grids.length <= 12 ? grids.map((grid) => swatch(grid, "small")) : null);

function measureOf(group) {
  const [first] = group;
  if (group.length > 1) return el("div", { class: "measure" }, el("b", {}, countOf(group)));
  if (first.status === "met" || first.measured === null || !UNITS_SHOWN[first.unit]) return null;
  return el(
    "div",
    { class: "measure" },
    el("b", {}, measured(first.measured, first.unit)),
    first.limit ? el("span", {}, t("limit", { v: measured(first.limit, first.unit) })) : null,
  );
}

function countOf(group) {
  const names = { grid: "n_grids", facility: "n_facilities", unit: "n_unit_subjects" };
  const kind = group.every((finding) => finding.subjectKind === group[0].subjectKind) ? group[0].subjectKind : "plan";
  const subjects = new Set(group.map((finding) => finding.subject)).size;
  return names[kind] ? t(names[kind], { n: grouped(subjects) }) : t("n_subjects", { n: group.length });
}

const counted = (name) => (value) => t(name, { n: Number.isInteger(value) ? grouped(value) : decimals(value, 1) });

/** Units in which a finding's number means something to a reader; others are left to its message. */
const UNITS_SHOWN = {
  share: (value) => percent(value),
  min: (value) => (isUnreachable(value) ? t("unreachable") : `${Number.isInteger(value) ? value : decimals(value, 1)} ${t("minute")}`),
  residents: peopleInWords,
  grids: counted("n_grids"),
  units: counted("n_unit_subjects"),
  pieces: counted("n_pieces"),
  facilities: counted("n_facilities"),
  providers: counted("n_facilities"),
  leads: counted("n_leads"),
  streets: counted("n_streets"),
  km2: counted("n_km2"),
  "beds per 1000": counted("n_beds_per_1000"),
};

const measured = (value, unit) => UNITS_SHOWN[unit](value);

// ---- going there ---------------------------------------------------------------------------------------------------

/** Units at which one should look for a finding. */
export function placesOf(finding) {
  if (finding.places.length) return finding.places;
  if (finding.grid >= 0) return unitsOfGrid(finding.grid);
  if (finding.subjectKind === "unit") return DATA.units.id.flatMap((id, unit) => (id === finding.subject ? [unit] : []));
  if (finding.subjectKind === "facility") {
    const i = DATA.facilities.id.indexOf(finding.subject);
    return i >= 0 && DATA.facilities.unit[i] >= 0 ? [DATA.facilities.unit[i]] : [];
  }
  return [];
}

function showFindings(group) {
  showUnits(group.flatMap(placesOf));
}

export function showUnits(places) {
  const units = [...new Set(places)];
  state.marked = units;
  state.pin = null;
  if (units.length) zoomToUnits(units);
  else painter.draw();
}
