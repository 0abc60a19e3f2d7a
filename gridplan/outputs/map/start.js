// The page: title bar, rail, map and foot bar; pointer and keys; the language.

import { ACCENT, DATA, findIn, focused, GRIDS, gridWords, grouped, INK, inLanguage, lineIcon, memberIcon, minutesWords, N, NO_DATA, people, peopleInWords, percent, roundNumber, severityIcon, state, t, WATER, WATER_INK } from "./base.js";
import { byId, el, replace, svg } from "./dom.js";
import { refresh } from "./refresh.js";
import { insideOf, TOTAL, UNIT_GRID, unitAt } from "./shapes.js";
import { BARRIERS, countDrawn, drawn, EARTH, HAS_PRIMARY, MODES, Painter, placedLabels, ROADS, shownMode, spread, toPixels, toSteps, viewOf, zoomToAll } from "./draw.js";
import { bySeverity, classNames, closeCard, gridsTab, isPhone, openCard } from "./rail.js";
import { overlap } from "./labels.js";
import { closeUnit, openUnit } from "./unit_card.js";
import { checksTab } from "./checks.js";
import { ANNEXES, annexKeys, annexUnder, HAS_SUB_AREAS, SUB_AREA } from "./overlays.js";
import { changeKeys, ORIGIN, originWords, showsChanges } from "./changes.js";
import { curveKeys, showsCurve } from "./curve.js";
import { borderLegend, BORDERS, borderToldAt, firmFact, HAS_BORDERS, kindOf, showsBorders } from "./firmness.js";
import { showTiles } from "./basemap.js";
import { basisTab, breaksALimit, optimumWords } from "./basis.js";
import { goTo, hideHits, searchKey, showHits } from "./search.js";
import { edit, EDITED, editedMinutes, EDITING, editsDocument, hasEdits, isEdited, measure, movedUnits, moveUnits, readEdits } from "./edit.js";
import { clearSpan, closePanel } from "./histogram.js";
import { comparedFacts, compareKeys, facing, flipCompare, showsCompare, wholePlace } from "./compare.js";
import { afterStep, editClick, editKey, editTab, isEditing, keepFromLeaflet, liveNow, mapKey, showEditing, startBox, switchAssignment } from "./edit_view.js";
import { brush, startBrush } from "./brush.js";
import { liveChecks, uncheckedMusts } from "./live_rules.js";
import { commentClick, commentsTab, GIVEN } from "./comments.js";
import { buildSheet } from "./sheet.js";
import { exportMenu } from "./export.js";
import { HOST } from "./host.js";
import { hostCalls, tabTools } from "./hosted.js";
import { openHash, readHash, takeHash } from "./hash.js";
import { namedUnits } from "./unit_names.js";

export const MODE_NAMES = ["grids", "minutes", ...(HAS_PRIMARY ? ["primary"] : []), "density", ...(HAS_BORDERS ? ["borders"] : [])];
export const TABS = { grids: gridsTab, checks: checksTab, edit: editTab, comments: commentsTab, basis: basisTab };
export const painter = new Painter();
const isTouch = window.matchMedia("(hover: none)").matches;

function buildPage() {
  const page = byId("page");
  const tabs = el("div", { id: "tabs", role: "tablist", onkeydown: tabKey });
  replace(page, HOST ? null : titleBar(), el("main", { id: "main" }, el("section", { id: "rail" }, HOST ? el("div", { id: "tab-bar" }, tabs, tabTools()) : tabs, el("div", { id: "rail-body", role: "tabpanel", tabindex: "-1" })), stage()), el("div", { id: "sheet", "aria-hidden": "true" }));
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.title = DATA.title[state.language];
  byId("map-area").prepend(gridplanMap.getContainer());
  gridplanMap.getContainer().setAttribute("role", "application");
  gridplanMap.getContainer().setAttribute("aria-label", t("map"));
  showRail();
  showModes();
  showTiles();
  if (isEditing()) showEditing();
}

