// The rail's first tab: figures of the plan, the table of grids, and a grid's card.

import { DATA, decimals, GRIDS, gridWords, grouped, INK, inLanguage, IS_MIXED, isUnreachable, label, memberIcon, people, percent, pressable, roundNumber, SCOPE_OF_GRID, SCOPES, severityIcon, signed, state, swatch, t, TIME_TINTS } from "./base.js";
import { byId, el, svg } from "./dom.js";
import { PROPOSED, TOTAL, unitsOfGrid } from "./shapes.js";
import { restOfName, SHORT_NAMES } from "./labels.js";
import { GROUPS, HAS_PRIMARY, latLngOf, spread, zoomToUnits } from "./draw.js";
import { nearerRow, unitCard } from "./unit_card.js";
import { findingRow, FIRST_TASKS, placesOf, taskList, tasksOf } from "./checks.js";
import { annexSection, cardAnnexes } from "./overlays.js";
import { changesSection } from "./changes.js";
import { curveSection } from "./curve.js";
import { bordersTab, showsBorders } from "./firmness.js";
import { edit, EDITING, isEdited } from "./edit.js";
import { histogramLink, histogramTab, showsHistogram } from "./histogram.js";
import { compareLink, compareTab, showsCompare } from "./compare.js";
import { commentOnGrid } from "./comments.js";
import { openTab, painter, redraw, setReadout } from "./start.js";

export const gridsOfScope = (scope) => GRIDS.flatMap((_, grid) => (SCOPE_OF_GRID[grid] === scope ? [grid] : []));
/** Minutes within which people should reach the lead of a grid; those of all parts of the plan, as one says them. */
export const limitOf = (grid) => SCOPES[SCOPE_OF_GRID[grid]].limit;
export const limitsTold = () => [...new Set(SCOPES.map((scope) => roundNumber(scope.limit)))].join("/");
const OPEN = DATA.findings.filter((finding) => finding.status === "violated");

/** A grid's distance from the average of its part of the plan, with its sign; residents in no grid count in the average. */
const deviationOf = (grid) => GRIDS[grid].deviation;

const largestDeviation = () =>
  GRIDS.map((_, grid) => deviationOf(grid)).reduce((worst, d) => (d !== null && (worst === null || Math.abs(d) > Math.abs(worst)) ? d : worst), null);

/** Mean of a grid column over residents: what the plan's own score says if the proposal does not tell it. */
function overall(score, column) {
  if (DATA.scores[score] !== undefined && DATA.scores[score] !== null) return DATA.scores[score];
  const told = GRIDS.filter((grid) => grid[column] !== null && !isUnreachable(grid[column]) && grid.population);
  const weight = told.reduce((sum, grid) => sum + grid.population, 0);
  return weight ? told.reduce((sum, grid) => sum + grid.population * grid[column], 0) / weight : null;
}

export const bySeverity = (severity) => OPEN.filter((finding) => finding.severity === severity).length;
export const figure = (value, unit) => [value, unit ? el("small", {}, unit) : null];
const minutesFigure = (m) => (m === null ? figure("") : isUnreachable(m) ? figure(t("unreachable")) : figure(decimals(m, 1), t("minute")));

/** How far the share within the limit moves with the speeds that the case holds possible; nothing where it is not told. */
function shareRange() {
  const { share_within_low: low, share_within_high: high } = DATA.scores;
  const told = low !== undefined && low !== null && high !== undefined && high !== null;
  return told ? el("small", { class: "range", title: DATA.shareRange && inLanguage(DATA.shareRange) }, [t("by_speed"), el("br"), `${percent(low)}–${percent(high)}`]) : null;
}

export function kpis() {
  const limit = limitsTold();
  const item = (value, name) => el("div", { class: "kpi" }, el("b", {}, value), el("span", {}, name));
  return el(
    "div",
    { class: "kpis" },
    item(minutesFigure(overall("mean_minutes", "meanMinutes")), t("mean_to_lead")),
    item(percent(overall("share_within", "shareWithin")), [t("within", { n: limit }), shareRange()]),
    item(signed(largestDeviation()), t("largest_deviation")),
    item([el("span", { class: bySeverity("must") ? "worse" : null }, String(bySeverity("must"))), ` / ${bySeverity("should")}`], t("must_should")),
  );
}

// ---- table of grids ------------------------------------------------------------------------------------------------

