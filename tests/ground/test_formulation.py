"""The problem a solver sees says what the case says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.access.minutes import measure_travel
from gridplan.ground.formulation import contact_edges, formulate, wanted_k
from gridplan.ground.habit_price import tell_no_record
from gridplan.ground.leads import choose_candidates
from gridplan.pipeline import survey
from gridplan.solver.solver import solve
from gridplan.words.errors import LayerError
from tests import board


@pytest.fixture(scope="module")
def place(board_case):
    return survey(read_case(board_case))


def problem_of(place, **grids):
    case = place.case.changed(grids=grids)
    candidates = choose_candidates(place.leads, case.grids, wanted_k(case)[0])
    travel = measure_travel(place.layers, case, list(candidates.index))
    return formulate(place.layers, place.adjacency, travel, candidates, case)


def test_units_sites_and_minutes_are_aligned(place):
    problem = problem_of(place)
    assert list(problem.unit_ids) == board.unit_ids()
    assert list(problem.lead_ids) == ["H1", "H2", "H3"]
    assert [problem.unit_ids[i] for i in problem.lead_unit] == ["u01", "u24", "u13"]
    assert problem.minutes[0, 0] == pytest.approx(1.0, abs=1e-3)
    assert problem.minutes[23, 1] == pytest.approx(2.0, abs=1e-3)


def test_streets_stay_whole_by_default_and_can_be_split(place):
    assert len(set(problem_of(place).whole)) == 6
    assert (problem_of(place, keep_whole="none").whole < 0).all()
    assert len(set(problem_of(place, keep_whole="district").whole)) == 2


def test_the_number_of_grids_is_what_the_case_asks_or_two_to_eight(place):
    assert (problem_of(place).k_min, problem_of(place).k_max) == (2, 2)
    assert (problem_of(place, k=None).k_min, problem_of(place, k=None).k_max) == (2, 3)
    assert wanted_k(place.case.changed(grids={"k": None})) == (2, 8)


def test_the_strongest_lead_is_free_and_weaker_ones_cost(place):
    prices = dict(zip(problem_of(place).lead_ids, problem_of(place).lead_price, strict=True))
    assert prices["H1"] == 0 < prices["H2"] < prices["H3"]


def test_balance_is_hard_only_on_demand(place):
    assert problem_of(place).balance_price == 30
    assert problem_of(place, balance_hard=True).balance_price is None


def test_too_few_hospitals_is_told_with_numbers(place):
    with pytest.raises(LayerError) as caught:
        problem_of(place, k=5, lead_min_level=3)
    assert "5" in caught.value.render("zh")


def test_two_campuses_are_one_hospital_when_grids_are_counted(place):
    """H1 and H2 as campuses of one hospital, and H3: two grids at most, and three are refused."""
    leads = place.leads.assign(hospital_id=place.leads["hospital_id"].replace("H2", "H1"))
    campuses = replace(place, leads=leads[leads["tier"] == "a"])
    problem = problem_of(campuses, k=None)
    assert (problem.n_leads, problem.k_min, problem.k_max) == (3, 2, 2)
    assert problem.hospital[0] == problem.hospital[1] != problem.hospital[2]
    with pytest.raises(LayerError, match="2"):
        problem_of(campuses, k=3)


def test_the_solver_opens_one_campus_of_a_hospital(place):
    leads = place.leads.assign(hospital_id=place.leads["hospital_id"].replace("H2", "H1"))
    chosen = solve(problem_of(replace(place, leads=leads))).assignment.lead_of_grid
    assert "H3" in set(chosen)
    assert len(chosen) == 2


def test_a_piece_without_any_candidate_hangs_on_the_nearest_unit(place):
    graph = place.adjacency.copy()
    graph.remove_edges_from(list(graph.edges("u00")))
    ids = list(place.layers.units.index)
    homes = {ids.index(unit) for unit in ("u01", "u24", "u13")}
    edges = {tuple(edge) for edge in contact_edges(graph, place.layers, homes)}
    added = {edge for edge in edges if ids.index("u00") in edge}
    assert added in ({(0, 1)}, {(0, 6)})
    assert not graph.edges("u00")
    assert np.array_equal(contact_edges(graph, place.layers, homes), contact_edges(graph, place.layers, homes))


def test_habits_are_shares_of_the_last_year_at_a_hospital_and_its_campuses(place):
    """u00: 30 of 40 cases at H1, none at H2, 10 elsewhere; years before do not count; units without a record have nothing to lose."""
    rows = [("u00", "H1", 2024, 30), ("u00", "省立医院", 2024, 10), ("u00", "H2", 2023, 99), ("u01", "H2", 2023, 5)]
    record = pd.DataFrame(rows, columns=["unit_id", "facility_id", "year", "count"])
    told = replace(place, layers=replace(place.layers, records={"admissions": record}))
    problem = problem_of(told, habit_price_min=3.0)
    assert problem.habit[:2].tolist() == [[0.75, 0.0, 0.0], [1.0, 1.0, 1.0]]
    assert problem.habit_price == 3.0
    assert problem_of(told).habit is None


def test_a_price_of_habits_needs_the_record(place):
    priced = place.case.changed(grids={"habit_price_min": 3.0})
    assert [problem.field for problem in tell_no_record(place.layers, priced)] == ["grids.habit_price_min"]
    assert not tell_no_record(place.layers, place.case)
