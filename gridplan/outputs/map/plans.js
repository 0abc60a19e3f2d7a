// Plans that can be held side by side, all in one form: groups of units with their lead, and the group of each unit. No drawing here.
// A plan: {key, name, of: group of each unit (-1: none), groups: [{id of the lead, lead: facility or -1, number, tint}], minutesOf, grids}.

import { DATA, GRIDS, inLanguage, IS_MIXED, N, residentsOf, SCOPES, state, t } from "./base.js";
import { PROPOSED } from "./shapes.js";
import { gather } from "./checks.js";
import { edit, EDITED, EDITING, isEdited, measure, parseEdits, PROPOSED_LEADS } from "./edit.js";
import { liveChecks } from "./live_rules.js";
import { driveTimes } from "./unit_moves.js";
import { keep } from "./draw.js";

export const OTHER_PLANS = DATA.plans;
const STEMS = "甲乙丙丁戊己庚辛壬癸";
/** @type {ReviewersFile | null} */
export let reviewersFile = null; // {name, assignment, leads} of a file that was read to be compared

/** Groups of other plans are not numbered like this one's grids: 甲, 乙, ... or a, b, ... */
const stem = (i) => (state.language === "zh" ? STEMS[i % 10] + (i < 10 ? "" : String(Math.floor(i / 10))) : String.fromCharCode(97 + (i % 26)) + (i < 26 ? "" : String(Math.floor(i / 26))));

const tintOfGrid = (grid) => DATA.tints[GRIDS[grid].tint];

/** Tints of leads that lead no grid here: the tints that no grid has, then all of them over again. */
function tintsOfLeads(ids) {
  const used = new Set(GRIDS.map((grid) => grid.tint));
  const free = [...DATA.tints.keys()].filter((tint) => !used.has(tint));
  const spare = free.length ? free : [...DATA.tints.keys()];
  let next = 0;
  return ids.map((id) => {
    const grid = GRIDS.findIndex((one) => one.lead >= 0 && DATA.facilities.id[one.lead] === id);
    if (grid >= 0) return tintOfGrid(grid);
    next += 1;
    return DATA.tints[spare[(next - 1) % spare.length]];
  });
}

const toLead = (unit, facility) => {
  const column = EDITING.leads.indexOf(facility);
  return column < 0 || EDITING.minutes[column][unit] < 0 ? null : EDITING.minutes[column][unit] / 100;
};

/** @returns {ComparedPlan} */
function planOfGrids(key, name, assignment, leads) {
  const groups = GRIDS.map((_, grid) => ({ id: leads[grid] < 0 ? "" : DATA.facilities.id[leads[grid]], lead: leads[grid], number: String(GRIDS[grid].number), tint: tintOfGrid(grid) }));
  return { key, name, of: assignment, groups, grids: { assignment, leads }, minutesOf: (unit) => (assignment[unit] < 0 ? null : toLead(unit, leads[assignment[unit]])) };
}

/** @returns {ComparedPlan} */
function planOfLeads(key, name, told) {
  const tints = tintsOfLeads(told.leads);
  const groups = told.leads.map((id, i) => ({ id, lead: DATA.facilities.id.indexOf(id), number: stem(i), tint: tints[i] }));
  const knows = (unit) => told.minutes !== null && told.minutes[unit] >= 0;
  const minutesOf = (unit) => (told.lead[unit] < 0 ? null : knows(unit) ? told.minutes[unit] / 100 : toLead(unit, groups[told.lead[unit]].lead));
  return { key, name, of: told.lead, groups, grids: null, minutesOf };
}

const nameOfOther = (told) => (told.kind === "in_force" ? t("plan_in_force") : `${IS_MIXED ? `${inLanguage(SCOPES[told.scope].name)} ` : ""}${t("plan_k", { n: told.k })}`);
export const keyOfOther = (told) => (told.kind === "in_force" ? "in_force" : `k${told.k}.${told.scope}`);

/** Every unit with the nearest of the proposal's leads in its own part: what no limit would give. */
function nearestAssignment() {
  return PROPOSED.map((own, unit) => {
    if (own < 0) return own;
    const [first] = driveTimes(unit);
    const now = toLead(unit, PROPOSED_LEADS[own]);
    return first && first.minutes < (now === null ? Infinity : now) ? first.grid : own;
  });
}

/** @returns {ComparedPlan[]} */
function planOfNearest() {
  const assignment = keep("nearest leads", nearestAssignment);
  return assignment.some((grid, unit) => grid !== PROPOSED[unit]) ? [planOfGrids("nearest", t("plan_nearest"), assignment, PROPOSED_LEADS)] : [];
}

