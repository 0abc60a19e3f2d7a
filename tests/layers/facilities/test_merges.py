"""The planner's decisions on rows of facility tables are applied row by row; what cannot be applied is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from gridplan.case.case import parse_case
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.layers.facilities.merges import settle_decisions
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from tests.layers.conftest import TREE, told

CRAWL = [
    "机构代码,机构名称,类别,经度,纬度",
    "A1,云州仁爱医院,综合医院,120.1,35.1",
    "A2,仁爱医院急诊,没有的类别,120.1,35.1",
    "A3,仁爱医院湖滨院区,综合医院,120.2,35.1",
    "A4,湖滨院区3号楼,综合医院,120.2,35.1",
    "A5,张明诊所,诊所,120.1,35.1",
]
HEADER = "机构编号,决定,并入编号,类别"
DECIDED = ["A1,保留,,", "A2,并入,A1,", "A3,院区,A1,", "A4,并入,A3,", "A5,不采用,,"]


def read(
    folder: Path, decided: list[str], *more: dict[str, Any], header: str = HEADER
) -> tuple[gpd.GeoDataFrame, list[InputProblem]]:
    (folder / "crawl.csv").write_text("\n".join(CRAWL), encoding="utf-8")
    (folder / "merges.csv").write_text("\n".join([header, *decided]), encoding="utf-8")
    tables = [{"path": "crawl.csv", "datum": "wgs84", "merges": "merges.csv"}, *more]
    case = parse_case({**TREE, "layers": {**TREE["layers"], "facilities": tables}}, folder=folder)
    problems = Problems()
    frame = read_facilities(case, problems)
    assert frame is not None
    return frame, problems


def in_merges(problems: list[InputProblem], severity: str = "error") -> list[tuple[str, tuple[int, ...]]]:
    return told([problem for problem in problems if problem.file == "merges.csv"], severity)


def test_merged_rows_go_campuses_have_parents_and_every_row_is_told(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, DECIDED)
    assert list(frame.index) == ["A1", "A3"]
    assert list(frame["parent_id"]) == ["", "A1"]
    assert told(problems) == [], "the wrong kind of a merged row is nobody's business"
    assert told(problems, "repair") == [("机构代码", (3, 5)), ("机构代码", (4,)), ("机构代码", (6,))]
    assert "仁爱医院急诊 → 云州仁爱医院" in problems[0].values
    assert "湖滨院区3号楼 → 云州仁爱医院" in problems[0].values, "merged into a campus, told with the hospital"


def test_english_words_are_known_as_well(tmp_path: Path) -> None:
    english = ["A1,keep,,", "A2,merge,A1,", "A3,campus,A1,", "A4,merge,A3,", "A5,leave out,,"]
    frame, problems = read(tmp_path, english, header="facility_id,decision,target_id,kind")
    assert list(frame.index) == ["A1", "A3"]
    assert told(problems) == []


def test_a_decided_kind_replaces_that_of_the_table(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, ["A1,保留,,中医医院", "A2,保留,,社区卫生服务中心", *DECIDED[2:]])
    assert list(frame["kind"]) == ["tcm", "chc", "general"]
    assert told(problems) == []


def test_rows_without_a_decision_are_used_and_told(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, DECIDED[:4])
    assert list(frame.index) == ["A1", "A3", "A5"]
    assert told(problems, "warning") == [("机构代码", (6,))]


def test_parts_of_what_is_left_out_are_left_out_with_it(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, ["A1,不采用,,", *DECIDED[1:4], "A5,保留,,"])
    assert list(frame.index) == ["A5"]
    assert told(problems, "repair") == [("机构代码", (2, 3, 4, 5))]


@pytest.mark.parametrize(
    ("decided", "field", "rows"),
    [
        (["A1,保留,,", "A2,并入,,", *DECIDED[2:]], "并入编号", (3,)),
        (["A1,保留,,", "A2,并入,A9,", *DECIDED[2:]], "并入编号", (3,)),
        (["A1,并入,A2,", "A2,并入,A1,", *DECIDED[2:]], "并入编号", (2, 3, 4, 5)),
        (["A1,并入,A1,", *DECIDED[1:]], "并入编号", (2, 3, 4, 5)),
        (["A1,也许,,", *DECIDED[1:]], "决定", (2,)),
        (["A1,,,", *DECIDED[1:]], "决定", (2,)),
        ([*DECIDED, "A5,保留,,"], "机构编号", (6, 7)),
        (["A1,保留,,好医院", *DECIDED[1:]], "类别", (2,)),
    ],
)
def test_decisions_that_cannot_be_applied_are_named_by_row(
    tmp_path: Path, decided: list[str], field: str, rows: tuple[int, ...]
) -> None:
    _, problems = read(tmp_path, decided)
    assert in_merges(problems) == [(field, rows)]


def test_ids_that_the_table_does_not_have_are_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, [*DECIDED, "B7,保留,,"])
    assert in_merges(problems, "warning") == [("机构编号", (7,))]


def test_what_becomes_of_rows_is_settled_over_all_of_them() -> None:
    """B is part of A, C a campus of B's house, D a part of the campus; A is left out, and all of them with it; E stays."""
    decisions = pd.DataFrame(
        {"decision": ["leave_out", "merge", "campus", "merge", "keep"], "target": ["", "A", "B", "C", ""]},
        index=list("ABCDE"),
    )
    settled = settle_decisions(decisions)
    assert settled["decision"].tolist() == ["leave_out"] * 4 + ["keep"]
    assert settled["end"].tolist() == ["A"] * 4 + ["E"]


def test_rows_may_go_into_another_table(tmp_path: Path) -> None:
    official = ["机构代码,机构名称,类别,等级,经度,纬度", "H1,仁爱医院,综合医院,三级甲等,120.1,35.1"]
    (tmp_path / "official.csv").write_text("\n".join(official), encoding="utf-8")
    decided = ["A1,并入,H1,", "A2,并入,A1,", "A3,院区,H1,", "A4,并入,A3,", "A5,不采用,,"]
    frame, problems = read(tmp_path, decided, {"path": "official.csv", "datum": "wgs84"})
    assert told(problems) == []
    assert sorted(frame.index) == ["A3", "H1"]
    assert frame.loc["A3", "parent_id"] == "H1"


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "crawl.csv").write_text("\n".join(CRAWL[:2]), encoding="utf-8")
    table = {"path": "crawl.csv", "datum": "wgs84", "merges": "nothing.xlsx"}
    case = parse_case({**TREE, "layers": {**TREE["layers"], "facilities": [table]}}, folder=tmp_path)
    problems = Problems()
    read_facilities(case, problems)
    assert [problem.file for problem in problems] == ["nothing.xlsx"]
