"""What it would cost to move a border between two grids: the least price along each contact that it cuts.

The leads stay. At least: the bound of the relaxation with the arc that the move takes. At most: a plan with the move in it, drawn
from this one by a short search. Where the whole plan was solved again with that move, it is that plan and its bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.solver.bound.fixed_leads import Relaxed, relax
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.draw.annealing import anneal_rounds, build_task, first_labels
from gridplan.solver.draw.drawing import lead_of_units
from gridplan.solver.draw.moves import Task
from gridplan.solver.placement import FixedPlan, fix_leads
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.terms import measure
from gridplan.words.side_by_side import side_by_side

MOVES = 20_000
"""Moves that the search for one price tries."""
BORDER_WORK = 1_000_000
"""Atoms times searches: some 5 s of one core on a province, far less on a city."""
HOW = ("solved", "drawn", "bound", "none")
"""How a price was found: the whole plan solved again; a short search; only what it is at least; no move is possible."""
Move = tuple[int, int]
"""An atom and the position of the lead to which it goes."""


@dataclass(frozen=True)
class Price:
    """Resident-minutes that the whole plan loses at least and at most by a move, and the other residents who change lead.

    Where no plan was found the last two are infinite.
    """

    low: float
    high: float = np.inf
    dragged: float = np.inf
    how: str = "bound"


@dataclass(frozen=True, eq=False)
class _Borders(FixedPlan):
    """The contacts between grids, and what moving one of them costs."""

    @cached_property
    def leads(self) -> IntArray:
        return np.arange(self.problem.n_leads, dtype=np.int64)

    @cached_property
    def relaxed(self) -> Relaxed:
        return relax(self.instance, self.leads, self.limits)

    @cached_property
    def task(self) -> Task:
        return build_task(self.instance, self.leads, self.limits, self.seed)

    @cached_property
    def contacts(self) -> IntArray:
        """(c, 2) units of two grids that touch."""
        edges = self.problem.edges
        found: IntArray = edges[self.label[edges[:, 0]] != self.label[edges[:, 1]]]
        return found

    def moves_of(self, contact: IntArray) -> list[Move]:
        """The moves across a contact: one side to the other's grid; not of what a lead stands in, nor what a rule forbids."""
        one, two = contact.tolist()
        found = []
        for unit, across in ((one, two), (two, one)):
            atom, lead = int(self.instance.atom_of_unit[unit]), int(self.label[across])
            if not self.task.frozen[atom] and not self.instance.blocked[atom, lead]:
                found.append((atom, lead))
        return found

    def residents(self, move: Move) -> float:
        """Residents of what moves, at least one."""
        return max(float(self.instance.population[move[0]]), 1.0)

    def at_least(self, move: Move) -> Price:
        """What every plan with an atom at a lead loses."""
        return Price(max(self.relaxed.bound + float(self.relaxed.slack[move]) - self.measures.objective, 0.0))

    def drawn(self, move: Move) -> Price:
        """What a plan with an atom at a lead loses that a short search finds from this one."""
        least = self.at_least(move)
        atom, lead = move
        wish = np.empty(self.instance.n_atoms, dtype=np.int64)
        wish[self.instance.atom_of_unit] = self.label
        wish[atom] = lead
        frozen = self.task.frozen.copy()
        frozen[atom] = True
        task = self.task._replace(frozen=frozen)
        start = first_labels(self.instance, self.leads, task, self.relaxed.price, wish)
        best = anneal_rounds(task, start, seed=self.seed, proposals=MOVES, rounds=1, deadline=self.deadline)
        found = measure(self.problem, lead_of_units(self.instance, self.leads, best.label), self.limits)
        if best.label[atom] != lead or not found.holds:
            return least
        changed = float(self.problem.population[found.lead != self.label].sum())
        high = max(found.objective - self.measures.objective, least.low)
        return Price(least.low, high, changed - float(self.instance.population[atom]), "drawn")


