"""JSON files that are no map layer: what they are, and how what they hold can be exported so that it can be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gridplan.words.text import Text

_MAX_BYTES = 64_000_000
"""Larger files are not looked into: their text would have to be in memory whole."""
_AS_LAYER = Text(
    zh="请导出为 GeoJSON（带坐标的图层），或表格（csv、xlsx，一行一条，坐标写在经度、纬度列）。",
    en="Export it as GeoJSON (a layer with coordinates), or as a table (csv, xlsx) of one row each with columns lon and lat.",
)
_KINDS: tuple[tuple[frozenset[str], Text, Text], ...] = (
    (
        frozenset({"organisationUnits"}),
        Text(zh="DHIS2 的元数据", en="metadata of DHIS2"),
        Text(
            zh="机构和区划请从 /api/organisationUnits.geojson?level=N 导出为 GeoJSON（N 为层级），指标请导出为 CSV。",
            en="Export facilities and districts as GeoJSON, from /api/organisationUnits.geojson?level=N (N: their level), and figures as CSV.",
        ),
    ),
    (
        frozenset({"headers", "rows"}),
        Text(zh="DHIS2 等系统的查询结果", en="the answer to a query of DHIS2 or the like"),
        Text(zh="请把查询结果导出为 CSV 或 Excel。", en="Export the result as CSV or Excel."),
    ),
    (
        frozenset({"dataValues"}),
        Text(zh="DHIS2 的数据值", en="data values of DHIS2"),
        Text(zh="请导出为 CSV。", en="Export them as CSV."),
    ),
    (
        frozenset({"pois"}),
        Text(zh="地图服务的查询结果", en="the answer of a map service"),
        Text(
            zh="把其中的 pois 存为表格（csv、xlsx），一行一家机构，保留 name、type、typecode、location 各列。",
            en="Save its pois as a table (csv, xlsx), one row each, with the columns name, type, typecode, location.",
        ),
    ),
    (
        frozenset({"resourceType"}),
        Text(zh="FHIR 资源", en="FHIR resources"),
        _AS_LAYER,
    ),
    (
        frozenset({"elements"}),
        Text(zh="Overpass 的查询结果", en="the answer of Overpass"),
        Text(zh="请导出为 GeoJSON，或下载 .osm.pbf。", en="Export it as GeoJSON, or download an .osm.pbf."),
    ),
)
_PLAIN = Text(zh="不是地图图层的 JSON", en="JSON that is no map layer")


def explain_json(path: Path) -> tuple[Text, Text] | None:
    """Return what a JSON file is and how to export it; None where it is no JSON, or a map layer that is broken.

    Parameters
    ----------
    path : of a file that could not be read as a layer.
    """
    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return None
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    keys = set(content) if isinstance(content, dict) else set()
    if keys & {"features", "type"} and "resourceType" not in keys:
        return None
    return next(((found, remedy) for names, found, remedy in _KINDS if names <= keys), (_PLAIN, _AS_LAYER))
