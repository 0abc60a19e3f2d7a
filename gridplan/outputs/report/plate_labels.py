"""Where names go on a plate: in millimetres of the page, each where it costs least, never over another one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

POINT_MM = 25.4 / 72
_INSIDE = 0.72
"""Share of a name that has to lie in its own unit."""
_NEAR = tuple(np.linspace(0.0, 2 * np.pi, 16, endpoint=False))
_STEPS = (0.0, 0.35, 0.7, 1.05, 1.5, 2.0, 2.6, 3.3)


def text_width(text: str, size: float) -> float:
    """Return the width of a line in mm, as far as widths of wide and narrow characters tell it."""
    ems = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.58 for sign in text)
    return ems * size * POINT_MM


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return a text in lines that fit a width; lines break between characters of Chinese and at blanks."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and text_width(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays together: a wide character with the signs that must not begin a line after it or end one before it, a word with its blank."""
    piece = ""
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        if (
            piece
            and (wide or piece[-1] == " " or unicodedata.east_asian_width(piece[-1]) in "WF")
            and sign not in "，。；：、）》”%"
            and piece[-1] not in "（《“"
        ):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


@dataclass
class Labels:
    """Boxes that are taken, inside a frame (west, south, east, north)."""

    frame: tuple[float, float, float, float]
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    _array: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4)), repr=False)

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Keep a place, given by its middle, free of names."""
        self.taken.append(_box(x, y, width, height))

    def overlap(self, box: tuple[float, float, float, float]) -> float:
        """Return the area of a box that is taken, in shares of the box; what lies outside the frame counts."""
        west, south, east, north = box
        area = max((east - west) * (north - south), 1e-9)
        inside = _shared(box, self.frame)
        taken = self._boxes()
        shared = np.clip(np.minimum(east, taken[:, 2]) - np.maximum(west, taken[:, 0]), 0, None)
        shared = shared * np.clip(np.minimum(north, taken[:, 3]) - np.maximum(south, taken[:, 1]), 0, None)
        return float(shared.sum() + area - inside) / area

    def _boxes(self) -> NDArray[np.float64]:
        """Return the boxes that are taken as an array, made anew where one was added."""
        if len(self._array) != len(self.taken):
            self._array = np.asarray(self.taken, dtype=float).reshape(-1, 4)
        return self._array

    def beside(
        self, x: float, y: float, width: float, height: float, *, land: Any = None, gap: float = 0.0
    ) -> tuple[float, float]:
        """Take the best place around a point for a box and return its middle.

        It costs most to cover what is taken, then to lie outside `land`, then to be far.
        """
        best, least = (x, y), float("inf")
        for middle in around(x, y, width, height, gap):
            box = _box(*middle, width, height)
            cost = 40 * self.overlap(box) + float(np.hypot(middle[0] - x, middle[1] - y)) / max(height, 1.0)
            if land is not None and cost < least:
                cost += 7 * (1 - shapely.intersection(shapely.box(*box), land).area / (width * height))
            if cost < least:
                best, least = middle, cost
        self.take(*best, width, height)
        return best

    def within(self, shape: Any, width: float, height: float, *, least: float = _INSIDE) -> tuple[float, float] | None:
        """Take a free place for a box, at least a share of it inside a shape, and return its middle; None where there is none."""
        for x, y in _places_in(shape, height):
            box = _box(x, y, width, height)
            if self.overlap(box) > 0:
                continue
            own = shapely.intersection(shapely.box(*box), shape).area / (width * height)
            if own >= least:
                self.take(x, y, width, height)
                return x, y
        return None


def around(x: float, y: float, width: float, height: float, gap: float) -> Iterator[tuple[float, float]]:
    """Yield middles of a box around a point, nearest first, the box beside the point and not over it."""
    for step in _STEPS:
        for angle in _NEAR:
            reach_x, reach_y = width / 2 + gap, height / 2 + gap
            yield (
                x + float(np.cos(angle)) * (reach_x + step * height),
                y + float(np.sin(angle)) * (reach_y + step * height),
            )


_FARTHER = tuple(
    (dx, dy) for reach in (2, 3, 4.5) for dx in (0, -reach, reach) for dy in (0, -reach, reach) if dx or dy
)


def _places_in(shape: Any, height: float) -> Iterator[tuple[float, float]]:
    """Yield places inside a shape, its middle first."""
    if shape.is_empty:
        return
    middle = shapely.maximum_inscribed_circle(_largest(shape), tolerance=max(height / 4, 0.05))
    x, y = (float(value) for value in shapely.get_coordinates(middle)[0])
    yield x, y
    for dx, dy in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), *_FARTHER):
        yield x + dx * height * 0.8, y + dy * height * 0.6


def _largest(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _shared(one: Iterable[float], two: Iterable[float]) -> float:
    (a, b, c, d), (e, f, g, h) = one, two
    return max(0.0, min(c, g) - max(a, e)) * max(0.0, min(d, h) - max(b, f))