function titleBar() {
  const place = DATA.title[state.language];
  const facts = [DATA.date, t("n_grids", { n: GRIDS.length }), t("n_units", { n: grouped(N) }), peopleInWords(TOTAL)].filter(Boolean);
  const [headline, line] = optimumWords();
  return el(
    "header",
    { id: "title" },
    el("div", { class: "name" }, el("h1", {}, place, DATA.synthetic ? el("span", { class: "tag" }, t("synthetic")) : null), el("p", {}, facts.join(" · "))),
    el("div", { class: "optimum" }, el("p", {}, breaksALimit() ? severityIcon("must", t("severity_must")) : null, el("b", {}, headline)), el("p", { title: line }, line)),
    el("div", { class: "find" }, searchBox()),
    languageSwitch(),
    exportMenu(),
    el("button", { class: "button print", onclick: () => window.print() }, lineIcon("M4.5 6V2.5H11.5V6M4.5 11.5H2.5V6H13.5V11.5H11.5M4.5 9.5H11.5V13.5H4.5Z"), t("print")),
  );
}

export function searchBox() {
  return [
    lineIcon("M11.5 11.5 14.5 14.5M12.5 7.5A5 5 0 1 1 2.5 7.5A5 5 0 1 1 12.5 7.5"),
    el("input", { id: "search", type: "search", role: "combobox", autocomplete: "off", "aria-controls": "hits", "aria-expanded": "false", "aria-autocomplete": "list", placeholder: t("find"), "aria-label": t("find"), oninput: showHits, onfocus: showHits, onblur: hideHits, onkeydown: searchKey }),
    el("ul", { id: "hits", role: "listbox", hidden: true }),
  ];
}

function languageSwitch() {
  const choice = (language, name) => el("button", { "aria-pressed": String(state.language === language), lang: language === "zh" ? "zh-CN" : "en", onclick: () => setLanguage(language) }, name);
  return el("div", { class: "segments language", role: "group", "aria-label": t("language") }, choice("zh", "中"), choice("en", "EN"));
}

export function setLanguage(language) {
  state.language = language;
  buildPage();
  setReadout(null);
  painter.draw();
  showScale();
  findIn(document, `.language [lang^=${language}]`)?.focus();
}

function stage() {
  const zoom = (name, action, d) => el("button", { title: t(name), "aria-label": t(name), onclick: action }, lineIcon(...d));
  return el(
    "section",
    { id: "stage" },
    el("div", { id: "toolbar", hidden: true }),
    el("div", { id: "map-area" },
    el("div", { id: "tools" }, el("div", { id: "modes", class: "segments", role: "group", "aria-label": t("colour_by") }), layerSwitch()),
    el("div", { id: "compare", hidden: true }),
    el("div", { id: "zoom" }, zoom("zoom_in", () => gridplanMap.zoomIn(1), ["M2 8H14M8 2V14"]), zoom("zoom_out", () => gridplanMap.zoomOut(1), ["M2 8H14"]), zoom("zoom_all", zoomToAll, ["M2.5 6V2.5H6M10 2.5H13.5V6M13.5 10V13.5H10M6 13.5H2.5V10"])),
    el("div", { id: "credit", hidden: true }),
    el("div", { id: "alert", role: "alert", hidden: true }),
    el("section", { id: "legend", tabindex: "0", "aria-label": t("legend") })),
    el("div", { id: "strip", "aria-live": "polite", hidden: true }),
    el("footer", { id: "foot" }, el("div", { id: "readout", role: "status" }, t(isTouch ? "hint_touch" : "hint")), el("div", { id: "scale", "aria-hidden": "true" })),
  );
}

export function showModes() {
  replace(byId("modes"), MODE_NAMES.map((mode) => el("button", { "data-mode": mode, "aria-pressed": String(state.mode === mode), onclick: () => setMode(mode) }, t(`mode_${mode}`))));
}

