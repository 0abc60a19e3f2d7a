"""Seeded damage to the bundled city's files: each kind named, with what a reader must tell about it."""

from __future__ import annotations

import csv
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Damage:
    """What was done, and what must be said: in which file, under which field, how gravely ("" for nothing)."""

    file: str
    field: str
    severity: str
    row: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of damage: what it does to a folder; `file`: the one table that it touches, "" for more than a table."""

    name: str
    apply: Callable[[Path, Random], Damage]
    raster: bool = False
    file: str = ""


def _rows(path: Path) -> Rows:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return [list(row) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()]


def undamaged(folder: Path, *, raster: bool = False) -> Path:
    """Copy the city without its roads (straight lines serve here), its records and scenarios, and without its raster unless asked; return the case."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (F, C, L, B, "boundaries.gpkg", "river.gpkg", *([T] if raster else [])):
        shutil.copy(BINHAI / name, folder / name)
    text = (BINHAI / "case.toml").read_text(encoding="utf-8")
    text = re.sub(r"\[layers\.roads\]\npath = .*\n", '[travel]\nsource = "straight_line"\n', text)
    text = re.sub(r"(?ms)^\[layers\.records\].*?(?=^\[)", "", text.split("[[scenarios]]")[0])
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


def cell(
    name: str,
    file: str,
    header: str,
    value: Any,
    severity: str = "error",
    *,
    field: str = "",
    among: tuple[str, str] | None = None,
) -> Kind:
    """One cell of a column gets `value`; a function is given the old value, all rows, and the row's number.

    Of the rows whose column among[0] matches among[1] (a regular expression), if that is given.
    """

    def apply(folder: Path, rng: Random) -> Damage:
        rows = _rows(folder / file)
        at = int(rng.choice(rows_among(rows, among)))
        column = rows[0].index(header)
        old = rows[at][column]
        rows[at][column] = value(old, rows, at, column) if callable(value) else value
        _write(folder, file, rows)
        return Damage(file, field or header, severity, at + 1 if severity else 0)

    return Kind(name, apply, file=file)


def rows_among(rows: Rows, among: tuple[str, str] | None) -> list[int]:
    """Return the positions of data rows, of those that match if asked."""
    if among is None:
        return list(range(1, len(rows)))
    column = rows[0].index(among[0])
    return [at for at, row in enumerate(rows) if at and re.search(among[1], str(row[column]))]


def table(name: str, file: str, change: Callable[[Rows, Random], Rows], field: str, severity: str = "error") -> Kind:
    """The whole table changes."""

    def apply(folder: Path, rng: Random) -> Damage:
        _write(folder, file, change(_rows(folder / file), rng))
        return Damage(file, field, severity)

    return Kind(name, apply, file=file)


def features(
    name: str,
    path: str,
    layer: str,
    change: Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame],
    field: str,
    severity: str = "error",
    *,
    file: str = "",
) -> Kind:
    """A vector layer changes, at one feature."""

    def apply(folder: Path, rng: Random) -> Damage:
        frame = gpd.read_file(folder / path, layer=layer)
        at = int(rng.integers(0, len(frame)))
        (folder / path).unlink()
        warnings.simplefilter("ignore")  # pyogrio warns where there is no CRS
        change(frame, at).to_file(folder / path, layer=layer, engine="pyogrio")
        return Damage(file or path, field, severity)

    return Kind(name, apply, raster=file == "population.tif")


def units(
    name: str,
    change: Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame],
    field: str,
    severity: str = "error",
    *,
    file: str = "",
) -> Kind:
    """The unit layer of the bundled city changes."""
    return features(name, "boundaries.gpkg", "社区", change, field, severity, file=file)


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
            raster.write(data.astype(profile["dtype"]), 1)
        return Damage("population.tif", field, severity)

    return Kind(name, apply, raster=True)


def header(old: str, new: str) -> Callable[[Rows, Random], Rows]:
    return lambda rows, rng: [[new if value == old else value for value in rows[0]], *rows[1:]]


def _in_thousands(rows: Rows, rng: Random) -> Rows:
    at = rows[0].index("常住人口")
    rows[0][at] = "常住人口（千人）"
    return [rows[0], *([*row[:at], row[at] / 1000, *row[at + 1 :]] for row in rows[1:])]


def without(header: str) -> Callable[[Rows, Random], Rows]:
    def change(rows: Rows, rng: Random) -> Rows:
        at = rows[0].index(header)
        return [row[:at] + row[at + 1 :] for row in rows]

    return change


def insert(row: list[Any], *, top: bool = False) -> Callable[[Rows, Random], Rows]:
    return lambda rows, rng: [row, *rows] if top else [*rows, row]


