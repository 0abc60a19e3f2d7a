"""Proposal -> the review map: folium builds the document and the Leaflet map, an element of ours draws on it."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from branca.element import Element, Figure

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.modules import join_modules
from gridplan.outputs.map.offline import OfflineMap, Verbatim, as_json, figure_of, own_file, with_policy
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def write_map(proposal: Proposal, path: str | Path) -> None:
    """Write the review map of `proposal`: one HTML file that works without internet.

    The same proposal always gives the same bytes. The file makes no request but for the tiles of an online map that the case
    asks for, and names in the data never run as script.

    Parameters
    ----------
    proposal : the plan to show.
    path : file to write, such as map.html.
    """
    with replaced_file(path) as beside:
        beside.write_bytes(render_map(proposal).encode("utf-8"))


def render_map(proposal: Proposal, *, host: str = "") -> str:
    """Return the review map of `proposal` as HTML text; see `write_map`.

    Parameters
    ----------
    proposal : the plan to show.
    host : script that sets `window.gridplanHost` (`Host` in types.d.ts), for a page that a server embeds; such a page
        may ask that server, and has no title bar.
    """
    content = page_content(proposal)
    south, west, north, east = content["frame"]["degrees"]
    page = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=10, tiles=None, zoom_control=False,
        attribution_control=False, box_zoom=False, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=120,
        min_zoom=4, max_zoom=17,
    )  # fmt: skip
    page.add_child(_Review(content))
    figure = figure_of(page)
    if host:
        figure.header.add_child(Verbatim(f"<script>{host}</script>"), name="host")
    figure.title = html.escape(content["title"][content["language"]])
    _fix_names(figure)
    basemap = content["basemap"]
    document = _FIXED_ZOOM.sub("", figure.render())
    return with_policy(document, tiles="" if basemap is None else basemap["origin"], hosted=bool(host))


_FIXED_ZOOM = re.compile(r'<meta name="viewport"[^>]*maximum-scale[^>]*>')
"""What folium says of the viewport: readers may not enlarge the page."""


class _Review(Element):
    """What is ours: the rail, the canvas over Leaflet, and the proposal as data."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Review"
        self.content = content

    def render(self, **kwargs: Any) -> str:
        figure = figure_of(self)
        viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        figure.header.add_child(
            Verbatim(f"{viewport}\n<style>{own_file('look.css')}{own_file('page.css')}</style>"), name="review_style"
        )
        data = f'<script type="application/json" id="gridplan-data">{as_json(self.content)}</script>'
        figure.html.add_child(Verbatim(f'<div id="page"></div>\n{data}'), name="review_page")
        leaflet_map = self._parent.get_name() if self._parent else ""
        start = f'(() => {{\n"use strict";\nconst gridplanMap = {leaflet_map};\n{join_modules("start.js")}\n}})();'
        figure.script.add_child(Verbatim(start), name="review_script")
        return ""


def _fix_names(figure: Figure) -> None:
    """Replace the random ids that folium gives its elements."""
    waiting: list[Element] = [figure, figure.header, figure.html, figure.script]
    seen = 0
    while waiting:
        element = waiting.pop(0)
        element._id = f"gridplan{seen}"
        seen += 1
        waiting.extend(element._children.values())
