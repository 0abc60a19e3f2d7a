// The rules that the page checks at every change, as `revise` will: each a small function from an edited plan to what is broken.
// A plan: {assignment, leads, grids, misplaced}, of `measure`. What is broken: {grid | subject, value, units, severity}.

import { DATA, GRIDS, SCOPE_OF_UNIT, SCOPES } from "./base.js";
import { PROPOSED } from "./shapes.js";
import { gather, SEVERITIES } from "./checks.js";
import { edit, EDITED, EDITING, isEdited, measure, neighboursOf, PROPOSED_LEADS } from "./edit.js";
import { changeWord } from "./edit_view.js";

const MEMBERSHIP = EDITING ? EDITING.members : null;
const WITHHELD = new Set(EDITING ? MEMBERSHIP.withheld : []);
const ENCLAVES = new Set(EDITING ? MEMBERSHIP.enclaves : []);
const CLOSED = new Set(EDITING ? MEMBERSHIP.closed : []); // grids whose list of members is complete

// ---- who belongs where ---------------------------------------------------------------------------------------------

/** Grid and role of every facility in an edited plan, found when somebody asks. */
function membersOfPlan({ assignment, leads }) {
  const { told, decided, follows, hospital } = MEMBERSHIP;
  const led = new Map(leads.flatMap((lead, grid) => (lead >= 0 ? [[lead, grid]] : [])));
  const home = new Map([...led].reverse().map(([lead, grid]) => [hospital[lead], grid])); // hospital -> grid it leads
  const found = new Map();
  const stands = (facility) => (DATA.facilities.unit[facility] < 0 ? -1 : assignment[DATA.facilities.unit[facility]]);
  const byPlace = (facility, grid) => {
    const isCampus = grid >= 0 && leads[grid] >= 0 && hospital[facility] === hospital[leads[grid]];
    if (isCampus) return "member";
    return WITHHELD.has(facility) || CLOSED.has(grid) ? "none" : "member";
  };
  const placed = (facility) => {
    if (led.has(facility)) return { grid: facility in told ? told[facility][0] : stands(facility), role: "lead" };
    if (facility in follows) return memberOf(follows[facility]);
    let grid = facility in told ? told[facility][0] : stands(facility);
    if (ENCLAVES.has(facility) && home.has(hospital[facility])) grid = home.get(hospital[facility]);
    const role = facility in told ? told[facility][1] : decided[facility] || byPlace(facility, grid);
    return { grid, role: role === "member" && grid < 0 ? "none" : role };
  };
  const memberOf = (facility) => {
    if (!found.has(facility)) found.set(facility, placed(facility));
    return found.get(facility);
  };
  return memberOf;
}

const isIn = ({ role }) => role === "lead" || role === "member";

// ---- the rules -----------------------------------------------------------------------------------------------------

const filled = (plan) => plan.grids.filter((own) => own.units > 0);
const filledOf = (plan, scope) => filled(plan).filter((own) => own.scope === scope);
const isUrban = (own) => SCOPES[own.scope].mode === "city";

function numberOfGrids(plan) {
  return SCOPES.flatMap((_, scope) => {
    const { id, least, able } = EDITING.counts[scope];
    const k = filledOf(plan, scope).length;
    const few = k < least ? [{ subject: id, value: least - k }] : [];
    return k > able ? [...few, { subject: id ? `leads-${id}` : "leads", value: k - able }] : few;
  });
}

const notPlaced = (plan) => (plan.misplaced.length ? [{ subject: "", value: plan.misplaced.length, units: plan.misplaced }] : []);

function leadsOfSeveral(plan) {
  const led = gather(filled(plan).filter((own) => plan.leads[own.grid] >= 0), (own) => MEMBERSHIP.hospital[plan.leads[own.grid]]);
  return led.filter((grids) => grids.length > EDITING.mostGridsPerLead).map((grids) => ({ subject: DATA.facilities.id[MEMBERSHIP.hospital[plan.leads[grids[0].grid]]], value: grids.length, severity: "should" }));
}

const leadOutside = (plan) => filled(plan).filter((own) => !own.leadInside).map((own) => ({ grid: own.grid, value: 1 }));

function inPieces(plan) {
  return filled(plan).flatMap((own) => {
    if (own.pieces > 1) return [{ grid: own.grid, value: own.pieces, units: own.cutOff }];
    const apart = EDITING.land ? landApart(plan, own.grid) : [];
    return apart.length ? [{ grid: own.grid, value: 2, units: apart, isLand: true }] : [];
  });
}

