"""plan(case) -> Proposal: the whole flow on one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.case.case import Case
from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.checks.scenarios import run_conversions, tell_conversions
from gridplan.checks.years import judge_years
from gridplan.grids.all_reasons import Reasons, find_reasons
from gridplan.grids.annexes.all_annexes import draw_up_annexes, draw_up_for_rules
from gridplan.grids.given import GivenPlan, check_known, from_leads, read_given
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.grids.scores import outcome_given, score_plan
from gridplan.ground.access.kept_minutes import recall_travel
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.adjacency import build_adjacency, tell_separate
from gridplan.ground.city_and_counties import Scope, limit_of_unit, scope_of_unit
from gridplan.ground.forecast import tell_no_years
from gridplan.ground.habit_price import tell_no_record
from gridplan.ground.in_force import tell_in_force
from gridplan.ground.joined import (
    all_candidates,
    bounded_outcome,
    count_scopes,
    formulate_scopes,
)
from gridplan.ground.kept_layers import AsRead, read_keyed_layers
from gridplan.ground.leads import grade_by_scope
from gridplan.ground.named import tell_unknown_ids, tell_unknown_names, tell_unknown_rules, tell_unknown_subjects
from gridplan.ground.plausible import tell_implausible
from gridplan.ground.readiness import tell_unreached, tell_unready
from gridplan.ground.worst_year import solve_for_years
from gridplan.layers.layers import Layers, read_named
from gridplan.proposal.building import make_proposal, with_reasons
from gridplan.proposal.edits import Edits, apply_edits, record_revision
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.proposal.reconstruction import restore_adjacency, restore_given, restore_layers, restore_travel
from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Outcome, Solution
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.kinds import need_kind, need_path
from gridplan.words.plain_strings import plain_strings
from gridplan.words.problems import Problems
from gridplan.words.side_by_side import beside, loading
from gridplan.words.text import Text

if TYPE_CHECKING:
    import networkx as nx

Progress = Callable[[Text], None]
"""Called with the name of each stage as it begins."""


_LATER = ("sklearn.cluster", "folium", "xlsxwriter")
"""What judging and writing a plan take long to import; while a solver searches a thread may."""


def _silent(_stage: Text) -> None:
    """Show nothing."""


@dataclass(frozen=True, eq=False)
class Surveyed:
    """Everything known of a place before anybody leads anything: the part that planning and assessing share.

    `as_read`: the layers as they were read, for what is kept of them between runs; None where they were not read.
    """

    case: Case
    layers: Layers
    adjacency: nx.Graph
    leads: pd.DataFrame
    as_read: AsRead | None = None


@dataclass(frozen=True, eq=False)
class Posed:
    """A place with its minutes and the problem of each scope: all that is done before a solver is asked."""

    place: Surveyed
    travel: TravelTimes
    problems: list[tuple[Scope, Problem]]


def plan(case: Case, *, progress: Progress = _silent) -> Proposal:
    """Plan the grids of a case: layers in, a checked proposal out.

    A limit that cannot hold is no error: the best plan found comes back, with findings that say what does not hold, by how
    much and why. Nothing is written; see `Proposal.save`.

    Parameters
    ----------
    case
        Of `read_case`.
    progress
        Called with the name of each stage as it begins.

    Returns
    -------
    Proposal
        Grids with leads and members, scored and checked; the same case gives the same proposal.

    Raises
    ------
    ArgumentError
        If `case` is no case: a path is read with `read_case` first.
    LayerError
        If the layers cannot be used; every problem of every layer is told.

    Examples
    --------
    >>> proposal = gp.plan(gp.example_case("yunxiu"))
    >>> proposal.grids["lead_name"].tolist(), proposal.grids["population"].round().tolist()
    (['云岫县人民医院', '云岫县中医医院'], [218000.0, 140000.0])
    """
    posed = pose(case, progress=progress)
    progress(Text(zh="选择牵头医院、划分网格", en="Choosing leads and drawing grids"))
    import gridplan.solver.flow  # noqa: F401 - before the thread: two that import parts of one library may wait for each other

    with loading(*_LATER):
        problems, solution = solve_for_years(posed.problems, posed.place.layers, case)
    return judge_solution(replace(posed, problems=problems), solution, progress=progress)


def judge_solution(posed: Posed, solution: Solution, *, progress: Progress = _silent) -> Proposal:
    """Score and check what a solver drew, say why each unit is where it is, and make it a proposal."""
    return judge(
        posed.place,
        posed.travel,
        solution.assignment,
        solution.outcome,
        solution.alternatives,
        progress=progress,
        reproducible=solution.reproducible,
        problems=posed.problems,
        alternative_units=solution.alternative_units,
    )


def pose(case: Case, *, progress: Progress = _silent, what_if: bool = True) -> Posed:
    """Do all that comes before the solver: what `gridplan check` accepts, a solver is given.

    Without `what_if` the scenarios and the isochrones are left out, which no solver asks for.

    Raises
    ------
    LayerError
        If the case cannot be planned: its layers cannot be used, a name in it stands for nothing, nobody may lead, or nobody reaches
        a hospital that may.
    """
    return pose_place(survey(case, progress=progress), progress=progress, what_if=what_if)


@plain_strings
def pose_place(
    place: Surveyed, *, progress: Progress = _silent, what_if: bool = True, also: Iterable[str] = ()
) -> Posed:
    """Do what `pose` does with a place that has been surveyed; minutes are measured to the sites of `also` too.

    Raises
    ------
    LayerError
        See `pose`.
    """
    case = place.case
    unready = tell_unready(place.layers, place.leads, case)
    place = _told(place, (*tell_unknown_subjects(place.layers, case), *unready, *_missing_records(place.layers, case)))
    progress(Text(zh="计算出行时间", en="Measuring travel times"))
    sites = all_candidates(place.layers, place.leads, case)
    place = _told(place, tell_in_force(place.layers, place.leads, sites, case))
    every = list(dict.fromkeys([*sites, *also]))
    travel = recall_travel(place.layers, case, every, as_read=place.as_read, what_if=what_if)
    problems = formulate_scopes(place.layers, place.adjacency, travel, place.leads, case)
    return Posed(_told(place, (*travel.notes, *tell_unreached(problems, case))), travel, problems)


def _missing_records(layers: Layers, case: Case) -> Iterator[InputProblem]:
    """Give what a case asks of records that are not there."""
    yield from tell_no_record(layers, case)
    yield from tell_no_years(layers, case)


def _told(place: Surveyed, problems: Iterable[InputProblem]) -> Surveyed:
    """Return the place with more that is doubtful about its layers; refuse it with all of it where something is an error."""
    every = Problems()
    every += (*place.layers.problems, *problems)
    every.refuse(LayerError)
    return replace(place, layers=replace(place.layers, problems=tuple(every)))


@plain_strings
def survey(case: Case, *, progress: Progress = _silent) -> Surveyed:
    """Read the layers, complete the units and find their neighbours; grade every hospital as a possible lead.

    Parameters
    ----------
    case
        Of `read_case`.
    progress
        Called with the name of each stage as it begins.

    Returns
    -------
    Surveyed
        The case, its layers with units, their neighbours as a networkx graph, and a table of possible leads: what planning
        and assessing share. No travel time is measured, no grid drawn.

    Raises
    ------
    ArgumentError
        If `case` is no case.
    LayerError
        If the layers cannot be used, or a name in the case stands for nothing; every problem is told.

    Examples
    --------
    >>> place = gp.survey(gp.example_case("yunxiu"))
    >>> len(place.layers.units), int((place.leads["tier"] != "").sum())
    (20, 2)
    """
    need_kind(case, Case, "case")
    strange = tell_unknown_rules(case, [rule.id for rule in RULES])
    progress(Text(zh="读取图层、整理规划单元", en="Reading layers, completing planning units"))
    try:
        as_read = read_keyed_layers(case)
    except LayerError as error:
        raise LayerError((*strange, *error.problems, *tell_unknown_ids(*read_named(case), case))) from None
    layers = as_read.layers
    leads = grade_by_scope(layers.facilities, layers.units, case)
    place = Surveyed(case, layers, build_adjacency(layers), leads, as_read)
    return _told(
        place,
        (
            *strange,
            *tell_unknown_names(layers, case),
            *tell_implausible(layers, case),
            *tell_separate(layers, place.adjacency, case),
        ),
    )


@plain_strings
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
    problems: Sequence[tuple[Scope, Problem]] = (),
    alternative_units: pd.DataFrame | None = None,
    reasons: pd.DataFrame | None = None,
) -> Proposal:
    """Score and check an assignment, invented or given, and make it a proposal.

    `given` is what a given plan states beyond the assignment: contradicting claims, memberships, sub-areas. `problems` are what the
    solver was asked, if it drew the plan: why each unit is where it is can be said of them only.
    `reasons` are those of the same plan where they are known already.
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
    stated = None if given is None else given.members_by_grid(assignment)
    members = place_members(layers, assignment, stated=stated, rules=case.members)
    drawn = Plan(case, layers, place.adjacency, travel, place.leads, assignment, members, scores, reproducible)
    if given is not None:
        claims = given.claims_by_grid(assignment)
        drawn = replace(drawn, given_as=given.given_as, claims=claims, sub_areas=given.sub_areas)
        drawn = replace(drawn, group_names=given.group_names)
    asked = problems if case.solver.reasons else ()
    with beside(partial(find_reasons, drawn, asked) if reasons is None else lambda _: Reasons(reasons)) as found:
        checked, findings = _check(drawn)
        proposal = make_proposal(checked, findings, objective, alternatives, alternative_units=alternative_units)
        if reasons is None:
            progress(Text(zh="解释每个单元为何划在这里", en="Finding out why each unit is where it is"))
        return with_reasons(proposal, found())