export function gridTable() {
  const limit = limitsTold();
  const head = [["", ""], [t("lead_hospital"), "name"], [t("population_k"), ""], ["", "bar"], [t("deviation_short"), ""], [t("mean_minutes"), ""], [IS_MIXED ? t("within_own_short") : t("within_short", { n: limit }), ""], [t("flags"), "flags"]];
  return el(
    "table",
    { class: hasBothFlags() ? "grids both" : "grids" },
    tableHead(head),
    el("tbody", {}, SCOPES.flatMap((_, scope) => [scopeRow(scope), ...gridsOfScope(scope).map(gridRow)])),
    el("tfoot", {}, totalRow()),
  );
}

/** The name of the city or county above its grids, where the plan has several. */
const scopeRow = (scope) => (IS_MIXED ? el("tr", { class: "part" }, el("th", { colspan: 8, scope: "rowgroup" }, inLanguage(SCOPES[scope].name))) : null);

const hasBothFlags = () => GRIDS.some((_, grid) => flagsOf(grid).length > 1);

/** The head of a table; a column without a name has no header cell. */
export const tableHead = (head) => el("thead", {}, el("tr", {}, head.map(([text, kind]) => (text ? el("th", { class: kind, scope: "col" }, text) : el("td", { class: kind })))));

function gridRow(grid) {
  const facts = GRIDS[grid];
  const point = (value) => () => {
    state.hoverGrid = value;
    painter.point();
  };
  return el(
    "tr",
    { ...pressable(() => openCard(grid)), "data-grid": grid, "aria-label": gridWords(grid), onmouseenter: point(grid), onmouseleave: point(-1), onfocus: point(grid), onblur: point(-1) },
    el("td", {}, swatch(grid)),
    el("td", { class: "name", title: facts.leadName }, SHORT_NAMES[grid], restOfName(grid) ? el("span", { class: "rest" }, restOfName(grid)) : null),
    el("td", {}, people(facts.population, false)),
    el("td", { class: "bar" }, deviationBar(deviationOf(grid))),
    el("td", {}, signed(deviationOf(grid))),
    el("td", {}, facts.meanMinutes === null ? "" : isUnreachable(facts.meanMinutes) ? t("unreachable") : decimals(facts.meanMinutes, 1)),
    el("td", {}, percent(facts.shareWithin)),
    el("td", { class: "flags" }, flagsOf(grid)),
  );
}

function totalRow() {
  const mean = overall("mean_minutes", "meanMinutes");
  return el(
    "tr",
    {},
    el("td"),
    el("td", { class: "name" }, t("all_city")),
    el("td", {}, people(TOTAL, false)),
    el("td", { class: "bar" }),
    el("td"),
    el("td", {}, mean === null ? "" : decimals(mean, 1)),
    el("td", {}, percent(overall("share_within", "shareWithin"))),
    el("td", { class: "flags" }),
  );
}

/** Where a grid lies between the tolerated deviations; dotted where the proposal has it, if that differs. */
export function deviationBar(deviation, proposed) {
  const tolerance = DATA.tolerance;
  const reach = Math.max(tolerance || 0, ...GRIDS.map((_, grid) => Math.abs(deviationOf(grid) || 0)), 0.01) * 1.3;
  const at = (share) => Math.max(2, Math.min(38, 20 + (18 * share) / reach));
  const parts = [svg("path", { d: "M1 8H39", stroke: "#DEE1E4" })];
  if (tolerance) parts.push(svg("path", { d: `M${at(-tolerance)} 3V13M${at(tolerance)} 3V13`, stroke: "#B7BCC2" }));
  if (deviation !== null) {
    const x = Math.min(at(deviation), at(0));
    parts.push(svg("rect", { x, y: 5.5, width: Math.max(1, Math.abs(at(deviation) - at(0))), height: 5, fill: "#7C848D" }));
  }
  if (proposed !== undefined && Math.abs(proposed - deviation) > 1e-9) {
    const x = Math.min(at(proposed), at(0));
    parts.push(svg("rect", { x, y: 3.5, width: Math.max(1, Math.abs(at(proposed) - at(0))), height: 9, fill: "none", stroke: INK, "stroke-dasharray": "2 1.5" }));
  }
  parts.push(svg("path", { d: "M20 1V15", stroke: INK, "stroke-width": 1.2 }));
  return svg("svg", { viewBox: "0 0 40 16", width: 40, height: 16, "aria-hidden": "true" }, parts);
}

/** Open findings of a grid: its own, and musts on units or institutions that lie in it. */
const findingsOf = (grid) => OPEN.filter((finding) => finding.grid === grid || (finding.grid < 0 && finding.severity === "must" && placesOf(finding).some((unit) => PROPOSED[unit] === grid)));

