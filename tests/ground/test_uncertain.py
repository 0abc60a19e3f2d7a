"""Draws of speeds, residents, demand and prices on the chessboard city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridplan.case.case import read_case
from gridplan.ground.uncertain import Uncertain, uncertain_place
from gridplan.pipeline import Posed, pose
from gridplan.solver.restated import restate
from tests import board


@pytest.fixture(scope="module")
def posed(tmp_path_factory: pytest.TempPathFactory) -> Posed:
    return pose(read_case(board.write_board(tmp_path_factory.mktemp("drawn"))), progress=lambda _: None, what_if=False)


@pytest.fixture(scope="module")
def place(posed: Posed) -> Uncertain:
    """One resident in five of the western half is aged 65 or over, none of the eastern."""
    units = posed.place.layers.units
    older = np.where(units["district"] == "西区", 0.2, 0.0) * units["population"]
    layers = replace(posed.place.layers, units=units.assign(population_65=older))
    return uncertain_place(layers, posed.place.case, list(posed.travel.sites))


def test_a_draw_depends_on_its_seed_and_number_alone(place: Uncertain) -> None:
    one, same, other = place.draw(0, 7), place.draw(0, 7), place.draw(0, 8)
    assert one.told == same.told
    assert one.told != other.told
    assert one.told != place.draw(1, 7).told
    np.testing.assert_array_equal(one.people, same.people)


def test_factors_stay_within_their_ranges_and_twice_is_as_likely_as_half(place: Uncertain) -> None:
    draws = [place.draw(0, number) for number in range(400)]
    speeds = np.log([draw.speed for draw in draws])
    prices = np.log([draw.prices["balance_price"] for draw in draws])
    assert np.abs(speeds).max() <= np.log(1.1)
    assert np.log(1.4) < np.abs(prices).max() <= np.log(1.5)
    assert abs(prices.mean()) < 0.03
    assert all(1.0 <= draw.care_65 <= 2.0 for draw in draws)


def test_at_twice_the_speed_a_drive_takes_half_and_the_leg_to_the_road_stays(place: Uncertain, posed: Posed) -> None:
    """A cell stands on the road: all of its minutes are driven."""
    before = place.ruler.to_sites(place.sites)
    after = place.ruler.at_speeds(1.6, {"residential": 1.25}).to_sites(place.sites)
    np.testing.assert_allclose(after, before / 2, atol=2e-4)


def test_a_district_is_drawn_as_a_whole_and_older_residents_count_for_more(place: Uncertain, posed: Posed) -> None:
    alone = replace(place, case=place.case.changed(firmness={"unit_range": 0.0}))
    draw = alone.draw(0, 3)
    west = (place.layers.units["district"] == "西区").to_numpy()
    assert len({round(x, 12) for x in draw.people[west]}) == len({round(x, 12) for x in draw.people[~west]}) == 1
    young = replace(alone, older=None).draw(0, 3)
    np.testing.assert_allclose(draw.people[west] / young.people[west], 1 + 0.2 * (draw.care_65 - 1))
    np.testing.assert_allclose(draw.people[~west], young.people[~west])
    assert young.care_65 == 1.0


def test_what_is_not_known_here_is_not_drawn_and_told_so(place: Uncertain) -> None:
    """By roads, minutes of single pairs are not drawn; without ages, no demand."""
    assert place.ranges()["minutes_range"][1] == 0
    assert place.ranges()["class_range"] == (0.1, 1)
    assert replace(place, older=None).ranges()["care_65"][1] == 0


def test_a_problem_under_drawn_numbers_has_their_residents_minutes_and_prices(place: Uncertain, posed: Posed) -> None:
    draw = place.draw(0, 1)
    (numbers,) = place.numbers(draw, posed.problems)
    problem = posed.problems[0][1]
    drawn = restate(problem, numbers)
    np.testing.assert_allclose(drawn.population, problem.population * draw.people)
    assert drawn.balance_price == pytest.approx(30.0 * draw.prices["balance_price"])
    growth = drawn.total_population / problem.total_population
    np.testing.assert_allclose(drawn.lead_price, problem.lead_price * draw.prices["strength_price"] * growth)
    driven = problem.minutes / (draw.speed * draw.by_class["residential"])
    np.testing.assert_allclose(drawn.minutes, driven, atol=2e-3)


def test_where_nothing_may_vary_the_problem_stays_what_it_is(place: Uncertain, posed: Posed) -> None:
    keys = [name for name in type(place.rules).model_fields if name.endswith("_range")]
    still = replace(place, case=place.case.changed(firmness={**dict.fromkeys(keys, 0.0), "care_65": 1.0}))
    (numbers,) = still.numbers(still.draw(0, 1), posed.problems)
    problem = posed.problems[0][1]
    drawn = restate(problem, numbers)
    np.testing.assert_allclose(drawn.minutes, problem.minutes)
    np.testing.assert_allclose(drawn.population, problem.population)
    assert (drawn.balance_price, drawn.lead_price.tolist()) == (problem.balance_price, problem.lead_price.tolist())


def test_straight_lines_have_one_speed_and_minutes_drawn_by_district_and_site(posed: Posed) -> None:
    case = posed.place.case.changed(travel={"source": "straight_line"})
    place = uncertain_place(posed.place.layers, case, list(posed.travel.sites))
    assert place.classes == ()
    draw = place.draw(0, 1)
    (numbers,) = place.numbers(draw, posed.problems)
    plain = place.ruler.to_sites(place.sites)
    cells = posed.place.layers.cells
    at = posed.place.layers.units.index.get_loc(cells["unit_id"].iloc[0])
    expected = plain[0] / draw.speed * draw.minutes[place.area[at]]
    assert numbers.minutes[at] == pytest.approx(expected)
    assert draw.minutes.shape == (2, len(place.sites))
