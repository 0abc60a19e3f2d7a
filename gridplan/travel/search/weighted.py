"""A topology with times laid over it, ready for any number of searches: which method answers is chosen a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gridplan.travel.milliseconds import Floats, Ms
from gridplan.travel.search.engine import Searcher, worth_customising, worth_ordering
from gridplan.travel.search.graph import Nodes, Topology, strong_components

if TYPE_CHECKING:
    from gridplan.travel.search.hierarchy import Hierarchy, Skeleton
    from gridplan.travel.search.order import Method

Engine = Literal["auto", "plain", "hierarchy"]


@dataclass(frozen=True)
class SearchRules:
    """How to search: by which method, in which order of elimination, and where orders are kept."""

    method: Engine = "auto"
    order: Method = "auto"
    cache_folder: Path | None = None


@dataclass(frozen=True, eq=False)
class WeightedGraph:
    """Arcs and their milliseconds; `xy` (n_nodes, 2) serves the order "geometric" alone."""

    topology: Topology
    weights: Ms
    xy: Floats | None = None
    rules: SearchRules = SearchRules()

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
    def hierarchy(self) -> Hierarchy | None:
        """The customised hierarchy; its skeleton is shared by all graphs on the same topology. None of graphs that are no roads."""
        from gridplan.travel.search.hierarchy import build_hierarchy

        return None if self._skeleton is None else build_hierarchy(self._skeleton, self.weights)

    def searcher(self, n_searches: int, *, toward: bool) -> Searcher:
        """Choose how to search, for so many searches between all nodes and some places."""
        weights = self.weights_reversed if toward else self.weights
        plain = Searcher(self.topology, weights, toward)
        n_nodes = self.topology.n_nodes
        if self.rules.method == "plain" or n_nodes == 0:
            return plain
        ready = self.rules.method == "hierarchy" or "hierarchy" in self.__dict__
        if not ready and not worth_ordering(n_searches, n_nodes, known=self._has_order):
            return plain
        skeleton = self._skeleton
        if skeleton is None:
            return plain
        if not ready and not worth_customising(n_searches, n_nodes, triangles=skeleton.triangles):
            return plain
        return replace(plain, hierarchy=self.hierarchy)

    @property
    def _skeleton(self) -> Skeleton | None:
        from gridplan.travel.search.hierarchy import find_skeleton

        rules = self.rules
        return find_skeleton(self.topology, method=rules.order, xy=self.xy, folder=rules.cache_folder)

    def _has_order(self) -> bool:
        from gridplan.travel.search.hierarchy import has_order

        rules = self.rules
        return has_order(self.topology, method=rules.order, xy=self.xy, folder=rules.cache_folder)
