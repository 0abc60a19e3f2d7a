"""Residents of coming years on the chessboard city: west and east grow apart, plans are for today, the mean or the worst year."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.forecast import residents_by_year, tell_no_years, with_residents
from gridplan.ground.joined import solve_scopes
from gridplan.ground.worst_year import solve_for_years
from gridplan.pipeline import Posed, pose_place, survey
from gridplan.solver.explain.stopped import STOPPED
from gridplan.words.errors import CaseError
from gridplan.words.hearing import heard_by

GROWTH = {"base_year": 2025, "years": [2035], "growth": {"E": 0.1, "西区": -0.05}}


@pytest.fixture(scope="module")
def place(board_case):
    """The city with one number of grids, every unit by itself."""
    return survey(read_case(board_case).changed(grids={"keep_whole": "none", "balance": 0.1, "balance_price_min": 5.0}))


def test_districts_grow_at_their_rate_and_the_record_goes_before(place) -> None:
    """In ten years 1,000 residents become 2,594 in the east (10 % a year) and 599 in the west; u00 is told to have 5,000 in 2030."""
    record = pd.DataFrame({"unit_id": ["u00"], "year": [2030], "population": [5000.0]})
    told = replace(place.layers, records={"forecast": record})
    found = residents_by_year(told, place.case.changed(forecast=GROWTH))
    assert found.columns.tolist() == [2030, 2035]
    assert found.loc["u05"].tolist() == pytest.approx([1000 * 1.1**5, 1000 * 1.1**10])
    assert found.loc["u00"].tolist() == pytest.approx([5000, 1000 * 0.95**10])
    assert residents_by_year(place.layers, place.case).empty


def test_a_district_that_is_none_is_refused_and_years_are_needed(place) -> None:
    wrong = place.case.changed(forecast={**GROWTH, "growth": {"北区": 0.1}})
    with pytest.raises(CaseError) as caught:
        residents_by_year(place.layers, wrong)
    assert caught.value.problems[0].field == "forecast.growth"
    asked = place.case.changed(forecast={"plan_for": "mean"})
    assert [problem.field for problem in tell_no_years(place.layers, asked)] == ["forecast.plan_for"]


def test_people_of_cells_grow_with_their_unit(place) -> None:
    layers = with_residents(place.layers, place.layers.units["population"] * 2.0)
    assert layers.cells["population"].sum() == pytest.approx(48_000)
    assert layers.units["population"].sum() == pytest.approx(48_000)


def posed_for(place, plan_for: str) -> Posed:
    return pose_place(
        replace(place, case=place.case.changed(forecast={**GROWTH, "plan_for": plan_for})), progress=lambda _: None
    )


def test_the_mean_of_the_years_is_what_a_solver_is_asked(place) -> None:
    ((_, problem),) = posed_for(place, "mean").problems
    assert problem.population[problem.unit_position["u05"]] == pytest.approx(500 * (1 + 1.1**10))


def test_no_other_plan_that_was_made_has_a_better_worst_year(place) -> None:
    """The objective of the plan for the worst year is that of its worst year, at most that of today's plan in its own, and above the bound."""
    posed = posed_for(place, "worst")
    layers, case = posed.place.layers, posed.place.case
    problems, found = solve_for_years(posed.problems, layers, case)
    today = case.changed(forecast={**GROWTH, "plan_for": "today"})
    _, old = solve_for_years(posed_for(place, "today").problems, layers, today)
    people = {0: layers.units["population"], **dict(residents_by_year(layers, case).items())}

    def by_year(solution) -> dict[int, float]:
        return {year: cost(solution.assignment.lead_of_unit, own, posed) for year, own in people.items()}

    mine = by_year(found)
    assert found.objective == pytest.approx(max(mine.values()))
    assert found.objective < max(by_year(old).values())
    assert found.bound <= found.objective * (1 + 1e-9)
    assert found.gap >= 0
    assert problems[0][1].population.sum() == pytest.approx(people[max(mine, key=mine.get)].sum())


def plain(told: dict) -> dict:
    """What was told, with lists for arrays."""
    return {key: value.tolist() if hasattr(value, "tolist") else value for key, value in told.items()}


def test_only_plans_for_the_mean_are_heard_and_an_early_end_is_said(place) -> None:
    """Plans of single years cost another sum of residents: beside each other they would seem better or worse than they are."""
    posed = posed_for(place, "worst")
    layers, case = posed.place.layers, posed.place.case
    told: list[dict] = []
    with heard_by(told.append):
        solve_scopes(posed.problems, case, layers.units.index)
    mean = list(told)
    told.clear()
    with heard_by(told.append, enough=lambda: len(told) >= len(mean)):
        _, found = solve_for_years(posed.problems, layers, case)
    assert [plain(one) for one in told] == [plain(one) for one in mean]
    assert not found.reproducible
    assert [said.message.en for said in found.explanation if said.limit_name == STOPPED] == [
        "The search was stopped on request before the plans of all years were searched to the end"
    ]


def cost(lead_of_unit: pd.Series, residents: pd.Series, posed: Posed) -> float:
    """Objective of a plan with some residents, term by term from the words of the contract: travel, opening, balance at 5 minutes."""
    ((_, problem),) = posed.problems
    minutes = posed.travel.unit_minutes
    total, loads = residents.sum(), residents.groupby(lead_of_unit).sum()
    mean, opened = total / len(loads), [problem.lead_position[lead] for lead in loads.index]
    travel = sum(residents[unit] * minutes.loc[unit, lead] for unit, lead in lead_of_unit.items())
    opening = problem.lead_price[opened].sum() / problem.total_population * total
    beyond = sum(max(0.0, load - 1.1 * mean, 0.9 * mean - load) for load in loads)
    return float(travel + opening + 5.0 * beyond)
