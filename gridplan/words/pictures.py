"""Small pictures of shapes as SVG text: to be seen at a glance in a notebook, never to be measured on."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridplan.words.text import one_line

SIDE = 300.0
"""Pixels of the longer side."""
MOST_SHAPES = 4_000
MOST_LINES = 6_000
MOST_POINTS = 20_000
_DETAIL = 0.4
"""Pixels that a simplified line may leave its way by."""


@dataclass(frozen=True)
class Ink:
    """Shapes drawn alike: polygons filled, lines drawn, points as dots of `radius` pixels."""

    shapes: Any
    fill: str = "none"
    line: str = "none"
    width: float = 0.5
    radius: float = 2.0


@dataclass(frozen=True)
class Place:
    """Where the ground lies in the picture: metres of its north-west corner, pixels a metre, pixels around it."""

    west: float
    north: float
    scale: float
    margin: float

    def pixels(self, xy: Any) -> Any:
        """Return coordinates (n, 2) as pixels to one decimal, y down."""
        return ((xy - (self.west, self.north)) * (self.scale, -self.scale) + self.margin).round(1)


def draw_svg(inks: Sequence[Ink], *, title: str = "") -> str:
    """Return an SVG of shapes in one metric CRS, the first at the bottom; "" where there is nothing to draw.

    Of many shapes an even sample is drawn, lines are simplified to the pixel, so that a picture of a whole city stays small.
    """
    return draw_placed_svg(inks, title=title)[0]


def draw_placed_svg(inks: Sequence[Ink], *, title: str = "") -> tuple[str, Place | None]:
    """Return the same with where the ground lies in it, for what is laid over the picture; None where nothing is drawn."""
    drawn = [(ink, _evenly(_there(ink.shapes), MOST_SHAPES)) for ink in inks]
    shapes = np.concatenate([np.empty(0, dtype=object), *(part for _, part in drawn)])
    if not len(shapes):
        return "", None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    scale = SIDE / max(east - west, north - south, 1e-9)
    place = Place(west, north, scale, max(ink.radius for ink, _ in drawn) + 1.0)
    width, height = (side * scale + 2 * place.margin for side in (east - west, north - south))
    paths = "".join(_drawn(ink, part, place) for ink, part in drawn)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" fill="none" '
        f'fill-rule="evenodd" stroke-linecap="round" viewBox="0 0 {width:.1f} {height:.1f}">'
        f"<title>{html.escape(one_line(title))}</title>{paths}</svg>"
    )
    return svg, place


def _there(shapes: Any) -> Any:
    found = np.asarray(shapes, dtype=object)
    return found[~(shapely.is_missing(found) | shapely.is_empty(found))]


def _evenly(items: Any, most: int) -> Any:
    """Return the items, or an even sample of them."""
    return items if len(items) <= most else items[np.linspace(0, len(items) - 1, most).astype(int)]


def _drawn(ink: Ink, shapes: Any, place: Place) -> str:
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    path = "".join(_paths(shapes[~points], place))
    dots = "".join(f"M{x:g},{y:g}h0" for x, y in place.pixels(shapely.get_coordinates(shapes[points])).tolist())
    areas = f'<path fill="{ink.fill}" stroke="{ink.line}" stroke-width="{ink.width:g}" d="{path}"/>' if path else ""
    return areas + (f'<path stroke="{ink.fill}" stroke-width="{2 * ink.radius:g}" d="{dots}"/>' if dots else "")


def _paths(shapes: Any, place: Place) -> Iterator[str]:
    """Yield the lines and rings of shapes as path data, simplified to the pixel."""
    simple = shapely.simplify(shapes, _DETAIL / place.scale, preserve_topology=False)
    parts = shapely.get_parts(shapely.get_parts(simple))
    areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines = _evenly(np.concatenate([shapely.get_rings(parts[areas]), parts[~areas]]), MOST_LINES)
    xy, at = shapely.get_coordinates(lines, return_index=True)
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    closed = shapely.get_type_id(lines) == shapely.GeometryType.LINEARRING
    stride = len(xy) // MOST_POINTS + 1
    for piece, number in zip(np.split(place.pixels(xy), starts[1:]), at[starts], strict=False):
        text = " ".join(f"{x:g},{y:g}" for x, y in piece[::stride].tolist())
        yield f"M{text}{'Z' if closed[number] else ''}"
