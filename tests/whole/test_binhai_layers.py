"""The bundled city itself: what its layers promise, read without gridplan, and that its script makes them again."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pytest
import rasterio
import scipy
import shapely

DATA = Path(__file__).parents[2] / "data" / "binhai"
LAYERS = (
    *("boundaries.gpkg", "river.gpkg", "roads.osm.pbf", "typhoon.gpkg", "population.tif"),
    *("census.xlsx", "facilities.xlsx", "baseline.xlsx", "records.xlsx", "networks.xlsx", "links.csv"),
)
MADE_WITH = ("GEOS 3.14.1", "GDAL 3.12.4", "numpy 2.4.6", "scipy 1.17.1")
REQUIRED_OBSTETRICS = "BH006"
ISLET = "鹿屿镇鸥石村"


def made_with() -> tuple[str, ...]:
    gdal = f"GDAL {pyogrio.__gdal_version_string__}"
    return f"GEOS {shapely.geos_version_string}", gdal, f"numpy {np.__version__}", f"scipy {scipy.__version__}"


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "boundaries.gpkg", layer="社区").set_index("代码")


@pytest.fixture(scope="module")
def facilities() -> pd.DataFrame:
    table = pd.read_excel(DATA / "facilities.xlsx", engine="calamine", dtype={"机构代码": str, "上级机构代码": str})
    return table.set_index("机构代码").fillna({"上级机构代码": ""})


@pytest.fixture(scope="module")
def census() -> pd.DataFrame:
    return pd.read_excel(DATA / "census.xlsx", engine="calamine", dtype={"社区代码": str}).set_index("社区代码")


@pytest.fixture(scope="module")
def ways() -> list[tuple[dict[str, str], list[tuple[int, float, float]]]]:
    processor = osmium.FileProcessor(str(DATA / "roads.osm.pbf")).with_locations()
    return [(dict(w.tags), [(n.ref, n.lon, n.lat) for n in w.nodes]) for w in processor if w.is_way()]


@pytest.fixture(scope="module")
def links() -> pd.DataFrame:
    return pd.read_csv(DATA / "links.csv", dtype=str, encoding="utf-8-sig")


def test_all_files_together_are_small_enough_for_a_clone():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if "__pycache__" not in path.parts) < 3_000_000


def test_boundaries_are_5_districts_2_zones_44_streets_334_communities(units):
    layers = {name: gpd.read_file(DATA / "boundaries.gpkg", layer=name) for name in ("街道", "区")}
    assert len(units) == 334
    assert len(layers["街道"]) == 44
    assert layers["区"]["类型"].value_counts().to_dict() == {"市辖区": 5, "功能区": 2}
    assert units.crs == layers["区"].crs == "EPSG:4490"
    assert pyogrio.read_info(DATA / "river.gpkg", layer="河流")["crs"] == "EPSG:4490"


def test_codes_nest_and_names_are_unique(units):
    assert units.index.is_unique
    assert units["名称"].is_unique
    assert units.index.str.fullmatch(r"\d{12}").all()
    assert (units.index.str[:9] == units["街道代码"]).all()
    assert (units["街道代码"].str[:6] == units["区代码"]).all()


def test_communities_tile_the_land_without_gap_or_overlap(units):
    shapes = units.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    districts = gpd.read_file(DATA / "boundaries.gpkg", layer="区").to_crs(4549)
    assert districts.area.sum() == pytest.approx(units.to_crs(4549).area.sum(), rel=1e-9)


def test_every_community_is_one_piece_and_the_islands_lie_apart(units):
    assert (shapely.get_num_geometries(units.geometry.to_numpy()) == 1).all()
    land = shapely.coverage_union_all(units.geometry.to_numpy())
    assert shapely.get_num_geometries(land) == 3
    assert units.loc[units["名称"] == ISLET, "街道"].tolist() == ["鹿屿镇"]


@pytest.mark.long
def test_the_river_runs_along_borders_and_parts_the_mainland(units):
    river = gpd.read_file(DATA / "river.gpkg").to_crs(4549).union_all()
    communities = units.to_crs(4549)
    borders = shapely.union_all(communities.boundary.to_numpy())
    assert river.difference(borders.buffer(0.5)).length < 1
    mainland = max(shapely.get_parts(shapely.union_all(communities.geometry.to_numpy())), key=shapely.area)
    banks = [part for part in shapely.get_parts(mainland.difference(river.buffer(1))) if part.area > 1e6]
    assert len(banks) == 2


def test_census_has_each_community_once_and_about_one_and_a_half_million_residents(units, census):
    assert set(census.index) == set(units.index)
    assert (census["社区名称"] == units["名称"].loc[census.index]).all()
    assert census["常住人口"].sum() == 1_502_600
    assert census["常住人口"].between(300, 20_000).all()
    assert (census["65岁及以上"] < census["常住人口"]).all()


def test_raster_follows_the_census_but_does_not_equal_it(units, census):
    with rasterio.open(DATA / "population.tif") as raster:
        counts, nodata, change = raster.read(1), raster.nodata, raster.transform
        assert (raster.crs.to_epsg(), raster.dtypes[0], nodata, raster.res) == (4549, "float32", -9999.0, (200, 200))
    rows, cols = np.nonzero(counts > 0)
    x, y = rasterio.transform.xy(change, rows, cols)
    cells = gpd.GeoDataFrame({"n": counts[rows, cols]}, geometry=gpd.points_from_xy(x, y), crs=4549)
    streets = gpd.sjoin(cells, units.to_crs(4549), predicate="within").groupby("街道")["n"].sum()
    ratio = cells["n"].sum() / census["常住人口"].sum()
    assert 0.95 < ratio < 0.995
    assert np.corrcoef(streets, census.groupby("街道")["常住人口"].sum().loc[streets.index])[0, 1] > 0.97


def test_facilities_offer_leads_of_every_kind_the_rules_speak_of(facilities):
    hospitals = facilities[facilities["类别"].str.endswith("医院") & (facilities["类别"] != "康复医院")]
    sites = hospitals[hospitals["上级机构代码"] == ""]
    public = sites[sites["等级"].str.startswith("三级") & (sites["所有制"] != "民营")]
    assert 120 <= len(facilities) <= 160
    assert facilities["机构名称"].is_unique
    assert 8 <= len(sites) <= 12
    assert public["类别"].isin(["综合医院", "中医医院"]).sum() >= 6
    assert set(public["隶属关系"]) == {"市属", "区属", "其他"}
    assert (sites["所有制"] == "国有企业办").sum() == (sites["所有制"] == "民营").sum() == 1
    assert sites.loc[REQUIRED_OBSTETRICS, ["类别", "等级", "隶属关系"]].tolist() == ["妇产医院", "三级甲等", "市属"]
    assert (hospitals["上级机构代码"] != "").sum() == 2


def test_primary_care_in_every_street_and_hospice_in_one_district_only(units, facilities):
    primary = facilities[facilities["类别"].isin(["社区卫生服务中心", "乡镇卫生院"])]
    assert all(primary["地址"].str.contains(street).any() for street in units["街道"].unique())
    hospice = facilities[facilities["服务"].str.contains("安宁疗护")]
    assert len(hospice) == 2
    assert hospice["地址"].str.contains("澜南区").all()


def test_facilities_stand_inside_the_city_and_beside_roads_once_unshifted(units, facilities, ways, monkeypatch):
    monkeypatch.syspath_prepend(str(DATA))
    to_gcj02 = importlib.import_module("making.files").to_gcj02
    lon, lat = facilities["经度"].to_numpy(), facilities["纬度"].to_numpy()
    x, y = lon.copy(), lat.copy()
    for _ in range(5):
        shifted = to_gcj02(x, y)
        x, y = x + lon - shifted[0], y + lat - shifted[1]
    sites = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=4490).to_crs(4549)
    land = shapely.coverage_union_all(units.to_crs(4549).geometry.to_numpy())
    lines = [shapely.LineString([(a, b) for _, a, b in nodes]) for tags, nodes in ways if "highway" in tags]
    roads = gpd.GeoSeries(lines, crs=4490).to_crs(4549).union_all()
    assert shapely.covers(land, sites.to_numpy()).all()
    assert shapely.distance(roads, sites.to_numpy()).max() < 60
    offset_m = np.hypot((lon - x) * 91_000, (lat - y) * 111_000)
    assert 300 < offset_m.min() < offset_m.max() < 900


def test_the_road_network_lets_everybody_go_everywhere_and_back(ways):
    graph = nx.DiGraph()
    for tags, nodes in ways:
        for (a, *_), (b, *_) in pairwise(nodes):
            graph.add_edge(a, b)
            if tags.get("oneway") != "yes":
                graph.add_edge(b, a)
    assert nx.is_strongly_connected(graph)


def test_roads_have_the_tags_a_router_reads(ways):
    kinds = {tags.get("highway") for tags, _ in ways} - {None}
    assert kinds >= {"motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary", "residential"}
    ferries = {tags["name"]: tags["duration"] for tags, _ in ways if tags.get("route") == "ferry"}
    assert ferries == {"北港—鹿屿轮渡": "00:25", "望海—鸥石岛交通船": "00:40"}
    bridges = [tags for tags, _ in ways if tags.get("bridge") == "yes"]
    assert {tags.get("bridge:name") for tags in bridges} == {"青峦大桥", "澜河大桥", "中山桥", "望海桥", "澜河高速大桥"}
    assert all(tags.get("oneway") == "yes" for tags, _ in ways if tags.get("highway") in ("motorway", "motorway_link"))


def test_motorways_meet_other_roads_at_interchanges_only(ways):
    nodes = {"motorway": set(), "motorway_link": set(), "other": set()}
    for tags, refs in ways:
        kind = tags.get("highway")
        nodes[kind if kind in nodes else "other"] |= {ref for ref, *_ in refs}
    assert not nodes["motorway"] & nodes["other"]
    assert nodes["motorway"] & nodes["motorway_link"]
    assert nodes["motorway_link"] & nodes["other"]


def test_links_are_one_ferry_and_four_bridges_that_touch_the_river(units, links):
    river = gpd.read_file(DATA / "river.gpkg").to_crs(4549).union_all()
    shapes = units.geometry.to_crs(4549)
    bridges = links[links["kind"] == "bridge"]
    assert links["kind"].value_counts().to_dict() == {"bridge": 4, "ferry": 1}
    for column in ("unit_a", "unit_b"):
        assert (shapes.loc[bridges[column]].distance(river) < 0.5).all()
    assert units["街道"].loc[links.loc[links["kind"] == "ferry", "unit_b"]].tolist() == ["鹿屿镇"]


def test_the_islet_has_no_border_and_no_link(units, links):
    code = units.index[units["名称"] == ISLET][0]
    shapes = units.geometry.to_crs(4549)
    assert shapes[code].distance(shapes.drop(code).union_all()) > 5_000
    assert code not in {*links["unit_a"], *links["unit_b"]}


def test_the_baseline_names_a_lead_for_every_community_and_each_lead_stands_in_its_group(units, facilities):
    baseline = pd.read_excel(DATA / "baseline.xlsx", engine="calamine", dtype=str).set_index("社区代码")
    assert set(baseline.index) == set(units.index)
    names = facilities["机构名称"]
    assert (baseline["牵头医院"] == names.loc[baseline["牵头医院代码"]].to_numpy()).all()
    assert baseline["牵头医院代码"].nunique() == 5
    for code in baseline["牵头医院代码"].unique():
        streets = set(units["街道"].loc[baseline.index[baseline["牵头医院代码"] == code]])
        assert any(street in facilities.loc[code, "地址"] for street in streets)


@pytest.mark.long
def test_the_script_makes_the_committed_city_again(tmp_path, units, facilities):
    environment = {**os.environ, "PYTHONHASHSEED": "12"}
    subprocess.run([sys.executable, str(DATA / "make_binhai.py"), str(tmp_path)], check=True, env=environment)
    assert {path.name for path in tmp_path.iterdir()} == set(LAYERS)
    again = gpd.read_file(tmp_path / "boundaries.gpkg", layer="社区").set_index("代码")
    sites = pd.read_excel(tmp_path / "facilities.xlsx", engine="calamine", dtype=str).set_index("机构代码")
    assert again.index.tolist() == units.index.tolist()
    assert sites.index.tolist() == facilities.index.tolist()
    differing = [name for name in LAYERS if (tmp_path / name).read_bytes() != (DATA / name).read_bytes()]
    # Other versions of these libraries may round borders differently.
    assert differing == [] or made_with() != MADE_WITH
