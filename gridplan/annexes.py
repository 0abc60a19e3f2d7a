"""Annexes: further tables of a proposal, each declared once; files, workbook and map show them by the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridplan.text import Text
from gridplan.vocabulary import Vocabulary

if TYPE_CHECKING:
    import geopandas as gpd

ColumnKind = Literal["text", "number", "whole", "share"]
Shape = Literal["point", "line", "area"]


@dataclass(frozen=True)
class AnnexColumn:
    """A column of an annex: its name in files, its header for people, and how its values are shown.

    `words` translates the keys of a vocabulary; numbers are NaN where there is none, never inf.
    """

    name: str
    label: Text
    kind: ColumnKind = "text"
    words: Vocabulary | None = None


@dataclass(frozen=True)
class Annex:
    """A further table of a proposal.

    - title: name of the sheet (at most 31 signs) and of the map's layer; about: one sentence on what it tells
    - shape: what its geometry is; None: it has none. Those with one are layers of the map, off until switched on
    - label: the column shown beside a symbol; tint: the column whose words choose the colour; "" for neither
    """

    title: Text
    about: Text
    columns: tuple[AnnexColumn, ...]
    shape: Shape | None = None
    label: str = ""
    tint: str = ""

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]


ANNEXES: dict[str, Annex] = {}
"""Annexes by name, in the order in which they are shown. The name is also that of the GeoPackage's layer."""


def make_annex(name: str, rows: Iterable[Mapping[str, Any]], crs: Any = None) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return the frame of an annex from its rows: the declared columns in order, text as text, numbers as float.

    Parameters
    ----------
    name : of `ANNEXES`.
    rows : one mapping a row, column -> value; "geometry" too where the annex has a shape.
    crs : of the geometry.
    """
    declared, rows = ANNEXES[name], list(rows)
    columns: dict[str, Any] = {}
    for column in declared.columns:
        values = [row[column.name] for row in rows]
        kind: Any = object if column.kind == "text" else float
        columns[column.name] = pd.Series([str(value) for value in values] if column.kind == "text" else values, dtype=kind)
    if declared.shape is None:
        return pd.DataFrame(columns)
    import geopandas as gpd

    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([row["geometry"] for row in rows], crs=crs))
