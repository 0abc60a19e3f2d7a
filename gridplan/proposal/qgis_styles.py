"""QGIS styles stored inside the GeoPackage, so that a proposal opens already coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pandas as pd

from gridplan.proposal.palette import FERRY, TINTS
from gridplan.words.text import Language, Text

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

_COLUMNS = [
    "f_table_catalog",
    "f_table_schema",
    "f_table_name",
    "f_geometry_column",
    "styleName",
    "styleQML",
    "styleSLD",
    "useAsDefault",
    "description",
    "owner",
]


def layer_styles(proposal: Proposal) -> pd.DataFrame:
    """Return the `layer_styles` table that QGIS reads: grids and units by grid, roads thin, ferries dashed, barriers blue."""
    grid_ids = list(proposal.grids.index)
    styles = {
        "grids": _by_grid(grid_ids, "grid_id", outline="#16191D", width=0.6),
        "units": _by_grid(grid_ids, "grid_id", outline="#FFFFFF", width=0.15),
        "roads": _roads(proposal.case.language),
        "barriers": _single("line", _options(line_color="175,200,214,255", line_width="0.9"), "SimpleLine"),
        "facilities": _single("marker", _options(color="22,25,29,255", size="1.6"), "SimpleMarker"),
    }
    rows = [("", "", name, "geom", f"gridplan {name}", qml, "", True, "gridplan", "") for name, qml in styles.items()]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _by_grid(grid_ids: list[str], field: str, *, outline: str, width: float) -> str:
    symbols = [
        _symbol(str(i), "fill", _fill(TINTS[i % len(TINTS)], outline, width), "SimpleFill")
        for i in range(len(grid_ids))
    ]
    return _by_value(field, {grid_id: grid_id for grid_id in grid_ids}, symbols)


def _roads(language: Language) -> str:
    """Return ferries as dashes on the water; the category without a value is that of all others."""
    lines = (
        _options(line_color=_rgba(FERRY), line_width="0.4", line_style="dash"),
        _options(line_color="110,118,127,160", line_width="0.2"),
    )
    symbols = [_symbol(str(i), "line", line, "SimpleLine") for i, line in enumerate(lines)]
    labels = (Text(zh="轮渡", en="ferry"), Text(zh="道路", en="roads"))
    return _by_value(
        "road_class",
        {value: label.in_language(language) for value, label in zip(("ferry", ""), labels, strict=True)},
        symbols,
    )


def _by_value(field: str, labels: dict[str, str], symbols: list[str]) -> str:
    """Return a style with a symbol a value of the field, in the order of the labels of these values."""
    categories = "".join(
        f'<category value={quoteattr(value)} symbol="{i}" label={quoteattr(label)} render="true" type="string"/>'
        for i, (value, label) in enumerate(labels.items())
    )
    return _qml(
        f'<renderer-v2 type="categorizedSymbol" attr="{field}" enableorderby="0"><categories>{categories}</categories><symbols>{"".join(symbols)}</symbols></renderer-v2>'
    )


def _single(kind: str, options: str, layer_class: str) -> str:
    return _qml(
        f'<renderer-v2 type="singleSymbol" enableorderby="0"><symbols>{_symbol("0", kind, options, layer_class)}</symbols></renderer-v2>'
    )


def _symbol(name: str, kind: str, options: str, layer_class: str) -> str:
    return f'<symbol name="{name}" type="{kind}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{layer_class}" enabled="1" locked="0" pass="0">{options}</layer></symbol>'


def _fill(tint: str, outline: str, width: float) -> str:
    return _options(
        color=_rgba(tint),
        style="solid",
        outline_color=_rgba(outline),
        outline_width=str(width),
        outline_style="solid",
    )


def _options(**entries: str) -> str:
    listed = "".join(f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in entries.items())
    return f'<Option type="Map">{listed}</Option>'


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _qml(renderer: str) -> str:
    return f'<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22.0" styleCategories="Symbology">{renderer}</qgis>'
