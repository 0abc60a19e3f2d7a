"""What can be laid over the grids: annexes by their declaration, and isochrones of the leads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from gridplan.layers.area.validity import reproject
from gridplan.outputs.map.shapes import MERCATOR, Frame, shape_paths
from gridplan.words.annex_tables import ANNEXES, AnnexColumn
from gridplan.words.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.proposal.proposal import Proposal

MOST_ROWS = 2000
"""Rows of an annex that the page shows; the workbook has them all."""
_SHOWN_ELSEWHERE = ("isochrones", "curve", "curve_units", "firm_units", "firm_borders", "border_prices")
"""Annexes with a place of their own on the page."""
_TOLERANCE_STEPS = 4.0
_GAP = 0.006
"""How far from the border of a grid isochrones end, as a share of the longer side of the area: about 5 px on the map."""
_LEAST_PART = 0.03
"""Parts and holes of an isochrone that are drawn, as a share of its largest part."""
_DIGITS = {"number": 2, "whole": 0, "share": 4, "money": 0}


def annex_content(proposal: Proposal, frame: Frame) -> list[dict[str, Any]]:
    """Return the annexes that are not empty: title, columns, rows as text and numbers, and the path of each row's shape.

    An annex with a column that parts it (`Annex.by`) is told once for each value of that.
    """
    return [
        told
        for name in ANNEXES
        if name not in _SHOWN_ELSEWHERE and len(proposal.annexes.get(name, ()))
        for told in _parts(name, proposal.annexes[name], frame)
    ]


def _parts(name: str, rows: pd.DataFrame, frame: Frame) -> list[dict[str, Any]]:
    by = ANNEXES[name].by
    if not by:
        return [_annex(name, rows.iloc[:MOST_ROWS], len(rows), frame)]
    title, parts = ANNEXES[name].title, []
    for number, value in enumerate(rows[by].unique()):
        part = rows[rows[by] == value]
        heading = Text(zh="{v}：{t}", en="{v}: {t}").format(v=value, t=title)
        told = _annex(name, part.iloc[:MOST_ROWS], len(part), frame)
        parts.append({**told, "name": f"{name} {number}", "title": [heading.zh, heading.en]})
    return parts


def _annex(name: str, rows: pd.DataFrame, n_rows: int, frame: Frame) -> dict[str, Any]:
    declared = ANNEXES[name]
    columns = [column for column in declared.columns if column.name in rows]
    return {
        "name": name,
        "title": [declared.title.zh, declared.title.en],
        "about": [declared.about.zh, declared.about.en],
        "columns": [_column(column) for column in columns],
        "label": _position(declared.label, columns),
        "tint": _position(declared.tint, columns),
        "grid": _position("grid_id", columns),
        "rows": [
            [_cell(value, column) for value, column in zip(row, columns, strict=True)]
            for row in zip(*(rows[c.name] for c in columns), strict=True)
        ],
        "left": n_rows - len(rows),
        "shape": declared.shape if isinstance(rows, gpd.GeoDataFrame) else None,
        "paths": _paths(rows, frame) if isinstance(rows, gpd.GeoDataFrame) else [],
    }


def _column(column: AnnexColumn) -> dict[str, Any]:
    words = {key: [term.label.zh, term.label.en] for key, term in (column.words or {}).items()}
    return {"label": [column.label.zh, column.label.en], "kind": column.kind, "words": words or None}


def _position(name: str, columns: list[AnnexColumn]) -> int:
    return next((place for place, column in enumerate(columns) if column.name == name), -1)


def _cell(value: Any, column: AnnexColumn) -> Any:
    if column.kind == "text":
        return "" if value is None or value != value else str(value)
    number = float(value)
    return round(number, _DIGITS[column.kind]) if math.isfinite(number) else None


def _paths(rows: gpd.GeoDataFrame, frame: Frame) -> list[list[list[int]]]:
    return [shape_paths(shape, frame, _TOLERANCE_STEPS * frame.step) for shape in rows.geometry.to_crs(MERCATOR)]


def isochrone_content(proposal: Proposal, frame: Frame) -> list[list[dict[str, Any]]]:
    """Return for each grid the isochrones of its lead, shortest first: minutes and the lines inside the grid.

    They are calmed for the eye: gaps and tongues narrower than some 30 px go. Outlines follow the ends of roads along a coast or
    bank; close to the border of the grid, and in short pieces, they would say nothing about time, so they are left out there.
    """
    annex = proposal.annexes.get("isochrones")
    if not isinstance(annex, gpd.GeoDataFrame) or proposal.grids.empty:
        return [[] for _ in range(len(proposal.grids))]
    grids = reproject(proposal.grids, MERCATOR)
    west, south, east, north = grids.total_bounds
    gap = _GAP * max(east - west, north - south)
    annex = annex[annex["lead_id"].isin(grids["lead_id"])]  # sites that do not lead have areas too
    areas = reproject(annex, MERCATOR).geometry.to_numpy()
    for width in (3 * gap, -6 * gap, 3 * gap):  # closed, then opened
        areas = shapely.buffer(areas, width, quad_segs=4)
    outlines = shapely.boundary(_whole(areas))
    inside = shapely.buffer(
        shapely.buffer(grids.geometry.to_numpy(), gap / 2), -1.5 * gap
    )  # out first: units leave hair-thin gaps
    told = []
    for lead, inner in zip(grids["lead_id"], inside, strict=True):
        rows = sorted(
            (float(annex["minutes"].iloc[row]), row) for row in (annex["lead_id"] == lead).to_numpy().nonzero()[0]
        )
        lines = [(limit, _long_lines(shapely.intersection(outlines[row], inner), 4 * gap)) for limit, row in rows]
        told.append(
            [
                {"minutes": limit, "lines": shape_paths(line, frame, _TOLERANCE_STEPS * frame.step)}
                for limit, line in lines
            ]
        )
    return told


def _whole(areas: Any) -> Any:
    """Return areas without islands and holes that say little: below 3 % of the area's largest part, such as rings round a village."""
    kept = []
    for area in areas:
        parts = [part for part in shapely.get_parts(area) if not part.is_empty]
        least = _LEAST_PART * max((part.area for part in parts), default=0.0)
        kept.append(
            shapely.multipolygons(
                [
                    shapely.Polygon(
                        part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least]
                    )
                    for part in parts
                    if part.area >= least
                ]
            )
            if parts
            else shapely.Polygon()
        )
    return kept


def _long_lines(lines: Any, least: float) -> Any:
    found = [part for part in shapely.get_parts(lines) if part.geom_type == "LineString" and not part.is_empty]
    if not found:
        return shapely.MultiLineString()
    parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(found)))
    long = parts[shapely.length(parts) >= least]
    return shapely.multilinestrings(long) if len(long) else shapely.MultiLineString()
