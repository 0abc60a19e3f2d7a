"""One gatherer: what is wrong is kept in order, shortened for people, and refused only where it is an error."""

from __future__ import annotations

import pytest

from gridplan.words.errors import CaseError
from gridplan.words.problems import Problems, in_rows
from gridplan.words.text import Text

ASK = ("甲", "one"), ("乙", "another"), ("丙。", "Do it.")


def test_problems_keep_their_order_and_the_file_of_the_gatherer() -> None:
    problems = Problems("plan.csv")
    problems.tell(*ASK, field="a", rows=[3, 3, 4], values=["x", "x", " ", "y"])
    problems.tell(*ASK, file="other.csv", severity="warning")
    assert [(problem.file, problem.rows, problem.values) for problem in problems] == [
        ("plan.csv", (3, 4), ("x", "y")),
        ("other.csv", (), ()),
    ]
    assert problems[0].render("zh") == "plan.csv · a：需要甲；发现乙。丙。"


def test_warnings_alone_are_not_refused() -> None:
    problems = Problems()
    problems.tell(*ASK, severity="warning")
    problems.refuse(CaseError)
    problems.tell(*ASK)
    with pytest.raises(CaseError) as caught:
        problems.refuse(CaseError)
    assert len(caught.value.problems) == 2
    assert [problem.severity for problem in problems.errors] == ["error"]


def test_bad_values_are_counted_and_the_first_five_shown() -> None:
    problems = Problems()
    problems.tell_some([], ASK[0], ASK[2], field="a")
    assert problems == []
    problems.tell_some(range(7), ASK[0], ASK[2], field="a")
    assert problems[0].found == Text(zh="7 处不符（0, 1, 2, 3, 4）", en="7 that are not (0, 1, 2, 3, 4)")


def test_rows_are_told_one_by_one_up_to_five() -> None:
    blanks = Text(zh="空白", en="blanks")
    assert in_rows(blanks, (7,), ()).en == "blanks in row 7"
    assert in_rows(blanks, tuple(range(2, 9)), ("x",)).en == "blanks (x) in 7 rows (2, 3, 4, 5, 6 …)"
