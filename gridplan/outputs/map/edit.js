// Trying a change: the assignment as edited, what it does to the live numbers, undo and redo. No drawing here.

import { DATA, GRIDS, IS_MIXED, N, SCOPE_OF_GRID, SCOPE_OF_UNIT, SCOPES } from "./base.js";
import { insideOf, PROPOSED } from "./shapes.js";
import { LEADS } from "./draw.js";
import { compare } from "./checks.js";
import { HOST } from "./host.js";

export const EDITING = DATA.editing;
export const EDITED = PROPOSED.slice();
export const EDGES = EDITING ? neighboursOf(EDITING.edges) : [];
export const PROPOSED_LEADS = GRIDS.map((grid) => grid.lead); // facilities

/** @type {Edits} */
export const edit = {
  target: 0,
  tool: "click",
  leads: PROPOSED_LEADS.slice(),
  locked: new Set(),
  comments: [],
  isSaved: true,
  conflicts: [], // units on which a file that was merged wants something else: {unit, theirs}
  version: 0, // of steps taken, back or forth
  past: [], // steps that can be undone: {units: [[unit, from, to]], leads: [[grid, from, to]], locks: [unit], comments: [before, after]}
  future: [],
};

/**
 * @param {number[]} edges
 * @param {number} n
 * @returns {number[][]} */
export function neighboursOf(edges, n = N) {
  /** @type {number[][]} */
  const lists = Array.from({ length: n }, () => []);
  for (let i = 0; i < edges.length; i += 2) {
    lists[edges[i]].push(edges[i + 1]);
    lists[edges[i + 1]].push(edges[i]);
  }
  return lists;
}

// ---- steps ---------------------------------------------------------------------------------------------------------

/**
 * @param {Step} step
 * @param {boolean} forward */
function apply(step, forward) {
  edit.version += 1;
  edit.isSaved = false;
  for (const [unit, from, to] of step.units || []) EDITED[unit] = forward ? to : from;
  for (const [grid, from, to] of step.leads || []) edit.leads[grid] = forward ? to : from;
  for (const unit of step.locks || []) if (!edit.locked.delete(unit)) edit.locked.add(unit);
  if (step.comments) edit.comments = step.comments[forward ? 1 : 0];
  if (HOST && HOST.onEdits) HOST.onEdits(editsDocument());
  keepDraft();
}

function take(step) {
  apply(step, true);
  edit.past.push(step);
  edit.future = [];
}

export function undo() {
  const step = edit.past.pop();
  if (!step) return null;
  apply(step, false);
  edit.future.push(step);
  return step;
}

export function redo() {
  const step = edit.future.pop();
  if (!step) return null;
  apply(step, true);
  edit.past.push(step);
  return step;
}

/** Move units into the chosen grid, as one step; locked units never move. Returns the step, or null if nothing moved.
 * @param {number[]} units
 * @param {number} target
 * @returns {Step | null} */
export function moveUnits(units, target = edit.target) {
  /** @type {[number, number, number][]} */
  const moved = units.filter((unit) => EDITED[unit] !== target && !edit.locked.has(unit)).map((unit) => [unit, EDITED[unit], target]);
  if (!moved.length) return null;
  const step = { units: moved };
  take(step);
  return step;
}

/** Comments change as one step, like everything else. */
export function setComments(comments) {
  take({ comments: [edit.comments, comments] });
}

export function toggleLocks(units) {
  take({ locks: units });
}

export function changeLead(grid, facility) {
  if (edit.leads[grid] !== facility) take({ leads: [[grid, edit.leads[grid], facility]] });
}

/** Everything back to the proposal, as one step that can itself be undone. */
export function resetAll() {
  const step = {
    units: EDITED.flatMap((grid, unit) => (grid === PROPOSED[unit] ? [] : [[unit, grid, PROPOSED[unit]]])),
    leads: edit.leads.flatMap((lead, grid) => (lead === PROPOSED_LEADS[grid] ? [] : [[grid, lead, PROPOSED_LEADS[grid]]])),
    locks: [...edit.locked],
  };
  if (step.units.length || step.leads.length || step.locks.length) take(step);
}

