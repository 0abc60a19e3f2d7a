"""The command line as a planner meets it: exit status, files, words."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gridplan.cli import app
from tests import board

ROOT = Path(__file__).parent.parent


def run(*words: str | Path) -> Any:
    """Run one command in this process."""
    return CliRunner().invoke(app, [*map(str, words)])


def test_plan_writes_a_folder_and_says_where_the_map_is(board_case, tmp_path):
    done = run("plan", board_case, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "市第一医院" in done.stdout
    assert "合成数据" in done.stdout
    assert str(tmp_path / "out" / "map.html") in done.stdout.replace("\n", "")
    assert "\x1b" not in done.stderr
    assert (tmp_path / "out" / "run.log").read_text(encoding="utf-8").count("\n") >= 5


def test_the_language_can_be_chosen(board_case, tmp_path):
    done = run("plan", board_case, "-o", tmp_path / "out", "--lang", "en")
    assert "Chessboard" in done.stdout
    assert "synthetic data" in done.stdout


def test_a_must_rule_that_stands_exits_with_one(tmp_path):
    case = board.write_board(tmp_path / "city", case=board.CASE.replace("[rules]", "[rules]\nmin_grids = 3"))
    done = run("plan", case, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "R-01" in done.stdout
    assert (tmp_path / "out" / "proposal.json").exists()


def test_bad_input_exits_with_two_and_writes_nothing(tmp_path):
    broken = board.board_facilities().rename(columns={"level": "等次"}).assign(kind="宾馆")
    case = board.write_board(tmp_path / "city", facilities=broken)
    done = run("plan", case, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "facilities.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_check_tells_that_one_can_plan(board_case):
    done = run("check", board_case)
    assert done.exit_code == 0, done.stderr
    assert "24" in done.stdout


def test_assess_scores_a_given_plan(board_case, tmp_path):
    given = tmp_path / "given.csv"
    given.write_text(
        "unit_id,lead_id\n" + "".join(f"{unit},{lead}\n" for unit, lead in board.WEST_EAST.items()), encoding="utf-8"
    )
    done = run("assess", board_case, "--assignment", given, "-o", tmp_path / "out")
    assert done.exit_code == 1, done.stderr
    assert "R-09" in done.stdout


def test_assess_names_unknown_units_and_leads_with_the_nearest_known(board_case, tmp_path):
    given = tmp_path / "given.csv"
    given.write_text("unit_id,lead_id\nu00,H1\nu0l,H1\nu02,H9\n", encoding="utf-8")
    done = run("assess", board_case, "--assignment", given, "-o", tmp_path / "out", "--lang", "en")
    assert done.exit_code == 2
    assert "u0l" in done.stderr
    assert "H9" in done.stderr
    assert "Did you mean" in done.stderr


def test_export_writes_beside_the_proposal(board_proposal, tmp_path):
    board_proposal.save(tmp_path / "out")
    done = run("export", tmp_path / "out", "--to", "geojson")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "out" / "export" / "units.geojson").exists()
    assert run("export", tmp_path / "out", "--to", "dwg").exit_code == 2
    assert run("export", tmp_path / "none", "--to", "geojson").exit_code == 2


def test_usage_errors_exit_with_two():
    assert run("plan").exit_code == 2
    assert run("fly").exit_code == 2


def test_the_program_starts_at_once_and_importing_loads_no_numba():
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "gridplan.cli", "--help"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert time.perf_counter() - began < 2.0
    probe = "import sys, gridplan; assert not {'numba', 'geopandas', 'pandas'} & set(sys.modules), sys.modules"
    assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "name", ["read_case", "plan", "Problem", "solve", "improve", "RoadNetwork", "read_proposal", "Proposal"]
)
def test_public_names_are_there(name):
    import gridplan as gp

    assert callable(getattr(gp, name))


def test_unknown_public_names_are_told():
    import gridplan as gp

    with pytest.raises(AttributeError, match="nothing_here"):
        _ = gp.nothing_here
