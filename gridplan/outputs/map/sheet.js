// The printed sheet: A3 landscape, one page, its own vector map at a round scale.

import { ACCENT, DATA, FONT, GRIDS, grouped, INK, inLanguage, memberIcon, N, peopleInWords, state, swatch, t, WATER, WATER_INK } from "./base.js";
import { byId, el, replace, svg } from "./dom.js";
import { ALL_BOX, differs, gridAt, insideOf, isInner, isOuter, PROPOSED, SHAPES, showAssignment, svgOf, TOTAL, UNIT_GRID } from "./shapes.js";
import { placeLabels, SHORT_NAMES } from "./labels.js";
import { BARRIERS, drawn, fillsOf, groupOf, labelLines, LEADS, MEMBERS, penOf, ROADS, shownLeads, shownMode } from "./draw.js";
import { gridTable, kpis, MEMBER_ROWS, rowOf } from "./rail.js";
import { gather, taskList, tasksOf } from "./checks.js";
import { partsSubAreas, shownAnnexes, tintOfRow } from "./overlays.js";
import { FLOWS, flowWords, FORMER, ORIGIN, showsChanges } from "./changes.js";
import { borderLegend, borderLines, showsBorders } from "./firmness.js";
import { madeByLine, optimumWords } from "./basis.js";
import { changedLeads, edit, EDITED, EDITING, hasEdits, isEdited, movedUnits, PROPOSED_LEADS } from "./edit.js";
import { beforeAndAfter, changeRows, draftTable, live, liveNow, refreshLive, setLive, uncheckedLine } from "./edit_view.js";
import { BASE, BASE_CHECKS, uncheckedMusts } from "./live_rules.js";
import { GIVEN, subjectWords } from "./comments.js";
import { classLegend, markLegend } from "./start.js";

const SHEET = { width: 281, height: 240 }; // millimetres of the map

/** Whether the sheet shows the edits: while one edits, and while one comments on what was edited. */
const printsEdits = () => EDITING !== null && isEdited() && (state.tab === "edit" || state.tab === "comments");

/** Fill the sheet: the edited plan while one edits, else the proposal; the edits that it does not show are told. */
export function buildSheet() {
  const groups = new Set(state.layers.members ? sheetMembersShown().map(groupOf) : []);
  const shown = { assignment: UNIT_GRID, live, groups: drawn.groups, state: { ...state } };
  const isDraft = printsEdits();
  drawn.groups = groups;
  showAssignment(isDraft ? EDITED : PROPOSED);
  if (isDraft) refreshLive();
  else setLive(null);
  Object.assign(state, { tab: isDraft ? "edit" : "grids", card: null, unit: null, marked: [] });
  fillSheet(isDraft);
  drawn.groups = shown.groups;
  showAssignment(shown.assignment);
  setLive(shown.live);
  Object.assign(state, shown.state);
}

function fillSheet(isDraft) {
  const sheet = byId("sheet");
  const right = el("div", { class: "sheet-right" });
  const foot = sheetFoot();
  const first = el("div", { class: "sheet-first" }, sheetLeft(isDraft), right, foot);
  replace(sheet, first);
  sheet.classList.add("measured");
  const left = fitColumn(right, foot, isDraft);
  sheet.classList.remove("measured");
  const second = secondSheet(left, isDraft);
  if (second) sheet.append(second);
}

function sheetLeft(isDraft) {
  const facts = [DATA.date, t("n_grids", { n: GRIDS.length }), t("n_units", { n: grouped(N) }), peopleInWords(TOTAL)].filter(Boolean).join(" · ");
  const map = sheetMap();
  return el("div", { class: "sheet-left" },
    sheetTitle(isDraft),
    el("p", { class: "meta" }, facts, !isDraft && EDITING && hasEdits() ? el("b", {}, ` · ${t("sheet_without_edits")}`) : null),
    map.svg,
    el("div", { class: "sheet-scale" }, map.bar, el("span", {}, t("scale", { n: grouped(map.scale).replace(/,/g, "\u00a0") }))));
}

const sheetTitle = (isDraft) => el("h1", {}, DATA.title[state.language], DATA.synthetic ? el("span", { class: "tag" }, t("synthetic")) : null, isDraft ? el("span", { class: "tag" }, t("sheet_edited")) : null);

