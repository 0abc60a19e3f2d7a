"""Drawing the grids of fixed leads: a connected start from prices, then annealing with moves, swaps and chains."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.prices import price_scale
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.draw.moves import (
    LONGEST_CHAIN,
    MOST_CUT_OFF,
    State,
    Task,
    activity_cost,
    activity_violation,
    beyond_activity,
    draw_below,
    draw_share,
    load_state,
    new_state,
    penalty,
    pieces_cut_off,
    shift,
    too_many_moved,
    violation,
)
from gridplan.solver.draw.pool import Pool, best_partition, columns_of, find_slot, keep, new_pool
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.kernels import inner
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.words.machine_code import machine_code

# From so many units a lead on, prices alone place nearly all of them.
MANY_UNITS = 40
# How a lead's price for what lies beyond its limits moves, every thousand moves tried: up while it is beyond, down while
# not. A lead is then beyond a thirtieth of the time; at a third, all of thirty leads would never be within at once.
PRICE_UP, PRICE_DOWN = 1.03, 0.999
REPRICE_EVERY = 1_000
# No random number allows a move to cost more of the heat: -log(2**-53) is 36.7. A logarithm takes as long as the rest of a move that costs too much.
MOST_HEATS = 37.0
# Moves tried between two looks at the deadline.
LOOK_EVERY = 250_000


@dataclass(frozen=True, eq=False)
class Draft:
    """A plan under search: a district a atom, what it costs, and how many residents lie beyond hard limits."""

    label: IntArray
    cost: float
    beyond: float


def build_task(instance: Instance, leads: IntArray, limits: Limits, seed: int) -> Task:
    """Gather what the kernels need for the grids of `leads`."""
    limits = limits.of(leads)
    extra = limits.activities
    cost = instance.costs_of(leads)
    home = instance.home[leads]
    frozen = instance.fixed >= 0
    frozen[home] = True
    served = np.isin(instance.component, instance.component[home])
    keys = np.random.default_rng([seed, 7]).integers(1, 2**63, instance.n_atoms, dtype=np.uint64)
    return Task(
        cost, instance.population, instance.indptr, instance.indices, instance.edge_weight, home, frozen | ~served,
        limits.hard_low, limits.hard_high, limits.soft_low, limits.soft_high, limits.price, keys,
        np.ascontiguousarray(instance.moving[:, leads]), instance.problem.change.ceiling,
        instance.amounts, np.ascontiguousarray(extra.low), np.ascontiguousarray(extra.high), extra.price, extra.weight,
    )  # fmt: skip


def first_labels(
    instance: Instance,
    leads: IntArray,
    task: Task,
    price: FloatArray,
    wish: IntArray | None = None,
    pins: tuple[tuple[int, int], ...] = (),
) -> IntArray:
    """Give each atom its wished lead, or the cheapest priced one; then regrow what is cut off from its lead's home.

    Locked atoms, and `pins` (atom, column of the lead), are joined to their lead's home by a corridor first.
    """
    priced = task.cost + task.people[:, None] * price
    label: IntArray = priced.argmin(axis=1) if wish is None else wish.copy()
    position = np.full(instance.problem.n_leads + 1, -1, dtype=np.int64)
    position[leads] = np.arange(len(leads))
    held = position[instance.fixed]
    label[held >= 0] = held[held >= 0]
    label[task.home] = np.arange(len(leads))
    _give_lost_parts(instance, task, label, held)
    pinned = held.copy()
    for u in np.flatnonzero(held >= 0):
        _join_to_home(task, label, pinned, int(u))
    for atom, d in pins:
        if pinned[atom] < 0 and atom not in task.home:
            label[atom] = pinned[atom] = d
    for atom, d in pins:
        if pinned[atom] == d:
            _join_to_home(task, label, pinned, atom)
    _regrow(task.indptr, task.indices, task.home, task.frozen, priced, label)
    return label


def _give_lost_parts(instance: Instance, task: Task, label: IntArray, held: IntArray) -> None:
    """Parts of the map without an open lead go, each as one piece, to a lead they are locked to or that of least cost."""
    served = set(instance.component[task.home].tolist())
    for part in np.unique(instance.component):
        if int(part) not in served:
            atoms = np.flatnonzero(instance.component == part)
            locks = held[atoms][held[atoms] >= 0]
            label[atoms] = locks[0] if len(locks) else int(task.cost[atoms].sum(axis=0).argmin())


def _join_to_home(task: Task, label: IntArray, held: IntArray, unit: int) -> None:
    """Pin a shortest path from a locked unit to its lead's home, around what other leads hold (`held` grows)."""
    d = int(held[unit])
    target = int(task.home[d])
    taken = {int(h) for h in task.home} | {int(i) for i in np.flatnonzero((held >= 0) & (held != d))}
    before = {unit: unit}
    queue = [(0.0, unit)]
    distance = {unit: 0.0}
    while queue:
        so_far, x = heapq.heappop(queue)
        if x == target:
            break
        for v in task.indices[task.indptr[x] : task.indptr[x + 1]].tolist():
            step = so_far + float(task.cost[v, d] - task.cost[v].min()) + 1e-6
            if (v == target or v not in taken) and step < distance.get(v, np.inf):
                distance[v], before[v] = step, x
                heapq.heappush(queue, (step, v))
    x = target
    while x in before and x != unit:
        label[x] = held[x] = d
        x = before[x]


