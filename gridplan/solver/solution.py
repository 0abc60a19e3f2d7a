"""What a solve returns: the plan, what it costs term by term, what is proven, and why a limit cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.words.cards import Card
from gridplan.words.text import Text

Status = Literal["optimal", "feasible", "infeasible", "unknown", "given"]
BREAKS_A_RULE = frozenset({"infeasible", "unknown"})
"""Statuses of a plan that breaks a hard rule: no plan holds them all, which is proven; or none was found that does."""
_MOST_NOTES = 5


@dataclass(frozen=True)
class Explanation:
    """Why a limit does not hold, or what was done with a wish that could not be taken literally.

    `limit_name` is the argument of `Problem.from_arrays` concerned ("balance", "population_max", "edges", "choose",
    "whole", "locked", "max_minutes", "minutes" ...). `measured` is what the returned plan has, `limit` what was asked,
    `smallest_relaxation` the value of the limit proven necessary (None: not known); all in the limit's own unit. `note`
    is True for a remark that breaks no limit.
    """

    limit_name: str
    message: Text
    measured: float | None = None
    limit: float | None = None
    smallest_relaxation: float | None = None
    unit_ids: tuple[str, ...] = ()
    lead_ids: tuple[str, ...] = ()
    note: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a plan costs, in resident-minutes, and how far from the best possible it can be.

    `terms` sum to `value`. `bound` is a proven lower bound on the value of every plan
    that holds the hard limits (None where none was found or the limits cannot hold); `gap` is
    (value - bound) / bound, `gap_travel` the same distance relative to the travel term alone.
    `bound_knows_contiguity` tells whether the bound uses that grids must be connected (beyond separate parts of the
    map). `status` is "optimal" (proven), "feasible" (every hard rule holds), "infeasible" (the plan breaks a hard rule, and
    it is proven that every plan does), "unknown" (the plan breaks one, and whether every plan does is not proven) or
    "given" (nobody optimised it).
    """

    value: float
    terms: Mapping[str, float]
    bound: float | None = None
    gap: float | None = None
    gap_travel: float | None = None
    bound_knows_contiguity: bool = False
    status: Status = "given"
    explanation: tuple[Explanation, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """A complete plan with its outcome: objective, proof and explanation, which are read from the solution itself too.

    Parameters
    ----------
    assignment
        The lead of each unit, and the grid of each lead.
    outcome
        What it costs and what is proven, read from the solution itself too: `objective` and its `terms` in resident-minutes,
        a proven lower `bound` on the objective of every plan that holds the hard limits (None where none was found or they
        cannot hold), `gap` (objective - bound) / bound, `status` and `explanation`.
    alternatives
        One row a number of grids that was tried: k, leads, objective, bound, worst deviation, share_within; least_NAME and
        most_NAME of each activity.
    alternative_units
        The lead of each unit in each of them: k, unit_id, lead_id.
    reproducible
        False when the time limit ended the search, or somebody who had enough.

    Examples
    --------
    >>> problem = gp.Problem.from_arrays(
    ...     unit_ids=["a", "b", "c"], population=[10, 20, 30], lead_ids=["x", "y"], lead_unit=[0, 2],
    ...     minutes=[[1.0, 9.0], [4.0, 5.0], [8.0, 1.0]], edges=[(0, 1), (1, 2)])
    >>> solution = gp.solve(problem)
    >>> solution.status, solution.objective, solution.gap
    ('optimal', 120.0, 0.0)
    """

    assignment: Assignment
    outcome: Outcome
    alternatives: pd.DataFrame
    alternative_units: pd.DataFrame
    reproducible: bool = True

    def __repr__(self) -> str:
        return self._card().as_text()

    def _repr_html_(self) -> str:
        return self._card().as_html()

    def _card(self) -> Card:
        units = self.assignment.lead_of_unit.value_counts()
        unknown = Text(zh="未知", en="not known")
        return Card(
            kind="Solution",
            title=self.status,
            facts=(
                (Text(zh="目标值", en="objective"), f"{self.objective:,.1f}"),
                *((Text(zh=f"· {name}", en=f"- {name}"), f"{value:,.1f}") for name, value in self.terms.items()),
                (Text(zh="下界", en="bound"), unknown if self.bound is None else f"{self.bound:,.1f}"),
                (Text(zh="差距", en="gap"), unknown if self.gap is None else f"{self.gap:.2%}"),
                *((Text(zh="说明", en="note"), part.message) for part in self.explanation[:_MOST_NOTES]),
            ),
            head=(Text(zh="网格", en="grid"), Text(zh="牵头医院", en="lead"), Text(zh="单元", en="units")),
            rows=[
                (str(grid), str(lead), f"{units.get(lead, 0):,}") for grid, lead in self.assignment.lead_of_grid.items()
            ],
        )

    def restated(self, **changes: Any) -> Solution:
        """Return the same plan with parts of its outcome changed.

        Parameters
        ----------
        **changes
            Fields of `Outcome` and their new values.

        Returns
        -------
        Solution
            The changed solution; this one stays as it is.

        Examples
        --------
        >>> problem = gp.Problem.from_arrays(
        ...     unit_ids=["a"], population=[10], lead_ids=["x"], lead_unit=[0], minutes=[[1.0]], edges=[])
        >>> gp.solve(problem).restated(bound=None, gap=None).gap is None
        True
        """
        return replace(self, outcome=replace(self.outcome, **changes))

    @property
    def objective(self) -> float:
        """The sum of all terms, in resident-minutes."""
        return self.outcome.value

    @property
    def terms(self) -> Mapping[str, float]:
        """Each term of the objective."""
        return self.outcome.terms

    @property
    def bound(self) -> float | None:
        """Proven lower bound on the objective."""
        return self.outcome.bound

    @property
    def gap(self) -> float | None:
        """(objective - bound) / bound."""
        return self.outcome.gap

    @property
    def gap_travel(self) -> float | None:
        """(objective - bound) / travel."""
        return self.outcome.gap_travel

    @property
    def bound_knows_contiguity(self) -> bool:
        """Whether the bound uses that grids must be connected."""
        return self.outcome.bound_knows_contiguity

    @property
    def status(self) -> Status:
        """How far the plan is proven: "optimal", "feasible" or "infeasible" (it breaks a hard rule; whether every plan does: `excluded`)."""
        return "infeasible" if self.outcome.status == "unknown" else self.outcome.status

    @property
    def excluded(self) -> bool:
        """Whether it is proven that no plan holds every hard rule; where not, there may be one that was not found."""
        return self.outcome.status == "infeasible"

    @property
    def explanation(self) -> tuple[Explanation, ...]:
        """Why limits do not hold, and remarks."""
        return self.outcome.explanation