/** Fill the right column with as much as ends above the foot; returns what is left for the next sheet. */
function fitColumn(right, foot, isDraft) {
  const many = GRIDS.length > 12;
  const tasks = tasksOf("violated").length;
  for (const table of many ? [false] : [true, false]) {
    for (const members of many ? [false] : [true, false]) {
      for (let findings = Math.min(tasks, 12); findings >= Math.min(tasks, members ? 4 : 2); findings -= 1) {
        replace(right, sheetColumn({ table, members, findings }, isDraft));
        if (right.getBoundingClientRect().bottom < foot.getBoundingClientRect().top - 4) return { table: !table, members: !members, findings: tasks - findings };
      }
    }
  }
  return { table: true, members: true, findings: tasks };
}

function sheetColumn({ table, members, findings }, isDraft) {
  const [headline, line] = optimumWords();
  if (isDraft) return [
    el("div", { class: "cost" }, beforeAndAfter({ ...BASE, checks: BASE_CHECKS }, liveNow(), uncheckedMusts())),
    table ? draftTable() : null,
    el("h2", {}, t("affected_checks")), changeRows(), uncheckedLine(),
    el("h2", {}, t("legend")), el("div", { class: "sheet-legend" }, sheetLegend()),
  ];
  return [
    el("p", { class: "optimum" }, el("b", {}, headline)),
    el("p", {}, line),
    kpis(),
    table ? gridTable() : null,
    el("h2", {}, t("findings")),
    sheetFindings(findings),
    members ? [el("h2", {}, t("members")), sheetMembers()] : null,
    el("h2", {}, t("legend")),
    el("div", { class: "sheet-legend" }, sheetLegend()),
  ];
}

const sheetFoot = () => el("footer", {}, el("span", {}, sheetSources()), el("span", {}, `${madeByLine()} · ${t("seed")} ${DATA.provenance.seed}`));

/** What does not fit beside the map, the edits one by one, and the comments; null if there is nothing. */
function secondSheet(left, isDraft) {
  const parts = [
    left.table ? (isDraft ? draftTable() : gridTable()) : null,
    left.members && !isDraft ? [el("h2", {}, t("members")), sheetMembers()] : null,
    left.findings && !isDraft ? [el("h2", {}, t("findings")), sheetFindings(1000)] : null,
    isDraft ? sheetEdits() : null,
    sheetComments(),
  ].filter(Boolean);
  return parts.length ? el("div", { class: "sheet-second" }, sheetTitle(isDraft), el("div", { class: "sheet-columns" }, parts)) : null;
}

/** Units that change their grid, by from and to, and new leads. */
function sheetEdits() {
  const flows = gather(movedUnits(), (unit) => `${PROPOSED[unit]} ${EDITED[unit]}`);
  const number = (grid) => (grid < 0 ? t("unassigned") : swatch(grid, "small"));
  const name = (unit) => `${DATA.units.name[unit] || ""} ${DATA.units.id[unit]}`.trim();
  return [
    el("h2", {}, t("against_proposal")),
    el("ul", { class: "flows" }, flows.map((units) => el("li", {}, number(PROPOSED[units[0]]), "→ ", number(EDITED[units[0]]), el("span", {}, units.map(name).join(t("comma"))))),
      changedLeads().map((grid) => el("li", {}, swatch(grid, "small"), t("lead_was", { a: DATA.facilities.name[PROPOSED_LEADS[grid]] || "", b: DATA.facilities.name[edit.leads[grid]] || "" })))),
  ];
}

function sheetComments() {
  const all = [...edit.comments, ...GIVEN];
  if (!all.length) return null;
  return [el("h2", {}, t("tab_comments")), el("ul", { class: "comments" }, all.map((comment, i) => el("li", {}, el("div", { class: "about" }, el("span", { class: "pin" }, String(i + 1)), el("span", {}, subjectWords(comment)), el("span", {}, comment.author)), el("p", {}, comment.text))))];
}

function sheetSources() {
  const modelled = DATA.provenance.modelled.map(inLanguage).join(state.language === "zh" ? "；" : "; ");
  const colon = state.language === "zh" ? "：" : ": ";
  return [`${t("basis_sources")}${colon}${inLanguage(DATA.sources)}`, modelled && `${t("modelled")}${colon}${modelled}`].filter(Boolean).join(" · ");
}