/** Units of a grid that have land off the largest piece of its land, where its units themselves hang together. */
function landApart({ assignment }, grid) {
  const { unit, m2, least } = EDITING.land;
  const seen = new Uint8Array(unit.length);
  const pieces = [];
  for (let start = 0; start < unit.length; start += 1) {
    if (seen[start] || assignment[unit[start]] !== grid) continue;
    const piece = [start];
    seen[start] = 1;
    for (let i = 0; i < piece.length; i += 1) {
      for (const near of LAND_NEAR[piece[i]]) {
        if (seen[near] || assignment[unit[near]] !== grid) continue;
        seen[near] = 1;
        piece.push(near);
      }
    }
    pieces.push({ parts: piece, size: piece.reduce((sum, part) => sum + m2[part], 0) });
  }
  pieces.sort((a, b) => b.size - a.size);
  const off = pieces.slice(1).filter((piece) => piece.size >= least);
  return [...new Set(off.flatMap((piece) => piece.parts.map((part) => unit[part])))];
}

const LAND_NEAR = EDITING && EDITING.land ? neighboursOf(EDITING.land.edges, EDITING.land.unit.length) : [];

const outOfBalance = (plan) => (DATA.tolerance ? filled(plan).filter((own) => Math.abs(own.deviation) > DATA.tolerance + 1e-9).map((own) => ({ grid: own.grid, value: Math.abs(own.deviation) })) : []);

function outOfSize(plan) {
  const [least, most] = EDITING.population;
  return filled(plan).filter((own) => isUrban(own) && (own.population < least || own.population > most)).map((own) => ({ grid: own.grid, value: Math.max(least - own.population, own.population - most) }));
}

export const unitsOfStreet = EDITING ? gatherUnits(DATA.units.streetId) : new Map();

function gatherUnits(names) {
  const groups = new Map();
  names.forEach((name, unit) => {
    if (!name) return;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(unit);
  });
  return groups;
}

const CENTRES_OF_STREET = new Map();
for (const centre of EDITING ? EDITING.centres : []) {
  const street = DATA.units.streetId[DATA.facilities.unit[centre]];
  CENTRES_OF_STREET.set(street, [...(CENTRES_OF_STREET.get(street) || []), centre]);
}

const gridsOfUnits = (units, assignment) => new Set(units.map((unit) => assignment[unit]).filter((grid) => grid >= 0));

/** A street is split only if it has two health centres and every part has one of them. */
function splitStreets(plan, memberOf) {
  const touched = streetsTouched(plan.assignment);
  return [...unitsOfStreet].flatMap(([street, units]) => {
    if (!touched.has(street)) return [];
    const grids = gridsOfUnits(units, plan.assignment);
    if (grids.size < 2) return [];
    const centres = CENTRES_OF_STREET.get(street) || [];
    const served = new Set(centres.map((centre) => memberOf(centre).grid));
    const bare = units.filter((unit) => plan.assignment[unit] >= 0 && !served.has(plan.assignment[unit]));
    if (!bare.length) return [];
    return [asBefore({ subject: street, value: grids.size, units: centres.length >= 2 ? bare : units, centres: centres.length })];
  });
}

const SPLIT_BEFORE = [...unitsOfStreet].flatMap(([street, units]) => (gridsOfUnits(units, PROPOSED).size > 1 ? [street] : []));

/** Streets that can be split: those that the proposal splits, and those of units that have moved. */
function streetsTouched(assignment) {
  const found = new Set(SPLIT_BEFORE);
  for (let unit = 0; unit < assignment.length; unit += 1) if (assignment[unit] !== PROPOSED[unit]) found.add(DATA.units.streetId[unit]);
  return found;
}

const lastSplits = new Map(); // street -> what was found of it last

/** What was found of a street before, where that was the same: a city may have thousands, and an edit changes few. */
function asBefore(split) {
  const last = lastSplits.get(split.subject);
  if (last && last.value === split.value && last.units.length === split.units.length && last.units.every((unit, i) => unit === split.units[i])) return last;
  lastSplits.set(split.subject, split);
  return split;
}

function unqualifiedLeads(place, fits) {
  return (plan) => filled(plan).filter((own) => fits(own)).flatMap((own) => {
    const lead = plan.leads[own.grid];
    const grave = lead in EDITING.eligible ? EDITING.eligible[lead][place] : "must";
    return grave ? [{ grid: own.grid, value: 1, severity: grave }] : [];
  });
}