function flagsOf(grid) {
  return ["must", "should"].flatMap((severity) => {
    const count = findingsOf(grid).filter((finding) => finding.severity === severity).length;
    return count ? [el("span", { class: "flag" }, severityIcon(severity, t(`severity_${severity}`)), String(count))] : [];
  });
}

export function gridsTab() {
  if (state.unit !== null) return unitCard(state.unit);
  if (state.card !== null) return card(state.card);
  if (showsCompare()) return compareTab();
  if (showsHistogram()) return histogramTab();
  if (showsBorders()) return bordersTab();
  const tasks = tasksOf("violated");
  const shown = tasks.slice(0, FIRST_TASKS);
  return [
    isEdited() ? el("p", { class: "quiet" }, t("shows_proposal")) : null,
    kpis(),
    gridTable(),
    EDITING ? el("div", { class: "links" }, histogramLink(), compareLink()) : null,
    curveSection(),
    changesSection(),
    el(
      "div",
      { class: "section" },
      el("h2", {}, t("attention")),
      el("button", { class: "link", onclick: () => openTab("checks") }, `${t("all_n", { n: tasks.length })} ›`),
    ),
    tasks.length ? taskList(shown) : el("p", { class: "quiet" }, t("nothing_open")),
    tasks.length > shown.length ? el("button", { class: "link more", onclick: () => openTab("checks") }, t("more_n", { n: tasks.length - shown.length })) : null,
    modelledNote(),
  ];
}

function modelledNote() {
  const modelled = DATA.provenance.modelled;
  if (!modelled.length) return null;
  return el("p", { class: "quiet" }, `${t("modelled")}${state.language === "zh" ? "：" : ": "}${modelled.map(inLanguage).join(state.language === "zh" ? "；" : "; ")}`);
}

// ---- card of a grid ------------------------------------------------------------------------------------------------

let tableScroll = 0; // where the table of grids was left

export function openCard(grid) {
  if (state.card === null && state.tab === "grids") tableScroll = byId("rail-body").scrollTop;
  state.card = grid;
  state.unit = null;
  state.hoverGrid = -1;
  state.marked = [];
  state.tab = "grids";
  setReadout(null);
  redraw();
  byId("rail-body").scrollTop = 0;
  if (isPhone()) byId("rail").scrollIntoView();
}

export const isPhone = () => window.matchMedia("(max-width: 560px), (max-width: 720px) and (hover: none)").matches;

function editGrid(grid) {
  edit.target = grid;
  openTab("edit");
}

export function closeCard() {
  const wasOpen = state.card !== null;
  state.card = null;
  state.unit = null;
  state.marked = [];
  redraw();
  if (wasOpen) byId("rail-body").scrollTop = tableScroll;
}

function card(grid) {
  const facts = GRIDS[grid];
  const step = (by) => () => openCard((grid + by + GRIDS.length) % GRIDS.length);
  return [
    el(
      "div",
      { class: "nav" },
      el("button", { class: "link", onclick: closeCard }, `‹ ${t("all_grids")}`),
      el("span", {}, el("button", { class: "link", onclick: step(-1) }, `‹ ${t("previous")}`), el("button", { class: "link", onclick: step(1) }, `${t("next")} ›`)),
    ),
    el("div", { class: "card-title" }, swatch(grid, "large"), el("div", {}, el("h2", {}, inLanguage(facts.name)), groupLine(grid), el("p", {}, leadFacts(grid)))),
    cardFindings(grid, true),
    cardFigures(grid),
    timeDistribution(grid),
    nearerRow(grid),
    cardFindings(grid, false),
    el("h3", {}, t("members")),
    memberRows(grid),
    tieNote(grid),
    annexSection(cardAnnexes(grid), "annexes"),
    missingNote(grid),
    el("div", { class: "buttons" }, el("button", { class: "button", onclick: () => zoomToUnits(unitsOfGrid(grid)) }, t("zoom_grid")), EDITING ? el("button", { class: "button desk", onclick: () => editGrid(grid) }, t("tab_edit")) : null, EDITING ? el("button", { class: "button", onclick: () => commentOnGrid(grid) }, t("comment_write")) : null),
  ];
}

/** The name of the group as somebody wrote it; one that is only proposed is marked. */
function groupLine(grid) {
  const { group, groupSource } = GRIDS[grid];
  return group ? el("p", { class: "group" }, group, groupSource === "proposed" ? el("small", {}, t("group_proposed")) : null) : null;
}

