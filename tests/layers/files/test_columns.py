"""Columns under our names: mapped before known headers, ids checked, words looked up, numbers as typed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridplan.layers.files.columns import (
    Column,
    check_known,
    map_values,
    pick_columns,
    plain_text,
    read_ids,
    read_numbers,
)
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS
from tests.layers.conftest import told

LABEL = Text(zh="人口", en="people")
PEOPLE = Column("population", LABEL, ("常住人口", "人口"), required=True)
UNIT = Column("unit_id", Text(zh="代码", en="code"), ("代码",))


def picked_of(reading, frame: pd.DataFrame, *columns: Column, **keys):
    opened = reading("t.csv", **keys)
    return pick_columns(frame.set_axis(range(2, 2 + len(frame))), opened, columns), opened


def test_a_mapped_header_goes_before_known_ones_and_those_in_their_order(reading):
    frame = pd.DataFrame({"人口": ["1"], "常住人口": ["2"], "旧": ["3"]})
    assert picked_of(reading, frame, PEOPLE)[0].headers == {"population": "常住人口"}
    assert picked_of(reading, frame, PEOPLE, columns={"population": "旧"})[0].headers == {"population": "旧"}


def test_a_missing_column_is_an_error_where_needed_or_mapped(reading):
    frame = pd.DataFrame({"户数": ["1"]})
    assert [field for field, _ in told(picked_of(reading, frame, PEOPLE, UNIT)[1].problems)] == ["population"]
    assert [field for field, _ in told(picked_of(reading, frame, UNIT, columns={"unit_id": "编码"})[1].problems)] == [
        "编码"
    ]


def test_numbers_below_the_least_blanks_and_words_are_told_by_row(reading):
    picked, opened = picked_of(reading, pd.DataFrame({"人口": ["1,200", "-1", "", "很多", "0"]}), PEOPLE)
    values = read_numbers(picked, "population", minimum=0, required=LABEL)
    np.testing.assert_array_equal(values.to_numpy(), [1200.0, np.nan, np.nan, np.nan, 0.0])
    assert told(opened.problems) == [("人口", (5,)), ("人口", (3,)), ("人口", (4,))]
    assert told(opened.problems, "repair") == [("人口", (2,))]


def test_ids_that_are_empty_repeated_ruined_or_formulas_are_told(reading):
    picked, opened = picked_of(reading, pd.DataFrame({"代码": ["a", "", "b", "b", "3.1E+11", "=1"]}), UNIT)
    read_ids(picked, "unit_id")
    assert [rows for _, rows in told(opened.problems)] == [(3,), (7,), (6,), (4, 5)]
    picked, opened = picked_of(reading, pd.DataFrame({"代码": ["b", "b"]}), UNIT)
    read_ids(picked, "unit_id", unique=False)
    assert opened.problems == []


def test_unknown_ids_name_the_nearest_known_one(reading):
    picked, opened = picked_of(reading, pd.DataFrame({"代码": ["unit-01", "unit-O2"]}), UNIT)
    check_known(read_ids(picked, "unit_id"), picked, "unit_id", pd.Index(["unit-01", "unit-02"]))
    (problem,) = opened.problems
    assert problem.rows == (3,)
    assert "unit-02" in problem.remedy.en
    check_known(read_ids(picked, "unit_id"), picked, "unit_id", None)


def test_the_planner_s_own_words_go_first_and_a_star_stands_for_the_rest(reading):
    kind = Column("kind", Text(zh="类别", en="kind"), ("类别",))
    frame = pd.DataFrame({"类别": ["综合", "甲类", "丙类", ""]})
    picked, opened = picked_of(reading, frame, kind, values={"kind": {"甲类": "tcm"}})
    words = map_values(picked, "kind", find=KINDS.find, choices=KINDS.choices)
    assert words.fillna("").tolist() == ["general", "tcm", "", ""]
    assert told(opened.problems) == [("类别", (4,))]
    picked, opened = picked_of(reading, frame, kind, values={"kind": {"*": "clinic"}})
    words = map_values(picked, "kind", find=KINDS.find, choices=KINDS.choices)
    assert words.fillna("").tolist() == ["general", "clinic", "clinic", ""]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (float("nan"), ""), (pd.NA, ""), (3.0, "3"), (3.5, "3.5"), (" 甲\u200b ", "甲"), (7, "7")],
)
def test_cells_as_text(value, text):
    assert plain_text(value) == text
