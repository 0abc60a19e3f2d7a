"""What planners open in Excel: empty where nobody gets there, text that is no formula, words for keys."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from gridplan.outputs.workbook import guard_name, indicator_label, write_assignment, write_sheets
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
