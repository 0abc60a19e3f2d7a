"""A proposal that tells the minutes of single places: sampled places become units of two metres, all else one unit more.

The files of a proposal tell minutes by unit. In this case a sampled place is a unit of its own, so its row in the table
of minutes holds the minutes of that place.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tests.independent.cities import City
from tests.independent.roads import Speeds
from tests.independent.runs import Output, gridplan

SEED, SIZE, SIDE_M, APART_M = 20_261_122, 200, 12.0, 20.0
LAYERS = {
    "binhai": """
[[layers.facilities]]
path = "facilities.xlsx"
datum = "gcj02"
[layers.roads]
path = "roads.osm.pbf"
[layers.barriers]
path = "river.gpkg"
""",
    "wuhan": """
[[layers.facilities]]
path = "hospital_sites.csv"
datum = "wgs84"
columns = { facility_id = "site", parent_id = "hospital", name = "site", kind = "kind", level = "level", admin_level = "admin_level", ownership = "ownership" }
[layers.roads]
path = "roads_osm_wuhan_fua8989.parquet"
[layers.barriers]
path = "river_barriers.gpkg"
""",
}
FILES = {
    "binhai": ("facilities.xlsx", "roads.osm.pbf", "river.gpkg"),
    "wuhan": ("hospital_sites.csv", "roads_osm_wuhan_fua8989.parquet", "river_barriers.gpkg"),
}
CASE = """
format = "gridplan-case/1"
[place]
name = "抽样"
crs = "{crs}"
[layers.units]
path = "units.gpkg"
[layers.population]
kind = "table"
path = "people.csv"
{layers}
[travel]
{travel}
[grids]
k = {k}
keep_whole = "none"
lead_admin_levels = {levels}
required_leads = {required}
[solver]
reasons = false
"""


def draw(people: pd.DataFrame) -> pd.DataFrame:
    """Draw places by a fixed seed, none within 10 m of another one."""
    some = people.iloc[np.random.default_rng(SEED).permutation(len(people))[: 2 * SIZE]]
    points = shapely.points(some[["x", "y"]])
    a, b = shapely.STRtree(points).query(points, predicate="dwithin", distance=APART_M)
    alone = np.setdiff1d(np.arange(len(some)), b[a < b])
    return some.iloc[alone[:SIZE]].reset_index(drop=True)


def assess(city: City, output: Output, places: pd.DataFrame, folder: Path, speeds: Speeds) -> Output:
    """Run `gridplan assess` over units that are the places, each led by the lead of its unit in `output`."""
    folder.mkdir(parents=True)
    ids = [f"P{i:03d}" for i in range(len(places))]
    squares = shapely.box(*(places[axis] + side for side in (-SIDE_M / 2, SIDE_M / 2) for axis in ("x", "y")))
    everything = shapely.union_all(output.units.geometry.array).buffer(0).union(shapely.union_all(squares))
    rest = shapely.difference(everything, shapely.union_all(squares))
    units = gpd.GeoDataFrame(
        {"unit_id": [*ids, "REST"], "name": [*ids, "REST"]}, geometry=[*squares, rest], crs=city.crs
    )
    units.to_file(folder / "units.gpkg")
    pd.DataFrame({"unit_id": units["unit_id"], "population": 1}).to_csv(folder / "people.csv", index=False)
    leads = [*output.units["lead_id"].loc[places["unit_id"]], output.grids["lead_id"].iloc[0]]
    pd.DataFrame({"unit_id": units["unit_id"], "lead_id": leads}).to_csv(folder / "given.csv", index=False)
    for name in FILES[city.name]:
        shutil.copy(city.raw_folder / name, folder / name)
    grids = output.rules["grids"]
    text = CASE.format(
        crs=city.crs,
        layers=LAYERS[city.name],
        travel=_travel(speeds),
        k=len(output.grids),
        levels=list(grids["lead_admin_levels"]),
        required=list(grids["required_leads"]),
    )
    (folder / "case.toml").write_text(text, encoding="utf-8")
    gridplan("assess", "case.toml", "--assignment", "given.csv", "-o", "out", cwd=folder)
    return Output(folder / "out")


def _travel(speeds: Speeds) -> str:
    kmh = ", ".join(f"{name} = {value}" for name, value in speeds.drive_kmh)
    return f"""
drive_kmh = {{ {kmh} }}
walk_kmh = {speeds.walk_kmh}
access_kmh = {speeds.access_kmh}
access_detour = {speeds.detour}
ferry_wait_min = {speeds.ferry_wait_min}
snap_max_m = {speeds.snap_max_m}
"""
