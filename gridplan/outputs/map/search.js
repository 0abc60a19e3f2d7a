// Search by name or code: units, facilities and grids.

import { DATA, inLanguage, state, t } from "./base.js";
import { byId, el, narrow, replace } from "./dom.js";
import { UNIT_GRID, unitsOfGrid } from "./shapes.js";
import { zoomToUnits } from "./draw.js";
import { openCard, showFacility } from "./rail.js";
import { openUnit } from "./unit_card.js";
import { setReadout, unitFacts } from "./start.js";

const INDEX = [
  ...DATA.grids.map((grid, i) => ({ kind: "grid", i, name: grid.leadName, more: [inLanguage(grid.name), grid.group].filter(Boolean).join(" · "), key: narrow(`${grid.leadName}|${grid.name.join("|")}|${grid.group}|${grid.id}`) })),
  ...DATA.units.id.map((id, i) => ({ kind: "unit", i, name: DATA.units.name[i] || id, more: `${DATA.units.street[i]} ${id}`, key: narrow(`${DATA.units.name[i]}|${id}|${DATA.units.street[i]}`) })),
  ...DATA.facilities.id.map((id, i) => ({ kind: "facility", i, name: DATA.facilities.name[i] || id, more: id, key: narrow(`${DATA.facilities.name[i]}|${id}`) })),
];

let found = [];
let chosen = -1;

/** The best hits first: names that begin with the query, then names that hold it, then codes and streets. */
function search(query) {
  const wanted = narrow(query);
  if (!wanted) return [];
  const rank = (entry) => (narrow(entry.name).startsWith(wanted) ? 0 : narrow(entry.name).includes(wanted) ? 1 : 2);
  return INDEX.filter((entry) => entry.key.includes(wanted)).map((entry) => [rank(entry), entry]).sort((a, b) => a[0] - b[0]).slice(0, 12).map(([, entry]) => entry);
}

export function showHits() {
  const box = byId("search");
  found = search(box.value);
  chosen = found.length ? 0 : -1;
  drawHits();
}

function drawHits() {
  const list = byId("hits");
  const isOpen = byId("search").value.trim() !== "";
  list.hidden = !isOpen;
  byId("search").setAttribute("aria-expanded", String(isOpen));
  byId("search").setAttribute("aria-activedescendant", chosen >= 0 ? `hit${chosen}` : "");
  const rows = found.map((entry, i) =>
    el("li", { id: `hit${i}`, role: "option", "aria-selected": String(i === chosen), onmousedown: (event) => event.preventDefault(), onclick: () => goTo(entry) },
      el("span", {}, entry.name), el("small", {}, `${t(`kind_${entry.kind}`)} ${entry.more}`)));
  replace(list, rows.length ? rows : el("li", { class: "quiet" }, t("nothing_found")));
}

export function hideHits() {
  byId("hits").hidden = true;
  byId("search").setAttribute("aria-expanded", "false");
}

export function searchKey(event) {
  if (event.key === "Escape") {
    byId("search").value = "";
    hideHits();
    byId("search").blur();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!found.length) return;
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
    drawHits();
  } else if (event.key === "Enter" && chosen >= 0) goTo(found[chosen]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function goTo(entry) {
  hideHits();
  state.pin = null;
  if (entry.kind === "grid") {
    openCard(entry.i);
    zoomToUnits(unitsOfGrid(entry.i));
  } else if (entry.kind === "unit") {
    if (UNIT_GRID[entry.i] >= 0) openUnit(entry.i);
    state.marked = [entry.i];
    zoomToUnits([entry.i]);
    setReadout(unitFacts(entry.i));
  } else showFacility(entry.i);
}