const SITES_OF_HOSPITAL = new Map();
DATA.facilities.id.forEach((_, site) => {
  if (!EDITING || DATA.facilities.unit[site] < 0) return;
  const hospital = MEMBERSHIP.hospital[site];
  SITES_OF_HOSPITAL.set(hospital, [...(SITES_OF_HOSPITAL.get(hospital) || []), site]);
});

/** Sites of one hospital that are members of another group than the hospital's own. */
function campusesApart(plan, memberOf) {
  const gridOf = (site) => (isIn(memberOf(site)) ? memberOf(site).grid : -1);
  return [...SITES_OF_HOSPITAL].flatMap(([hospital, all]) => {
    if (all.length < 2) return [];
    const sites = all.filter((site) => gridOf(site) >= 0);
    if (new Set(sites.map(gridOf)).size < 2) return [];
    const led = sites.filter((site) => memberOf(site).role === "lead").map(gridOf);
    const home = led.length ? led : [gridOf(hospital) >= 0 ? gridOf(hospital) : gridOf(sites[0])];
    return sites.filter((site) => !home.includes(gridOf(site))).map((site) => ({ subject: DATA.facilities.id[site], value: 2, units: [DATA.facilities.unit[site]], severity: "should" }));
  });
}

/** Public institutions that are in no group; one of the third level is a must, unless a list alone leaves it out. */
function leftOut(plan, memberOf) {
  return EDITING.public.flatMap(([facility, isTertiary]) => {
    const { grid, role } = memberOf(facility);
    if (role !== "none") return [];
    const isUnlisted = facility in MEMBERSHIP.told || (!(facility in MEMBERSHIP.decided) && CLOSED.has(grid));
    return [{ subject: DATA.facilities.id[facility], value: 1, units: [DATA.facilities.unit[facility]], severity: isTertiary && !isUnlisted ? "must" : null }];
  });
}

export const unitsOfTownship = EDITING ? gatherUnits(EDITING.townships) : new Map();

/** Counties: as many communities as wanted, whole townships, and village clinics in the community of their health centre. */
function countyStructure(plan, memberOf) {
  return SCOPES.flatMap((scope, place) => {
    if (scope.mode !== "county") return [];
    const { id, wanted } = EDITING.counts[place];
    const k = filledOf(plan, place).length;
    const number = k < wanted[0] || k > wanted[1] ? [{ subject: id, value: Math.max(wanted[0] - k, k - wanted[1]), severity: "should" }] : [];
    const split = [...unitsOfTownship].flatMap(([township, all]) => {
      const units = all.filter((unit) => SCOPE_OF_UNIT[unit] === place);
      const grids = gridsOfUnits(units, plan.assignment);
      return grids.size > 1 ? [{ subject: township, value: grids.size, units }] : [];
    });
    return [...number, ...split, ...filledOf(plan, place).flatMap((own) => strayClinics(plan, own.grid, memberOf))];
  });
}

function strayClinics(plan, grid, memberOf) {
  const unitOf = (facility) => DATA.facilities.unit[facility];
  const own = EDITING.stations.filter(([station]) => memberOf(station).role === "member" && memberOf(station).grid === grid);
  const stray = own.filter(([station, centre]) => (centre >= 0 ? memberOf(centre).grid : plan.assignment[unitOf(station)]) !== grid);
  const bare = own.filter(([, centre]) => centre < 0);
  const units = (rows) => [...new Set(rows.map(([station]) => unitOf(station)))];
  if (stray.length) return [{ grid, value: stray.length, units: units(stray), isStray: true }];
  return bare.length ? [{ grid, value: bare.length, units: units(bare), severity: "should" }] : [];
}

const ofAnotherPart = (plan) => filled(plan).filter((own) => own.away.length).map((own) => ({ grid: own.grid, value: own.away.length, units: own.away }));
const tooFar = (plan) => filled(plan).filter((own) => own.over.length).map((own) => ({ grid: own.grid, value: own.overPeople, units: own.over }));

/** A hospital that the case wants to lead, and that leads no grid any more: no rule of the book, so told as a should. */
function requiredLeads(plan) {
  const leading = new Set(filled(plan).map((own) => plan.leads[own.grid]));
  return EDITING.required.filter((lead) => !leading.has(lead)).map((lead) => ({ subject: DATA.facilities.id[lead], value: 1, severity: "should" }));
}