function leadFacts(grid) {
  const facts = GRIDS[grid];
  const lead = facts.lead;
  const parts = [`${t("lead_hospital")}${t("colon")}${facts.leadName}`];
  if (lead >= 0) parts.push(...facilityFacts(lead));
  return parts.filter(Boolean).join(" · ");
}

function facilityFacts(i) {
  const { level, grade, kind, ownership, beds, parent } = DATA.facilities;
  const grades = state.language === "zh" ? { A: "甲等", B: "乙等", C: "丙等" } : { A: " A", B: " B", C: " C" };
  const rank = level[i] > 0 ? label("level", String(level[i])) + (grades[grade[i]] || "") : "";
  const campus = parent[i] ? DATA.facilities.id.indexOf(parent[i]) : -1;
  return [
    rank,
    kind[i] ? label("kind", kind[i]) : "",
    ownership[i] ? label("ownership", ownership[i]) : "",
    beds[i] ? t("n_beds", { n: grouped(beds[i]) }) : "",
    campus >= 0 ? t("campus_of", { name: DATA.facilities.name[campus] }) : "",
  ].filter(Boolean);
}

const MOST_URGENT = 4; // findings above the figures of a card

/** The most urgent findings of a grid stand above its figures, the others below. */
function cardFindings(grid, isUrgent) {
  const own = [...findingsOf(grid), ...DATA.findings.filter((finding) => finding.grid === grid && finding.status !== "met" && finding.status !== "violated")];
  const urgent = own.filter(({ status, severity }) => status === "violated" && severity !== "note").slice(0, MOST_URGENT);
  const shown = isUrgent ? urgent : own.filter((finding) => !urgent.includes(finding));
  if (!shown.length) return null;
  const rows = el("ul", { class: "findings" }, shown.map((finding) => findingRow([finding], true)));
  return isUrgent ? rows : [el("h3", {}, t("more_findings")), rows];
}

function cardFigures(grid) {
  const facts = GRIDS[grid];
  const deviation = deviationOf(grid);
  const items = [
    [figure(people(facts.population, false), state.language === "zh" ? "万" : "k"), `${t("population")} ${signed(deviation)}`],
    [minutesFigure(facts.meanMinutes), t("mean")],
    [percent(facts.shareWithin), t("within", { n: roundNumber(limitOf(grid)) })],
    [String(facts.nUnits === null ? "" : facts.nUnits), t("units")],
    [minutesFigure(facts.p50Minutes), t("median")],
    [minutesFigure(facts.p90Minutes), t("ninety")],
  ];
  const more = [];
  if (facts.population65 !== null && facts.population) more.push([percent(facts.population65 / facts.population), t("aged_65")]);
  if (facts.bedsPer1000 !== null) more.push([decimals(facts.bedsPer1000, 1), t("beds_per_1000")]);
  if (facts.sharePrimary !== null) more.push([percent(facts.sharePrimary), t("walk_primary", { n: roundNumber(DATA.walkLimit) })]);
  while (more.length % 3) more.push(["", ""]);
  return el("div", { class: "figures" }, [...items, ...more].map(([value, name]) => el("div", {}, el("b", {}, value), el("span", {}, name))));
}

export function classNames(breaks) {
  const n = breaks.map(roundNumber);
  return [`≤${n[0]}`, ...n.slice(1).map((limit, i) => `${n[i]}–${limit}`), `>${n[n.length - 1]}`];
}

function timeDistribution(grid) {
  const counts = DATA.timeClasses.grids[grid];
  const total = counts ? counts.reduce((sum, n) => sum + n, 0) : 0;
  if (!total) return null;
  const tints = spread(TIME_TINTS, counts.length);
  const share = counts.map((n) => n / total);
  return [
    el("h3", {}, t("time_distribution")),
    el("div", { class: "times", role: "img", "aria-label": share.map((s, i) => `${classNames(DATA.timeClasses.breaks)[i]}: ${percent(s, 0)}`).join(", ") },
      share.map((s, i) => el("i", { style: { flexGrow: String(s), background: tints[i] } }))),
    el("div", { class: "time-key" }, share.map((s, i) =>
      el("span", {}, el("i", { style: { background: tints[i] } }), percent(s, 0), el("br"), el("em", {}, classNames(DATA.timeClasses.breaks)[i])))),
  ];
}

// ---- members -------------------------------------------------------------------------------------------------------

