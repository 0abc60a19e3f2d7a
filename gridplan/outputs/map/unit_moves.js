// What a move of one unit would come to: the grids it could go to, and the plan measured with it there. No drawing here.

import { GRIDS, SCOPE_OF_GRID, SCOPE_OF_UNIT } from "./base.js";
import { PROPOSED } from "./shapes.js";
import { REASONS } from "./unit_card.js";
import { EDGES, EDITING, measure, PROPOSED_LEADS, streetIn } from "./edit.js";
import { BASE_CHECKS, changedChecks, liveChecks } from "./live_rules.js";

const MOST_MOVES = 4; // other grids in the table of a unit

/** Minutes from a unit to the lead of each grid, the nearest first. */
export function driveTimes(unit) {
  const times = GRIDS.flatMap((facts, grid) => {
    const column = EDITING ? EDITING.leads.indexOf(facts.lead) : -1;
    if (column < 0 || SCOPE_OF_GRID[grid] !== SCOPE_OF_UNIT[unit]) return [];
    const hundredths = EDITING.minutes[column][unit];
    return [{ grid, minutes: hundredths < 0 ? Infinity : hundredths / 100 }];
  });
  return times.sort((one, two) => one.minutes - two.minutes || one.grid - two.grid);
}

/** The grid whose lead is nearest to a unit: as the reasons have it, else by the minutes; its own where none is nearer. */
export function nearestGrid(unit) {
  if (REASONS && REASONS.word[unit] >= 0) return REASONS.nearest[unit] >= 0 ? REASONS.nearest[unit] : PROPOSED[unit];
  const times = driveTimes(unit);
  const own = times.find(({ grid }) => grid === PROPOSED[unit]);
  return times.length && !(own && own.minutes <= times[0].minutes) ? times[0].grid : PROPOSED[unit];
}

/** Units of the proposal that move with one where streets stay whole. */
export const together = (unit) => (REASONS && REASONS.streetsWhole ? streetIn(PROPOSED, unit) : [unit]);

/** Grids that border on units of another. */
export const besides = (units) => new Set(units.flatMap((unit) => EDGES[unit].map((near) => PROPOSED[near])).filter((grid) => grid >= 0 && grid !== PROPOSED[units[0]]));

/** The proposal with some units in another grid: {units, grid, plan, changes}.
 * @param {number[]} units
 * @param {number} grid
 * @returns {Move} */
function tryMove(units, grid) {
  const assignment = PROPOSED.slice();
  for (const unit of units) assignment[unit] = grid;
  const plan = measure(assignment, PROPOSED_LEADS);
  return { units, grid, plan, changes: changedChecks(BASE_CHECKS, liveChecks(plan)).filter(({ change }) => change === "new" || change === "worse") };
}

/** What can be tried with a unit: alone and with what stays whole with it to its nearest lead, then to each grid it borders on. */
function triedMoves(unit) {
  const [nearest, own, whole] = [nearestGrid(unit), PROPOSED[unit], together(unit)];
  const order = new Map(driveTimes(unit).map(({ grid }, rank) => [grid, rank]));
  const others = [...besides(whole)].filter((grid) => grid !== nearest && order.has(grid)).sort((a, b) => (order.get(a) || 0) - (order.get(b) || 0)).slice(0, MOST_MOVES - (nearest === own ? 0 : 1));
  const toNearest = nearest === own ? [] : [tryMove([unit], nearest), ...(whole.length > 1 ? [tryMove(whole, nearest)] : [])];
  return [...toNearest, ...others.map((grid) => tryMove(whole, grid))];
}

/** @type {{unit: number, moves: Move[]}} */
let lastTried = { unit: -1, moves: [] };

/** The proposal does not change, so neither does what a unit's moves come to. */
export function movesOf(unit) {
  if (lastTried.unit !== unit) lastTried = { unit, moves: triedMoves(unit) };
  return lastTried.moves;
}

/** The deviation that a move makes worst: of the grid that receives, or of the one that gives if that lies farther off.
 * @param {Move} move
 * @returns {GridFigures} */
export function strainOf({ units, grid, plan }) {
  const [to, from] = [plan.grids[grid], plan.grids[PROPOSED[units[0]]]];
  return Math.abs(from.deviation) > Math.abs(to.deviation) ? from : to;
}
