"""Why units, borders and leads of a plan are what they are, all of it: the longest part of judging, which asks nothing of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from gridplan.grids.border_reasons import explain_borders
from gridplan.grids.plan import Plan
from gridplan.grids.site_reasons import explain_sites
from gridplan.grids.unit_reasons import explain_units
from gridplan.ground.city_and_counties import Scope
from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import Problem
from gridplan.words.hearing import never


@dataclass(frozen=True, eq=False)
class Reasons:
    """The frame `reasons` of a proposal, the annexes about borders and sites, and whether the clock cut them short."""

    units: pd.DataFrame
    annexes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    cut_short: bool = False


def find_reasons(
    plan: Plan, problems: Sequence[tuple[Scope, Problem]], unwanted: Callable[[], bool] = never
) -> Reasons:
    """Return why a plan is what it is, of the problems that its solver was asked; with none of them there is nothing to say.

    Nothing more is tried once the time limit of the case is over, or nobody wants it.
    """
    deadline = Deadline.after(plan.case.solver.time_limit_s, enough=unwanted)
    units = explain_units(plan, problems, deadline=deadline)
    borders = explain_borders(plan, problems, units, deadline=deadline)
    sites = explain_sites(plan, problems, deadline=deadline)
    return Reasons(units, {**borders, **sites}, deadline.met)
