"""Roads closed by a scenario, and minutes by networkx over what is left: whole milliseconds, as documented.

A piece of road that a closure touches lets nobody pass from the first to the last point touched; who lives on it gets as
far as that. Everybody enters the network where they do on every day. A ferry or bridge named is broken in its middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from tests.independent.cities import City
from tests.independent.roads import Router, Speeds

MS = 60_000


@dataclass(frozen=True)
class Entry:
    """Where places enter: piece and how far along it, for each place; several rows a place where pieces are equally near."""

    place: np.ndarray
    piece: np.ndarray
    share: np.ndarray


class Roads:
    """The road pieces of a city that cars use, in the Router's order, with whole milliseconds along and against."""

    def __init__(self, city: City):
        self.router = Router(city.roads, city.barriers, Speeds(), mode="drive")
        self.pieces = city.roads[city.roads["drive"] & (city.roads.length > 0)].reset_index(drop=True)
        self.along, self.against = (_ms(minutes) for minutes in (self.router.along, self.router.against))

    def enter(self, xy: np.ndarray) -> tuple[Entry, np.ndarray]:
        """Return the entries of places (n, 2), and the milliseconds of each from its door to the road (inf: none near)."""
        place, piece, share, access = self.router.enter(xy)
        return Entry(place, piece, share), _ms(access)

    def closed_by(self, scenario: dict, city: City) -> dict[int, tuple[float, float]]:
        """Return the closed stretch of every piece that a scenario of the resolved case closes."""
        cuts: dict[int, tuple[float, float]] = {}
        if scenario["closed"]:
            shapes = gpd.read_file(city.raw_folder / scenario["closed"]["path"]).to_crs(city.crs).geometry
            for shape in shapes:
                for i in np.flatnonzero(shapely.intersects(self.router.lines, shape)):
                    line = self.router.lines[i]
                    inside = shapely.get_coordinates(shapely.intersection(line, shape))
                    at = [line.project(shapely.Point(xy)) / line.length for xy in inside]
                    low, high = cuts.get(i, (1.0, 0.0))
                    cuts[i] = (min([low, *at]), max([high, *at]))
        for name in scenario["links"]:
            for i in self._named(name, city):
                cuts[i] = (0.5, 0.5)
        return cuts

    def _named(self, name: str, city: City) -> np.ndarray:
        over_water = (self.pieces["kind"] == "ferry") | self.pieces["bridge"] | self.pieces["tunnel"]
        found = np.flatnonzero(over_water & (self.pieces["name"] == name))
        if len(found):
            return found
        links = pd.read_csv(city.raw_folder / "links.csv", dtype=str, encoding="utf-8-sig").set_index("name")
        ends = [city.units.geometry[links.loc[name, end]] for end in ("unit_a", "unit_b")]
        both = over_water & self.pieces.intersects(ends[0]) & self.pieces.intersects(ends[1])
        found = np.flatnonzero(both)
        assert len(found), name
        return found

    def graph(self, cuts: dict[int, tuple[float, float]]) -> nx.DiGraph:
        """Return the junctions with the least milliseconds between them, pieces that are cut left out."""
        graph = nx.DiGraph()
        graph.add_nodes_from(range(self.router.n_nodes))
        for i, (a, b) in enumerate(zip(self.router.tail, self.router.head, strict=True)):
            for here, there, ms in ((a, b, self.along[i]), (b, a, self.against[i])):
                if i not in cuts and np.isfinite(ms) and ms < graph.get_edge_data(here, there, {"ms": np.inf})["ms"]:
                    graph.add_edge(here, there, ms=ms)
        return graph


class Trips:
    """Milliseconds from many places to any target over the roads that are left."""

    def __init__(self, roads: Roads, cuts: dict[int, tuple[float, float]], places: tuple[Entry, np.ndarray]):
        self.roads, self.cuts = roads, cuts
        self.backwards = roads.graph(cuts).reverse()
        self.entry, self.access = places
        start = np.array([cuts.get(i, (np.inf, -np.inf))[0] for i in self.entry.piece])
        stop = np.array([cuts.get(i, (np.inf, -np.inf))[1] for i in self.entry.piece])
        piece, share = self.entry.piece, self.entry.share
        self.to_tail = np.where(start < share, np.inf, _part(roads.against[piece], share))
        self.to_head = np.where(stop > share, np.inf, _part(roads.along[piece], 1 - share))

    def to(self, xy: np.ndarray) -> np.ndarray:
        """Return milliseconds from every place to the target at `xy`, inf where it cannot be reached."""
        router = self.roads.router
        entry, access = self.roads.enter(xy[None, :])
        least = np.full(router.n_nodes, np.inf)
        door = "door"
        reachable = self.backwards
        for piece, share in zip(entry.piece, entry.share, strict=True):
            start, stop = self.cuts.get(piece, (np.inf, -np.inf))
            legs = (
                (router.tail[piece], self.roads.along[piece], share, start < share),
                (router.head[piece], self.roads.against[piece], 1 - share, stop > share),
            )
            for node, ms, part, broken in legs:
                leg = _part(np.array([ms]), np.array([part]))[0]
                if not broken and np.isfinite(leg) and leg < reachable.get_edge_data(door, node, {"ms": np.inf})["ms"]:
                    reachable.add_edge(door, node, ms=leg)
        if door in reachable:
            for node, ms in nx.single_source_dijkstra_path_length(reachable, door, weight="ms").items():
                if node != door:
                    least[node] = ms
            reachable.remove_node(door)
        piece = self.entry.piece
        by_node = np.minimum(self.to_tail + least[router.tail[piece]], self.to_head + least[router.head[piece]])
        by_node = np.minimum(by_node, self._on_the_same_piece(entry))
        total = np.full(len(self.access), np.inf)
        np.minimum.at(total, self.entry.place, by_node)
        return total + self.access + access[0]

    def _on_the_same_piece(self, target: Entry) -> np.ndarray:
        """Return milliseconds straight along the piece where place and target share one, inf elsewhere."""
        direct = np.full(len(self.entry.piece), np.inf)
        for piece, share in zip(target.piece, target.share, strict=True):
            here = self.entry.piece == piece
            own = self.entry.share[here]
            start, stop = self.cuts.get(piece, (np.inf, -np.inf))
            between = (start < np.maximum(own, share)) & (stop > np.minimum(own, share))
            ms = np.where(own <= share, self.roads.along[piece], self.roads.against[piece])
            direct[here] = np.minimum(direct[here], np.where(between, np.inf, _part(ms, np.abs(share - own))))
        return direct


def _ms(minutes: np.ndarray) -> np.ndarray:
    return np.rint(np.asarray(minutes, float) * MS)


def _part(ms: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A share of a piece, rounded; no step takes no time even where the piece is one-way."""
    return np.where(share == 0, 0.0, np.rint(np.where(share == 0, 0.0, ms) * share))
