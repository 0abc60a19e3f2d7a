"""Seeded damage to the bundled city's files: each kind named, with what a reader must tell about it."""

from __future__ import annotations

import csv
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.mutator_city import BINHAI

Rows = list[list[Any]]
Random = np.random.Generator
LAYERS = (
    "boundaries.gpkg",
    "population.tif",
    "census.xlsx",
    "facilities.xlsx",
    "river.gpkg",
    "links.csv",
    "baseline.xlsx",
)


@dataclass(frozen=True)
class Damage:
    """What was done, and what must be said: in which file, under which field, how gravely ("" for nothing)."""

    file: str
    field: str
    severity: str
    row: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of damage: what it does to a folder."""

    name: str
    apply: Callable[[Path, Random], Damage]
    raster: bool = False


@cache
def _rows(name: str) -> tuple[tuple[Any, ...], ...]:
    if name.endswith(".csv"):
        with (BINHAI / name).open(encoding="utf-8-sig", newline="") as file:
            return tuple(map(tuple, csv.reader(file)))
    return tuple(map(tuple, CalamineWorkbook.from_path(str(BINHAI / name)).get_sheet_by_index(0).to_python()))


@cache
def _units() -> gpd.GeoDataFrame:
    return gpd.read_file(BINHAI / "boundaries.gpkg", layer="社区")


def undamaged(folder: Path, *, raster: bool = False) -> Path:
    """Copy the city without its roads (straight lines serve here), and without its raster unless asked; return the case."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in LAYERS:
        shutil.copy(BINHAI / name, folder / name)
    text = (BINHAI / "case.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[layers\.roads\]\npath = .*\n", '[travel]\nsource = "straight_line"\n', text)
    if not raster:
        text = text.replace('kind = "raster"\npath = "population.tif"', 'kind = "table"\npath = "census.xlsx"')
        text = re.sub(r"\[layers\.census\].*\npath = .*\n", "", text)
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder / "case.toml"


def _write(folder: Path, name: str, rows: Rows, encoding: str = "utf-8-sig") -> None:
    if name.endswith(".csv"):
        with (folder / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return
    with xlsxwriter.Workbook(str(folder / name), {"nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)


def cell(name: str, file: str, header: str, value: Any, severity: str = "error", *, field: str = "") -> Kind:
    """One cell of a column gets `value`; a function is given the old value, all rows, and the row's number."""

    def apply(folder: Path, rng: Random) -> Damage:
        rows = [list(row) for row in _rows(file)]
        at = int(rng.integers(1, len(rows)))
        column = rows[0].index(header)
        old = rows[at][column]
        rows[at][column] = value(old, rows, at, column) if callable(value) else value
        _write(folder, file, rows)
        return Damage(file, field or header, severity, at + 1 if severity else 0)

    return Kind(name, apply)


def table(name: str, file: str, change: Callable[[Rows, Random], Rows], field: str, severity: str = "error") -> Kind:
    """The whole table changes."""

    def apply(folder: Path, rng: Random) -> Damage:
        _write(folder, file, change([list(row) for row in _rows(file)], rng))
        return Damage(file, field, severity)

    return Kind(name, apply)


def units(
    name: str,
    change: Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame],
    field: str,
    severity: str = "error",
    *,
    file: str = "boundaries.gpkg",
) -> Kind:
    """The unit layer changes, at one feature."""

    def apply(folder: Path, rng: Random) -> Damage:
        frame = _units().copy()
        at = int(rng.integers(0, len(frame)))
        (folder / "boundaries.gpkg").unlink()
        warnings.simplefilter("ignore")  # pyogrio warns where there is no CRS
        change(frame, at).to_file(folder / "boundaries.gpkg", layer="社区", engine="pyogrio")
        return Damage(file, field, severity)

    return Kind(name, apply, raster=file == "population.tif")


def raw(
    name: str, file: str, change: Callable[[bytes, Random], bytes | None], field: str = "", severity: str = "error"
) -> Kind:
    """The bytes of a file change, or the file goes."""

    def apply(folder: Path, rng: Random) -> Damage:
        data = change((folder / file).read_bytes(), rng)
        (folder / file).unlink()
        if data is not None:
            (folder / file).write_bytes(data)
        return Damage(file, field, severity)

    return Kind(name, apply, raster=file == "population.tif")


def _raster(name: str, change: Callable[[Any, dict[str, Any]], None], field: str = "", severity: str = "error") -> Kind:
    def apply(folder: Path, rng: Random) -> Damage:
        import rasterio

        with rasterio.open(folder / "population.tif") as raster:
            data, profile = raster.read(1), dict(raster.profile)
        change(data, profile)
        with rasterio.open(folder / "population.tif", "w", **profile) as raster:
            raster.write(data, 1)
        return Damage("population.tif", field, severity)

    return Kind(name, apply, raster=True)


def _header(old: str, new: str) -> Callable[[Rows, Random], Rows]:
    return lambda rows, rng: [[new if value == old else value for value in rows[0]], *rows[1:]]


def _without(header: str) -> Callable[[Rows, Random], Rows]:
    def change(rows: Rows, rng: Random) -> Rows:
        at = rows[0].index(header)
        return [row[:at] + row[at + 1 :] for row in rows]

    return change


def _insert(row: list[Any], *, top: bool = False) -> Callable[[Rows, Random], Rows]:
    return lambda rows, rng: [row, *rows] if top else [*rows, row]


def _shuffled(rows: Rows, rng: Random) -> Rows:
    return [rows[0], *(rows[1 + at] for at in rng.permutation(len(rows) - 1))]


def _dropped(rows: Rows, rng: Random) -> Rows:
    at = int(rng.integers(1, len(rows)))
    return rows[:at] + rows[at + 1 :]


def _blank_rows(rows: Rows, rng: Random) -> Rows:
    at = int(rng.integers(1, len(rows)))
    return [*rows[:at], [None] * len(rows[0]), [None] * len(rows[0]), *rows[at:]]


def _above(old: Any, rows: Rows, at: int, column: int) -> Any:
    return rows[at - 1 if at > 1 else at + 1][column]


def _swap(rows: Rows, rng: Random) -> Rows:
    at, x, y = int(rng.integers(1, len(rows))), rows[0].index("经度"), rows[0].index("纬度")
    rows[at][x], rows[at][y] = rows[at][y], rows[at][x]
    return rows


def _moved(lon: float, lat: float) -> Callable[[Rows, Random], Rows]:
    def change(rows: Rows, rng: Random) -> Rows:
        at = int(rng.integers(1, len(rows)))
        rows[at][rows[0].index("经度")], rows[at][rows[0].index("纬度")] = lon, lat
        return rows

    return change


def _put(column: str, value: Any) -> Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]:
    def change(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        frame.loc[at, column] = value(frame, at) if callable(value) else value
        return frame

    return change


def _reshape(make: Callable[[Any], Any]) -> Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]:
    def change(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        shapes = frame.geometry.to_numpy(object, copy=True)
        shapes[at] = make(shapes[at])
        return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs, index=frame.index))

    return change


