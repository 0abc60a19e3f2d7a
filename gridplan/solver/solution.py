"""What a solve returns: the plan, what it costs term by term, what is proven, and why a limit cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.words.cards import Card
from gridplan.words.text import Text

Status = Literal["optimal", "feasible", "infeasible"]
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


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """A complete plan with its objective, its proof and its explanation.

    Parameters
    ----------
    assignment
        The lead of each unit, and the grid of each lead.
    objective, terms
        What was minimised, in resident-minutes, and its parts, which sum to it.
    bound
        A proven lower bound on the objective of every plan that holds the hard limits; None where none was found or the
        limits cannot hold.
    gap, gap_travel
        (objective - bound) / bound, and the same distance relative to the travel term alone.
    bound_knows_contiguity
        Whether the bound uses that grids must be connected (beyond separate parts of the map).
    status
        "optimal", "feasible" or "infeasible".
    explanation
        Why limits do not hold, and what was done with wishes that could not be taken literally.
    alternatives
        One row a number of grids that was tried: k, leads, objective, bound, worst deviation, share_within.
    reproducible
        False when the time limit ended the search.

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
    objective: float
    terms: Mapping[str, float]
    bound: float | None
    gap: float | None
    gap_travel: float | None
    bound_knows_contiguity: bool
    status: Status
    explanation: tuple[Explanation, ...]
    alternatives: pd.DataFrame
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
