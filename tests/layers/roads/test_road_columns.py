"""Wrong values in the columns of a line layer are named by row and field, like those of every other layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from gridplan.layers.roads.roads import RoadsRead, read_roads
from gridplan.words.errors import InputProblem, LayerError

CRS = "EPSG:32650"


def read(folder: Path, columns: dict[str, str] | None = None, **values: list[Any]) -> RoadsRead:
    """Parallel roads, one a value; a road without a class stands for the others' columns."""
    size = len(next(iter(values.values())))
    lines = [LineString([(0, 100.0 * at), (1000, 100.0 * at)]) for at in range(size)]
    frame = gpd.GeoDataFrame({"highway": ["primary"] * size, **values}, geometry=lines, crs=CRS)
    frame.to_file(folder / "roads.gpkg")
    return read_roads(folder / "roads.gpkg", area=None, crs=CRS, columns=columns)


def told(problems: tuple[InputProblem, ...]) -> list[tuple[str, str, tuple[int, ...], tuple[str, ...]]]:
    return [(problem.severity, problem.field, problem.rows, problem.values) for problem in problems]


def test_good_values_are_read_without_a_word(tmp_path: Path) -> None:
    done = read(
        tmp_path,
        oneway=["1", "-1", "双向", "yes"],
        maxspeed_kmh=["60", "30 mph", "50 km/h", ""],
        minutes=["2", "1.5", None, "00:10"],
        bridge=["是", "viaduct", "no", ""],
    )
    assert done.problems == ()
    assert done.roads["oneway"].tolist() == [1, -1, 0, 1]
    assert done.roads["maxspeed_kmh"].fillna(0).round(1).tolist() == [60, 48.3, 50, 0]
    assert done.roads["minutes"].fillna(0).tolist() == [2, 1.5, 0, 10]
    assert done.roads["bridge"].tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("column", "values", "severity", "rows", "shown"),
    [
        ("maxspeed_kmh", ["60", "很快", "-5", "900"], "error", (2, 3, 4), ("很快", "-5", "900")),
        ("maxspeed_kmh", [60.0, 0.0, 40.0], "repair", (2,), ("0",)),
        ("minutes", ["1", "inf", "一会儿"], "error", (2, 3), ("inf", "一会儿")),
        ("oneway", ["1", "也许", "0"], "warning", (2,), ("也许",)),
        ("tunnel", ["1", "?", "0"], "warning", (2,), ("?",)),
        ("highway", ["primary", "大路", "primary"], "warning", (2,), ("大路",)),
    ],
)
def test_wrong_values_are_named_by_row_and_field(
    tmp_path: Path, column: str, values: list[Any], severity: str, rows: tuple[int, ...], shown: tuple[str, ...]
) -> None:
    done = read(tmp_path, **{column: values})
    assert [problem[:3] for problem in told(done.problems)] == [(severity, column, rows)]
    assert [value.removesuffix(".0") for value in done.problems[0].values] == list(shown)
    assert len(done.roads) == len(values), "no road is lost"


def test_the_planners_own_header_is_blamed(tmp_path: Path) -> None:
    done = read(tmp_path, {"maxspeed_kmh": "限速"}, 限速=["60", "快"])
    assert told(done.problems) == [("error", "限速", (2,), ("快",))]


def test_mapped_columns_that_are_not_there_and_names_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(LayerError) as error:
        read(tmp_path, {"minutes": "分钟", "speed": "highway"}, oneway=["1"])
    assert {problem.field for problem in error.value.problems} == {"分钟", "speed"}


def test_letters_of_direction_beside_b(tmp_path: Path) -> None:
    """B, F, T are both, forward, against; T alone is true."""
    assert read(tmp_path, oneway=["B", "F", "T"]).roads["oneway"].tolist() == [0, 1, -1]
    assert read(tmp_path, oneway=["T", "", "T"]).roads["oneway"].tolist() == [1, 0, 1]


def test_t_and_f_of_a_database_are_true_and_false(tmp_path):
    assert read(tmp_path, oneway=["t", "f", "f"]).roads["oneway"].tolist() == [1, 0, 0]
    assert read(tmp_path, oneway=["f", "f", "f"]).roads["oneway"].tolist() == [0, 0, 0]


def test_cars_do_not_count_on_a_lane_whose_direction_changes(tmp_path):
    roads = read(tmp_path, oneway=["reversible", "alternating", "no"]).roads
    assert roads["drive"].tolist() == [False, False, True]
    assert roads["walk"].tolist() == [True, True, True]


@pytest.mark.parametrize("word", ["construction", "proposed", "abandoned", "在建"])
def test_a_road_that_is_not_in_use_is_told_and_nobody_s(tmp_path: Path, word: str) -> None:
    done = read(tmp_path, highway=["primary", word])
    assert told(done.problems) == [("warning", "highway", (2,), (word,))]
    assert done.roads[["drive", "walk", "bike"]].to_numpy().tolist() == [[True] * 3, [False] * 3]
