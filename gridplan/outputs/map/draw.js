// The canvas over Leaflet, which only pans and zooms. Order: fills, unit borders, outer edge, grid borders, water, roads,
// focus, isochrones, marked units, hover, members, leads and labels.

import { ACCENT, DATA, decimals, DENSITY_TINTS, FONT, GROUND, INK, isUnreachable, N, NO_DATA, people, state, t, TIME_TINTS, WATER, WATER_INK } from "./base.js";
import { decodePath } from "./dom.js";
import { ALL_BOX, arcsOfUnit, arcsPath, boxOfUnits, differs, edgePath, gridAt, isAround, isInner, isOuter, linesPath, SHAPES, UNIT_GRID, unitsOfGrid, unitsPath } from "./shapes.js";
import { placeLabels, SHORT_NAMES, withoutCollisions } from "./labels.js";
import { nearestGrid } from "./unit_moves.js";
import { drawUnitFocus, minutesFrom } from "./unit_card.js";
import { gather } from "./checks.js";
import { drawAnnexes, drawAnnexLabels, drawAnnexPoints, drawIsochroneNames, drawIsochrones, drawSubAreaNames, drawSubAreas } from "./overlays.js";
import { drawChanges, drawFlowNames, drawFormerLeads, formerPlaces, showsChanges } from "./changes.js";
import { drawCurve, drawCurveLeads, showsCurve } from "./curve.js";
import { drawBorderClasses, showsBorders } from "./firmness.js";
import { showsBasemap } from "./basemap.js";
import { edit, editedMinutes } from "./edit.js";
import { drawSpan, showsHistogram } from "./histogram.js";
import { drawCompared, facing, onEachSide, showCompareBar, showsCompare } from "./compare.js";
import { drawEditMarks, drawEdits, isEditing, live } from "./edit_view.js";
import { drawBrush } from "./brush.js";
import { drawComments } from "./comments.js";
import { drawUnitNames } from "./unit_names.js";
import { keepHash } from "./hash.js";
import { showLegend } from "./start.js";

export const GROUPS = {
  general: "hospital", tcm: "hospital", maternity: "hospital", specialist: "hospital", chc: "primary", thc: "primary",
  chs: "station", village_clinic: "station", clinic: "station", rehab: "care", nursing: "care", hospice: "care",
};
export const groupOf = (facility) => GROUPS[DATA.facilities.kind[facility]] || "other";
export const EARTH = 2 * Math.PI * 6378137;
const PAD = 0.1; // share of the map's size drawn beyond its edge, so that a drag shows no blank

export const ROADS = DATA.roads.map((rank) => rank.map(decodePath));
export const BARRIERS = DATA.barriers.map((barrier) => ({ ...barrier, bands: barrier.bands.map((paths) => paths.map(decodePath)) }));
const BANDS = BARRIERS.length ? BARRIERS[0].bands.length : 0;
export const MEMBERS = DATA.facilities.id.flatMap((_, i) => (DATA.facilities.role[i] === "member" && DATA.facilities.xy[i] ? [i] : []));
export const LEADS = DATA.grids.map((grid, number) => ({ number, xy: grid.lead >= 0 ? DATA.facilities.xy[grid.lead] : middleOf(number) }));

/** Leads as shown: those of the proposal, or as edited. */
export const shownLeads = () => (isEditing() ? LEADS.map(({ number, xy }) => ({ number, xy: edit.leads[number] >= 0 ? DATA.facilities.xy[edit.leads[number]] : xy })) : LEADS);
export const shownMode = () => (state.mode === "borders" && isEditing() ? "grids" : state.mode);

