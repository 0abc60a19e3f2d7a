// Painting units into a grid by a drag: one drag is one step, and what it would come to is shown before it ends.

import { ACCENT, DATA, GRIDS, grouped, N, peopleInWords, t } from "./base.js";
import { byId } from "./dom.js";
import { insideOf, unitAt, unitsPath } from "./shapes.js";
import { stroke, toSteps, viewOf } from "./draw.js";
import { edit, EDITED, moveUnits } from "./edit.js";
import { afterStep, dragOverMap, isEditing, refreshLive, showStrip } from "./edit_view.js";
import { painter } from "./start.js";

export const RADIUS = { least: 12, most: 80, step: 8 };
/** @type {{radius: number, at: Point | null, ghost: Set<number> | null}} */
export const brush = { radius: 28, at: null, ghost: null }; // pixels; where the pointer is; units of the drag under way

export function setRadius(by) {
  brush.radius = Math.min(RADIUS.most, Math.max(RADIUS.least, brush.radius + by));
  painter.point();
}

export function startBrush(event) {
  if (!isEditing() || event.button !== 0 || edit.tool !== "brush" || event.shiftKey) return;
  /** @type {Point | null} */
  let last = null;
  /** @type {Set<number>} */
  const ghost = new Set();
  brush.ghost = ghost;
  const move = (_, point) => {
    const before = ghost.size;
    for (const place of placesBetween(last || point, point)) for (const unit of unitsUnder(place)) ghost.add(unit);
    [last, brush.at] = [point, point];
    if (ghost.size !== before) showGhost();
    painter.point();
  };
  const end = (from, to) => {
    move(from, to);
    const units = [...ghost];
    brush.ghost = null;
    if (!units.length) units.push(...[unitAt(...toSteps(gridplanMap, L.point(...to)))].filter((unit) => unit >= 0));
    const step = moveUnits(units);
    if (step) return afterStep(step);
    return dropGhost();
  };
  dragOverMap(event, { move, end, cancel: dropGhost });
  move(null, [event.clientX, event.clientY].map((value, axis) => value - byId("map-area").getBoundingClientRect()[axis ? "top" : "left"]));
}

function dropGhost() {
  brush.ghost = null;
  refreshLive();
  showStrip();
  painter.point();
}

/** Places along a stroke, near enough to each other to miss no unit.
 * @type {(from: Point, to: Point) => Point[]} */
function placesBetween([x, y], [toX, toY]) {
  const n = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / (brush.radius / 2)));
  return Array.from({ length: n }, (_, i) => [x + ((toX - x) * (i + 1)) / n, y + ((toY - y) * (i + 1)) / n]);
}

/** Units that could move and whose inside point lies under the brush. */
function unitsUnder([x, y]) {
  const [atX, atY] = toSteps(gridplanMap, L.point(x, y));
  const reach = brush.radius / viewOf(gridplanMap, L.point(0, 0)).scale;
  const found = [];
  for (let unit = 0; unit < N; unit += 1) {
    if (EDITED[unit] === edit.target || edit.locked.has(unit)) continue;
    const [inX, inY] = insideOf(unit);
    if ((inX - atX) ** 2 + (inY - atY) ** 2 <= reach ** 2) found.push(unit);
  }
  return found;
}

let ghostAsked = false;

/** Count the plan as it would be, at most once a frame. */
function showGhost() {
  if (ghostAsked) return;
  ghostAsked = true;
  requestAnimationFrame(() => {
    ghostAsked = false;
    if (!brush.ghost) return;
    const assignment = EDITED.slice();
    for (const unit of brush.ghost) assignment[unit] = edit.target;
    refreshLive(assignment);
    showStrip();
  });
}

/** @param {Set<number>} ghost */
export function ghostWords(ghost) {
  const residents = [...ghost].reduce((sum, unit) => sum + (DATA.units.population[unit] || 0), 0);
  return t("ghost", { n: grouped(ghost.size), p: peopleInWords(residents), g: GRIDS[edit.target].number });
}

/** Units of the drag, and the circle of the brush. */
export function drawBrush(context, view) {
  if (brush.ghost && brush.ghost.size) {
    const path = unitsPath([...brush.ghost]);
    context.fillStyle = "rgba(10,79,150,.28)";
    context.fill(path);
    stroke(context, view, path, ACCENT, 1.4, [4, 3]);
  }
  if (!brush.at || edit.tool !== "brush") return;
  const circle = new Path2D();
  const [x, y] = toSteps(gridplanMap, L.point(...brush.at));
  circle.arc(x, y, brush.radius / view.scale, 0, 7);
  stroke(context, view, circle, "#fff", 3);
  stroke(context, view, circle, ACCENT, 1.4);
}
