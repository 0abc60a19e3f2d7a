"""Where few contacts join two sides of the map: the crossings that limit which leads can reach which people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching, maximum_flow

from gridplan.solver.instance import Instance
from gridplan.solver.problem import BoolArray, IntArray

# A side with a smaller share of the residents is a corner of the map, not the far bank of a river.
SMALLEST_SIDE = 0.05
# A cut of more contacts between two leads' homes is open country.
MOST_CONTACTS = 10
# Leads between which crossings are sought; more of them are thinned out evenly.
MOST_HOMES = 60


@dataclass(frozen=True, eq=False)
class Crossing:
    """Two sides of the map (True: the far side) and the few edges (near atom, far atom) between them."""

    far: BoolArray
    edges: IntArray

    @property
    def most_grids(self) -> int:
        """Most grids that can reach across: each needs a contact whose two ends no other grid has."""
        ends = [np.unique(column, return_inverse=True)[1] for column in self.edges.T]
        table = csr_array((np.ones(len(self.edges)), (ends[0], ends[1])))
        return int((maximum_bipartite_matching(table) >= 0).sum())


def find_crossings(instance: Instance, leads: IntArray, most: int = MOST_CONTACTS) -> list[Crossing]:
    """Smallest cuts between the homes of leads that leave much of the people on either side, fewest contacts first."""
    tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
    graph = csr_array((np.ones(len(tails), dtype=np.int32), (tails, instance.indices)), shape=(instance.n_atoms,) * 2)
    home = np.unique(instance.home[leads])
    home = home[:: max(1, -(-len(home) // MOST_HOMES))]
    total = float(instance.population.sum())
    found: dict[bytes, Crossing] = {}
    # Gusfield's tree: one flow a home, each towards the home it still hangs together with.
    parent = np.zeros(len(home), dtype=np.int64)
    for i in range(1, len(home)):
        a, b = int(home[i]), int(home[parent[i]])
        if instance.deadline.over():
            break
        if instance.component[a] != instance.component[b]:
            continue
        flow = maximum_flow(graph, a, b)
        room = csr_array(graph - flow.flow)
        near = reached(room, a)
        later = np.arange(len(home)) > i
        parent[later & (parent == parent[i]) & near[home]] = i
        if flow.flow_value > most:
            continue
        for side in (near, ~reached(csr_array(room.T), b)):
            share = float(instance.population[side].sum()) / total
            cut = np.flatnonzero(side[tails] & ~side[instance.indices])
            # Each crossing is kept once, whichever of its sides was found.
            key = (side ^ side[0]).tobytes()
            if SMALLEST_SIDE < share < 1.0 - SMALLEST_SIDE and len(cut) <= most:
                edges = np.column_stack([tails[cut], instance.indices[cut]]).astype(np.int64)
                found.setdefault(key, Crossing(~side, edges))
    return sorted(found.values(), key=lambda c: (len(c.edges), c.edges.tolist()))


def reached(room: csr_array, start: int) -> BoolArray:
    """Nodes reached from `start` over edges with room left."""
    seen = np.zeros(room.shape[0], dtype=np.bool_)
    seen[start] = True
    stack = [start]
    while stack:
        u = stack.pop()
        row = slice(room.indptr[u], room.indptr[u + 1])
        for v in room.indices[row][room.data[row] > 0].tolist():
            if not seen[v]:
                seen[v] = True
                stack.append(v)
    return seen
