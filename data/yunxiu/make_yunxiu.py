"""Make the layers of 云岫县 (Yunxiu), a county that does not exist. Run: python make_yunxiu.py [FOLDER]."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
import xlsxwriter
from making.land import build_land
from making.places import build_roads, draw_townships, place_villages

SEED = 5081
HERE = Path(__file__).parent / "making"
COUNTY = "379981"
GEOGRAPHIC, METRIC = "EPSG:4490", "EPSG:4550"
# The invented county lies in the open Yellow Sea.
ORIGIN_KM = (500.0, 3985.0)
STAMP = dt.datetime(2025, 1, 1)  # noqa: DTZ001
WITHOUT_CLINIC = 0.12
"""Share of villages without a clinic."""


def make_yunxiu(folder: Path) -> None:
    """Draw the county and write its layers into a folder."""
    rng = np.random.default_rng(SEED)
    table = pd.read_csv(HERE / "townships.csv")
    land = build_land(table[["x_km", "y_km"]].to_numpy(float), rng)
    seats = np.array([land.cell_at(x, y) for x, y in zip(table["x_km"], table["y_km"], strict=True)])
    township, shapes = draw_townships(land, seats)
    villages = place_villages(land, township, table, rng)
    roads = build_roads(land, dict(zip(table["乡镇"], seats.tolist(), strict=True)), villages)
    table["代码"] = [f"{COUNTY}{101 + t if name.endswith('镇') else 201 + t}" for t, name in enumerate(table["乡镇"])]
    middle = land.middle[villages["cell"].to_numpy()]

    folder.mkdir(parents=True, exist_ok=True)
    write_layer(folder / "townships.gpkg", "乡镇", township_layer(table, shapes))
    write_layer(
        folder / "roads.gpkg",
        "道路",
        gpd.GeoDataFrame(roads[["highway"]], geometry=placed(roads.geometry), crs=GEOGRAPHIC),
    )
    write_csv(folder / "villages.csv", village_table(table, villages, middle, rng))
    write_workbook(folder / "census.xlsx", "人口普查", census_table(table, villages, rng))
    write_workbook(folder / "facilities.xlsx", "医疗卫生机构", facility_table(table, villages, middle, rng))
    write_csv(folder / "networks.csv", network_table())


def placed(shapes: np.ndarray | gpd.GeoSeries) -> np.ndarray:
    """Local kilometres to CGCS2000 longitude and latitude, rounded to a centimetre."""
    change = pyproj.Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)

    def project(xy: np.ndarray) -> np.ndarray:
        x_m, y_m = (xy + ORIGIN_KM).T * 1000
        return np.column_stack(change.transform(x_m, y_m)).round(7)

    return shapely.transform(np.asarray(shapes, dtype=object), project)


def township_layer(table: pd.DataFrame, shapes: np.ndarray) -> gpd.GeoDataFrame:
    """Townships as planning units; each is its own street, and all are of one county."""
    columns = {"代码": table["代码"], "名称": table["乡镇"], "乡镇代码": table["代码"], "乡镇": table["乡镇"]}
    frame = pd.DataFrame({**columns, "区县代码": COUNTY, "区县": "云岫县"})
    return gpd.GeoDataFrame(frame, geometry=placed(shapes), crs=GEOGRAPHIC)


def lon_lat(xy_km: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of coordinates of places given in km."""
    points = placed(shapely.points(xy_km))
    return {"经度": shapely.get_x(points).round(6), "纬度": shapely.get_y(points).round(6)}


