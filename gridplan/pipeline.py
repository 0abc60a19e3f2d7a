"""plan(case) -> Proposal: the whole flow on one screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from gridplan.adjacency import build_adjacency
from gridplan.assignment import Assignment
from gridplan.case import Case
from gridplan.checks import check_plan
from gridplan.checks.plan import Plan
from gridplan.formulation import formulate, wanted_k
from gridplan.layers import Layers, read_layers
from gridplan.leads import choose_candidates, grade_leads
from gridplan.members import place_members
from gridplan.proposal import Objective, Proposal, make_proposal
from gridplan.scores import score_plan
from gridplan.text import Text
from gridplan.travel.minutes import TravelTimes, measure_travel
from gridplan.units import complete_units

Progress = Callable[[Text], None]
"""Called with the name of each stage as it begins."""


@dataclass(frozen=True, eq=False)
class Surveyed:
    """Everything known of a place before anybody leads anything: the part that planning and assessing share."""

    case: Case
    layers: Layers
    adjacency: nx.Graph
    leads: pd.DataFrame


def plan(case: Case, *, progress: Progress = lambda stage: None) -> Proposal:
    """Plan the grids of a case: layers in, a checked proposal out.

    Parameters
    ----------
    case : of `read_case`.
    progress : called with the name of each stage.

    Raises
    ------
    LayerError
        If the layers cannot be used; every problem of every layer is told.
    """
    place = survey(case, progress=progress)
    candidates = choose_candidates(_inside(place), case.grids, wanted_k(case)[0])
    progress(Text(zh="计算出行时间", en="Measuring travel times"))
    travel = measure_travel(place.layers, case, list(candidates.index))
    problem = formulate(place.layers, place.adjacency, travel, candidates, case)
    progress(Text(zh="选择牵头医院、划分网格", en="Choosing leads and drawing grids"))
    from gridplan.solve import solve

    solution = solve(problem, seed=case.solver.seed, effort=case.solver.effort, time_limit_s=case.solver.time_limit_s)
    objective = Objective(
        value=solution.objective, terms=dict(solution.terms), bound=solution.bound, gap=solution.gap, gap_travel=solution.gap_travel,
        bound_knows_contiguity=solution.bound_knows_contiguity, status=solution.status,
        explanation=tuple(part.message for part in solution.explanation),
    )
    return judge(place, travel, solution.assignment, objective, solution.alternatives, progress=progress, reproducible=solution.reproducible)


def survey(case: Case, *, progress: Progress = lambda stage: None) -> Surveyed:
    """Read the layers, complete the units and find their neighbours; grade every hospital as a possible lead."""
    progress(Text(zh="读取图层", en="Reading layers"))
    layers = read_layers(case)
    progress(Text(zh="整理规划单元", en="Completing planning units"))
    layers = complete_units(layers, case)
    return Surveyed(case, layers, build_adjacency(layers), grade_leads(layers.facilities, case.grids))


def judge(
    place: Surveyed, travel: TravelTimes, assignment: Assignment, objective: Objective, alternatives: pd.DataFrame,
    *, progress: Progress = lambda stage: None, reproducible: bool = True,
) -> Proposal:
    """Score and check an assignment, invented or given, and make it a proposal."""
    progress(Text(zh="评分与检查", en="Scoring and checking"))
    case, layers = place.case, place.layers
    scores = score_plan(layers, travel, assignment, limit_min=case.travel.limit_min, walk_limit_min=case.travel.walk_limit_min)
    members = place_members(layers, assignment)
    checked = Plan(case, layers, place.adjacency, travel, place.leads, assignment, members, scores, reproducible)
    return make_proposal(checked, check_plan(checked), objective, alternatives)


def _inside(place: Surveyed) -> pd.DataFrame:
    inside = place.layers.facilities["unit_id"].reindex(place.leads.index) != ""
    return place.leads[inside]
