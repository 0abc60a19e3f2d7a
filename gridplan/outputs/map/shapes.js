// Shapes of the units: arcs decoded once, rings put together from them, paths for drawing, and the unit under a point.

import { DATA, N } from "./base.js";
import { decodePath, joinArcs } from "./dom.js";

export const SHAPES = decodeCoverage();
export const PROPOSED = DATA.units.grid.slice();
export let UNIT_GRID = PROPOSED; // grid of each unit as shown: the proposal, or the edited assignment

export function showAssignment(assignment) {
  UNIT_GRID = assignment;
}
export const TOTAL = DATA.units.population.reduce((sum, n) => sum + (n || 0), 0);

function decodeCoverage() {
  const arcs = DATA.coverage.arcs.map(([left, right, path]) => ({ left, right, points: decodePath(path) }));
  const rings = DATA.coverage.rings.map((unit) => unit.map((ring) => joinArcs(ring, arcs)));
  return { arcs, rings, boxes: rings.map(boxOf), paths: new Array(rings.length) };
}

export function boxOf(rings) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) for (let i = 0; i < ring.length; i += 2) stretch(box, ring[i], ring[i + 1]);
  return box;
}

function stretch(box, x, y) {
  if (x < box[0]) box[0] = x;
  if (y < box[1]) box[1] = y;
  if (x > box[2]) box[2] = x;
  if (y > box[3]) box[3] = y;
}

export function boxOfUnits(units) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const unit of units) {
    const own = SHAPES.boxes[unit];
    if (own[0] <= own[2]) {
      stretch(box, own[0], own[1]);
      stretch(box, own[2], own[3]);
    }
  }
  return box;
}

export const ALL_BOX = boxOfUnits(Array.from({ length: N }, (_, unit) => unit));
export const unitsOf = (assignment, grid) => assignment.flatMap((own, unit) => (own === grid ? [unit] : []));
export const unitsOfGrid = (grid) => unitsOf(UNIT_GRID, grid);

// ---- paths -------------------------------------------------------------------------------------------------------

function trace(path, points, close) {
  path.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) path.lineTo(points[i], points[i + 1]);
  if (close) path.lineTo(points[0], points[1]); // closePath is slow in a path of thousands of rings
}

export function unitsPath(units) {
  const path = new Path2D();
  for (const unit of units) for (const ring of SHAPES.rings[unit]) trace(path, ring, true);
  return path;
}

export const arcsPath = (chosen) => linesPath(SHAPES.arcs.filter(chosen).map((arc) => arc.points));

/** @type {Arc[][]} */
const ARCS_OF_UNIT = [];

/** The arcs around a unit.
 * @param {number} unit
 * @returns {Arc[]} */
export function arcsOfUnit(unit) {
  if (!ARCS_OF_UNIT.length) {
    for (let i = 0; i < N; i += 1) ARCS_OF_UNIT.push([]);
    for (const arc of SHAPES.arcs) for (const side of [arc.left, arc.right]) if (side >= 0) ARCS_OF_UNIT[side].push(arc);
  }
  return ARCS_OF_UNIT[unit];
}

/** The edge of a set of units, or of what some of them have of it.
 * @param {number[]} units
 * @param {number[]} some */
export function edgePath(units, some = units) {
  const inside = new Set(units);
  return linesPath(some.flatMap((unit) => arcsOfUnit(unit).filter((arc) => !(inside.has(arc.left) && inside.has(arc.right)))).map((arc) => arc.points));
}

export function linesPath(lines) {
  const path = new Path2D();
  for (const line of lines) trace(path, line, false);
  return path;
}

/** The same paths as SVG text, for the printed sheet. */
export const svgOf = (points, close) => {
  let text = `M${points[0]} ${points[1]}`;
  for (let i = 2; i < points.length; i += 2) text += `L${points[i]} ${points[i + 1]}`;
  return close ? `${text}Z` : text;
};

export const differs = (arc) => arc.right >= 0 && UNIT_GRID[arc.left] !== UNIT_GRID[arc.right];
export const isInner = (arc) => arc.right >= 0;
export const isOuter = (arc) => arc.right < 0;
export const isAround = (grid) => (arc) => (UNIT_GRID[arc.left] === grid) !== (arc.right >= 0 && UNIT_GRID[arc.right] === grid);

// ---- the unit under a point ----------------------------------------------------------------------------------------

const CELLS = 48;
const BUCKETS = fillBuckets();

function fillBuckets() {
  /** @type {number[][]} */
  const buckets = Array.from({ length: CELLS * CELLS }, () => []);
  SHAPES.boxes.forEach((box, unit) => {
    if (box[0] > box[2]) return;
    const [left, top] = cellOf(box[0], box[1]);
    const [right, bottom] = cellOf(box[2], box[3]);
    for (let row = top; row <= bottom; row += 1) for (let column = left; column <= right; column += 1) buckets[row * CELLS + column].push(unit);
  });
  return buckets;
}

function cellOf(x, y) {
  const place = (value, low, high) => Math.min(CELLS - 1, Math.max(0, Math.floor(((value - low) / (high - low || 1)) * CELLS)));
  return [place(x, ALL_BOX[0], ALL_BOX[2]), place(y, ALL_BOX[1], ALL_BOX[3])];
}

/** Return the unit at a place in steps, or -1.
 * @param {number} x
 * @param {number} y
 * @returns {number} */
export function unitAt(x, y) {
  if (x < ALL_BOX[0] || x > ALL_BOX[2] || y < ALL_BOX[1] || y > ALL_BOX[3]) return -1;
  const [column, row] = cellOf(x, y);
  const found = BUCKETS[row * CELLS + column].find((unit) => isInside(unit, x, y));
  return found === undefined ? -1 : found;
}

function isInside(unit, x, y) {
  const box = SHAPES.boxes[unit];
  if (x < box[0] || y < box[1] || x > box[2] || y > box[3]) return false;
  return isInsideRings(SHAPES.rings[unit], x, y);
}

export function isInsideRings(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const crosses = ring[i + 1] > y !== ring[j + 1] > y;
      if (crosses && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
    }
  }
  return inside;
}

/** A point inside a unit: the middle of its box, or of the widest stretch at that height.
 * @param {number} unit
 * @returns {Point} */
export function insideOf(unit) {
  if (!INSIDE[unit]) INSIDE[unit] = findInside(unit);
  return INSIDE[unit];
}

const INSIDE = new Array(N);

/** @returns {Point} */
function findInside(unit) {
  const box = SHAPES.boxes[unit];
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.37];
  if (isInside(unit, x, y)) return [x, y];
  const crossings = [];
  for (const ring of SHAPES.rings[unit]) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if (ring[i + 1] > y !== ring[j + 1] > y) crossings.push(((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]);
    }
  }
  crossings.sort((a, b) => a - b);
  let best = [x, y, -1];
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i + 1] - crossings[i] > best[2]) best = [(crossings[i] + crossings[i + 1]) / 2, y, crossings[i + 1] - crossings[i]];
  }
  return [best[0], best[1]];
}

export const gridAt = (x, y) => {
  const unit = unitAt(x, y);
  return unit < 0 ? -1 : UNIT_GRID[unit];
};
