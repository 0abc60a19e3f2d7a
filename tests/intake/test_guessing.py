"""What each file of a folder is taken for, and which of its columns says what, on tables of a few rows."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.intake.case_text import samples
from gridplan.intake.guessed_columns import guess_columns, guess_place, known_headers
from gridplan.intake.guessing import guess_roles
from gridplan.intake.inventory import Found
from gridplan.layers.area.boundaries import UNIT_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS


def layer(file: str, shape: str, rows: int, **columns: list[object]) -> Found:
    return Found(file, "", shape, rows, pd.DataFrame(columns))  # type: ignore[arg-type]


def polygons(file: str, rows: int, **columns: list[object]) -> Found:
    names = {"代码": [f"p{i:03d}" for i in range(rows)], "名称": [f"地块{i}" for i in range(rows)]}
    return layer(file, "polygon", rows, **{**names, **columns})


def residents(file: str, keys: list[str], header: str = "代码") -> Found:
    return layer(file, "table", len(keys), **{header: list(keys), "常住人口": [100 + n for n in range(len(keys))]})


def roles(*layers: Found) -> dict[str, str]:
    return {guess.found.file: guess.role for guess in guess_roles(list(layers))}


def test_the_number_of_polygons_is_one_sign_among_others() -> None:
    assert roles(polygons("a.gpkg", 13)) == {"a.gpkg": "boundaries"}
    assert roles(polygons("a.gpkg", 40)) == {"a.gpkg": "units"}
    assert roles(polygons("a.gpkg", 39), polygons("b.gpkg", 200)) == {"a.gpkg": "unused", "b.gpkg": "units"}
    towns = [f"{name}镇" for name in "甲乙丙丁戊己庚辛"]
    assert roles(polygons("a.gpkg", 8, 名称=towns)) == {"a.gpkg": "units"}
    districts = [f"第{n}区" for n in range(50)]
    assert roles(polygons("a.gpkg", 50, 名称=districts, 代码=[f"4201{n:02d}" for n in range(50)])) == {
        "a.gpkg": "boundaries"
    }


def test_polygons_whose_residents_a_table_has_are_units() -> None:
    """Twenty polygons and a census with the same codes: units with their people, not districts with none."""
    area = polygons("a.gpkg", 20)
    census = residents("census.xlsx", list(area.frame["代码"]), "村居编号")
    chosen = {guess.found.file: guess for guess in guess_roles([area, census])}
    assert (chosen["a.gpkg"].role, chosen["census.xlsx"].role) == ("units", "census")
    assert chosen["census.xlsx"].columns == {"unit_id": "村居编号"}
    assert "census.xlsx" in chosen["a.gpkg"].reasons[0].en


def test_residents_by_name_are_joined_by_name_and_told() -> None:
    area = polygons("a.geojson", 4, 名称=["甲镇", "乙镇", "丙镇", "丁镇"])
    chosen = {
        guess.found.file: guess
        for guess in guess_roles([area, residents("人口.csv", ["丁镇", "丙镇", "乙镇", "甲镇"], "乡镇")])
    }
    assert chosen["a.geojson"].columns == {"unit_id": "名称"}
    assert chosen["人口.csv"].columns == {"unit_id": "乡镇"}
    assert "by name" in chosen["人口.csv"].doubts[0].en


def test_running_numbers_join_nothing() -> None:
    area = polygons("a.gpkg", 4, 序号=["1", "2", "3", "4"])
    other = layer("b.csv", "table", 4, 序号=["1", "2", "3", "4"], 科室=list("甲乙丙丁"), 人数=[1, 2, 3, 4])
    assert roles(area, other) == {"a.gpkg": "boundaries", "b.csv": "unused"}


def test_a_raster_is_judged_by_its_name_and_its_values() -> None:
    def raster(file: str, *values: float) -> Found:
        return layer(file, "raster", len(values), value=list(values))

    people, minutes = raster("Population.tif", 0, 5, 900), raster("Accessibility.tif", 12, 30, 45)
    assert roles(minutes, people) == {"Accessibility.tif": "unused", "Population.tif": "population"}
    (lone,) = guess_roles([raster("grid.tif", 0, 3, 70)])
    assert (lone.role, len(lone.doubts)) == ("population", 1), "nothing in its name says so: it is told"
    for heights in (
        "dem.tif",
        "N30E114.hgt",
        "高程.tif",
        "Copernicus_DSM_COG_10_N30_00_E114_00_DEM.tif",
        "srtm_59_06.tif",
    ):
        assert roles(raster(heights, 12, 13, 90)) == {heights: "elevation"}
    assert roles(raster("dem_slope.tif", 12, 13, 90), people) == {
        "dem_slope.tif": "unused",
        "Population.tif": "population",
    }
    assert roles(raster("x.tif", *([-3.0, 5.0] * 40))) == {"x.tif": "population"}


def test_a_table_of_buses_is_known_by_its_columns() -> None:
    columns = {
        "线路": ["1路"] * 4,
        "站序": list("1234"),
        "站名": list("甲乙丙丁"),
        "经度": [114.1] * 4,
        "纬度": [30.5] * 4,
    }
    buses = layer("公交.xlsx", "table", 4, **columns, 到下一站分钟=["3"] * 4, 发车间隔=["10"] * 4)
    (guess,) = guess_roles([buses])
    assert (guess.role, set(guess.taken) >= {"线路", "发车间隔", "经度"}) == ("buses", True)


def test_eight_lines_with_road_classes_are_roads() -> None:
    assert roles(layer("a.shp", "line", 8, fclass=["primary"] * 8)) == {"a.shp": "roads"}
    assert roles(layer("a.shp", "line", 8, 等级=["主干路", "次干路"] * 4)) == {"a.shp": "roads"}
    assert roles(layer("道路.shp", "line", 8)) == {"道路.shp": "roads"}
    assert roles(layer("lines.shp", "line", 8, waterway=["river"] * 8)) == {"lines.shp": "barriers"}


def test_water_and_buildings_are_no_districts() -> None:
    lakes = layer("a.shp", "polygon", 60, fclass=["water", "reservoir", "wetland"] * 20)
    assert roles(lakes, polygons("b.shp", 50)) == {"a.shp": "unused", "b.shp": "units"}
    assert roles(layer("水系.shp", "polygon", 60)) == {"水系.shp": "unused"}
    assert roles(layer("buildings.shp", "polygon", 900)) == {"buildings.shp": "unused"}


def test_nodes_of_roads_are_no_homes() -> None:
    nodes = layer("n.gpkg", "point", 3, osmid=["1", "2", "3"], street_count=["3", "4", "3"])
    assert roles(nodes) == {"n.gpkg": "unused"}
    assert roles(layer("nodes.csv", "table", 3, id=[1, 2, 3], x=[1, 2, 3], y=[1, 2, 3])) == {"nodes.csv": "unused"}


def test_a_unique_column_is_the_id_rather_than_a_zip_code() -> None:
    area = layer(
        "a.shp", "polygon", 3, **{"ZIP CODE": ["60601", "60602", "60603"], "GEOID10": ["17031", "17032", "17033"]}
    )
    assert guess_columns(area, UNIT_COLUMNS)["unit_id"] == "GEOID10"
    twice = layer("a.shp", "polygon", 3, 代码=["1", "1", "2"], tract=["T-1", "T-2", "T-3"])
    assert guess_columns(twice, UNIT_COLUMNS)["unit_id"] == "tract"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"组织机构": ["市医院", "区医院"], "成员单位": ["甲卫生院", "乙卫生院"]}, "assess --assignment"),
        ({"organisationunitid": ["a", "b"], "dataelement": ["x", "y"], "value": [1, 2]}, "DHIS2"),
        ({"机构名称": ["市医院", "区医院"], "床位数": [1, 2]}, "without places"),
        ({"123.4": ["5", "6"], "30.1": ["7", "8"]}, "no header row"),
        ({"姓名": ["张三", "李四"], "诊断": ["甲", "乙"]}, "aggregate"),
        ({"甲": ["x", "y"], "乙": ["z", "w"]}, "no use is known"),
    ],
)
def test_what_is_not_used_says_why(columns: dict[str, list[object]], said: str) -> None:
    (guess,) = guess_roles([layer("t.csv", "table", 2, **columns)])
    assert guess.role == "unused"
    assert said in "; ".join(reason.en for reason in guess.reasons)


def test_tables_of_records_are_known_by_their_headers() -> None:
    table = layer("转诊.xlsx", "table", 2, 转出机构=["C1", "C2"], 转入机构=["H1", "H1"], 转诊人次=[40, 50])
    (guess,) = guess_roles([table])
    assert (guess.role, guess.kind) == ("records", "referrals")


@pytest.mark.parametrize(
    ("header", "values"),
    [("location", ["114.1,30.5", "114.2,30.6"]), ("place", ["[114.1, 30.5]", "[114.2, 30.6]"])],
)
def test_one_column_of_places_makes_points(header: str, values: list[str]) -> None:
    table = layer("poi.csv", "table", 2, 名称=["甲医院", "乙医院"], **{header: values})
    (guess,) = guess_roles([table])
    assert guess.role == "facilities"
    assert guess.columns.get("location", "location") == header


def test_of_several_population_layers_counts_come_first() -> None:
    homes = layer(
        "homes.csv", "table", 3, 小区=["甲小区", "乙小区", "丙小区"], lon=[114.1, 114.2, 114.3], lat=[30.1, 30.2, 30.3]
    )
    counts = layer("points.csv", "table", 3, 人口=[10, 20, 30], lon=[114.1, 114.2, 114.3], lat=[30.1, 30.2, 30.3])
    grid = layer("pop.tif", "raster", 10_000)
    assert roles(homes, counts) == {"homes.csv": "unused", "points.csv": "population"}
    assert roles(homes, counts, grid)["pop.tif"] == "population"
    assert roles(homes) == {"homes.csv": "population"}


def test_columns_in_wgs_84_come_before_shifted_ones() -> None:
    table = layer(
        "医院.csv", "table", 3, 名称=["第一医院", "第二医院", "中医医院"],
        gcj_x=[114.2, 114.3, 114.4], gcj_y=[30.2, 30.3, 30.4], wgs_x=[114.1, 114.2, 114.3], wgs_y=[30.1, 30.2, 30.3],
    )  # fmt: skip
    (guess,) = guess_roles([table])
    assert guess.role == "facilities"
    assert (guess.columns["lon"], guess.columns["lat"]) == ("wgs_x", "wgs_y")


def test_the_reach_of_a_disaster_divides_nothing() -> None:
    (guess,) = guess_roles([polygons("台风淹没.gpkg", 13)])
    assert guess.role == "unused"
    assert "disaster" in guess.reasons[0].en


def test_lines_named_after_water_are_barriers_and_long_networks_roads() -> None:
    assert roles(layer("长江.gpkg", "line", 3), layer("路.gpkg", "line", 900)) == {
        "长江.gpkg": "barriers",
        "路.gpkg": "roads",
    }
    (doubtful,) = guess_roles([layer("线.gpkg", "line", 3)])
    assert doubtful.role == "barriers"
    assert doubtful.doubts


def test_the_latest_count_of_all_residents_is_the_population() -> None:
    table = layer(
        "人口.csv", "table", 3, 社区代码=["1", "2", "3"], 人口2010=[1, 2, 3], 人口2020=[4, 5, 6], 男性人口2021=[7, 8, 9]
    )
    assert guess_columns(table, CENSUS_COLUMNS[:2])["population"] == "人口2020"


def test_known_headers_are_not_guessed() -> None:
    told = polygons("a.gpkg", 50)
    assert known_headers(told, UNIT_COLUMNS) == {"unit_id": "代码", "name": "名称"}
    assert guess_columns(told, UNIT_COLUMNS) == {}


def test_a_table_of_travel_times_is_used_where_there_are_no_roads() -> None:
    """Long, with three columns; or wide, with the ids of a list of institutions over its columns."""
    places = layer(
        "机构.csv",
        "table",
        2,
        机构代码=["H1", "H2"],
        机构名称=["甲医院", "乙医院"],
        经度=[120.1, 120.2],
        纬度=[36.1, 36.2],
    )
    long = layer("时间.csv", "table", 2, 社区代码=["1", "2"], 机构代码=["H1", "H2"], **{"时长（秒）": [300, 420]})
    wide = layer("od.csv", "table", 2, 社区=["1", "2"], H1=[5, 6], H2=[7, 8])
    assert roles(places, long)["时间.csv"] == "travel_table"
    assert roles(places, wide)["od.csv"] == "travel_table"
    assert roles(wide)["od.csv"] == "unused", "nobody lists H1 and H2"
    assert roles(places, long, layer("道路.shp", "line", 300))["时间.csv"] == "unused"


def test_organisation_units_with_places_are_facilities() -> None:
    units = layer(
        "export.csv",
        "table",
        2,
        **{"Organisation unit": ["Bo", "Kenema"], "Organisation unit ID": ["aZ3456789bc", "bZ3456789bc"]},
        Latitude=[7.9, 7.8],
        Longitude=[-11.7, -11.2],
    )
    assert roles(units) == {"export.csv": "facilities"}


def test_lists_by_name_are_records() -> None:
    members = layer(
        "名单.csv", "table", 2, 医疗集团=["一", "一"], 牵头医院=["甲医院"] * 2, 成员单位=["乙中心", "丙中心"]
    )
    referrals = layer("转诊.csv", "table", 1, 转出机构=["乙中心"], 转入机构=["甲医院"], 转诊人次=[12])
    assert [(guess.role, guess.kind) for guess in guess_roles([members, referrals])] == [
        ("records", "members"),
        ("records", "referrals"),
    ]


def test_a_column_of_which_no_value_is_known_is_left_out_and_told() -> None:
    """DHIS2's level is that of its tree of units, not that of hospitals."""
    tree = layer("a.geojson", "point", 2, name=["Bo Hospital", "Kenema Hospital"], code=["A1", "A2"], level=["4", "4"])
    [guess] = guess_roles([tree])
    assert guess.columns["level"] == ""
    assert any("'level'" in doubt.en for doubt in guess.doubts)
    known = layer("a.csv", "point", 2, name=["甲医院", "乙医院"], code=["A1", "A2"], level=["三级甲等", "4"])
    assert "level" not in guess_roles([known])[0].columns