/** Plans that one may look for and that are not there, each with the reason, in words. */
export function absentPlans() {
  const has = (kind) => OTHER_PLANS.some((told) => told.kind === kind);
  return [isEdited() ? "" : "absent_edits", has("in_force") ? "" : "absent_in_force", has("alternative") ? "" : "absent_k"].filter(Boolean).map((name) => t(name));
}

export const proposedPlan = () => planOfGrids("proposal", t("plan_this"), PROPOSED, PROPOSED_LEADS);

/** All plans that can be compared, by key.
 * @returns {Map<string, ComparedPlan>} */
export function plansToCompare() {
  const plans = [proposedPlan()];
  if (isEdited()) plans.push(planOfGrids("edits", t("plan_edits"), EDITED, edit.leads));
  if (reviewersFile) plans.push(planOfGrids("file", reviewersFile.name, reviewersFile.assignment, reviewersFile.leads));
  plans.push(...OTHER_PLANS.map((told) => planOfLeads(keyOfOther(told), nameOfOther(told), told)), ...planOfNearest());
  return new Map(plans.map((plan) => [plan.key, plan]));
}

/** Take a reviewer's file to be compared; the edits on this page stay as they are. Returns the problem, or null. */
export function takeReviewersFile(name, text) {
  const told = parseEdits(text);
  if (told.problem) return told.problem;
  const [assignment, leads] = [PROPOSED.slice(), PROPOSED_LEADS.slice()];
  for (const [unit, grid] of told.moves) assignment[unit] = grid;
  for (const [grid, lead] of told.leads) leads[grid] = lead;
  reviewersFile = { name, assignment, leads, version: reviewersFile ? reviewersFile.version + 1 : 0 };
  return null;
}

// ---- figures -------------------------------------------------------------------------------------------------------

/** Headline figures of a plan by the page's own arithmetic; null where they cannot be told.
 * @param {ComparedPlan} plan */
export function figuresOf(plan) {
  const leads = plan.grids ? plan.grids.leads : plan.groups.map(({ lead }) => lead);
  const isKnown = leads.every((lead) => EDITING.leads.includes(lead));
  const plain = measure(plan.of, leads);
  const leading = new Set(plain.grids.filter((own) => own.units > 0).map((own) => leads[own.grid]));
  return {
    mean: isKnown ? plain.mean : meanOver(plan),
    share: isKnown ? plain.share : null,
    worst: plain.worst,
    count: plain.grids.filter((own) => own.units > 0).length,
    required: EDITING.required.filter((lead) => !leading.has(lead)).length,
    checks: plan.grids ? liveChecks(plain) : null,
    people: plain.grids.map((own) => own.population),
  };
}

function meanOver(plan) {
  let [weighted, reached] = [0, 0];
  for (let unit = 0; unit < N; unit += 1) {
    const minutes = plan.minutesOf(unit);
    if (minutes === null) continue;
    weighted += minutes * residentsOf(unit);
    reached += residentsOf(unit);
  }
  return reached ? weighted / reached : null;
}

/** Units whose lead hospital differs, by pairs of groups, the most people first; minutes as the mean change of those who have both.
 * @param {ComparedPlan} a
 * @param {ComparedPlan} b
 * @returns {Flow[]} */
export function flowsBetween(a, b) {
  const idIn = (plan, unit) => (plan.of[unit] < 0 ? "" : plan.groups[plan.of[unit]].id);
  const moved = DATA.units.id.flatMap((_, unit) => (idIn(a, unit) === idIn(b, unit) ? [] : [unit]));
  const flows = gather(moved, (unit) => `${a.of[unit]} ${b.of[unit]}`).map((units) => {
    const both = units.flatMap((unit) => {
      const [before, after] = [a.minutesOf(unit), b.minutesOf(unit)];
      return before === null || after === null ? [] : [{ residents: residentsOf(unit), change: after - before }];
    });
    const weight = both.reduce((sum, { residents }) => sum + residents, 0);
    return {
      units,
      from: a.of[units[0]],
      to: b.of[units[0]],
      people: units.reduce((sum, unit) => sum + residentsOf(unit), 0),
      minutes: weight ? both.reduce((sum, { residents, change }) => sum + change * residents, 0) / weight : null,
    };
  });
  return flows.sort((one, two) => two.people - one.people || one.units[0] - two.units[0]);
}

/** Of the people in flows, those whose lead in A leads no group of B, and the others. */
export function withdrawnAndChosen(a, b, flows) {
  const leading = new Set(b.of.map((group) => (group < 0 ? "" : b.groups[group].id)));
  const gone = ({ from }) => from >= 0 && !leading.has(a.groups[from].id);
  const sum = (some) => some.reduce((all, flow) => all + flow.people, 0);
  return { withdrawn: sum(flows.filter(gone)), chosen: sum(flows.filter((flow) => !gone(flow))), gone };
}