function sheetFindings(most) {
  const tasks = tasksOf("violated");
  return [
    taskList(tasks.slice(0, most)),
    tasks.length > most ? el("p", { class: "quiet" }, t("more_on_next", { n: tasks.length - most })) : null,
    tasks.length ? null : el("p", { class: "quiet" }, t("nothing_open")),
  ];
}

function sheetMembers() {
  const rows = MEMBER_ROWS.filter(([name]) => name !== "other");
  const cell = (grid, name, fits) => {
    const count = rowOf(grid, name, fits).length;
    return el("td", { class: count ? null : "lacking" }, count ? String(count) : t("none"));
  };
  return el(
    "table",
    { class: "grids member-table" },
    el("thead", {}, el("tr", {}, el("td"), el("th", { class: "name" }, t("lead_hospital")), rows.map(([name, icon]) => el("th", {}, memberIcon(icon), t(`short_${name}`))))),
    el("tbody", {}, GRIDS.map((_, grid) => el("tr", {}, el("td", {}, swatch(grid)), el("td", { class: "name" }, SHORT_NAMES[grid]), rows.map(([name, , fits]) => cell(grid, name, fits))))),
  );
}

function sheetLegend() {
  if (showsBorders()) return borderLegend();
  return [state.mode === "grids" ? null : classLegend(shownMode()), state.mode === "grids" || live ? markLegend() : null];
}

// ---- the map -------------------------------------------------------------------------------------------------------

function sheetMap() {
  const latitude = (DATA.frame.degrees[0] + DATA.frame.degrees[2]) / 2;
  const metres = DATA.frame.step * Math.cos((latitude * Math.PI) / 180); // true metres of one step
  const [width, height] = [ALL_BOX[2] - ALL_BOX[0], ALL_BOX[3] - ALL_BOX[1]];
  const least = Math.max((width * metres) / (SHEET.width - 6), (height * metres) / (SHEET.height - 6)) * 1000;
  const unit = least > 100000 ? 25000 : least > 20000 ? 5000 : 1000;
  const scale = Math.ceil(least / unit) * unit;
  const perStep = (metres * 1000) / scale; // millimetres of one step
  const left = SHEET.width / 2 - ((ALL_BOX[0] + ALL_BOX[2]) / 2) * perStep;
  const top = SHEET.height / 2 - ((ALL_BOX[1] + ALL_BOX[3]) / 2) * perStep;
  const drawing = svg("g", { transform: `translate(${left} ${top}) scale(${perStep})` }, sheetShapes(perStep));
  const place = ([x, y]) => [left + x * perStep, top + y * perStep];
  const gridOf = (x, y) => gridAt((x - left) / perStep, (y - top) / perStep);
  const map = svg("svg", { class: "sheet-map", viewBox: `0 0 ${SHEET.width} ${SHEET.height}`, width: `${SHEET.width}mm`, height: `${SHEET.height}mm` }, drawing, sheetMarks(place, gridOf), northArrow());
  return { svg: map, scale, bar: sheetBar(scale) };
}