export function setMode(mode) {
  state.mode = mode;
  showModes();
  findIn(byId("modes"), `[data-mode=${mode}]`)?.focus();
  if (HAS_BORDERS) showRail();
  painter.draw();
}

function layerSwitch() {
  const row = (layer) =>
    el("label", { class: layer.startsWith("annex ") ? "annex" : null }, el("input", { type: "checkbox", "data-layer": layer, checked: state.layers[layer], onchange: (event) => setLayer(layer, event.target.checked) }), layerName(layer));
  const known = Object.keys(state.layers).filter((layer) => layer !== "subAreas" || HAS_SUB_AREAS);
  return el("details", { id: "layers" }, el("summary", { class: "button" }, t("layers")), el("div", {}, known.map(row)));
}

function layerName(layer) {
  const annex = ANNEXES.find((one) => one.layer === layer);
  return annex ? inLanguage(annex.title) : t(`layer_${layer}`);
}

export function showLayers() {
  for (const box of byId("layers").querySelectorAll("[data-layer]")) box.checked = state.layers[box.dataset.layer];
}

function setLayer(layer, isShown) {
  state.layers[layer] = isShown;
  showTiles();
  painter.draw();
}

// ---- rail ----------------------------------------------------------------------------------------------------------

export function showRail() {
  const must = bySeverity("must");
  const tab = (name, count) =>
    el("button", { role: "tab", "data-tab": name, "aria-selected": String(state.tab === name), "aria-controls": "rail-body", onclick: () => openTab(name) }, t(`tab_${name}`), count ? el("small", { class: must && name === "checks" ? "must" : null }, String(count)) : null);
  const active = focused() && focused().dataset ? focused().dataset.tab : null;
  const edits = EDITING ? [tab("edit", movedUnits().length), tab("comments", edit.comments.length + GIVEN.length)] : [];
  refresh(byId("tabs"), tab("grids"), tab("checks", must + bySeverity("should")), edits, tab("basis"));
  if (active) findIn(byId("tabs"), `[data-tab=${active}]`)?.focus();
  keepFocus(byId("rail-body"), () => (railView === viewNow() ? refresh : replace)(byId("rail-body"), TABS[state.tab]()));
  byId("rail-body").setAttribute("aria-label", t(`tab_${state.tab}`));
}

let railView = ""; // which tab and card the rail showed
const viewNow = () => `${state.tab} ${state.card === null ? "" : state.card} ${state.unit === null ? "" : state.unit}`;

/** Fill the rail anew and leave the focus where it was: on the same control, the row of a card just closed, or the first control. */
function keepFocus(body, fillIt) {
  const controls = () => [...body.querySelectorAll("button, select, input, textarea, summary, [tabindex='0']")];
  const place = body.contains(focused()) ? controls().indexOf(focused()) : -1;
  const [oldView, oldCard] = [railView, railView.split(" ")[1]];
  fillIt();
  railView = viewNow();
  if (place < 0 || body.contains(focused())) return;
  const row = oldCard && state.card === null ? body.querySelector(`tr[data-grid="${oldCard}"]`) : null;
  const next = row || controls()[railView === oldView ? Math.min(place, controls().length - 1) : 0];
  if (next) next.focus({ preventScroll: true });
}

/** Left and right go from tab to tab. */
function tabKey(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const tabs = [...byId("tabs").children];
  const next = tabs[(tabs.indexOf(focused()) + by + tabs.length) % tabs.length];
  next.focus();
  openTab(next.dataset.tab);
  event.preventDefault();
}

export function openTab(name) {
  state.tab = name;
  state.card = null;
  state.unit = null;
  state.marked = [];
  setReadout(null);
  switchAssignment();
  redraw();
  byId("rail-body").scrollTop = 0;
}

export function redraw() {
  showRail();
  painter.draw();
}