let lastMoved = { version: 0, units: [] };

/** Units that are elsewhere than proposed; asked for a dozen times after each step, and found once. */
export function movedUnits() {
  if (lastMoved.version !== edit.version) lastMoved = { version: edit.version, units: EDITED.flatMap((grid, unit) => (grid === PROPOSED[unit] ? [] : [unit])) };
  return lastMoved.units;
}

export const changedLeads = () => edit.leads.flatMap((lead, grid) => (lead === PROPOSED_LEADS[grid] ? [] : [grid]));
export const isEdited = () => movedUnits().length > 0 || changedLeads().length > 0;
export const hasEdits = () => isEdited() || edit.locked.size > 0 || edit.comments.length > 0;

/** Units of the same street that lie in the same grid as the one hit. */
export const streetOf = (unit) => streetIn(EDITED, unit);

export function streetIn(assignment, unit) {
  const street = DATA.units.streetId[unit];
  return street ? assignment.flatMap((grid, other) => (grid === assignment[unit] && DATA.units.streetId[other] === street ? [other] : [])) : [unit];
}

// ---- live numbers --------------------------------------------------------------------------------------------------

/** Indicators of an assignment to as many grids as there are leads: of each grid and of the whole. Minutes and shares are means of units over residents.
 * @param {number[]} assignment
 * @param {number[]} leads
 * @returns {Measured} */
export function measure(assignment, leads) {
  const column = leads.map((lead) => EDITING.leads.indexOf(lead));
  const scopes = scopesOfGrids(assignment, leads.length);
  /** @type {GridFigures[]} */
  const grids = leads.map((_, grid) => ({ grid, scope: scopes[grid], population: 0, units: 0, weighted: 0, reached: 0, within: 0, over: [], away: [], overPeople: 0, longest: 0, deviation: 0, mean: null, share: null, pieces: 0, leadInside: false, cutOff: [], cutPeople: 0 }));
  for (let unit = 0; unit < N; unit += 1) {
    const own = grids[assignment[unit]];
    if (own) addUnit(own, unit, column[assignment[unit]]);
  }
  const total = grids.reduce((sum, own) => sum + own.population, 0);
  const pieces = piecesOf(assignment, leads.length);
  const averages = SCOPES.map((_, scope) => scopeAverage(scope, assignment, grids));
  for (const own of grids) finishGrid(own, averages[own.scope], pieces[own.grid], leads[own.grid], assignment);
  return { assignment, leads, grids, misplaced: misplaced(assignment), ...wholeOf(grids, total) };
}

/** The part of the plan in which most units of each grid lie; of two alike the one whose id comes first. */
function scopesOfGrids(assignment, n) {
  if (!IS_MIXED) return new Array(n).fill(0);
  const counts = Array.from({ length: n }, () => SCOPES.map(() => 0));
  assignment.forEach((grid, unit) => grid >= 0 && (counts[grid][SCOPE_OF_UNIT[unit]] += 1));
  const order = SCOPES.map((_, scope) => scope).sort((a, b) => compare(SCOPES[a].id, SCOPES[b].id));
  return counts.map((own, grid) => (own.some(Boolean) ? order.reduce((best, scope) => (own[scope] > own[best] ? scope : best)) : SCOPE_OF_GRID[grid] || 0));
}

/** Residents of a part of the plan that are in some grid, over the number of its grids that have units left. */
function scopeAverage(scope, assignment, grids) {
  const people = assignment.reduce((sum, grid, unit) => sum + (grid >= 0 && SCOPE_OF_UNIT[unit] === scope ? DATA.units.population[unit] || 0 : 0), 0);
  return people / (grids.filter((own) => own.scope === scope && own.units > 0).length || 1);
}

/** Units in no grid, and those that a given plan puts into two until somebody moves or locks them. */
function misplaced(assignment) {
  const alone = assignment.flatMap((grid, unit) => (grid < 0 ? [unit] : []));
  return [...alone, ...EDITING.twice.filter((unit) => assignment[unit] >= 0 && assignment[unit] === PROPOSED[unit] && !edit.locked.has(unit))];
}

