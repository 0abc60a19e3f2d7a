"""The raw layers of the two cities, read anew: people, facilities, barriers, links, roads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely

from tests.independent import roads

ROOT = Path(__file__).resolve().parents[2]
SQUARE_M = 100.0
KINDS = {
    "综合医院": "general", "中医医院": "tcm", "妇产医院": "maternity", "社区卫生服务中心": "chc", "社区卫生服务站": "chs", "乡镇卫生院": "thc",
    "村卫生室": "village_clinic", "护理院": "nursing", "康复医院": "rehab", "安宁疗护中心": "hospice", "急救中心": "ems",
}  # fmt: skip
HOSPITALS = {"general", "tcm", "maternity", "specialist"}
PRIMARY = {"chc", "thc", "chs", "village_clinic"}
CHAIN = {"rehab": "康复", "nursing": "护理", "hospice": "安宁疗护"}
LEVELS = {"三": 3, "二": 2, "一": 1}


@dataclass(frozen=True)
class City:
    """One city's raw layers in metres.

    - places: x, y, people of every place with residents (before the census), unit_id where the units are given
    - units: index unit_id, geometry; None where the tool builds them
    - census, older: residents, and those aged 65 and over, by unit; None without a census
    - districts: index district_id; population, geometry; None without them
    - facilities: index facility_id; kind, level, beds, services, name, geometry
    - links: pairs of unit ids
    """

    name: str
    case: Path
    raw_folder: Path
    crs: str
    places: pd.DataFrame
    units: gpd.GeoDataFrame | None
    census: pd.Series | None
    older: pd.Series | None
    districts: gpd.GeoDataFrame | None
    facilities: gpd.GeoDataFrame
    barriers: gpd.GeoSeries
    links: set[frozenset[str]]
    roads: gpd.GeoDataFrame


def data_folder() -> Path:
    """Folder of the real layers."""
    return Path(os.environ.get("GRIDPLAN_DATA", ROOT.parent / "shared" / "data")).resolve()


def read_binhai() -> City:
    """The synthetic city: given communities, a raster of counts scaled to a census, an OSM extract."""
    folder, crs = ROOT / "data" / "binhai", "EPSG:4549"
    units = gpd.read_file(folder / "boundaries.gpkg", layer="社区").to_crs(crs).set_index("代码")
    census = pd.read_excel(folder / "census.xlsx", dtype=str, engine="openpyxl").set_index("社区代码")
    census = census[["常住人口", "65岁及以上"]].astype(float)
    table = pd.read_excel(folder / "facilities.xlsx", dtype=str, engine="openpyxl", keep_default_na=False)
    lon, lat = without_gcj_shift(table["经度"].astype(float).to_numpy(), table["纬度"].astype(float).to_numpy())
    facilities = gpd.GeoDataFrame(
        {
            "name": table["机构名称"].to_numpy(),
            "kind": table["类别"].map(KINDS).to_numpy(),
            "level": table["等级"].str[0].map(LEVELS).fillna(0).astype(int).to_numpy(),
            "beds": table["开放床位"].astype(float).to_numpy(),
            "services": table["服务"].str.split(r";\s*").to_numpy(),
            "affiliation": table["隶属关系"].to_numpy(),
        },
        index=pd.Index(table["机构代码"], name="facility_id"),
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    ).to_crs(crs)
    links = pd.read_csv(folder / "links.csv", dtype=str, encoding="utf-8-sig")
    return City(
        name="binhai",
        case=folder / "case.toml",
        raw_folder=folder,
        crs=crs,
        places=raster_places(folder / "population.tif", units),
        units=units[["名称", "街道代码", "geometry"]],
        census=census["常住人口"],
        older=census["65岁及以上"],
        districts=None,
        facilities=facilities,
        barriers=gpd.read_file(folder / "river.gpkg").to_crs(crs).geometry,
        links={frozenset(pair) for pair in links[["unit_a", "unit_b"]].to_numpy()},
        roads=roads.read_osm(folder / "roads.osm.pbf", crs),
    )


def read_wuhan() -> City:
    """The real city: district totals modelled onto residences, roads as lines without direction, units built by the tool."""
    folder, crs = data_folder() / "wuhan", "EPSG:32650"
    table = pd.read_csv(folder / "residence.csv", encoding="utf-8-sig")
    points = _points(table["XGCJ"], table["YGCJ"], crs)
    squares = pd.DataFrame(np.floor(shapely.get_coordinates(points.array) / SQUARE_M))
    points = points[~squares.duplicated()].reset_index(drop=True)
    districts = gpd.read_file(folder / "districts_pop.gpkg").to_crs(crs)
    districts = districts.assign(district_id=districts["Code_County"].astype(str)).set_index("district_id")
    districts = districts.rename(columns={"Pop_2017": "population"})[["population", "geometry"]]
    point, district = shapely.STRtree(districts.geometry.array).query(points.array, predicate="within")
    home = pd.Series(districts.index[district], index=point).groupby(level=0).first()
    xy = shapely.get_coordinates(points.array)[home.index]
    share = home.map(districts["population"] / home.value_counts())
    places = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "people": share.to_numpy(), "district_id": home.to_numpy()})
    return City(
        name="wuhan",
        case=ROOT / "tests" / "cases" / "wuhan" / "case.toml",
        raw_folder=folder,
        crs=crs,
        places=places,
        units=None,
        census=None,
        older=None,
        districts=districts,
        facilities=_wuhan_facilities(folder, crs),
        barriers=gpd.read_file(folder / "river_barriers.gpkg").to_crs(crs).geometry,
        links=set(),
        roads=roads.read_lines(folder / "roads_osm_wuhan_fua8989.parquet", crs),
    )


def _points(lon, lat, crs):
    xy = without_gcj_shift(lon.to_numpy(float), lat.to_numpy(float))
    return gpd.GeoSeries(gpd.points_from_xy(*xy), crs="EPSG:4326").to_crs(crs)


def _wuhan_facilities(folder: Path, crs: str) -> gpd.GeoDataFrame:
    sites = pd.read_csv(folder / "hospital_sites.csv", encoding="utf-8-sig")
    listed = gpd.GeoDataFrame(
        {
            "name": sites["site"],
            "kind": sites["kind"],
            "level": sites["level"].str[0].map(LEVELS),
            "affiliation": sites["admin_level"],
        },
        geometry=gpd.points_from_xy(sites["lon"], sites["lat"]),
        crs="EPSG:4326",
    ).to_crs(crs)
    listed.index = pd.Index(sites["site"], name="facility_id")
    crawl = pd.read_csv(folder / "hospital.csv", encoding="utf-8-sig", dtype={"ID": str})
    endings = {
        "社区卫生服务中心": "chc",
        "社区卫生服务站": "chs",
        "卫生院": "thc",
        "护理院": "nursing",
        "康复医院": "rehab",
    }
    kind = pd.Series("", index=crawl.index)
    for ending, word in endings.items():
        kind[crawl["NAME"].str.endswith(ending)] = word
    crawl, kind = crawl[kind != ""], kind[kind != ""]
    others = gpd.GeoDataFrame(
        {"name": crawl["NAME"].to_numpy(), "kind": kind.to_numpy(), "level": -1, "affiliation": ""},
        index=pd.Index(crawl["ID"], name="facility_id"),
        geometry=_points(crawl["XGCJ"], crawl["YGCJ"], crs).array,
        crs=crs,
    )
    both = pd.concat([listed, others])
    return both.assign(beds=np.nan, services=[[] for _ in range(len(both))])


def raster_places(path: Path, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share every raster cell out to the units by the part of it that they cover.

    A place is a pair of cell and unit; it stands in the middle of the cell, or on the surface of the part that both
    share where the middle lies outside the unit.
    """
    with rasterio.open(path) as raster:
        counts = raster.read(1).astype(float)
        counts[~(counts > 0)] = 0.0
        row, column = np.nonzero(counts)
        width, _, left, _, height, top = tuple(raster.transform)[:6]
        west, east = left + column * width, left + (column + 1) * width
        north, south = top + row * height, top + (row + 1) * height
        shapes = units.geometry.to_crs(raster.crs).array
    squares = shapely.box(west, south, east, north)
    cell, unit = shapely.STRtree(shapes).query(squares, predicate="intersects")
    shared = shapely.intersection(shapes[unit], squares[cell])
    part = shapely.area(shared) / shapely.area(squares[cell])
    cell, unit, shared, part = cell[part > 0], unit[part > 0], shared[part > 0], part[part > 0]
    middles = shapely.points((west + east)[cell] / 2, (south + north)[cell] / 2)
    outside = ~shapely.intersects(shapes[unit], middles)
    middles[outside] = shapely.point_on_surface(shared[outside])
    xy = shapely.get_coordinates(middles)
    people = counts[row, column][cell] * part
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "people": people, "unit_id": units.index[unit]})


