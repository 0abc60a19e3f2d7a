"""The graph under a road network: who touches whom, apart from how long each step takes.

A `Topology` never changes with speeds or closures; weights are laid over it by `Topology.weigh`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Ints, Ms

Nodes = npt.NDArray[np.int32]


class Shelf:
    """What was worked out about a topology and serves all networks on it; a copy sent to another process starts empty."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.things: dict[str, Any] = {}

    def __reduce__(self) -> tuple[type[Shelf], tuple[()]]:
        return Shelf, ()


@dataclass(frozen=True, eq=False)
class Topology:
    """Symmetric adjacency: for every street that a mode may use, one arc each way, parallel arcs made one.

    `indptr` and `heads` are the arcs in compressed rows; `pick` and `starts` say which street directions lie under each
    arc (0..n_streets-1 along the line, n_streets..2*n_streets-1 against it); `twin` is the arc the other way.
    """

    n_nodes: int
    indptr: Ints
    heads: Nodes
    pick: Ints
    starts: Ints
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def n_arcs(self) -> int:
        """Number of arcs, both directions counted."""
        return len(self.heads)

    @cached_property
    def tails(self) -> Nodes:
        """Tail of every arc."""
        result: Nodes = np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.indptr))
        return result

    @cached_property
    def twin(self) -> Ints:
        """Position of the opposite arc of every arc."""
        from gridplan.travel.search import arcs

        result: Ints = arcs.twins(self.indptr, self.heads)
        return result

    def weigh(self, forward: Ms, backward: Ms) -> Ms:
        """Return the milliseconds of every arc: the least of the street directions under it."""
        from gridplan.travel.search import arcs

        result: Ms = arcs.least(forward, backward, self.pick, self.starts)
        return result


def build_topology(tail: Nodes, head: Nodes, usable: npt.NDArray[np.bool_], *, n_nodes: int) -> Topology:
    """Build the adjacency of the `usable` streets; loops from a node to itself are left out."""
    from gridplan.travel.search import arcs

    return Topology(n_nodes, *arcs.compress(tail, head, usable, n_nodes))


def _open_arcs(topology: Topology, weights: Ms) -> Any:
    """Return the open arcs as a scipy matrix of ones."""
    from scipy.sparse import csr_array

    is_open = weights < FAR
    indptr = np.concatenate([[0], np.cumsum(is_open)])[topology.indptr]
    heads = topology.heads[is_open]
    return csr_array((np.ones(len(heads)), heads, indptr), shape=(topology.n_nodes, topology.n_nodes))


def weak_components(topology: Topology, weights: Ms) -> Nodes:
    """Return the label of the connected part that each node belongs to, directions disregarded."""
    from scipy.sparse.csgraph import connected_components

    if topology.n_nodes == 0:
        return np.empty(0, dtype=np.int32)
    _, labels = connected_components(_open_arcs(topology, weights), directed=True, connection="weak")
    return labels.astype(np.int32)


def strong_components(topology: Topology, weights: Ms) -> tuple[Nodes, int]:
    """Return the label of each node's strongly connected component and the label of the largest one (-1 if none)."""
    from scipy.sparse.csgraph import connected_components

    if topology.n_nodes == 0:
        return np.empty(0, dtype=np.int32), -1
    _, labels = connected_components(_open_arcs(topology, weights), directed=True, connection="strong")
    return labels.astype(np.int32), int(np.bincount(labels).argmax())
