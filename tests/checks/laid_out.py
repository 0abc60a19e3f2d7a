"""Plans laid out by hand on the chessboard city, and short questions to their findings."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case.case import Case, read_case
from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.grids.scores import score_plan
from gridplan.ground.access.minutes import TravelTimes, measure_travel
from gridplan.ground.city_and_counties import limit_of_unit, scope_of_unit
from gridplan.pipeline import Surveyed, survey
from gridplan.solver.assignment import Assignment
from tests import board

BOOK = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, eq=False, repr=False)
class Place:
    """A surveyed city with minutes to every hospital site."""

    surveyed: Surveyed
    travel: TravelTimes

    @property
    def case(self) -> Case:
        return self.surveyed.case


def survey_board(**layers: Any) -> Place:
    """The chessboard city, any layer given changed (see `board.write_board`), with minutes to every hospital."""
    with tempfile.TemporaryDirectory() as folder:
        place = survey(read_case(board.write_board(Path(folder), **layers)))
    sites = [lead for lead in place.leads.index if place.layers.facilities["unit_id"][lead]]
    return Place(place, measure_travel(place.layers, place.case, sites))


@cache
def the_board() -> Place:
    """The chessboard city as tests/board.py draws it, surveyed once."""
    return survey_board()


def lay_out(place: Place, lead_of_unit: Mapping[str, str], /, **sections: dict[str, Any]) -> Plan:
    """The plan that gives each unit the lead stated, under a case with some keys changed."""
    case, layers = place.case.changed(**sections), place.surveyed.layers
    assignment = Assignment.from_leads(pd.Series(dict(lead_of_unit)))
    scores = score_plan(
        layers,
        place.travel,
        assignment,
        limit_min=limit_of_unit(layers.units, case),
        walk_limit_min=case.travel.walk_limit_min,
        scope=scope_of_unit(layers.units, case),
    )
    members = place_members(layers, assignment, rules=case.members)
    surveyed = replace(place.surveyed, case=case)
    return Plan(case, layers, surveyed.adjacency, place.travel, place.surveyed.leads, assignment, members, scores)


def facilities(*changes: tuple[str, str, str], more: str = "") -> pd.DataFrame:
    """The city's facility table with cells changed (facility, column, value) and rows added (as in `board.FACILITIES`)."""
    table = pd.read_csv(StringIO(board.FACILITIES + more), dtype=str, keep_default_na=False).set_index("facility_id")
    for facility, column, value in changes:
        table.loc[facility, column] = value
    table = table.reset_index()
    xy = [board.centre(unit) for unit in table["unit"]]
    return table.assign(lon=[x for x, _ in xy], lat=[y for _, y in xy])


def with_records(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> Plan:
    """The plan with tables of what happened."""
    return replace(plan, layers=replace(plan.layers, records=tables))


def findings(plan: Plan, rule: str, subject: str | None = None) -> list[Finding]:
    """Findings of one rule, on one subject if it is named."""
    return [f for f in check_plan(plan, rules=[BOOK[rule]]) if subject in (None, f.subject_id)]


def finding(plan: Plan, rule: str, subject: str | None = None) -> Finding:
    """The one finding of a rule on a subject."""
    (found,) = findings(plan, rule, subject)
    return found


def statuses(plan: Plan, rule: str) -> dict[str, str]:
    """Status of a rule by subject id."""
    return {f.subject_id: f.status for f in findings(plan, rule)}


def violated(plan: Plan) -> set[tuple[str, str]]:
    """(rule, subject) of every violated finding."""
    return {(f.rule, f.subject_id) for f in check_plan(plan) if f.status == "violated"}


EAST_HEAVY = {unit: "H1" if board.street_of(unit) == "S0" else "H2" for unit in board.unit_ids()}
"""Street S0 (4 squares) to H1, the other five (20 squares) to H2."""
