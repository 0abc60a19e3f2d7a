"""A proposal folder: complete, read back equal, the same bytes again, safe for spreadsheets."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from gridplan.case.case import parse_case
from gridplan.outputs.workbook import guard_name
from gridplan.proposal.building import simplify_roads
from gridplan.proposal.files import read_proposal
from gridplan.proposal.frames import FORMAT
from gridplan.proposal.proposal import FILES
from gridplan.words.errors import CaseError, ProposalError
from tests import board


@pytest.fixture(scope="module")
def folder(board_proposal, tmp_path_factory):
    return board_proposal.save(tmp_path_factory.mktemp("proposal") / "out", log="时间\n")


def test_the_folder_holds_its_files(folder):
    assert {path.name for path in folder.iterdir()} == FILES - {"report.docx"}


def test_reading_gives_back_an_equal_proposal(board_proposal, folder):
    assert read_proposal(folder).equals(board_proposal)


def test_a_changed_proposal_is_not_equal(board_proposal, folder):
    again = read_proposal(folder)
    assert not replace(again, units=again.units.assign(population=1.0)).equals(board_proposal)
    assert not replace(again, findings=again.findings[1:]).equals(board_proposal)
    moved = again.units.set_geometry(again.units.geometry.translate(1))
    assert not replace(again, units=moved).equals(board_proposal)


def test_a_stored_case_with_words_for_a_date_reads_back_and_a_case_file_is_refused(board_proposal, tmp_path):
    """Earlier releases took any words: what they stored stays, through a change of language too."""
    waiver = {"rule": "R-20", "reason": "r", "author": "a", "date": "议定之日"}
    rules = {"plan_valid_from": "2026-02-30", "waivers": [waiver]}
    with pytest.raises(CaseError, match="2026-02-30"):
        board_proposal.case.changed(rules=rules)
    tree = board_proposal.case.resolved()
    case = parse_case({**tree, "rules": {**tree["rules"], **rules}}, folder=tmp_path, stored=True)
    again = read_proposal(replace(board_proposal, case=case).save(tmp_path / "out")).case
    assert again.with_language("en").rules.plan_valid_from == "2026-02-30"
    assert again.changed(solver={"seed": 7}).rules.waivers[0].date == "议定之日"


def test_saving_again_makes_the_same_bytes(board_proposal, folder, tmp_path):
    again = read_proposal(folder).save(tmp_path / "again")
    direct = board_proposal.save(tmp_path / "direct")
    for name in sorted(FILES - {"report.docx", "run.log"}):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
        assert (direct / name).read_bytes() == (folder / name).read_bytes(), name


def test_the_geopackage_is_one_that_qgis_opens_coloured(folder):
    with closing(sqlite3.connect(folder / "proposal.gpkg")) as base:
        version = base.execute("pragma user_version").fetchone()[0]
        styled = {row[0] for row in base.execute("select f_table_name from layer_styles where useAsDefault")}
        layers = {row[0] for row in base.execute("select table_name from gpkg_contents")}
    assert version == 10200
    assert {"units", "grids", "roads"} <= styled
    assert layers >= {"units", "grids", "facilities", "roads", "findings", "adjacency", "minutes", "alternatives"}


def test_the_assignment_opens_in_excel_as_text(folder):
    raw = (folder / "assignment.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 25
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == [
        "unit_id",
        "unit_name",
        "grid_id",
        "grid_name",
        "lead_id",
        "lead_name",
        "population",
        "minutes_to_lead",
    ]
    assert {row["unit_id"] for row in rows} == set(board.unit_ids())


def test_names_that_look_like_formulas_are_guarded():
    assert [guard_name(name) for name in ("=1+1", "＝a", "@x", "-3", "好")] == ["'=1+1", "'＝a", "'@x", "'-3", "好"]


def test_the_workbook_holds_no_formula(board_proposal, tmp_path):
    named = board_proposal.units.assign(name='=HYPERLINK("http://x","y")')
    out = replace(board_proposal, units=named).save(tmp_path / "out")
    book = openpyxl.load_workbook(out / "tables.xlsx")
    assert book.sheetnames[:6] == ["概览", "网格", "单元", "机构", "事项", "检查结果"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


def test_json_says_what_it_takes_to_solve_again(folder):
    tree = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
    assert tree["format"] == FORMAT
    assert tree["case"]["solver"]["effort"] == 1.0
    assert set(tree["input_hashes"]) == {"units.gpkg", "people.csv", "facilities.csv", "roads.gpkg"}
    assert tree["objective"]["value"] == pytest.approx(sum(tree["objective"]["terms"].values()))
    assert tree["counts"]["units"] == 24


@pytest.mark.parametrize("damage", ["no folder", "no json", "other format", "half a gpkg"])
def test_a_folder_that_is_no_proposal_is_told_in_words(board_proposal, tmp_path, damage):
    out = tmp_path / "out"
    if damage != "no folder":
        board_proposal.save(out)
    if damage == "no json":
        (out / "proposal.json").write_text("{", encoding="utf-8")
    if damage == "other format":
        (out / "proposal.json").write_text('{"format": "x"}', encoding="utf-8")
    if damage == "half a gpkg":
        (out / "proposal.gpkg").write_bytes((out / "proposal.gpkg").read_bytes()[:5000])
    with pytest.raises(ProposalError) as caught:
        read_proposal(out)
    assert "gridplan plan" in caught.value.render("zh")


def test_roads_on_the_map_are_the_main_ones():
    roads = board.board_roads().assign(road_class=["primary", "residential"] * 19)
    assert set(simplify_roads(roads)["road_class"]) == {"primary"}


def test_minutes_and_alternatives_are_tables_of_all_candidates(board_proposal):
    assert len(board_proposal.minutes) == 24 * 3
    assert list(board_proposal.alternatives["k"]) == [2]
    assert isinstance(board_proposal.adjacency, pd.DataFrame)
