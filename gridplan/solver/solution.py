"""What a solve returns: the plan, what it costs term by term, what is proven, and why a limit cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.words.text import Text

Status = Literal["optimal", "feasible", "infeasible", "given"]


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
    map). `status` is "given" for a plan that nobody optimised.
    """

    value: float
    terms: Mapping[str, float]
    bound: float | None = None
    gap: float | None = None
    gap_travel: float | None = None
    bound_knows_contiguity: bool = False
    status: Status = "given"
    explanation: tuple[Explanation, ...] = ()


@dataclass(frozen=True, eq=False)
class Solution:
    """A complete plan with its outcome: objective, proof and explanation, which are read from the solution itself too.

    `alternatives` has one row a tried number of grids. `reproducible` is False when the time limit ended the search.
    """

    assignment: Assignment
    outcome: Outcome
    alternatives: pd.DataFrame
    reproducible: bool = True

    def restated(self, **changes: Any) -> Solution:
        """Return the same plan with parts of its outcome changed."""
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
        """How far the plan is proven."""
        return self.outcome.status

    @property
    def explanation(self) -> tuple[Explanation, ...]:
        """Why limits do not hold, and remarks."""
        return self.outcome.explanation
