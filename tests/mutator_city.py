"""The bundled city damaged in many ways at once, for the tests of `gridplan check`."""

from __future__ import annotations

import shutil
from pathlib import Path

from openpyxl import load_workbook

BINHAI = Path(__file__).parent.parent / "data" / "binhai"
CITY_FILES = ("*.xlsx", "*.csv", "*.gpkg", "*.tif", "*.pbf", "case.toml")


def copy_city(folder: Path) -> Path:
    """Copy the bundled city's case and layers into `folder`; return the case."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in CITY_FILES:
        for path in BINHAI.glob(pattern):
            shutil.copy(path, folder / path.name)
    return folder / "case.toml"


def break_city(folder: Path) -> Path:
    """Copy the bundled city into `folder` and damage its files; return the case."""
    case = copy_city(folder)
    book = load_workbook(folder / "facilities.xlsx")
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in (10, 11, 12):  # swapped coordinates
        lon, lat = sheet.cell(row, column["经度"]), sheet.cell(row, column["纬度"])
        lon.value, lat.value = lat.value, lon.value
    sheet.cell(21, column["机构代码"]).value = sheet.cell(20, column["机构代码"]).value  # duplicate id
    sheet.cell(30, column["经度"]).value = 123.5  # in the sea
    sheet.cell(31, column["等级"]).value = "特级"
    sheet.cell(32, column["开放床位"]).value = "很多"
    sheet.cell(33, column["开放床位"]).value = "约1,200张"
    book.save(folder / "facilities.xlsx")

    book = load_workbook(folder / "census.xlsx")
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(7, column["常住人口"]).value = -5
    sheet.cell(9, column["常住人口"]).value = None
    sheet.cell(15, column["社区代码"]).value = "379999999999"
    book.save(folder / "census.xlsx")

    book = load_workbook(folder / "baseline.xlsx")
    sheet = book.active
    header = next(cell for cell in sheet[1] if cell.value == "牵头医院代码")
    header.value = "牵头单位编码"  # wrong column
    book.save(folder / "baseline.xlsx")

    links = folder / "links.csv"
    text = links.read_text(encoding="utf-8-sig")
    links.write_bytes(text.encode("gbk"))  # wrong encoding
    (folder / "river.gpkg").write_bytes(b"SQLite format 3\x00 torn in the middle")  # unreadable
    (folder / "population.tif").write_bytes((folder / "population.tif").read_bytes()[:3000])
    (folder / "roads.osm.pbf").unlink()
    stated = case.read_text(encoding="utf-8").replace('path = "links.csv"', 'path = "links.csv"\nencoding = "utf-8"')
    case.write_text(stated, encoding="utf-8")
    return case