function addUnit(own, unit, column) {
  const people = DATA.units.population[unit] || 0;
  const hundredths = column < 0 ? -1 : EDITING.minutes[column][unit];
  own.population += people;
  own.units += 1;
  if (hundredths >= 0) {
    own.weighted += (people * hundredths) / 100;
    own.reached += people;
    own.longest = Math.max(own.longest, hundredths / 100);
  }
  own.within += column < 0 ? 0 : (people * EDITING.share[column][unit]) / 1000;
  if (SCOPE_OF_UNIT[unit] !== own.scope) own.away.push(unit);
  if (people > 0 && (hundredths < 0 || hundredths / 100 > SCOPES[own.scope].limit)) {
    own.over.push(unit);
    own.overPeople += people;
  }
}

/**
 * @param {GridFigures} own
 * @param {number} average
 * @param {Int32Array[]} pieces
 * @param {number} lead
 * @param {number[]} assignment */
function finishGrid(own, average, pieces, lead, assignment) {
  own.deviation = average && own.units ? own.population / average - 1 : 0;
  own.mean = own.reached ? own.weighted / own.reached : null;
  own.share = own.population ? own.within / own.population : null;
  own.pieces = pieces.length;
  const home = lead >= 0 ? DATA.facilities.unit[lead] : -1;
  own.leadInside = home >= 0 && assignment[home] === own.grid;
  own.cutOff = cutOff(pieces, home);
  own.cutPeople = own.cutOff.reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
}

function wholeOf(grids, total) {
  const sum = (name) => grids.reduce((all, own) => all + own[name], 0);
  const worst = grids.reduce((found, own) => (Math.abs(own.deviation) > Math.abs(found) ? own.deviation : found), 0);
  return { total, mean: sum("reached") ? sum("weighted") / sum("reached") : null, share: total ? sum("within") / total : null, worst, broken: grids.filter((own) => own.pieces > 1).length };
}

/** Minutes of a unit to the lead of the grid it is edited into. */
export function editedMinutes(unit) {
  const column = EDITED[unit] < 0 ? -1 : EDITING.leads.indexOf(edit.leads[EDITED[unit]]);
  return column < 0 ? null : EDITING.minutes[column][unit] < 0 ? -1 : EDITING.minutes[column][unit] / 100;
}

/** @type {{assignment: number[], pieces: Int32Array[][]}} */
let lastPieces = { assignment: [], pieces: [] };

/** Connected pieces of each grid over shared borders and links, the largest first; those of a grid that is as it was last time are kept.
 * @param {number[]} assignment
 * @param {number} n
 * @returns {Int32Array[][]} */
function piecesOf(assignment, n) {
  const last = lastPieces.pieces.length === n ? lastPieces : { assignment: [], pieces: [] };
  const isSame = new Array(n).fill(last.pieces.length > 0);
  for (let unit = 0; unit < N; unit += 1) if (assignment[unit] !== last.assignment[unit]) isSame[assignment[unit]] = isSame[last.assignment[unit]] = false;
  /** @type {Int32Array[][]} */
  const pieces = Array.from({ length: n }, (_, grid) => (isSame[grid] ? last.pieces[grid] : []));
  const seen = new Uint8Array(N);
  const queue = new Int32Array(N);
  for (let start = 0; start < N; start += 1) {
    const grid = assignment[start];
    if (seen[start] || grid < 0 || isSame[grid]) continue;
    seen[start] = 1;
    queue[0] = start;
    let end = 1;
    for (let i = 0; i < end; i += 1) {
      const near = EDGES[queue[i]];
      for (let j = 0; j < near.length; j += 1) {
        if (seen[near[j]] || assignment[near[j]] !== grid) continue;
        seen[near[j]] = 1;
        queue[end] = near[j];
        end += 1;
      }
    }
    pieces[grid].push(queue.slice(0, end));
  }
  for (const list of pieces) list.sort((a, b) => b.length - a.length || a[0] - b[0]);
  lastPieces = { assignment: assignment.slice(), pieces };
  return pieces;
}

/** Units that are not in the piece of their lead (or in the largest, if the lead stands elsewhere).
 * @param {Int32Array[]} pieces
 * @param {number} home
 * @returns {number[]} */
