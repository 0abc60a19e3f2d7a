"""What is handed out of a version: by purpose, with what is there of it already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridplan.app.plain_told import pair
from gridplan.outputs.exports.formats import FORMATS
from gridplan.words.text import Text

REPORT = "report"
FORMATS_OFFERED = FORMATS
_FOR_REVIEW = Text(zh="送审、征求意见、公示", en="For approval, consultation and residents")
_FOR_SYSTEMS = Text(zh="给别的系统", en="For other systems")
_DOCUMENTS = Text(
    zh="布局方案、附件、图册、起草说明、公示页", en="The document, annexes, map book, notes, page for residents"
)
_THREE = Text(
    zh="Word、Excel、PDF、网页；内部稿、征求意见稿、公示稿三份", en="Word, Excel, PDF, web page; for three audiences"
)


def told_papers(folder: Path) -> list[dict[str, Any]]:
    """Return the papers by purpose, each with its files in the folder of a version."""
    report = _there(folder / "report", folder)
    exports = [
        {
            "what": name,
            "name": pair(Text(zh=name, en=name)),
            "about": pair(form.about),
            "files": _there(folder / "export" / name, folder),
        }
        for name, form in FORMATS.items()
    ]
    return [
        {
            "purpose": pair(_FOR_REVIEW),
            "rows": [
                {
                    "what": REPORT,
                    "name": pair(_DOCUMENTS),
                    "about": pair(_THREE),
                    "files": report,
                }
            ],
        },
        {"purpose": pair(_FOR_SYSTEMS), "rows": exports},
    ]


def _there(place: Path, folder: Path) -> list[str]:
    if not place.is_dir():
        return []
    return sorted(
        path.relative_to(folder).as_posix()
        for path in place.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    )