def _check(plan: Plan) -> tuple[Plan, tuple[Finding, ...]]:
    """Return a plan with its annexes, and what the rules find in it as it is, after conversions and in coming years."""
    plan = replace(plan, annexes=draw_up_annexes(plan))
    findings = check_plan(plan)
    conversions = run_conversions(plan, findings, draw_up_for_rules)
    if conversions is not None:
        plan = replace(plan, annexes={**plan.annexes, "conversions": conversions})
        findings = tell_conversions(plan, findings)
    years = judge_years(plan, findings, draw_up_for_rules)
    if years is not None:
        plan = replace(plan, annexes={**plan.annexes, "years": years})
    return plan, findings


@plain_strings
def assess(case: Case, stated: pd.Series | str | Path, *, progress: Progress = _silent) -> Proposal:
    """Score and check a given plan: published, hand-made, or another tool's.

    Parameters
    ----------
    case
        Of `read_case`.
    stated
        A file (by unit, by street or district, by membership, or polygons), or a series of leads (facility ids) on index
        unit_id; units that are missing are a finding of R-02.
    progress
        Called with the name of each stage as it begins.

    Returns
    -------
    Proposal
        The given plan with members, scores and findings; its objective has the status "given" and no bound.

    Raises
    ------
    ArgumentError
        If `case` is no case, or `stated` is neither a path nor a series.
    LayerError
        If the layers cannot be used.
    AssignmentError
        If the plan cannot be read, or names units or leads that do not exist.

    Examples
    --------
    >>> lead_of_unit = proposal.units["lead_id"]
    >>> given = gp.assess(case, lead_of_unit)
    >>> given.objective.status, given.grids["lead_id"].tolist() == proposal.grids["lead_id"].tolist()
    ('given', True)
    """
    if not isinstance(stated, pd.Series):
        need_path(stated, "stated")
    place = survey(case, progress=progress)
    given = from_leads(stated) if isinstance(stated, pd.Series) else read_given(case, stated, place.layers)
    lead_of_unit = given.lead_of_unit
    check_known(lead_of_unit, place.layers)
    place = replace(place, layers=given.told_in(place.layers, stated))
    progress(Text(zh="计算出行时间", en="Measuring travel times"))
    sites = list(dict.fromkeys([*all_candidates(place.layers, place.leads, case), *lead_of_unit.unique()]))
    travel = recall_travel(place.layers, case, sites, as_read=place.as_read)
    objective = outcome_given(place.layers, travel, lead_of_unit)
    place = _told(place, travel.notes)
    return judge(
        place, travel, given.assignment(), objective, FRAMES["alternatives"].empty(), progress=progress, given=given
    )