function cutOff(pieces, home) {
  const main = pieces.find((piece) => piece.includes(home)) || pieces[0];
  return pieces.filter((piece) => piece !== main).flatMap((piece) => [...piece]);
}

// ---- edits.json ----------------------------------------------------------------------------------------------------

export function editsDocument() {
  return {
    format: EDITING.format,
    proposal: EDITING.hash,
    moves: Object.fromEntries(movedUnits().map((unit) => [DATA.units.id[unit], GRIDS[EDITED[unit]].id])),
    leads: Object.fromEntries(changedLeads().map((grid) => [GRIDS[grid].id, DATA.facilities.id[edit.leads[grid]]])),
    locks: [...edit.locked].sort((a, b) => a - b).map((unit) => DATA.units.id[unit]),
    comments: edit.comments.map(({ kind, id, author, text }) => ({ subject_kind: kind, subject_id: id, author, text })),
  };
}

/** Take over a file of edits, as one step: it replaces what there is, or (way "merge") adds to it. */
export function readEdits(text, way = "replace") {
  const told = parseEdits(text);
  if (told.problem) return { problem: told.problem };
  const step = way === "merge" ? mergedStep(told) : replacingStep(told);
  edit.conflicts = step.conflicts || [];
  take(step);
  return { taken: told.moves.length + told.leads.length + told.locks.length + told.comments.length, left: told.left, conflicts: edit.conflicts.length };
}

function replacingStep(told) {
  const [grids, leads, locks] = [new Map(told.moves), new Map(told.leads), new Set(told.locks)];
  const wanted = (unit) => (grids.has(unit) ? grids.get(unit) : PROPOSED[unit]);
  const lead = (grid) => (leads.has(grid) ? leads.get(grid) : PROPOSED_LEADS[grid]);
  return {
    units: EDITED.flatMap((grid, unit) => (grid === wanted(unit) ? [] : [[unit, grid, wanted(unit)]])),
    leads: edit.leads.flatMap((own, grid) => (own === lead(grid) ? [] : [[grid, own, lead(grid)]])),
    locks: [...new Set([...edit.locked, ...locks])].filter((unit) => edit.locked.has(unit) !== locks.has(unit)),
    comments: [edit.comments, told.comments],
  };
}

/** Read a file of edits by positions. Nothing in it is trusted: unknown ids, wrong types and what `revise` refuses are left out and counted.
 * @param {string} text
 * @returns {ParsedEdits} */
export function parseEdits(text) {
  const refused = (problem) => ({ problem, moves: [], leads: [], locks: [], comments: [], left: 0 });
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return refused("load_not_json");
  }
  if (!told || typeof told !== "object" || told.format !== EDITING.format) return refused("load_not_edits");
  if (told.proposal !== EDITING.hash) return refused("load_other_proposal");
  const list = (value) => (Array.isArray(value) ? value.slice(0, 100000) : []);
  const pairs = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value).slice(0, 100000) : []);
  const units = new Map(DATA.units.id.map((id, i) => [id, i]));
  const grids = new Map(GRIDS.map((grid, i) => [grid.id, i]));
  const facilities = new Map(DATA.facilities.id.map((id, i) => [id, i]));
  const all = [...pairs(told.moves), ...pairs(told.leads), ...list(told.locks), ...list(told.comments)].length;
  const moves = pairs(told.moves).flatMap(([unit, grid]) => pairOf(units.get(unit), grids.get(grid)));
  const leads = eachOnce(pairs(told.leads).flatMap(([grid, lead]) => pairOf(grids.get(grid), facilities.get(lead))).filter(([, lead]) => EDITING.leads.includes(lead)));
  const locks = [...new Set(list(told.locks).filter((unit) => units.has(unit)))].map((unit) => units.get(unit));
  const comments = list(told.comments).map(cleanComment).filter(Boolean).slice(0, EDITING.most[2]);
  return { problem: "", moves, leads, locks, comments, left: all - moves.length - leads.length - locks.length - comments.length };
}

/** Both positions, where both are known.
 * @type {(one: number | undefined, two: number | undefined) => [number, number][]} */
