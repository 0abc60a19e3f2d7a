"""plan(case) -> Proposal: the whole flow on one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import networkx as nx
import pandas as pd

from gridplan.case.case import Case
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.checks.scenarios import run_conversions, tell_conversions
from gridplan.grids.annexes.communities import draw_up_communities
from gridplan.grids.annexes.cooperation_annexes import draw_up_overlays
from gridplan.grids.annexes.ledgers import draw_up_ledgers
from gridplan.grids.annexes.reach import draw_up_isochrones
from gridplan.grids.given import GivenPlan, from_leads, read_given
from gridplan.grids.losses import draw_up_resilience
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.grids.scores import score_plan
from gridplan.ground.access.minutes import TravelTimes, measure_travel
from gridplan.ground.adjacency import build_adjacency
from gridplan.ground.joined import all_candidates, formulate_scopes, solve_scopes
from gridplan.ground.leads import grade_by_scope
from gridplan.ground.named import tell_unknown_names, tell_unknown_rules, tell_unknown_subjects
from gridplan.ground.parts import Scope, limit_of_unit, scope_of_unit
from gridplan.ground.readiness import tell_unreached, tell_unready
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, hash_file, read_layers
from gridplan.proposal.building import make_proposal
from gridplan.proposal.edits import Edits, apply_edits, record_revision
from gridplan.proposal.proposal import Proposal
from gridplan.proposal.reconstruction import restore_adjacency, restore_layers, restore_stated_members, restore_travel
from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Outcome
from gridplan.words.errors import AssignmentError, InputProblem, LayerError
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.text import Text

Progress = Callable[[Text], None]
"""Called with the name of each stage as it begins."""


def _silent(_stage: Text) -> None:
    """Show nothing."""


@dataclass(frozen=True, eq=False)
class Surveyed:
    """Everything known of a place before anybody leads anything: the part that planning and assessing share."""

    case: Case
    layers: Layers
    adjacency: nx.Graph
    leads: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Posed:
    """A place with its minutes and the problem of each scope: all that is done before a solver is asked."""

    place: Surveyed
    travel: TravelTimes
    problems: list[tuple[Scope, Problem]]


def plan(case: Case, *, progress: Progress = _silent) -> Proposal:
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
    posed = pose(case, progress=progress)
    progress(Text(zh="选择牵头医院、划分网格", en="Choosing leads and drawing grids"))
    solution = solve_scopes(posed.problems, case, posed.place.layers.units.index)
    return judge(
        posed.place,
        posed.travel,
        solution.assignment,
        solution.outcome,
        solution.alternatives,
        progress=progress,
        reproducible=solution.reproducible,
    )


def pose(case: Case, *, progress: Progress = _silent) -> Posed:
    """Do all that comes before the solver: what `gridplan check` accepts, a solver is given.

    Raises
    ------
    LayerError
        If the case cannot be planned: its layers cannot be used, a name in it stands for nothing, nobody may lead, or nobody reaches
        a hospital that may.
    """
    place = survey(case, progress=progress)
    place = _told(place, (*tell_unknown_subjects(place.layers, case), *tell_unready(place.layers, place.leads, case)))
    progress(Text(zh="计算出行时间", en="Measuring travel times"))
    travel = measure_travel(place.layers, case, all_candidates(place.layers, place.leads, case))
    problems = formulate_scopes(place.layers, place.adjacency, travel, place.leads, case)
    return Posed(_told(place, (*travel.notes, *tell_unreached(problems, case))), travel, problems)


def _told(place: Surveyed, problems: Iterable[InputProblem]) -> Surveyed:
    """Return the place with more that is doubtful about its layers; refuse it with all of it where something is an error."""
    every = Problems()
    every += (*place.layers.problems, *problems)
    every.refuse(LayerError)
    return replace(place, layers=replace(place.layers, problems=tuple(every)))


def survey(case: Case, *, progress: Progress = _silent) -> Surveyed:
    """Read the layers, complete the units and find their neighbours; grade every hospital as a possible lead.

    Raises
    ------
    LayerError
        If the layers cannot be used, or a name in the case stands for nothing; every problem is told.
    """
    strange = tell_unknown_rules(case, [rule.id for rule in RULES])
    progress(Text(zh="读取图层", en="Reading layers"))
    try:
        layers = read_layers(case)
    except LayerError as error:
        raise LayerError((*strange, *error.problems)) from None
    progress(Text(zh="整理规划单元", en="Completing planning units"))
    layers = complete_units(layers, case)
    place = Surveyed(case, layers, build_adjacency(layers), grade_by_scope(layers.facilities, layers.units, case))
    return _told(place, (*strange, *tell_unknown_names(layers, case)))


def judge(
    place: Surveyed,
    travel: TravelTimes,
    assignment: Assignment,
    objective: Outcome,
    alternatives: pd.DataFrame,
    *,
    progress: Progress = _silent,
    reproducible: bool = True,
    given: GivenPlan | None = None,
) -> Proposal:
    """Score and check an assignment, invented or given, and make it a proposal.

    `given` is what a given plan states beyond the assignment: contradicting claims, memberships, sub-areas.
    """
    progress(Text(zh="评分与检查", en="Scoring and checking"))
    case, layers = place.case, place.layers
    scores = score_plan(
        layers,
        travel,
        assignment,
        limit_min=limit_of_unit(layers.units, case),
        walk_limit_min=case.travel.walk_limit_min,
        scope=scope_of_unit(layers.units, case),
    )
    members = place_members(layers, assignment, given.members_by_grid(assignment) if given else None)
    checked = Plan(case, layers, place.adjacency, travel, place.leads, assignment, members, scores, reproducible)
    if given is not None:
        claims = given.claims_by_grid(assignment)
        checked = replace(checked, given_as=given.given_as, claims=claims, sub_areas=given.sub_areas)
    checked = replace(checked, annexes=draw_up_annexes(checked))
    findings = check_plan(checked)
    conversions = run_conversions(checked, findings, draw_up_annexes)
    if conversions is not None:
        checked = replace(checked, annexes={**checked.annexes, "conversions": conversions})
        findings = tell_conversions(checked, findings)
    return make_proposal(checked, findings, objective, alternatives)


def draw_up_annexes(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes of a plan: what its records, networks and scenarios give rise to, by name (`annexes.ANNEXES`)."""
    resilience = draw_up_resilience(plan.layers, plan.travel, plan.assignment, plan.case)
    isochrones = draw_up_isochrones(plan.layers, plan.travel)
    return {**isochrones, **draw_up_ledgers(plan), **draw_up_communities(plan), **draw_up_overlays(plan), **resilience}


