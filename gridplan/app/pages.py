"""The page of the workbench, its scripts and styles, and its words: all from this project, by name; nothing else is handed out."""

from __future__ import annotations

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gridplan.app.bench_words import WORDS
from gridplan.app.plain_told import pair

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_PAGE = "app/web"
_SHARED = ("outputs/map/dom.js", "outputs/map/look.css", "outputs/map/refresh.js")
"""What the workbench has from the review page."""


async def page(_request: Request) -> Response:
    """Return the one page."""
    return Response(_text(f"{_PAGE}/workbench.html"), media_type="text/html; charset=utf-8")


async def asset(request: Request) -> Response:
    """Return a script or a style; addresses are those of the files in the package, so that modules find each other."""
    place = request.url.path.lstrip("/")
    kind = _TYPES.get(place.rpartition(".")[2])
    if kind is None or place not in _assets():
        return Response(status_code=404)
    return Response(_text(place), media_type=kind)


def _assets() -> set[str]:
    """Return every file that a page may ask for."""
    return {f"{_PAGE}/{item.name}" for item in files("gridplan.app.web").iterdir()} | set(_SHARED)


async def words(_request: Request) -> Response:
    """Return the words of the page in both languages."""
    return JSONResponse({name: pair(text) for name, text in WORDS.items()})


def _text(place: str) -> str:
    folder, _, name = place.rpartition("/")
    return files(f"gridplan.{folder.replace('/', '.')}").joinpath(name).read_text(encoding="utf-8")