@machine_code()
def _regrow(indptr, indices, home, frozen, priced, label):  # type: ignore[no-untyped-def] # noqa: C901
    """Keep the part of each district that hangs on its home; give the rest to the cheapest district that touches it."""
    n = len(label)
    hangs = np.zeros(n, dtype=np.bool_)
    stack = np.empty(n, dtype=np.int64)
    for d in range(len(home)):
        top = 1
        stack[0] = home[d]
        hangs[home[d]] = True
        while top > 0:
            top -= 1
            x = stack[top]
            for e in range(indptr[x], indptr[x + 1]):
                v = indices[e]
                if label[v] == d and not hangs[v]:
                    hangs[v] = True
                    stack[top] = v
                    top += 1
    frontier = [(0.0, 0, 0)]
    frontier.pop()
    for x in range(n):
        if hangs[x]:
            for e in range(indptr[x], indptr[x + 1]):
                v = np.int64(indices[e])
                if not hangs[v] and not frozen[v]:
                    heapq.heappush(frontier, (_regret(priced, v, label[x]), v, label[x]))  # type: ignore[misc]
    while len(frontier) > 0:
        _, x, d = heapq.heappop(frontier)
        if hangs[x]:
            continue
        hangs[x] = True
        label[x] = d
        for e in range(indptr[x], indptr[x + 1]):
            v = np.int64(indices[e])
            if not hangs[v] and (not frozen[v] or label[v] == d):
                heapq.heappush(frontier, (_regret(priced, v, d), v, d))  # type: ignore[misc]


@inner
def _regret(priced, u, d):  # type: ignore[no-untyped-def]
    """What `u` costs in district `d` beyond its cheapest one."""
    least = priced[u, 0]
    for other in range(1, priced.shape[1]):
        least = min(least, priced[u, other])
    return priced[u, d] - least


@inner
def _other_neighbour(task, state, u):  # type: ignore[no-untyped-def]
    """District of a random neighbour of `u` in another district; -1 if there is none."""
    start, stop = task.indptr[u], task.indptr[u + 1]
    at = start + draw_below(state.rng, stop - start)
    for _ in range(start, stop):
        b = state.label[task.indices[at]]
        if b != state.label[u]:
            return b
        at += 1
        if at == stop:
            at = start
    return -1


@inner
def _touch(touched, change, count, d, people):  # type: ignore[no-untyped-def]
    """Add a change of load to the short list of districts that a chain touches."""
    for i in range(count):
        if touched[i] == d:
            change[i] += people
            return count
    touched[count] = d
    change[count] = people
    return count + 1


