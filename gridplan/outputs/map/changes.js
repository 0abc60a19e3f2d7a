// What a revised proposal changed against the one it came from: moved units, former leads, and the words about them.

import { DATA, GRIDS, grouped, INK, inLanguage, peopleInWords, state, swatch, t } from "./base.js";
import { el, svg } from "./dom.js";
import { arcsPath, insideOf, PROPOSED, unitsPath } from "./shapes.js";
import { keep, LEADS, stroke, toPixels } from "./draw.js";
import { showFacility } from "./rail.js";
import { gather, showUnits } from "./checks.js";
import { labelIfFree } from "./overlays.js";
import { EDITING, measure, PROPOSED_LEADS } from "./edit.js";
import { beforeAndAfter, hatch, isEditing } from "./edit_view.js";
import { BASE, BASE_CHECKS, liveChecks } from "./live_rules.js";

export const REVISION = DATA.revision;
export const ORIGIN = new Map(REVISION ? REVISION.moved : []); // unit -> its origin
export const FORMER = REVISION ? REVISION.leads.map(([grid, facility, id]) => ({ grid, facility, id })) : [];
const HAS_CHANGES = ORIGIN.size > 0 || FORMER.length > 0;
export const FLOWS = HAS_CHANGES ? flowsOf() : [];
if (HAS_CHANGES) state.layers.changes = true;

export const showsChanges = () => HAS_CHANGES && state.layers.changes && !isEditing();

/** Moved units by where they came from and where they are, the most people first. */
function flowsOf() {
  const flows = gather([...ORIGIN.keys()], (unit) => `${ORIGIN.get(unit)} ${PROPOSED[unit]}`).map((units) => ({
    origin: ORIGIN.get(units[0]),
    grid: PROPOSED[units[0]],
    units: units.sort((one, two) => (DATA.units.population[two] || 0) - (DATA.units.population[one] || 0)),
    people: units.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0),
  }));
  return flows.sort((a, b) => b.people - a.people || a.units[0] - b.units[0]);
}

/** "2 → 3": the numbers of the grids that units left and joined. */
export function flowWords({ origin, grid }) {
  const [from, id] = REVISION.origins[origin];
  return `${from >= 0 ? GRIDS[from].number : id || "–"} → ${grid >= 0 ? GRIDS[grid].number : "–"}`;
}

/** The grid that units came from: its number, or its id where it is gone, or that they were in none. */
export function originWords(origin) {
  const [grid, id] = REVISION.origins[origin];
  if (grid >= 0) return inLanguage(GRIDS[grid].name);
  return id ? t("former_grid", { g: id }) : t("unassigned");
}

const facilityWords = ({ facility, id }) => (facility >= 0 ? DATA.facilities.name[facility] || id : id);

// ---- rail ----------------------------------------------------------------------------------------------------------

export function changesSection() {
  if (!HAS_CHANGES) return null;
  const people = FLOWS.reduce((sum, flow) => sum + flow.people, 0);
  const leads = FORMER.length ? t("leads_changed", { n: FORMER.length }) : "";
  const moved = ORIGIN.size ? t("moved_n", { n: grouped(ORIGIN.size), p: peopleInWords(people) }) : "";
  const rows = [...FORMER.map(formerRow), ...FLOWS.slice(0, 8).map(flowRow)];
  return [
    el("div", { class: "section" }, el("h2", {}, t("against_proposal")), el("b", {}, [moved, leads].filter(Boolean).join(" · "))),
    costOfRevision(),
    el("ul", { class: "flows" }, rows),
    FLOWS.length > 8 ? el("p", { class: "quiet" }, t("more_n", { n: FLOWS.length - 8 })) : null,
    REVISION.repaired ? el("p", { class: "quiet" }, t("repaired")) : null,
  ];
}

/** What the revision cost: every headline figure of the plan it came from and of this one, by the same arithmetic. */
function costOfRevision() {
  const before = EDITING ? planBefore() : null;
  if (!before) return null;
  return [el("div", { class: "cost" }, beforeAndAfter(before, { ...BASE, checks: BASE_CHECKS })), el("p", { class: "quiet" }, t("cost_by_unit_means"))];
}

