"""Lines of Chinese text that the source breaks are joined without the space that a break is in other languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_WIDE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d…—·]"
_BREAK = re.compile(rf"(?<={_WIDE})\s*\n\s*(?={_WIDE})")


def _join(_app: Sphinx, doctree: nodes.document) -> None:
    for text in list(doctree.findall(nodes.Text)):
        if "\n" not in text or isinstance(text.parent, nodes.literal_block | nodes.raw):
            continue
        at = text.parent.index(text)
        before = text.parent[at - 1].astext()[-1:] if at else ""
        after = text.parent[at + 1].astext()[:1] if at + 1 < len(text.parent) else ""
        joined = _BREAK.sub("", f"{before}{text}{after}")
        inner = joined[len(before) : len(joined) - len(after) or None]
        if inner != text:
            text.parent.replace(text, nodes.Text(inner))


def setup(app: Sphinx) -> dict[str, Any]:
    """Join lines once a page has been read."""
    app.connect("doctree-read", _join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
