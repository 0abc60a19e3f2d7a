"""Every table that the program writes is one that it reads: each label it prints for a column is a header its reader knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan.case.sources import Source
from gridplan.grids.given import DISTRICT, FACILITY, GROUP, LEAD, REASON, STREET, SUB_AREA, TIE, UNIT, read_given
from gridplan.ground.units import complete_units
from gridplan.intake.input_check import check_inputs, tell_checked
from gridplan.intake.templates import header_of, write_templates
from gridplan.layers.area.boundaries import (
    BASELINE_COLUMNS,
    BOUNDARY_COLUMNS,
    LINK_COLUMNS,
    UNIT_COLUMNS,
    read_baseline,
)
from gridplan.layers.buses import BUS_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.columns import Column, find_header, pick_columns, read_text, spelled_headers
from gridplan.layers.files.tables import Opened, read_table
from gridplan.layers.files.vectors import COORDINATES
from gridplan.layers.given_minutes import MINUTES_COLUMNS
from gridplan.layers.layers import Layers, read_layers
from gridplan.layers.people.population import CENSUS_COLUMNS, read_census
from gridplan.layers.records.records import RECORDS
from gridplan.outputs.workbook import indicator_label, write_assignment, write_workbook
from gridplan.proposal.proposal import Proposal
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.problems import Problems
from gridplan.words.text import Language
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, OWNERSHIPS, parse_level


@dataclass(frozen=True)
class Written:
    """What the program wrote into a folder in one language, and of what."""

    folder: Path
    language: Language
    proposal: Proposal
    layers: Layers

    def source(self, name: str, sheet: str = "") -> Source:
        return Source(path=str(self.folder / name), layer=sheet or None)


READERS: dict[str, Sequence[Column]] = {
    "units": UNIT_COLUMNS,
    "boundaries": BOUNDARY_COLUMNS,
    "census": CENSUS_COLUMNS,
    "facilities": (*FACILITY_COLUMNS, *COORDINATES),
    "links": LINK_COLUMNS,
    "baseline": BASELINE_COLUMNS,
    "minutes": MINUTES_COLUMNS,
    "buses": (*BUS_COLUMNS, *COORDINATES),
    "assignment": (LEAD, GROUP, UNIT, STREET, DISTRICT, FACILITY, SUB_AREA, TIE, REASON),
    **{name: [field.column for field in table.fields] for name, table in RECORDS.items()},
}
WRITTEN_AS = {"lead": ("lead_id", "lead_name"), "group": ("grid_id",), "facility": ("facility_id",)}
"""Columns of a given plan, and the columns that this program writes them as."""
IN_TABLES = ("units", "boundaries", "census", "facilities", "baseline", "assignment")
"""Readers whose columns stand in tables.xlsx under that workbook's own labels as well."""


def printed(column: Column, *, in_tables: bool) -> Iterator[str]:
    """Every word that stands over a column in what the program writes: its name, labels, templates, tables.xlsx."""
    for name in (column.name, *WRITTEN_AS.get(column.name, ())) if in_tables else ():
        yield from (name, indicator_label(name).zh, indicator_label(name).en)
    yield column.name
    yield from (column.label.zh, column.label.en, header_of(column, "zh"), header_of(column, "en"))


@pytest.mark.parametrize("reader", READERS)
def test_each_label_is_read_back(reader: str) -> None:
    labels = [(column, label) for column in READERS[reader] for label in printed(column, in_tables=reader in IN_TABLES)]
    unknown = [
        (column.name, label)
        for column, label in labels
        if find_header(spelled_headers(pd.DataFrame({label: []})), column, {}) is None
    ]
    assert unknown == []


