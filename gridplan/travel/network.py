"""The road network of one mode: immutable arrays, exact times, what-if by new weights over the same topology.

Functions over it: `snapping`, areas within minutes (`isochrones`), why a place is out of reach (`reasons`), networkx graphs
(`conversion`), and choosing the way of searching once for many questions (`preparation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.cutting import Cuts, close_edges, cut_edges, uncut
from gridplan.travel.destinations import Levels, build_levels
from gridplan.travel.legs import Legs
from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms, to_minutes, to_ms
from gridplan.travel.pricing import PricedRoads, RoadRules, price_roads, reprice_roads
from gridplan.travel.search.graph import Nodes, Topology, build_topology
from gridplan.travel.search.weighted import SearchRules, WeightedGraph
from gridplan.travel.snaps import Snaps
from gridplan.travel.speeds import FERRY_WAIT_MIN, Mode
from gridplan.travel.streets import Streets
from gridplan.words.cards import Card
from gridplan.words.errors import InputProblem
from gridplan.words.pictures import MOST_LINES, Ink, draw_svg
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.travel.times import NodeTimes


@dataclass(frozen=True, eq=False, repr=False)
class RoadNetwork:
    """Directed roads with times, as one mode of travel sees them.

    An edge is a row of the arrays or of the road frame the network was made from, and keeps that position for good.
    `forward` and `backward` are whole milliseconds along and against it (`FAR`: closed). Nodes are 0..n_nodes-1.

    Examples
    --------
    >>> gp.RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0]).n_nodes
    3
    """

    tail: Nodes
    head: Nodes
    forward: Ms
    backward: Ms
    topology: Topology
    xy: Floats | None = None
    priced: PricedRoads | None = None
    search_by: SearchRules = field(default_factory=SearchRules)
    problems: tuple[InputProblem, ...] = ()
    cuts: Cuts | None = None
    levels: Levels | None = None

    @classmethod
    def from_edges(
        cls,
        tail: npt.ArrayLike,
        head: npt.ArrayLike,
        minutes: npt.ArrayLike,
        *,
        n_nodes: int | None = None,
        xy: npt.ArrayLike | None = None,
    ) -> RoadNetwork:
        """Make a directed network from arrays: edge i leads from `tail[i]` to `head[i]` in `minutes[i]`.

        Parameters
        ----------
        tail, head
            Node numbers from 0 on, one each an edge.
        minutes
            Minutes along each edge (inf: closed); of parallel edges the least count.
        n_nodes
            Number of nodes; without it, one more than the largest number named.
        xy
            Metres (n_nodes, 2) of the nodes, needed for snapping and drawing alone.

        Returns
        -------
        RoadNetwork
            The network; edge i keeps its number for good.

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
        ferry_waits: Mapping[str, float] | None = None,
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
        ferry_waits
            Minutes on boarding of single ferries, by their name, instead of `ferry_wait_min`.

        Returns
        -------
        RoadNetwork
            The network of that mode, an edge a row of the frame.

        Raises
        ------
        NetworkError
            A column is missing, or a speed is not a positive number.

        Examples
        --------
        >>> layers = gp.read_layers(gp.example_case("yunxiu"))
        >>> gp.RoadNetwork.from_roads(layers.roads, mode="walk").n_edges == len(layers.roads)
        True
        """
        rules = RoadRules(mode, speeds, junction_delay_s, ferry_wait_min, posted_limits, ferry_waits)
        priced = price_roads(roads, rules)
        tail, head = priced.tail, priced.head
        levels = build_levels(priced)
        topology = build_topology(tail, head, priced.usable, n_nodes=len(priced.xy)) if levels is None else levels.plain
        times = priced.forward, priced.backward
        return cls(tail, head, *times, topology, xy=priced.xy, priced=priced, problems=priced.problems, levels=levels)

    def __repr__(self) -> str:
        return self._card().as_text()

    def _repr_html_(self) -> str:
        return self._card(picture=self._picture()).as_html()

    def _card(self, picture: str = "") -> Card:
        closed = (self.forward == FAR) & (self.backward == FAR)
        mode = "-" if self.priced is None else self.priced.rules.mode
        facts = (
            (Text(zh="节点", en="nodes"), f"{self.n_nodes:,}"),
            (Text(zh="路段", en="edges"), f"{self.n_edges:,}"),
            (Text(zh="封闭", en="closed"), f"{int(closed.sum()):,}"),
            (Text(zh="方式", en="mode"), mode),
        )
        return Card("RoadNetwork", facts=facts, picture=picture)

    def _picture(self) -> str:
        """Return a small picture of a sample of the edges, straight between their ends; "" without coordinates."""
        if self.xy is None or not self.n_edges:
            return ""
        import shapely

        some = np.linspace(0, self.n_edges - 1, min(self.n_edges, MOST_LINES)).astype(np.int64)
        lines = shapely.linestrings(np.stack([self.xy[self.tail[some]], self.xy[self.head[some]]], axis=1))
        return draw_svg([Ink(lines, line="#6e767f")])

    def __getstate__(self) -> dict[str, Any]:
        """Send the arrays to another process, not what was worked out from them."""
        return {known.name: getattr(self, known.name) for known in fields(self)}

    @property
    def n_nodes(self) -> int:
        """Number of nodes, isolated ones counted."""
        return self.topology.n_nodes

    @property
    def n_edges(self) -> int:
        """Number of edges (rows), closed ones counted."""
        return len(self.tail)

    @cached_property
    def streets(self) -> Streets:
        """The edges as streets, for the time along and against each."""
        twin_row = None if self.priced is None else self.priced.twin_row
        return Streets(self.tail, self.head, self.forward, self.backward, self.topology, twin_row, self.levels)

    @cached_property
    def graph(self) -> WeightedGraph:
        """The arcs with their times, as they are searched."""
        if self.levels is None:
            return self.plain
        xy = None if self.xy is None else self.levels.over(self.xy)
        return WeightedGraph(self.levels.topology, self.streets.weights, xy, self.search_by)

    @cached_property
    def plain(self) -> WeightedGraph:
        """The arcs with their times, roads for destination only like all others: what holds together."""
        weights = self.topology.weigh(self.forward, self.backward)
        return WeightedGraph(self.topology, weights, self.xy, self.search_by)

    @cached_property
    def legs(self) -> Legs:
        """How snapped points enter and leave."""
        cuts = self.cuts
        if cuts is None:
            return Legs(self.streets)
        return Legs(replace(self.streets, forward=cuts.forward, backward=cuts.backward), cuts)

    def minutes_to(self, targets: npt.ArrayLike | Snaps) -> NodeTimes:
        """Measure the times from every node to each target.

        Parameters
        ----------
        targets
            Node numbers, or snapped points with their access legs.

        Returns
        -------
        NodeTimes
            Asked for `gather`, `nearest`, `within`, `covered` or `weighted_mean`; nothing is searched before.

        Raises
        ------
        NetworkError
            A node is out of range.

        Examples
        --------
        >>> one_way = RoadNetwork.from_edges([0], [1], [2.0])
        >>> one_way.minutes_to([0, 1]).gather([0]).tolist()
        [[0.0, 2.0]]
        """
        return self._times(targets, toward=True)

    def minutes_from(self, sources: npt.ArrayLike | Snaps) -> NodeTimes:
        """Measure the times from each source to every node.

        Parameters
        ----------
        sources
            Node numbers, or snapped points with their access legs.

        Returns
        -------
        NodeTimes
            As of `minutes_to`, the other way round.

        Raises
        ------
        NetworkError
            A node is out of range.

        Examples
        --------
        >>> one_way = RoadNetwork.from_edges([0], [1], [2.0])
        >>> one_way.minutes_from([0, 1]).gather([0]).tolist()
        [[0.0, inf]]
        """
        return self._times(sources, toward=False)

    def _times(self, places: npt.ArrayLike | Snaps, *, toward: bool) -> NodeTimes:
        from gridplan.travel.times import NodeTimes

        seeds = self.legs.seeds(places, leaving=not toward)
        return NodeTimes(self.graph, self.legs, seeds, toward, places if isinstance(places, Snaps) else None)

    def table(self, origins: Snaps, targets: Snaps) -> Floats:
        """Return the minutes between snapped points.

        Parameters
        ----------
        origins, targets
            Points of `gridplan.travel.snapping.snap_points`.

        Returns
        -------
        array of float
            Minutes (n_origins, n_targets), the access legs of both ends included, inf where unreachable.

        Examples
        --------
        >>> from gridplan.travel.snapping import snap_points
        >>> street = gp.RoadNetwork.from_edges([0, 1], [1, 0], [2.0, 2.0], xy=[(0.0, 0.0), (1000.0, 0.0)])
        >>> places = snap_points(street, [(0.0, 0.0), (500.0, 0.0)])
        >>> street.table(places, places).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
        """
        if len(origins) < len(targets):
            return np.ascontiguousarray(self.minutes_from(origins).gather(targets).T)
        return self.minutes_to(targets).gather(origins)

    def nearest(self, targets: npt.ArrayLike | Snaps, *, max_minutes: float | None = None) -> tuple[Floats, Ints]:
        """Find the nearest target of every node, in one search.

        Parameters
        ----------
        targets
            Node numbers, or snapped points with their access legs.
        max_minutes
            Targets farther than this count as none; None: no limit.

        Returns
        -------
        minutes : array of float
            To the nearest target, shape (n_nodes,); inf where there is none.
        position : array of int
            Which target that is; -1 where there is none.

        Raises
        ------
        NetworkError
            A node is out of range.

        Examples
        --------
        >>> street = RoadNetwork.from_edges([0, 1, 1, 2], [1, 0, 2, 1], [2.0, 2.0, 3.0, 3.0])
        >>> minutes, position = street.nearest([0, 2])
        >>> minutes.tolist(), position.tolist()
        ([0.0, 2.0, 0.0], [0, 0, 1])
        """
        limit = FAR if max_minutes is None else to_ms(max_minutes)
        seeds = self.legs.seeds(targets, leaving=False)
        times, position = self.graph.searcher(1, toward=True).nearest(seeds)
        if self.levels is not None:
            start = self.levels.at(np.arange(self.n_nodes, dtype=np.int32), leaving=True)
            times, position = times[start], position[start]
        out = (times >= FAR) | (times > limit)
        return to_minutes(np.where(out, FAR, times)), np.where(out, -1, position)

    def with_speeds(self, speeds: Mapping[str, float], *, junction_delay_s: float | None = None) -> RoadNetwork:
        """Return the network with other speeds; closed edges stay closed.

        Parameters
        ----------
        speeds
            km/h by road class; the rest keeps what it has.
        junction_delay_s
            Seconds at junctions, as of `from_roads`; None: as it is.

        Returns
        -------
        RoadNetwork
            Over the same topology, so that a hierarchy is built on the same order.

        Raises
        ------
        NetworkError
            The network was not made from a road frame, or a speed is not a positive number.

        Examples
        --------
        >>> network = gp.RoadNetwork.from_roads(gp.read_layers(gp.example_case("yunxiu")).roads)
        >>> faster = network.with_speeds({"secondary": 60.0})
        >>> bool((faster.forward <= network.forward).all())
        True
        """
        if self.cuts is not None:
            uncut = self._uncut(self.cuts).with_speeds(speeds, junction_delay_s=junction_delay_s)
            return uncut._cut_like(self.cuts)
        before = validation.need_roads(self.priced)
        rules = replace(before.rules, speeds={**(before.rules.speeds or {}), **speeds})
        if junction_delay_s is not None:
            rules = replace(rules, junction_delay_s=junction_delay_s)
        priced = reprice_roads(before, rules)
        closed = (self.forward == FAR) & (self.backward == FAR)
        forward, backward = np.where(closed, FAR, priced.forward), np.where(closed, FAR, priced.backward)
        return replace(self, forward=forward, backward=backward, priced=priced, problems=priced.problems)

    def with_minutes(self, minutes: npt.ArrayLike, *, against: npt.ArrayLike | None = None) -> RoadNetwork:
        """Return the network with other minutes for each edge.

        Parameters
        ----------
        minutes
            Along the direction of each edge (inf: closed).
        against
            Against it; without them, what was there stays.

        Returns
        -------
        RoadNetwork
            Over the same topology.

        Raises
        ------
        NetworkError
            Not one number of at least 0 for each edge.

        Examples
        --------
        >>> network = RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0])
        >>> network.with_minutes([2.0, 9.0]).minutes_to([2]).gather([0]).item()
        11.0
        """
        if self.cuts is not None:
            return self._uncut(self.cuts).with_minutes(minutes, against=against)._cut_like(self.cuts)
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

        Returns
        -------
        RoadNetwork
            Over the same topology; edges keep their numbers.

        Raises
        ------
        NetworkError
            A position is out of range, or not two shares in order for each edge.

        Examples
        --------
        >>> network = RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0])
        >>> network.without_edges([1]).minutes_to([2]).gather([0, 1, 2]).ravel().tolist()
        [inf, inf, 0.0]
        """
        rows = validation.check_positions(edges, n=self.n_edges, what="edge")
        cuts = self.cuts
        if stretches is not None:
            cuts = cut_edges(cuts or uncut(self.forward, self.backward), rows, stretches)
        elif cuts is not None:
            cuts = cuts.closing(rows)
        forward, backward = close_edges(self.forward, self.backward, rows)
        return replace(self, forward=forward, backward=backward, cuts=cuts)

    def _uncut(self, cuts: Cuts) -> RoadNetwork:
        return replace(self, forward=cuts.forward, backward=cuts.backward, cuts=None)

    def _cut_like(self, cuts: Cuts) -> RoadNetwork:
        return self.without_edges(cuts.edges, stretches=cuts.stretches)
