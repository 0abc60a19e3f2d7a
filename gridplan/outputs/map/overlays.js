// What can be laid over the grids: annexes as the proposal declares them, sub-areas, and the isochrones of a grid's lead.

import { ACCENT, DATA, FONT, GRIDS, grouped, INK, inLanguage, minus, N, percent, roundNumber, state, t } from "./base.js";
import { byId, decodePath, el, svg } from "./dom.js";
import { ALL_BOX, arcsPath, boxOf, insideOf, isInsideRings, linesPath, UNIT_GRID } from "./shapes.js";
import { overlap } from "./labels.js";
import { drawn, haloText, keep, stroke, toPixels, toSteps, viewOf, wholeZoom, zoomToBox } from "./draw.js";
import { lineKey, painter, setReadout, showLayers } from "./start.js";

const OVERLAY_TINTS = ["#0A4F96", "#B45309", "#1D6B4F", "#7A3E9D", "#A1123F", "#4A6076", "#0E7C86", "#6B4E16", "#C2408A", "#3F4C9B", "#5B7F12", "#7B2D1E"];
export const ANNEXES = DATA.annexes.map((annex, number) => ({ ...annex, number, layer: `annex ${annex.name}`, lines: annex.paths.map((paths) => paths.map(decodePath)) }));
export const shownAnnexes = () => ANNEXES.filter((annex) => annex.shape && state.layers[annex.layer]);
for (const annex of ANNEXES) if (annex.shape) state.layers[annex.layer] = false;

// ---- annexes in words ----------------------------------------------------------------------------------------------

function cellWords({ kind, words }, value) {
  if (value === null || value === "") return "";
  if (words && words[value]) return inLanguage(words[value]);
  if (kind === "share") return percent(value);
  if (kind === "whole" || kind === "money") return minus(grouped(value));
  return kind === "number" ? minus(roundNumber(value)) : value;
}

function rowFacts(annex, row, but = -1) {
  return annex.columns.flatMap((column, i) => {
    const words = cellWords(column, annex.rows[row][i]);
    return words && i !== annex.grid && i !== but ? [`${inLanguage(column.label)} ${words}`] : [];
  });
}

/** A row as one reads it: what it is about, then the facts in small. */
function rowWords(annex, row) {
  const name = annex.label < 0 ? "" : cellWords(annex.columns[annex.label], annex.rows[row][annex.label]);
  const facts = rowFacts(annex, row, annex.label);
  return name ? [el("b", {}, name), el("small", {}, facts.join(" · "))] : [facts.join(" · ")];
}

/** Annexes that speak of a grid, in its card. */
export function cardAnnexes(grid) {
  return ANNEXES.filter((annex) => annex.grid >= 0).flatMap((annex) => {
    const rows = annex.rows.flatMap((cells, row) => (cells[annex.grid] === GRIDS[grid].id ? [row] : []));
    return rows.length ? [annexRows(annex, rows)] : [];
  });
}

/** A list of an annex's rows that opens; rows with a place are links to it. */
export function annexRows(annex, rows) {
  const words = (row) => rowWords(annex, row);
  const link = (row) => el("button", { class: "link", onclick: () => goToAnnex(annex, row) }, words(row));
  const shown = rows.slice(0, 200);
  const left = rows.length - shown.length + annex.left;
  return el(
    "details",
    { class: "member annex" },
    el("summary", { title: inLanguage(annex.about) }, el("span", {}, inLanguage(annex.title)), el("b", {}, String(rows.length + annex.left))),
    el("ul", {}, shown.map((row) => el("li", {}, annex.lines[row] && annex.lines[row].length ? link(row) : words(row)))),
    left ? el("p", { class: "quiet" }, t("more_in_tables", { n: left })) : null,
  );
}

export function annexSection(annexes, heading) {
  return annexes.length ? [el("h2", {}, t(heading)), el("div", { class: "members" }, annexes)] : null;
}

function goToAnnex(annex, row) {
  state.layers[annex.layer] = true;
  const box = boxOf(annex.lines[row]);
  const grow = 0.01 * (ALL_BOX[2] - ALL_BOX[0]);
  zoomToBox([box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow], wholeZoom() + 2.25);
  setReadout([el("b", {}, inLanguage(annex.title)), ...rowFacts(annex, row)]);
  showLayers();
  painter.draw();
}

// ---- annexes on the map --------------------------------------------------------------------------------------------

/** The words by which an annex is coloured, in the order of their vocabulary. */
function tintKeys(annex) {
  if (annex.tint < 0) return [];
  const used = new Set(annex.rows.map((cells) => cells[annex.tint]));
  return [...new Set([...Object.keys(annex.columns[annex.tint].words || {}), ...used])].filter((key) => used.has(key));
}