def shuffled(rows: Rows, rng: Random) -> Rows:
    return [rows[0], *(rows[1 + at] for at in rng.permutation(len(rows) - 1))]


def _dropped(rows: Rows, rng: Random) -> Rows:
    at = int(rng.integers(1, len(rows)))
    return rows[:at] + rows[at + 1 :]


def blank_rows(rows: Rows, rng: Random) -> Rows:
    at = int(rng.integers(1, len(rows)))
    return [*rows[:at], [None] * len(rows[0]), [None] * len(rows[0]), *rows[at:]]


def above(old: Any, rows: Rows, at: int, column: int) -> Any:
    return rows[at - 1 if at > 1 else at + 1][column]


def swap(x: str = "经度", y: str = "纬度", among: tuple[str, str] | None = None) -> Callable[[Rows, Random], Rows]:
    """Return the damage that lets two coordinates of one row change places."""

    def change(rows: Rows, rng: Random) -> Rows:
        at, left, right = int(rng.choice(rows_among(rows, among))), rows[0].index(x), rows[0].index(y)
        rows[at][left], rows[at][right] = rows[at][right], rows[at][left]
        return rows

    return change


def moved(
    lon: float, lat: float, x: str = "经度", y: str = "纬度", among: tuple[str, str] | None = None
) -> Callable[[Rows, Random], Rows]:
    """Return the damage that puts one row somewhere else."""

    def change(rows: Rows, rng: Random) -> Rows:
        at = int(rng.choice(rows_among(rows, among)))
        rows[at][rows[0].index(x)], rows[at][rows[0].index(y)] = lon, lat
        return rows

    return change


def put(column: str, value: Any) -> Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]:
    def change(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        frame.loc[at, column] = value(frame, at) if callable(value) else value
        return frame

    return change


def reshape(make: Callable[[Any], Any]) -> Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]:
    def change(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        shapes = frame.geometry.to_numpy(object, copy=True)
        shapes[at] = make(shapes[at])
        return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs, index=frame.index))

    return change


def two_header_rows(rows: Rows, rng: Random) -> Rows:
    """Put one word over the last three columns."""
    head = rows[0]
    return [[*head[:-3], "数值", "", ""], [*[""] * (len(head) - 3), *head[-3:]], *rows[1:]]


def bow_tie(shape: Any) -> Any:
    x0, y0, x1, y1 = shape.bounds
    return shapely.Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])


def full_width(old: Any, *_: Any) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in str(old))


def gbk(data: bytes, rng: Random) -> bytes:
    return data.decode("utf-8-sig").encode("gbk")


def _fill(value: float) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: data.fill(value)


def _one(value: float) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: np.put(data, int(np.argmax(data)), value)


def _untagged(dtype: str, value: float) -> Callable[[Any, dict[str, Any]], None]:
    """Whole numbers of a type, with a block amid the people of a number that stands for no data and is not tagged as such."""

    def change(data: Any, profile: dict[str, Any]) -> None:
        row, column = np.unravel_index(int(np.nanargmax(data)), data.shape)
        data[:] = np.clip(np.nan_to_num(np.round(data)), 0, 200)
        data[row : row + 4, column : column + 4] = value
        profile.update(dtype=dtype, nodata=None)

    return change


def _profile(**keys: Any) -> Callable[[Any, dict[str, Any]], None]:
    return lambda data, profile: profile.update(keys)


def _elsewhere(data: Any, profile: dict[str, Any]) -> None:
    from affine import Affine

    old = profile["transform"]
    profile["transform"] = Affine(old.a, old.b, old.c + 2e5, old.d, old.e, old.f)


