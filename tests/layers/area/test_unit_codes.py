"""Units that merged, split or changed their codes: the grouping in force in today's codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.boundaries import read_baseline
from gridplan.layers.area.unit_codes import read_unit_codes
from gridplan.words.problems import Problems


def read(folder: Path, case: Case, baseline: str, codes: str | None, units: str) -> tuple[dict[str, str], list[str]]:
    """Leads by unit, and what is told in English."""
    (folder / "b.csv").write_text("unit_id,lead_id\n" + baseline, encoding="utf-8")
    problems, known = Problems(), pd.Index(units.split())
    table = None
    if codes is not None:
        (folder / "c.csv").write_text("old_unit_id,unit_id,residents\n" + codes, encoding="utf-8")
        table = read_unit_codes(case, Source(path="c.csv"), problems, units=known)
    found = read_baseline(case, Source(path="b.csv"), problems, units=known, codes=table)
    assert found is not None
    return found["lead_id"].to_dict(), [problem.render("en") for problem in problems if problem.severity != "repair"]


def test_a_split_unit_hands_its_lead_to_each_part_and_a_merged_one_takes_that_of_most_residents(
    tmp_path: Path, small_case: Case
) -> None:
    """a became a1 and a2; b (300 people, H1) and c (500, H2) became d; e kept its code."""
    leads, told = read(
        tmp_path, small_case, "a,H1\nb,H1\nc,H2\ne,H2\n", "a,a1,100\na,a2,50\nb,d,300\nc,d,500\n", "a1 a2 d e"
    )
    assert leads == {"a1": "H1", "a2": "H1", "d": "H2", "e": "H2"}
    assert len(told) == 1
    assert "300 people of them in another one" in told[0]


def test_former_units_that_the_table_leaves_out_are_told(tmp_path: Path, small_case: Case) -> None:
    leads, told = read(tmp_path, small_case, "a,H1\nx,H1\n", "a,a1,\n", "a1")
    assert leads == {"a1": "H1"}
    assert "x" in told[0]
    assert "layers.unit_codes" in told[0]


def test_a_unit_in_two_groups_counts_to_the_first_and_is_told(tmp_path: Path, small_case: Case) -> None:
    leads, told = read(tmp_path, small_case, "a,H2\nb,H1\na,H1\n", None, "a b")
    assert leads == {"a": "H2", "b": "H1"}
    assert "1 unit in two or more (a)" in told[0]
