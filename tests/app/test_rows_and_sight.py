"""What the page Files shows of tables that lack what it shows: said in words, never a mistake of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.app.rows import decided_rows, lead_rows
from gridplan.app.sight import see_layer
from gridplan.words.errors import LayerError

SECTION = ["layers", "facilities", 0]
CASE = """format = "gridplan-case/1"
[place]
name = "x"
crs = "EPSG:4549"
[layers.population]
kind = "table"
path = "p.csv"
[[layers.facilities]]
path = "f.csv"
merges = "m.csv"
crs = "EPSG:4549"
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.toml"
    path.write_text(CASE, encoding="utf-8")
    (tmp_path / "f.csv").write_text("facility_id,name,lon,lat\n1,A,,\n2,B,,\n", encoding="utf-8")
    return path


def test_a_workbook_without_decisions_is_refused_in_words(case: Path):
    (case.parent / "m.csv").write_text("facility_id,target_id\n1,2\n", encoding="utf-8")
    with pytest.raises(LayerError, match="a column with the decision"):
        decided_rows(case, SECTION, 0, "low")


def test_a_table_of_institutions_without_ids_is_refused_in_words(case: Path):
    (case.parent / "f.csv").write_text("name,lon,lat\nA,1,2\n", encoding="utf-8")
    with pytest.raises(LayerError, match="a column with the"):
        lead_rows(case, SECTION, {})


def test_tables_that_are_not_there_are_refused_in_words(case: Path):
    (case.parent / "f.csv").unlink()
    with pytest.raises(LayerError, match="no such file"):
        decided_rows(case, SECTION, 0, "low")
    with pytest.raises(LayerError, match="no such file"):
        lead_rows(case, SECTION, {})


def test_a_table_without_any_place_is_counted_and_not_drawn(case: Path):
    """There are no units either, whose ground could be shown."""
    told = see_layer(case, SECTION, [])
    assert (told["svg"], told["points"]) == ("", {"inside": 0, "outside": 0, "nowhere": 2})
