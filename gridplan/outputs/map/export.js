// What is on screen as a file: a picture, a table, shapes. Each says whether it holds the proposal or edits that nobody has checked.

import { DATA, FONT, GRIDS, gridWords, grouped, INK, inLanguage, lineIcon, state, t } from "./base.js";
import { byId, el, SVG } from "./dom.js";
import { isInsideRings, PROPOSED, SHAPES, UNIT_GRID, unitsOfGrid } from "./shapes.js";
import { freshContext, latLngOf, shownMode } from "./draw.js";
import { madeByLine } from "./basis.js";
import { edit, editedMinutes, EDITING, isEdited, movedUnits, PROPOSED_LEADS } from "./edit.js";
import { shownSpan, showsHistogram, spanWords } from "./histogram.js";
import { comparedPair, facing, showsCompare } from "./compare.js";
import { isEditing, keepTile } from "./edit_view.js";
import { painter } from "./start.js";

const PICTURE = { ratio: 2, head: 54, foot: 26, margin: 14 };

/** "proposal", "edits" or "compare": what the map shows. */
const shownVersion = () => (showsCompare() ? "compare" : isEditing() && isEdited() ? "edits" : "proposal");

function versionWords() {
  const version = shownVersion();
  if (version === "compare") return `A ${comparedPair().a.name} / B ${comparedPair().b.name}`;
  return version === "edits" ? t("version_edits", { n: grouped(movedUnits().length) }) : t("version_proposal");
}

function fileName(ending) {
  const words = [inLanguage(DATA.place), t(`file_${shownVersion()}`), state.card === null ? "" : inLanguage(GRIDS[state.card].name)].filter(Boolean).join("-");
  return `${words.replace(/[\\/:*?"<>|\s]+/g, "_")}.${ending}`;
}

export function exportMenu() {
  const choice = (ending, save) =>
    el("button", { "data-export": ending, onclick: () => {
      byId("export").open = false;
      save();
    } }, t(`export_${ending}`));
  return el("details", { id: "export" }, el("summary", { class: "button" }, lineIcon("M8 2V10M4.8 7 8 10.2 11.2 7M2.5 11.5V13.5H13.5V11.5"), t("export")), el("div", {}, choice("png", savePicture), choice("csv", saveTable), choice("geojson", saveShapes)));
}

/** Let the browser save a file. */
export function offerFile(name, type, ...parts) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// ---- table and shapes ----------------------------------------------------------------------------------------------

/** Units on screen: those of a chosen range of time, of an open card, of what was pointed at, else all. */
function shownUnits() {
  const span = showsHistogram() ? shownSpan() : null;
  if (span) return [...span.shares.keys()].sort((a, b) => a - b);
  if (state.unit !== null) return [state.unit];
  if (state.marked.length) return [...state.marked].sort((a, b) => a - b);
  if (state.card !== null) return unitsOfGrid(state.card);
  return DATA.units.id.map((_, unit) => unit);
}

const leadOfGrid = (grid, leads) => (grid < 0 || leads[grid] < 0 ? "" : DATA.facilities.id[leads[grid]]);
const nameOfFacility = (id) => (id ? DATA.facilities.name[DATA.facilities.id.indexOf(id)] || "" : "");
const minutesTold = (minutes) => (minutes === null || minutes < 0 ? null : minutes);

/** What is told of a unit, by names that do not change with the language. */
function factsOfUnit(unit) {
  const units = DATA.units;
  const facts = { unit_id: units.id[unit], name: units.name[unit], street: units.street[unit], district: units.district[unit], population: units.population[unit] };
  return { ...facts, ...placeOfUnit(unit), version: versionWords() };
}

function placeOfUnit(unit) {
  const version = shownVersion();
  if (version === "compare") {
    return Object.assign({}, ...["a", "b"].map((side) => {
      const plan = comparedPair()[side];
      const id = plan.of[unit] < 0 ? "" : plan.groups[plan.of[unit]].id;
      return { [`lead_id_${side}`]: id, [`lead_name_${side}`]: nameOfFacility(id), [`minutes_${side}`]: minutesTold(plan.minutesOf(unit)) };
    }));
  }
  const asEdited = version === "edits";
  const grid = UNIT_GRID[unit];
  const leads = asEdited ? edit.leads : PROPOSED_LEADS;
  const place = (at, own) => ({ grid_id: at < 0 ? "" : GRIDS[at].id, lead_id: leadOfGrid(at, own), lead_name: nameOfFacility(leadOfGrid(at, own)) });
  const before = asEdited ? Object.fromEntries(Object.entries(place(PROPOSED[unit], PROPOSED_LEADS)).slice(0, 2).map(([key, value]) => [`${key}_before`, value])) : {};
  const span = showsHistogram() ? shownSpan() : null;
  const inSpan = span && state.span ? { residents_in_range: Math.round(10 * (span.inside.get(unit) || 0)) / 10, range: spanWords(state.span) } : {};
  return { ...place(grid, leads), minutes: minutesTold(asEdited ? editedMinutes(unit) : DATA.units.minutes[unit]), ...before, ...inSpan };
}

