"""Choosing which sites lead: local search over sets by their price bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gridplan.solver.bound.prices import ascend, ascend_sets, price_scale
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray

LeadSet = tuple[int, ...]

# Atoms times sites times grids from which only sites near the one that goes are tried in its place, and how many of them.
MANY_EXCHANGES, NEAR_SITES = 2_000_000, 8


@dataclass(eq=False)
class SetBook:
    """Lead sets met so far, each with the bound that its prices prove, for one number of grids.

    `unit_value` are the values of the atoms at which all sets together were bounded last (None: they were not).
    """

    instance: Instance
    limits: Limits
    rounds: int
    deadline: Deadline = NEVER
    value: dict[LeadSet, float] = field(default_factory=dict)
    price: dict[LeadSet, FloatArray] = field(default_factory=dict)
    lack: dict[LeadSet, float] = field(default_factory=dict)
    unit_value: FloatArray | None = None
    scale: float = 1.0

    def __post_init__(self) -> None:
        self.scale = price_scale(self.instance.search_cost, self.instance.population)

    def rank(self, leads: LeadSet) -> tuple[float, float, LeadSet]:
        """Smaller is better: first the fewest residents who keep the set from holding the limits, then its bound."""
        value = self.bound(leads)
        return self.lack[leads], value, leads

    def known_bound(self, leads: LeadSet) -> float:
        """Bound of a set as far as it is known; infinite where no plan of the set can hold the limits."""
        return np.inf if self.lack.get(leads) else self.value.get(leads, -np.inf)

    def bound(
        self, leads: LeadSet, start: FloatArray | None = None, rounds: int | None = None, enough: float = np.inf
    ) -> float:
        """Bound of a set (opening prices included), raised from prices a candidate site (m) until it is `enough`."""
        if leads in self.value and rounds is None:
            return self.value[leads]
        at = np.array(leads)
        few, cost = self.limits.of(at), self.instance.costs_of(at)
        lacking = self.lack[leads] = self.shortfall(at)
        opening = float(self.instance.problem.lead_price[at].sum())
        # Prices of a set that cannot hold the limits grow without end and would mislead the next one.
        starts = [np.zeros(len(at))] if lacking else self._starts(leads, start)
        for price in starts:
            value = ascend(
                cost, self.instance.population, few.hard_low, few.hard_high, few.soft_low, few.soft_high, few.price,
                price, self.scale, 1 if lacking else (rounds or self.rounds), enough - opening,
            )  # fmt: skip
            if leads not in self.value or float(value) + opening > self.value[leads]:
                self.value[leads], self.price[leads] = float(value) + opening, price
            if self.value[leads] > enough:
                break
        return self.value[leads]

    def _starts(self, leads: LeadSet, start: FloatArray | None) -> list[FloatArray]:
        """Prices to start from: those of the set itself, else those given, and none at all."""
        if leads in self.price:
            return [self.price[leads].copy(), np.zeros(len(leads))]
        return [np.zeros(len(leads))] if start is None else [start[list(leads)].copy(), np.zeros(len(leads))]

    def bounds(self, sets: IntArray, start: FloatArray, enough: float) -> FloatArray:
        """Bounds of many sets (rows, none of them in the book), each raised from `start` (m) until it is `enough`.

        A set that cannot hold the limits has an infinite bound; the others enter the book.
        """
        out = np.full(len(sets), np.inf)
        able = np.flatnonzero(self.shortfalls(sets) == 0)
        if not len(able):
            return out
        instance, limits = self.instance, self.limits
        value, price = np.empty(len(able)), np.empty((len(able), sets.shape[1]))
        ascend_sets(
            instance.search_cost, instance.population, instance.home, instance.forbidding, limits.hard_low,
            limits.hard_high, limits.soft_low, limits.soft_high, limits.price, instance.problem.lead_price, sets[able],
            start, self.scale, self.rounds, enough, value, price,
        )  # fmt: skip
        for i, leads in enumerate(map(tuple, sets[able].tolist())):
            self.value[leads], self.price[leads], self.lack[leads] = float(value[i]), price[i], 0.0
        out[able] = value
        return out

    def shortfall(self, at: IntArray) -> float:
        """Residents who keep the separate parts of the map from holding the hard limits with these leads."""
        return float(self.shortfalls(at[None, :])[0])

    def shortfalls(self, sets: IntArray) -> FloatArray:
        """Shortfall of each set (a row)."""
        part = self.instance.component[self.instance.home]
        lack = np.zeros(len(sets))
        for here, residents in enumerate(self._residents):
            inside = part[sets] == here
            most = np.where(inside, self.limits.hard_high[sets], 0.0).sum(axis=1)
            least = np.where(inside, self.limits.hard_low[sets], 0.0).sum(axis=1)
            over = np.maximum(residents - most, 0.0) + np.maximum(least - residents, 0.0)
            lack += np.where(over > 1e-9 * self._residents.sum(), over, 0.0)
            lack += self._lacking_activities(inside, sets, here)
        return lack

    def _lacking_activities(self, inside: BoolArray, sets: IntArray, here: int) -> FloatArray:
        """Activities that a part of the map has too much or too little of, as residents."""
        extra, lack = self.limits.activities, np.zeros(len(sets))
        for q in np.flatnonzero(extra.weight):
            held = float(self.instance.amounts[q, self.instance.component == here].sum())
            most = np.where(inside, extra.high[q][sets], 0.0).sum(axis=1)
            least = np.where(inside, extra.low[q][sets], 0.0).sum(axis=1)
            over = np.maximum(held - most, 0.0) + np.maximum(least - held, 0.0)
            lack += np.where(over > 1e-9 * held, extra.weight[q] * over, 0.0)
        return lack

    @cached_property
    def _residents(self) -> FloatArray:
        """Residents of each separate part of the map."""
        residents: FloatArray = np.bincount(self.instance.component, weights=self.instance.population).astype(
            np.float64
        )
        return residents

    def refine(self, count: int, rounds: int) -> list[LeadSet]:
        """Best sets once the bounds of the front runners have been raised further."""
        sharp: set[LeadSet] = set()
        while True:
            front = [leads for leads in self.best(count) if leads not in sharp]
            if not front or len(sharp) > 10 * count or self.deadline.over():
                return self.best(count)
            for leads in front:
                self.bound(leads, rounds=rounds)
                sharp.add(leads)

    def spread(self, leads: LeadSet) -> FloatArray:
        """Prices of a set as a vector over all candidates (the mean where a site is not in the set)."""
        price = np.full(self.instance.problem.n_leads, float(self.price[leads].mean()))
        price[list(leads)] = self.price[leads]
        return price

    def best(self, count: int) -> list[LeadSet]:
        """Sets of least bound, best first."""
        return sorted(self.value, key=self.rank)[:count]


def fits(instance: Instance, leads: LeadSet) -> bool:
    """Whether the sites may lead together."""
    at = list(leads)
    homes, hospitals = instance.home[at].tolist(), instance.problem.hospital[at].tolist()
    return len(set(homes)) == len(leads) == len(set(hospitals))


def search_sets(book: SetBook, k: int, *, rng: np.random.Generator, starts: int, exchanges: bool = True) -> None:
    """Fill the book: greedy sets improved by exchanging one site, from several starts."""
    for i in range(starts):
        if i and book.deadline.over():
            break
        leads = greedy_set(book.instance, k, rng if i else None)
        if leads is not None:
            book.bound(leads)
            if exchanges:
                exchange(book, leads)


def greedy_set(instance: Instance, k: int, rng: np.random.Generator | None) -> LeadSet | None:
    """Open the sites one by one that save most travel; with `rng` the savings are blurred. None: no set fits."""
    chosen = list(instance.must)
    free = [j for j in np.flatnonzero(instance.usable).tolist() if j not in chosen]
    opening = instance.problem.lead_price
    while len(chosen) < k:
        free = [j for j in free if all(not instance.conflicts(j, c) for c in chosen)]
        if not free:
            return any_set(instance, k)
        far = instance.search_cost.max(axis=1)
        now = instance.search_cost[:, chosen].min(axis=1) if chosen else far
        total = np.minimum(now[:, None], instance.search_cost[:, free]).sum(axis=0) + opening[free]
        if rng is not None:
            total = total * rng.uniform(0.7, 1.3, len(free))
        chosen.append(free.pop(int(total.argmin())))
    leads = tuple(sorted(chosen))
    return leads if fits(instance, leads) else None


def fitting_set(instance: Instance, order: IntArray, k: int) -> LeadSet | None:
    """The first k usable sites of an order that may lead together, required ones before all others; None if there are fewer."""
    chosen = list(instance.must)
    for j in order.tolist():
        if (
            len(chosen) < k
            and instance.usable[j]
            and j not in chosen
            and not any(instance.conflicts(j, c) for c in chosen)
        ):
            chosen.append(j)
    return tuple(sorted(chosen)) if len(chosen) == k else None


def any_set(instance: Instance, k: int) -> LeadSet | None:
    """Find any k sites that may lead together, by matching hospitals to home atoms."""
    import networkx as nx

    chosen = list(instance.must)
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    hospitals = instance.problem.hospital
    for j in np.flatnonzero(instance.usable).tolist():
        if all(not instance.conflicts(j, c) for c in chosen):
            graph.add_edge(("hospital", int(hospitals[j])), ("home", int(instance.home[j])), site=j)
    top = sorted(node for node in graph if node[0] == "hospital")
    pairs = nx.bipartite.maximum_matching(graph, top_nodes=top)
    sites = sorted(graph.edges[h, pairs[h]]["site"] for h in top if h in pairs)
    leads = chosen + sites[: k - len(chosen)]
    return tuple(sorted(leads)) if len(leads) == k else None


def is_province(instance: Instance, k: int) -> bool:
    """Whether there are so many sites, grids and atoms that not every exchange can be tried."""
    return instance.n_atoms * int(instance.usable.sum()) * k > MANY_EXCHANGES


def exchange_near(book: SetBook, leads: LeadSet) -> LeadSet:
    """Exchange a site for one near it while the bound falls, every site in turn until none can be bettered."""
    instance = book.instance
    usable = np.flatnonzero(instance.usable)
    lack, now, _ = book.rank(leads)
    turns = [j for j in leads if j not in instance.must]
    idle = 0
    while idle < len(turns) and not book.deadline.over():
        out = turns.pop(0)
        idle += 1
        start = book.spread(leads)
        rest = tuple(j for j in leads if j != out)
        near = usable[np.argsort(instance.problem.minutes[instance.problem.lead_unit[out], usable], kind="stable")]
        for into in near[~np.isin(near, leads)][:NEAR_SITES].tolist():
            trial = tuple(sorted((*rest, into)))
            if not fits(instance, trial) or book.deadline.over():
                continue
            warm = start.copy()
            warm[into] = start[out]
            value = book.bound(trial, warm, enough=now if lack == 0.0 else np.inf)
            lacking = book.lack[trial]
            if lacking < lack or (lacking == lack and value < now - 1e-9 * abs(now)):
                leads, lack, now, out, idle = trial, lacking, value, into, 0
                break
        turns.append(out)
    return leads


def exchange(book: SetBook, leads: LeadSet) -> LeadSet:
    """Exchange one site at a time while the bound falls."""
    instance = book.instance
    if is_province(instance, len(leads)):
        return exchange_near(book, leads)
    usable = np.flatnonzero(instance.usable).tolist()
    lack, now, _ = book.rank(leads)
    improved = True
    while improved:
        improved = False
        start = book.spread(leads)
        for out in leads:
            if out in instance.must:
                continue
            rest = tuple(j for j in leads if j != out)
            for into in usable:
                trial = tuple(sorted((*rest, into)))
                if into in leads or not fits(instance, trial):
                    continue
                if book.deadline.over():
                    return leads
                warm = start.copy()
                warm[into] = start[out]
                value = book.bound(trial, warm, enough=now if lack == 0.0 else np.inf)
                lacking = book.lack[trial]
                if lacking < lack or (lacking == lack and value < now - 1e-9 * abs(now)):
                    leads, lack, now, improved = trial, lacking, value, True
                    break
            if improved:
                break
    return leads
