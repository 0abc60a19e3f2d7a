"""What leaving the plan in force buys: plans from the least change to the free optimum, each with what is proven of it.

A price a resident who changes lead finds the corners of the curve; where two corners lie far apart, plans between them are found by
a ceiling on such residents. Either proves something of every plan: with a price p, objective + p x moved is at least its bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from gridplan.solver.deadline import Deadline
from gridplan.solver.flow import run
from gridplan.solver.improving import lead_positions, most_saved, price_of_fewest
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.solver.terms import moved_residents

SAME = 1e-6
"""Share of the range within which two plans are one."""


@dataclass(frozen=True, eq=False)
class Step:
    """A plan on the curve, for all its problems together.

    - price: resident-minutes a resident who changes lead at which it was found; None where it was found by `ceiling`
    - moved: residents who change lead; objective: without the price of change; bound: proven lower bound on the objective of every
      plan in which no more residents change lead (None: nothing is proven); solutions: one a problem
    """

    price: float | None
    ceiling: float | None
    moved: float
    objective: float
    bound: float | None
    solutions: tuple[Solution, ...]

    @property
    def gap(self) -> float | None:
        """(objective - bound) / bound."""
        return None if not self.bound else max(self.objective - self.bound, 0.0) / abs(self.bound)

    @property
    def terms(self) -> dict[str, float]:
        """Terms of the objective, without that of change."""
        names = dict.fromkeys(name for part in self.solutions for name in part.terms if name != "moved")
        return {name: sum(part.terms.get(name, 0.0) for part in self.solutions) for name in names}

    @property
    def feasible(self) -> bool:
        """Whether every rule holds."""
        return all(part.status not in BREAKS_A_RULE for part in self.solutions)


def trade_off(
    problems: Sequence[Problem],
    *,
    points: int,
    seed: int = 0,
    effort: float = 1.0,
    time_limit_s: float | None = None,
) -> list[Step]:
    """Return plans from the least change to the free optimum, fewest residents first; the objective falls with every one.

    Parameters
    ----------
    problems
        What is planned apart, each with its plan in force; their own price and ceiling of change are left out of account. Ceilings are
        tried where there is but one.
    points
        Plans at most.
    time_limit_s
        A ceiling in seconds for each plan, all its problems together.
    """
    curve = _Curve(problems, seed, effort, time_limit_s)
    free = curve.at_price(0.0)
    least = curve.least()
    steps = [least, free] if free.objective < least.objective * (1 - SAME) and free.moved > least.moved else [least]
    closed: set[tuple[float, float]] = set()
    while 1 < len(steps) < points:
        span, fall = steps[-1].moved - steps[0].moved, steps[0].objective - steps[-1].objective
        pairs = [pair for pair in pairwise(steps) if _ends(pair) not in closed]
        if not pairs:
            break
        pair = max(pairs, key=lambda p: (p[1].moved - p[0].moved) / span + (p[0].objective - p[1].objective) / fall)
        between = curve.between(*pair, smallest=span / points)
        if between is None:
            closed.add(_ends(pair))
        else:
            steps = _falling([*steps, between])
    return [replace(step, bound=curve.proven(step)) for step in steps]


def elbow_of(steps: Sequence[Step]) -> int:
    """Return the position of the step whose minutes lie farthest below the straight line from the first to the last; -1 where none does."""
    moved, travel = [step.moved for step in steps], [step.terms["travel"] for step in steps]
    if len(steps) < 3 or travel[-1] >= travel[0]:
        return -1
    along = (np.array(moved) - moved[0]) / (moved[-1] - moved[0])
    fallen = (travel[0] - np.array(travel)) / (travel[0] - travel[-1])
    below = (fallen - along)[1:-1]
    return int(below.argmax()) + 1 if below.max() > SAME else -1


def _ends(pair: tuple[Step, Step]) -> tuple[float, float]:
    return pair[0].moved, pair[1].moved


def _falling(steps: list[Step]) -> list[Step]:
    """Keep the steps whose objective lies below that of every step with fewer residents who change; of equals the fewest change."""
    kept: list[Step] = []
    for step in sorted(steps, key=lambda s: (s.moved, s.objective)):
        if not kept or step.objective < kept[-1].objective - SAME * abs(kept[-1].objective):
            kept.append(step)
    return kept


@dataclass(eq=False)
class _Curve:
    """Plans by price and by ceiling, and what they prove: `lines` (price, bound with the price), `caps` (ceiling, bound)."""

    problems: Sequence[Problem]
    seed: int
    effort: float
    time_limit_s: float | None = None
    lines: list[tuple[float, float]] = field(default_factory=list)
    caps: list[tuple[float, float]] = field(default_factory=list)

    def at_price(self, price: float) -> Step:
        """Plan with a price a resident who changes lead."""
        step = self._solved(price, None)
        bounds = [part.bound for part in step.solutions]
        if step.feasible and None not in bounds:
            self.lines.append((price, float(sum(b for b in bounds if b is not None))))
        return step

    def within(self, ceiling: float) -> Step:
        """Plan in which no more residents change lead."""
        step = self._solved(None, ceiling)
        bound = step.solutions[0].bound
        if step.feasible and bound is not None:
            self.caps.append((ceiling, bound))
        return step

    def least(self) -> Step:
        """Plan in which the fewest residents change lead, the best of those where one problem is planned.

        Beside a price that drowns all else the search sees little of what is worth moving: unproven, a lesser one is tried too.
        """
        few = self.at_price(max(map(price_of_fewest, self.problems)))
        if not all(part.status == "optimal" for part in few.solutions):
            lesser = self.at_price(max(map(most_saved, self.problems)))
            return min(few, lesser, key=lambda step: (not step.feasible, step.moved, step.objective))
        if len(self.problems) > 1:
            return few
        best = self.within(few.moved)
        return best if best.feasible and best.objective <= few.objective else few

    def between(self, first: Step, last: Step, *, smallest: float) -> Step | None:
        """Plan with more residents who change than `first` and fewer than `last`, by their exchange rate or a ceiling."""
        price = (first.objective - last.objective) / (last.moved - first.moved)
        step = self.at_price(price)
        chord = first.objective + price * first.moved
        if _lies_between(first, step, last) and step.objective + price * step.moved < chord * (1 - SAME):
            return step
        if len(self.problems) > 1 or last.moved - first.moved < smallest:
            return None
        step = self.within((first.moved + last.moved) / 2)
        return step if _lies_between(first, step, last) else None

    def proven(self, step: Step) -> float | None:
        """Lower bound on the objective of plans in which no more residents change lead than in a step."""
        bounds = [bound - price * step.moved for price, bound in self.lines]
        bounds += [bound for ceiling, bound in self.caps if ceiling >= step.moved * (1 - SAME)]
        if not bounds or not step.feasible or max(bounds) > step.objective + SAME * abs(step.objective):
            return None  # what lies above a plan proves nothing of it
        return min(max(bounds), step.objective)

    def _solved(self, price: float | None, ceiling: float | None) -> Step:
        asked = [replace(p, change=p.change.priced(price, ceiling)) for p in self.problems]
        deadline = Deadline.after(self.time_limit_s)
        solutions = tuple(run(p, seed=self.seed, effort=self.effort, deadline=deadline) for p in asked)
        moved = sum(moved_residents(p, lead_positions(p, s.assignment)) for p, s in zip(asked, solutions, strict=True))
        objective = sum(s.objective - s.terms.get("moved", 0.0) for s in solutions)
        return Step(price, ceiling, float(moved), float(objective), None, solutions)


def _lies_between(first: Step, step: Step, last: Step) -> bool:
    inside = first.moved * (1 + SAME) < step.moved < last.moved * (1 - SAME)
    return step.feasible and inside and step.objective < first.objective - SAME * abs(first.objective)


__all__ = ["Step", "elbow_of", "trade_off"]
