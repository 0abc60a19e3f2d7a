"""A sheet of paper that plates are drawn on, in millimetres from its lower left corner; matplotlib writes it as vectors and as a picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from gridplan.outputs.report.plate_labels import POINT_MM
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.signs import shown_line
from gridplan.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

INK, SECOND, LINE = "#16191D", "#565D66", "#DEE1E4"
OTHER_LAND, RIVER, ROAD = "#F1F1EE", "#6FA9B8", "#B5B8B3"
Symbol = Literal["lead", "other_lead", "hospital", "centre", "care", "ems", "station"]
_FACES = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "SimSun", "Noto Sans CJK JP",
)  # fmt: skip
"""Faces with Chinese characters, the shapes of mainland China first."""
_DOTS = 150
_SIGNS: dict[Symbol, dict[str, Any]] = {
    "lead": {"marker": "o", "markersize": 10.5, "color": INK},
    "other_lead": {"marker": "o", "markersize": 9, "color": "#7C828A"},
    "hospital": {
        "marker": "s",
        "markersize": 4.2,
        "markerfacecolor": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.9,
    },
    "centre": {"marker": "o", "markersize": 2.4, "color": INK},
    "care": {"marker": "D", "markersize": 2.8, "color": INK},
    "ems": {"marker": "P", "markersize": 3.4, "color": "#B3202C", "markeredgewidth": 0},
    "station": {"marker": "o", "markersize": 1.2, "color": INK},
}


@cache
def han_face() -> str:
    """Return the name of an installed typeface with Chinese characters.

    Raises
    ------
    OutputError
        If none is installed.
    """
    from matplotlib.font_manager import fontManager

    installed = {entry.name for entry in fontManager.ttflist}
    found = next((face for face in _FACES if face in installed), None)
    if found is None:
        raise OutputError(_no_face())
    return found


def _no_face() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="一种有中文的字体，用来画网格图", en="a typeface with Chinese characters for the plates"),
        Text(zh="没有安装", en="none that is installed"),
        Text(
            zh="安装中文字体，如 Noto Sans CJK（Debian：fonts-noto-cjk）。",
            en="Install one, such as Noto Sans CJK (Debian: fonts-noto-cjk).",
        ),
    )


class Sheet:
    """A sheet of a size in mm."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 25.4, height / 25.4))
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)
        self.axes.set_axis_off()
        self._order = 1

    def _next(self) -> int:
        self._order += 1
        return self._order

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = INK, side: str = "left",
        halo: str | None = None,
    ) -> None:  # fmt: skip
        """Write a line with its base at y; a halo keeps it readable on a map."""
        from matplotlib import patheffects

        look: dict[str, Any] = {
            "fontsize": size, "fontfamily": [han_face(), "DejaVu Sans"], "fontweight": "bold" if bold else "normal", "color": colour, "ha": side,
            "va": "baseline",
        }  # fmt: skip
        words = shown_line(text).replace("$", r"\$")
        if halo is not None:
            # Apart from the words: text with an effect is drawn as outlines, which nobody can search.
            effects = [patheffects.Stroke(linewidth=size / 4.2, foreground=halo)]
            self.axes.text(x, y, words, path_effects=effects, zorder=self._next(), **look)
        self.axes.text(x, y, words, zorder=self._next(), **look)

    def lines(self, x: float, y: float, lines: Iterable[str], size: float, step: float, **look: Any) -> float:
        """Write lines one below the other and return where the next would be."""
        for line in lines:
            self.text(x, y, line, size, **look)
            y -= step
        return y

    def rule(self, x: float, y: float, width: float, *, weight: float = 0.5, colour: str = INK) -> None:
        """Draw a level line."""
        self.axes.plot(
            [x, x + width], [y, y], color=colour, linewidth=weight, solid_capstyle="butt", zorder=self._next()
        )

    def areas(
        self, shapes: Iterable[Any], fills: Sequence[str] | str, *, edge: str = "none", weight: float = 0.0
    ) -> None:
        """Fill areas."""
        from matplotlib.collections import PathCollection

        drawn = [(_path(shape), place) for place, shape in enumerate(shapes) if not shape.is_empty]
        if not drawn:
            return
        colours = fills if isinstance(fills, str) else [fills[place] for _, place in drawn]
        self.axes.add_collection(
            PathCollection(
                [path for path, _ in drawn], facecolors=colours, edgecolors=edge, linewidths=weight, zorder=self._next()
            ),
            autolim=False,
        )

    def outlines(self, shapes: Iterable[Any], colour: str, weight: float, *, dashed: bool = False) -> None:
        """Draw lines, and the outlines of areas."""
        from matplotlib.collections import LineCollection

        segments = [
            shapely.get_coordinates(line)
            for shape in shapes
            for line in shapely.get_parts(shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape)
            if line.geom_type in ("LineString", "LinearRing") and not line.is_empty
        ]
        self.axes.add_collection(
            LineCollection(
                segments, colors=colour, linewidths=weight, capstyle="round", joinstyle="round", linestyles="dashed" if dashed else "solid", zorder=self._next()
            ),
            autolim=False,
        )  # fmt: skip

    def symbol(self, kind: Symbol, x: float, y: float, text: str = "") -> None:
        """Draw the sign of a facility; leads carry the number of their grid."""
        self.symbols(kind, np.array([[x, y]]))
        if text:
            size = 7.0 if len(text) < 2 else 6.0 if len(text) < 3 else 4.6
            self.text(x, y - size * POINT_MM * 0.36, text, size, bold=True, colour="white", side="center")

    def symbols(self, kind: Symbol, places: NDArray[np.float64]) -> None:
        """Draw the same sign at many places."""
        if len(places):
            self.axes.plot(places[:, 0], places[:, 1], linestyle="none", zorder=self._next(), **_SIGNS[kind])

    def north(self, x: float, y: float, word: str) -> None:
        """Draw an arrow to the north."""
        self.text(x, y + 12.5, word, 8, bold=True, side="center")
        self.axes.annotate(
            "", (x, y + 11), (x, y), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.1, "shrinkA": 0, "shrinkB": 0}, zorder=self._next()
        )  # fmt: skip

    def picture(self) -> bytes:
        """Return the sheet as a PNG."""
        held = io.BytesIO()
        with _quiet():
            self.figure.savefig(held, format="png", dpi=_DOTS, metadata={"Software": None})
        return held.getvalue()


def write_pages(sheets: Iterable[Sheet], path: Path) -> None:
    """Write sheets as the pages of one PDF, without a clock."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    about = {"CreationDate": None, "Creator": "gridplan"}
    # Type 3: the outlines of Chinese faces are mostly CFF, which type 42 does not take.
    with rc_context({"pdf.fonttype": 3, "pdf.compression": 6}), PdfPages(path, metadata=about) as pages, _quiet():
        for sheet in sheets:
            pages.savefig(sheet.figure)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let a character that no installed face has be an empty box: names are not ours to change."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield


def _path(shape: Any) -> Any:
    from matplotlib.path import Path as Outline

    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape)))
    corners = [shapely.get_coordinates(ring) for ring in rings]
    codes = [_codes(len(own)) for own in corners]
    return Outline(np.concatenate(corners), np.concatenate(codes))


def _codes(count: int) -> NDArray[np.uint8]:
    codes = np.full(count, 2, dtype=np.uint8)
    codes[0], codes[-1] = 1, 79
    return codes
