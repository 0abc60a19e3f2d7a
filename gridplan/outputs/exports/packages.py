"""A CSV data package (Frictionless): tables with their dictionary, for data platforms that read no maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from gridplan.outputs.exports.exchange import CGCS2000, LAYERS, code_table, exchanged, field_table, guarded, write_csv
from gridplan.proposal.files import write_tree
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal

_TYPES = {"text": "string", "keys": "string", "whole": "integer"}
_POINT = (
    {
        "name": "lon",
        "type": "number",
        "title": "经度（CGCS2000）",
        "description": "longitude (CGCS2000) of a point inside",
    },
    {
        "name": "lat",
        "type": "number",
        "title": "纬度（CGCS2000）",
        "description": "latitude (CGCS2000) of a point inside",
    },
)
_REFERENCES = {"units": (("grid_id", "grids"),), "facilities": (("grid_id", "grids"), ("unit_id", "units"))}
"""Layer -> its columns that name a row of another; the other's column has the same name."""


def write_package(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as CSV with a point instead of its outline, datapackage.json, dictionary.csv and codes.csv.

    A name that a spreadsheet would take for a formula has an apostrophe before it.

    Raises
    ------
    OutputError
        If an id begins like a formula.
    """
    paths = [write_csv(_table(proposal, name), folder / f"{name}.csv") for name in LAYERS]
    tree = {
        "profile": "tabular-data-package",
        "name": "gridplan",
        "title": proposal.case.place.name,
        "resources": [_resource(name) for name in LAYERS],
    }
    write_tree(tree, folder / "datapackage.json")
    dictionary = field_table({name: {column: column for column in FRAMES[name].names} for name in LAYERS})
    tables = [write_csv(dictionary, folder / "dictionary.csv"), write_csv(code_table(), folder / "codes.csv")]
    return [*paths, folder / "datapackage.json", *tables]


def _table(proposal: Proposal, name: str) -> Any:
    frame = exchanged(proposal, name, CGCS2000)
    points = frame.representative_point()
    return guarded(pd.DataFrame(frame.drop(columns="geometry"))).assign(
        lon=shapely.get_x(points).round(7), lat=shapely.get_y(points).round(7)
    )


def _resource(name: str) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "type": _TYPES.get(column.kind, "number"),
            "title": column.about.zh,
            "description": column.about.en,
            **({"constraints": {"required": True, "unique": True}} if (column.name,) == FRAMES[name].key else {}),
        }
        for column in FRAMES[name].columns
    ]
    references = [
        {"fields": column, "reference": {"resource": other, "fields": column}}
        for column, other in _REFERENCES.get(name, ())
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "title": FRAMES[name].about.zh,
        "description": FRAMES[name].about.en,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [*columns, *_POINT],
            "missingValues": [""],
            "primaryKey": list(FRAMES[name].key),
            **({"foreignKeys": references} if references else {}),
        },
    }