/** One line of comma-separated values; text that a spreadsheet would take for a formula is kept from that.
 * @param {any[]} values */
function csvLine(values) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return `${values.map(cell).join(",")}\r\n`;
}

export function saveTable() {
  const rows = shownUnits().map(factsOfUnit);
  const names = Object.keys(rows[0] || factsOfUnit(0));
  offerFile(fileName("csv"), "text/csv", "\ufeff", csvLine(names), ...rows.map((row) => csvLine(names.map((name) => row[name]))));
}

/** Polygons of a unit in degrees: each outer ring with its holes; outer rings run counter-clockwise, holes clockwise.
 * @param {number} unit
 * @returns {Point[][][]} */
function polygonsOf(unit) {
  const rings = SHAPES.rings[unit];
  const depth = rings.map((ring) => rings.filter((other) => other !== ring && isInsideRings([other], ...pointOn(ring, other))).length);
  const outer = rings.filter((_, i) => depth[i] % 2 === 0);
  const holesOf = (ring) => rings.filter((hole, i) => depth[i] % 2 === 1 && isInsideRings([ring], ...pointOn(hole, ring)));
  return outer.map((ring) => [inDegrees(ring, true), ...holesOf(ring).map((hole) => inDegrees(hole, false))]);
}

/** A corner of a ring that is no corner of another one, so that it lies inside or outside of that. */
function pointOn(ring, other) {
  const corners = new Set();
  for (let i = 0; i < other.length; i += 2) corners.add(`${other[i]} ${other[i + 1]}`);
  for (let i = 0; i < ring.length; i += 2) if (!corners.has(`${ring[i]} ${ring[i + 1]}`)) return [ring[i], ring[i + 1]];
  return [ring[0], ring[1]];
}

function inDegrees(ring, isOuterRing) {
  const corners = [];
  let area = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
    area += ring[i] * y - x * ring[i + 1];
    const { lng, lat } = latLngOf([ring[i], ring[i + 1]]);
    corners.push([Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
  }
  if (area < 0 !== isOuterRing) corners.reverse(); // steps run downwards, degrees upwards
  return [...corners, corners[0]];
}

function saveShapes() {
  const features = shownUnits().map((unit) => ({ type: "Feature", id: DATA.units.id[unit], properties: factsOfUnit(unit), geometry: { type: "MultiPolygon", coordinates: polygonsOf(unit) } }));
  const about = { version: versionWords(), proposal: EDITING ? EDITING.hash : "", note: t("shapes_simplified"), sources: inLanguage(DATA.sources) };
  offerFile(fileName("geojson"), "application/geo+json", JSON.stringify({ type: "FeatureCollection", name: DATA.title[state.language], gridplan: about, features }));
}

// ---- picture -------------------------------------------------------------------------------------------------------

async function savePicture() {
  const canvas = await pictureOfScreen();
  canvas.toBlob((blob) => offerFile(fileName("png"), "image/png", blob), "image/png");
}

/** The map with its legend, a heading that says what it shows, and where that comes from. */
async function pictureOfScreen() {
  const size = gridplanMap.getSize();
  const strip = byId("strip").getBoundingClientRect(); // nothing while one reads
  const view = { width: size.x, height: PICTURE.head + size.y + strip.height + PICTURE.foot };
  const map = painter.picture(PICTURE.ratio);
  const canvas = document.createElement("canvas");
  const context = freshContext(canvas, view, PICTURE.ratio);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, view.width, view.height);
  const { pad } = painter.view;
  context.drawImage(map, pad.x * PICTURE.ratio, pad.y * PICTURE.ratio, size.x * PICTURE.ratio, size.y * PICTURE.ratio, 0, PICTURE.head, size.x, size.y);
  const frame = byId("map-area").getBoundingClientRect();
  const overMap = [byId("legend"), ...(showsCompare() ? byId("compare").querySelectorAll(".side, #curtain, .middle") : [])];
  for (const part of overMap) await paintElement(context, part, { x: frame.left, y: frame.top - PICTURE.head });
  await paintElement(context, byId("strip"), { x: strip.left, y: strip.top - PICTURE.head - size.y });
  await paintElement(context, byId("scale"), scaleCorner(view));
  paintHeading(context, view);
  return canvas;
}