@inner
def _seek_chain(task, state, price, units, targets, touched, change, turn, stop, heat, cooling):  # type: ignore[no-untyped-def]
    """Draw chains of 1-3 moves, one each turn, until one may be made at the heat of its turn, by what it is thought to cost.

    Returns the turn after it (`stop` if there is none), the heat, what the chain may cost, its length (0 if there is none) and the
    number of districts touched. A call hands over some forty arrays, which takes as long as a chain.
    """
    while turn < stop:
        turn += 1
        heat *= cooling
        r = draw_share(state.rng)
        wanted = 1 if r < 0.4 else (2 if r < 0.8 else 3)
        u = state.all_border[draw_below(state.rng, state.counts[0])]
        length, n_touched, delta, more_moved = 0, np.int64(0), 0.0, 0.0
        for _ in range(wanted):
            b = _other_neighbour(task, state, u)
            if b < 0:
                break
            a = state.label[u]
            units[length] = u
            targets[length] = b
            length += 1
            delta += task.cost[u, b] - task.cost[u, a]
            more_moved += task.moving[u, b] - task.moving[u, a]
            n_touched = _touch(touched, change, n_touched, a, -task.people[u])
            n_touched = _touch(touched, change, n_touched, b, task.people[u])
            if length == wanted or state.n_border[b] == 0:
                break
            u = state.border[b, draw_below(state.rng, state.n_border[b])]
            again = False
            for i in range(length):
                again = again or units[i] == u
            if again:
                break
        share = draw_share(state.rng)
        if length == 0:
            continue
        delta += _change_penalty(task, state, price, more_moved)
        if len(task.rate) > 0:
            delta += _activity_penalties(task, state, price, units, targets, length, touched, n_touched)
        delta += _penalties(task, state, price, touched, change, n_touched)
        if delta > MOST_HEATS * heat:
            continue
        limit = -heat * np.log(1.0 - share)
        if delta > limit:
            continue
        return turn, heat, limit, length, n_touched
    return stop, heat, 0.0, 0, np.int64(0)


@inner
def _penalties(task, state, price, touched, change, n_touched):  # type: ignore[no-untyped-def]
    """Change of the penalties of some districts when their loads change."""
    delta = 0.0
    for i in range(n_touched):
        d = touched[i]
        delta += penalty(task, price, d, state.load[d] + change[i]) - penalty(task, price, d, state.load[d])
    return delta


@inner
def _activity_penalties(task, state, price, units, targets, length, touched, n_touched):  # type: ignore[no-untyped-def]
    """Change of what the districts of a planned chain pay for activities beyond their limits."""
    delta = 0.0
    for i in range(n_touched):
        d = touched[i]
        for q in range(len(task.rate)):
            more = 0.0
            for j in range(length):
                u = units[j]
                if targets[j] == d:
                    more += task.amounts[q, u]
                if state.label[u] == d:
                    more -= task.amounts[q, u]
            if more != 0.0:
                held = state.held[q, d]
                change = beyond_activity(task, q, d, held + more) - beyond_activity(task, q, d, held)
                delta += (task.rate[q] + price[d] * task.weigh[q]) * change
    return delta


@inner
def _all_penalties(task, state, price, d):  # type: ignore[no-untyped-def]
    """What a district pays for residents and activities beyond its limits, those of the search included."""
    paid = penalty(task, price, d, state.load[d])
    if len(task.rate) > 0:
        paid += activity_cost(task, state, d) + price[d] * activity_violation(task, state, d)
    return paid


@inner
def _change_penalty(task, state, price, more_moved):  # type: ignore[no-untyped-def]
    """Change of the search's own price for residents who change lead beyond the ceiling; it stands last among the prices."""
    moved = state.totals[2]
    return price[-1] * (too_many_moved(task, moved + more_moved) - too_many_moved(task, moved))


