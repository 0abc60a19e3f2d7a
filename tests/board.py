"""A chessboard city small enough to check by hand, written as the files a planner would have.

Six by four squares of 1 km, 1,000 residents each, numbered from the south-west; every 2 x 2 block is a street, the left
and the right half are districts. Roads run through the middle of every row and column at 60 km/h, so one
square is one minute by car:

    row 3   u30 u31 | u32 u33 | u34 u35        streets  S3 S4 S5
    row 2   u20 u21 | u22 u23 | u24 u25
            --------+---------+--------
    row 1   u10 u11 | u12 u13 | u14 u15        streets  S0 S1 S2
    row 0   u00 u01 | u02 u03 | u04 u05

Hospitals: H1 in u01, H2 in u24 (both tertiary general, municipal), H3 in u13 (Chinese medicine, district), M1 in u30
(maternity), P1 in u05 (private). A health centre in the first square of every street, rehabilitation, nursing and hospice in u01.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

ROWS, COLUMNS, SIDE_M = 4, 6, 1000.0
ORIGIN = (500_000.0, 3_900_000.0)
CRS = "EPSG:4549"

CASE = """
format = "gridplan-case/1"
[place]
name = "棋盘市"
name_en = "Chessboard"
crs = "EPSG:4549"
synthetic = true
[layers.units]
path = "units.gpkg"
[layers.population]
kind = "table"
path = "people.csv"
[[layers.facilities]]
path = "facilities.csv"
crs = "EPSG:4549"
[layers.roads]
path = "roads.gpkg"
[travel]
limit_min = 4
drive_kmh = { residential = 60 }
access_detour = 1
[grids]
k = 2
[solver]
reasons = false
[rules]
grid_population_min = 1000
"""

FACILITIES = """facility_id,parent_id,name,kind,level,ownership,admin_level,beds,services,unit
H1,,市第一医院,general,三级甲等,government,city,800,ed;surgery;stroke,u01
H2,,市第二医院,general,三级甲等,government,city,600,ed;surgery;trauma,u24
H3,,区中医院,tcm,三级乙等,government,district,300,ed;surgery,u13
M1,,市妇幼保健院,maternity,三级甲等,government,city,300,obstetrics,u30
P1,,仁爱医院,general,三级乙等,private,other,200,ed,u05
C0,,S0街道社区卫生服务中心,chc,,government,district,,,u00
C1,,S1街道社区卫生服务中心,chc,,government,district,,,u02
C2,,S2街道社区卫生服务中心,chc,,government,district,,,u04
C3,,S3街道社区卫生服务中心,chc,,government,district,,,u20
C4,,S4街道社区卫生服务中心,chc,,government,district,,,u22
C5,,S5街道社区卫生服务中心,chc,,government,district,,,u34
R1,,康复医院,rehab,二级,government,city,50,,u01
N1,,护理院,nursing,,private,,40,,u01
A1,,安宁疗护中心,hospice,,government,city,20,,u01
"""


def unit_ids() -> list[str]:
    """All unit ids, row by row from the south-west."""
    return [f"u{row}{column}" for row in range(ROWS) for column in range(COLUMNS)]


def centre(unit_id: str) -> tuple[float, float]:
    """Middle of a square, in metres."""
    row, column = int(unit_id[1]), int(unit_id[2])
    return ORIGIN[0] + (column + 0.5) * SIDE_M, ORIGIN[1] + (row + 0.5) * SIDE_M


def street_of(unit_id: str) -> str:
    """The 2 x 2 block of a square."""
    return f"S{int(unit_id[1]) // 2 * 3 + int(unit_id[2]) // 2}"


def board_units() -> gpd.GeoDataFrame:
    """The squares with street and district."""
    half = SIDE_M / 2
    ids = unit_ids()
    squares = [shapely.box(x - half, y - half, x + half, y + half) for x, y in map(centre, ids)]
    return gpd.GeoDataFrame(
        {
            "unit_id": ids,
            "name": [f"社区{unit[1:]}" for unit in ids],
            "street_id": [street_of(unit) for unit in ids],
            "street": [f"{street_of(unit)}街道" for unit in ids],
            "district_id": ["W" if int(unit[2]) < 3 else "E" for unit in ids],
            "district": ["西区" if int(unit[2]) < 3 else "东区" for unit in ids],
        },
        geometry=squares,
        crs=CRS,
    )


def board_roads() -> gpd.GeoDataFrame:
    """One road through the middle of every pair of neighbouring squares."""
    lines = []
    for unit in unit_ids():
        row, column = int(unit[1]), int(unit[2])
        if column + 1 < COLUMNS:
            lines.append(shapely.LineString([centre(unit), centre(f"u{row}{column + 1}")]))
        if row + 1 < ROWS:
            lines.append(shapely.LineString([centre(unit), centre(f"u{row + 1}{column}")]))
    return gpd.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=CRS)


def island_roads(minutes: float = 20.0) -> gpd.GeoDataFrame:
    """The roads with the eastern column an island: u05, u15, u25, u35 reach the rest by the ferry u05 - u04 alone."""
    roads = board_roads().assign(minutes=float("nan"))
    edge = ORIGIN[0] + (COLUMNS - 1) * SIDE_M
    over = (roads.bounds["minx"] < edge) & (roads.bounds["maxx"] > edge)
    ferry = over & (roads.bounds["miny"] < ORIGIN[1] + SIDE_M)
    roads.loc[ferry, ["highway", "minutes"]] = ["ferry", minutes]
    return roads[~over | ferry]


def board_facilities(more: str = "") -> pd.DataFrame:
    """The facility table with coordinates in metres; `more` rows after those of `FACILITIES`."""
    from io import StringIO

    table = pd.read_csv(StringIO(FACILITIES + more), dtype=str, keep_default_na=False)
    xy = [centre(unit) for unit in table["unit"]]
    return table.assign(lon=[x for x, _ in xy], lat=[y for _, y in xy])


def write_board(
    folder: Path,
    *,
    units: gpd.GeoDataFrame | None = None,
    people: pd.DataFrame | None = None,
    facilities: pd.DataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    case: str = CASE,
) -> Path:
    """Write the city's files into `folder` and return its case.toml; any layer may be given changed."""
    folder.mkdir(parents=True, exist_ok=True)
    units = board_units() if units is None else units
    units.to_file(folder / "units.gpkg", engine="pyogrio")
    if people is None:
        people = pd.DataFrame({"unit_id": units["unit_id"], "population": 1000, "population_65": 150})
    people.to_csv(folder / "people.csv", index=False, encoding="utf-8-sig")
    (board_facilities() if facilities is None else facilities).to_csv(
        folder / "facilities.csv", index=False, encoding="utf-8-sig"
    )
    (board_roads() if roads is None else roads).to_file(folder / "roads.gpkg", engine="pyogrio")
    (folder / "case.toml").write_text(case, encoding="utf-8")
    return folder / "case.toml"


WEST_EAST = {unit: "H1" if int(unit[2]) < 3 else "H2" for unit in unit_ids()}
"""Left half to H1, right half to H2: splits the middle streets S1 and S4."""
BY_STREET = {unit: "H1" if street_of(unit) in ("S0", "S1", "S3") else "H2" for unit in unit_ids()}
"""Three whole streets each: S0, S1, S3 to H1; S2, S4, S5 to H2. Both grids are connected."""
