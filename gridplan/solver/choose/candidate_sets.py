"""The sets of sites that are worth drawing, for one number of grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.fixed_leads import relax, worth_of_atoms
from gridplan.solver.bound.lead_sets import price_sites
from gridplan.solver.choose.local_search import (
    LeadSet,
    SetBook,
    exchange,
    fits,
    fitting_set,
    greedy_set,
    is_province,
    search_sets,
)
from gridplan.solver.choose.roaming import Roamed, roam_leads, worth_roaming
from gridplan.solver.choose.toll import seek_toll
from gridplan.solver.draw.annealing import build_task, first_labels
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray
from gridplan.solver.work_budget import Watch, WorkBudget, unwatched

# Where there are many sites, grids and atoms: passes over prices a unit, and how many of the sets met are bounded after each.
PRICE_PASSES, MOST_MET = 5, 5
# Sets that are drawn.
FRONT = 4


@dataclass(frozen=True, eq=False)
class Candidates:
    """All sets met with their bounds, those worth drawing, best first, and a plan whose leads roamed, where they did."""

    book: SetBook
    sets: list[LeadSet]
    roamed: Roamed | None = None


def candidate_sets(instance: Instance, k: int, limits: Limits, *, seed: int, budget: WorkBudget) -> Candidates:
    """Seek sets of k sites by their bounds; where none are to be chosen the only set is that of all.

    Half of the time is kept for drawing and proving.
    """
    problem = instance.problem
    toll = seek_toll(instance, k, limits, seed=seed) if problem.choosing else 0.0
    book = SetBook(instance.tolled(toll, k), limits, rounds=80, deadline=budget.deadline.share(2))
    if not problem.choosing:
        return Candidates(book, [tuple(range(problem.n_leads))])
    search_sets(
        book, k, rng=np.random.default_rng([seed, k]), starts=set_starts(instance, k, budget),
        exchanges=not worth_roaming(instance, k) and not is_province(instance, k),
    )  # fmt: skip
    _exchange_priced(book, k, budget)
    sets = book.refine(FRONT, rounds=300)
    return Candidates(book, sets, _roam(book, sets[0], k, seed=seed, budget=budget))


def _exchange_priced(book: SetBook, k: int, budget: WorkBudget) -> None:
    """Add the sets that site prices point to, and exchange sites from the best of them."""
    instance, limits = book.instance, book.limits
    if book.deadline.over():
        return
    leads = book.refine(1, rounds=300)[0]
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits, book.price[leads])
    value = worth_of_atoms(instance, at, relaxed.price)
    rounds = int(np.clip(100 * budget.effort, 20, 200))
    if is_province(instance, k):
        exchange(book, follow_prices(book, k, leads, relaxed.bound, value, rounds, budget.watch))
        return
    prices = price_sites(instance, limits, k, value, relaxed.bound, rounds)
    budget.watch(k, None, prices.bound, None)
    met = [tuple(some) for some in prices.met.tolist()]
    met = [some for some in met if fits(instance, some)]
    if met and not worth_roaming(instance, k):
        exchange(book, min(met, key=book.rank))


def follow_prices(
    book: SetBook, k: int, leads: LeadSet, aim: float, value: FloatArray, rounds: int, watch: Watch = unwatched
) -> LeadSet:
    """Improve the values of the atoms in passes, towards the best set so far; returns it: the sites chosen most often, or a set met."""
    best = leads
    for turn in range(PRICE_PASSES):
        if turn and book.deadline.over():
            break
        prices = price_sites(book.instance, book.limits, k, value, aim, rounds if turn else 2 * rounds)
        watch(k, None, prices.bound, None)
        value = book.unit_value = prices.value
        met = sorted(map(tuple, prices.met.tolist()), key=lambda some: float(prices.worth[list(some)].sum()))
        often = fitting_set(book.instance, np.argsort(-prices.chosen, kind="stable"), k)
        best = min(
            (some for some in (best, often, *met[:MOST_MET]) if some and fits(book.instance, some)), key=book.rank
        )
        if not book.lack[best]:
            aim = max(prices.bound, min(aim, book.bound(best, rounds=300)))
    return best


def _roam(book: SetBook, leads: LeadSet, k: int, *, seed: int, budget: WorkBudget) -> Roamed | None:
    """Let leads roam where sites are many and atoms few."""
    instance, limits = book.instance, book.limits
    if budget.over() or not worth_roaming(instance, k):
        return None
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits, book.price[leads])
    value = worth_of_atoms(instance, at, relaxed.price)
    prices = price_sites(instance, limits, k, value, relaxed.bound, 60)
    rng = np.random.default_rng([seed, k, 3])
    starts = []
    for _ in range(4):
        some = greedy_set(instance, k, rng)
        if some is not None:
            few = np.array(some, dtype=np.int64)
            task = build_task(instance, few, limits, seed)
            starts.append(first_labels(instance, few, task, np.zeros(k)))
    proposals = int(32_000 * instance.n_atoms * budget.effort)
    return roam_leads(instance, limits, k, starts, prices.value, seed=seed, proposals=proposals) if starts else None


def set_starts(instance: Instance, k: int, budget: WorkBudget) -> int:
    """How many starts the search over sets may have: many where a bound costs little, one where unit prices lead on sooner."""
    if is_province(instance, k):
        return 1
    work = instance.n_atoms * k * k * instance.problem.n_leads
    return int(np.clip(budget.effort * 2e7 / max(work, 1), 2, 40))