export const LIVE_RULES = {
  "R-01": numberOfGrids,
  "R-02": notPlaced,
  "R-03": leadsOfSeveral,
  "R-04": leadOutside,
  "R-06": inPieces,
  "R-07": outOfBalance,
  "R-08": outOfSize,
  "R-09": splitStreets,
  "R-20": unqualifiedLeads(0, isUrban),
  "R-22": campusesApart,
  "R-23": leftOut,
  "R-50": countyStructure,
  "R-52": unqualifiedLeads(1, (own) => !isUrban(own)),
  "R-54": ofAnotherPart,
  "R-60": tooFar,
  required_leads: requiredLeads,
};

// ---- what is broken ------------------------------------------------------------------------------------------------

/** Broken live rules, the gravest first: {rule, grid (-1: none), subject, severity, value, units}; waived ones are left out.
 * @param {Measured} plan
 * @returns {Check[]} */
export function liveChecks(plan) {
  const memberOf = membersOfPlan(plan);
  const found = Object.entries(LIVE_RULES).flatMap(([rule, judge]) => {
    if (EDITING.severity[rule] === "off") return [];
    return judge(plan, memberOf).map((broken) => checkOf(rule, broken));
  });
  return found.filter((check) => !isWaived(check, plan.leads)).sort(byGravity);
}

/** @type {WeakMap<object, Check>} */
const checksMade = new WeakMap();

/** What a rule found as a check: the same one for what is found again. */
function checkOf(rule, broken) {
  if (!checksMade.has(broken)) {
    const severity = EDITING.stated[rule] || broken.severity || EDITING.severity[rule];
    const grid = broken.grid === undefined ? -1 : broken.grid;
    checksMade.set(broken, { units: [], ...broken, rule, severity, grid, subject: grid < 0 ? broken.subject : GRIDS[grid].id });
  }
  return checksMade.get(broken);
}

const byGravity = (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

const WAIVED = new Map(EDITING ? gather(EDITING.waivers, ([rule]) => rule).map((own) => [own[0][0], new Set(own.map(([, whom]) => whom))]) : []);

/** Waived for all subjects, for this one, for the lead of its grid, or for every unit concerned. */
function isWaived({ rule, grid, subject, units }, leads) {
  const waived = WAIVED.get(rule);
  if (!waived) return false;
  if (waived.has("") || waived.has(subject) || (grid >= 0 && waived.has(DATA.facilities.id[leads[grid]]))) return true;
  return units.length > 0 && units.every((unit) => waived.has(DATA.units.id[unit]));
}

/** What became of the checks: [{check, change: "new" | "worse" | "better" | "solved"}], what is graver and worse first.
 * @param {Check[]} before
 * @param {Check[]} after
 * @returns {CheckChange[]} */
export function changedChecks(before, after) {
  const nameOf = ({ rule, grid, subject }) => `${rule} ${grid} ${subject}`;
  const [gone, came] = [without(before, after), without(after, before)];
  const [old, now] = [gone, came].map((checks) => new Map(checks.map((check) => [nameOf(check), check])));
  /** @type {(check: Check) => CheckChange[]} */
  const changeOf = (check) => {
    const was = old.get(nameOf(check));
    if (!was) return [{ check, change: "new" }];
    if (Math.abs(check.value - was.value) < 1e-6) return [];
    return [{ check, change: check.value > was.value ? "worse" : "better" }];
  };
  /** @type {CheckChange[]} */
  const solved = gone.filter((check) => !now.has(nameOf(check))).map((check) => ({ check, change: "solved" }));
  const all = [...came.flatMap(changeOf), ...solved];
  const order = Object.keys(changeWord);
  return all.sort((a, b) => byGravity(a.check, b.check) || order.indexOf(a.change) - order.indexOf(b.change));
}

function without(checks, others) {
  const known = new Set(others);
  return checks.filter((check) => !known.has(check));
}

/** Rules that judged the proposal by a must and that this page does not check; after a change nobody knows what they say. */
export const uncheckedMusts = () => (EDITING && isEdited() ? EDITING.unchecked : []);

/** The street that a change splits, and its units that could go along: as one asks for "the whole street". */
export function restOfStreet(check) {
  if (check.rule !== "R-09" && check.rule !== "R-50") return [];
  const units = (check.rule === "R-09" ? unitsOfStreet : unitsOfTownship).get(check.subject) || [];
  return units.filter((unit) => EDITED[unit] !== edit.target && !edit.locked.has(unit));
}

/** @type {Measured} */
const NOTHING = { assignment: [], leads: [], grids: [], misplaced: [], total: 0, mean: null, share: null, worst: 0, broken: 0 };
export const BASE = EDITING ? measure(PROPOSED, PROPOSED_LEADS) : NOTHING;
export const BASE_CHECKS = EDITING ? liveChecks(BASE) : [];
