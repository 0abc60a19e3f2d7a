"""SUMO networks: .net.xml, or the plain .edg.xml with its .nod.xml and .typ.xml beside it; each also packed (.gz)."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.layers.files.reading import Reading
from gridplan.layers.files.xml_files import Attributes, stream_xml
from gridplan.layers.roads.road_access import CLASSES
from gridplan.layers.roads.road_graphs import Edges, Point, frame_of_edges
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

SUMO_SUFFIXES = (".net.xml", ".net.xml.gz", ".edg.xml", ".edg.xml.gz")
_KMH = 3.6
_NOT_ROADS = re.compile(r"(railway|waterway|aeroway|power)\.")
_CLASS = re.compile(r"highway\.(\w+)")
_SPELLED = {"step": "steps", "stairs": "steps", "unsurfaced": "unclassified"}


def read_sumo(reading: Reading) -> gpd.GeoDataFrame:
    """Return one line a directed edge: road_class, oneway (1), maxspeed_kmh, bridge, tunnel (False), name, geometry.

    The places of junctions and edges are put back by the network's offset into the projection that the file states;
    plain files are in degrees unless their .nod.xml states a projection. Edges inside junctions are left out; railways
    as well, and counted. Which vehicles lanes allow is not read: SUMO closes service roads to cars by default.

    Raises
    ------
    LayerError, OSError, xml.parsers.expat.ExpatError
        If the file is hostile, cannot be read, or has no edges.
    """
    network = _Network()
    for path in _files(reading):
        stream_xml(reading, path, network)
    network.finish_edge()
    if network.other:
        counted = "、".join(f"{name} {count}" for name, count in sorted(network.other.items()))
        reading.tell(
            Text(zh="道路（highway.*）", en="roads (highway.*)"),
            Text(zh=f"另有 {counted}", en=f"also {counted.replace('、', ', ')}"),
            Text(zh="它们不是道路，未采用。", en="They are no roads and are left out."),
            severity="repair",
            values=sorted(network.other),
        )
    plain = ".edg.xml" in reading.path.name.lower()
    crs = network.crs or ("EPSG:4326" if plain and not network.located else None)
    return frame_of_edges(network.edges, network.nodes, crs, reading)


def _files(reading: Reading) -> list[Path]:
    """Return the file, and for plain edges the types before and the nodes beside them.

    Raises
    ------
    LayerError
        If there is no node file.
    """
    path = reading.path
    found = re.search(r"\.edg\.xml(\.gz)?$", path.name, re.IGNORECASE)
    if found is None or not path.exists():
        return [path]
    stem = path.name[: found.start()]
    beside = {other.name.lower(): other for other in sorted(path.parent.glob("*.xml*"))}

    def of(kind: str) -> list[Path]:
        names = (f"{stem}.{kind}.xml".lower(), f"{stem}.{kind}.xml.gz".lower())
        return [beside[name] for name in names if name in beside][:1]

    if not of("nod"):
        raise LayerError(
            InputProblem(
                "error",
                Text(zh=f"旁边的节点文件 {stem}.nod.xml", en=f"the file of nodes {stem}.nod.xml beside it"),
                Text(zh="没有", en="none"),
                Text(zh="一起复制，或改用 .net.xml。", en="Copy it as well, or give the .net.xml."),
                file=reading.source.path,
            )
        )
    return [*of("nod"), *of("typ"), path]


@dataclass
class _Network:
    """What streams by: junctions, edges, the speeds of types, the projection."""

    nodes: dict[str, Point] = field(default_factory=dict)
    edges: Edges = field(default_factory=Edges)
    other: Counter[str] = field(default_factory=Counter)
    crs: str | None = None
    located: bool = False
    _offset: Point = (0.0, 0.0)
    _speeds: dict[str, float] = field(default_factory=dict)
    _edge: Attributes | None = None
    _lane_speed: float = math.nan

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "edge":
            self.finish_edge()
            self._edge, self._lane_speed = attributes, math.nan
        elif name == "lane" and self._edge is not None:
            speed = _number(attributes.get("speed"))
            self._lane_speed = speed if math.isnan(self._lane_speed) else max(self._lane_speed, speed)
        elif name in ("junction", "node") and attributes.get("type") != "internal":
            x, y = _number(attributes.get("x")), _number(attributes.get("y"))
            self.nodes[attributes.get("id", "")] = (x - self._offset[0], y - self._offset[1])
        elif name == "type":
            self._speeds[attributes.get("id", "")] = _number(attributes.get("speed"))
        elif name == "location":
            self._locate(attributes)

    def end(self, name: str, text: str) -> None:
        """Texts say nothing in these files."""

    def _locate(self, attributes: Attributes) -> None:
        x, _, y = attributes.get("netOffset", "0,0").partition(",")
        self._offset = (_number(x), _number(y))
        stated = attributes.get("projParameter", "!")
        self.located = True
        self.crs = stated if stated.startswith(("+", "EPSG", "epsg")) else None

    def finish_edge(self) -> None:
        """Add the edge whose lanes have all gone by."""
        edge, self._edge = self._edge, None
        if edge is None or edge.get("function", "normal") != "normal":
            return
        kind = edge.get("type", "")
        railway = _NOT_ROADS.match(kind)
        if railway is not None and "highway." not in kind:
            self.other[kind] += 1
            return
        speeds = (self._lane_speed, _number(edge.get("speed")), self._speeds.get(kind, math.nan))
        speed = next((value for value in speeds if value > 0), math.nan)
        values = {
            "road_class": _road_class(kind),
            "oneway": "1",
            "maxspeed_kmh": round(speed * _KMH, 1),
            "name": edge.get("name", ""),
        }
        self.edges.add(edge.get("from", ""), edge.get("to", ""), self._points(edge.get("shape", "")), values)

    def _points(self, shape: str) -> list[Point]:
        pairs = (part.split(",") for part in shape.split())
        return [
            (_number(pair[0]) - self._offset[0], _number(pair[1]) - self._offset[1]) for pair in pairs if len(pair) > 1
        ]


def _road_class(kind: str) -> str:
    found = _CLASS.search(kind)
    name = found[1] if found else kind
    return name if name in CLASSES else _SPELLED.get(name, name)


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan
