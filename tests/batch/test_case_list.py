"""Which cases a batch plans: files, tables with changed keys, and the names that are refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.batch.case_list import Job, list_jobs
from gridplan.words.errors import CaseError
from tests import board


def test_cases_are_named_after_their_folders_in_their_order(tmp_path: Path):
    paths = [board.write_board(tmp_path / name) for name in ("乙市", "甲市")]
    assert [(job.name, job.path) for job in list_jobs(paths)] == [("乙市", paths[0]), ("甲市", paths[1])]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_has_one_run_a_row_with_changed_keys(tmp_path: Path, suffix: str):
    """Run b changes a number, a pair and a word; run a leaves all as it is."""
    board.write_board(tmp_path / "city")
    table = pd.DataFrame(
        {
            "case": ["city/case.toml"] * 2,
            "name": ["a", "b"],
            "grids.k": ["", "[2, 3]"],
            "solver.seed": ["", "7"],
            "grids.keep_whole": ["", "none"],
        }
    )
    path = tmp_path / f"runs{suffix}"
    table.to_csv(path, index=False) if suffix == ".csv" else table.to_excel(path, index=False)
    first, second = list_jobs([path])
    assert (first.name, first.changes) == ("a", ())
    assert second.changes == (("grids.k", [2, 3]), ("solver.seed", 7), ("grids.keep_whole", "none"))
    assert second.path == tmp_path / "city" / "case.toml"


def test_changed_keys_go_through_the_checks_of_the_case(tmp_path: Path):
    path = board.write_board(tmp_path)
    case = Job("a", path, (("grids.k", [2, 3]), ("travel.drive_kmh.primary", 50))).read()
    assert case.grids.k == (2, 3)
    assert case.travel.drive_kmh == {"residential": 60, "primary": 50}
    with pytest.raises(CaseError, match="seed"):
        Job("a", path, (("solver.seed", "many"),)).read()


def test_a_misspelt_key_of_a_table_is_told_with_the_nearest(tmp_path: Path):
    path = tmp_path / "runs.csv"
    path.write_text("case,solver.sed\ncase.toml,1\n", encoding="utf-8")
    with pytest.raises(CaseError, match=r"Did you mean solver\.seed"):
        list_jobs([path])


@pytest.mark.parametrize(
    "names", [("city", "city"), ("City", "city"), ("é", "e\u0301")], ids=["equal", "case", "composed"]
)
def test_two_cases_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]):
    """A disk of Windows or of a Mac would take these for one folder."""
    path = tmp_path / "runs.csv"
    path.write_text("case,name\n" + "".join(f"case.toml,{name}\n" for name in names), encoding="utf-8-sig")
    with pytest.raises(CaseError, match="a different name for each case"):
        list_jobs([path])


@pytest.mark.parametrize(
    "name",
    ["..", "a/b", "a\\b", "con", "NUL.txt", "com\xb9", "a:b", ".hidden", "a.", "Batch.csv", "province.html"],
)
def test_a_name_that_is_no_folder_everywhere_is_refused(tmp_path: Path, name: str):
    path = tmp_path / "runs.csv"
    path.write_text(f"case,name\ncase.toml,{name}\n", encoding="utf-8-sig")
    with pytest.raises(CaseError, match="a name that can be that of a folder"):
        list_jobs([path])


@pytest.mark.parametrize(
    ("names", "refused"), [(("a", "A.NEW"), True), (("b.old", "b"), True), (("a", "b.new"), False)]
)
def test_a_name_that_is_needed_while_another_case_is_written_is_refused(
    tmp_path: Path, names: tuple[str, str], refused: bool
):
    path = tmp_path / "runs.csv"
    path.write_text("case,name\n" + "".join(f"case.toml,{name}\n" for name in names), encoding="utf-8")
    if refused:
        with pytest.raises(CaseError, match="needed while"):
            list_jobs([path])
    else:
        assert [job.name for job in list_jobs([path])] == list(names)


def test_a_linked_folder_is_a_case_of_its_own_name_and_layers_are_found_through_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A table elsewhere names a city by a link, as Windows writes paths; a case file is named from where one stands."""
    board.write_board(tmp_path / "real")
    (tmp_path / "linked").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "runs.csv").write_text("case\n..\\linked\\case.toml\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "real")
    table, direct = list_jobs([Path("../tables/runs.csv"), Path("case.toml")])
    assert (table.name, direct.name) == ("linked", "real")
    case = table.read()
    assert case.locate(case.layers.roads).exists()


def test_cells_are_read_as_their_key_wants_them(tmp_path: Path):
    """A version that looks like a number stays text, TRUE of Excel is true, ids are parted by semicolons, widths do not matter."""
    board.write_board(tmp_path)
    path = tmp_path / "runs.csv"
    keys = {
        "rules.plan_version": "2.0", "solver.reasons": "TRUE", "grids.required_leads": "H1; H2", "grids.k": "\uff12",
        "travel.drive_kmh.primary": "50",
    }  # fmt: skip
    path.write_text(f"case,{','.join(keys)}\ncase.toml,{','.join(keys.values())}\n", encoding="utf-8")
    case = list_jobs([path])[0].read()
    assert (case.rules.plan_version, case.solver.reasons, case.grids.k) == ("2.0", True, 2)
    assert case.grids.required_leads == ("H1", "H2")
    assert case.travel.drive_kmh["primary"] == 50


def test_a_layer_that_the_case_does_not_name_can_be_added_by_a_table(tmp_path: Path):
    path = board.write_board(tmp_path, case=board.CASE.replace('[layers.roads]\npath = "roads.gpkg"\n', ""))
    case = Job("a", path, (("layers.roads.path", "roads.gpkg"),)).read()
    assert case.layers.roads.path == "roads.gpkg"


@pytest.mark.parametrize(
    "key", ["layers.facilities.path", "grids", "grids.k.least", "layers.records.path", "scenarios.name"]
)
def test_a_header_that_is_no_key_of_its_own_is_refused(tmp_path: Path, key: str):
    path = tmp_path / "runs.csv"
    path.write_text(f"case,{key}\ncase.toml,1\n", encoding="utf-8")
    with pytest.raises(CaseError, match="keys of the case such as"):
        list_jobs([path])


def test_a_row_without_a_case_is_told_with_its_number(tmp_path: Path):
    path = tmp_path / "runs.csv"
    path.write_text("case,name\na/case.toml,a\n,b\n", encoding="utf-8")
    with pytest.raises(CaseError) as raised:
        list_jobs([path])
    assert raised.value.problems[0].rows == (3,)


def test_no_case_at_all_is_refused(tmp_path: Path):
    path = tmp_path / "runs.csv"
    path.write_text("case,name\n", encoding="utf-8")
    with pytest.raises(CaseError):
        list_jobs([path])
