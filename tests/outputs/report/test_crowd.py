"""A city of many grids and members with long names, without a baseline, findings or records: nothing is cut, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridplan.outputs.report.annexes import annexes_of
from gridplan.outputs.report.blocks import Document, GroupRow, TotalRow
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.grid_plate import grid_plate, unit_name
from gridplan.outputs.report.official_document import document_parts
from gridplan.outputs.report.plate_land import land_of
from gridplan.outputs.report.plates import city_plate
from gridplan.outputs.report.sentences import document_name
from gridplan.outputs.report.word import write_document
from tests.outputs.crowd import crowded
from tests.outputs.report.papers import paragraphs, tables


@pytest.fixture(scope="module")
def figures(told_board):
    city = crowded(told_board, 16, 340)
    return figures_of(city, city)


def test_every_member_is_counted_and_every_name_stands_whole(figures, tmp_path):
    """Of 340 institutions the stations are counted in words, the others named; the text tells the range and no grid by itself."""
    document = Document(document_name(figures), document_parts(figures, "internal"), annexes_of(figures, "internal"))
    write_document(document, tmp_path / "a.docx", "zh", fewest=10)
    text = "\n".join(paragraphs(tmp_path / "a.docx"))
    assert "第十六网格。" not in text
    assert "本方案各网格人口相等。" in text
    assert "16个网格人口各1.60万人" in text
    assert "本次未提供现行分组，不作对照" in text
    assert "各项要求均已达到，无需列入的事项。" in text
    first, *others = tables(tmp_path / "a.docx")
    assert [row[1] for row in first[1:-1]] == [label.zh for label in figures.labels.values()]
    named = {cell for table in others for row in table for cell in row}
    facilities = figures.proposal.facilities
    assert set(facilities.index[~facilities["kind"].isin(["chs", "village_clinic"])]) <= named
    full = annexes_of(figures, "internal", in_full=True)[1].tables[-1]
    assert sum(not isinstance(row, GroupRow | TotalRow) for row in full.rows) == 340


def test_on_a_page_of_a_grid_no_name_of_a_street_is_cut(figures):
    """Names that differ in their last letters alone are told apart: they go on in a second line."""
    sheet = grid_plate(figures, land_of(figures.proposal), 3, "internal")
    said = "".join(text.get_text() for text in sheet.axes.texts)
    own = figures.proposal.units.loc[figures.proposal.units["grid_id"] == "G4", "street"].unique()
    assert [street for street in own if street not in said] == []


def test_without_streets_the_page_of_a_grid_names_every_unit_with_its_people(figures):
    """16 units of 1,000 residents, each with the number that stands on the map where its name has no room."""
    units = figures.proposal.units.assign(street_id="", street="")
    bare = figures_of(*2 * (replace(figures.proposal, units=units),))
    sheet = grid_plate(bare, land_of(bare.proposal), 3, "internal")
    said = [text.get_text() for text in sheet.axes.texts]
    listed = "".join(said)
    own = units.index[units["grid_id"] == "G4"]
    assert listed.count("（0.10）") == len(own) == 16
    assert all(f"{unit_name(bare, units.index.get_loc(unit))}（0.10）" in listed for unit in own)
    assert not any(text.startswith("……") for text in said)


def test_where_many_grids_have_no_room_for_a_name_their_number_and_the_table_tell_it(figures):
    """A name of 21 letters does not fit a square of four kilometres; it stands once, in the table."""
    sheet = city_plate(figures, land_of(figures.proposal), "internal", None)
    said = [text.get_text() for text in sheet.axes.texts]
    assert {str(number) for number in range(1, 17)} <= set(said)
    assert sum("人民医院（临港总院）" in text for text in said) <= 16
