"""The switch between the two trees: every page knows its twin in the other language, where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAMES = {"zh": ("中文", "zh-CN"), "en": ("English", "en")}
MADE_BY_SPHINX = {"search", "genindex"}


def twin(tree: Path, page: str) -> str:
    """Return the page of the other tree at `tree` that says the same as `page`, or its first page."""
    return page if page in MADE_BY_SPHINX or (tree / f"{page}.md").exists() else "index"


def _tell_page(app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    own = Path(app.srcdir).name
    other = "en" if own == "zh" else "zh"
    up = "../" * (page.count("/") + 1)
    name, code = NAMES[other]
    address = f"{up}{other}/{twin(Path(app.srcdir).parent / other, page)}.html"
    context["other_language"] = {"own": NAMES[own][0], "name": name, "code": code, "address": address}


def setup(app: Sphinx) -> dict[str, Any]:
    """Hand `other_language` to the template of every page."""
    app.connect("html-page-context", _tell_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