def test_counts_of_records_that_are_not_to_be_shown_are_no_samples() -> None:
    referrals = layer(
        "转诊.csv", "table", 3, 转出机构=["C1", "C2", "C3"], 转入机构=["H1"] * 3, 转诊人次=["3", "12", "9"]
    )
    [guess] = guess_roles([referrals])
    assert samples(guess, "转诊人次") == ["12"]
    assert samples(guess, "转出机构") == ["C1", "C2", "C3"]


PLACES = [
    ("经度(°)", "纬度(°)"), ("Longitude (E)", "Latitude (N)"), ("POINT_X", "POINT_Y"), ("gd_lng", "gd_lat"), ("LON_DD", "LAT_DD"),
    ("longitude_deg", "latitude_deg"), ("XGCJ", "YGCJ"), ("经度坐标", "纬度坐标"),
]  # fmt: skip


@pytest.mark.parametrize(("x", "y"), PLACES, ids=[x for x, _ in PLACES])
def test_coordinates_are_known_by_the_word_for_an_axis_and_what_stands_beside_it(x: str, y: str) -> None:
    """West of Greenwich as well, where they are below 0."""
    places = layer(
        "a.csv", "table", 2, 名称=["甲医院", "乙医院"], year=["2024", "2024"], **{x: [-99.1, -99.2], y: [19.4, 19.5]}
    )
    assert guess_place(places) == {"lon": x, "lat": y}


def test_lines_whose_classes_are_all_blank_are_no_roads_for_that() -> None:
    assert roles(layer("a.gpkg", "line", 2, highway=[None, None], ELEV=["10", "20"])) != {"a.gpkg": "roads"}


def test_a_raster_of_land_cover_or_lights_is_no_raster_of_people() -> None:
    for name in ("ESA_WorldCover.tif", "ntl_viirs.tif", "Aspect.tif"):
        assert roles(layer(name, "raster", 3, value=[10.0, 20.0, 30.0])) == {name: "unused"}
