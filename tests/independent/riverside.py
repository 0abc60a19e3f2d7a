"""A place so small that a command takes seconds, with the files a planner would have: two banks and a river."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely

from tests.independent.runs import Output, gridplan, once

CRS = "EPSG:4549"
EAST, NORTH = 500_000.0, 3_900_000.0
RIVER = EAST + 1000.0
CASE = f"""
format = "gridplan-case/1"
[place]
name = "两岸"
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
[layers.barriers]
path = "river.gpkg"
[grids]
k = 2
"""


def write_riverside(folder: Path) -> None:
    """Write west and east bank, 1 km wide each; a road 100 m from the river on both, one bridge in the north.

    The only people live in one raster cell of 200 m that reaches from 50 m west of the river to 150 m east of it, so
    its middle lies on the east bank; a quarter of them belongs to the western unit.
    """
    boxes = [shapely.box(EAST + x, NORTH, EAST + x + 1000, NORTH + 3000) for x in (0, 1000)]
    units = gpd.GeoDataFrame({"unit_id": ["W", "E"], "name": ["西岸", "东岸"]}, geometry=boxes, crs=CRS)
    units.to_file(folder / "units.gpkg")
    river = shapely.linestrings([[RIVER, NORTH - 100], [RIVER, NORTH + 3100]])
    gpd.GeoDataFrame({"name": ["河"]}, geometry=[river], crs=CRS).to_file(folder / "river.gpkg")
    lines = [[[RIVER + x, NORTH], [RIVER + x, NORTH + 2900]] for x in (-100, 100)]
    lines.append([[RIVER - 100, NORTH + 2900], [RIVER + 100, NORTH + 2900]])
    roads = gpd.GeoDataFrame({"highway": ["primary"] * 3}, geometry=list(shapely.linestrings(lines)), crs=CRS)
    roads.to_file(folder / "roads.gpkg")
    transform = rasterio.Affine(200.0, 0.0, RIVER - 50, 0.0, -200.0, NORTH + 600)
    profile = {"driver": "GTiff", "width": 1, "height": 1, "count": 1, "dtype": "float32", "crs": CRS}
    with rasterio.open(folder / "people.tif", "w", transform=transform, **profile) as raster:
        raster.write(np.array([[[400.0]]], dtype="float32"))
    hospitals = pd.DataFrame(
        {
            "facility_id": ["HW", "HE"],
            "name": ["西医院", "东医院"],
            "kind": "general",
            "level": "三级甲等",
            "ownership": "government",
            "admin_level": "city",
            "lon": [RIVER - 120, RIVER + 120],
            "lat": NORTH + 500,
        }
    )
    hospitals.to_csv(folder / "facilities.csv", index=False)
    (folder / "given.csv").write_text("unit_id,lead_id\nW,HW\nE,HE\n")
    (folder / "case.toml").write_text(CASE, encoding="utf-8")


def assess_riverside(folder: Path, out: Path) -> Output:
    """Assess the plan that gives each bank its own hospital."""
    gridplan("assess", "case.toml", "--assignment", "given.csv", "-o", out, cwd=folder)
    return Output(out)


def riverside(tmp_path_factory) -> Output:
    """The riverside assessed, once a session."""

    def make() -> Output:
        folder = tmp_path_factory.mktemp("riverside")
        write_riverside(folder)
        return assess_riverside(folder, folder / "out")

    return once("riverside", make)
