"""A folder as a user of map services has it: polygons with lists of properties, points with one column of places, people by name."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tests import board

TYPES = {
    "general": "医疗保健服务;综合医院;三级甲等医院",
    "tcm": "医疗保健服务;综合医院;综合医院",
    "maternity": "医疗保健服务;专科医院;妇科医院",
    "chc": "医疗保健服务;综合医院;卫生院",
}


def write_folder(folder: Path) -> None:
    """Write the chessboard as polygons with lists and trees of properties, points with one column of places, people by name."""
    units = board.board_units().to_crs("EPSG:4326")
    names = [f"{unit}镇" for unit in units["unit_id"]]
    units = gpd.GeoDataFrame(
        {"adcode": range(370200, 370224), "name": names, "level": "town"}, geometry=units.geometry, crs="EPSG:4326"
    )
    tree = json.loads(units.to_json())
    for feature in tree["features"]:
        feature["properties"] |= {"center": [120.1, 35.2], "parent": {"adcode": 370200}, "acroutes": [100000, 370000]}
    (folder / "棋盘市.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    facilities = _placed()
    facilities = facilities[facilities["kind"].isin(TYPES)]
    pd.DataFrame(
        {
            "id": [f"B0{n}" for n in range(len(facilities))],
            "name": facilities["name"],
            "type": facilities["kind"].map(TYPES),
            "typecode": "090100",
            "location": [f"{x:.6f},{y:.6f}" for x, y in zip(facilities.geometry.x, facilities.geometry.y, strict=True)],
            "adname": "棋盘区",
        }
    ).to_csv(folder / "poi.csv", index=False)
    people = pd.DataFrame({"乡镇": names, "常住人口": 1000})
    people.sample(frac=1, random_state=3).to_csv(folder / "七普.csv", index=False)


def _placed() -> gpd.GeoDataFrame:
    table = board.board_facilities()
    points = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float), crs=board.CRS)
    return gpd.GeoDataFrame(table, geometry=points, crs=board.CRS).to_crs("EPSG:4326")
