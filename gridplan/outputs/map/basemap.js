// The online map under the grids: only where the case asks for one; switched off, it makes no more requests.

import { DATA, state, t } from "./base.js";
import { byId } from "./dom.js";

const BASEMAP = DATA.basemap;
const TILES = BASEMAP ? BASEMAP.tiles.map((url) => L.tileLayer(url, { maxZoom: 18, maxNativeZoom: 17, referrerPolicy: "no-referrer" })) : [];
if (BASEMAP) state.layers.basemap = true;

export const showsBasemap = () => BASEMAP !== null && state.layers.basemap;

export function showTiles() {
  for (const layer of TILES) {
    if (showsBasemap()) layer.addTo(gridplanMap);
    else layer.remove();
  }
  const words = showsBasemap() ? [t("basemap_online", { h: BASEMAP.host }), BASEMAP.credit, BASEMAP.shifted ? t("basemap_shifted") : ""] : [];
  byId("credit").textContent = words.filter(Boolean).join(" · ");
  byId("credit").hidden = !words.length;
}
