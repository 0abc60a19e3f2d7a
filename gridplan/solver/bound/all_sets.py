"""A bound over every set of leads: sets are counted out branch by branch, the few that stay are bounded one by one."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.fixed_leads import Relaxed
from gridplan.solver.bound.lead_sets import EVERY, Branch, SitePrices, list_sets, price_sites
from gridplan.solver.choose.local_search import LeadSet, SetBook
from gridplan.solver.draw.drawing import Drawn
from gridplan.solver.problem import FloatArray, IntArray

# Sets of a branch that are bounded one by one; more of them are split into two branches first.
FEW_SETS = 100
# Rounds of site prices in a branch, which starts from its parent's.
BRANCH_ROUNDS = 50
# Arcs looked at between two looks at the limit of the work.
BATCH_WORK = 2e8
# What an arc costs in a linear relaxation, against an arc in a round of prices a resident; and where borders have a price.
RELAX_WORK, FOLD_WORK = 2_000, 20_000
# What a site's arc costs in a round of site prices, against an arc in a round of prices a resident.
SITE_WORK = 12


@dataclass(eq=False)
class Work:
    """Arcs looked at, up to a limit; `rising` hears what is proven of all sets whenever it has risen."""

    limit: float
    over: Callable[[], bool]
    rising: Callable[[float], None] = lambda floor: None
    done: float = 0.0

    def out(self) -> bool:
        """Whether no more may be done."""
        return self.done > self.limit or self.over()


@dataclass(eq=False)
class Known:
    """Sets drawn so far; `relax` bounds one more, `draw` draws one, at most `draws` times."""

    drawn: dict[LeadSet, Drawn]
    relax: Callable[[LeadSet], Relaxed]
    draw: Callable[[LeadSet], Drawn]
    draws: int

    @property
    def best(self) -> float:
        """Objective of the best plan that holds the rules."""
        return min((d.objective for d in self.drawn.values() if d.measures.holds), default=math.inf)


def count_out(book: SetBook, k: int, root: SitePrices, warm: FloatArray, known: Known, work: Work) -> float:
    """Bound over all sets of k sites: the least of the best plan and of what could not be counted out.

    Sets whose own bound lies below the best plan are drawn, the most promising first.

    Parameters
    ----------
    root : site prices of all sets.
    warm : (m,) prices a resident to start a set from.
    known : the sets drawn so far, one of them a plan that holds the rules; more are added.
    work : limit of the work, and what is done of it.
    """
    instance = book.instance
    rest = math.inf
    queue = [(root.bound, 0, EVERY, root)]
    number = 0
    while queue and queue[0][0] < min(rest, known.best):
        bound, _, branch, prices = heapq.heappop(queue)
        work.rising(min(bound, rest, known.best))
        if work.out():
            return min(rest, bound)
        sets = list_sets(instance, prices, branch, k, min(rest, known.best), FEW_SETS)
        if sets is not None:
            rest = min(rest, _one_by_one(book, *sets, warm, known, work))
            continue
        hopeless = _hopeless(prices, {*instance.must, *branch.inside}, k, min(rest, known.best))
        for child in _split(prices, Branch(branch.inside, branch.outside | hopeless), instance.must):
            below = price_sites(instance, book.limits, k, prices.value, known.best, BRANCH_ROUNDS, child)
            work.done += SITE_WORK * BRANCH_ROUNDS * instance.search_cost.size
            number += 1
            heapq.heappush(queue, (max(bound, below.bound), number, child, below))
    return min(rest, known.best)


def _hopeless(prices: SitePrices, fixed: set[int], k: int, below: float) -> set[int]:
    """Sites that are in no set of the branch with a bound below."""
    free = np.setdiff1d(np.flatnonzero(np.isfinite(prices.worth)), sorted(fixed))
    need = k - len(fixed)
    others = np.sort(prices.worth[free])[: max(need - 1, 0)]
    start = prices.base + float(prices.worth[sorted(fixed)].sum()) + float(others.sum())
    # A site among the others is in the cheapest set there is; that branch is open.
    dear = (prices.worth[free] > others.max(initial=-np.inf)) & (start + prices.worth[free] >= below)
    return set(free[dear].tolist())


def _split(prices: SitePrices, branch: Branch, must: tuple[int, ...]) -> list[Branch]:
    """The branch with and without the site, not yet decided on, that was among the cheapest nearest to half of the time; itself where all are decided."""
    doubt = np.where(np.isfinite(prices.worth), np.abs(prices.chosen - 0.5), np.inf)
    doubt[[*must, *branch.inside, *branch.outside]] = np.inf
    site = int(doubt.argmin())
    if doubt[site] == np.inf:
        return [branch]
    return [Branch(branch.inside | {site}, branch.outside), Branch(branch.inside, branch.outside | {site})]


def _one_by_one(book: SetBook, value: FloatArray, sets: IntArray, warm: FloatArray, known: Known, work: Work) -> float:
    """Least bound of some sets (cheapest first); those that cost too much work count with the bound they have.

    Prices raise each bound first; what stays below the best plan is raised by the linear relaxation, then drawn.
    """
    met = [tuple(leads) for leads in sets.tolist()]
    bound = np.maximum(value, [book.known_bound(leads) for leads in met])
    fresh = np.array([i for i, leads in enumerate(met) if leads not in book.value], dtype=np.int64)
    arcs = book.instance.n_atoms * sets.shape[1] * book.rounds
    for some in np.array_split(fresh, math.ceil(len(fresh) * arcs / BATCH_WORK)) if len(fresh) else []:
        if work.out():
            break
        work.done += arcs * len(some)
        bound[some] = np.maximum(bound[some], book.bounds(sets[some], warm, known.best))
    relax_work = FOLD_WORK if book.instance.edge_weight.any() else RELAX_WORK
    for i in np.flatnonzero(bound < known.best):
        if met[i] in known.drawn:
            bound[i] = max(bound[i], known.drawn[met[i]].bound)
        elif not work.out():
            work.done += book.instance.n_atoms * sets.shape[1] * relax_work
            relaxed = known.relax(met[i])
            bound[i] = math.inf if relaxed.infeasible else max(bound[i], relaxed.bound)
    for i in np.argsort(bound, kind="stable"):
        if bound[i] < known.best and known.draws > 0 and met[i] not in known.drawn and not work.out():
            known.draws -= 1
            known.drawn[met[i]] = known.draw(met[i])
            bound[i] = max(bound[i], known.drawn[met[i]].bound)
    return float(bound.min(initial=math.inf))