// ---- foot bar ------------------------------------------------------------------------------------------------------

export function setReadout(parts) {
  const hint = showsCompare() ? "hint_compare" : isEditing() ? "hint_edit" : state.tab === "comments" ? "hint_comment" : "hint";
  replace(byId("readout"), parts ? parts.flatMap((part, i) => (i ? [el("i", {}, "·"), part] : [part])) : t(isTouch ? `${hint}_touch` : hint));
}

export function unitFacts(unit) {
  if (showsCompare()) return comparedFacts(unit);
  const units = DATA.units;
  const grid = UNIT_GRID[unit];
  const ownMinutes = isEditing() ? editedMinutes(unit) : units.minutes[unit];
  const parts = [el("b", {}, units.name[unit] || units.id[unit]), `${t("code")} ${units.id[unit]}`];
  if (units.population[unit] !== null) parts.push(t("people_exact", { n: grouped(units.population[unit]) }));
  parts.push(grid < 0 ? t("unassigned") : gridWords(grid));
  if (ownMinutes !== null) parts.push(t("to_lead", { m: minutesWords(ownMinutes) }));
  if (showsChanges() && ORIGIN.has(unit)) parts.push(t("moved_from", { g: originWords(ORIGIN.get(unit)) }));
  if (state.layers.subAreas && SUB_AREA[unit] >= 0) parts.push(DATA.subAreas[SUB_AREA[unit]]);
  if (units.primary[unit] !== null) parts.push(t("to_primary", { m: minutesWords(units.primary[unit]) }));
  if (showsBorders() && firmFact(unit)) parts.push(firmFact(unit));
  if (state.mode === "density" && units.density[unit] !== null) parts.push(t("density_n", { n: people(units.density[unit]) }));
  return parts;
}

function showScale() {
  const latitude = gridplanMap.getCenter().lat;
  const metres = (EARTH * Math.cos((latitude * Math.PI) / 180)) / gridplanMap.options.crs.scale(gridplanMap.getZoom());
  const longest = 140 * metres;
  const size = 10 ** Math.floor(Math.log10(longest));
  const round = [5, 2, 1].map((n) => n * size).find((n) => n <= longest) || size;
  const text = round >= 1000 ? `${round / 1000} km` : `${round} m`;
  const width = `${round / metres}px`;
  replace(byId("scale"), el("i", { style: { width } }), el("span", {}, text));
}

// ---- legend --------------------------------------------------------------------------------------------------------

export function showLegend() {
  const box = byId("legend");
  const inGrids = shownMode() === "grids";
  const content = () => (showsCompare() ? el("div", { class: "columns" }, legendColumn(compareKeys())) : showsCurve() ? el("div", { class: "columns" }, legendColumn(curveKeys())) : showsBorders() ? borderLegend() : [inGrids ? null : classLegend(shownMode()), inGrids || isEditing() ? markLegend() : null]);
  const key = JSON.stringify([shownMode(), state.borderView, showsCurve(), showsCompare() && facing, isEditing() && [movedUnits().length > 0, edit.locked.size > 0, liveNow().broken > 0], state.language, [...drawn.groups], drawn.isochrones.map((one) => one.minutes), state.card !== null, state.unit !== null, state.marked.length > 0, state.layers]);
  const place = JSON.stringify([key, gridplanMap.getCenter(), gridplanMap.getZoom(), gridplanMap.getSize()]);
  if (box.dataset.place === place) return;
  if (box.dataset.key !== key) {
    box.dataset.key = key;
    replace(box, content());
  }
  box.dataset.place = place;
  box.classList.toggle("left", emptierCorner() === "left");
}

const lockIcon = () => svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: "icon", "aria-hidden": "true" }, svg("path", { d: "M3 6.5H11V12.5H3Z", fill: INK }), svg("path", { d: "M4.6 6.5V4.4A2.4 2.4 0 0 1 9.4 4.4V6.5", fill: "none", stroke: INK, "stroke-width": 1.4 }));
export const lineKey = (attributes) => svg("svg", { viewBox: "0 0 20 14", width: 20, height: 14, class: "icon", "aria-hidden": "true" }, svg("path", { d: "M1 7H19", fill: "none", ...attributes }));

