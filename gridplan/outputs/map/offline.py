"""A folium map whose Leaflet stands in the document: it opens without internet, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet

_SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
_IMAGE_RULE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


class OfflineMap(folium.Map):
    """A folium map whose scripts and styles stand in the document instead of on other people's servers."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def render(self, **kwargs: Any) -> str:
        """Return the document, Leaflet in its head."""
        header = figure_of(self).header
        header.add_child(Verbatim(f"<style>{_leaflet('leaflet.css')}</style>"), name="leaflet_css")
        header.add_child(Verbatim(f"<script>{_leaflet('leaflet.js')}</script>"), name="leaflet_js")
        return str(super().render(**kwargs))  # type: ignore[no-untyped-call]


class Verbatim(Element):
    """Text that goes into the document as it is: what folium adds itself would be read as a template once more."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def figure_of(page: Element) -> Figure:
    """Return the document that folium makes around a map."""
    figure = page.get_root()
    assert isinstance(figure, Figure)
    return figure


def _leaflet(name: str) -> str:
    """Return a file of Leaflet without its mentions of other files (source map, images)."""
    text = (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return _SOURCE_MAP.sub("", text) if name.endswith(".js") else _IMAGE_RULE.sub("", text)
