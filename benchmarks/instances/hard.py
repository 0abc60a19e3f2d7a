"""Maps on which contiguity, few units or tight limits decide: trees, near-trees, tight irregular maps, counties, whole streets, provinces.

Generators and seeds (`HARD_SEEDS`) were fixed before the solver was tuned on them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from benchmarks.instances.boards import positions, rook_edges
from benchmarks.instances.irregular import planar_edges
from gridplan.solver.problem import Problem

HARD_SEEDS = (21, 22, 23, 24, 25)


def _people(rng: np.random.Generator, n: int, spread: float = 0.6) -> np.ndarray:
    return np.round(rng.lognormal(7.0, spread, n)) + 1


def _straight(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


def spanning_tree(edges: np.ndarray, n: int, rng: np.random.Generator, loops: float) -> np.ndarray:
    """Edges of a random spanning tree, and of the other edges a share of `loops` times n."""
    table = coo_matrix((rng.uniform(1.0, 2.0, len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n)).tocsr()
    tree = minimum_spanning_tree(table).tocoo()
    kept = np.sort(np.column_stack([tree.row, tree.col]), axis=1)
    left = np.array(sorted(set(map(tuple, np.sort(edges, axis=1).tolist())) - set(map(tuple, kept.tolist()))))
    more = rng.choice(len(left), round(loops * n), replace=False)
    return np.concatenate([kept, left[more]])


def tree_map(side: int, leads: int, seed: int, *, loops: float = 0.0) -> Problem:
    """A board of which only a random tree of contacts is left (valleys), straight-line minutes, fixed leads, no limits."""
    rng = np.random.default_rng([seed, side, leads, round(100 * loops)])
    n, at = side * side, positions(side)
    edges = spanning_tree(rook_edges(side), n, rng, loops)
    sites = rng.choice(n, leads, replace=False)
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(n)],
        population=_people(rng, n),
        lead_ids=[f"h{j}" for j in range(leads)],
        lead_unit=sites,
        minutes=_straight(at, at[sites]),
        edges=edges,
    )


def counties(n: int, k: int, seed: int, *, tolerance: float = 0.005) -> Problem:
    """n counties, each a candidate, k grids within the tolerance, moment of inertia (people times squared distance)."""
    rng = np.random.default_rng([seed, n, k])
    at = rng.uniform(0.0, 30.0, (n, 2))
    ids = [f"c{i:03d}" for i in range(n)]
    return Problem.from_arrays(
        unit_ids=ids,
        population=_people(rng, n, 0.8),
        lead_ids=ids,
        lead_unit=np.arange(n),
        minutes=_straight(at, at) ** 2,
        edges=planar_edges(at),
        choose=k,
        balance=tolerance,
    )


def street_map(units: int, streets: int, sites: int, k: tuple[int, int], seed: int) -> Problem:
    """Units in whole streets, sites to choose k from, balance within 15 %: all options of a city at once."""
    rng = np.random.default_rng([seed, units, streets, sites])
    at = rng.uniform(0.0, 30.0, (units, 2))
    edges = planar_edges(at)
    centre = rng.choice(units, streets, replace=False)
    whole = _grown(edges, units, centre)
    home = rng.choice(units, sites, replace=False)
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(units)],
        population=_people(rng, units),
        lead_ids=[f"h{j}" for j in range(sites)],
        lead_unit=home,
        minutes=1.3 * _straight(at, at[home]),
        edges=edges,
        choose=k,
        balance=0.15,
        whole=[f"s{i:02d}" for i in whole],
    )


def _grown(edges: np.ndarray, n: int, centre: np.ndarray) -> np.ndarray:
    """Connected areas round the centres, grown a contact at a time."""
    near: list[list[int]] = [[] for _ in range(n)]
    for u, v in edges.tolist():
        near[u].append(v)
        near[v].append(u)
    area = np.full(n, -1)
    area[centre] = np.arange(len(centre))
    front = centre.tolist()
    while front:
        u = front.pop(0)
        for v in near[u]:
            if area[v] < 0:
                area[v] = area[u]
                front.append(v)
    return area


def province(units: int, sites: int, choose: int, seed: int) -> Problem:
    """A province: townships by sites, balance within 30 %."""
    rng = np.random.default_rng([seed, units, sites])
    at = rng.uniform(0.0, 300.0, (units, 2))
    home = rng.choice(units, sites, replace=False)
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(units)],
        population=_people(rng, units),
        lead_ids=[f"h{j}" for j in range(sites)],
        lead_unit=home,
        minutes=1.3 * _straight(at, at[home]),
        edges=planar_edges(at),
        choose=choose,
        balance=0.30,
    )