export function markLegend() {
  const marks = isEditing() ? [] : [[el("span", { class: "disc" }, "1"), t("key_lead")]];
  for (const group of ["hospital", "primary", "station", "care", "other"]) if (drawn.groups.has(group)) marks.push([memberIcon(group), t(`key_${group}`)]);
  const lines = [[lineKey({ stroke: INK, "stroke-width": 1.6 }), t("key_border")]];
  if (state.layers.roads && ROADS.some((rank) => rank.length)) lines.push([lineKey({ stroke: "rgba(34,48,70,.3)", "stroke-width": 2.4 }), t("key_road")]);
  if (state.layers.barriers && BARRIERS.some((barrier) => barrier.kind !== "rail")) lines.push([el("i", { class: "box", style: { background: WATER, outline: `1px solid ${WATER_INK}` } }), t("key_river")]);
  if (state.layers.barriers && BARRIERS.some((barrier) => barrier.kind === "rail")) lines.push([lineKey({ stroke: "#8A9097", "stroke-width": 2, "stroke-dasharray": "4 3" }), t("key_rail")]);
  if (state.card !== null && state.unit === null && drawn.isochrones.length) lines.push([lineKey({ stroke: ACCENT, "stroke-width": 1.8, "stroke-dasharray": "5 3" }), t("key_isochrone", { list: drawn.isochrones.map((one) => roundNumber(one.minutes)).join(" / ") })]);
  if (state.layers.subAreas) lines.push([lineKey({ stroke: INK, "stroke-width": 1.2, "stroke-dasharray": "5 3" }), t("key_sub_area")]);
  for (const key of [...changeKeys(), ...annexKeys()]) (marks.length < lines.length ? marks : lines).push(key);
  if (state.marked.length) lines.push([lineKey({ stroke: ACCENT, "stroke-width": 2.4 }), t("key_mark")]);
  if (isEditing() && movedUnits().length) lines.push([el("i", { class: "box hatched" }), t("key_moved")]);
  if (isEditing() && edit.locked.size) lines.push([lockIcon(), t("key_locked")]);
  if (isEditing() && liveNow().broken) lines.push([el("i", { class: "box hatched red" }), t("key_cut_off")]);
  if (UNIT_GRID.includes(-1)) lines.push([el("i", { class: "box", style: { background: NO_DATA } }), t("key_unassigned")]);
  return el("div", { class: "columns" }, marks.length ? legendColumn(marks) : null, legendColumn(lines));
}

const legendColumn = (items) => el("div", {}, items.map(([icon, text]) => el("p", {}, el("span", { class: "mark" }, icon), text)));

export function classLegend(mode) {
  const { breaks, tints } = MODES[mode];
  const colours = spread(tints, breaks.length + 1);
  const names = mode === "density" ? densityNames(breaks) : classNames(breaks);
  const counts = mode === "minutes" && !(isEditing() && isEdited()) ? DATA.timeClasses.plan : null;
  const total = counts ? counts.reduce((sum, n) => sum + n, 0) : 0;
  return [
    el("h2", {}, t(`${mode}_title`), counts ? el("small", {}, t("residents")) : null),
    names.map((name, i) => el("p", {}, el("i", { class: "box", style: { background: colours[i] } }), name, counts && total ? el("small", {}, percent(counts[i] / total)) : null)),
    MODES[mode].values.some((value) => value === null) ? el("p", {}, el("i", { class: "box", style: { background: NO_DATA } }), t("no_data")) : null,
    counts ? el("p", { class: "quiet" }, t("unit_means")) : null,
  ];
}

