"""Every table that the program writes is one that it reads: each label it prints for a column is a header its reader knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
import pytest

from gridplan.grids.given import DISTRICT, FACILITY, GROUP, LEAD, REASON, STREET, SUB_AREA, TIE, UNIT
from gridplan.intake.templates import header_of
from gridplan.layers.area.boundaries import BASELINE_COLUMNS, BOUNDARY_COLUMNS, LINK_COLUMNS, UNIT_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.columns import Column, find_header, spelled_headers
from gridplan.layers.files.vectors import COORDINATES
from gridplan.layers.given_minutes import MINUTES_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.records.records import RECORDS
from gridplan.outputs.workbook import indicator_label

READERS: dict[str, Sequence[Column]] = {
    "units": UNIT_COLUMNS,
    "boundaries": BOUNDARY_COLUMNS,
    "census": CENSUS_COLUMNS,
    "facilities": (*FACILITY_COLUMNS, *COORDINATES),
    "links": LINK_COLUMNS,
    "baseline": BASELINE_COLUMNS,
    "minutes": MINUTES_COLUMNS,
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