/** Each thing that can be shown has a tint of its own, as long as there are tints. */
const FIRST_TINT = ANNEXES.reduce((firsts, annex) => [...firsts, firsts[firsts.length - 1] + (annex.shape ? Math.max(1, tintKeys(annex).length) : 0)], [0]);
const tintOfKey = (annex, place) => OVERLAY_TINTS[(FIRST_TINT[annex.number] + place) % OVERLAY_TINTS.length];
export const tintOfRow = (annex, row) => tintOfKey(annex, Math.max(0, tintKeys(annex).indexOf(annex.rows[row][annex.tint])));

export function drawAnnexes(context, view) {
  for (const annex of shownAnnexes()) {
    annex.lines.forEach((lines, row) => {
      if (annex.shape === "point" || !lines.length) return;
      const path = keep(`${annex.layer} ${row}`, () => linesPath(lines));
      if (annex.shape === "area") {
        context.globalAlpha = 0.16;
        context.fillStyle = tintOfRow(annex, row);
        context.fill(path, "evenodd");
        context.globalAlpha = 1;
      }
      stroke(context, view, path, "#fff", annex.shape === "area" ? 3 : 4);
      stroke(context, view, path, tintOfRow(annex, row), annex.shape === "area" ? 1.5 : 2.2);
    });
  }
}

export function drawAnnexPoints(context, view) {
  for (const annex of shownAnnexes().filter((one) => one.shape === "point")) {
    annex.lines.forEach((lines, row) => {
      for (const line of lines) drawRing(context, ...toPixels(view, line), tintOfRow(annex, row));
    });
  }
}

/** The label of every row of an annex where there is room for it. */
export function drawAnnexLabels(context, view, taken) {
  for (const annex of shownAnnexes()) {
    annex.lines.forEach((lines, row) => {
      if (!lines.length) return;
      const [x, y] = toPixels(view, middleOfLines(lines));
      const text = annex.label < 0 ? "" : cellWords(annex.columns[annex.label], annex.rows[row][annex.label]);
      if (text) labelIfFree(context, text, [x, y + (annex.shape === "point" ? 19 : 4)], tintOfRow(annex, row), taken);
    });
  }
}

function drawRing(context, x, y, colour) {
  context.beginPath();
  context.arc(x, y, 4.6, 0, 7);
  context.fillStyle = "#fff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2.2;
  context.stroke();
}

function middleOfLines(lines) {
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best));
  const middle = 2 * Math.floor(longest.length / 4);
  return [longest[middle], longest[middle + 1]];
}

/** Room for a label over its place, if no other has it; then it is taken.
 * @returns {PixelBox | null} */
export function roomForLabel(context, text, [x, y], taken, weight = 500) {
  context.font = `${weight} 12px ${FONT}`;
  const width = context.measureText(text).width;
  const box = { left: x - width / 2, top: y - 12, width, height: 16 };
  if (taken.length > 300 || taken.some((other) => overlap(box, other) > 0)) return null;
  taken.push(box);
  return box;
}

/** Write a label unless it would cover another one; tells whether it did. */
export function labelIfFree(context, text, at, colour, taken, weight = 500) {
  if (!roomForLabel(context, text, at, taken, weight)) return false;
  haloText(context, text, at[0], at[1], "center", `${weight} 12px ${FONT}`, colour);
  return true;
}

/** Facts of the row of an annex under a place on the map, or null. */
export function annexUnder(point) {
  for (const annex of shownAnnexes().reverse()) {
    const row = annex.lines.findIndex((lines) => isNear(annex.shape, lines, point));
    if (row >= 0) return [el("b", {}, inLanguage(annex.title)), ...rowFacts(annex, row)];
  }
  return null;
}

function isNear(shape, lines, point) {
  if (!lines.length) return false;
  const [x, y] = toSteps(gridplanMap, point);
  if (shape === "area") return isInsideRings(lines, x, y);
  const { scale } = viewOf(gridplanMap, L.point(0, 0));
  const reach = (shape === "point" ? 9 : 6) / scale;
  return lines.some((line) => distanceToLine(line, x, y) < reach);
}

