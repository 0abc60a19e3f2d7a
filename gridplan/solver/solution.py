"""What a solve returns: the plan, what it costs term by term, what is proven, and why a limit cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.words.text import Text

Status = Literal["optimal", "feasible", "infeasible"]


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


@dataclass(frozen=True, eq=False)
class Solution:
    """A complete plan with its objective, its proof and its explanation.

    `terms` sum to `objective`, in resident-minutes. `bound` is a proven lower bound on the objective of every plan
    that holds the hard limits (None where none was found or the limits cannot hold); `gap` is
    (objective - bound) / bound, `gap_travel` the same distance relative to the travel term alone.
    `bound_knows_contiguity` tells whether the bound uses that grids must be connected (beyond separate parts of the
    map). `status`: "optimal" when the bound is within 1e-6 of the objective; "feasible" when every hard rule holds; "infeasible"
    when this plan breaks one, told in the explanation. `reproducible` is False when the time limit ended the search.
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