def price_borders(
    problem: Problem, lead: IntArray, reasons: pd.DataFrame, *, seed: int = 0, deadline: Deadline = NEVER
) -> pd.DataFrame:
    """Say of every contact between two grids what it costs at least to move the border there.

    Parameters
    ----------
    problem
        The rules of the plan.
    lead
        (n,) lead position of each unit.
    reasons
        Of `explain_placement` for the same plan: its prices are taken where the move is one of them.
    seed
        As that of `solve`.
    deadline
        When to stop; what was not drawn by then has no upper price.

    Returns
    -------
    pandas.DataFrame
        One row a contact, in the order of the problem's edges.

        - unit_a, unit_b: the two sides
        - unit_id, lead_id: the side that moves for least, with all that stays together with it, and where it goes; "" where no move is
          possible
        - residents: of what moves
        - price_low, price_high: resident-minutes that the whole plan loses at least and at most by that move
        - each_low, each_high: minutes a resident of what moves, at least over both moves, and at most
        - dragged: other residents who change lead with it
        - how: one of `HOW`
    """
    opened = np.unique(lead)
    fixed = fix_leads(problem, opened)
    borders = _Borders(fixed, np.searchsorted(opened, lead).astype(np.int64), seed, deadline)
    contacts = borders.contacts if borders.measures.holds else np.empty((0, 2), dtype=np.int64)
    across = [borders.moves_of(contact) for contact in contacts]
    prices = _prices(borders, {move for moves in across for move in moves}, _solved(borders, reasons))
    unit_of = dict(zip(borders.instance.atom_of_unit.tolist(), fixed.unit_ids, strict=True))
    rows = []
    for contact, moves in zip(contacts.tolist(), across, strict=True):
        row: dict[str, object] = dict(
            zip(("unit_a", "unit_b"), (fixed.unit_ids[unit] for unit in contact), strict=True)
        )
        row |= {"unit_id": "", "lead_id": "", "how": "none"}
        if moves:
            each = {move: borders.residents(move) for move in moves}
            best = min(moves, key=lambda move: (prices[move].high / each[move], prices[move].low / each[move], move))
            own = next(
                (fixed.unit_ids[u] for u in contact if borders.instance.atom_of_unit[u] == best[0]), unit_of[best[0]]
            )
            row |= {
                "unit_id": own,
                "lead_id": fixed.lead_ids[best[1]],
                "residents": float(borders.instance.population[best[0]]),
                "price_low": prices[best].low,
                "price_high": prices[best].high,
                "each_low": min(prices[move].low / each[move] for move in moves),
                "each_high": prices[best].high / each[best],
                "dragged": prices[best].dragged,
                "how": prices[best].how,
            }
        rows.append(row)
    columns = ["unit_a", "unit_b", "unit_id", "lead_id", "residents", "price_low", "price_high", "each_low", "each_high", "dragged", "how"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).replace({np.inf: np.nan})


def _solved(borders: _Borders, reasons: pd.DataFrame) -> dict[Move, Price]:
    """Return the prices of moves for which the whole plan was solved again."""
    known = reasons[reasons["price_high"].notna()]
    position = borders.problem.unit_position
    found = {}
    for unit, row in known.iterrows():
        atom = int(borders.instance.atom_of_unit[position[str(unit)]])
        together = float(borders.instance.population[atom] - borders.problem.population[position[str(unit)]])
        price = Price(row["price_low"], row["price_high"], row["dragged"] - together, "solved")
        found[(atom, borders.problem.lead_position[row["nearest_lead_id"]])] = price
    return found


def _prices(borders: _Borders, moves: Iterable[Move], solved: Mapping[Move, Price]) -> dict[Move, Price]:
    """Return the price of each move; those that may be cheapest a resident are searched first."""
    prices = {move: solved.get(move) or borders.at_least(move) for move in sorted(moves)}
    left = BORDER_WORK // max(borders.instance.n_atoms, 1)
    order = sorted(prices, key=lambda move: (prices[move].low / borders.residents(move), move))
    sought = [move for move in order if move not in solved][:left]
    drawn = side_by_side(lambda move: prices[move] if borders.deadline.over() else borders.drawn(move), sought)
    return prices | dict(zip(sought, drawn, strict=True))
