"""The customizable contraction hierarchy: a skeleton that never changes with weights, and weights laid over it.

Dibbelt, Strasser and Wagner, "Customizable Contraction Hierarchies" (2016); Delling, Goldberg, Nowatzyk and Werneck,
"PHAST" (2011).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms
from gridplan.travel.search import customization, elimination
from gridplan.travel.search.graph import Nodes, Topology
from gridplan.travel.search.order import Method, choose_method, find_order
from gridplan.travel.search.order_cache import is_stored, load_order, store_order, topology_key
from gridplan.travel.search.workers import Desks
from gridplan.words.side_by_side import count_workers

TASKS = 8


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Chordal graph over the ranks of an elimination order, and how its parts can be customised side by side."""

    node: Nodes
    rank: Nodes
    parent: Nodes
    rows: Ints
    up: Nodes
    starts: Ints
    arcs: Nodes
    tail: Nodes
    place: Nodes
    subtrees: tuple[Nodes, ...]
    top: Nodes
    desks: Desks = field(default_factory=Desks)

    @cached_property
    def triangles(self) -> int:
        """Number of triangles that a customisation relaxes: its cost."""
        width = np.diff(self.rows)
        return int((width * (width - 1) // 2).sum())


class Arcs(NamedTuple):
    """One direction of a customised hierarchy: compressed rows of higher ranks with milliseconds."""

    rows: Ints
    heads: Nodes
    times: Ms


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Times up (`climb`) and down (`fall`) the skeleton: climbing and then sweeping down gives exact times."""

    skeleton: Skeleton
    climb: Arcs
    fall: Arcs

    @cached_property
    def perfected(self) -> Hierarchy:
        """The same with the exact time on every arc, and arcs that another way beats left out: sweeps get shorter."""
        skeleton, climb, fall = self.skeleton, self.climb.times.copy(), self.fall.times.copy()
        with ThreadPoolExecutor(count_workers()) as pool:
            _perfect(skeleton.top, skeleton, climb, fall)
            list(pool.map(lambda ranks: _perfect(ranks, skeleton, climb, fall), skeleton.subtrees))
            kept = pool.map(
                lambda before, after: customization.keep_shortest(skeleton.rows, skeleton.up, before, after, FAR),
                (self.climb.times, self.fall.times),
                (climb, fall),
            )
            up, down = (Arcs(*arcs) for arcs in kept)
        return Hierarchy(skeleton, up, down)


def find_skeleton(
    topology: Topology, *, method: Method = "auto", xy: Floats | None = None, folder: Path | None = None
) -> Skeleton | None:
    """Return the skeleton of a topology: from the topology's own shelf, from an order on disk, or made anew; None of what is no roads."""
    method = choose_method(method, xy)
    with topology.shelf.lock:
        if method not in topology.shelf.things:
            topology.shelf.things[method] = _make_skeleton(topology, method, xy, folder)
        skeleton: Skeleton | None = topology.shelf.things[method]
    return skeleton


def _make_skeleton(topology: Topology, method: Method, xy: Floats | None, folder: Path | None) -> Skeleton | None:
    key = topology_key(topology, method)
    order = load_order(key, topology.n_nodes, folder=folder)
    if order is None:
        order = find_order(topology, method, xy)
        if order is None:
            return None
        store_order(key, order, folder=folder)
    return skeleton_of(topology, order)


def has_order(topology: Topology, *, method: Method, xy: Floats | None, folder: Path | None) -> bool:
    """Whether the order of a topology is known already, in memory or on disk."""
    method = choose_method(method, xy)
    return method in topology.shelf.things or is_stored(topology_key(topology, method), folder=folder)


MOST_FILL = 128
"""Arcs of a chordal graph a node of the network, at most: 2 to 4 on roads, 30 on a chessboard of a million squares."""


def skeleton_of(topology: Topology, order: Nodes) -> Skeleton | None:
    """Build the chordal graph of eliminating the nodes in `order`; None where it would have more arcs than is worth it."""
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rows, up = elimination.fill(topology.indptr, topology.heads, order, MOST_FILL * max(len(order), MOST_FILL))
    if not len(rows):
        return None
    parent = np.full(len(order), -1, dtype=np.int32)
    has_parent = rows[1:] > rows[:-1]
    parent[has_parent] = up[rows[:-1][has_parent]]
    starts, arcs, tail = customization.below(rows, up)
    place = customization.place_arcs(topology.indptr, topology.heads, rank, rows, up)
    subtrees, top = _split_tree(parent)
    return Skeleton(order, rank, parent, rows, up, starts, arcs, tail, place, subtrees, top)


def _split_tree(parent: Nodes) -> tuple[tuple[Nodes, ...], Nodes]:
    """Cut the elimination tree into groups of whole subtrees of like size, and the ranks above them."""
    n = len(parent)
    size = customization.subtree_sizes(parent)
    small = size <= max(1, n // TASKS)
    above_small = np.ones(n, dtype=bool)
    has_parent = parent >= 0
    above_small[has_parent] = ~small[parent[has_parent]]
    roots = np.flatnonzero(small & above_small)
    top = np.flatnonzero(~small).astype(np.int32)
    if len(roots) == 0:
        return (), top
    group = np.minimum(np.cumsum(size[roots]) * TASKS // max(n, 1), TASKS - 1)
    spans = [roots[group == g] for g in np.unique(group)]
    tasks = tuple(
        np.concatenate([np.arange(root - size[root] + 1, root + 1, dtype=np.int32) for root in span]) for span in spans
    )
    return tasks, top


def build_hierarchy(skeleton: Skeleton, weights: Ms) -> Hierarchy:
    """Customise the skeleton with the milliseconds of every arc of its topology."""
    climb = np.full(len(skeleton.up), FAR, dtype=np.uint32)
    fall = climb.copy()
    customization.lay_weights(skeleton.place, weights, climb, fall)
    with ThreadPoolExecutor(count_workers()) as pool:
        list(pool.map(lambda ranks: _customize(ranks, skeleton, climb, fall), skeleton.subtrees))
    _customize(skeleton.top, skeleton, climb, fall)
    return Hierarchy(skeleton, *(Arcs(skeleton.rows, skeleton.up, times) for times in (climb, fall)))


def _customize(ranks: Nodes, skeleton: Skeleton, climb: Ms, fall: Ms) -> None:
    s = skeleton
    order, rows, up, starts, arcs, tail = (
        _unsigned(values) for values in (ranks, s.rows, s.up, s.starts, s.arcs, s.tail)
    )
    with s.desks.lend_places(len(s.parent)) as place:
        customization.customize(order, rows, up, starts, arcs, tail, climb, fall, place)


def _perfect(ranks: Nodes, skeleton: Skeleton, climb: Ms, fall: Ms) -> None:
    order, rows, up = (_unsigned(values) for values in (ranks, skeleton.rows, skeleton.up))
    customization.perfect(order, rows, up, climb, fall)


def _unsigned(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.view(np.uint64 if values.dtype == np.int64 else np.uint32)
