"""Pages that open without internet: a folium map whose Leaflet stands in the document, and the policy that nothing else runs or loads."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet

from gridplan.words.signs import shown_values

_SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
_IMAGE_RULE = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:{tiles}; "
    "connect-src {host}; form-action 'none'; base-uri 'none'"
)


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


def with_policy(document: str, *, tiles: str = "", hosted: bool = False) -> str:
    """Let only the scripts of this very document run, each named by its hash, and only tiles of one origin load, if any; a hosted one may ask its own server."""
    hashes = " ".join(f"'sha256-{_sha256(code)}'" for code in _SCRIPT.findall(document))
    policy = _POLICY.format(scripts=hashes, tiles=f" {tiles}" if tiles else "", host="'self'" if hosted else "'none'")
    meta = f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return document.replace("<head>", f"<head>\n{meta}", 1)


def _sha256(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def as_json(content: dict[str, Any]) -> str:
    """Return values as JSON that may stand in a document: no sign in it ends the element."""
    text = json.dumps(shown_values(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def own_file(name: str, package: str = "gridplan.outputs.map") -> str:
    """Return the text of a file that stands beside our modules."""
    return files(package).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
