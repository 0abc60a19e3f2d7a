"""The CRS of all work fits the place, or is refused with one that does."""

from __future__ import annotations

import pytest
import shapely

from gridplan.layers.area.area import MAX_SCALE_ERROR, metric_crs
from gridplan.words.errors import InputProblem
from tests import board


@pytest.mark.parametrize("stated", ["EPSG:4549", "EPSG:32651", "EPSG:4528", "+proj=tmerc +lon_0=120 +datum=WGS84"])
def test_a_crs_made_for_the_place_is_kept(stated: str) -> None:
    """The board lies at 120.0 E, 35.2 N: zone 120 of three degrees, zone 51 of six."""
    assert metric_crs(stated, board.board_units()) == stated


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("EPSG:3857", "wrong by 22.5%"),
        ("EPSG:32649", "made for elsewhere"),
        ("EPSG:32751", "made for elsewhere"),
        ("EPSG:4547", "made for elsewhere"),
        ("EPSG:2193", "made for elsewhere"),
        ("EPSG:4326", "a projected CRS in metres"),
    ],
    ids=[
        "web map",
        "another zone",
        "another hemisphere",
        "another zone of three degrees",
        "another continent",
        "degrees",
    ],
)
def test_a_crs_that_distorts_the_place_is_refused_with_one_that_does_not(stated: str, said: str) -> None:
    problem = metric_crs(stated, board.board_units())
    assert isinstance(problem, InputProblem)
    assert (problem.severity, problem.field) == ("error", "place.crs")
    assert said in problem.render("en")
    assert "EPSG:" in problem.remedy.en


def test_a_stated_error_of_scale_is_what_counts_at_the_equator() -> None:
    """The web map's lengths are right at the equator and wrong by 1 % at eight degrees: 1 / cos 8 = 1.0098."""
    degrees = board.board_units().to_crs("EPSG:4326").iloc[:1]
    for lat, kept in ((1.3, True), (7.5, True), (9.0, False)):
        here = degrees.set_geometry([shapely.box(103.8, lat, 103.9, lat + 0.1)], crs="EPSG:4326")
        assert isinstance(metric_crs("EPSG:3857", here), str) is kept
    assert MAX_SCALE_ERROR == 0.01
