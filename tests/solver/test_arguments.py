"""What `Problem.from_arrays` makes of its arguments: names, labels, limits, locks and bars each in its place, and what contradicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.solver.problem import Problem
from gridplan.words.errors import ProblemError


def problem(**changes: Any) -> Problem:
    """Four units in a row, a - b - c - d, with sites x in a, y in c, z in d; one or two lead."""
    given: dict[str, Any] = {
        "unit_ids": list("abcd"),
        "population": [10, 20, 30, 40],
        "lead_ids": list("xyz"),
        "lead_unit": [0, 2, 3],
        "minutes": [[1, 9, 9], [4, 5, 9], [8, 1, 2], [9, 2, 1]],
        "edges": [(0, 1), (1, 2), (2, 3)],
        "choose": (1, 2),
    }
    return Problem.from_arrays(**(given | changes))


def refused(**changes: Any) -> dict[str, tuple[str, ...]]:
    """Field and values of every problem told."""
    with pytest.raises(ProblemError) as caught:
        problem(**changes)
    return {one.field: one.values for one in caught.value.problems}


# names and numbers


def test_a_name_that_is_not_the_only_one_has_its_id_beside_it_and_none_is_the_id() -> None:
    named = problem(unit_names=["东", "西", "东", None], lead_names=["  一院 ", "", "三院"])
    assert named.unit_names == ("东 a", "西", "东 c", "d")
    assert named.lead_names == ("一院", "y", "三院")
    assert problem().unit_names == tuple("abcd")


def test_one_number_is_spread_and_nothing_is_no_limit() -> None:
    limited = problem(population_min=5, population_max=[50, 60, np.inf], lead_price=[1, -2, 3])
    assert limited.population_min.tolist() == [5, 5, 5]
    assert limited.population_max.tolist() == [50, 60, np.inf]
    assert limited.lead_price.tolist() == [1, -2, 3], "a price may be a bonus"
    free = problem()
    assert (free.population_min == 0).all()
    assert np.isinf(free.population_max).all()
    assert (free.lead_price == 0).all()
    assert free.share_within is None


@pytest.mark.parametrize("name", ["balance", "balance_price", "max_minutes", "max_minutes_price", "compactness_price"])
def test_limits_and_prices_are_read_under_their_own_name_and_are_not_below_0(name: str) -> None:
    given = {"incumbent": {"a": "x"}, "balance": 0.5, "max_minutes": 7.0} | {name: 3.0}
    assert getattr(problem(**given), name) == 3
    assert getattr(problem(), name) is None
    assert getattr(problem(**(given | {name: 0})), name) == 0
    assert set(refused(**(given | {name: -0.5}))) == {name}


@pytest.mark.parametrize(("name", "field"), [("move_price", "price"), ("most_moved", "most")])
def test_what_leaving_the_plan_in_force_costs_is_not_below_0(name: str, field: str) -> None:
    assert getattr(problem(**{name: 3.0}).change, field) == 3
    assert getattr(problem().change, field) is None
    assert set(refused(**{name: -0.5})) == {name}


def test_a_lead_in_force_that_is_no_candidate_is_one_that_all_leave() -> None:
    change = problem(incumbent={"a": "x", "b": "closed"}).change
    assert change.incumbent.tolist() == [0, 3, -1, -1]
    assert change.leaves(3).tolist() == [[False, True, True], [True] * 3, [False] * 3, [False] * 3]


@pytest.mark.parametrize(("value", "read"), [(1e-31, 0.0), (1e-30, 1e-30), (1e30, 1e30)])
def test_numbers_too_small_are_0_and_the_largest_is_kept(value: float, read: float) -> None:
    assert problem(minutes=np.full((4, 3), value)).minutes[0, 0] == read


def test_numbers_too_large_are_refused_and_unreachable_is_not() -> None:
    assert set(refused(population=[1e31, 1, 1, 1])) == {"population"}
    assert set(refused(lead_price=[np.inf, 0, 0])) == {"lead_price"}
    assert set(refused(population_min=np.inf)) == {"population_min"}
    assert set(refused(minutes=np.full((4, 3), -np.inf))) == {"minutes"}


@pytest.mark.parametrize(
    "values", [[10**400] * 4, [1 + 2j] * 4, [[1], [2, 3], [4], [5]], ["x"] * 4, [None] * 4, [{}] * 4]
)
def test_what_is_no_number_is_refused_in_words(values: list[Any]) -> None:
    assert set(refused(population=values)) == {"population"}


@pytest.mark.parametrize("ids", [["\ud800", "b", "c", "d"], ["a\udfffb", "b", "c", "d"]])
def test_half_a_sign_is_no_id_and_a_null_is_one(ids: list[str]) -> None:
    assert "unit_ids" in refused(unit_ids=ids)
    assert problem(unit_ids=["a\0", "a", "c", "d"]).unit_position == {"a\0": 0, "a": 1, "c": 2, "d": 3}


def test_wrong_numbers_are_told_by_their_position() -> None:
    assert refused(minutes=[[1, 9, 9], [4, -5, 9], [8, 1, np.nan], [9, 2, 1]])["minutes"] == ("[1, 1]", "[2, 2]")


# edges and positions


def test_edges_are_pairs_once_each_and_no_loops() -> None:
    assert problem(edges=[(1, 0), (0, 1), (3, 2), (2, 2)]).edges.tolist() == [[0, 1], [2, 3]]
    assert problem(edges=[]).edges.shape == (0, 2)
    assert problem(edges=np.array([[0.0, 1.0]])).edges.tolist() == [[0, 1]], "whole numbers written as floats"


@pytest.mark.parametrize(
    "edges", [[(0, 4)], [(-1, 0)], [(0.5, 1)], [(0, 1, 2)], [("a", "b")], [(0, 1), (1,)], [(0, 10**400)]]
)
def test_edges_are_positions_of_units(edges: list[Any]) -> None:
    assert set(refused(edges=edges)) == {"edges"}


def test_the_last_unit_is_a_position_too() -> None:
    assert problem(lead_unit=[0, 2, 3]).lead_unit.tolist() == [0, 2, 3]
    assert set(refused(lead_unit=[0, 2, 4])) == {"lead_unit"}


# labels


def test_labels_group_units_and_hospitals_and_blank_is_alone() -> None:
    labelled = problem(whole=["s", "", None, "s"], lead_hospital=["h", float("nan"), "h"])
    assert labelled.whole.tolist() == [0, -1, -1, 0]
    assert labelled.whole_names == ("s",)
    first, own, other = labelled.hospital.tolist()
    assert first == other == 0
    assert own > 0
    assert len(set(problem(lead_hospital=["", "", ""]).hospital.tolist())) == 3
    assert len(set(problem().hospital.tolist())) == 3


def test_labels_are_numbered_by_name_not_by_row() -> None:
    assert problem(whole=["t", "s", "t", "s"]).whole.tolist() == [1, 0, 1, 0]


# choices


@pytest.mark.parametrize(
    ("choose", "read"),
    [
        (None, (3, 3, False)),
        (2, (2, 2, True)),
        ((1, 3), (1, 3, True)),
        (np.int64(3), (3, 3, True)),
        ([2, 3], (2, 3, True)),
    ],
)
def test_how_many_lead(choose: Any, read: tuple[int, int, bool]) -> None:
    asked = problem(choose=choose)
    assert (asked.k_min, asked.k_max, asked.choosing) == read


@pytest.mark.parametrize("choose", [0, 4, (0, 2), (1, 4), (3, 2), (1.0, 2), (1, 2, 3), "2", True, (True, 2), 10**400])
def test_how_many_lead_is_between_one_and_all(choose: Any) -> None:
    assert set(refused(choose=choose)) == {"choose"}


def test_required_and_forbidden_are_positions_in_order_and_one_may_stand_alone() -> None:
    asked = problem(required=["y", "x", "y"], forbidden="z")
    assert (asked.required, asked.forbidden) == ((0, 1), (2,))


def test_locks_bars_and_the_plan_in_force_stand_at_their_unit() -> None:
    asked = problem(locked={"b": "y"}, incumbent={"d": "z", "a": "x"}, barred={"b": ["x", "z"], "d": "x"})
    assert asked.locked.tolist() == [-1, 1, -1, -1]
    assert asked.change.incumbent.tolist() == [0, -1, -1, 2]
    assert asked.barred.tolist() == [[False] * 3, [True, False, True], [False] * 3, [True, False, False]]


def test_names_that_are_unknown_are_told_once_each() -> None:
    assert refused(locked={"b": "q", "a": "q"})["locked"] == ("q",)
    assert refused(barred={"q": ["x"]})["barred"] == ("q",)
    assert refused(incumbent={"q": "x"})["incumbent"] == ("q",)


# contradictions


@pytest.mark.parametrize(
    ("changes", "field", "values"),
    [
        ({"required": ["x", "y"], "forbidden": ["y", "z"]}, "required", ("y",)),
        ({"locked": {"b": "z", "a": "x"}, "forbidden": ["z"]}, "locked", ("b",)),
        ({"locked": {"b": "z"}, "barred": {"b": ["z"]}}, "barred", ("b",)),
        ({"population_min": [5, 9, 5], "population_max": [5, 8, 6]}, "population_min", ("y",)),
        ({"required": ["y"], "locked": {"c": "x"}}, "locked", ("y",)),
        ({"required": ["y"], "barred": {"c": ["y"]}}, "locked", ("y",)),
        ({"required": ["x", "z"], "lead_hospital": ["h", "", "h"]}, "lead_hospital", ("x", "z")),
        ({"required": ["y", "z"], "lead_unit": [0, 2, 2]}, "lead_unit", ("y", "z")),
        ({"locked": {"b": "y"}, "required": ["z"], "lead_unit": [0, 2, 2]}, "lead_unit", ("y", "z")),
    ],
)
def test_what_cannot_hold_together_is_told_with_who(
    changes: dict[str, Any], field: str, values: tuple[str, ...]
) -> None:
    assert refused(**changes)[field] == values


@pytest.mark.parametrize(
    "changes",
    [
        {"required": ["x", "y"]},
        {"required": ["y"], "locked": {"c": "y"}},
        {"population_min": 5, "population_max": 5},
        {"required": ["x", "y"], "lead_hospital": ["h", "", "h"]},
        {"required": ["z"], "lead_unit": [0, 2, 2]},
        {"locked": {"c": "x"}},
        {"barred": {"a": ["y"]}},
        {"choose": 2, "forbidden": ["z"]},
    ],
)
def test_what_can_hold_together_is_welcome(changes: dict[str, Any]) -> None:
    assert problem(**changes).n_units == 4


def test_more_must_lead_than_may() -> None:
    """Required or locked to: x, y and z are three, and at most two lead."""
    assert set(refused(required=["x", "y", "z"])) == {"required"}
    assert set(refused(required=["x", "y"], locked={"d": "z"})) == {"required"}


@pytest.mark.parametrize(
    "changes",
    [
        {"choose": 3, "lead_hospital": ["h", "h", "i"]},
        {"choose": 3, "lead_unit": [0, 2, 2]},
        {"choose": 3, "forbidden": ["z"]},
        {"choose": 3, "locked": {"d": "y"}},
        {"choose": 3, "barred": {"d": ["z"]}},
        {"choose": 2, "lead_hospital": ["h", "h", "h"], "required": ["x"]},
    ],
)
def test_fewer_can_lead_together_than_must(changes: dict[str, Any]) -> None:
    """One site a hospital and one a unit; sites that are forbidden, or whose own unit is locked or barred, are none."""
    assert set(refused(**changes)) == {"choose"}


def test_hospitals_and_units_are_matched_so_that_the_most_lead() -> None:
    """x and y share a hospital, y and z a unit: x and z lead together."""
    assert problem(choose=2, lead_hospital=["h", "h", "i"], lead_unit=[0, 2, 2]).k_min == 2
    assert set(refused(choose=3, lead_hospital=["h", "h", "i"], lead_unit=[0, 2, 2])) == {"choose"}
