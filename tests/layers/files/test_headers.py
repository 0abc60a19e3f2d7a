"""Which rows of a table are its header, and what the columns are called, on tables of a few words."""

from __future__ import annotations

import pytest

from gridplan.layers.files.headers import find_header_row, find_header_rows, join_headers, name_columns

GROUPED = [["代码", "人口", "", "床位"], ["", "男", "女", ""], ["1", "2", "3", "4"]]


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ([["代码", "名称"], ["1", "甲"]], 0),
        ([["2025 年统计表", "", ""], ["代码", "名称", "人口"], ["1", "甲", "5"]], 1),
        ([["", ""], ["代码", "名称"]], 1),
        ([["各社区人口", "单位：万人"], ["代码", "人口"], ["1", "5"]], 1),
        ([["Population", "Unit: thousands"], ["code", "residents"], ["1", "5"]], 1),
        ([["1", "2"], ["3", "4"]], 0),
        ([["", ""]], None),
    ],
)
def test_the_header_is_the_first_row_of_words_in_most_columns(cells, row):
    assert find_header_row(cells) == row


def test_a_second_row_belongs_to_the_header_where_groups_stand_over_it():
    assert find_header_rows(GROUPED) == [0, 1]
    assert find_header_rows([["代码", "人口"], ["1", "2"]]) == [0]
    assert find_header_rows([["代码", "人口", ""], ["a", "男", "3"]]) == [0], "numbers are no words of a header"


def test_words_of_two_rows_are_joined_column_by_column():
    assert join_headers(GROUPED[:2]) == ["代码", "人口 男", "人口 女", "床位"]
    assert join_headers([["代码", "代码"], ["代码", ""]]) == ["代码", "代码"]


def test_repeated_and_empty_headers_have_names_of_their_own(reading):
    opened = reading("t.csv")
    assert name_columns([["名称", "", "名称", "人口", ""]], opened, 1) == ["名称", "(2)", "名称 (2)", "人口"]
    (problem,) = opened.problems
    assert (problem.severity, problem.field, problem.rows) == ("warning", "名称", (1,))


def test_joined_headers_are_told(reading):
    opened = reading("t.csv")
    assert name_columns([list(row) for row in GROUPED[:2]], opened, 3) == ["代码", "人口 男", "人口 女", "床位"]
    assert [(problem.severity, problem.rows) for problem in opened.problems] == [("repair", (3, 4))]