function distanceToLine(line, x, y) {
  let best = Math.hypot(line[0] - x, line[1] - y);
  for (let i = 2; i < line.length; i += 2) {
    const [dx, dy] = [line[i] - line[i - 2], line[i + 1] - line[i - 1]];
    const share = Math.max(0, Math.min(1, ((x - line[i - 2]) * dx + (y - line[i - 1]) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(line[i - 2] + share * dx - x, line[i - 1] + share * dy - y));
  }
  return best;
}

export function annexKeys() {
  return shownAnnexes().flatMap((annex) => {
    const title = inLanguage(annex.title);
    const keys = tintKeys(annex);
    if (!keys.length) return [[annexKey(annex.shape, tintOfKey(annex, 0)), title]];
    return keys.map((key, place) => [annexKey(annex.shape, tintOfKey(annex, place)), `${title}${state.language === "zh" ? "：" : ": "}${cellWords(annex.columns[annex.tint], key)}`]);
  });
}

function annexKey(shape, colour) {
  if (shape === "line") return lineKey({ stroke: colour, "stroke-width": 2.2 });
  if (shape === "area") return el("i", { class: "box", style: { background: `${colour}29`, outlineColor: colour } });
  return svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: "icon", "aria-hidden": "true" }, svg("circle", { cx: 7, cy: 7, r: 4.6, fill: "#fff", stroke: colour, "stroke-width": 2.2 }));
}

// ---- sub-areas -----------------------------------------------------------------------------------------------------

export const HAS_SUB_AREAS = DATA.subAreas.length > GRIDS.length;
export const SUB_AREA = DATA.units.subArea;
export const partsSubAreas = (arc) => arc.right >= 0 && UNIT_GRID[arc.left] === UNIT_GRID[arc.right] && SUB_AREA[arc.left] !== SUB_AREA[arc.right];

export function drawSubAreas(context, view) {
  const path = keep("sub-areas", () => arcsPath(partsSubAreas));
  stroke(context, view, path, "#fff", 3);
  stroke(context, view, path, INK, 1.1, [6, 3]);
}

/** Names of the sub-areas at their most populous unit, once there is room for them. */
export function drawSubAreaNames(context, view, taken) {
  if (view.zoom < wholeZoom() + 0.7) return;
  const most = new Map();
  for (let unit = 0; unit < N; unit += 1) {
    const area = SUB_AREA[unit];
    if (area >= 0 && (!most.has(area) || (DATA.units.population[unit] || 0) > (DATA.units.population[most.get(area)] || 0))) most.set(area, unit);
  }
  for (const [area, unit] of most) {
    if (state.card !== null && UNIT_GRID[unit] !== state.card) continue;
    const [x, y] = toPixels(view, insideOf(unit));
    if (x > 0 && y > 0 && x < view.width && y < view.height) labelIfFree(context, DATA.subAreas[area], [x, y + 4], "#565D66", taken);
  }
}

// ---- isochrones of the lead of an open card ------------------------------------------------------------------------

const ISOCHRONES = DATA.isochrones.map((list) => list.map(({ minutes, lines }) => ({ minutes, lines: lines.map(decodePath) })));
const DASHES = [[5, 3], [10, 4]];

/** Outlines of the areas within so many minutes of the lead, as far as they lie in its grid. */
export function drawIsochrones(context, view) {
  const grid = state.card;
  if (grid === null) return;
  drawn.isochrones = ISOCHRONES[grid].filter((one) => one.lines.length);
  for (const one of drawn.isochrones) {
    const rank = ISOCHRONES[grid].indexOf(one);
    const path = keep(`isochrone ${grid} ${rank}`, () => linesPath(one.lines));
    stroke(context, view, path, "#fff", 3.8 + 0.3 * rank);
    stroke(context, view, path, ACCENT, 1.7 + 0.3 * rank, DASHES[Math.min(rank, 1)]);
  }
}

function cornersOf(lines) {
  const points = [];
  for (const line of lines) for (let i = 0; i < line.length; i += 2) points.push([line[i], line[i + 1]]);
  return points;
}

/** Minutes written on an isochrone, at its corner nearest to the middle of what is seen of it, clear of the names of leads. */
export function drawIsochroneNames(context, view, labels) {
  const legend = byId("legend").offsetHeight + 24;
  for (const one of drawn.isochrones) {
    const points = cornersOf(one.lines).map((point) => toPixels(view, point));
    const seen = points.filter(([x, y]) => x > view.pad.x + 40 && y > view.pad.y + 60 && x < view.width - view.pad.x - 40 && y < view.height - view.pad.y - legend);
    const free = seen.filter(([x, y]) => !labels.some((box) => overlap(box, { left: x - 26, top: y - 10, width: 52, height: 18 }) > 0));
    if (!free.length) continue;
    const mean = [0, 1].map((axis) => seen.reduce((sum, point) => sum + point[axis], 0) / seen.length);
    const far = ([x, y]) => (x - mean[0]) ** 2 + (y - mean[1]) ** 2;
    const [x, y] = free.reduce((best, point) => (far(point) < far(best) ? point : best));
    haloText(context, t("minutes_on_map", { n: roundNumber(one.minutes) }), x, y + 4, "center", `700 12px ${FONT}`, ACCENT);
  }
}
