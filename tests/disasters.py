"""Scenarios on the chessboard city: which lines are drawn across its roads, and the case that tells them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely

from tests import board

SPLIT = """
[[scenarios]]
name = "断路"
name_en = "Split"
[scenarios.closed]
path = "split.gpkg"
"""
FLOOD = """
[[scenarios]]
name = "内涝"
[scenarios.closed]
path = "flood.gpkg"
"""
LOST = """
[[scenarios]]
name = "停诊"
facilities_lost = ["H2"]
"""
CONVERTED = """
[members]
join = ["P1"]
[[scenarios]]
name = "转型"
name_en = "Conversion"
[[scenarios.changes]]
facility = "P1"
kind = "康复医院"
services = ["康复", "护理", "安宁疗护", "接续性医疗", "急诊"]
"""
GROWN = """
[[scenarios]]
name = "扩建"
[[scenarios.changes]]
facility = "R1"
kind = "综合医院"
services = ["急诊", "康复"]
"""
UNMADE = """
[[scenarios]]
name = "改护理院"
[[scenarios.changes]]
facility = "H2"
kind = "护理院"
"""


def write_drawings(folder: Path) -> None:
    """split.gpkg: a line between columns 2 and 3, across all four rows; flood.gpkg: the square around the middle of u35."""
    x, y = board.ORIGIN
    line = shapely.LineString([(x + 3000, y - 100), (x + 3000, y + 4100)])
    square = shapely.Point(*board.centre("u35")).buffer(200, cap_style="square")
    for name, shape in (("split", line), ("flood", square)):
        gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=board.CRS).to_file(folder / f"{name}.gpkg")