@inner
def _carry_out(task, state, price, units, targets, length, touched, n_touched, piece, limit):  # type: ignore[no-untyped-def]
    """Make a planned chain with its connectivity tests, or leave the state as it was; returns the units moved, or 0, and the cost.

    Pieces cut off travel along, between the districts that the chain touches anyway.
    """
    moved, cost, before, more_moved = 0, 0.0, 0.0, 0.0
    for i in range(n_touched):
        before += _all_penalties(task, state, price, touched[i])
    ok = True
    for i in range(length):
        u, b = units[i], targets[i]
        a = state.label[u]
        touches = False
        for e in range(task.indptr[u], task.indptr[u + 1]):
            touches = touches or state.label[task.indices[e]] == b
        if a == b or not touches:
            ok = False
            break
        n_piece = pieces_cut_off(task, state, u, piece)
        if n_piece < 0:
            ok = False
            break
        for j in range(-1, n_piece):
            x = u if j < 0 else piece[j]
            state.moved_unit[moved] = x
            state.moved_from[moved] = a
            moved += 1
            cost += task.cost[x, b] - task.cost[x, a] + shift(task, state, x, b)
            more_moved += task.moving[x, b] - task.moving[x, a]
    after = _change_penalty(task, state, price, more_moved)
    for i in range(n_touched):
        after += _all_penalties(task, state, price, touched[i])
    if ok and cost + after - before <= limit:
        state.totals[2] += more_moved
        return moved, cost
    while moved > 0:
        moved -= 1
        shift(task, state, state.moved_unit[moved], state.moved_from[moved])
    return 0, 0.0


@inner
def _measure(task, state):  # type: ignore[no-untyped-def]
    """Soft cost and residents beyond hard limits of the current loads."""
    soft, beyond = 0.0, too_many_moved(task, state.totals[2])
    for d in range(len(state.load)):
        over = max(0.0, state.load[d] - task.soft_high[d]) + max(0.0, task.soft_low[d] - state.load[d])
        soft += task.soft_price * over
        beyond += violation(task, d, state.load[d])
        if len(task.rate) > 0:
            soft += activity_cost(task, state, d)
            beyond += activity_violation(task, state, d)
    return soft, beyond


