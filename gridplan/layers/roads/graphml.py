"""Road graphs in GraphML, as OSMnx or networkx write them; also packed (.graphml.gz)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely

from gridplan.layers.files.reading import Reading
from gridplan.layers.files.xml_files import Attributes, stream_xml
from gridplan.layers.roads.osm_tags import read_speed
from gridplan.layers.roads.road_columns import TAG_COLUMNS
from gridplan.layers.roads.road_graphs import Edges, Point, frame_of_edges
from gridplan.words.numbers import counted
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

GRAPHML_SUFFIXES = (".graphml", ".graphml.gz")
_KEPT = (
    *("highway", "fclass", "road_class", "name", "bridge", "tunnel", "maxspeed", "maxspeed_kmh", "minutes"),
    *TAG_COLUMNS,
)
_PLACES = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"))


def read_graphml(reading: Reading) -> gpd.GeoDataFrame:
    """Return one line an edge: what edges say of class, speed, name, bridge, tunnel, minutes; oneway; geometry.

    Edges of a directed graph go one way (OSMnx writes both ways of a street as two edges), of an undirected one both.
    An edge without a geometry (WKT) is the straight line between its nodes. The reference system is the graph's `crs`.

    Raises
    ------
    LayerError, OSError, xml.parsers.expat.ExpatError
        If the file is hostile, cannot be read, or has no edges.
    """
    graph = _Graph(wanted={*_KEPT, "oneway", *reading.source.columns.values()})
    stream_xml(reading, reading.path, graph)
    frame = frame_of_edges(graph.edges, graph.nodes, graph.crs or None, reading)
    if "maxspeed" in frame and "maxspeed_kmh" not in frame:
        frame["maxspeed_kmh"] = [read_speed(_first(text)) for text in frame["maxspeed"]]
    if not graph.directed and "oneway" in frame:
        _tell_directions_lost(frame, reading)
    return frame.assign(oneway="1" if graph.directed else "0")


def _first(text: str) -> str:
    """Return the first of a list as OSMnx writes it for merged edges: "['50', '30']" is 50."""
    return text.strip("[]").split(",")[0].strip("' \"")


def _tell_directions_lost(frame: Any, reading: Reading) -> None:
    one_way = int(frame["oneway"].isin(["True", "true", "1", "yes", "-1"]).sum())
    if one_way:
        reading.tell(
            Text(zh="有向的路网（单行道有方向）", en="a directed graph, in which one-way streets have a direction"),
            Text(
                zh=f"无向图，其中 {one_way} 条边是单行道",
                en=f"an undirected one, with {counted(one_way, 'one-way edge').en}",
            ),
            Text(zh="已按双向处理；请导出有向图。", en="They count both ways; export the directed graph."),
            severity="warning",
            field="oneway",
        )


@dataclass
class _Graph:
    """What streams by: the names of the keys, nodes with their places, edges with the wanted values."""

    wanted: set[str]
    nodes: dict[str, Point] = field(default_factory=dict)
    edges: Edges = field(default_factory=Edges)
    directed: bool = True
    crs: str = ""
    _keys: dict[str, str] = field(default_factory=dict)
    _columns: list[str] = field(default_factory=list)
    _default: dict[str, str] = field(default_factory=dict)
    _key: str = ""
    _open: Attributes | None = None
    _data: dict[str, str] = field(default_factory=dict)

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "key":
            self._key = attributes.get("attr.name", attributes.get("id", ""))
            self._keys[attributes.get("id", "")] = self._key
            if attributes.get("for", "all") in ("edge", "all") and self._key in self.wanted:
                self._columns.append(self._key)
        elif name == "graph":
            self.directed = attributes.get("edgedefault", "directed") == "directed"
        elif name in ("node", "edge"):
            self._open, self._data = attributes, {}
        elif name == "data":
            self._key = self._keys.get(attributes.get("key", ""), attributes.get("key", ""))

    def end(self, name: str, text: str) -> None:
        if name == "default":
            self._default.setdefault(self._key, text.strip())
        elif name == "data":
            if self._open is None:
                self.crs = text.strip() if self._key == "crs" else self.crs
            else:
                self._data[self._key] = text.strip()
        elif name == "node" and self._open is not None:
            self.nodes[self._open.get("id", "")] = self._place()
            self._open = None
        elif name == "edge" and self._open is not None:
            values = {key: self._data.get(key, self._default.get(key, "")) for key in self._columns}
            points = _points(self._data.get("geometry", ""))
            self.edges.add(self._open.get("source", ""), self._open.get("target", ""), points, values)
            self._open = None

    def _place(self) -> Point:
        for x, y in _PLACES:
            if x in self._data and y in self._data:
                return _number(self._data[x]), _number(self._data[y])
        return math.nan, math.nan


def _points(text: str) -> list[Point]:
    shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
    if shape is None or shape.geom_type != "LineString":
        return []
    return [(x, y) for x, y, *_ in shape.coords]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