def assess(case: Case, stated: pd.Series | str | Path, *, progress: Progress = _silent) -> Proposal:
    """Score and check a given plan: published, hand-made, or another tool's.

    Parameters
    ----------
    case : of `read_case`.
    stated : a file (see `given.read_given`: by unit, by street or district, by membership, or polygons), or a series of leads
        (facility ids) on index unit_id; units that are missing are a finding of R-02.

    Raises
    ------
    LayerError, AssignmentError
        If the layers cannot be used, or the plan names units or leads that do not exist.
    """
    place = survey(case, progress=progress)
    given = from_leads(stated) if isinstance(stated, pd.Series) else read_given(case, stated, place.layers)
    lead_of_unit = given.lead_of_unit
    _check_given(lead_of_unit, place.layers)
    place = replace(place, layers=_with_given(place.layers, stated, given))
    progress(Text(zh="计算出行时间", en="Measuring travel times"))
    sites = list(dict.fromkeys([*all_candidates(place.layers, place.leads, case), *lead_of_unit.unique()]))
    travel = measure_travel(place.layers, case, sites)
    objective = _objective_given(place, travel, lead_of_unit)
    place = _told(place, travel.notes)
    return judge(place, travel, given.assignment(), objective, _no_alternatives(), progress=progress, given=given)


def _with_given(layers: Layers, stated: pd.Series | str | Path, given: GivenPlan) -> Layers:
    """Return the layers with what is doubtful in a given plan and, if it is a file, its hash."""
    named = {} if isinstance(stated, pd.Series) else {f"assignment: {Path(stated).name}": hash_file(Path(stated))}
    return replace(layers, problems=(*layers.problems, *given.problems), hashes={**layers.hashes, **named})


