"""check -o: every hospital as a possible lead with its reason, and a picture of the inputs that needs no network."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from gridplan.case.sections import Grids
from gridplan.cli import app
from gridplan.intake.lead_sheet import _missing
from gridplan.words.vocabulary import parse_level
from tests import board


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chessboard, where H2 has no level and H3 is forbidden, after a check in English."""
    folder = tmp_path_factory.mktemp("checked")
    facilities = board.board_facilities()
    facilities.loc[facilities["facility_id"] == "H2", "level"] = ""
    case = board.write_board(folder, facilities=facilities)
    case.write_text(
        case.read_text(encoding="utf-8").replace("k = 2", 'k = 1\nforbidden_leads = ["H3"]'), encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["check", str(case), "-o", str(folder / "report"), "--lang", "en"])
    assert result.exit_code == 0, result.stderr
    return folder / "report"


def test_each_hospital_stands_there_with_tier_and_reason(checked: Path) -> None:
    sheet = load_workbook(checked / "check.xlsx")["possible leads"]
    header, *rows = sheet.values
    told = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert set(told) == {"H1", "H2", "H3", "M1", "P1"}
    assert rows[0][0] == "H1", "those that may lead come first"
    assert {key: (row["lead tier"] or "", row["may lead"]) for key, row in told.items()} == {
        "H1": ("a", "yes"),
        "H2": ("", "no"),
        "H3": ("a", "no"),
        "M1": ("b", "no"),
        "P1": ("", "no"),
    }
    assert [told[key]["reason"] for key in ("H2", "H3", "P1")] == [
        "states no level",
        "is listed as one that may not lead",
        "is not public",
    ]
    assert "a higher tier are enough" in told["M1"]["reason"]


@pytest.mark.parametrize(("kind", "said"), [("maternity", "neither a general nor"), ("general", "its affiliation")])
def test_a_special_hospital_is_not_told_that_its_affiliation_is_at_fault(kind: str, said: str) -> None:
    row = pd.Series({"ownership": "government", "level": 2, "kind": kind, "admin_level": "county"})
    assert said in _missing(row, Grids(lead_min_level=2)).en


def test_the_sheet_is_read_back_level_by_level(checked: Path) -> None:
    table = pd.read_excel(checked / "check.xlsx", sheet_name="possible leads", dtype=str, engine="calamine")
    levels = dict(zip(table["facility id"], table["level"], strict=True))
    assert (parse_level(levels["H1"]), parse_level(levels["H3"])) == ((3, "A"), (3, "B"))


def test_the_picture_shows_the_layers_and_opens_without_a_network(checked: Path) -> None:
    page = (checked / "inputs.html").read_text(encoding="utf-8")
    assert "24 units" in page
    assert "14 facilities" in page
    assert "24,000 people" in page
    assert page.count("<path") >= 4
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page
