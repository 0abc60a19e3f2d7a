"""Proposal -> the review map: folium builds the document and the Leaflet map, an element of ours draws on it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet

from gridplan.outputs.map.content import page_content
from gridplan.words.signs import shown_values
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

SCRIPTS = (
    "base.js", "shapes.js", "labels.js", "draw.js", "rail.js", "checks.js", "overlays.js", "changes.js", "basemap.js", "basis.js", "search.js",
    "edit.js", "edit_view.js", "comments.js", "sheet.js", "start.js",
)  # fmt: skip
"""Our script, in the order in which its files are joined."""

_SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
_IMAGE_RULE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:{tiles}; "
    "connect-src 'none'; form-action 'none'; base-uri 'none'"
)


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


def render_map(proposal: Proposal) -> str:
    """Return the review map of `proposal` as HTML text; see `write_map`."""
    content = page_content(proposal)
    south, west, north, east = content["frame"]["degrees"]
    page = _Map(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=10, tiles=None, zoom_control=False,
        attribution_control=False, box_zoom=False, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=120,
        min_zoom=4, max_zoom=17,
    )  # fmt: skip
    page.add_child(_Review(content))
    figure = _figure(page)
    figure.title = html.escape(content["title"][content["language"]])
    _fix_names(figure)
    return _with_policy(figure.render(), content["basemap"])


class _Map(folium.Map):
    """A folium map whose scripts and styles stand in the document instead of on other people's servers."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def render(self, **kwargs: Any) -> str:
        header = _figure(self).header
        header.add_child(_Verbatim(f"<style>{_leaflet('leaflet.css')}</style>"), name="leaflet_css")
        header.add_child(_Verbatim(f"<script>{_leaflet('leaflet.js')}</script>"), name="leaflet_js")
        return str(super().render(**kwargs))  # type: ignore[no-untyped-call]


class _Verbatim(Element):
    """Text that goes into the document as it is: what folium adds itself would be read as a template once more."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Review(Element):
    """What is ours: the rail, the canvas over Leaflet, and the proposal as data."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Review"
        self.content = content

    def render(self, **kwargs: Any) -> str:
        figure = _figure(self)
        viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        figure.header.add_child(_Verbatim(f"{viewport}\n<style>{_own('page.css')}</style>"), name="review_style")
        data = f'<script type="application/json" id="gridplan-data">{_as_json(self.content)}</script>'
        figure.html.add_child(_Verbatim(f'<div id="page"></div>\n{data}'), name="review_page")
        leaflet_map = self._parent.get_name() if self._parent else ""
        start = f"(() => {{\nconst gridplanMap = {leaflet_map};\n{joined_script()}\n}})();"
        figure.script.add_child(_Verbatim(start), name="review_script")
        return ""


def joined_script() -> str:
    """Return the page's own script, its files in order."""
    return "\n".join(_own(name) for name in SCRIPTS)


def _figure(page: Element) -> Figure:
    """Return the document that folium makes around a map."""
    figure = page.get_root()
    assert isinstance(figure, Figure)
    return figure


def _fix_names(figure: Figure) -> None:
    """Replace the random ids that folium gives its elements."""
    waiting: list[Element] = [figure, figure.header, figure.html, figure.script]
    seen = 0
    while waiting:
        element = waiting.pop(0)
        element._id = f"gridplan{seen}"
        seen += 1
        waiting.extend(element._children.values())


def _with_policy(document: str, basemap: dict[str, Any] | None) -> str:
    """Let only the scripts of this very document run, each named by its hash, and only the tiles of the case's own map load."""
    hashes = " ".join(f"'sha256-{_sha256(code)}'" for code in _SCRIPT.findall(document))
    policy = _POLICY.format(scripts=hashes, tiles="" if basemap is None else f" {basemap['origin']}")
    meta = f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return document.replace("<head>", f"<head>\n{meta}", 1)


def _sha256(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def _as_json(content: dict[str, Any]) -> str:
    text = json.dumps(shown_values(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _own(name: str) -> str:
    return files("gridplan.outputs.map").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _leaflet(name: str) -> str:
    """Return a file of Leaflet without its mentions of other files (source map, images)."""
    text = (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    return _SOURCE_MAP.sub("", text) if name.endswith(".js") else _IMAGE_RULE.sub("", text)