@plain_strings
def revise(proposal: Proposal, edits: Edits, *, repair: bool = False, progress: Progress = _silent) -> Proposal:
    """Apply a reviewer's edits to a proposal, check everything again, and keep the ids of the grids.

    The input layers are not read: the proposal holds what scores and rules need.

    Parameters
    ----------
    proposal
        The one the edits were made on.
    edits
        Of `read_edits`.
    repair
        Also mend what the edits made worse, moving as few residents as possible and no locked unit: grids in pieces, streets that were
        whole, balance beyond what the case tolerates and the proposal had. The objective is then that of the proposal's own problem, with
        its bound.
    progress
        Called with the name of each stage as it begins.

    Returns
    -------
    Proposal
        The edited plan; `provenance.revision` tells what moved and keeps the reviewer's comments.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal, or `edits` are no edits: a path is read first.
    ProposalError
        If the proposal has no cells, as one of another tool has.
    ProblemError
        If the locks leave no plan to repair.

    Examples
    --------
    >>> unit, grid = proposal.units.index[0], proposal.grids.index[-1]
    >>> revised = gp.revise(proposal, gp.Edits(gp.proposal_digest(proposal), moves={unit: grid}))
    >>> revised.units.loc[unit, "grid_id"] == grid
    True
    """
    need_kind(proposal, Proposal, "proposal")
    need_kind(edits, Edits, "edits")
    progress(Text(zh="读取原方案", en="Restoring the proposal"))
    layers = restore_layers(proposal)
    leads = grade_by_scope(layers.facilities, layers.units, proposal.case)
    place = Surveyed(proposal.case, layers, restore_adjacency(proposal), leads)
    travel = restore_travel(proposal)
    assignment = apply_edits(proposal, edits)
    same = assignment.lead_of_unit.equals(proposal.units["lead_id"][proposal.units["lead_id"] != ""])
    objective = proposal.objective if same else outcome_given(layers, travel, assignment.lead_of_unit)
    reproducible = proposal.provenance.reproducible
    if repair:
        progress(Text(zh="修复网格", en="Mending grids"))
        from gridplan.ground.repair import Before, repair_grids

        worst = proposal.grids["deviation"].abs().groupby(proposal.grids["scope_id"]).max()
        before = Before(proposal.units["lead_id"].where(proposal.units["lead_id"] != ""), worst.to_dict())
        solution, assignment = repair_grids(
            place.layers, place.adjacency, travel, assignment, edits.locks, proposal.case, before=before
        )
        objective = _as_of(proposal, place, travel, assignment, solution.outcome)
        reproducible = reproducible and solution.reproducible
    judged = judge(
        place,
        travel,
        assignment,
        objective,
        proposal.alternatives,
        progress=progress,
        reproducible=reproducible,
        given=restore_given(proposal, assignment),
        alternative_units=proposal.alternative_units,
        reasons=proposal.reasons if same and not repair else None,
    )
    if same and not repair:
        judged = replace(judged, annexes={**proposal.annexes, **judged.annexes})
    return record_revision(proposal, judged, edits, repaired=repair)


def _as_of(proposal: Proposal, place: Surveyed, travel: TravelTimes, assignment: Assignment, found: Outcome) -> Outcome:
    """Return what a mended plan costs in the problem that its proposal solved, whose bound holds for it as well.

    A lead that the proposal did not choose among, or locks to another scope, make it another problem: then the plan's own outcome is told.
    """
    if proposal.objective.bound is None or not set(assignment.lead_of_grid) <= set(
        all_candidates(place.layers, place.leads, proposal.case)
    ):
        return found
    problems = formulate_scopes(place.layers, place.adjacency, travel, place.leads, proposal.case)
    terms = count_scopes(problems, assignment)
    return found if terms is None else bounded_outcome(terms, proposal.objective, status=found.status)
