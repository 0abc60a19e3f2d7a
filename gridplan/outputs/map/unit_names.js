// Names of units where the map is near enough for them: only of those in view, inside their unit, clear of each other and of what is written already.

import { DATA, decimals, FONT, isUnreachable, N, state } from "./base.js";
import { insideOf, SHAPES, unitAt, UNIT_GRID } from "./shapes.js";
import { overlap } from "./labels.js";
import { bitmapOf, haloText, paste, shownMode, toPixels, UNIT_SIZE, wholeZoom } from "./draw.js";
import { edit, editedMinutes } from "./edit.js";
import { isEditing } from "./edit_view.js";

const LEAST_PIXELS = 34; // sides of a typical unit and of one that is named
const MOST_NAMES = 250;
const LINE = 14;
const NAME_FONT = `400 12px ${FONT}`;
const NAME_COLOUR = "#3C434B";

const widths = new Map();

function widthOf(context, text) {
  if (!widths.has(text)) widths.set(text, context.measureText(text).width);
  return widths.get(text);
}

/** The name, and under minutes as colours what the colour stands for; as much of both as there is room for in the unit. */
function linesOf(context, unit, width, height) {
  const minutes = isEditing() ? editedMinutes(unit) : DATA.units.minutes[unit];
  const value = shownMode() === "minutes" && minutes !== null && !isUnreachable(minutes) ? decimals(minutes, 1) : "";
  return [DATA.units.name[unit], value].filter((text) => text && widthOf(context, text) <= width).slice(0, Math.floor(height / LINE));
}

/** Units at least partly in view that are large enough on screen, those with most residents first. */
function largeUnits(view) {
  const found = [];
  const least = LEAST_PIXELS / view.scale;
  const [left, top] = [-view.left / view.scale, -view.top / view.scale];
  const [right, bottom] = [left + view.width / view.scale, top + view.height / view.scale];
  for (let unit = 0; unit < N; unit += 1) {
    const box = SHAPES.boxes[unit];
    if (box[2] - box[0] < least || box[0] > right || box[2] < left || box[1] > bottom || box[3] < top) continue;
    if (state.card === null || UNIT_GRID[unit] === state.card) found.push(unit);
  }
  return found.sort((a, b) => (DATA.units.population[b] || 0) - (DATA.units.population[a] || 0) || a - b);
}

const FROM_WHOLE = 0.7; // zoom beyond the whole area: the map of everything is about grids

const showsUnitNames = (view) => state.layers.labels && view.zoom >= wholeZoom() + FROM_WHOLE && UNIT_SIZE * view.scale >= LEAST_PIXELS;

const isInView = ({ width, height, pad }, box) => box.left > pad.x && box.top > pad.y && box.left + box.width < width - pad.x && box.top + box.height < height - pad.y;

/** Whether both ends of the words lie in their unit; its box alone says little of a crescent. */
const fitsInUnit = (view, unit, box) => [0.1, 0.9].every((share) => unitAt((box.left + share * box.width - view.left) / view.scale, (box.top + box.height / 2 - view.top) / view.scale) === unit);

/** What was written last: unit and its words; the tests ask. */
export const namedUnits = [];

function writeNames(context, view, taken) {
  context.font = NAME_FONT;
  namedUnits.length = 0;
  for (const unit of largeUnits(view)) {
    if (namedUnits.length >= MOST_NAMES) break;
    const box = SHAPES.boxes[unit];
    const [width, height] = [0.92 * (box[2] - box[0]) * view.scale, 0.8 * (box[3] - box[1]) * view.scale];
    context.font = NAME_FONT;
    const lines = linesOf(context, unit, width, height);
    if (!lines.length) continue;
    const [x, y] = toPixels(view, insideOf(unit));
    const wide = Math.max(...lines.map((text) => widthOf(context, text)));
    const own = { left: x - wide / 2 - 2, top: y - (LINE * lines.length) / 2, width: wide + 4, height: LINE * lines.length };
    if (!isInView(view, own) || !fitsInUnit(view, unit, own) || taken.some((other) => overlap(own, other) > 0)) continue;
    taken.push(own);
    namedUnits.push({ unit, lines, box: own });
    lines.forEach((text, i) => haloText(context, text, x, own.top + LINE * i + 11, "center", NAME_FONT, NAME_COLOUR));
  }
}

/** Names over the map; while one edits they are written once a view and pasted. */
export function drawUnitNames(context, view, taken) {
  if (!showsUnitNames(view)) {
    namedUnits.length = 0;
    return;
  }
  if (!isEditing()) {
    writeNames(context, view, taken);
    return;
  }
  const isTold = shownMode() === "minutes"; // then the words follow the edits
  const bitmap = bitmapOf("names", view, [shownMode(), state.language, state.layers, edit.leads, isTold ? edit.version : 0]);
  if (bitmap.isNew) writeNames(bitmap.context, view, taken);
  paste(context, bitmap.canvas);
}