function densityNames(breaks) {
  const n = breaks.map((value) => (state.language === "zh" && value >= 10000 ? `${roundNumber(value / 10000)} 万` : grouped(value)));
  if (!n.length) return [""];
  return [`≤${n[0]}`, ...n.slice(1).map((limit, i) => `${n[i]}–${limit}`), `>${n[n.length - 1]}`];
}

const LABEL_WEIGHT = 6; // of a label or disc under the legend, in places of units

/** The bottom corner over which fewer units lie, and fewer names of leads. */
function emptierCorner() {
  const size = gridplanMap.getSize();
  const box = byId("legend").getBoundingClientRect();
  const bottom = box.bottom - gridplanMap.getContainer().getBoundingClientRect().top;
  const { pad } = painter.view;
  const hits = (from) => {
    const corner = { left: from + pad.x, top: bottom - box.height + pad.y, width: box.width, height: box.height };
    let count = LABEL_WEIGHT * placedLabels.boxes.filter((label) => overlap(label, corner) > 0).length;
    for (let i = 0; i < 5; i += 1) {
      for (let j = 0; j < 4; j += 1) {
        const point = L.point(from + (box.width * (i + 0.5)) / 5, bottom - (box.height * (j + 0.5)) / 4);
        if (unitAt(...toSteps(gridplanMap, point)) >= 0) count += 1;
      }
    }
    return count;
  };
  return hits(12) < hits(size.x - 12 - box.width) ? "left" : "right";
}

// ---- pointer and keys ----------------------------------------------------------------------------------------------

let wasOverAnnex = false;
let pointerType = "mouse"; // of the last press: after a tap browsers send the moves of a mouse that is not there

function pointAt(event) {
  if (pointerType === "touch") return;
  const unit = unitAt(...toSteps(gridplanMap, wholePlace(event.containerPoint)));
  /** @type {any[] | null} */
  const annex = isEditing() || showsCompare() ? null : annexUnder(event.containerPoint) || borderToldAt(event.containerPoint);
  if (annex) setReadout(annex);
  else if (unit !== state.hover || wasOverAnnex) setReadout(unit < 0 ? null : unitFacts(unit));
  wasOverAnnex = annex !== null;
  brush.at = isEditing() && edit.tool === "brush" ? [event.containerPoint.x, event.containerPoint.y] : null;
  if (unit === state.hover && !brush.at) return;
  state.hover = unit;
  gridplanMap.getContainer().classList.toggle("over", unit >= 0);
  painter.point();
}

function clickAt(event) {
  const unit = unitAt(...toSteps(gridplanMap, wholePlace(event.containerPoint)));
  if (isEditing()) return editClick(unit);
  if (state.tab === "comments") return commentClick(event.containerPoint);
  state.pin = null;
  state.marked = [];
  if (unit >= 0) setReadout(unitFacts(unit));
  if (showsCompare()) return painter.draw();
  if (isPhone()) return tapAt(unit, annexUnder(event.containerPoint));
  if (unit >= 0 && UNIT_GRID[unit] >= 0 && UNIT_GRID[unit] === state.card) openUnit(unit);
  else if (unit >= 0 && UNIT_GRID[unit] >= 0) openCard(UNIT_GRID[unit]);
  else closeCard();
  return null;
}

/** On a phone the card stands above the map: a tap tells the unit and offers its grid. */
function tapAt(unit, annex) {
  state.hover = unit;
  if (annex) setReadout(annex);
  else if (unit < 0) setReadout(null);
  else if (UNIT_GRID[unit] >= 0) setReadout([...unitFacts(unit), el("button", { class: "link", onclick: () => openCard(UNIT_GRID[unit]) }, `${t("open_grid")} ›`), el("button", { class: "link", onclick: () => openUnit(unit) }, `${t("open_unit")} ›`)]);
  painter.draw();
}

function leave() {
  if (state.hover < 0 || pointerType === "touch") return;
  state.hover = -1;
  setReadout(null);
  painter.point();
}

