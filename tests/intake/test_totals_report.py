"""The table of `check` adds up to the person, the row and the metre, whatever happened to the layers."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from openpyxl import load_workbook
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, read_layers
from gridplan.words.ledger import Account, settle
from tests import board

RNG = np.random.default_rng(7)
POINTS = board.CASE.replace('kind = "table"\npath = "people.csv"', 'kind = "points"\npath = "points.gpkg"')
RASTER = board.CASE.replace('kind = "table"\npath = "people.csv"', 'kind = "raster"\npath = "people.tif"')
SHARED = board.CASE.replace('kind = "table"\npath = "people.csv"', 'kind = "polygons"\npath = "people.gpkg"')
WIDE = shapely.box(board.ORIGIN[0] - 3000, board.ORIGIN[1] - 3000, board.ORIGIN[0] + 9000, board.ORIGIN[1] + 7000)


def accounts(case: Path) -> tuple[dict[str, Account], Layers]:
    read = read_case(case)
    layers = complete_units(read_layers(read), read)
    return {account.subject.key: account for account in settle(layers.ledger)}, layers


def random_points(count: int) -> gpd.GeoDataFrame:
    west, south, east, north = WIDE.bounds
    places = shapely.points(RNG.uniform(west, east, count), RNG.uniform(south, north, count))
    return gpd.GeoDataFrame({"population": RNG.integers(0, 900, count)}, geometry=places, crs=board.CRS)


def adds_up(known: dict[str, Account]) -> None:
    for account in known.values():
        assert account.unexplained == pytest.approx(0, abs=1e-6 * max(account.held, 1)), account


@pytest.mark.parametrize("seed", range(4))
def test_random_damage_leaves_nothing_unexplained(tmp_path: Path, seed: int) -> None:
    """Points in and out of the area, some not selected; units deleted and of no land; facilities and roads far away."""
    rng = np.random.default_rng(seed)
    units = board.board_units()
    units.loc[0, "geometry"] = shapely.box(*units.geometry[0].bounds[:2], *np.add(units.geometry[0].bounds[:2], 0.5))
    units = units.drop(index=rng.choice(np.arange(1, 24), 3, replace=False))
    facilities = board.board_facilities().sample(frac=1, random_state=seed)
    far = rng.choice(len(facilities), 4, replace=False)
    facilities.iloc[far, facilities.columns.get_loc("lon")] += 50_000.0
    roads = board.board_roads()
    roads.geometry = [
        shapely.affinity.translate(line, 40_000.0 * (rng.random() < 0.2), rng.uniform(-0.4, 0.4))
        for line in roads.geometry
    ]
    case = POINTS.replace('path = "points.gpkg"', 'path = "points.gpkg"\nselect = { use = "yes" }')
    case = case.replace("[travel]", '[units]\nno_land = "join"\n[travel]')
    case = case.replace("[[layers.facilities]]", '[[layers.facilities]]\nselect = { name = "[^院]$|医院" }')
    points = random_points(200).assign(use=rng.choice(["yes", "no"], 200))
    path = board.write_board(tmp_path, units=units, facilities=facilities, roads=roads, case=case)
    points.to_file(tmp_path / "points.gpkg", engine="pyogrio")
    known, layers = accounts(path)
    adds_up(known)
    assert known["people"].held == points["population"].sum()
    assert known["people"].used == pytest.approx(layers.units["population"].sum())
    assert known["facility_rows"].held == len(facilities)
    kinds = [account for key, account in known.items() if key.startswith("facilities.")]
    assert sum(kind.held for kind in kinds) == known["facility_rows"].used
    assert sum(kind.used for kind in kinds) == (layers.facilities["unit_id"] != "").sum()
    assert known["road_km"].held == pytest.approx(roads.length.sum() / 1000)
    assert known["road_km"].used == pytest.approx(layers.roads.length.sum() / 1000, abs=0.02), (
        "ends move by less than 1 m"
    )


def test_people_of_polygons_outside_or_in_no_unit_are_all_told(tmp_path: Path) -> None:
    """A polygon half inside (100 of 200 people), one outside (50), one of two inside (80); the gap of a deleted unit is outside."""
    x, y = board.ORIGIN
    shapes = [shapely.box(x - 1000, y, x + 1000, y + 1000), shapely.box(x - 5000, y, x - 4000, y + 1000)]
    shapes.append(shapely.box(x + 4000, y, x + 6000, y + 1000))
    path = board.write_board(tmp_path, units=board.board_units().drop(index=5), case=SHARED)
    people = gpd.GeoDataFrame({"population": [200, 50, 80]}, geometry=shapes, crs=board.CRS)
    people.to_file(tmp_path / "people.gpkg", engine="pyogrio")
    known, _ = accounts(path)
    assert (known["people"].held, known["people"].used) == (330, pytest.approx(140))
    assert [(why.en, amount) for why, amount in known["people"].left_out] == [
        ("outside the planning area", pytest.approx(190))
    ]


def test_a_raster_with_values_below_zero_and_people_around_adds_up(tmp_path: Path) -> None:
    """Cells of 500 m over the board and a ring around it: the sum that a GIS shows is held, negative cells a line of their own."""
    path = board.write_board(tmp_path, case=RASTER)
    west, _, _, north = WIDE.bounds
    data = np.full((20, 24), 10.0, dtype="float32")
    data[8, 8:12] = -3
    transform = Affine(500, 0, west, 0, -500, north)
    profile = {"width": 24, "height": 20, "count": 1, "dtype": "float32", "crs": board.CRS, "transform": transform}
    with rasterio.open(tmp_path / "people.tif", "w", driver="GTiff", **profile) as raster:
        raster.write(data, 1)
    known, layers = accounts(path)
    adds_up(known)
    assert known["people"].held == data.sum()
    assert known["people"].used == pytest.approx(10 * (96 - 4)) == pytest.approx(layers.cells["population"].sum())
    assert {why.en: round(amount) for why, amount in known["people"].left_out} == {
        "values below 0, which count as nobody": -12, "outside the planning area": 10 * (480 - 96),
    }  # fmt: skip


def test_where_units_are_built_people_beyond_the_area_are_told_and_counted(tmp_path: Path) -> None:
    """Two districts with a gap between them: whoever stands in it is named by a warning and stands in the account."""
    districts = gpd.GeoDataFrame(
        {"district_id": ["W", "E"], "district": ["西区", "东区"]},
        geometry=[shapely.box(*board.ORIGIN, board.ORIGIN[0] + 2900, board.ORIGIN[1] + 4000),
                  shapely.box(board.ORIGIN[0] + 3100, board.ORIGIN[1], board.ORIGIN[0] + 6000, board.ORIGIN[1] + 4000)],
        crs=board.CRS,
    )  # fmt: skip
    case = POINTS.replace('[layers.units]\npath = "units.gpkg"', '[layers.boundaries]\npath = "districts.gpkg"')
    path = board.write_board(tmp_path, case=case)
    districts.to_file(tmp_path / "districts.gpkg", engine="pyogrio")
    places = shapely.points([board.ORIGIN[0] + at for at in (500, 1500, 3000, 4500)], board.ORIGIN[1] + 2000)
    gpd.GeoDataFrame({"population": [900, 800, 70, 600]}, geometry=places, crs=board.CRS).to_file(
        tmp_path / "points.gpkg", engine="pyogrio"
    )
    known, layers = accounts(path)
    adds_up(known)
    assert (known["people"].held, known["people"].used) == (2370, 2300)
    assert any("70 people in all" in problem.render("en") for problem in layers.problems)


def test_people_of_districts_beyond_the_roads_are_told_and_counted(tmp_path: Path) -> None:
    """Only the ground with roads is planned: 70 people live in the district, and 40 km from any road."""
    x, y = board.ORIGIN
    case = POINTS.replace('[layers.units]\npath = "units.gpkg"', '[layers.boundaries]\npath = "districts.gpkg"')
    path = board.write_board(tmp_path, case=case.replace("[travel]", '[area]\nfrom = "roads"\n[travel]'))
    district = shapely.box(x - 50_000, y - 50_000, x + 50_000, y + 50_000)
    gpd.GeoDataFrame({"district_id": ["W"], "district": ["西区"]}, geometry=[district], crs=board.CRS).to_file(
        tmp_path / "districts.gpkg", engine="pyogrio"
    )
    places = shapely.points([x + at for at in (500, 3500, -40_000)], y + 2000)
    gpd.GeoDataFrame({"population": [900, 800, 70]}, geometry=places, crs=board.CRS).to_file(
        tmp_path / "points.gpkg", engine="pyogrio"
    )
    known, _ = accounts(path)
    adds_up(known)
    assert (known["people"].held, known["people"].used) == (1770, 1700)
    assert [(why.en, amount) for why, amount in known["people"].left_out] == [("outside the planning area", 70)]


def test_the_table_stands_on_the_terminal_in_the_workbook_and_in_json(tmp_path: Path) -> None:
    path = board.write_board(tmp_path, case=POINTS)
    random_points(50).assign(population=10).to_file(tmp_path / "points.gpkg", engine="pyogrio")
    shown = CliRunner().invoke(app, ["check", str(path), "--lang", "en", "-o", str(tmp_path / "out")])
    assert shown.exit_code == 0
    assert "points.gpkg" in shown.stdout
    assert "500" in shown.stdout
    assert "The roads open to cars are 1 piece" in shown.stdout
    rows = list(load_workbook(tmp_path / "out" / "check.xlsx")["totals"].iter_rows(values_only=True))
    [people] = [row for row in rows if row[1] == "people"]
    assert people[2] == 500 == people[3] + people[4]
    told = json.loads(CliRunner().invoke(app, ["check", str(path), "--json"]).stdout)["totals"]
    [people] = [account for account in told if account["subject"] == "people"]
    assert people["held"] == 500 == people["used"] + sum(part["amount"] for part in people["left_out"])


def test_rows_of_records_that_repeat_others_are_named(tmp_path: Path) -> None:
    """Twice the same referral counts twice, and is told; two referrals that differ are not."""
    case = board.CASE + '[layers.records.referrals]\npath = "referrals.csv"\n'
    path = board.write_board(tmp_path, case=case)
    rows = pd.DataFrame({"from_id": ["C0", "C0", "C0"], "to_id": ["H1", "H1", "H1"], "count": [5, 5, 6]})
    rows.to_csv(tmp_path / "referrals.csv", index=False)
    known, layers = accounts(path)
    [problem] = layers.problems
    assert (problem.severity, problem.rows) == ("warning", (3,))
    assert known["records.referrals"].used == 3
