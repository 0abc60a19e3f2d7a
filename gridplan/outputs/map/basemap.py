"""The online map under the grids, if the case asks for one: where its tiles are, whose they are, and what to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from gridplan.case.sections import Basemap

_TIANDITU = "https://t0.tianditu.gov.cn/DataServer?T={layer}&x={{x}}&y={{y}}&l={{z}}&tk={key}"
_TIANDITU_LAYERS = ("vec_w", "cva_w")
_TIANDITU_CREDIT = "天地图 tianditu.gov.cn"
"""Roads and places, and their names, both in Web Mercator."""


def basemap_content(basemap: Basemap) -> dict[str, Any] | None:
    """Return the addresses of the tiles, bottom layer first, their origin and whose they are; None without an online map.

    A proposal that was read from its folder has no key unless the case names an environment variable.
    """
    if basemap.kind == "tianditu" and basemap.own_key:
        key = quote(basemap.own_key, safe="")
        tiles, credit = [_TIANDITU.format(layer=layer, key=key) for layer in _TIANDITU_LAYERS], _TIANDITU_CREDIT
    elif basemap.kind == "xyz" and basemap.url:
        tiles, credit = [basemap.url], basemap.credit
    else:
        return None
    place = urlsplit(tiles[0])
    return {
        "tiles": tiles,
        "origin": f"{place.scheme}://{place.netloc}",
        "host": place.netloc,
        "credit": credit,
        "shifted": basemap.datum in ("gcj02", "bd09"),
    }