/** Strokes that keep their width in millimetres under the map's scaling. */
function sheetShapes(perStep) {
  const line = (d, colour, width, more) => svg("path", { d, fill: "none", stroke: colour, "stroke-width": width / perStep, "stroke-linejoin": "round", "stroke-linecap": "round", ...more });
  const arcs = (fits) => SHAPES.arcs.filter(fits).map((arc) => svgOf(arc.points)).join("");
  const lines = (paths) => paths.map((points) => svgOf(points)).join("");
  const parts = fillsOf(shownMode()).map(([colour, units]) => svg("path", { d: units.flatMap((unit) => SHAPES.rings[unit].map((ring) => svgOf(ring, true))).join(""), fill: colour }));
  if (state.layers.borders) parts.push(line(arcs(isInner), "#fff", 0.24));
  parts.push(line(arcs(isOuter), "#7A8087", 0.26), line(arcs(differs), "#fff", 1.3), ...(showsBorders() ? borderLines(line, perStep) : [line(arcs(differs), INK, 0.45)]));
  if (state.layers.barriers) {
    for (const barrier of BARRIERS) {
      const all = lines(barrier.bands[0]);
      if (barrier.kind === "rail") parts.push(line(all, "#8A9097", 0.6), line(all, "#fff", 0.3, { "stroke-dasharray": `${1.4 / perStep}` }));
      else parts.push(line(all, WATER_INK, 2), line(all, WATER, 1.5));
    }
  }
  if (state.layers.roads && !showsBorders()) [0.6, 0.42, 0.3].forEach((width, rank) => parts.push(line(lines(ROADS[rank]), INK, width, { "stroke-opacity": 0.18 })));
  if (state.layers.subAreas) parts.push(line(arcs(partsSubAreas), INK, 0.3, { "stroke-dasharray": `${1.6 / perStep} ${0.9 / perStep}` }));
  if (showsChanges() && ORIGIN.size) parts.push(...sheetHatch(perStep, [...ORIGIN.keys()]));
  if (live) parts.push(...sheetHatch(perStep, movedUnits()));
  return [...parts, ...sheetAnnexes(line)];
}

/** Moved units, hatched as on the screen. */
function sheetHatch(perStep, units) {
  const size = 1.5 / perStep;
  const stripe = svg("path", { d: `M0 0V${size}`, stroke: INK, "stroke-width": 0.6 / perStep, "stroke-opacity": 0.6 });
  const pattern = svg("pattern", { id: "sheet-hatch", patternUnits: "userSpaceOnUse", width: size, height: size, patternTransform: "rotate(45)" }, stripe);
  const d = units.flatMap((unit) => SHAPES.rings[unit].map((ring) => svgOf(ring, true))).join("");
  return [svg("defs", {}, pattern), svg("path", { d, fill: "url(#sheet-hatch)", stroke: INK, "stroke-width": 0.35 / perStep })];
}

function sheetAnnexes(line) {
  return shownAnnexes().flatMap((annex) =>
    annex.lines.flatMap((paths, row) => {
      const d = paths.map((points) => svgOf(points)).join("");
      const colour = tintOfRow(annex, row);
      if (annex.shape === "point") return [line(`${d}h0`, colour, 2), line(`${d}h0`, "#fff", 1)];
      return annex.shape === "area" ? [svg("path", { d, fill: colour, "fill-opacity": 0.16 }), line(d, colour, 0.4)] : [line(d, colour, 0.6)];
    }),
  );
}

function sheetMarks(place, gridOf) {
  const leads = shownLeads().filter((lead) => lead.xy).map((lead) => ({ ...lead, at: place(lead.xy) }));
  const discs = leads.map(({ at: [x, y] }) => ({ x, y, r: 2.7 }));
  const measure = penOf(document.createElement("canvas"));
  const widthOf = (text, size, weight) => {
    measure.font = `${weight} ${size * 10}px ${FONT}`;
    return measure.measureText(text).width / 10;
  };
  const labels = leads.map(({ number, at: [x, y] }) => {
    const [name, value] = labelLines(number);
    return { grid: number, x, y, width: Math.max(widthOf(name, 4.1, 700), widthOf(value, 3.4, 500)), height: 9, gap: 3.2 };
  });
  const boxes = placeLabels(labels, discs, gridOf, SHEET);
  const members = state.layers.members ? sheetMembersShown().map((i) => sheetMember(groupOf(i), place(DATA.facilities.xy[i]))) : [];
  return [members, sheetChangeMarks(place), sheetPins(place), leads.map(({ number, at }) => sheetDisc(at, DATA.grids[number].number)), boxes.map((box, i) => sheetLabel(box, labelLines(labels[i].grid)))];
}

/** Former leads with a dashed line to the present ones, and the numbers of the grids that units left and joined. */
function sheetChangeMarks(place) {
  if (!showsChanges()) return [];
  const former = FORMER.filter(({ grid, facility }) => facility >= 0 && DATA.facilities.xy[facility] && LEADS[grid].xy).flatMap(({ grid, facility }) => {
    const [[x, y], [toX, toY]] = [place(DATA.facilities.xy[facility]), place(LEADS[grid].xy)];
    return [svg("path", { d: `M${x} ${y}L${toX} ${toY}`, stroke: INK, "stroke-width": 0.4, "stroke-dasharray": "1.4 1.1" }), svg("circle", { cx: x, cy: y, r: 1.9, fill: "#fff", stroke: INK, "stroke-width": 0.5 })];
  });
  return [...former, FLOWS.map((flow) => sheetLabel({ align: "center", left: place(insideOf(flow.units[0]))[0], width: 0, top: place(insideOf(flow.units[0]))[1] - 6.5 }, ["", flowWords(flow)]))];
}