export const MEMBER_ROWS = [
  ["hospital", "hospital", (kind) => GROUPS[kind] === "hospital"],
  ["primary", "primary", (kind) => GROUPS[kind] === "primary"],
  ["station", "station", (kind) => GROUPS[kind] === "station"],
  ["rehab", "care"],
  ["nursing", "care"],
  ["hospice", "care"],
  ["other", "other", (kind) => !GROUPS[kind]],
];
const ALL_MEMBERS = DATA.facilities.id.flatMap((_, i) => (DATA.facilities.role[i] === "member" ? [i] : []));
const KNOWN_TIES = ALL_MEMBERS.some((i) => DATA.facilities.tie[i]);

const membersOf = (grid, fits) => ALL_MEMBERS.filter((i) => DATA.facilities.grid[i] === grid && fits(DATA.facilities.kind[i]));
/** What a row of the members counts; who gives rehabilitation, nursing and hospice care is what the rules count, the lead among them. */
export const rowOf = (grid, name, fits) => (fits ? membersOf(grid, fits) : GRIDS[grid].care[name]);
const withRole = (grid, role) => DATA.facilities.id.flatMap((_, i) => (DATA.facilities.role[i] === role && DATA.facilities.grid[i] === grid ? [i] : []));

function memberRows(grid) {
  const facts = GRIDS[grid];
  const rows = MEMBER_ROWS.flatMap(([name, icon, fits]) => {
    const found = rowOf(grid, name, fits);
    if (!found.length && (name === "station" || name === "other")) return [];
    const more = name === "primary" && found.length ? t("each", { n: people(facts.population / found.length) }) : "";
    return [memberRow(icon, t(`group_${name}`), found, more)];
  });
  const beside = ["cooperating", "none"].flatMap((role) => {
    const found = withRole(grid, role);
    return found.length ? [memberRow("other", label("role", role), found, "")] : [];
  });
  return el("div", { class: "members" }, rows, beside);
}

function memberRow(icon, title, found, more) {
  return el(
    "details",
    { class: "member" },
    el("summary", {}, memberIcon(icon), el("span", {}, title), found.length ? el("b", {}, String(found.length)) : el("b", { class: "lacking" }, t("none")), el("small", {}, more)),
    el("ul", {}, found.map((i) => el("li", {}, el("button", { class: "link", onclick: () => showFacility(i) }, DATA.facilities.name[i] || DATA.facilities.id[i]), el("small", {}, facilityFacts(i).concat(stateOf(i)).filter(Boolean).join(" · "))))),
  );
}

/** Tie with its reason as written, agreement, and of those outside the group why they are. */
function stateOf(i) {
  const { role, roleSource, tieReason, agreement } = DATA.facilities;
  const tie = tieName(i) && inLanguage(tieReason[i]) ? `${tieName(i)}${t("colon")}${inLanguage(tieReason[i])}` : tieName(i);
  const source = role[i] === "none" || role[i] === "cooperating" ? label("roleSource", roleSource[i]) : "";
  return [role[i] === "lead" ? t("lead_hospital") : "", tie, source, agreement[i]];
}

const tieName = (i) => (DATA.facilities.tie[i] && DATA.words[`tie_${DATA.facilities.tie[i]}`] ? t(`tie_${DATA.facilities.tie[i]}`) : DATA.facilities.tie[i]);

function tieNote(grid) {
  const ties = membersOf(grid, () => true).map((i) => DATA.facilities.tie[i]);
  const count = (tie) => ties.filter((own) => own === tie).length;
  return KNOWN_TIES ? el("p", { class: "quiet" }, t("ties", { tight: count("tight"), trust: count("trusteeship"), loose: count("loose") })) : null;
}

function missingNote(grid) {
  const facts = GRIDS[grid];
  const missing = [
    facts.population65 === null && "missing_65",
    facts.bedsPer1000 === null && "missing_beds",
    !KNOWN_TIES && "missing_ties",
    !HAS_PRIMARY && "missing_primary",
  ].filter(Boolean);
  return missing.length ? el("p", { class: "quiet" }, t("missing", { list: missing.map((name) => t(name)).join(t("comma")) })) : null;
}

export function showFacility(i) {
  const xy = DATA.facilities.xy[i];
  if (!xy) return;
  state.pin = xy;
  gridplanMap.setView(latLngOf(xy), Math.max(gridplanMap.getZoom(), 12.5), { animate: false });
  setReadout([el("b", {}, DATA.facilities.name[i]), `${t("code")} ${DATA.facilities.id[i]}`, ...facilityFacts(i)]);
  painter.point();
}
