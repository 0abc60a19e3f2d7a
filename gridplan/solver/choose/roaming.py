"""Small problems with many candidate sites: annealing in which each grid's lead is always its best site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.choose.local_search import LeadSet, fits
from gridplan.solver.draw.moves import (
    MOST_CUT_OFF,
    State,
    Task,
    draw_below,
    draw_share,
    load_state,
    new_state,
    penalty,
    pieces_cut_off,
    shift,
    violation,
)
from gridplan.solver.draw.pool import Pool, best_partition, columns_of, find_slot, keep, new_pool
from gridplan.solver.instance import Instance, Limits, sites_by_home
from gridplan.solver.kernels import inner
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.words.machine_code import machine_code

SITES_LARGEST = 60_000
# Proposals between two looks at the deadline.
LOOK_EVERY = 100_000


@dataclass(frozen=True, eq=False)
class Roamed:
    """Leads and the district of each atom, in the order of the leads."""

    leads: LeadSet
    label: IntArray


def worth_roaming(instance: Instance, k: int) -> bool:
    """Whether leads may roam: few atoms, many more sites than grids, nothing locked, one part of the map."""
    few = instance.n_atoms * int(instance.usable.sum()) <= SITES_LARGEST and instance.n_atoms <= 400
    free = not instance.must and bool((instance.fixed < 0).all()) and int(instance.component.max()) == 0
    free = free and not instance.problem.activities
    return few and free and k >= 2 and int(instance.usable.sum()) >= 2 * k


@inner
def _best_site(state, sums, cost, opening, site_start, site_of, d, gone, n_gone, come, n_come):  # type: ignore[no-untyped-def]
    """Least cost of district `d` without the units `gone` and with the units `come`, over the sites inside it."""
    best, lead = np.inf, -1
    for i in range(state.n_members[d] + n_come):
        u = state.members[d, i] if i < state.n_members[d] else come[i - state.n_members[d]]
        if site_start[u] == site_start[u + 1]:
            continue
        out = False
        for j in range(n_gone):
            out = out or gone[j] == u
        if out:
            continue
        for s in range(site_start[u], site_start[u + 1]):
            j = site_of[s]
            value = sums[d, j] + opening[j]
            for x in range(n_gone):
                value -= cost[gone[x], j]
            for x in range(n_come):
                value += cost[come[x], j]
            if value < best:
                best, lead = value, j
    return best, lead


@machine_code()
def roam(  # type: ignore[no-untyped-def] # noqa: C901
    task, state, cost, opening, site_start, site_of, price, base, heat, cooling, first, last, proposals, best_cost, sums, now, lead,
    best, pool,
):  # fmt: skip
    """Anneal with roaming leads, proposals `first` to `last`, from the labels `best`, which gets the best within limits; the pool gets the grids met late.

    `sums`, `now` and `lead` are filled at first and lead on to later proposals. Returns the best cost and the heat reached.
    """
    n, m = cost.shape
    k = len(state.load)
    gone, come, none = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(1, np.int64)
    if first == 0:
        load_state(task, state, best)
        for x in range(n):
            sums[state.label[x]] += cost[x]
        for d in range(k):
            now[d], lead[d] = _best_site(state, sums, cost, opening, site_start, site_of, d, none, 0, none, 0)
    piece = np.empty(MOST_CUT_OFF, np.int64)
    for turn in range(first, last):
        heat *= cooling
        if turn % 500 == 0:
            for d in range(k):
                over = violation(task, d, state.load[d]) > 1e-9
                price[d] = min(price[d] * 1.03, base[d] * 20.0) if over else max(price[d] * 0.99, base[d] / 5.0)
        if state.counts[0] == 0:
            break
        u = np.int64(state.all_border[draw_below(state.rng, state.counts[0])])
        a = state.label[u]
        e = task.indptr[u] + draw_below(state.rng, task.indptr[u + 1] - task.indptr[u])
        b = state.label[task.indices[e]]
        if a == b:
            continue
        v = -1
        if draw_share(state.rng) < 0.6:
            v = _partner(task, state, u, a, b)
            if v < 0:
                continue
        gone[0], come[0] = u, v
        n_back = 1 if v >= 0 else 0
        cost_a, lead_a = _best_site(state, sums, cost, opening, site_start, site_of, a, gone, 1, come, n_back)
        cost_b, lead_b = _best_site(state, sums, cost, opening, site_start, site_of, b, come, n_back, gone, 1)
        shift_people = task.people[u] - (task.people[v] if v >= 0 else 0.0)
        delta = cost_a + cost_b - now[a] - now[b]
        delta += penalty(task, price, a, state.load[a] - shift_people) - penalty(task, price, a, state.load[a])
        delta += penalty(task, price, b, state.load[b] + shift_people) - penalty(task, price, b, state.load[b])
        if delta > -heat * np.log(1.0 - draw_share(state.rng)):
            continue
        if pieces_cut_off(task, state, u, piece) != 0:
            continue
        shift(task, state, u, b)
        if v >= 0:
            if pieces_cut_off(task, state, v, piece) != 0:
                shift(task, state, u, a)
                continue
            shift(task, state, v, a)
        for j in range(m):
            moved = cost[u, j] - (cost[v, j] if v >= 0 else 0.0)
            sums[a, j] -= moved
            sums[b, j] += moved
        now[a], lead[a], now[b], lead[b] = cost_a, lead_a, cost_b, lead_b
        if turn * 3 > proposals:
            for d in (a, b):
                if violation(task, d, state.load[d]) <= 1e-9:
                    at = find_slot(pool, state.hash[d])
                    if at >= 0:
                        soft = penalty(task, price, d, state.load[d])
                        keep(pool, at, state.hash[d], state.members[d], state.n_members[d], now[d] + soft, lead[d])
        total, over = 0.0, 0.0
        for d in range(k):
            total += now[d] + penalty(task, price, d, state.load[d])
            over += violation(task, d, state.load[d])
        if over <= 1e-9 and total < best_cost - 1e-9:
            best_cost = total
            for x in range(n):
                best[x] = state.label[x]
    return best_cost, heat


@inner
def _partner(task, state, u, a, b):  # type: ignore[no-untyped-def]
    """Unit of `b` on the border to `a`, other than beside `u` only, to come back in exchange; -1: none at this draw."""
    for _ in range(6):
        v = np.int64(state.border[b, draw_below(state.rng, state.n_border[b])])
        for e in range(task.indptr[v], task.indptr[v + 1]):
            x = task.indices[e]
            if state.label[x] == a and x != u:
                return v
    return -1


def roam_leads(
    instance: Instance, limits: Limits, k: int, starts: list[IntArray], value: FloatArray, *, seed: int, proposals: int
) -> Roamed | None:
    """Anneal from each start with roaming leads, then put the best plan together from all grids met."""
    usable = np.flatnonzero(instance.usable)
    cost = np.ascontiguousarray(instance.search_cost[:, usable])
    opening = instance.problem.lead_price[usable].astype(np.float64)
    sites = sites_by_home(instance.home[usable], instance.n_atoms)
    few = limits.of(usable[[0] * k])
    keys = np.random.default_rng([seed, 5]).integers(1, 2**63, instance.n_atoms, dtype=np.uint64)
    task = Task(
        np.zeros((1, k)), instance.population, instance.indptr, instance.indices, instance.edge_weight,
        np.zeros(k, np.int64), np.zeros(instance.n_atoms, np.bool_),
        few.hard_low, few.hard_high, few.soft_low, few.soft_high, few.price, keys, np.zeros((1, k)), np.inf,
        np.zeros((0, instance.n_atoms)), np.zeros((0, k)), np.zeros((0, k)), np.zeros(0), np.zeros(0),
    )  # fmt: skip
    task = task._replace(cost=np.zeros((instance.n_atoms, k)), moving=np.zeros((instance.n_atoms, k)))
    pool = new_pool(150_000, 150_000 * max(4, 3 * instance.n_atoms // (2 * k)))
    degree = int(np.diff(instance.indptr).max(initial=1))
    best, best_cost = starts[0], np.inf
    scale = float(np.median(np.ptp(np.sort(cost, axis=1)[:, : max(2, 2 * len(usable) // k)], axis=1))) + 1e-9
    for i, start in enumerate(starts):
        if i and instance.deadline.over():
            break
        state = new_state(instance.n_atoms, k, degree, int(np.random.default_rng([seed, i]).integers(1, 2**62)))
        found = start.copy()
        price = np.full(k, 3.0 * scale / max(float(task.people.mean()), 1e-9))
        total = _roam_from(
            instance, task, state, (cost, opening, *sites), price, scale, proposals // len(starts),
            found, pool,
        )  # fmt: skip
        if total < best_cost:
            best, best_cost = found, total
    if not np.isfinite(best_cost):
        return None
    label = _combined(instance, pool, k, usable, value, best_cost)
    return _named(instance, usable, best if label is None else label, k)


def _roam_from(
    instance: Instance,
    task: Task,
    state: State,
    sites: tuple[FloatArray, FloatArray, IntArray, IntArray],
    price: FloatArray,
    scale: float,
    proposals: int,
    found: IntArray,
    pool: Pool,
) -> float:
    """Roam from the plan `found`, with looks at the deadline; returns the best cost, its labels then in `found`."""
    k, m = len(price), sites[0].shape[1]
    memory = np.zeros((k, m)), np.empty(k), np.empty(k, np.int64)
    base, hot, cold, best = price.copy(), 0.5 * scale, 0.005 * scale, np.inf
    heat, cooling = hot, (cold / hot) ** (1.0 / max(proposals, 1))
    for first in range(0, proposals, LOOK_EVERY):
        last = min(first + LOOK_EVERY, proposals)
        best, heat = roam(
            task, state, *sites, price, base, heat, cooling, first, last, proposals, best, *memory, found, pool
        )  # fmt: skip
        if instance.deadline.over():
            break
    return float(best)


def _combined(
    instance: Instance, pool: Pool, k: int, usable: IntArray, value: FloatArray, best: float
) -> IntArray | None:
    """Labels of the best plan made of pooled grids, the most promising by their cost beyond the units' values."""
    covers = columns_of(pool, instance.n_atoms)
    count = covers.shape[1]
    if count == 0:
        return None
    regret = pool.cost[:count] - covers.T @ value
    kept = np.sort(np.argsort(regret, kind="stable")[:3000])
    hospital = instance.problem.hospital[usable[pool.lead[kept]]]
    _, group = np.unique(hospital, return_inverse=True)
    taken = best_partition(
        covers[:, kept], pool.cost[kept], group.astype(np.int64), k, most=400, nodes=5, deadline=instance.deadline
    )
    if taken is None or float(pool.cost[kept][taken].sum()) >= best:
        return None
    label = np.zeros(instance.n_atoms, dtype=np.int64)
    for d, c in enumerate(kept[taken]):
        label[covers.indices[covers.indptr[c] : covers.indptr[c + 1]]] = d
    return label


def _named(instance: Instance, usable: IntArray, label: IntArray, k: int) -> Roamed | None:
    """Give each district its best site; None if two of them may not lead together."""
    leads = []
    for d in range(k):
        inside = label == d
        sites = [int(j) for j in usable if label[instance.home[j]] == d]
        if not sites:
            return None
        total = instance.search_cost[inside][:, sites].sum(axis=0) + instance.problem.lead_price[sites]
        leads.append(sites[int(total.argmin())])
    order = np.argsort(leads)
    ordered = tuple(int(leads[d]) for d in order)
    place = np.argsort(order)
    return Roamed(ordered, place[label].astype(np.int64)) if fits(instance, ordered) else None
