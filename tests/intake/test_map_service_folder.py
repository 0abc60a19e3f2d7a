"""A folder as a user of map services has it: init, check and plan in one go, without an edit."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.new_case import start_case
from tests import board

TYPES = {
    "general": "医疗保健服务;综合医院;三级甲等医院",
    "tcm": "医疗保健服务;综合医院;综合医院",
    "maternity": "医疗保健服务;专科医院;妇科医院",
    "chc": "医疗保健服务;综合医院;卫生院",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The chessboard as polygons with lists and trees of properties, points with one column of places, people by name."""
    units = board.board_units().to_crs("EPSG:4326")
    names = [f"{unit}镇" for unit in units["unit_id"]]
    units = gpd.GeoDataFrame(
        {"adcode": range(370200, 370224), "name": names, "level": "town"}, geometry=units.geometry, crs="EPSG:4326"
    )
    tree = json.loads(units.to_json())
    for feature in tree["features"]:
        feature["properties"] |= {"center": [120.1, 35.2], "parent": {"adcode": 370200}, "acroutes": [100000, 370000]}
    (tmp_path / "棋盘市.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    facilities = _placed()
    facilities = facilities[facilities["kind"].isin(TYPES)]
    pd.DataFrame(
        {
            "id": [f"B0{n}" for n in range(len(facilities))],
            "name": facilities["name"],
            "type": facilities["kind"].map(TYPES),
            "typecode": "090100",
            "location": [f"{x:.6f},{y:.6f}" for x, y in zip(facilities.geometry.x, facilities.geometry.y, strict=True)],
            "adname": "棋盘区",
        }
    ).to_csv(tmp_path / "poi.csv", index=False)
    people = pd.DataFrame({"乡镇": names, "常住人口": 1000})
    people.sample(frac=1, random_state=3).to_csv(tmp_path / "七普.csv", index=False)
    return tmp_path


def _placed() -> gpd.GeoDataFrame:
    table = board.board_facilities()
    points = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float), crs=board.CRS)
    return gpd.GeoDataFrame(table, geometry=points, crs=board.CRS).to_crs("EPSG:4326")


def test_it_is_planned_without_an_edit(folder: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["init", str(folder)]).exit_code == 0
    case = read_case(folder / "case.toml")
    assert case.layers.units is not None
    assert (case.layers.units.datum, case.layers.units.columns["unit_id"]) == ("gcj02", "name")
    assert case.layers.facilities[0].datum == "gcj02"
    assert case.layers.population.kind == "table"
    checked = run.invoke(app, ["check", str(folder / "case.toml"), "--lang", "en"])
    assert checked.exit_code == 0, checked.stderr
    assert "24 units, 24,000 people" in checked.stdout
    planned = run.invoke(app, ["plan", str(folder / "case.toml"), "-o", str(folder / "out")])
    assert planned.exit_code in (0, 1), planned.stderr
    assert (folder / "out" / "map.html").exists()


def test_what_each_column_was_taken_for_is_shown_with_values(folder: Path) -> None:
    lines = start_case(folder, "en")
    assert any("population = 常住人口 (1000)" in line for line in lines)
    assert any("location = location (" in line for line in lines)
    text = (folder / "case.toml").read_text(encoding="utf-8")
    assert "#   adname  →  not used  (棋盘区)" in text
    assert "gcj02" in "".join(line for line in lines if "棋盘市.json" in line)


def test_neighbouring_reasons_are_told_for_what_is_not_used(folder: Path) -> None:
    (folder / "p.tif").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", encoding="utf-8")
    (folder / "e.csv").write_text("", encoding="utf-8")
    (folder / "n.csv").write_text("1,2\n3,4\n5,6\n", encoding="utf-8")
    told = "\n".join(start_case(folder, "en"))
    assert "p.tif: needs the file itself; found only a pointer" in told
    assert "e.csv: needs a file that can be read; found an empty file" in told
    assert "no header row" in told


def test_a_header_with_a_line_break_stays_a_comment(folder: Path) -> None:
    people = pd.read_csv(folder / "七普.csv")
    people.rename(columns={"乡镇": "乡镇\nk = 9"}).to_csv(folder / "七普.csv", index=False)
    start_case(folder, "zh")
    assert read_case(folder / "case.toml").grids.k is None
