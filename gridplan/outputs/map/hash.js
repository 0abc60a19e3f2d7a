// The view in the address: language, tab, card, unit, colours, layers and what the map shows, so that a link opens the page as it was.

import { DATA, GRIDS, state } from "./base.js";
import { UNIT_GRID } from "./shapes.js";
import { openCard } from "./rail.js";
import { openUnit } from "./unit_card.js";
import { EDITING } from "./edit.js";
import { plansToCompare } from "./plans.js";
import { facing, openCompare, showsCompare, WAYS } from "./compare.js";
import { MODE_NAMES, openTab, redraw, TABS } from "./start.js";

/** What the address says, by names; nothing in it is trusted. */
export function readHash() {
  const told = new URLSearchParams(location.hash.slice(1));
  const [latitude, longitude, zoom] = (told.get("map") || "").split(",").map(Number);
  const unit = DATA.units.id.indexOf(told.get("unit"));
  const grid = GRIDS.findIndex((one) => one.id === told.get("grid"));
  return {
    language: ["zh", "en"].find((one) => one === told.get("lang")),
    tab: Object.keys(TABS).find((one) => one === told.get("tab") && (EDITING || (one !== "edit" && one !== "comments"))),
    mode: MODE_NAMES.find((one) => one === told.get("colour")),
    grid: grid < 0 ? null : grid,
    unit: unit < 0 || UNIT_GRID[unit] < 0 ? null : unit,
    layers: told.has("layers") ? new Set((told.get("layers") || "").split("~")) : null,
    compare: (told.get("compare") || "").split("~"),
    map: [latitude, longitude, zoom].every(Number.isFinite) && zoom > 0 ? { centre: [latitude, longitude], zoom } : null,
  };
}

/** Before the page is built: language, colours and layers. */
export function takeHash(told) {
  if (told.language) state.language = told.language;
  if (told.mode) state.mode = told.mode;
  if (told.layers) for (const layer of Object.keys(state.layers)) state.layers[layer] = told.layers.has(layer);
}

/** After the map stands: tab, card and view. */
export function openHash(told) {
  if (told.tab && told.tab !== "grids") openTab(told.tab);
  else if (told.unit !== null) openUnit(told.unit);
  else if (told.grid !== null) openCard(told.grid);
  else if (EDITING && told.compare.length === 3) openCompared(told.compare);
  if (told.map) gridplanMap.setView(told.map.centre, told.map.zoom, { animate: false });
}

function openCompared([a, b, way]) {
  openCompare();
  if (WAYS.includes(way)) facing.way = way;
  const plans = plansToCompare();
  if (plans.has(a) && plans.has(b)) Object.assign(facing, { a, b });
  redraw();
}

function writeHash() {
  const centre = gridplanMap.getCenter();
  const told = new URLSearchParams({ lang: state.language, tab: state.tab, colour: state.mode, layers: Object.keys(state.layers).filter((layer) => state.layers[layer]).join("~") });
  if (state.card !== null) told.set("grid", GRIDS[state.card].id);
  if (state.unit !== null) told.set("unit", DATA.units.id[state.unit]);
  if (showsCompare()) told.set("compare", [facing.a, facing.b, facing.way].join("~"));
  told.set("map", [centre.lat.toFixed(5), centre.lng.toFixed(5), gridplanMap.getZoom()].join(","));
  const hash = `#${told}`;
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

let hashAsked = 0;

/** Put the view into the address once it has come to rest. */
export function keepHash() {
  clearTimeout(hashAsked);
  hashAsked = setTimeout(writeHash, 300);
}
