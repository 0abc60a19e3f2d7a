"""Scenarios of a case on its layers: what is closed, and what is told if they cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.layers.layers import Layers, read_layers
from gridplan.words.errors import CaseError, GridplanError, LayerError
from tests import board, disasters

LINKS = "unit_a,unit_b,minutes,kind,name\nu01,u02,1,bridge,东桥\n"


def bridged() -> gpd.GeoDataFrame:
    """The roads with a bridge between u01 and u02 that has another name in the road layer, and the tunnel 隧道 u10 - u11."""
    roads = board.board_roads().assign(name="", bridge=False, tunnel=False)
    ends = {"u01": "u02", "u10": "u11"}
    for here, there in ends.items():
        line = shapely.LineString([board.centre(here), board.centre(there)])
        at = roads.geometry.geom_equals(line)
        roads.loc[at, ["name", "bridge", "tunnel"]] = (
            ["中心路", True, False] if here == "u01" else ["隧道", False, True]
        )
    return roads


def layers_with(folder: Path, scenarios: str, roads: gpd.GeoDataFrame | None = None, **drawn: Any) -> Layers:
    text = board.CASE.replace("[travel]", '[layers.links]\npath = "links.csv"\n[travel]') + scenarios
    case = board.write_board(folder, roads=bridged() if roads is None else roads, case=text)
    (folder / "links.csv").write_text(LINKS, encoding="utf-8")
    disasters.write_drawings(folder)
    for name, shapes in drawn.items():
        gpd.GeoDataFrame(geometry=shapes, crs=board.CRS).to_file(folder / f"{name}.gpkg")
    return read_layers(read_case(case))


def problems_of(folder: Path, scenarios: str, **drawn: Any) -> list[tuple[str, str]]:
    with pytest.raises(GridplanError) as error:
        layers_with(folder, scenarios, **drawn)
    assert isinstance(error.value, LayerError | CaseError)
    return [(problem.field or problem.file, problem.remedy.en) for problem in error.value.problems]


def test_a_line_interrupts_roads_where_it_crosses_them(tmp_path: Path) -> None:
    layers = layers_with(tmp_path, disasters.SPLIT)
    closed = layers.closures["断路"]
    assert len(closed) == board.ROWS
    assert closed["start"].tolist() == pytest.approx([0.5] * 4)
    assert closed["stop"].tolist() == pytest.approx([0.5] * 4)
    assert closed.geometry.length.tolist() == pytest.approx([50] * 4)
    assert "split.gpkg" in layers.hashes


def test_an_area_closes_the_part_inside(tmp_path: Path) -> None:
    """u35 has two roads of 1 km; 200 m of each lie inside the square."""
    closed = layers_with(tmp_path, disasters.FLOOD).closures["内涝"]
    assert len(closed) == 2
    assert (closed["stop"] - closed["start"]).tolist() == pytest.approx([0.2, 0.2])


def test_links_by_the_name_of_the_road_or_of_the_stated_link(tmp_path: Path) -> None:
    """东桥 is a name of the link layer alone: the bridge that touches both its units is meant."""
    closed = layers_with(tmp_path, '[[scenarios]]\nname = "封桥"\nlinks = ["东桥", "隧道"]\n').closures["封桥"]
    assert sorted(closed["name"]) == ["中心路", "隧道"]
    assert closed["start"].tolist() == [0.5, 0.5]
    assert closed.geometry.length.tolist() == pytest.approx([1000, 1000])


def test_a_bridge_that_touches_one_of_the_units_stays_open(tmp_path: Path) -> None:
    """From u02 of 东桥 another bridge leads on to u03."""
    roads = bridged()
    onward = shapely.LineString([board.centre("u02"), board.centre("u03")])
    roads.loc[roads.geometry.geom_equals(onward), ["name", "bridge"]] = ["堤路", True]
    scenario = '[[scenarios]]\nname = "封桥"\nlinks = ["{}"]\n'
    names = {
        link: layers_with(tmp_path / link, scenario.format(link), roads).closures["封桥"]["name"].tolist()
        for link in ("东桥", "堤路")
    }
    assert names == {"东桥": ["中心路"], "堤路": ["堤路"]}


def test_what_does_not_exist_is_told_together(tmp_path: Path) -> None:
    text = '[[scenarios]]\nname = "a"\nlinks = ["东侨"]\nfacilities_lost = ["H9"]\n'
    assert problems_of(tmp_path, text) == [
        ("scenarios.0.facilities_lost", "Correct the id."),
        ("scenarios.0.links", "Did you mean 东桥?"),
    ]


def test_drawings_that_close_nothing_are_told(tmp_path: Path) -> None:
    text = '[[scenarios]]\nname = "a"\n[scenarios.closed]\npath = "{}.gpkg"\n'
    x, y = board.ORIGIN
    far = shapely.LineString([(x + 100, y + 100), (x + 200, y + 100)])
    assert problems_of(tmp_path / "far", text.format("far"), far=[far])[0][0] == "far.gpkg"
    assert problems_of(tmp_path / "dots", text.format("dots"), dots=[shapely.Point(x, y)])[0][0] == "geometry"
    assert problems_of(tmp_path / "none", text.format("none"))[0][0] == "none.gpkg"


@pytest.mark.parametrize(
    ("scenario", "field"),
    [
        ('name = "a"', "scenarios.0"),
        ('name = "a"\nlinks = ["x"]\n[[scenarios.changes]]\nfacility = "H1"\nkind = "chc"', "scenarios.0"),
        ('name = "a"\n[[scenarios.changes]]\nfacility = "H1"\nkind = "酒店"', "scenarios.0.changes.0.kind"),
        ('name = "a"\n[[scenarios.changes]]\nfacility = "H1"', "scenarios.0.changes.0"),
        ('name = "a"\n[[scenarios.changes]]\nfacility = "H1"\nservices = ["睡"]', "scenarios.0.changes.0.services"),
        ('name = "a"\nlinks = ["x"]\n[[scenarios]]\nname = "a"\nlinks = ["y"]', "scenarios"),
        ('name = "a"\nroad = ["x"]', "scenarios.0.road"),
    ],
)
def test_a_scenario_that_cannot_be_meant_is_refused(tmp_path: Path, scenario: str, field: str) -> None:
    path = board.write_board(tmp_path, case=board.CASE + f"[[scenarios]]\n{scenario}\n")
    with pytest.raises(CaseError) as error:
        read_case(path)
    assert field in [problem.field for problem in error.value.problems]


def test_the_words_of_a_refusal_are_in_both_languages(tmp_path: Path) -> None:
    path = board.write_board(tmp_path, case=board.CASE + '[[scenarios]]\nname = "a"\n')
    with pytest.raises(CaseError) as error:
        read_case(path)
    (needed,) = [problem.needed for problem in error.value.problems if problem.field == "scenarios.0"]
    assert "二者取一" in needed.zh
    assert "one of the two" in needed.en


def test_without_roads_closures_wait(tmp_path: Path) -> None:
    text = board.CASE.replace("[travel]", '[travel]\nsource = "straight_line"') + disasters.SPLIT
    disasters_case = board.write_board(tmp_path, case=text)
    disasters.write_drawings(tmp_path)
    assert read_layers(read_case(disasters_case)).closures == {}
