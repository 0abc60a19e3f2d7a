"""Six units in a row, so small that every plan is seen: one hospital at each end, the western one leads five of them in force."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely

from tests.independent.riverside import CRS, EAST, NORTH
from tests.independent.runs import Output, gridplan, once

SIDE_M = 2000.0
GROWTH, BASE_YEAR, LATER = 0.02, 2025, 2035
CASE = f"""
format = "gridplan-case/1"
[place]
name = "一线"
crs = "{CRS}"
[layers.units]
path = "units.gpkg"
[layers.population]
kind = "raster"
path = "people.tif"
[[layers.facilities]]
path = "facilities.csv"
crs = "{CRS}"
[layers.roads]
path = "roads.gpkg"
[layers.baseline]
path = "now.csv"
[grids]
k = 2
balance = 0.9
[change]
leads_stay = true
points = 3
[forecast]
base_year = {BASE_YEAR}
years = [{LATER}]
growth = {{ W = {GROWTH} }}
"""


def write_row(folder: Path) -> None:
    """Write six squares of 2 km from west to east, 100, 200 ... 600 people in one cell in the middle of each, and a road through all of them."""
    boxes = [shapely.box(EAST + i * SIDE_M, NORTH, EAST + (i + 1) * SIDE_M, NORTH + SIDE_M) for i in range(6)]
    columns = {
        "unit_id": list("abcdef"),
        "name": list("甲乙丙丁戊己"),
        "district_id": list("WWWEEE"),
        "district": list("西西西东东东"),
    }
    gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS).to_file(folder / "units.gpkg")
    middle = NORTH + SIDE_M / 2
    road = shapely.linestrings([[EAST, middle], [EAST + 6 * SIDE_M, middle]])
    gpd.GeoDataFrame({"highway": ["primary"]}, geometry=[road], crs=CRS).to_file(folder / "roads.gpkg")
    people = np.zeros((1, 60), dtype="float32")
    people[0, 5::10] = np.arange(100.0, 700.0, 100.0)
    transform = rasterio.Affine(SIDE_M / 10, 0.0, EAST, 0.0, -SIDE_M / 10, middle + SIDE_M / 20)
    profile = {"driver": "GTiff", "width": 60, "height": 1, "count": 1, "dtype": "float32", "crs": CRS}
    with rasterio.open(folder / "people.tif", "w", transform=transform, **profile) as raster:
        raster.write(people[None])
    hospitals = {
        "facility_id": ["HW", "HE"],
        "name": ["西医院", "东医院"],
        "kind": "general",
        "level": "三级甲等",
        "ownership": "government",
        "admin_level": "city",
        "lon": [EAST + SIDE_M / 2, EAST + 5.5 * SIDE_M],
        "lat": middle,
    }
    pd.DataFrame(hospitals).to_csv(folder / "facilities.csv", index=False)
    held = pd.DataFrame({"unit_id": list("abcdef"), "lead_id": ["HW"] * 5 + ["HE"]})
    held.to_csv(folder / "now.csv", index=False)
    (folder / "case.toml").write_text(CASE, encoding="utf-8")


def adjusted_row(tmp_path_factory) -> tuple[pd.DataFrame, dict[str, Output]]:
    """The curve of change of the row, index step, and the proposal of each step by its folder; made once a session."""

    def make() -> tuple[pd.DataFrame, dict[str, Output]]:
        folder = tmp_path_factory.mktemp("row")
        write_row(folder)
        gridplan("adjust", "case.toml", "-o", folder / "out", cwd=folder)
        curve = pd.read_csv(folder / "out" / "curve.csv", encoding="utf-8-sig").set_index("step")
        return curve, {name: Output(folder / "out" / name) for name in curve["folder"]}

    return once("row", make)
