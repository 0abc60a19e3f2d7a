"""Seeded damage to the bundled county: roads that almost meet, units of measure, sentinels, edges, slips in the case; and no damage at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from python_calamine import CalamineWorkbook
from shapely.ops import substring

from tests.mutator import Damage, Kind, Random, Rows, cell, features, header, raw, reshape, table

YUNXIU = Path(__file__).parent.parent / "data" / "yunxiu"
V, C, F, N, R, U = "villages.csv", "census.xlsx", "facilities.xlsx", "networks.csv", "roads.gpkg", "townships.gpkg"
METRES = 4550
Change = Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]


def undamaged(folder: Path) -> Path:
    """Copy the county's case and layers; return the case."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (V, C, F, N, R, U, "case.toml"):
        shutil.copy(YUNXIU / name, folder / name)
    return folder / "case.toml"


def in_metres(change: Callable[[Any], Any]) -> Change:
    """Change the geometry of one feature in metres."""

    def apply(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        moved = frame.to_crs(METRES)
        shapes = moved.geometry.to_numpy(object, copy=True)
        shapes[at] = change(shapes[at])
        return moved.set_geometry(gpd.GeoSeries(shapes, crs=METRES)).to_crs(frame.crs)

    return apply


def all_in_metres(change: Callable[[Any], Any]) -> Change:
    """Change the geometry of all features in metres, at once."""

    def apply(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        moved = frame.to_crs(METRES)
        return moved.set_geometry(gpd.GeoSeries(change(moved.geometry), crs=METRES)).to_crs(frame.crs)

    return apply


def case_slip(name: str, old: str, new: str, field: str, severity: str = "error") -> Kind:
    """A line of the case changes."""

    def apply(folder: Path, rng: Random) -> Damage:
        text = (folder / "case.toml").read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / "case.toml").write_text(text.replace(old, new), encoding="utf-8")
        return Damage("case.toml", field, severity)

    return Kind(name, apply)


def told_in(file: str, kind: Kind) -> Kind:
    """The damage is told in another file, where its numbers betray it."""
    return Kind(kind.name, lambda folder, rng: replace(kind.apply(folder, rng), file=file))


def times(column: str, factor: float) -> Callable[[Rows, Random], Rows]:
    """Every number of a column in another unit."""

    def change(rows: Rows, rng: Random) -> Rows:
        at = rows[0].index(column)
        for row in rows[1:]:
            if row[at] not in ("", None):
                row[at] = float(row[at]) * factor
        return rows

    return change


def put_in(column: str, value: float) -> Callable[[Rows, Random], Rows]:
    """One number of a column is another; whoever tells it tells the unit, not the row."""

    def change(rows: Rows, rng: Random) -> Rows:
        rows[int(rng.integers(1, len(rows)))][rows[0].index(column)] = value
        return rows

    return change


def east_half(by_m: float) -> Callable[[gpd.GeoSeries], Any]:
    def change(shapes: gpd.GeoSeries) -> Any:
        x = shapes.centroid.x
        return [
            shapely.affinity.translate(s, by_m) if east else s for s, east in zip(shapes, x > x.median(), strict=True)
        ]

    return change


def across(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
    """Add a road that crosses the whole county without a node."""
    west, south, east, north = frame.total_bounds
    lines = [shapely.LineString([(west, south + part * (north - south)), (east, north)]) for part in (0, 0.2, 0.4)]
    more = gpd.GeoDataFrame({"highway": ["unclassified"] * 3}, geometry=lines, crs=frame.crs)
    return gpd.GeoDataFrame(pd.concat([frame, more], ignore_index=True), crs=frame.crs)


def exclave(shape: Any) -> Any:
    return shapely.union(
        shape, shapely.box(shape.bounds[2] + 60_000, shape.bounds[1], shape.bounds[2] + 60_500, shape.bounds[1] + 500)
    )


def nul_block(data: bytes, rng: Random) -> bytes:
    at = int(rng.integers(len(data) // 3, len(data) // 2))
    return data[:at] + bytes(64) + data[at + 64 :]


def roads(name: str, change: Change, field: str, severity: str = "error") -> Kind:
    return features(name, R, "道路", change, field, severity)


def townships(name: str, change: Change, field: str, severity: str = "error") -> Kind:
    return features(name, U, "乡镇", change, field, severity)


KINDS = [
    roads("road ends 0.4 m short", in_metres(lambda line: substring(line, 0.4, line.length - 0.4)), "geometry", "repair"),
    roads("road 0.5 m aside", in_metres(lambda line: shapely.affinity.translate(line, 0.3, 0.4)), "geometry", "repair"),
    roads("roads that cross without nodes", across, "geometry", "warning"),
    roads("road is a point", reshape(lambda line: line.centroid), "geometry", "warning"),
    roads("roads in another CRS", lambda frame, at: frame.set_crs(METRES, allow_override=True), ""),
    roads("roads without CRS", lambda frame, at: frame.set_crs(None, allow_override=True), "crs"),
    roads("speeds in miles", lambda frame, at: frame.assign(maxspeed_kmh=np.resize([25, 35, 45, 30], len(frame))), "maxspeed_kmh", "warning"),
    roads("speed of 500", lambda frame, at: frame.assign(maxspeed_kmh=np.where(np.arange(len(frame)) == at, 500, 60)), "maxspeed_kmh"),
    roads("minutes in seconds", lambda frame, at: frame.assign(minutes=frame.to_crs(METRES).length * 0.0015 * 60), "minutes"),
    roads("roads true for minutes", lambda frame, at: frame.assign(minutes=np.where(np.arange(len(frame)) == at, "true", "1")), "minutes"),
    roads("roads drawn backwards", reshape(shapely.reverse), "", ""),
    roads("roads with heights", lambda frame, at: frame.set_geometry(shapely.force_3d(frame.geometry.array), crs=frame.crs), "", ""),
    townships("half of them 3 m east", all_in_metres(east_half(3.0)), "geometry", "repair"),
    townships("half of them 3 m west", all_in_metres(east_half(-3.0)), "geometry", "warning-or-repair"),
    townships("all shrunk by 2 m", all_in_metres(lambda shapes: shapes.buffer(-2, join_style="mitre")), "geometry", "repair"),
    townships("one 0.1 m over its neighbours", in_metres(lambda shape: shape.buffer(0.1)), "geometry", "repair"),
    townships("an exclave far away", in_metres(exclave), "geometry", "warning"),
    townships("one without land", in_metres(lambda shape: shape.representative_point().buffer(0.5)), "geometry"),
    townships("townships without CRS", lambda frame, at: frame.set_crs(None, allow_override=True), "crs"),
    townships("townships in metres", lambda frame, at: frame.to_crs(METRES), "", ""),
    raw("last line torn", V, lambda data, rng: data[:-24]),
    raw("block of NUL", V, nul_block),
    raw("last village without line feed", V, lambda data, rng: data.replace(b"\r\n", b"\n").rstrip(b"\n"), "", ""),
    table("villages in 万", V, header("常住人口", "常住人口（万人）"), "常住人口（万人）", "repair"),
    cell("village of 9e9", V, "常住人口", "-9999"),
    told_in(F, table("census in 万", C, times("常住人口", 1e-4), "beds", "warning")),
    table("census with a sentinel", C, put_in("常住人口", 999_999_999), "population", "warning"),
    cell("census below zero", C, "常住人口", -9999),
    cell("census true", C, "常住人口", "TRUE"),
    table("beds in single hundreds", F, times("开放床位", 0.01), "beds", "warning"),
    table("beds times a hundred", F, times("开放床位", 100), "beds", "warning"),
    cell("two ids in one cell", F, "机构代码", lambda old, *_: f"{old};X1"),
    table("networks twice", N, lambda rows, rng: [*rows, rows[1]], "网络编号", "warning"),
    case_slip("CRS of the web", 'crs = "EPSG:4550"', 'crs = "EPSG:3857"', "place.crs"),
    case_slip("CRS of another zone", 'crs = "EPSG:4550"', 'crs = "EPSG:32645"', "place.crs"),
    case_slip("lead misspelt", "\n[county]\n", '\n[grids]\nrequired_leads = ["YX0O1"]\n[county]\n', "grids.required_leads"),
    case_slip("column misspelt", 'path = "census.xlsx"', 'path = "census.xlsx"\ncolumns = { popualtion = "常住人口" }', "layers.census.columns"),
    case_slip("value misspelt", 'path = "facilities.xlsx"', 'path = "facilities.xlsx"\nvalues = { kind = { "综合医院" = "genral" } }', "layers.facilities.values.kind"),
    case_slip("class misspelt", "\n[county]\n", "\n[travel]\ndrive_kmh = { primray = 60 }\n[county]\n", "travel.drive_kmh"),
    case_slip("rule misspelt", "\n[county]\n", '\n[rules]\nseverities = { R-99 = "note" }\n[county]\n', "rules.severities"),
]  # fmt: skip
"""Kinds of damage, each at a seeded place."""


def _rows(folder: Path, name: str) -> Rows:
    return [list(row) for row in CalamineWorkbook.from_path(str(folder / name)).get_sheet_by_index(0).to_python()]


def _restated(folder: Path, old: str, new: str) -> None:
    text = (folder / "case.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "case.toml").write_text(text.replace(old, new), encoding="utf-8")


def as_csv(name: str, encoding: str, delimiter: str = ",") -> Callable[[Path], None]:
    """Return what writes a workbook as text, and names it in the case."""

    def change(folder: Path) -> None:
        rows = _rows(folder, name)
        text = "\n".join(delimiter.join(str(value) for value in row) for row in rows) + "\n"
        (folder / name).with_suffix(".csv").write_bytes(text.encode(encoding))
        _restated(folder, f'"{name}"', f'"{Path(name).stem}.csv"')

    return change


def as_vector(name: str, suffix: str, crs: Any = None, *, layer: str | None = None) -> Callable[[Path], None]:
    """Return what writes a layer in another format or CRS, and names it in the case."""

    def change(folder: Path) -> None:
        frame = gpd.read_file(folder / name, layer=layer)
        frame = frame if crs is None else frame.to_crs(crs)
        path = (folder / name).with_suffix(suffix)
        frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path, engine="pyogrio")
        named = f'"{name}"' if layer is None else f'"{name}"\nlayer = "{layer}"'
        _restated(folder, named, f'"{path.name}"')

    return change


def _points_as_vector(folder: Path) -> None:
    frame = pd.read_csv(folder / V, dtype={"村居代码": str}, encoding="utf-8-sig")
    points = gpd.points_from_xy(frame.pop("经度"), frame.pop("纬度"), crs=4490)
    gpd.GeoDataFrame(frame, geometry=points).to_file(folder / "villages.gpkg", engine="pyogrio")
    _restated(folder, f'"{V}"', '"villages.gpkg"')


VARIANTS: dict[str, Callable[[Path], None]] = {
    "townships as GeoJSON": as_vector(U, ".geojson", 4326),
    "townships in metres": as_vector(U, ".fgb", METRES),
    "roads as shapefile": as_vector(R, ".shp"),
    "roads in Parquet": as_vector(R, ".parquet"),
    "roads in a UTM zone": as_vector(R, ".fgb", 32651),
    "roads as GeoJSON": as_vector(R, ".geojson", 4326),
    "census as csv with a mark": as_csv(C, "utf-8-sig"),
    "census in UTF-16": as_csv(C, "utf-16"),
    "census with semicolons": as_csv(C, "utf-8-sig", ";"),
    "villages as points of a GeoPackage": _points_as_vector,
}
"""The county as other programs write it: nothing is wrong with any of them."""

__all__ = ["KINDS", "VARIANTS", "Kind", "undamaged"]
