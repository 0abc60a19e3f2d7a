"""A folder as a user of map services has it: init, check and plan in one go, without an edit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.new_case import start_case
from tests.map_service_folder import write_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path)
    return tmp_path


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