export function pressKey(event) {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
  if (isTyping) return;
  if (isEditing() && editKey(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === " " && showsCompare() && !event.target.closest("button, [role=slider]")) {
    event.preventDefault();
    flipCompare();
  } else if (event.key === "u" && state.hover >= 0) {
    openUnit(state.hover);
  } else if (event.key === "e" && EDITING) {
    openTab("edit");
  } else if (event.key === "Escape") {
    for (const menu of ["layers", "export"]) byId(menu).open = false;
    state.pin = null;
    if (state.unit !== null) closeUnit();
    else if (state.card !== null || state.panel === null) closeCard();
    else if (state.span) clearSpan();
    else closePanel();
  } else if (/^[1-9]$/.test(event.key) && Number(event.key) <= GRIDS.length) openCard(Number(event.key) - 1);
}

gridplanMap.setMaxBounds(null);
const LINK = readHash();
takeHash(LINK);
buildPage();
gridplanMap.invalidateSize({ animate: false });
zoomToAll();
painter.addTo(gridplanMap);
showScale();
gridplanMap.on("mousemove", pointAt);
gridplanMap.on("mouseout", leave);
gridplanMap.on("click", clickAt);
gridplanMap.getContainer().addEventListener("pointerdown", startBox, true);
gridplanMap.getContainer().addEventListener("pointerdown", startBrush, true);
for (const name of ["mousedown", "touchstart", "touchmove"]) gridplanMap.getContainer().addEventListener(name, keepFromLeaflet, { capture: true, passive: false });
document.addEventListener("pointerdown", (event) => (pointerType = event.pointerType), true);
gridplanMap.getContainer().addEventListener("keydown", mapKey, true);
gridplanMap.on("zoomend moveend", showScale);
openHash(LINK);
document.addEventListener("keydown", pressKey);

document.addEventListener("click", (event) => {
  for (const menu of ["layers", "export"]) if (!byId(menu).contains(/** @type {Node} */ (event.target))) byId(menu).open = false;
});
window.addEventListener("beforeprint", buildSheet);
window.addEventListener("beforeunload", (event) => {
  if (EDITING && hasEdits() && !edit.isSaved && !HOST) event.preventDefault();
});

window.gridplan = {
  state,
  data: DATA,
  map: gridplanMap,
  buildSheet,
  ...(HOST && EDITING ? { host: hostCalls } : {}),
  edit: EDITING ? { state: edit, assignment: EDITED, measure: () => measure(EDITED, edit.leads), checks: () => liveChecks(measure(EDITED, edit.leads)), document: editsDocument, read: readEdits, unchecked: uncheckedMusts, move: (units, grid) => afterStep(moveUnits(units, grid)) } : null,
  unitUnder: (x, y) => unitAt(...toSteps(gridplanMap, L.point(x, y))),
  placeOf: (unit) => {
    const [x, y] = toPixels(viewOf(gridplanMap, L.point(0, 0)), insideOf(unit));
    const frame = gridplanMap.getContainer().getBoundingClientRect();
    return [frame.left + x, frame.top + y];
  },
  borderPlace: () => {
    const { points } = BORDERS.find((border) => kindOf(border) < 4).arc;
    const [x, y] = toPixels(viewOf(gridplanMap, L.point(0, 0)), [(points[0] + points[2]) / 2, (points[1] + points[3]) / 2]);
    const frame = gridplanMap.getContainer().getBoundingClientRect();
    return [frame.left + x, frame.top + y];
  },
  goToUnit: (i) => goTo({ kind: "unit", i }),
  readyMs: Math.round(performance.now()),
  namedUnits,
  get drawnWithin() {
    return !painter.isWhole;
  },
  get labels() {
    return placedLabels.boxes;
  },
  get drawnUnits() {
    return painter.view ? countDrawn(painter.view) : 0;
  },
};