def without_gcj_shift(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Undo the published shift of Chinese map services: search the point whose shifted position is the one given."""
    east, north = lon.copy(), lat.copy()
    for _ in range(8):
        shift_east, shift_north = _gcj_shift(east, north)
        east, north = lon - shift_east, lat - shift_north
    return east, north


def _gcj_shift(lon, lat):
    x, y = lon - 105, lat - 35
    sin = lambda value: np.sin(value * np.pi)  # noqa: E731  as the published formula is written
    common = (20 * sin(6 * x) + 20 * sin(2 * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.abs(x) ** 0.5 + common
    north += (20 * sin(y) + 40 * sin(y / 3)) * 2 / 3 + (160 * sin(y / 12) + 320 * sin(y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.abs(x) ** 0.5 + common
    east += (20 * sin(x) + 40 * sin(x / 3)) * 2 / 3 + (150 * sin(x / 12) + 300 * sin(x / 30)) * 2 / 3
    a, ee = 6378245.0, 0.00669342162296594323  # the Krasovsky ellipsoid
    w = 1 - ee * np.sin(np.radians(lat)) ** 2
    meridian, parallel = a * (1 - ee) / w**1.5, a / w**0.5 * np.cos(np.radians(lat))
    return np.degrees(east / parallel), np.degrees(north / meridian)
