"""Road graphs of other programs (SUMO, GraphML): edges between nodes become lines that the road reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.layers.files.archives import MAX_CELLS
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.numbers import counted
from gridplan.words.problems import SHOWN, Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

Point = tuple[float, float]
NOWHERE: Point = (float("nan"), float("nan"))
_DIRECTED_SHARE = 0.5
"""A line layer in which more lines than this have a twin in the other direction lists each direction of a street."""


@dataclass
class Edges:
    """Edges as they stream by: the ids of their nodes, their inner points, and one value a column."""

    tail: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, tail: str, head: str, shape: Any, values: Mapping[str, Any]) -> None:
        """Add one edge; every edge has the same columns.

        Raises
        ------
        ValueError
            If there are more edges than a file may have.
        """
        if len(self.tail) >= MAX_CELLS:
            raise ValueError(f"more than {MAX_CELLS:,} edges")
        self.tail.append(tail)
        self.head.append(head)
        self.shapes.append(shape)
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)


def frame_of_edges(edges: Edges, nodes: Mapping[str, Point], crs: Any, reading: Reading) -> gpd.GeoDataFrame:
    """Return one line an edge, from its first node over its own points to its last; edges without a place are told.

    The places of the nodes join the roads, so that lines whose own points begin beside a node still meet there.

    Raises
    ------
    LayerError
        If the file has no edge, or none with a place.
    """
    import geopandas as gpd

    if not edges.tail:
        raise LayerError(InputProblem("error", *_NO_EDGES, file=reading.source.path))
    first = _places(edges.tail, nodes)
    last = _places(edges.head, nodes)
    shapes = np.array([_joined(*parts) for parts in zip(first, edges.shapes, last, strict=True)], dtype=object)
    lost = np.array([shape is None for shape in shapes], dtype=bool)
    if lost.any():
        found = Text(zh=f"{int(lost.sum())} 条边没有", en=f"{counted(int(lost.sum()), 'edge').en} without")
        names = [f"{edges.tail[at]} → {edges.head[at]}" for at in np.flatnonzero(lost)[:SHOWN]]
        problems = Problems(reading.source.path)
        problems.tell(_PLACED, found, _EXPORT_AGAIN, severity="error" if lost.all() else "warning", values=names)
        problems.refuse(LayerError)
        reading.problems.extend(problems)
    frame = gpd.GeoDataFrame(edges.columns, geometry=shapes, crs=crs)
    return frame[~lost].reset_index(drop=True)


_PLACED = Text(zh="每条边至少有两个位置不同的点", en="at least two points with different places on every edge")
_EXPORT_AGAIN = Text(zh="这些边未采用；请重新导出完整的路网。", en="They are left out; export the whole network again.")
_NO_EDGES = (
    Text(zh="路网中的边", en="edges of a road network"),
    Text(zh="一条也没有", en="none"),
    Text(zh="确认文件是路网，并重新导出。", en="Make sure that it is a road network, and export it again."),
)


def _places(ids: Sequence[str], nodes: Mapping[str, Point]) -> list[Point]:
    return [nodes.get(node, NOWHERE) for node in ids]


def _joined(first: Point, inner: Any, last: Point) -> Any:
    """Return the line through all points, repeated ones once; None where fewer than two are known."""
    points = np.array([first, *inner, last], dtype=float)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points):
        points = points[np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])]
    return shapely.LineString(points) if len(points) > 1 else None


def direct_twins(frame: gpd.GeoDataFrame, reading: Reading) -> gpd.GeoDataFrame:
    """Return a line layer without a oneway column as one-way lines, told, if most lines have a twin the other way round.

    Such layers come from directed graphs: a street is two lines, and a line alone is a one-way street.
    """
    if "oneway" in frame.columns or "oneway" in reading.source.columns or frame.empty:
        return frame
    lines = frame.geometry.array
    twin = pd.Index(shapely.to_wkb(shapely.reverse(lines))).isin(pd.Index(shapely.to_wkb(lines)))
    if twin.mean() <= _DIRECTED_SHARE:
        return frame
    reading.tell(
        Text(zh="说明单行道的列（oneway）", en="a column that tells one-way streets (oneway)"),
        Text(
            zh=f"没有；{twin.mean():.0%} 的线另有一条方向相反的同形线",
            en=f"none; {twin.mean():.0%} of the lines have a twin in the other direction",
        ),
        Text(
            zh="看来每个方向各有一条线：已按此处理，单独的线作单行道，请核对。",
            en="Each direction seems to have its own line: read so, a line alone is a one-way street; please check.",
        ),
        severity="warning",
        field="oneway",
    )
    return frame.assign(oneway="1")
