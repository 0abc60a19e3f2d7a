"""The form of a document: page, faces, sizes and distances; the official form of GB/T 9704-2012 in Chinese, a plain one in English.

The official values were tried until 22 lines of 28 characters stood on a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.words.text import Language


@dataclass(frozen=True)
class Face:
    """A typeface: for Han characters, for Latin letters and digits, and what stands in where the first is missing."""

    han: str
    latin: str
    instead: str = ""


@dataclass(frozen=True)
class TextStyle:
    """How a kind of paragraph looks; sizes and distances in points, indents in characters of its own size."""

    face: Face
    size: float
    line: float
    bold: bool = False
    align: str = "both"
    first_line: float = 0.0
    before: float = 0.0
    after: float = 0.0
    level: int | None = None
    on_grid: bool = False
    keep_next: bool = False


@dataclass(frozen=True)
class Form:
    """The form of a whole document; millimetres for the page.

    - margins: top, right, bottom, left of an upright page; turned pages are the same page turned
    - line_pitch: twentieths of a point from line to line of the body; None: no grid of lines
    - spacing: twentieths of a point between characters of the body
    - cell_letter: width of a Latin letter in a table, in shares of its size, in the faces that may stand in for the one named
    """

    language: Language
    margins: tuple[float, float, float, float]
    footer: float
    line_pitch: int | None
    spacing: int
    styles: dict[str, TextStyle]
    lead: Face
    cell: Face
    cell_head: Face
    cell_size: float
    cell_line: float
    cell_letter: float
    dashes: bool

    @property
    def type_width(self) -> float:
        """Width of the type area of an upright page."""
        return 210 - self.margins[1] - self.margins[3]

    @property
    def turned_width(self) -> float:
        """Width of the type area of a turned page."""
        return 297 - self.margins[0] - self.margins[2]


_SONG = Face("宋体", "Times New Roman", "SimSun")
_FANGSONG = Face("仿宋", "Times New Roman", "FangSong")
_HEI = Face("黑体", "Times New Roman", "SimHei")
_KAI = Face("楷体", "Times New Roman", "KaiTi")
_TITLE = Face("方正小标宋简体", "Times New Roman", "宋体")
_ARIAL = Face("宋体", "Arial", "SimSun")

OFFICIAL = Form(
    language="zh",
    margins=(37.0, 25.8, 35.0, 28.0),
    footer=23.0,
    line_pitch=579,
    spacing=-4,
    styles={
        "above": TextStyle(_KAI, 14, 28, align="center", after=18),
        "title": TextStyle(_TITLE, 22, 32, align="center"),
        "below": TextStyle(_KAI, 16, 28, align="center", after=24),
        "heading": TextStyle(_HEI, 16, 28.95, first_line=2, level=0, on_grid=True, keep_next=True),
        "body": TextStyle(_FANGSONG, 16, 28.95, first_line=2, on_grid=True),
        "closing": TextStyle(_FANGSONG, 16, 28.95, align="right", on_grid=True, keep_next=True),
        "annex": TextStyle(_HEI, 16, 24, align="left", level=0, keep_next=True),
        "annex_title": TextStyle(_TITLE, 18, 26, align="center", after=4, keep_next=True),
        "unit": TextStyle(_SONG, 9, 14, align="right", keep_next=True),
        "table_name": TextStyle(_HEI, 10.5, 18, align="left", before=8, keep_next=True),
        "note": TextStyle(_SONG, 9, 14, align="left", before=3, after=3),
        "absent": TextStyle(_FANGSONG, 16, 28.95, align="left", first_line=2, before=12),
        "page_number": TextStyle(_SONG, 14, 18, align="left"),
        "picture": TextStyle(_SONG, 9, 0, align="center"),
    },
    lead=_KAI,
    cell=_SONG,
    cell_head=_HEI,
    cell_size=9,
    cell_line=12.5,
    cell_letter=0.54,
    dashes=True,
)
PLAIN = Form(
    language="en",
    margins=(27.0, 27.0, 27.0, 27.0),
    footer=14.0,
    line_pitch=None,
    spacing=0,
    styles={
        "above": TextStyle(_ARIAL, 10, 14, align="left", after=8),
        "title": TextStyle(_ARIAL, 20, 26, bold=True, align="left"),
        "below": TextStyle(_ARIAL, 12, 16, align="left", after=14),
        "heading": TextStyle(_ARIAL, 14, 18, bold=True, align="left", before=14, after=4, level=0, keep_next=True),
        "body": TextStyle(_ARIAL, 11, 15.5, align="left", after=6),
        "closing": TextStyle(_ARIAL, 11, 15.5, align="right", keep_next=True),
        "annex": TextStyle(_ARIAL, 11, 15, align="left", level=0, keep_next=True),
        "annex_title": TextStyle(_ARIAL, 16, 22, bold=True, align="left", after=6, keep_next=True),
        "unit": TextStyle(_ARIAL, 8.5, 12, align="right", keep_next=True),
        "table_name": TextStyle(_ARIAL, 10, 16, bold=True, align="left", before=8, keep_next=True),
        "note": TextStyle(_ARIAL, 8.5, 12, align="left", before=3, after=3),
        "absent": TextStyle(_ARIAL, 11, 15.5, align="left", before=12),
        "page_number": TextStyle(_ARIAL, 9, 12, align="left"),
        "picture": TextStyle(_ARIAL, 9, 0, align="center"),
    },
    lead=Face("宋体", "Arial"),
    cell=_ARIAL,
    cell_head=_ARIAL,
    cell_size=8.5,
    cell_line=11.5,
    cell_letter=0.63,
    dashes=False,
)


def form_in(language: Language) -> Form:
    """Return the form of documents in a language."""
    return OFFICIAL if language == "zh" else PLAIN
