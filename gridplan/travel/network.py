"""The road network of one mode: immutable arrays, exact times, what-if by new weights over the same topology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.cutting import Cuts, cut_edges
from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms, to_minutes, to_ms
from gridplan.travel.pricing import RoadRules, price_roads
from gridplan.travel.search.engine import Searcher, Seeds, worth_customising, worth_ordering
from gridplan.travel.search.graph import Nodes, Topology, build_topology, strong_components
from gridplan.travel.snapping import Bools, SnapRules, Snaps, snap_points
from gridplan.travel.speeds import FERRY_WAIT_MIN, Mode
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.travel.search.hierarchy import Hierarchy, Skeleton
    from gridplan.travel.search.order import Method
    from gridplan.travel.times import NodeTimes


Engine = Literal["auto", "plain", "hierarchy"]


@dataclass(frozen=True)
class SearchRules:
    """How to search: by which method, in which order of elimination, and where orders are kept."""

    method: Engine = "auto"
    order: Method = "auto"
    cache_folder: Path | None = None


@dataclass(frozen=True, eq=False, repr=False)
class RoadNetwork:
    """Directed roads with times, as one mode of travel sees them.

    An edge is a row of the arrays or of the road frame the network was made from, and keeps that position for good.
    `forward` and `backward` are whole milliseconds along and against it (`FAR`: closed). Nodes are 0..n_nodes-1.
    """

    tail: Nodes
    head: Nodes
    forward: Ms
    backward: Ms
    topology: Topology
    xy: Floats | None = None
    roads: Any = None
    rules: RoadRules | None = None
    twin_row: Ints | None = None
    can_stop: Bools | None = None
    search_by: SearchRules = SearchRules()
    problems: tuple[InputProblem, ...] = ()
    cuts: Cuts | None = None

    @classmethod
    def from_edges(
        cls,
        tail: npt.ArrayLike,
        head: npt.ArrayLike,
        minutes: npt.ArrayLike,
        n_nodes: int | None = None,
        xy: npt.ArrayLike | None = None,
    ) -> RoadNetwork:
        """Make a directed network from arrays: edge i leads from `tail[i]` to `head[i]` in `minutes[i]` (inf: closed).

        Parallel edges count with the least minutes; `xy` (n, 2) in metres is needed for snapping alone.

        Raises
        ------
        NetworkError
            Lengths differ, nodes out of range, minutes negative or not a number.

        Examples
        --------
        >>> network = RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0])
        >>> network.minutes_to([2]).gather([0, 1, 2]).ravel().tolist()
        [5.0, 3.0, 0.0]
        """
        edges = validation.check_edges(tail, head, minutes, n_nodes=n_nodes, xy=xy)
        usable = np.ones(len(edges.tail), dtype=bool)
        topology = build_topology(edges.tail, edges.head, usable, n_nodes=edges.n_nodes)
        forward = to_ms(edges.minutes)
        backward = np.full(len(forward), FAR, dtype=np.uint32)
        return cls(edges.tail, edges.head, forward, backward, topology, xy=edges.xy, problems=edges.problems)

    @classmethod
    def from_roads(
        cls,
        roads: Any,
        *,
        mode: Mode = "drive",
        speeds: Mapping[str, float] | None = None,
        junction_delay_s: float = 0.0,
        ferry_wait_min: float = FERRY_WAIT_MIN,
        posted_limits: str = "cap",
    ) -> RoadNetwork:
        """Make the network of one mode from a road frame (`gridplan.layers.roads.roads.read_roads`).

        Parameters
        ----------
        roads
            Frame with the columns of `read_roads`, geometry in metres.
        mode
            What travels: decides the access flag, whether one-way holds, and the default speeds.
        speeds
            km/h by road class; classes not given keep the default of the mode.
        junction_delay_s
            Seconds added at the end of each edge that ends at a junction of three or more roads.
        ferry_wait_min
            Minutes added on boarding a ferry (not between two legs of one ferry).
        posted_limits
            "cap": the class speed, but never above the posted limit; "exact": the posted limit is driven where known;
            "ignore".

        Raises
        ------
        NetworkError
            A column is missing, or a speed is not a positive number.
        """
        rules = RoadRules(mode, speeds, junction_delay_s, ferry_wait_min, posted_limits)
        priced = price_roads(roads, rules)
        topology = build_topology(priced.tail, priced.head, priced.usable, n_nodes=len(priced.xy))
        return cls(
            priced.tail,
            priced.head,
            priced.forward,
            priced.backward,
            topology,
            xy=priced.xy,
            roads=roads,
            rules=rules,
            twin_row=priced.twin_row,
            can_stop=priced.can_stop,
            problems=priced.problems,
        )

    @classmethod
    def from_networkx(cls, graph: Any, *, minutes: str = "minutes") -> tuple[RoadNetwork, list[Any]]:
        """Return the network of a networkx graph and its nodes in order; see `gridplan.travel.conversion`."""
        from gridplan.travel import conversion

        return conversion.from_networkx(graph, minutes=minutes)

    @classmethod
    def from_graphml(cls, path: str | Path, *, minutes: str = "minutes") -> tuple[RoadNetwork, list[Any]]:
        """Return the network of a GraphML file and its nodes in order; see `gridplan.travel.conversion`."""
        from gridplan.travel import conversion

        return conversion.from_graphml(path, minutes=minutes)

    def to_networkx(self) -> Any:
        """Return the open edges as a networkx MultiDiGraph; see `gridplan.travel.conversion`."""
        from gridplan.travel import conversion

        return conversion.to_networkx(self)

    def __repr__(self) -> str:
        return f"RoadNetwork({self.n_nodes} nodes, {self.n_edges} edges)"

    def __getstate__(self) -> dict[str, Any]:
        """Send the arrays to another process, not what was worked out from them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def n_nodes(self) -> int:
        """Number of nodes, isolated ones counted."""
        return self.topology.n_nodes

    @property
    def n_edges(self) -> int:
        """Number of edges (rows), closed ones counted."""
        return len(self.tail)

    @cached_property
    def weights(self) -> Ms:
        """Milliseconds of every arc of the topology."""
        return self.topology.weigh(self.forward, self.backward)

    @cached_property
    def weights_reversed(self) -> Ms:
        """Milliseconds of every arc, each read the other way."""
        result: Ms = self.weights[self.topology.twin]
        return result

    @cached_property
    def components(self) -> tuple[Nodes, int]:
        """Strongly connected component of each node, and which of them is the main network."""
        return strong_components(self.topology, self.weights)

    @cached_property
    def in_main(self) -> Bools:
        """Which edges have both ends in the main network."""
        labels, main = self.components
        result: Bools = (labels[self.tail] == main) & (labels[self.head] == main)
        return result

    @cached_property
    def stoppable(self) -> Bools:
        """Edges that a point may be snapped to: open, not a motorway, its ramp, a ferry or a tunnel."""
        is_open = (self.forward < FAR) | (self.backward < FAR)
        if self.twin_row is not None:
            is_open &= (self.twin_row < 0) | (self.twin_row > np.arange(self.n_edges))
        return is_open if self.can_stop is None else is_open & self.can_stop

    @cached_property
    def lines(self) -> Any:
        """Geometry of every edge; straight between its nodes where the network was made from arrays."""
        import shapely

        if self.roads is not None:
            return np.asarray(self.roads.geometry.array)
        xy = validation.need_xy(self.xy)
        return shapely.linestrings(np.stack([xy[self.tail], xy[self.head]], axis=1))

    def snap(
        self,
        xy: npt.ArrayLike,
        *,
        access_kmh: float = 15.0,
        access_detour: float = 1.3,
        max_m: float | None = None,
        barriers: Any = None,
    ) -> Snaps:
        """Place points on the nearest road that one can stop on; every point comes back, in order.

        Points snap to the nearest position along an edge (not to nodes), never to motorways, their ramps, ferries or
        tunnels. Where the nearest edge lies in a part that is cut off from the main network and a main edge is at most
        500 m further, that one is taken (`from_pocket`). The access leg is straight distance x `access_detour` at
        `access_kmh`. Points farther than `max_m`, or that no road on their side of the `barriers` (lines) serves, come
        back with a reason and count as unreachable.

        Raises
        ------
        NetworkError
            `xy` is not an (n, 2) array of finite metres, or the network has no geometry.
        """
        points = validation.check_points(xy)
        rules = SnapRules(access_kmh, access_detour, max_m, barriers=barriers)
        return snap_points(self, points, rules)

    def minutes_to(self, targets: npt.ArrayLike | Snaps) -> NodeTimes:
        """Times from every node to each target (node numbers, or snapped points with their access legs)."""
        from gridplan.travel.times import NodeTimes

        places = targets if isinstance(targets, Snaps) else None
        return NodeTimes(self, self._seeds(targets, leaving=False), True, places)

    def minutes_from(self, sources: npt.ArrayLike | Snaps) -> NodeTimes:
        """Times from each source (node numbers, or snapped points with their access legs) to every node."""
        from gridplan.travel.times import NodeTimes

        places = sources if isinstance(sources, Snaps) else None
        return NodeTimes(self, self._seeds(sources, leaving=True), False, places)

    def table(self, origins: Snaps, targets: Snaps) -> Floats:
        """Return minutes (n_origins, n_targets), the access legs of both ends included, inf where unreachable."""
        if len(origins) < len(targets):
            return np.ascontiguousarray(self.minutes_from(origins).gather(targets).T)
        return self.minutes_to(targets).gather(origins)

    def nearest(self, targets: npt.ArrayLike | Snaps, max_minutes: float | None = None) -> tuple[Floats, Ints]:
        """Return for every node the minutes to the nearest target and its position (-1: none): shapes (n_nodes,)."""
        limit = FAR if max_minutes is None else to_ms(max_minutes)
        times, position = self.searcher(1, toward=True).nearest(self._seeds(targets, leaving=False))
        out = (times >= FAR) | (times > limit)
        return to_minutes(np.where(out, FAR, times)), np.where(out, -1, position)

    def nearest_snapped(self, origins: Snaps, targets: Snaps, n: int = 1) -> tuple[Floats, Ints]:
        """Return minutes and positions of the `n` nearest targets of each origin: shapes (n_origins, n)."""
        return self.minutes_to(targets).nearest(n, at=origins)

    def explain(self, origins: Snaps, targets: Snaps) -> tuple[Text | None, ...]:
        """Say for each origin why it reaches none of the targets (None where it reaches one); see `reasons`."""
        from gridplan.travel.reasons import explain_unreachable

        return explain_unreachable(self, origins, targets)

    def isochrones(
        self,
        places: Snaps,
        minutes: Sequence[float],
        *,
        direction: Literal["to", "from"] = "to",
        reach_m: float = 200.0,
    ) -> Any:
        """Return the areas within each number of minutes of each place as a GeoDataFrame; see `draw_isochrones`."""
        from gridplan.travel.isochrones import draw_isochrones

        return draw_isochrones(self, places, minutes, direction=direction, reach_m=reach_m)

    def with_speeds(self, speeds: Mapping[str, float]) -> RoadNetwork:
        """Return the network with other speeds (km/h by road class; the rest keeps what it has), edges closed or not.

        Raises
        ------
        NetworkError
            The network was not made from a road frame.
        """
        if self.cuts is not None:
            return self.cuts.whole.with_speeds(speeds).without_edges(self.cuts.edges, stretches=self.cuts.stretches)
        rules = validation.need_rules(self.rules)
        rules = replace(rules, speeds={**(rules.speeds or {}), **speeds})
        priced = price_roads(self.roads, rules)
        closed = (self.forward == FAR) & (self.backward == FAR)
        forward, backward = np.where(closed, FAR, priced.forward), np.where(closed, FAR, priced.backward)
        return replace(self, forward=forward, backward=backward, rules=rules, problems=priced.problems)

    def with_minutes(self, minutes: npt.ArrayLike, *, against: npt.ArrayLike | None = None) -> RoadNetwork:
        """Return the network with other minutes for each edge along its direction, and against it (inf: closed).

        Raises
        ------
        NetworkError
            Not one number of at least 0 for each edge.
        """
        if self.cuts is not None:
            other = self.cuts.whole.with_minutes(minutes, against=against)
            return other.without_edges(self.cuts.edges, stretches=self.cuts.stretches)
        forward = to_ms(validation.check_minutes(minutes, n_edges=self.n_edges))
        if against is None:
            return replace(self, forward=forward)
        return replace(self, forward=forward, backward=to_ms(validation.check_minutes(against, n_edges=self.n_edges)))

    def without_edges(self, edges: npt.ArrayLike, *, stretches: npt.ArrayLike | None = None) -> RoadNetwork:
        """Return the network with these edges (positions, or a mask) closed both ways.

        Parameters
        ----------
        edges
            Which edges nobody passes any more.
        stretches
            Shares (n, 2) of the length of each edge between which it is interrupted: points snapped to the rest of it still
            get to the end on their side. Without it the edges are closed as a whole, and points on them go nowhere.

        Raises
        ------
        NetworkError
            A position is out of range, or not two shares in order for each edge.
        """
        rows = validation.check_positions(edges, n=self.n_edges, what="edge")
        cuts = self.cuts
        if stretches is not None:
            cuts = cut_edges(self, rows, stretches)
        elif cuts is not None:
            cuts = replace(cuts, whole=cuts.whole.without_edges(rows))
        forward, backward = self.forward.copy(), self.backward.copy()
        forward[rows] = backward[rows] = FAR
        return replace(self, forward=forward, backward=backward, cuts=cuts)

    def prepared(
        self, *, method: Engine = "hierarchy", order: Method = "auto", cache_folder: str | Path | None = None
    ) -> RoadNetwork:
        """Return the network with its way of searching fixed, the hierarchy built: worth it before many questions.

        Parameters
        ----------
        method
            "hierarchy", "plain" (Dijkstra's method), or "auto" (by the size of each question).
        order
            "metis", "geometric" (needs `xy`), "bfs", or "auto" (the first of them that can be had).
        cache_folder
            Where orders are kept between runs; default: the user's cache folder, or GRIDPLAN_CACHE.

        Raises
        ------
        NetworkError
            The order cannot be had.
        """
        network = replace(
            self, search_by=SearchRules(method, order, None if cache_folder is None else Path(cache_folder))
        )
        if method == "hierarchy":
            _ = network.hierarchy
        return network

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The customised hierarchy; its skeleton is shared by all networks on the same topology."""
        from gridplan.travel.search.hierarchy import build_hierarchy

        return build_hierarchy(self._skeleton, self.weights)

    def searcher(self, n_searches: int, *, toward: bool) -> Searcher:
        """Choose how to search, for so many searches between all nodes and some places."""
        weights = self.weights_reversed if toward else self.weights
        plain = Searcher(self.topology, weights, toward)
        if self.search_by.method == "plain" or self.n_nodes == 0:
            return plain
        ready = self.search_by.method == "hierarchy" or "hierarchy" in self.__dict__
        if not ready and not worth_ordering(n_searches, self.n_nodes, known=self._has_order):
            return plain
        if not ready and not worth_customising(n_searches, self.n_nodes, triangles=self._skeleton.triangles):
            return plain
        return replace(plain, hierarchy=self.hierarchy)

    @property
    def _skeleton(self) -> Skeleton:
        from gridplan.travel.search.hierarchy import find_skeleton

        rules = self.search_by
        return find_skeleton(self.topology, method=rules.order, xy=self.xy, folder=rules.cache_folder)

    def _has_order(self) -> bool:
        from gridplan.travel.search.hierarchy import has_order

        rules = self.search_by
        return has_order(self.topology, method=rules.order, xy=self.xy, folder=rules.cache_folder)

    def check_nodes(self, nodes: npt.ArrayLike) -> Ints:
        """Return `nodes` as positions, refusing what is out of range."""
        return validation.check_positions(nodes, n=self.n_nodes, what="node")

    def ends(self, snaps: Snaps, *, leaving: bool) -> Seeds:
        """Return both end nodes of each snapped point and the milliseconds between point and node, access included."""
        edge = np.maximum(snaps.edge, 0)
        if self.n_edges == 0:
            return Seeds(np.zeros((len(snaps), 2), np.int32), np.full((len(snaps), 2), FAR, np.uint32))
        along, against = (self if self.cuts is None else self.cuts.whole).street_ms(edge)
        near, far = (against, along) if leaving else (along, against)
        legs = np.stack([_part(near, snaps.share), _part(far, 1.0 - snaps.share)], axis=1)
        if self.cuts is not None:
            legs = self.cuts.block(legs, snaps, edge)
        legs = np.minimum(legs + snaps.access_ms[:, None].astype(np.uint64), int(FAR)).astype(np.uint32)
        return Seeds(np.stack([self.tail[edge], self.head[edge]], axis=1), legs)

    def along_edge(self, origins: Snaps, targets: Snaps) -> Ms:
        """Return the milliseconds from origin to target, row by row, both on the same edge (no access legs)."""
        along, against = (self if self.cuts is None else self.cuts.whole).street_ms(origins.edge)
        ahead = targets.share >= origins.share
        times = _part(np.where(ahead, along, against), np.abs(targets.share - origins.share))
        return times if self.cuts is None else self.cuts.block_between(times, origins, targets)

    def street_ms(self, edge: Ints) -> tuple[Ms, Ms]:
        """Return the milliseconds along and against the line of each edge, its opposite twin counted."""
        if self.roads is None:
            return self._pair_ms[0][edge], self._pair_ms[1][edge]
        along, against = self.forward[edge], self.backward[edge]
        if self.twin_row is None:
            return along, against
        twin = self.twin_row[edge]
        there = twin >= 0
        return (
            np.where(there, np.minimum(along, self.backward[twin]), along),
            np.where(there, np.minimum(against, self.forward[twin]), against),
        )

    @cached_property
    def _pair_ms(self) -> tuple[Ms, Ms]:
        """Milliseconds from tail to head and back, whichever rows give them (arrays have no lines of their own)."""
        key = self.topology.tails.astype(np.int64) * self.n_nodes + self.topology.heads
        loop = self.tail == self.head
        there = np.searchsorted(key, self.tail.astype(np.int64) * self.n_nodes + self.head)
        back = np.searchsorted(key, self.head.astype(np.int64) * self.n_nodes + self.tail)
        weights = np.append(self.weights, FAR)
        along, against = weights[np.where(loop, len(key), there)], weights[np.where(loop, len(key), back)]
        return np.where(loop, self.forward, along), np.where(loop, self.forward, against)

    def _seeds(self, places: npt.ArrayLike | Snaps, *, leaving: bool) -> Seeds:
        if isinstance(places, Snaps):
            return self.ends(places, leaving=leaving)
        return self.node_seeds(places)

    def node_seeds(self, nodes: npt.ArrayLike) -> Seeds:
        """Return searches that start at these nodes."""
        nodes = self.check_nodes(nodes).astype(np.int32)
        pair = np.stack([nodes, nodes], axis=1)
        ms = np.zeros(pair.shape, dtype=np.uint32)
        ms[:, 1] = FAR
        return Seeds(pair, ms)


def _part(milliseconds: Ms, share: Floats) -> Ms:
    """Share of a time, rounded; nothing of a closed edge is nothing, any of it is closed."""
    part = np.where(milliseconds >= FAR, FAR, np.rint(milliseconds * share))
    result: Ms = np.where(share == 0.0, 0, part).astype(np.uint32)
    return result