/** The scale bar stands at the right of the foot. */
function scaleCorner(view) {
  const box = byId("scale").getBoundingClientRect();
  return { x: box.right - view.width + PICTURE.margin, y: box.top + box.height / 2 - view.height + PICTURE.foot / 2 };
}

function paintHeading(context, view) {
  const isChanged = shownVersion() === "edits";
  const write = (text, x, y, font, colour) => {
    context.font = font;
    context.fillStyle = colour;
    context.fillText(text, x, y);
    return x + context.measureText(text).width;
  };
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const end = write(DATA.title[state.language], PICTURE.margin, 24, `700 18px ${FONT}`, INK);
  if (DATA.synthetic) write(t("synthetic"), end + 12, 23, `500 12px ${FONT}`, "#8A5200");
  const after = write(versionWords(), PICTURE.margin, 43, `700 12px ${FONT}`, isChanged ? "#B3202C" : INK);
  const facts = [DATA.date, state.card === null ? "" : gridWords(state.card), inGridsOrMode()].filter(Boolean).join(" · ");
  write(` · ${facts}`, after, 43, `400 12px ${FONT}`, "#565D66");
  const digest = EDITING ? EDITING.hash.slice(0, 12) : "";
  write([madeByLine(), digest, inLanguage(DATA.sources)].filter(Boolean).join(" · "), PICTURE.margin, view.height - 9, `400 11px ${FONT}`, "#565D66");
  context.fillStyle = INK;
  context.fillRect(0, PICTURE.head - 1, view.width, 1);
}

const inGridsOrMode = () => (showsCompare() ? t(`way_${facing.way}`) : t(`mode_${shownMode()}`));

/** Paint an element of the page as it is laid out: grounds, lines, icons and text. */
async function paintElement(context, node, corner) {
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  if (style.display === "none" || style.visibility === "hidden" || !box.width) return;
  const place = { x: box.left - corner.x, y: box.top - corner.y, width: box.width, height: box.height };
  if (node instanceof SVGSVGElement) {
    await paintIcon(context, node, style.color, place);
    return;
  }
  paintGround(context, style, place);
  for (const child of node.childNodes) {
    if (child instanceof Text) paintText(context, child, style, corner);
    else if (child instanceof Element) await paintElement(context, child, corner);
  }
}

function paintGround(context, style, { x, y, width, height }) {
  const round = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  context.beginPath();
  if (round > 6) context.arc(x + width / 2, y + height / 2, round, 0, 7);
  else context.rect(x, y, width, height);
  context.fillStyle = style.backgroundColor;
  context.fill();
  if (style.backgroundImage !== "none") {
    context.fillStyle = context.createPattern(keepTile(style.backgroundImage.includes("179, 32, 44") ? "rgba(179,32,44,.75)" : "rgba(22,25,29,.55)"), "repeat");
    context.fill();
  }
  for (const [name, left, top, wide, high] of [["Top", x, y, width, 0], ["Left", x, y, 0, height], ["Bottom", x, y + height, width, 0], ["Right", x + width, y, 0, height]]) {
    const thick = parseFloat(style[`border${name}Width`]) || 0;
    if (!thick || round > 6) continue;
    context.fillStyle = style[`border${name}Color`];
    context.fillRect(left - (name === "Right" ? thick : 0), top - (name === "Bottom" ? thick : 0), wide || thick, high || thick);
  }
  const line = round > 6 ? parseFloat(style.borderTopWidth) || 0 : style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) || 0;
  if (!line) return;
  context.strokeStyle = round > 6 ? style.borderTopColor : style.outlineColor;
  context.lineWidth = line;
  context.setLineDash([]);
  context.stroke();
}

/** Text stands where the browser put it, line by line. */
function paintText(context, node, style, corner) {
  const range = document.createRange();
  const lines = [];
  [...node.data].reduce((at, sign) => {
    range.setStart(node, at);
    range.setEnd(node, at + sign.length);
    const [box] = range.getClientRects();
    if (box && box.width) {
      const last = lines[lines.length - 1];
      if (last && Math.abs(last.top - box.top) < 2) last.text += sign;
      else lines.push({ text: sign, left: box.left, top: box.top, height: box.height });
    }
    return at + sign.length;
  }, 0);
  context.font = `${style.fontWeight} ${style.fontSize} ${FONT}`;
  context.fillStyle = style.color;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { text, left, top, height } of lines) context.fillText(text, left - corner.x, top - corner.y + height / 2 + 0.5);
  context.textBaseline = "alphabetic";
}

async function paintIcon(context, icon, colour, { x, y, width, height }) {
  const copy = icon.cloneNode(true);
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const text = new XMLSerializer().serializeToString(copy).replace(/currentColor/g, colour);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  context.drawImage(image, x, y, width, height);
}
