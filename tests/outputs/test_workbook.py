"""What planners open in Excel: empty where nobody gets there, text that is no formula, words for keys."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from gridplan.outputs.workbook import guard_name, indicator_label, write_assignment, write_sheets, write_workbook
from gridplan.proposal.files import read_proposal
from gridplan.words.text import Text


def test_unreachable_minutes_are_empty_in_the_assignment(board_proposal, tmp_path):
    units = board_proposal.units.copy()
    units.loc["u00", "minutes_to_lead"] = np.inf
    write_assignment(replace(board_proposal, units=units), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as file:
        rows = {row["unit_id"]: row for row in csv.DictReader(file)}
    assert rows["u00"]["minutes_to_lead"] == ""
    assert float(rows["u05"]["minutes_to_lead"]) == pytest.approx(units["minutes_to_lead"]["u05"], abs=1e-4)
    assert rows["u05"]["lead_id"] == units["lead_id"]["u05"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "\t"])
def test_names_that_look_like_formulas_are_guarded(sign):
    assert guard_name(f"{sign}1+1") == f"'{sign}1+1"
    assert guard_name(f"第{sign}1") == f"第{sign}1"


def test_sheets_hold_numbers_words_and_nothing_for_what_is_not_there(tmp_path):
    table = pd.DataFrame(
        {"name": ["=1+1", "乙"], "population": [1234.0, np.nan], "minutes_to_lead": [np.inf, 2.5], "role": ["lead", ""]}
    )
    write_sheets([(Text(zh="表", en="table"), table)], tmp_path / "t.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["表"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == ["名称", "常住人口", "到牵头医院分钟", "角色"]
    assert cells[1][:3] == ["=1+1", 1234, None]
    assert cells[2][1:3] == [None, 2.5]
    assert cells[1][3] not in ("lead", "", None)
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].number_format == "#,##0"


def test_an_indicator_has_a_name_and_strangers_their_own():
    assert indicator_label("p90_minutes").en == "90% within (min)"
    assert indicator_label("strange") == Text(zh="strange", en="strange")


ROOT = Path(__file__).parents[2]
LATIN, HAN = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u3400-\u9fff]")
TERMS_OF_ART = ("HHI", "DRG", "Ward", "GCJ-02", "CGCS2000", "km²")


def proper_names(proposal):
    """Everything in a proposal that is a name, an id or a planner's own words, the longest first."""
    case = proposal.case
    frames = [proposal.units, proposal.facilities, proposal.grids, proposal.barriers, *proposal.records.values()]
    words = {
        str(value) for frame in frames for column in frame.columns for value in frame[column] if isinstance(value, str)
    }
    words |= {key for frame in frames for key in map(str, frame.index)} | {case.place.name, case.place.name_en}
    words |= {str(getattr(waiver, key)) for waiver in case.rules.waivers for key in ("reason", "author")}
    words |= {scenario.title.zh for scenario in case.scenarios} | {scenario.name for scenario in case.scenarios}
    for name in ("closed_roads", "disaster_units", "lead_losses", "networks", "entries"):
        frame = proposal.annexes.get(name, pd.DataFrame())
        words |= {
            value
            for column in frame.columns
            for value in frame[column]
            if isinstance(value, str) and column != "road_class"
        }
    return sorted(filter(None, words - {"", "city", "none", "a", "b", "c"}), key=len, reverse=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("folder", ["maps/sample", "tests/data/proposal-1/yunxiu"])
def test_every_cell_is_in_the_language_of_the_workbook(folder, language, tmp_path):
    """No English in a Chinese workbook and no Chinese in an English one but names, ids and terms of art; numbers are rounded."""
    proposal = read_proposal(ROOT / folder)
    annexes = {
        name: frame for name, frame in proposal.annexes.items() if name not in ("indicators", "conversions")
    }  # worded when they were planned
    proposal = replace(proposal, case=proposal.case.model_copy(update={"language": language}), annexes=annexes)
    write_workbook(proposal, tmp_path / "t.xlsx")
    names, strange = proper_names(proposal), LATIN if language == "zh" else HAN
    found = set()
    book = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            for cell in row:
                if isinstance(cell, float):
                    assert cell == round(cell, 4)
                elif isinstance(cell, str) and strange.search(cell):
                    rest = cell
                    for name in (*names, *TERMS_OF_ART):
                        rest = rest.replace(name, "")
                    if strange.search(rest):
                        found.add((sheet, rest))
    assert not found


def test_numbers_of_findings_are_shown_by_their_unit(board_proposal, tmp_path):
    """A share as per cent, minutes to a tenth, residents whole."""
    write_workbook(board_proposal, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["检查结果"]
    head = [cell.value for cell in sheet[1]]
    measured, unit = head.index("实测"), head.index("单位")
    shown = {
        row[unit].value: row[measured].number_format
        for row in sheet.iter_rows(min_row=2)
        if row[measured].value is not None
    }
    assert (shown["占比"], shown["分钟"], shown["名居民"]) == ("0.0%", "0.0", "#,##0")