const pairOf = (one, two) => (one === undefined || two === undefined ? [] : [[one, two]]);

/** New leads as far as no hospital then leads two grids. */
function eachOnce(leads) {
  const after = new Map(PROPOSED_LEADS.map((lead, grid) => [grid, lead]));
  for (const [grid, lead] of leads) after.set(grid, lead);
  const all = [...after.values()];
  return leads.filter(([, lead]) => all.indexOf(lead) === all.lastIndexOf(lead));
}

/** What a second reviewer's file adds; where both want something else, one's own stays and the other is told as a conflict. */
function mergedStep(told) {
  const differs = ([unit, grid]) => EDITED[unit] !== grid && (EDITED[unit] !== PROPOSED[unit] || edit.locked.has(unit));
  const conflicts = told.moves.filter(differs).map(([unit, theirs]) => ({ unit, theirs }));
  const moves = told.moves.filter((move) => !differs(move) && EDITED[move[0]] !== move[1]);
  const leading = new Set(edit.leads);
  const leads = told.leads.filter(([grid, lead]) => edit.leads[grid] === PROPOSED_LEADS[grid] && !leading.has(lead));
  const known = new Set(edit.comments.map(({ kind, id, author, text }) => JSON.stringify([kind, id, author, text])));
  const added = told.comments.filter(({ kind, id, author, text }) => !known.has(JSON.stringify([kind, id, author, text])));
  return {
    units: moves.map(([unit, grid]) => [unit, EDITED[unit], grid]),
    leads: leads.map(([grid, lead]) => [grid, edit.leads[grid], lead]),
    locks: told.locks.filter((unit) => !edit.locked.has(unit)),
    conflicts,
    comments: [edit.comments, [...edit.comments, ...added].slice(0, EDITING.most[2])],
  };
}

// ---- a draft in the browser ----------------------------------------------------------------------------------------

const DRAFT = EDITING ? `gridplan-draft ${EDITING.hash}` : "";

/** Keep the edits in this browser, by the digest of the proposal; where it keeps nothing, they last as long as the page. */
export function keepDraft() {
  edit.draft = null;
  if (HOST) return; // which keeps them itself
  try {
    if (hasEdits()) localStorage.setItem(DRAFT, JSON.stringify(editsDocument()));
    else localStorage.removeItem(DRAFT);
  } catch {
    return;
  }
}

function readDraft() {
  try {
    return localStorage.getItem(DRAFT);
  } catch {
    return null;
  }
}

edit.draft = EDITING && !HOST ? readDraft() : null;

const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** Words without the signs that `revise` refuses, at most so long; halves of a sign that was cut in two are such signs. */
export function plainWords(words, most, lines) {
  const hidden = new RegExp(`[${EDITING.hidden}${lines ? "" : "\\n\\t"}]`, "gu");
  return words.replace(LINE_ENDS, "\n").replace(hidden, "").slice(0, most).replace(hidden, "");
}

/** A comment as `revise` reads it; null where it would refuse it. */
function cleanComment(comment) {
  const words = (text, most, lines) => (typeof text === "string" && plainWords(text, most, lines).trim() === text.replace(LINE_ENDS, "\n").trim() ? text.replace(LINE_ENDS, "\n").trim() : null);
  const [longestAuthor, longestText] = EDITING.most;
  const text = comment && words(comment.text, longestText, true);
  const author = comment && words(comment.author === undefined ? "" : comment.author, longestAuthor, false);
  const subject = text && author !== null ? subjectOf(comment.subject_kind, comment.subject_id) : null;
  return subject ? { ...subject, author, text } : null;
}

/** Where a comment is pinned: kind, id and place in steps (null for the whole plan). */
export function subjectOf(kind, id) {
  if (kind === "plan") return { kind, id: "", at: null };
  const ids = { unit: DATA.units.id, facility: DATA.facilities.id, grid: GRIDS.map((grid) => grid.id) }[kind];
  const i = ids ? ids.indexOf(id) : -1;
  if (i < 0) return null;
  const at = kind === "unit" ? insideOf(i) : kind === "facility" ? DATA.facilities.xy[i] : LEADS[i].xy;
  return { kind, id, at: at || null };
}
