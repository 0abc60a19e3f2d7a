"""QGIS styles stored inside the GeoPackage, so that a proposal opens already coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pandas as pd

from gridplan.proposal.palette import TINTS

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
    """Return the `layer_styles` table that QGIS reads: grids and units by grid, roads thin, barriers blue."""
    grid_ids = list(proposal.grids.index)
    styles = {
        "grids": _by_grid(grid_ids, "grid_id", outline="#16191D", width=0.6),
        "units": _by_grid(grid_ids, "grid_id", outline="#FFFFFF", width=0.15),
        "roads": _single(
            "line",
            '<Option type="Map"><Option name="line_color" type="QString" value="110,118,127,160"/><Option name="line_width" type="QString" value="0.2"/></Option>',
            "SimpleLine",
        ),
        "barriers": _single(
            "line",
            '<Option type="Map"><Option name="line_color" type="QString" value="175,200,214,255"/><Option name="line_width" type="QString" value="0.9"/></Option>',
            "SimpleLine",
        ),
        "facilities": _single(
            "marker",
            '<Option type="Map"><Option name="color" type="QString" value="22,25,29,255"/><Option name="size" type="QString" value="1.6"/></Option>',
            "SimpleMarker",
        ),
    }
    rows = [("", "", name, "geom", f"gridplan {name}", qml, "", True, "gridplan", "") for name, qml in styles.items()]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _by_grid(grid_ids: list[str], field: str, *, outline: str, width: float) -> str:
    categories = "".join(
        f'<category value={quoteattr(grid_id)} symbol="{i}" label={quoteattr(grid_id)} render="true" type="string"/>'
        for i, grid_id in enumerate(grid_ids)
    )
    symbols = "".join(
        _symbol(str(i), "fill", _fill(TINTS[i % len(TINTS)], outline, width), "SimpleFill")
        for i in range(len(grid_ids))
    )
    renderer = f'<renderer-v2 type="categorizedSymbol" attr="{field}" enableorderby="0"><categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>'
    return _qml(renderer)


def _single(kind: str, options: str, layer_class: str) -> str:
    return _qml(
        f'<renderer-v2 type="singleSymbol" enableorderby="0"><symbols>{_symbol("0", kind, options, layer_class)}</symbols></renderer-v2>'
    )


def _symbol(name: str, kind: str, options: str, layer_class: str) -> str:
    return f'<symbol name="{name}" type="{kind}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{layer_class}" enabled="1" locked="0" pass="0">{options}</layer></symbol>'


def _fill(tint: str, outline: str, width: float) -> str:
    entries = {
        "color": _rgba(tint),
        "style": "solid",
        "outline_color": _rgba(outline),
        "outline_width": str(width),
        "outline_style": "solid",
    }
    return (
        '<Option type="Map">'
        + "".join(f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in entries.items())
        + "</Option>"
    )


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _qml(renderer: str) -> str:
    return f'<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22.0" styleCategories="Symbology">{renderer}</qgis>'
