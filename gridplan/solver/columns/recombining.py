"""Better plans by recombination: two grids that touch become one, which a random tree through its atoms divides anew.

Where limits are narrow, hardly any single move keeps them; of the edges of a random spanning tree one often does (recombination: DeFord,
Duchin, Solomon 2021, there to sample plans; here in annealing, each grid with the site that is best for it).
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from gridplan.solver.columns.grid_space import GridSpace
from gridplan.solver.draw.moves import draw_below, draw_share
from gridplan.solver.instance import sites_by_home
from gridplan.solver.kernels import inner, kernel
from gridplan.solver.problem import IntArray
from gridplan.solver.terms import ROUNDING

# Heat at first and at last, and the price of residents beyond hard limits, as multiples of what an atom costs on average (and of what it has of residents).
HOT, COLD, HEAVY = 10.0, 1.0, 100.0
# By how much a division may be beyond limits at the price of so many times the heat, to be looked at.
FAR = 50.0
# Proposals between two looks at the deadline.
LOOK_EVERY = 100_000

# `cost` (atom, site) and what is told of each site; the sites of each home from `site_start` on in `site_of`; `owner` of two sites that may not lead both.
Ground = namedtuple(
    "Ground",
    "indptr indices people cost opening owner site_start site_of low high soft_low soft_high soft_price heavy",
)
# Of each grid of a plan: residents, what it costs with its best site, that site, residents beyond its hard limits. `label` is the grid of each atom.
Standing = namedtuple("Standing", "label load cost lead beyond")
# Atoms of two grids by number, the number of each atom, and by number: the next one towards the root, residents up to there, how many below are not
# yet counted (while the tree grows: 2 for those in it), the order from leaves to root, and the side.
Tree = namedtuple("Tree", "atoms place up load open order side")


@inner
def _gather(ground, label, tree, a, b):  # type: ignore[no-untyped-def]
    """Number the atoms of two grids; returns how many."""
    count = 0
    for x in range(len(label)):
        if label[x] == a or label[x] == b:
            tree.atoms[count], tree.place[x] = x, count
            tree.open[count], tree.load[count] = 0, ground.people[x]
            count += 1
    return count


@inner
def _grow(ground, label, tree, count, a, b, rng):  # type: ignore[no-untyped-def]
    """A random tree through the atoms: walks that forget their loops (Wilson 1996)."""
    root = draw_below(rng, count)
    tree.up[root], tree.open[root] = -1, 2
    for first in range(count):
        i = first
        while tree.open[i] != 2:
            u = tree.atoms[i]
            x = ground.indices[ground.indptr[u] + draw_below(rng, ground.indptr[u + 1] - ground.indptr[u])]
            if label[x] == a or label[x] == b:
                tree.up[i] = tree.place[x]
                i = tree.up[i]
        i = first
        while tree.open[i] != 2:
            tree.open[i] = 2
            i = tree.up[i]


@inner
def _weigh(tree, count):  # type: ignore[no-untyped-def]
    """Residents of each branch, and the order from leaves to root."""
    for i in range(count):
        tree.open[i] = 0
    for i in range(count):
        if tree.up[i] >= 0:
            tree.open[tree.up[i]] += 1
    known = 0
    for i in range(count):
        if tree.open[i] == 0:
            tree.order[known] = i
            known += 1
    for at in range(count):
        i = tree.order[at]
        up = tree.up[i]
        if up >= 0:
            tree.load[up] += tree.load[i]
            tree.open[up] -= 1
            if tree.open[up] == 0:
                tree.order[known] = up
                known += 1


@inner
def _past(load, low, high):  # type: ignore[no-untyped-def]
    return max(0.0, load - high) + max(0.0, low - load)


@inner
def _cut(tree, count, whole, low, high, rng):  # type: ignore[no-untyped-def]
    """An edge whose two sides are least beyond the limits, any of them where several are within; and by how much."""
    pick, least, within = -1, np.inf, 0
    for i in range(count):
        if tree.up[i] < 0:
            continue
        beyond = _past(tree.load[i], low, high) + _past(whole - tree.load[i], low, high)
        if beyond == 0.0:
            within += 1
            least = 0.0
            if draw_below(rng, within) == 0:
                pick = i
        elif beyond < least:
            pick, least = i, beyond
    if pick >= 0:
        for at in range(count - 1, -1, -1):
            i = tree.order[at]
            tree.side[i] = 1 if i == pick or (tree.up[i] >= 0 and tree.side[tree.up[i]] == 1) else 0
    return pick, least


@inner
def _led(ground, tree, count, side):  # type: ignore[no-untyped-def]
    """What one side costs with its best site, that site, and residents beyond its hard limits; without end where a rule forbids all sites."""
    load, least, lead, over = 0.0, np.inf, -1, 0.0
    for i in range(count):
        if tree.side[i] == side:
            load += ground.people[tree.atoms[i]]
    for i in range(count):
        if tree.side[i] != side:
            continue
        u = tree.atoms[i]
        for at in range(ground.site_start[u], ground.site_start[u + 1]):
            j = ground.site_of[at]
            beyond = _past(load, ground.low[j], ground.high[j])
            cost = ground.opening[j] + ground.soft_price * _past(load, ground.soft_low[j], ground.soft_high[j])
            cost += ground.heavy * beyond
            for x in range(count):
                if tree.side[x] == side:
                    cost += ground.cost[tree.atoms[x], j]
            if cost < least:
                least, lead, over = cost, j, beyond
    return least, lead, over


@inner
def _lead_elsewhere(ground, now, a, b, one, other):  # type: ignore[no-untyped-def]
    """Whether the hospital of one of two sites leads by another site too."""
    if ground.owner[one] >= 0 and ground.owner[one] == ground.owner[other]:
        return True
    for d in range(len(now.lead)):
        owner = ground.owner[now.lead[d]]
        if d != a and d != b and owner >= 0 and (owner == ground.owner[one] or owner == ground.owner[other]):
            return True
    return False


@kernel
def recombine(ground, now, tree, rng, low, high, heat, cooling, proposals, best, best_cost):  # type: ignore[no-untyped-def]
    """Anneal; `best` gets the best plan within limits as the site of each atom. Returns its cost and the heat reached."""
    label = now.label
    for _ in range(proposals):
        heat *= cooling
        u = draw_below(rng, len(label))
        if ground.indptr[u] == ground.indptr[u + 1]:
            continue
        x = ground.indices[ground.indptr[u] + draw_below(rng, ground.indptr[u + 1] - ground.indptr[u])]
        a, b = label[u], label[x]
        if a == b:
            continue
        count = _gather(ground, label, tree, a, b)
        _grow(ground, label, tree, count, a, b, rng)
        _weigh(tree, count)
        whole = now.load[a] + now.load[b]
        pick, beyond = _cut(tree, count, whole, low, high, rng)
        if pick < 0 or ground.heavy * (beyond - now.beyond[a] - now.beyond[b]) > FAR * heat:
            continue
        cost_a, lead_a, beyond_a = _led(ground, tree, count, 0)
        cost_b, lead_b, beyond_b = _led(ground, tree, count, 1)
        more = cost_a + cost_b - now.cost[a] - now.cost[b]
        if not more <= -heat * np.log(1.0 - draw_share(rng)):  # also where a side has no site
            continue
        if _lead_elsewhere(ground, now, a, b, lead_a, lead_b):
            continue
        now.load[a], now.load[b] = whole - tree.load[pick], tree.load[pick]
        now.cost[a], now.lead[a], now.beyond[a] = cost_a, lead_a, beyond_a
        now.cost[b], now.lead[b], now.beyond[b] = cost_b, lead_b, beyond_b
        for i in range(count):
            label[tree.atoms[i]] = b if tree.side[i] == 1 else a
        over, total = 0.0, 0.0
        for d in range(len(now.cost)):
            over += now.beyond[d]
            total += now.cost[d]
        if over == 0.0 and total < best_cost:
            best_cost = total
            for i in range(len(label)):
                best[i] = now.lead[label[i]]
    return best_cost, heat


def recombined(
    space: GridSpace, label: IntArray, cost: float, *, least: float, proposals: int, anneals: int, seed: int
) -> IntArray:
    """The best plan (column of the site of each atom) of some anneals that each begin with the best so far.

    The first is `label`, which holds the limits, is in one piece a grid and costs `cost`; a plan that costs no more than `least` is the last.
    """
    ground, mean = _ground(space, cost), abs(cost) / len(label)
    low, high = float(ground.low.min()), float(ground.high.max())
    best = label.astype(np.int64)
    cooling = (COLD / HOT) ** (1.0 / max(proposals, 1))
    for turn in range(anneals if cost > 0.0 else 0):
        now, tree = _standing(space, ground, best), _tree(len(label))
        rng = np.random.default_rng([seed, 19, turn]).integers(1, 2**62, 1, dtype=np.uint64)
        heat, left = HOT * mean, proposals
        while left > 0 and cost > least and not space.instance.deadline.over():
            some = min(left, LOOK_EVERY)
            cost, heat = recombine(ground, now, tree, rng, low, high, heat, cooling, some, best, cost)
            left -= some
    return best


def _ground(space: GridSpace, cost: float) -> Ground:
    instance, limits = space.instance, space.limits
    people = instance.population.astype(np.float64)
    return Ground(
        instance.indptr.astype(np.int64), instance.indices.astype(np.int64), people, space.cost, space.opening.astype(np.float64),
        space.owner, *sites_by_home(space.home, instance.n_atoms),
        limits.hard_low * (1.0 - ROUNDING), limits.hard_high * (1.0 + ROUNDING), limits.soft_low, limits.soft_high,
        float(limits.price), HEAVY * abs(cost) / max(float(people.sum()), np.finfo(float).tiny),
    )  # fmt: skip


def _standing(space: GridSpace, ground: Ground, label: IntArray) -> Standing:
    columns, grid = np.unique(label, return_inverse=True)
    load = np.bincount(grid, weights=ground.people)
    cost = space.grids_of(label).cost.astype(np.float64)
    return Standing(grid.astype(np.int64), load, cost, columns.astype(np.int64), np.zeros(len(columns)))


def _tree(n: int) -> Tree:
    atoms, place, up, below, order, side = np.zeros((6, n), dtype=np.int64)
    return Tree(atoms, place, up, np.zeros(n), below, order, side)
