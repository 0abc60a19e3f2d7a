"""The command line as a planner meets it: exit status, files, words."""

from __future__ import annotations

import json
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


def test_exporting_all_writes_a_folder_a_format_and_signs_every_file(board_proposal, tmp_path):
    """Signed files go with the plan: a new plan in the folder takes them away."""
    from gridplan.outputs.exports.formats import FORMATS

    folder = board_proposal.save(tmp_path / "out")
    assert run("export", folder, "--to", "all").exit_code == 0
    assert {path.name for path in (folder / "export").iterdir()} == set(FORMATS)
    assert run("export", folder, "--to", "postgis").exit_code == 2
    board_proposal.save(folder)
    assert not (folder / "export").exists()


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


RECORDS = {
    "teams": "单元代码,团队\nu00,甲队\n",
    "referrals": "转出机构,转入机构,人次\nC0,H1,90\nC0,省立医院,10\n",
    "visits": "机构编号,年份,诊疗人次\nC0,2023,900\nC0,2024,1000\nH1,2023,2000\nH1,2024,1500\n",
    "ambulances": "机构编号,急救车数\nE1,1\n",
    "signed": "人群,人数,签约人数\nall,24000,18000\n",
}


def test_assess_judges_by_the_records_of_the_case(tmp_path):
    """Each rule that needs a record is evaluated with it; a unit that the plan leaves out has a row without a grid."""
    case = board.write_board(tmp_path / "city")
    with (tmp_path / "city" / "facilities.csv").open("a", encoding="utf-8") as table:
        table.write("E1,,急救站,ems,,government,city,,,u12,{},{}\n".format(*board.centre("u12")))
    units = "\n".join(f"{unit},{lead}" for unit, lead in board.WEST_EAST.items() if unit != "u35")
    (tmp_path / "plan.csv").write_text(f"单元代码,牵头医院\n{units}\n", encoding="utf-8")
    with case.open("a", encoding="utf-8") as text:
        text.write("[layers.records]\n")
        for name, table in RECORDS.items():
            (tmp_path / "city" / f"{name}.csv").write_text(table, encoding="utf-8")
            text.write(f'{name} = {{ path = "{name}.csv" }}\n')
    done = run("assess", case, "--assignment", tmp_path / "plan.csv", "-o", tmp_path / "out")
    assert done.exit_code == 1, done.stderr
    assert "u35,社区35,,,,,1000.0," in (tmp_path / "out" / "assignment.csv").read_text(encoding="utf-8-sig")
    judged: dict[str, set[str]] = {}
    for finding in json.loads((tmp_path / "out" / "proposal.json").read_text(encoding="utf-8"))["findings"]:
        judged.setdefault(finding["rule"], set()).add(finding["status"])
    for rule in ("R-31", "R-43", "R-44", "R-64", "R-66"):
        assert judged[rule] & {"met", "violated"}, rule
    assert "not_evaluated" not in judged["R-31"] | judged["R-64"] | judged["R-66"]


def test_warnings_of_libraries_stay_off_the_terminal() -> None:
    code = (
        "import logging, sys, warnings\n"
        "from gridplan import cli\n"
        "@cli.app.command()\n"
        "def shout() -> None:\n"
        "    warnings.warn('raw', stacklevel=1)\n"
        "    logging.getLogger('pyogrio._io').warning('raw')\n"
        "sys.argv = ['gridplan', 'shout']\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