function middleOf(grid) {
  const box = boxOfUnits(unitsOfGrid(grid));
  return box[0] > box[2] ? null : [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

// ---- classes and colours -----------------------------------------------------------------------------------------

const PRIMARY_BREAKS = [DATA.walkLimit / 3, (2 * DATA.walkLimit) / 3, DATA.walkLimit, 2 * DATA.walkLimit];
export const HAS_PRIMARY = DATA.units.primary.some((m) => m !== null);

export const MODES = {
  minutes: { values: DATA.units.minutes, breaks: DATA.timeClasses.breaks, tints: TIME_TINTS },
  primary: { values: DATA.units.primary, breaks: PRIMARY_BREAKS, tints: TIME_TINTS },
  density: { values: DATA.units.density, breaks: DATA.densityBreaks, tints: DENSITY_TINTS },
};

/** Tints for n + 1 classes, spread over the five that exist. */
export const spread = (tints, classes) => Array.from({ length: classes }, (_, i) => tints[classes === 1 ? 0 : Math.round((i * (tints.length - 1)) / (classes - 1))]);

function classOf(mode, unit) {
  const { values, breaks } = MODES[mode];
  const value = mode === "minutes" && isEditing() ? editedMinutes(unit) : values[unit];
  if (value === null) return -1;
  if (mode !== "density" && isUnreachable(value)) return breaks.length;
  const found = breaks.findIndex((limit) => value <= limit);
  return found < 0 ? breaks.length : found;
}

/** Return [[colour, units, group], ...] of a mode. */
export function fillsOf(mode) {
  const groups = new Map();
  for (let unit = 0; unit < N; unit += 1) {
    const key = mode in MODES ? classOf(mode, unit) : UNIT_GRID[unit];
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(unit);
  }
  const tints = mode in MODES ? spread(MODES[mode].tints, MODES[mode].breaks.length + 1) : DATA.grids.map((grid) => (mode === "borders" ? fade(DATA.tints[grid.tint], 0.65) : DATA.tints[grid.tint]));
  return [...groups].map(([key, units]) => [key < 0 ? NO_DATA : tints[key], units, key]);
}

// ---- paths kept between draws --------------------------------------------------------------------------------------

export const kept = new Map();

export function keep(name, make) {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

/** After units moved: what was kept of the grids they left and joined is made anew, borders only where they moved.
 * @param {[unit: number, from: number, to: number][]} moves */
export function forgetMoves(moves) {
  for (const grid of new Set(moves.flatMap(([, from, to]) => [from, to]))) for (const name of [`fill grid ${grid}`, `around ${grid}`, `grid ${grid}`]) kept.delete(name);
  for (const name of [...kept.keys()]) if (name === "grids" || name === "units by grid" || name === "units by minutes" || name.startsWith("fill minutes ")) kept.delete(name);
  const arcs = kept.get("border arcs");
  if (!arcs) return;
  const touched = new Set(moves.flatMap(([unit]) => arcsOfUnit(unit)));
  kept.set("border arcs", [...arcs.filter((arc) => !touched.has(arc)), ...[...touched].filter(differs)]);
}

/** Fills of a mode; those of grids are kept one by one, so that an edit makes only the two it touches anew. */
function fillPaths(mode) {
  const fills = keep(mode === "grids" ? "units by grid" : `units by ${mode}`, () => fillsOf(mode));
  return fills.map(([colour, units, key]) => ({ colour, units, path: () => keep(`fill ${mode === "grids" ? "grid" : mode} ${key}`, () => unitsPath(units)) }));
}

// ---- the layer -----------------------------------------------------------------------------------------------------

/** Two canvases: the map itself, and over it what follows the pointer, so that pointing does not redraw the map. */
export const Painter = L.Layer.extend({
  onAdd(map) {
    this.canvases = ["paper", "pointer"].map((name) => L.DomUtil.create("canvas", `leaflet-zoom-animated ${name}`, map.getPanes().overlayPane));
    this.draw();
  },
  getEvents() {
    return { moveend: this.draw, resize: this.draw, zoomanim: this.animate, move: this.follow };
  },
  /** Under a curtain the map moves and the curtain stays, so every step of a drag is drawn. */
  follow() {
    if (showsCompare()) this.draw();
  },
  animate(event) {
    const scale = this._map.getZoomScale(event.zoom);
    const corner = this._map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    for (const canvas of this.canvases) L.DomUtil.setTransform(canvas, corner, scale);
  },
  draw() {
    const map = this._map;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const pad = L.point(Math.round(size.x * PAD), Math.round(size.y * PAD));
    this.view = viewOf(map, pad);
    this.corner = map.containerPointToLatLng(L.point(-pad.x, -pad.y));
    for (const canvas of this.canvases) L.DomUtil.setTransform(canvas, map.containerPointToLayerPoint(L.point(-pad.x, -pad.y)), 1);
    drawMap(freshContext(this.canvases[0], this.view), this.view);
    this.hasMarks = state.marked.length > 0;
    this.isWhole = true;
    this.point();
  },
  context() {
    return penOf(this.canvases[0]);
  },
  /** Draw anew only boxes of the map, in pixels of the canvas, as long as the view is that of the last draw. */
  drawWithin(boxes) {
    const context = this.context();
    const ratio = shownRatio();
    const edge = (value, round) => round(value * ratio) / ratio; // between two pixels, so that no seam shows
    const sides = boxes.map(({ left, top, width, height }) => [edge(left, Math.floor), edge(top, Math.floor), edge(left + width, Math.ceil), edge(top + height, Math.ceil)]);
    context.save();
    context.beginPath();
    for (const [left, top, right, bottom] of sides) context.rect(left, top, right - left, bottom - top);
    context.clip();
    context.clearRect(0, 0, this.view.width, this.view.height);
    wanted = boxes;
    drawMap(context, this.view);
    wanted = null;
    this.isWhole = false;
    context.restore();
  },
  /** The map as it is, with more pixels than the screen has, on a canvas of its own. */
  picture(ratio) {
    const canvas = document.createElement("canvas");
    pictureRatio = ratio;
    drawMap(freshContext(canvas, this.view, ratio), this.view);
    pictureRatio = 0;
    return canvas;
  },
  /** Redraw what follows the pointer. */
  point() {
    const context = freshContext(this.canvases[1], this.view);
    const pointed = (view) => inSteps(context, view, () => drawPointed(context, view));
    if (showsCompare() && facing.way === "side") onEachSide(context, this.view, pointed);
    else pointed(this.view);
    if (state.pin) drawPin(context, toPixels(this.view, state.pin));
  },
});

/** @type {PixelBox[] | null} */
let wanted = null; // while only some boxes of the map are drawn anew

/** Whether a box of the canvas is to be drawn now. */
const isWanted = ({ left, top, width, height }, room = 0) =>
  !wanted || wanted.some((box) => left - room < box.left + box.width && left + width + room > box.left && top - room < box.top + box.height && top + height + room > box.top);

/** The box of a unit on the canvas.
 * @type {(view: View, unit: number, room: number) => PixelBox} */
export function pixelBoxOf(view, unit, room) {
  const [left, top, right, bottom] = SHAPES.boxes[unit];
  const [x, y] = toPixels(view, [left, top]);
  return { left: x - room, top: y - room, width: (right - left) * view.scale + 2 * room, height: (bottom - top) * view.scale + 2 * room };
}

/** Units of a list that are to be drawn now. */
export const wantedUnits = (view, units) => (wanted ? units.filter((unit) => isWanted(pixelBoxOf(view, unit, 4))) : units);

let pictureRatio = 0; // while a picture is drawn that is not for the screen
const shownRatio = () => pictureRatio || window.devicePixelRatio || 1;

/** The pen of a canvas.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D} */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws on no canvas");
  return pen;
}

export function freshContext(canvas, { width, height }, ratio = shownRatio()) {
  resizeCanvas(canvas, width, height, ratio);
  const context = penOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.lineJoin = "round";
  context.lineCap = "round";
  return context;
}

function resizeCanvas(canvas, width, height, ratio) {
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  if (canvas.width === Math.round(width * ratio) && canvas.height === Math.round(height * ratio)) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
}

/** How steps become pixels of a canvas that reaches `pad` beyond the map on every side.
 * @returns {View} */
export function viewOf(map, pad) {
  const size = map.getSize();
  const perMetre = map.options.crs.scale(map.getZoom()) / EARTH;
  const corner = map.getPixelBounds().min.subtract(pad);
  return {
    width: size.x + 2 * pad.x,
    height: size.y + 2 * pad.y,
    pad,
    zoom: map.getZoom(),
    scale: DATA.frame.step * perMetre,
    left: (DATA.frame.left + EARTH / 2) * perMetre - corner.x,
    top: (EARTH / 2 - DATA.frame.top) * perMetre - corner.y,
  };
}

/** A place in steps as pixels.
 * @type {(view: View, xy: number[]) => Point} */
export const toPixels = (view, [x, y]) => [view.left + x * view.scale, view.top + y * view.scale];

/** Place on the map's container -> steps.
 * @returns {Point} */
export function toSteps(map, point) {
  const view = viewOf(map, L.point(0, 0));
  return [(point.x - view.left) / view.scale, (point.y - view.top) / view.scale];
}

// ---- drawing -------------------------------------------------------------------------------------------------------

/**
 * @param {CanvasRenderingContext2D} context
 * @param {View} view */
function drawMap(context, view) {
  if (!showsBasemap() || showsCompare()) {
    context.fillStyle = GROUND;
    context.fillRect(0, 0, view.width, view.height);
  }
  if (showsCompare()) {
    drawCompared(context, view);
    return;
  }
  showCompareBar();
  inSteps(context, view, () => {
    context.globalAlpha = showsBasemap() ? 0.62 : 1;
    if (showsCurve()) drawCurve(context, view);
    else drawFills(context, view);
    context.globalAlpha = 1;
    if (!showsCurve()) {
      drawKept(context, view, "under", () => [state.layers.borders], drawUnitBorders);
      if (!showsBorders()) drawGridBorders(context, view);
    }
    drawKept(context, view, "over", () => [state.layers.barriers, state.layers.roads], drawWaterAndRoads);
    if (showsBorders()) drawBorderClasses(context, view);
    if (state.card !== null) drawFocus(context, view);
    if (showsHistogram()) drawSpan(context, view);
    if (state.layers.subAreas) drawSubAreas(context, view);
    if (isEditing()) drawEdits(context, view);
    if (showsChanges()) drawChanges(context, view);
    drawAnnexes(context, view);
    drawMarked(context, view);
  });
  if (showsCurve()) {
    drawCurveLeads(context, view);
    showLegend();
    return;
  }
  const shown = labelBoxes(context, view);
  drawMembers(context, view, shown);
  drawAnnexPoints(context, view);
  if (showsChanges()) drawFormerLeads(context, view);
  drawLeads(context, view, shown);
  if (state.card !== null && state.unit === null) drawIsochroneNames(context, view, shown);
  drawOver(context, view, shown);
  if (isEditing()) drawEditMarks(context, view, shown);
  drawComments(context, view);
  showLegend();
  keepHash();
}

/** What is written over the map, each where the labels before it leave room. */
function drawOver(context, view, labels) {
  const taken = labels.map((box) => ({ ...box }));
  if (showsChanges()) drawFlowNames(context, view, taken);
  drawAnnexLabels(context, view, taken);
  if (state.layers.subAreas) drawSubAreaNames(context, view, taken);
  drawUnitNames(context, view, taken);
}

/** What the last draw put on the canvas; the legend and the tests ask.
 * @type {{groups: Set<string>, isochrones: {minutes: number, lines: Int32Array[]}[]}} */
export const drawn = { groups: new Set(), isochrones: [] };

/** Draw in steps; widths are then divided by the view's scale. */
export function inSteps(context, view, work) {
  context.save();
  context.transform(view.scale, 0, 0, view.scale, view.left, view.top);
  work();
  context.restore();
}

export function countDrawn(view) {
  const [left, top] = [-view.left / view.scale, -view.top / view.scale];
  const [right, bottom] = [left + view.width / view.scale, top + view.height / view.scale];
  return fillPaths(shownMode()).reduce(
    (sum, { units }) => sum + units.filter((unit) => SHAPES.rings[unit].length && overlaps(SHAPES.boxes[unit], left, top, right, bottom)).length,
    0,
  );
}

const overlaps = (box, left, top, right, bottom) => box[0] <= right && box[2] >= left && box[1] <= bottom && box[3] >= top;

function drawFills(context, view) {
  if (isEditing()) return paste(context, freshFills(view));
  for (const { colour, path } of fillPaths(shownMode())) {
    paint(context, colour, path());
  }
  return null;
}

// ---- bitmaps kept while one edits ----------------------------------------------------------------------------------
// An edit changes few units and no view: what it does not touch is drawn once a view and pasted.

const bitmaps = new Map();

/** A bitmap of a name with its context; made anew, with nothing on it, where view or key are others than before. */
export function bitmapOf(name, view, key) {
  const stamp = JSON.stringify([key, view, shownRatio()]);
  const own = bitmaps.get(name);
  if (own && own.key === stamp) return { ...own, isNew: false };
  const canvas = own ? own.canvas : document.createElement("canvas");
  const made = { canvas, key: stamp, context: freshContext(canvas, view) };
  bitmaps.set(name, made);
  return { ...made, isNew: true };
}

export function paste(context, canvas) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(canvas, 0, 0);
  context.restore();
}

/** Draw what edits do not touch: at once while one reads, as a bitmap while one edits. */
function drawKept(context, view, name, keyOf, draw) {
  if (!isEditing()) return draw(context, view);
  const bitmap = bitmapOf(name, view, keyOf());
  if (bitmap.isNew) inSteps(bitmap.context, view, () => draw(bitmap.context, view));
  return paste(context, bitmap.canvas);
}

let filledColours = []; // of each unit, as the bitmap of fills has it

/** The bitmap of fills; after an edit only units with another colour are painted over. */
function freshFills(view) {
  const bitmap = bitmapOf("fills", view, [shownMode()]);
  const fills = fillPaths(shownMode());
  const colours = new Array(N);
  for (const { colour, units } of fills) for (const unit of units) colours[unit] = colour;
  inSteps(bitmap.context, view, () => {
    if (bitmap.isNew) fills.forEach(({ colour, path }) => paint(bitmap.context, colour, path()));
    else repaint(bitmap.context, view, colours);
  });
  filledColours = colours;
  return bitmap.canvas;
}

export function paint(context, colour, path) {
  context.fillStyle = colour;
  context.fill(path);
}

function repaint(context, view, colours) {
  const changed = colours.flatMap((colour, unit) => (colour === filledColours[unit] ? [] : [unit]));
  for (const units of gather(changed, (unit) => colours[unit])) {
    const path = unitsPath(units);
    paint(context, colours[units[0]], path);
    stroke(context, view, path, colours[units[0]], 0.8);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {View} view
 * @param {Path2D} path
 * @param {string} colour
 * @param {number} width
 * @param {number[]} [dash] */
export function stroke(context, view, path, colour, width, dash) {
  context.strokeStyle = colour;
  context.lineWidth = width / view.scale;
  context.setLineDash(dash ? dash.map((length) => length / view.scale) : []);
  context.stroke(path);
}

export const UNIT_SIZE = Math.sqrt(((ALL_BOX[2] - ALL_BOX[0]) * (ALL_BOX[3] - ALL_BOX[1])) / Math.max(N, 1));

export function drawUnitBorders(context, view) {
  const pixels = UNIT_SIZE * view.scale;
  if (state.layers.borders && pixels > 3) {
    const strength = Math.min(1, (pixels - 3) / 9);
    const colour = isEditing() ? `rgba(22,25,29,${(0.42 * strength).toFixed(2)})` : `rgba(255,255,255,${(0.85 * strength).toFixed(2)})`;
    stroke(context, view, keep("inner", () => arcsPath(isInner)), colour, isEditing() ? 1 : 0.9);
  }
  stroke(context, view, keep("outer", () => arcsPath(isOuter)), "#7A8087", 1);
}

function drawGridBorders(context, view) {
  const arcs = keep("border arcs", () => SHAPES.arcs.filter(differs));
  const border = wanted ? linesPath(arcs.filter((arc) => isWanted(pixelBoxOf(view, arc.left, 3))).map((arc) => arc.points)) : keep("grids", () => linesPath(arcs.map((arc) => arc.points)));
  stroke(context, view, border, "#fff", 4.6);
  stroke(context, view, border, INK, 1.5);
}

export function drawWaterAndRoads(context, view) {
  if (state.layers.barriers) drawBarriers(context, view);
  if (state.layers.roads && !showsBorders()) drawRoads(context, view);
}

/** Water and railways; beyond the study area they fade into the ground, band by band, the farthest first. */
function drawBarriers(context, view) {
  context.lineCap = "butt"; // bands end side by side
  const wide = Math.min(9, Math.max(3, 4 * 2 ** (0.6 * (view.zoom - 11))));
  for (let band = BANDS - 1; band >= 0; band -= 1) {
    for (const [number, barrier] of BARRIERS.entries()) {
      const path = keep(`barrier ${number} ${band}`, () => linesPath(barrier.bands[band]));
      const faded = (colour) => fade(colour, band / BANDS);
      if (barrier.kind === "rail") {
        stroke(context, view, path, faded("#8A9097"), 2.2);
        stroke(context, view, path, "#fff", 1.1, [5, 5]);
      } else {
        stroke(context, view, path, faded(WATER_INK), wide + 2);
        stroke(context, view, path, faded(WATER), wide);
      }
    }
  }
  for (const barrier of BARRIERS) {
    if (barrier.kind !== "area") continue;
    const path = linesPath(barrier.bands[0]);
    context.fillStyle = WATER;
    context.fill(path, "evenodd");
    stroke(context, view, path, WATER_INK, 1);
  }
  context.lineCap = "round";
}

/** A colour on its way to that of the ground. */
function fade(colour, share) {
  const part = (at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * (1 - share) + parseInt(GROUND.slice(at, at + 2), 16) * share);
  return `rgb(${part(1)},${part(3)},${part(5)})`;
}

function drawRoads(context, view) {
  const grow = 2 ** Math.max(0, Math.min(2, view.zoom - 12) * 0.4);
  const styles = [
    [2.1 * grow, 0.2, 0],
    [1.4 * grow, 0.2, 0],
    [1.05 * grow, 0.18, 0],
    [0.8 * grow, 0.17, 11.6],
    [0.7 * grow, 0.15, 12.6],
  ];
  for (let rank = ROADS.length - 1; rank >= 0; rank -= 1) {
    const [width, strength, from] = styles[rank];
    if (!ROADS[rank].length || view.zoom < from) continue;
    stroke(context, view, keep(`road ${rank}`, () => linesPath(ROADS[rank])), `rgba(34,48,70,${strength})`, width);
  }
}

function drawFocus(context, view) {
  const grid = state.card;
  const units = unitsOfGrid(grid);
  const wash = new Path2D();
  wash.rect(ALL_BOX[0] - 1e5, ALL_BOX[1] - 1e5, ALL_BOX[2] - ALL_BOX[0] + 2e5, ALL_BOX[3] - ALL_BOX[1] + 2e5);
  wash.addPath(keep(`grid ${grid}`, () => unitsPath(units)));
  context.fillStyle = "rgba(244,244,241,.62)";
  context.fill(wash, "evenodd");
  const around = keep(`around ${grid}`, () => arcsPath(isAround(grid)));
  stroke(context, view, around, "#fff", 5.5);
  stroke(context, view, around, INK, 2.6);
  if (state.unit === null) drawIsochrones(context, view);
  else drawUnitFocus(context, view);
}

export function drawMarked(context, view) {
  if (state.marked.length) {
    const path = unitsPath(state.marked);
    context.fillStyle = "rgba(10,79,150,.10)";
    context.fill(path);
    const edge = edgePath(state.marked);
    stroke(context, view, edge, "#fff", 5);
    stroke(context, view, edge, ACCENT, 2.4);
  }
}

function drawPointed(context, view) {
  if (isEditing()) drawBrush(context, view);
  if (state.hoverGrid >= 0 && state.card === null) {
    stroke(context, view, keep(`around ${state.hoverGrid}`, () => arcsPath(isAround(state.hoverGrid))), ACCENT, 2.6);
  }
  if (state.hover >= 0) stroke(context, view, unitsPath([state.hover]), ACCENT, 2);
}

// ---- members, leads and labels -------------------------------------------------------------------------------------

export function isMemberShown(facility, zoom) {
  const group = groupOf(facility);
  if (isEditing() && zoom < 12) return false;
  const inFocus = state.card !== null && DATA.facilities.grid[facility] === state.card;
  if (state.card !== null && !inFocus) return false;
  if (group === "hospital") return zoom >= 10.9 || inFocus;
  if (group === "station" || group === "other") return zoom >= 12.2 || inFocus;
  return true;
}

function drawMembers(context, view, labels) {
  drawn.groups = new Set();
  if (!state.layers.members || showsBorders()) return;
  const shown = MEMBERS.filter((facility) => isMemberShown(facility, view.zoom));
  const order = { station: 0, other: 0, primary: 1, hospital: 2, care: 3 };
  shown.sort((a, b) => order[groupOf(a)] - order[groupOf(b)] || a - b);
  const boxes = view.zoom < 12.6 ? labels : [];
  for (const facility of shown) {
    const [x, y] = toPixels(view, DATA.facilities.xy[facility]);
    if (x < -9 || y < -9 || x > view.width + 9 || y > view.height + 9) continue;
    if (boxes.some((box) => x > box.left - 3 && x < box.left + box.width + 3 && y > box.top - 3 && y < box.top + box.height + 3)) continue;
    drawMember(context, groupOf(facility), x, y);
    drawn.groups.add(groupOf(facility));
  }
}

function drawMember(context, group, x, y) {
  context.beginPath();
  if (group === "primary" || group === "station") context.arc(x, y, group === "primary" ? 2.5 : 1.3, 0, 7);
  else if (group === "hospital") context.rect(x - 2.7, y - 2.7, 5.4, 5.4);
  else if (group === "care") {
    context.moveTo(x, y - 4.4);
    context.lineTo(x + 4.4, y);
    context.lineTo(x, y + 4.4);
    context.lineTo(x - 4.4, y);
    context.closePath();
  } else {
    context.moveTo(x - 2.6, y);
    context.lineTo(x + 2.6, y);
    context.moveTo(x, y - 2.6);
    context.lineTo(x, y + 2.6);
  }
  context.strokeStyle = group === "hospital" || group === "other" ? INK : "#fff";
  context.lineWidth = group === "hospital" ? 1.2 : group === "other" ? 1.2 : group === "station" ? 0.7 : 2;
  context.fillStyle = group === "hospital" ? "#fff" : INK;
  if (group === "hospital") context.fill();
  context.stroke();
  if (group !== "hospital" && group !== "other") context.fill();
}

export const isNarrow = () => gridplanMap.getSize().x < 480;

/** @returns {[name: string, value: string]} */
export function labelLines(grid) {
  const facts = live ? { population: live.grids[grid].population, meanMinutes: live.grids[grid].mean } : DATA.grids[grid];
  if (isNarrow()) return [SHORT_NAMES[grid], ""];
  if (state.unit !== null) return [SHORT_NAMES[grid], minutesFrom(state.unit, grid)];
  const second = shownMode() === "minutes" ? `${decimals(facts.meanMinutes || 0, 1)} ${t("minute")}` : people(facts.population) + (state.language === "zh" ? "人" : "");
  return [SHORT_NAMES[grid], second];
}

/** @type {{key: string, boxes: any[]}} */
export let placedLabels = { key: "", boxes: [] };

/** Boxes of the labels and discs on screen; while one edits they stay where they are as long as view and leads do. */
function labelBoxes(context, view) {
  const key = isEditing() ? JSON.stringify([view, edit.leads, state.language, state.mode, state.layers.labels]) : "";
  if (!key || placedLabels.key !== key) placedLabels = { key, boxes: findLabelBoxes(context, view) };
  return placedLabels.boxes;
}

function findLabelBoxes(context, view) {
  const leads = shownLeads().filter((lead) => lead.xy).map((lead) => ({ ...lead, at: toPixels(view, lead.xy) }));
  const visible = leads.filter(({ at: [x, y] }) => x > view.pad.x - 20 && y > view.pad.y - 20 && x < view.width - view.pad.x + 20 && y < view.height - view.pad.y + 20);
  const discs = [...leads.map(({ at }) => at), ...formerPlaces().map((xy) => toPixels(view, xy))].map(([x, y]) => ({ x, y, r: 10 }));
  const labelsWith = (hasValue) => visible.map(({ number, at: [x, y] }) => {
    const [name, value] = labelLines(number);
    return { grid: number, x: x - view.pad.x, y: y - view.pad.y, ...sizeOfWords(context, [name, hasValue ? value : ""]), gap: 12, hasValue };
  });
  const gridOf = (x, y) => gridAt((x + view.pad.x - view.left) / view.scale, (y + view.pad.y - view.top) / view.scale);
  const inner = discs.map((disc) => ({ ...disc, x: disc.x - view.pad.x, y: disc.y - view.pad.y }));
  const frame = { width: view.width - 2 * view.pad.x, height: view.height - 2 * view.pad.y };
  const place = (labels) => placeLabels(labels, inner, gridOf, frame).map((box, i) => ({ ...box, item: labels[i], grid: labels[i].grid, hasValue: labels[i].hasValue }));
  const importance = ({ grid }) => DATA.grids[grid].population || 0;
  const [full, bare] = state.layers.labels ? [place(labelsWith(true)), () => place(labelsWith(false))] : [[], () => []];
  const clear = withoutCollisions(full, inner, importance);
  const boxes = clear.length === full.length ? full : withoutCollisions(bare(), inner, importance);
  const moved = boxes.map((box) => ({ ...box, left: box.left + view.pad.x, top: box.top + view.pad.y }));
  return [...moved, ...discs.map((disc) => ({ left: disc.x - 10, top: disc.y - 10, width: 20, height: 20 }))];
}

/** Room that a name and a value under it take. */
export function sizeOfWords(context, [name, value]) {
  context.font = `700 14px ${FONT}`;
  const width = context.measureText(name).width;
  context.font = `500 12px ${FONT}`;
  return { width: Math.max(width, context.measureText(value).width), height: value ? 32 : 17 };
}

export const LABEL_ROOM = 6; // around the box of a label: its halo, and a value that has become longer

function drawLeads(context, view, boxes) {
  const labels = boxes.filter((box) => box.grid !== undefined);
  for (const lead of shownLeads()) {
    if (!lead.xy) continue;
    const [x, y] = toPixels(view, lead.xy);
    if (!isWanted({ left: x - 11, top: y - 11, width: 22, height: 22 })) continue;
    context.globalAlpha = isDimmed(lead.number) ? 0.55 : 1;
    drawDisc(context, [x, y], DATA.grids[lead.number].number);
  }
  for (const box of labels) {
    if (!isWanted(box, LABEL_ROOM)) continue;
    const dimmed = isDimmed(box.grid);
    const [name, value] = labelLines(box.grid);
    context.globalAlpha = dimmed ? 0.55 : 1;
    drawWords(context, box, [name, (dimmed && state.unit === null) || !box.hasValue ? "" : value]);
  }
  context.globalAlpha = 1;
}

/** A name and a value under it in the box found for them. */
export function drawWords(context, box, [name, value]) {
  const x = box.align === "left" ? box.left : box.align === "right" ? box.left + box.width : box.left + box.width / 2;
  haloText(context, name, x, box.top + 13, box.align, `700 14px ${FONT}`);
  if (value) haloText(context, value, x, box.top + 28, box.align, `500 12px ${FONT}`);
}

const isDimmed = (grid) => state.card !== null && grid !== state.card && !(state.unit !== null && grid === nearestGrid(state.unit));

export function drawDisc(context, [x, y], number) {
  context.beginPath();
  context.arc(x, y, 9.8, 0, 7);
  context.fillStyle = INK;
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = 1.7;
  context.stroke();
  context.fillStyle = "#fff";
  context.font = `700 ${number > 99 ? 10 : 12.5}px ${FONT}`;
  context.textAlign = "center";
  context.fillText(String(number), x, y + 4.5);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {CanvasTextAlign} align
 * @param {string} font
 * @param {string} [colour] */
export function haloText(context, text, x, y, align, font, colour = INK) {
  context.font = font;
  context.textAlign = align;
  context.lineJoin = "round";
  context.strokeStyle = "rgba(255,255,255,.92)";
  context.lineWidth = 3.6;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

function drawPin(context, [x, y]) {
  context.beginPath();
  context.arc(x, y, 11, 0, 7);
  context.strokeStyle = "#fff";
  context.lineWidth = 5;
  context.stroke();
  context.strokeStyle = ACCENT;
  context.lineWidth = 2.4;
  context.stroke();
}

// ---- moving the view -----------------------------------------------------------------------------------------------

/** @type {(xy: number[]) => {lat: number, lng: number}} */
export const latLngOf = ([x, y]) =>
  L.CRS.EPSG3857.unproject(L.point(DATA.frame.left + x * DATA.frame.step, DATA.frame.top - y * DATA.frame.step));

export function zoomToBox(box, maxZoom = 14) {
  if (box[0] > box[2]) return;
  const bounds = L.latLngBounds(latLngOf([box[0], box[3]]), latLngOf([box[2], box[1]]));
  const bottom = isEditing() ? Math.min(72, gridplanMap.getSize().y / 6) : 24; // where an alert stands, so that it hides nothing
  const side = 24 + (showsCompare() && facing.way === "side" ? gridplanMap.getSize().x / 4 : 0);
  gridplanMap.fitBounds(bounds, { paddingTopLeft: [side, 52], paddingBottomRight: [side, bottom], maxZoom, animate: false });
}

export const zoomToAll = () => zoomToBox(ALL_BOX, 17);

/** Show units with enough around them to know where they are. */
export function zoomToUnits(units) {
  zoomToBox(boxOfUnits(units), wholeZoom() + 2.25);
}

/** Zoom at which the whole area fits the map. */
export function wholeZoom() {
  const whole = L.latLngBounds(latLngOf([ALL_BOX[0], ALL_BOX[3]]), latLngOf([ALL_BOX[2], ALL_BOX[1]]));
  return gridplanMap.getBoundsZoom(whole, false, L.point(48, 76));
}