/** Comments by their numbers, as in the list on the next sheet. */
function sheetPins(place) {
  return [...edit.comments, ...GIVEN].flatMap((comment, i) => {
    if (!comment.at) return [];
    const [x, y] = place(comment.at);
    return [svg("g", {}, svg("path", { d: `M${x - 2} ${y - 5.6}h4v3.8h-1l-1 1.8-1-1.8h-1Z`, fill: ACCENT, stroke: "#fff", "stroke-width": 0.4 }), svg("text", { x, y: y - 2.7, "text-anchor": "middle", fill: "#fff", "font-size": 2.8, "font-weight": 700 }, String(i + 1)))];
  });
}

const sheetMembersShown = () => MEMBERS.filter((i) => groupOf(i) !== "station" && groupOf(i) !== "other");

function sheetMember(group, [x, y]) {
  if (group === "hospital") return svg("rect", { x: x - 0.65, y: y - 0.65, width: 1.3, height: 1.3, fill: "#fff", stroke: INK, "stroke-width": 0.3 });
  if (group === "care") return svg("path", { d: `M${x} ${y - 1.1}l1.1 1.1-1.1 1.1-1.1-1.1Z`, fill: INK, stroke: "#fff", "stroke-width": 0.25 });
  return svg("circle", { cx: x, cy: y, r: 0.62, fill: INK, stroke: "#fff", "stroke-width": 0.2 });
}

function sheetDisc([x, y], number) {
  return svg("g", {}, svg("circle", { cx: x, cy: y, r: 2.6, fill: INK, stroke: "#fff", "stroke-width": 0.45 }), svg("text", { x, y: y + 1.2, "text-anchor": "middle", fill: "#fff", "font-size": 3.3, "font-weight": 700 }, String(number)));
}

function sheetLabel(box, [name, value]) {
  const anchor = { left: "start", center: "middle", right: "end" }[box.align];
  const x = box.align === "left" ? box.left : box.align === "right" ? box.left + box.width : box.left + box.width / 2;
  const text = (content, y, size, weight) =>
    svg("text", { x, y, "text-anchor": anchor, "font-size": size, "font-weight": weight, fill: INK, stroke: "#fff", "stroke-width": 0.9, "stroke-linejoin": "round", "paint-order": "stroke" }, content);
  return svg("g", {}, text(name, box.top + 3.8, 4.1, 700), text(value, box.top + 8, 3.4, 500));
}

function northArrow() {
  const [x, y] = [SHEET.width - 8, SHEET.height - 12];
  return svg("g", {}, svg("path", { d: `M${x} ${y}l2.6 8-2.6-1.8-2.6 1.8Z`, fill: INK }), svg("text", { x, y: y - 1.6, "text-anchor": "middle", "font-size": 3.6, "font-weight": 700, fill: INK }, t("north")));
}

function sheetBar(scale) {
  const kilometre = 1000000 / scale; // millimetres
  const round = [50, 20, 10, 5, 2, 1, 0.5, 0.2].find((n) => n * kilometre <= 60) || 0.1;
  const width = round * kilometre;
  const half = width / 2;
  const text = (x, content) => svg("text", { x: x + 2, y: 3.4, "text-anchor": "middle", "font-size": 3.2, fill: INK }, content);
  return svg("svg", { viewBox: `0 0 ${width + 14} 8`, width: `${width + 14}mm`, height: "8mm" },
    svg("rect", { x: 2, y: 4.8, width, height: 1.4, fill: "#fff", stroke: INK, "stroke-width": 0.25 }),
    svg("rect", { x: 2, y: 4.8, width: half, height: 1.4, fill: INK }),
    text(0, "0"), text(half, String(round / 2)), text(width, `${round} km`));
}