/** The plan before the revision, measured; null where a grid or a lead of it is not in this proposal. */
function planBefore() {
  const isGone = REVISION.origins.some(([grid, id]) => grid < 0 && id) || FORMER.some(({ facility }) => facility < 0 || !EDITING.leads.includes(facility));
  if (isGone) return null;
  const assignment = PROPOSED.map((grid, unit) => (ORIGIN.has(unit) ? REVISION.origins[ORIGIN.get(unit)][0] : grid));
  const leads = PROPOSED_LEADS.slice();
  for (const { grid, facility } of FORMER) leads[grid] = facility;
  const plan = measure(assignment, leads);
  return { ...plan, checks: liveChecks(plan) };
}

function flowRow({ origin, grid, units, people }) {
  const [from] = REVISION.origins[origin];
  const side = (number, words) => (number >= 0 ? swatch(number, "small") : el("span", {}, words));
  const words = `${t("n_unit_subjects", { n: grouped(units.length) })}${t("comma")}${peopleInWords(people)}`;
  return el("li", {}, side(from, originWords(origin)), "→ ", side(grid, t("unassigned")), el("button", { class: "link", title: t("show_on_map"), onclick: () => showUnits(units) }, words));
}

function formerRow(former) {
  const now = GRIDS[former.grid].leadName;
  const press = () => showFacility(GRIDS[former.grid].lead >= 0 ? GRIDS[former.grid].lead : former.facility);
  return el("li", {}, swatch(former.grid, "small"), el("button", { class: "link", title: t("show_on_map"), onclick: press }, t("lead_was", { a: facilityWords(former), b: now })));
}

// ---- map -----------------------------------------------------------------------------------------------------------

export function drawChanges(context, view) {
  if (!ORIGIN.size) return;
  context.fillStyle = hatch(context, view, "rgba(22,25,29,.55)");
  context.fill(keep("moved", () => unitsPath([...ORIGIN.keys()])));
  const edge = keep("around moved", () => arcsPath((arc) => flowKey(arc.left) !== flowKey(arc.right)));
  stroke(context, view, edge, "#fff", 4.6);
  stroke(context, view, edge, INK, 2.2);
}

const flowKey = (unit) => (unit >= 0 && ORIGIN.has(unit) ? `${ORIGIN.get(unit)} ${PROPOSED[unit]}` : "");

/** Where former leads stand, if the changes are shown. */
export const formerPlaces = () => (showsChanges() ? FORMER.map(({ facility }) => (facility < 0 ? null : DATA.facilities.xy[facility])).filter(Boolean) : []);

/** A dashed line from each former lead to the present one. */
export function drawFormerLeads(context, view) {
  for (const { grid, facility } of FORMER) {
    if (facility < 0 || !DATA.facilities.xy[facility] || !LEADS[grid].xy) continue;
    drawFormerLead(context, toPixels(view, DATA.facilities.xy[facility]), toPixels(view, LEADS[grid].xy));
  }
}

/** "2 → 3" on a unit of each flow, the most populous first, where it covers no other label. */
export function drawFlowNames(context, view, taken) {
  for (const flow of FLOWS) {
    flow.units.slice(0, 12).some((unit) => {
      const [x, y] = toPixels(view, insideOf(unit));
      return labelIfFree(context, flowWords(flow), [x, y + 4], INK, taken, 700);
    });
  }
}

function drawFormerLead(context, [x, y], [toX, toY]) {
  for (const [colour, width] of [["#fff", 4.4], [INK, 1.6]]) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(toX, toY);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(colour === INK ? [5, 4] : []);
    context.stroke();
  }
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, 7, 0, 7);
  context.fillStyle = "#fff";
  context.fill();
  context.strokeStyle = INK;
  context.lineWidth = 2;
  context.stroke();
}

export function changeKeys() {
  if (!showsChanges()) return [];
  const former = svg("svg", { viewBox: "0 0 20 14", width: 20, height: 14, class: "icon", "aria-hidden": "true" }, svg("path", { d: "M10 7H20", stroke: INK, "stroke-width": 1.6, "stroke-dasharray": "4 3" }), svg("circle", { cx: 6, cy: 7, r: 4.5, fill: "#fff", stroke: INK, "stroke-width": 1.8 }));
  return [...(ORIGIN.size ? [[el("i", { class: "box hatched" }), t("key_changed")]] : []), ...(FORMER.length ? [[former, t("key_former_lead")]] : [])];
}