def village_table(
    table: pd.DataFrame, villages: pd.DataFrame, middle: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Residents registered in each village or town: about 3% off the census."""
    told = villages["people"] * rng.normal(1.02, 0.03, len(villages))
    codes = table["代码"].iloc[villages["township"]].to_numpy()
    number = villages.groupby("township").cumcount() + 1
    return pd.DataFrame(
        {
            "村居代码": [f"{code}{n:03d}" for code, n in zip(codes, number, strict=True)],
            "名称": villages["name"],
            "常住人口": told.round().astype(int),
            **lon_lat(middle),
        }
    )


def census_table(table: pd.DataFrame, villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The census by township; the mountains have more old people."""
    total = villages.groupby("township")["people"].sum().round().astype(int)
    older = (total * np.clip(0.26 - 0.08 * table["镇区占比"] * 2 + rng.normal(0, 0.012, len(table)), 0.1, 0.32)).round()
    return pd.DataFrame(
        {"代码": table["代码"], "乡镇": table["乡镇"], "常住人口": total, "65岁及以上人口": older.astype(int)}
    )


def facility_table(
    table: pd.DataFrame, villages: pd.DataFrame, middle: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Hospitals set by hand, a health centre in every town, a clinic in most villages, under the centre of its township."""
    told = pd.read_csv(HERE / "hospitals.csv", keep_default_na=False)
    seat = table.set_index("乡镇")[["x_km", "y_km"]]
    xy = [seat.loc[told["乡镇"]].to_numpy() + told[["东_km", "北_km"]].to_numpy()]
    rows = [told.drop(columns=["乡镇", "东_km", "北_km"])]
    big = table["千人"] >= 16
    centres = pd.DataFrame(
        {
            "机构名称": np.where(big, table["乡镇"] + "中心卫生院", table["乡镇"] + "卫生院"),
            "类别": "乡镇卫生院",
            "等级": np.where(big, "一级甲等", "一级"),
            "所有制": "政府办",
            "隶属关系": "乡镇",
            "开放床位": (table["千人"] * 1.3).round().astype(int).clip(8, 60),
            "服务": np.where(
                big, "外科; 检验; 影像; 心电; 家庭医生; 预防接种; 慢病管理", "检验; 心电; 家庭医生; 预防接种; 慢病管理"
            ),
        }
    )
    rows.append(centres)
    xy.append(seat.to_numpy() + rng.normal(0, 0.15, (len(table), 2)))
    lives = villages["name"].str.endswith("村") & (rng.random(len(villages)) >= WITHOUT_CLINIC)
    rural = villages[lives]
    rows.append(
        pd.DataFrame(
            {
                "机构名称": table["乡镇"].iloc[rural["township"]].to_numpy() + rural["name"] + "卫生室",
                "类别": "村卫生室",
                "等级": "未定级",
                "所有制": "集体办",
                "隶属关系": "乡镇",
                "开放床位": 0,
                "服务": "家庭医生; 预防接种",
            }
        )
    )
    xy.append(middle[lives.to_numpy()] + rng.normal(0, 0.08, (len(rural), 2)))
    merged = pd.concat(rows, ignore_index=True)
    merged.insert(0, "机构代码", [f"YX{n:03d}" for n in range(1, len(merged) + 1)])
    first = len(told)
    above = [""] * (first + len(table)) + [f"YX{first + 1 + t:03d}" for t in rural["township"]]
    merged.insert(2, "上级机构代码", above)
    return merged.assign(**lon_lat(np.vstack(xy)))


def network_table() -> pd.DataFrame:
    """City hospitals at the side of the county's: one of its two leads has one."""
    return pd.DataFrame(
        [("DK1", "对口支援", "滨海—云岫对口支援", "YX001", "", "滨海市第一人民医院（虚构）", "")],
        columns=["网络编号", "网络类别", "网络名称", "成员机构编号", "牵头机构编号", "市外合作单位", "专科"],
    )


def write_layer(path: Path, layer: str, frame: gpd.GeoDataFrame) -> None:
    """Write a GeoPackage with a fixed date, so that the same county gives the same bytes."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as planners' spreadsheets do."""
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def write_workbook(path: Path, sheet: str, table: pd.DataFrame) -> None:
    """One sheet with the header in its first row; codes are text."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": STAMP, "author": "云岫县（虚构）", "comments": "合成数据 synthetic data"})
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, table.columns, book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"}))
        for column, name in enumerate(table.columns):
            values = table[name].tolist()
            for row, value in enumerate(values, start=1):
                write = page.write_string if isinstance(value, str) else page.write_number
                write(row, column, value)
            width = max(len(str(value).encode("gbk", "replace")) for value in [name, *values])
            page.set_column(column, column, min(width + 2, 48))
        page.freeze_panes(1, 0)


if __name__ == "__main__":
    make_yunxiu(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
