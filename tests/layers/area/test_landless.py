"""Units of no land are named with their people, and joined to a neighbour where the case says so."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.layers.area.landless import join_rows, neighbours_of_landless
from gridplan.layers.layers import read_layers
from gridplan.pipeline import plan
from gridplan.words.errors import LayerError
from tests import board

JOIN = '\n[units]\nno_land = "join"\n'


def specks() -> gpd.GeoDataFrame:
    """u11 is a triangle of 0.006 m2 and u35 a square of 1 m2, their land given to u12 and u34."""
    units = board.board_units().set_index("unit_id")
    for speck, other, side in (("u11", "u12", 0.11), ("u35", "u34", 1.0)):
        x, y = board.centre(speck)
        small = shapely.Polygon([(x, y), (x + side, y), (x, y + side)]) if side < 1 else shapely.box(x, y, x + 1, y + 1)
        both = shapely.union(units.geometry[speck], units.geometry[other])
        units.loc[[speck, other], "geometry"] = gpd.GeoSeries(
            [small, shapely.difference(both, small)], index=[speck, other], crs=units.crs
        )
    return units.reset_index()


def people(folder: Path) -> pd.DataFrame:
    table = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000})
    table.loc[table["unit_id"] == "u11", "population"] = 4_500
    return table


def test_they_are_refused_by_name_with_their_people(tmp_path: Path):
    path = board.write_board(tmp_path, units=specks(), people=people(tmp_path))
    with pytest.raises(LayerError) as caught:
        read_layers(read_case(path))
    (error,) = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert error.values == ("u11", "u35")
    assert "2 units of less than 100 m² (u11, u35) with 5,500 people" in error.render("en")
    assert "2 个单元不足 100 m²（u11、u35），共 5,500 人" in error.render("zh")
    assert 'no_land = "join"' in error.render("en")


def test_by_choice_they_join_the_unit_around_them_and_nobody_is_lost(tmp_path: Path):
    path = board.write_board(tmp_path, units=specks(), people=people(tmp_path))
    path.write_text(path.read_text(encoding="utf-8") + JOIN, encoding="utf-8")
    proposal = plan(read_case(path))
    assert sorted(set(board.unit_ids()) - set(proposal.units.index)) == ["u11", "u35"]
    assert proposal.units["population"][["u12", "u34"]].tolist() == [5_500, 2_000]
    assert proposal.units["population"].sum() == 27_500
    assert proposal.units.area.sum() == pytest.approx(24e6)
    (told,) = [problem for problem in proposal.provenance.input_notes if problem.field == "geometry" and problem.values]
    assert (told.severity, told.values) == ("repair", ("u11 → u12", "u35 → u34"))


def test_links_records_and_the_grouping_in_force_follow(tmp_path: Path):
    path = board.write_board(tmp_path, units=specks(), people=people(tmp_path))
    (tmp_path / "links.csv").write_text("unit_a,unit_b,minutes\nu11,u12,1\nu11,u30,2\n", encoding="utf-8")
    (tmp_path / "now.csv").write_text(
        "unit_id,lead_id\n" + "".join(f"{unit},H1\n" for unit in board.unit_ids()), encoding="utf-8"
    )
    (tmp_path / "teams.csv").write_text("unit_id,team\nu11,甲队\nu12,乙队\n", encoding="utf-8")
    more = '[layers.links]\npath = "links.csv"\n[layers.baseline]\npath = "now.csv"\n[layers.records.teams]\npath = "teams.csv"\n'
    path.write_text(path.read_text(encoding="utf-8") + JOIN + more, encoding="utf-8")
    layers = read_layers(read_case(path))
    assert layers.links[["unit_a", "unit_b"]].to_numpy().tolist() == [["u12", "u30"]]
    assert len(layers.baseline) == 22
    assert layers.records["teams"]["unit_id"].tolist() == ["u12", "u12"]


def test_the_own_street_comes_before_the_longer_border():
    units = gpd.GeoDataFrame(
        {"street_id": ["S", "T", "S"], "district_id": ["D", "D", "D"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, -500, 500, 500), shapely.box(-500, -500, -8, 500)],
        index=["speck", "long", "own"],
        crs=board.CRS,
    )
    assert neighbours_of_landless(units) == {"speck": "own"}
    assert neighbours_of_landless(units.assign(street_id="")) == {"speck": "long"}
    assert neighbours_of_landless(units.iloc[1:]) == {}


def test_what_nobody_counted_adds_nothing():
    table = pd.DataFrame(
        {"population": [1.0, 2.0], "chronic": [float("nan"), 3.0]}, index=pd.Index(["a", "b"], name="unit_id")
    )
    joined = join_rows(table, {"a": "b"})
    assert joined.to_dict() == {"population": {"b": 3.0}, "chronic": {"b": 3.0}}