def _objective_given(place: Surveyed, travel: TravelTimes, lead_of_unit: pd.Series) -> Outcome:
    """Return the travel of a plan that nobody optimised."""
    people = place.layers.units["population"].reindex(lead_of_unit.index).to_numpy()
    minutes = travel.unit_minutes.to_numpy()[
        travel.unit_minutes.index.get_indexer(lead_of_unit.index),
        travel.unit_minutes.columns.get_indexer(pd.Index(lead_of_unit)),
    ]
    terms = {"travel": float((people * minutes)[people > 0].sum())}
    return Outcome(terms["travel"], terms)


def revise(proposal: Proposal, edits: Edits, *, repair: bool = False, progress: Progress = _silent) -> Proposal:
    """Apply a reviewer's edits to a proposal, check everything again, and keep the ids of the grids.

    The input layers are not read: the proposal holds what scores and rules need (see `reconstruction`).

    Parameters
    ----------
    proposal : the one the edits were made on.
    edits : of `edits.read_edits`.
    repair : also reconnect and rebalance the grids, moving as few residents as possible and no locked unit.
    progress : called with the name of each stage.

    Raises
    ------
    ProposalError, ProblemError
        If the proposal has no cells, or the locks leave no plan to repair.
    """
    progress(Text(zh="读取原方案", en="Restoring the proposal"))
    layers = restore_layers(proposal)
    leads = grade_by_scope(layers.facilities, layers.units, proposal.case)
    place = Surveyed(proposal.case, layers, restore_adjacency(proposal), leads)
    travel = restore_travel(proposal)
    assignment = apply_edits(proposal, edits)
    same = assignment.lead_of_unit.equals(proposal.units["lead_id"][proposal.units["lead_id"] != ""])
    objective = proposal.objective if same else _objective_given(place, travel, assignment.lead_of_unit)
    if repair:
        progress(Text(zh="修复网格", en="Mending grids"))
        from gridplan.ground.repair import repair_grids

        solution, assignment = repair_grids(
            place.layers, place.adjacency, travel, assignment, edits.locks, proposal.case
        )
        objective = solution.outcome
    judged = judge(
        place,
        travel,
        assignment,
        objective,
        proposal.alternatives,
        progress=progress,
        reproducible=proposal.provenance.reproducible,
        given=_stated_before(proposal, assignment),
    )
    return record_revision(proposal, judged, edits, repaired=repair)


def _stated_before(proposal: Proposal, assignment: Assignment) -> GivenPlan | None:
    """Return memberships of a given plan that the map alone does not tell; they hold on after an edit."""
    members = restore_stated_members(proposal)
    if members.empty:
        return None
    lead = members["grid_id"].map(assignment.lead_of_grid).fillna("")
    return GivenPlan("", assignment.lead_of_unit, members=members.assign(lead_id=lead).drop(columns="grid_id"))


def _no_alternatives() -> pd.DataFrame:
    text = ("scope_id", "leads", "status")
    columns = [
        "scope_id", "k", "leads", "objective", "bound", "gap", "worst_deviation", "share_within", "mean_minutes", "status",
    ]  # fmt: skip
    return pd.DataFrame({name: pd.Series(dtype=object if name in text else float) for name in columns})


def _check_given(lead_of_unit: pd.Series, layers: Layers) -> None:
    inside = layers.facilities.index[layers.facilities["unit_id"] != ""]
    unit_ids = Text(zh="单元图层中的单元代码", en="unit codes of the unit layer")
    lead_ids = Text(zh="规划范围内机构的编号", en="ids of facilities inside the area")
    problems = Problems()
    for field, given, known, needed in (
        ("unit_id", lead_of_unit.index, layers.units.index, unit_ids),
        ("lead_id", lead_of_unit.unique(), inside, lead_ids),
    ):
        strange = [str(name) for name in given if name not in known]
        remedy = did_you_mean(strange, known) or Text(zh="改正编号。", en="Correct the ids.")
        problems.tell_some(strange, needed, remedy, field=field)
    problems.refuse(AssignmentError)