def _bow_tie(shape: Any) -> Any:
    x0, y0, x1, y1 = shape.bounds
    return shapely.Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])


def _full_width(old: Any, *_: Any) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in str(old))


def _gbk(data: bytes, rng: Random) -> bytes:
    return data.decode("utf-8-sig").encode("gbk")


def _fill(value: float) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: data.fill(value)


def _one(value: float) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: np.put(data, int(np.argmax(data)), value)


def _profile(**keys: Any) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: profile.update(keys)


def _elsewhere(data: Any, profile: dict[str, Any]) -> None:
    from affine import Affine

    old = profile["transform"]
    profile["transform"] = Affine(old.a, old.b, old.c + 2e5, old.d, old.e, old.f)


F, C, L, B, T = "facilities.xlsx", "census.xlsx", "links.csv", "baseline.xlsx", "population.tif"
KINDS = [
    cell("id blank", F, "机构代码", None),
    cell("id repeated", F, "机构代码", _above),
    cell("id like a formula", F, "机构代码", "=A1+1"),
    cell("id as exponent", F, "机构代码", "3.10101e+11"),
    cell("name blank", F, "机构名称", "  "),
    cell("kind blank", F, "类别", None),
    cell("kind unknown", F, "类别", "航天中心"),
    cell("level unknown", F, "等级", "特甲"),
    cell("level a date", F, "等级", "2026-03-01"),
    cell("ownership unknown", F, "所有制", "不知道"),
    cell("affiliation unknown", F, "隶属关系", "月球属"),
    cell("beds negative", F, "开放床位", -20),
    cell("beds in words", F, "开放床位", "很多"),
    cell("beds about", F, "开放床位", "约500张", "repair"),
    cell("beds with comma", F, "开放床位", "1,234", "repair"),
    cell("beds infinite", F, "开放床位", "inf"),
    cell("beds full width", F, "开放床位", "\uff15\uff10", "repair"),
    cell("beds unknown sign", F, "开放床位", "暂无", "repair"),
    cell("service unknown", F, "服务", "急诊; 算命", "warning"),
    cell("parent unknown", F, "上级机构代码", "BH9999"),
    cell("longitude blank", F, "经度", None, field="经度, 纬度"),
    cell("latitude blank", F, "纬度", None, field="经度, 纬度"),
    cell("longitude in words", F, "经度", "东经120度"),
    cell("longitude full width", F, "经度", _full_width, "repair"),
    cell("longitude times ten", F, "经度", lambda old, *_: old * 10, field="经度, 纬度"),
    table("coordinates swapped", F, _swap, "经度, 纬度"),
    table("in the sea", F, _moved(123.4, 34.2), "经度, 纬度", "warning"),
    table("at zero", F, _moved(0.0, 0.0), "经度, 纬度", "warning"),
    table("no id column", F, _without("机构代码"), "facility_id"),
    table("no kind column", F, _header("类别", "甲乙丙"), "kind"),
    table("no longitude column", F, _without("经度"), "lon"),
    table("header twice", F, _header("地址", "等级"), "等级", "warning"),
    table("title above", F, _insert(["滨海市医疗卫生机构名册"], top=True), "", "repair"),
    table("rows shuffled", F, _shuffled, "", ""),
    table("blank rows between", F, _blank_rows, "", ""),
    table("total below", F, _insert(["合计", "149 家"]), "", "repair"),
    cell("id with blanks around", F, "机构代码", lambda old, *_: f"\u3000{old}\u200b ", ""),
    raw("facilities torn", F, lambda data, rng: data[: len(data) // 2]),
    raw("facilities absent", F, lambda data, rng: None),
    raw("facilities are text", F, lambda data, rng: "机构代码,机构名称\n".encode("gbk")),
    cell("people negative", C, "常住人口", -7),
    cell("people blank", C, "常住人口", None),
    cell("people in words", C, "常住人口", "三千"),
    cell("people with comma", C, "常住人口", lambda old, *_: f"{old:,.0f}", "repair-or-nothing"),
    cell("people infinite", C, "常住人口", "1e999"),
    cell("older than all", C, "65岁及以上", 999_999, "warning"),
    cell("unit unknown", C, "社区代码", "379902999999"),
    cell("unit repeated", C, "社区代码", _above),
    cell("unit as exponent", C, "社区代码", "3.79902e+11"),
    cell("unit lost a digit", C, "社区代码", lambda old, *_: str(old)[1:]),
    table("unit without people", C, _dropped, "社区代码"),
    table("census total", C, _insert(["", "全市合计", "", "", 1_500_000]), "", "repair"),
    table("census column renamed", C, _header("常住人口", "数值"), "population"),
    table("census shuffled", C, _shuffled, "", ""),
    raw("census empty", C, lambda data, rng: b""),
    cell("link to nowhere", L, "unit_a", "000"),
    cell("link minutes blank", L, "minutes", ""),
    cell("link minutes negative", L, "minutes", "-1"),
    cell("link with itself", L, "unit_b", lambda old, rows, at, column: rows[at][0]),
    table("link row too long", L, lambda rows, rng: [*rows[:-1], [*rows[-1], "多余"]], ""),
    raw("links in GBK", L, _gbk, "encoding", "repair"),
    cell("baseline unit unknown", B, "社区代码", "1"),
    cell("baseline lead blank", B, "牵头医院代码", None),
    cell("baseline unit repeated", B, "社区代码", _above),
    units("unit without shape", _reshape(lambda shape: None), "geometry"),
    units("unit crosses itself", _reshape(_bow_tie), "geometry", "repair"),
    units("unit is a line", _reshape(lambda shape: shapely.MultiPolygon([]).union(shape).boundary), "geometry"),
    units("unit axes swapped", _reshape(lambda shape: shapely.transform(shape, lambda xy: xy[:, ::-1])), "geometry"),
    units("unit id twice", _put("代码", lambda frame, at: frame.loc[(at + 1) % len(frame), "代码"]), "代码"),
    units("unit id null", _put("代码", None), "代码"),
    units("unit name null", _put("名称", None), "名称"),
    units("street code null", _put("街道代码", None), "街道代码"),
    units("unit deleted", lambda frame, at: frame.drop(index=at), "社区代码", file=C),
    units("units without CRS", lambda frame, at: frame.set_crs(None, allow_override=True), "crs"),
    units("units in a wrong CRS", lambda frame, at: frame.set_crs(3857, allow_override=True), "", file=T),
    units("unit over its neighbours", _reshape(lambda shape: shape.buffer(0.01)), "geometry", "warning"),
    raw("raster torn", T, lambda data, rng: data[:2500]),
    _raster("raster elsewhere", _elsewhere),
    _raster("raster without CRS", _profile(crs=None), "crs"),
    _raster("raster of NaN", _fill(np.nan)),
    _raster("raster all negative", _fill(-1.0)),
    _raster("one infinite cell", _one(np.inf), "", "warning-or-nothing"),
    raw("river is noise", "river.gpkg", lambda data, rng: rng.bytes(4096)),
    raw("river absent", "river.gpkg", lambda data, rng: None),
]  # fmt: skip