F, C, L, B, T = "facilities.xlsx", "census.xlsx", "links.csv", "baseline.xlsx", "population.tif"
KINDS = [
    cell("id blank", F, "机构代码", None),
    cell("id repeated", F, "机构代码", above),
    cell("id like a formula", F, "机构代码", "=A1+1"),
    cell("id as exponent", F, "机构代码", "3.10101e+11"),
    cell("name blank", F, "机构名称", "  "),
    cell("kind blank", F, "类别", None, "repair", among=("机构名称", "卫生|医院|急救|护理|康复|安宁")),
    cell("kind unknown", F, "类别", "航天中心", "repair", among=("机构名称", "卫生|医院|急救|护理|康复|安宁")),
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
    cell("longitude full width", F, "经度", full_width, "repair"),
    cell("longitude times ten", F, "经度", lambda old, *_: old * 10, field="经度, 纬度"),
    table("coordinates swapped", F, swap(), "经度, 纬度"),
    table("in the sea", F, moved(123.4, 34.2), "经度, 纬度", "warning"),
    table("at zero", F, moved(0.0, 0.0), "经度, 纬度", "warning"),
    table("no id column", F, without("机构代码"), "facility_id"),
    table("no kind column", F, header("类别", "甲乙丙"), "kind"),
    table("no longitude column", F, without("经度"), "lon"),
    table("header twice", F, header("地址", "等级"), "等级", "warning"),
    table("title above", F, insert(["滨海市医疗卫生机构名册"], top=True), "", "repair"),
    table("rows shuffled", F, shuffled, "", ""),
    table("blank rows between", F, blank_rows, "", ""),
    table("total below", F, insert(["合计", "149 家"]), "", "repair"),
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
    cell("unit repeated", C, "社区代码", above),
    cell("unit as exponent", C, "社区代码", "3.79902e+11"),
    cell("unit padded with zeros", C, "社区代码", lambda old, *_: f"{old}000"),
    table("census header in two rows", C, two_header_rows, "population"),
    cell("unit lost a digit", C, "社区代码", lambda old, *_: str(old)[1:]),
    table("unit without people", C, _dropped, "社区代码"),
    table("census total", C, insert(["", "全市合计", "", "", 1_500_000]), "", "repair"),
    table("census column renamed", C, header("常住人口", "数值"), "population"),
    table("census shuffled", C, shuffled, "", ""),
    raw("census empty", C, lambda data, rng: b""),
    cell("link to nowhere", L, "unit_a", "000"),
    cell("link minutes blank", L, "minutes", ""),
    cell("link minutes negative", L, "minutes", "-1"),
    cell("link with itself", L, "unit_b", lambda old, rows, at, column: rows[at][0]),
    table("link row too long", L, lambda rows, rng: [*rows[:-1], [*rows[-1], "多余"]], ""),
    raw("links in GBK", L, gbk, "encoding", "repair"),
    cell("baseline unit unknown", B, "社区代码", "1"),
    cell("baseline lead blank", B, "牵头医院代码", None),
    cell("baseline unit repeated", B, "社区代码", above, "warning-or-repair"),
    units("unit without shape", reshape(lambda shape: None), "geometry"),
    units("unit crosses itself", reshape(bow_tie), "geometry", "repair"),
    units("unit is a line", reshape(lambda shape: shapely.MultiPolygon([]).union(shape).boundary), "geometry"),
    units("unit axes swapped", reshape(lambda shape: shapely.transform(shape, lambda xy: xy[:, ::-1])), "geometry"),
    units("unit id twice", put("代码", lambda frame, at: frame.loc[(at + 1) % len(frame), "代码"]), "代码"),
    units("unit id null", put("代码", None), "代码"),
    units("unit name null", put("名称", None), "名称"),
    units("street code null", put("街道代码", None), "街道代码"),
    units("unit in another street", put("街道代码", "379909001"), "代码", "warning"),
    units("unit deleted", lambda frame, at: frame.drop(index=at), "社区代码", file=C),
    units("units without CRS", lambda frame, at: frame.set_crs(None, allow_override=True), "crs"),
    units("units in a wrong CRS", lambda frame, at: frame.set_crs(3857, allow_override=True), "", file=T),
    units("unit over its neighbours", reshape(lambda shape: shape.buffer(0.01)), "geometry", "warning"),
    raw("raster torn", T, lambda data, rng: data[:2500]),
    _raster("raster elsewhere", _elsewhere),
    _raster("raster without CRS", _profile(crs=None), "crs"),
    _raster("raster of NaN", _fill(np.nan)),
    _raster("raster all negative", _fill(-1.0)),
    _raster("one infinite cell", _one(np.inf), "", "warning-or-nothing"),
    _raster("65,535 in a raster of whole numbers", _untagged("uint16", 65_535), "", "warning"),
    _raster("32,767 in a raster of whole numbers", _untagged("int16", 32_767), "", "warning"),
    _raster("255 in a raster of bytes", _untagged("uint8", 255), "", "warning"),
    _raster("the largest float in a raster", _untagged("float32", 3.4028235e38), "", "warning"),
    _raster("-9,999 in a raster", _untagged("int16", -9_999), "", "warning"),
    _raster("99,999 in a raster", _untagged("float32", 99_999), "", "warning"),
    cell("beds true", F, "开放床位", "TRUE"),
    cell("community code with a letter", C, "社区代码", lambda old, *_: "O".join(str(old).rsplit("0", 1))),
    table("census in thousands by its header", C, _in_thousands, "常住人口（千人）", "repair"),
    cell("link in seconds", L, "minutes", "5400", "", field="minutes"),
    raw("links cut in a number", L, lambda data, rng: data.rstrip(b"\r\n")[:-1], "", "warning-or-nothing"),
    raw("river is noise", "river.gpkg", lambda data, rng: rng.bytes(4096)),
    raw("river absent", "river.gpkg", lambda data, rng: None),
]  # fmt: skip