@pytest.fixture(scope="module", params=["zh", "en"])
def spoken(
    request: pytest.FixtureRequest, board_proposal: Proposal, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    """tables.xlsx, assignment.csv, check.xlsx and the templates of the chessboard, in one language."""
    language, folder = request.param, tmp_path_factory.mktemp("written")
    case = board_proposal.case.with_language(language)
    proposal = replace(board_proposal, case=case)
    write_workbook(proposal, folder / "tables.xlsx")
    write_assignment(proposal, folder / "assignment.csv")
    checked = check_inputs(board_proposal.case.folder / "case.toml", language=language)
    tell_checked(checked, as_json=True, folder=folder)
    write_templates(folder, language)
    return Written(folder, language, proposal, complete_units(read_layers(case), case))


def _opened(written: Written, name: str, sheet: str = "") -> Opened:
    opened = read_table(written.proposal.case, written.source(name, sheet), Problems())
    assert opened is not None
    return opened


@pytest.mark.parametrize("name", ["tables.xlsx", "assignment.csv"])
def test_the_grouping_that_was_written_is_the_one_that_is_read(spoken: Written, name: str) -> None:
    """As a given plan, as the grouping in force, and as a census: the same leads and the same residents."""
    case, units = spoken.proposal.case, spoken.proposal.units
    read = read_given(case, spoken.folder / name, spoken.layers)
    assert read.lead_of_unit.to_dict() == units["lead_id"].to_dict()
    assert read.problems == ()
    problems = Problems()
    source = spoken.source(name, {"zh": "单元", "en": "Units"}[spoken.language] if name == "tables.xlsx" else "")
    grouping = read_baseline(case, source, problems, units=units.index, facilities=spoken.layers.facilities["name"])
    census = read_census(case, source, problems, units=units.index)
    assert grouping is not None
    assert census is not None
    assert grouping["lead_id"].to_dict() == units["lead_id"].to_dict()
    assert census["population"].to_dict() == units["population"].to_dict()
    assert not problems.errors


def test_facilities_that_were_written_are_the_ones_that_are_read(spoken: Written) -> None:
    """The sheet of facilities, and that of possible leads: every column of a facility table, every word of a vocabulary."""
    words = {"kind": KINDS.find, "level": parse_level, "ownership": OWNERSHIPS.find, "admin_level": ADMIN_LEVELS.find}
    facilities = spoken.layers.facilities
    sheets = [
        ("tables.xlsx", {"zh": "机构", "en": "Facilities"}),
        ("check.xlsx", {"zh": "牵头候选", "en": "possible leads"}),
    ]
    for name, sheet in sheets:
        opened = _opened(spoken, name, sheet[spoken.language])
        picked = pick_columns(opened.frame, opened.reading, FACILITY_COLUMNS)
        assert {"facility_id", "name", *words} <= picked.headers.keys()
        ids = read_text(picked, "facility_id")
        assert set(ids) <= set(facilities.index)
        for column, find in words.items():
            read = [find(text) for text in read_text(picked, column)]
            stated = facilities.loc[ids, column]
            known = [
                (a[0] if column == "level" and isinstance(a, tuple) else a, b)
                for a, b in zip(read, stated, strict=True)
                if a is not None
            ]
            assert known
            assert all(a == b for a, b in known), column


@pytest.mark.parametrize("annex", ["networks", "centres"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_annexes_that_record_tables_give_rise_to_are_read_as_these(annex: str, language: Language) -> None:
    """Every column that a record table must have stands in its annex, under a header that its reader knows."""
    labels = [column.label.in_language(language) for column in ANNEXES[annex].columns]
    theirs = spelled_headers(pd.DataFrame(columns=labels))
    fields = [field.column for field in RECORDS[annex].fields if field.column.required]
    assert [column.name for column in fields if find_header(theirs, column, {}) is None] == []


def test_each_template_is_read_with_every_column_it_has(spoken: Written) -> None:
    readers = [
        (*FACILITY_COLUMNS, *COORDINATES), CENSUS_COLUMNS, BASELINE_COLUMNS,
        *([field.column for field in RECORDS[name].fields] for name in ("members", "networks", "centres")),
    ]  # fmt: skip
    names = {
        "zh": ("机构", "人口", "现有分组", "成员名单", "网格间网络", "共享中心"),
        "en": ("facilities", "population", "baseline", "members", "networks", "centres"),
    }[spoken.language]
    for name, columns in zip(names, readers, strict=True):
        opened = _opened(spoken, str(next(spoken.folder.glob(f"*/{name}.xlsx")).relative_to(spoken.folder)))
        picked = pick_columns(opened.frame, opened.reading, columns)
        assert set(picked.headers) == {column.name for column in columns}, name
        assert list(picked.headers.values()) == list(opened.frame.columns)