@inner
def _remember(task, state, moved, slack, pool):  # type: ignore[no-untyped-def]
    """Put the districts that the last move touched into the pool, where they hold their limits."""
    for i in range(2 * moved):
        u = state.moved_unit[i // 2]
        d = state.label[u] if i % 2 == 0 else state.moved_from[i // 2]
        if violation(task, d, state.load[d]) + activity_violation(task, state, d) > slack:
            continue
        key = state.hash[d] ^ (np.uint64(d + 1) * np.uint64(0x9E3779B97F4A7C15))
        at = find_slot(pool, key)
        if at < 0:
            continue
        over = max(0.0, state.load[d] - task.soft_high[d]) + max(0.0, task.soft_low[d] - state.load[d])
        cost = task.soft_price * over + activity_cost(task, state, d)
        for j in range(state.n_members[d]):
            cost += task.cost[state.members[d, j], d]
        keep(pool, at, key, state.members[d], state.n_members[d], cost, d)


@inner
def _reprice(task, state, price, base, slack):  # type: ignore[no-untyped-def]
    """Raise what lies beyond its limits costs the search, and lower it where nothing does."""
    for d in range(len(price)):
        if d == len(price) - 1:
            over = too_many_moved(task, state.totals[2])
        else:
            over = violation(task, d, state.load[d]) + activity_violation(task, state, d)
        if over > slack:
            price[d] = min(price[d] * PRICE_UP, base[d] * 20.0)
        else:
            price[d] = max(price[d] * PRICE_DOWN, base[d] / 5.0)


@machine_code()
def anneal(task, state, price, base, cooling, first, last, proposals, best, log, memory, slack, pool):  # type: ignore[no-untyped-def] # noqa: C901
    """Make the moves `first` to `last` of `proposals`; `best` (labels) is the plan at first, and is replaced by better ones.

    Better means fewer residents beyond hard limits (by more than `slack`), then lower cost. `memory` leads from some moves to
    the next: cost of `best` and its violation, linear cost of the state's plan, heat, and how many units of `log` have changed
    since `best` was taken.
    """
    n = len(best)
    units, targets = np.empty(LONGEST_CHAIN, np.int64), np.empty(LONGEST_CHAIN, np.int64)
    touched, change = np.empty(2 * LONGEST_CHAIN, np.int64), np.empty(2 * LONGEST_CHAIN)
    piece = np.empty(MOST_CUT_OFF, np.int64)
    if first == 0:
        load_state(task, state, best)
    soft, beyond = _measure(task, state)
    best_cost, best_beyond, linear, heat, n_log = memory[0], memory[1], memory[2], memory[3], int(memory[4])
    if first == 0:
        linear = state.totals[0] - soft
    turn = first
    while turn < last:
        if turn % REPRICE_EVERY == 0:
            _reprice(task, state, price, base, slack)
        if state.counts[0] == 0:
            break
        if beyond < best_beyond - slack or (beyond <= best_beyond + slack and linear + soft < best_cost - 1e-9):
            best_cost, best_beyond = linear + soft, beyond
            if n_log > n:
                for u in range(n):
                    best[u] = state.label[u]
            else:
                for i in range(n_log):
                    best[log[i]] = state.label[log[i]]
            n_log = 0
        stop = min(last, turn - turn % REPRICE_EVERY + REPRICE_EVERY)
        turn, heat, limit, length, n_touched = _seek_chain(
            task, state, price, units, targets, touched, change, turn, stop, heat, cooling
        )
        if length == 0:
            continue
        moved, cost = _carry_out(task, state, price, units, targets, length, touched, n_touched, piece, limit)
        if moved == 0:
            continue
        linear += cost
        soft, beyond = _measure(task, state)
        if (turn - 1) * 2 > proposals:
            _remember(task, state, moved, slack, pool)
        for i in range(moved):
            if n_log < n:
                log[n_log] = state.moved_unit[i]
                n_log += 1
            else:
                n_log = n + 1
                break
    memory[0], memory[1], memory[2], memory[3], memory[4] = best_cost, best_beyond, linear, heat, n_log


def anneal_rounds(
    task: Task,
    start: IntArray,
    *,
    seed: int,
    proposals: int,
    rounds: int,
    dual: FloatArray | None = None,
    deadline: Deadline = NEVER,
    watch: Callable[[IntArray], None] = lambda label: None,
) -> Draft:
    """Anneal `rounds` times from the best plan so far, from cool to hot restarts; `watch` sees each better one that holds the limits.

    With few units a lead, `dual` (prices a lead) also lets plans be put together from all grids met.
    """
    n, k = task.cost.shape
    degree = int(np.diff(task.indptr).max(initial=1))
    state = new_state(n, k, degree, int(np.random.default_rng([seed, 11]).integers(1, 2**62)), len(task.rate))
    scale = border_scale(task, start)
    per_head = 3.0 * price_scale(task.cost, task.people) + 2.0 * scale / max(float(task.people.mean()), 1e-9)
    slack = 1e-9 * float(task.people.sum()) + 1e-9
    best = Draft(start.astype(np.int64), np.inf, np.inf)
    # Many units a lead: the start is nearly optimal and heat destroys it. Few: it has to be warmed.
    heats, cold = ((0.03, 0.1, 0.03, 0.3), 0.001) if n >= MANY_UNITS * k else ((0.1, 0.3), 0.005)
    pooling = dual is not None and n < MANY_UNITS * k and n <= 2500 and not task.weight.any()
    pool = new_pool(120_000, 120_000 * max(4, 2 * n // k)) if pooling else new_pool(1, 1)
    value = (task.cost + task.people[:, None] * (0.0 if dual is None else dual)).min(axis=1)
    for i in range(rounds + 6):
        if deadline.over() or (i >= rounds and best.beyond <= slack):
            break
        found = best.label.copy()
        hot = scale * heats[i % len(heats)]
        # Extra rounds, at a rising price, are for plans that still break a limit.
        price = np.full(k + 1, per_head * 3.0 ** max(0, i - rounds + 1))
        cost, beyond = _anneal_once(
            task, state, price, (hot, cold * scale), proposals // rounds, found, slack, pool, deadline
        )
        if beyond < best.beyond - slack or (beyond <= best.beyond + slack and cost < best.cost):
            best = Draft(found, cost, beyond)
        if pooling and i % 2 == 1 and best.beyond <= slack:
            best = _combined(task, pool, best, value, deadline)
        if best.beyond <= slack:
            watch(best.label)
    return best


def _anneal_once(
    task: Task,
    state: State,
    price: FloatArray,
    heats: tuple[float, float],
    proposals: int,
    found: IntArray,
    slack: float,
    pool: Pool,
    deadline: Deadline,
) -> tuple[float, float]:
    """Anneal from the plan `found`, with looks at the deadline; returns cost and violation of the best one, then in `found`."""
    hot, cold = heats
    cooling = (cold / hot) ** (1.0 / max(proposals, 1))
    base, log = price.copy(), np.empty(len(found), np.int64)
    memory = np.array([np.inf, np.inf, 0.0, hot, len(found) + 1.0])
    for first in range(0, proposals, LOOK_EVERY):
        last = min(first + LOOK_EVERY, proposals)
        anneal(task, state, price, base, cooling, first, last, proposals, found, log, memory, slack, pool)
        if deadline.over():
            break
    return float(memory[0]), float(memory[1])


def _combined(task: Task, pool: Pool, best: Draft, value: FloatArray, deadline: Deadline) -> Draft:
    """Best plan that the pooled grids make, the most promising by what they cost beyond the prices' bound."""
    covers = columns_of(pool, len(best.label))
    count = covers.shape[1]
    if count == 0:
        return best
    lead = pool.lead[:count]
    regret = pool.cost[:count] - covers.T @ value
    # Grids of one lead compete with each other: each lead keeps its most promising ones.
    order = np.lexsort((regret, lead))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count) - np.searchsorted(lead[order], lead[order])
    kept = np.flatnonzero(rank < max(50, 12_000 // len(task.home)))
    ceiling = None
    if np.isfinite(task.most_moved):
        members = covers.tocoo()
        moving = np.bincount(members.col, task.moving[members.row, lead[members.col]], count).astype(np.float64)
        ceiling = moving[kept], float(task.most_moved)
    taken = best_partition(
        covers[:, kept], pool.cost[kept], lead[kept], None, most=1200, nodes=20, ceiling=ceiling, deadline=deadline
    )
    if taken is None or float(pool.cost[kept][taken].sum()) >= best.cost - 1e-9 * abs(best.cost):
        return best
    label = np.zeros(len(best.label), dtype=np.int64)
    for c in kept[taken]:
        label[covers.indices[covers.indptr[c] : covers.indptr[c + 1]]] = lead[c]
    return Draft(label, float(pool.cost[kept][taken].sum()), 0.0)


def border_scale(task: Task, label: IntArray) -> float:
    """Typical change of cost when a unit on a grid border changes its grid."""
    tails = np.repeat(np.arange(len(label)), np.diff(task.indptr))
    heads = task.indices
    cut = label[tails] != label[heads]
    if not cut.any():
        return 1.0
    at, to = tails[cut], label[heads[cut]]
    change = np.abs(task.cost[at, to] - task.cost[at, label[at]])
    return max(float(np.median(change)), 1e-9)


__all__ = ["Draft", "State", "anneal_rounds", "build_task", "first_labels"]
