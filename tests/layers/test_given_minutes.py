"""Given minutes: the wide and the long table say the same; duplicates, gaps, unknown ids and negative values are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import Case
from gridplan.layers.given_minutes import read_given_minutes
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from tests.layers.conftest import told

UNITS = pd.Index(["u1", "u2"])
PLACES = pd.Index(["H1", "H2"])
WIDE = "代码,H1,H2\nu1,5,7.5\nu2,6,\n"
LONG = "单元代码,机构代码,分钟\nu1,H1,5\nu1,H2,7.5\nu2,H1,6\n"


def read(case: Case, text: str) -> tuple[pd.DataFrame, list[InputProblem]]:
    (case.folder / "minutes.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    case = case.changed(layers={"travel_table": {"path": "minutes.csv"}})
    return read_given_minutes(case, problems, units=UNITS, facilities=PLACES), problems


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_both_forms_give_the_same_minutes_and_name_the_gap(small_case: Case, text: str) -> None:
    table, problems = read(small_case, text)
    assert table.loc[["u1", "u2"], ["H1", "H2"]].to_numpy().tolist() == [[5, 7.5], [6, np.inf]]
    assert table.index.name == "unit_id"
    [problem] = problems
    assert (problem.severity, problem.values) == ("warning", ("u2 → H2",))


def test_rows_of_a_long_table_may_stand_in_any_order(small_case: Case) -> None:
    head, *rows = LONG.strip().split("\n")
    table, _ = read(small_case, "\n".join([head, *reversed(rows)]))
    pd.testing.assert_frame_equal(table.loc[["u1", "u2"], ["H1", "H2"]], read(small_case, LONG)[0])


def test_a_unit_without_any_row_is_named(small_case: Case) -> None:
    _, problems = read(small_case, "单元代码,机构代码,分钟\nu1,H1,5\nu1,H2,7\n")
    assert [problem.values for problem in problems] == [("u2 → H1", "u2 → H2")]


@pytest.mark.parametrize(
    ("more", "severity", "field", "rows"),
    [
        ("u1,H1,5", "repair", "分钟", (2, 5)),
        ("u1,H1,9", "error", "分钟", (2, 5)),
        ("u2,H2,-3", "error", "分钟", (5,)),
        ("u2,H2,很久", "error", "分钟", (5,)),
        ("u9,H2,3", "error", "单元代码", (5,)),
        ("u2,H9,3", "warning", "机构代码", (5,)),
        (",H2,3", "error", "单元代码", (5,)),
        ("u2,,3", "error", "机构代码", (5,)),
        ("=u2,H2,3", "error", "单元代码", (5,)),
    ],
)
def test_every_mistake_names_its_rows(
    small_case: Case, more: str, severity: str, field: str, rows: tuple[int, ...]
) -> None:
    _, problems = read(small_case, LONG + more + "\n")
    assert (field, rows) in told(problems, severity)


def test_mapped_headers_make_a_long_table(small_case: Case) -> None:
    (small_case.folder / "m.csv").write_text("O,D,T\nu1,H1,5\n", encoding="utf-8")
    columns = {"unit_id": "O", "facility_id": "D", "minutes": "T"}
    case = small_case.changed(layers={"travel_table": {"path": "m.csv", "columns": columns}})
    assert read_given_minutes(case, Problems()).to_dict() == {"H1": {"u1": 5.0}}


@pytest.mark.parametrize(
    ("header", "cells", "minutes"),
    [
        ("时长（秒）", (300, 450, 360), [5, 7.5, 6]),
        ("时长(小时)", (0.5, 1, 2), [30, 60, 120]),
        ("时长（分钟）", (5, 7, 6), [5, 7, 6]),
    ],
)
def test_seconds_and_hours_are_read_where_the_header_states_them(
    small_case: Case, header: str, cells: tuple[float, ...], minutes: list[float]
) -> None:
    rows = [f"{pair},{cell}" for pair, cell in zip(("u1,H1", "u1,H2", "u2,H1"), cells, strict=True)]
    table, problems = read(small_case, "\n".join([f"单元代码,机构代码,{header}", *rows, "u2,H2,"]))
    assert table.to_numpy().ravel().tolist() == pytest.approx([*minutes, np.inf])
    assert [problem.severity for problem in problems] == (["warning"] if "分" in header else ["repair", "warning"])


@pytest.mark.parametrize("never", ["999", "9999", "99999", "99999.0"])
@pytest.mark.parametrize("text", [WIDE, LONG])
def test_nines_stand_for_no_way(small_case: Case, text: str, never: str) -> None:
    table, problems = read(small_case, text.replace("7.5", never))
    assert table.loc["u1"].tolist() == [5, np.inf]
    told_of = next(problem for problem in problems if "no way" in problem.render("en"))
    assert (told_of.severity, told_of.rows) == ("warning", (2,) if text == WIDE else (3,))


def test_a_long_table_without_minutes_says_which_column_is_missing(small_case: Case) -> None:
    _, problems = read(small_case, "单元代码,机构代码,公里\nu1,H1,5\nu1,H2,7\nu2,H1,6\nu2,H2,9\n")
    assert "needs a column with the minutes" in problems[0].render("en")


def test_milliseconds_are_read_where_the_header_says_so(small_case: Case) -> None:
    table, [problem] = read(
        small_case, "单元代码,机构代码,duration_ms\nu1,H1,300000\nu1,H2,60000\nu2,H1,6000\nu2,H2,600\n"
    )
    assert table.loc["u1", "H1"] == pytest.approx(5)
    assert problem.severity == "repair"


@pytest.mark.parametrize("text", [LONG.replace("H1", "Hl"), WIDE.replace("H1", "Hl")], ids=["long", "wide"])
def test_a_facility_that_nobody_knows_is_told_with_the_nearest(small_case: Case, text: str) -> None:
    _, problems = read(small_case, text)
    assert any("Did you mean H1?" in problem.render("en") for problem in problems)
