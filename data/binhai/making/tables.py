"""The census, the links over water, the existing grouping and the population raster."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ground import BOUNDS_M, KM, Ground, Noise
from .network import Edge
from .people import CITY_RESIDENTS, Density
from .places import CORE_DISTRICTS, DISTRICTS, ISLAND_STREET, STREETS, ZONES, Street
from .streets import BRIDGES

RASTER_CELL_M = 200.0
ISLET_RESIDENTS = 420
# Existing groups: district or street -> code of the lead hospital.
OLD_GROUPS = {
    "379902": "BH001", "379972": "BH001", "379903": "BH004", "379904": "BH005", "379905": "BH009",
    "379906": "BH007", "379971": "BH007",
}  # fmt: skip
OLD_STREETS = {
    **dict.fromkeys(("学苑街道", "澜北街道", "文昌街道"), "BH005"),
    **dict.fromkeys(("北港街道", "鹿屿镇"), "BH001"),
    **dict.fromkeys(("石桥镇", "临河镇"), "BH009"),
    "南苑街道": "BH007",
}


def count_residents(communities: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return residents, those of 65 and over, and registered people a community."""
    raw = communities["people"] * rng.lognormal(0, 0.05, len(communities))
    raw = (raw / raw.sum() * CITY_RESIDENTS).round().clip(lower=ISLET_RESIDENTS).astype(int)
    raw.loc[raw.idxmax()] += CITY_RESIDENTS - raw.sum()
    street = {s.code: s for s in STREETS}
    kind = communities["street"].map(lambda code: _kind_of(street[code]))
    old = kind.map({"core": 0.168, "seat": 0.148, "zone": 0.082, "town": 0.226, "island": 0.305})
    registered = kind.map({"core": 0.86, "seat": 0.97, "zone": 0.58, "town": 1.17, "island": 1.32})
    n = len(communities)
    return pd.DataFrame(
        {
            "resident": raw,
            "old": (raw * old * rng.lognormal(0, 0.13, n)).round().astype(int),
            "registered": (raw * registered * rng.lognormal(0, 0.06, n)).round().astype(int),
        }
    )


def _kind_of(street: Street) -> str:
    if street.name == ISLAND_STREET:
        return "island"
    if street.district in ZONES:
        return "zone"
    if not street.is_urban:
        return "town"
    return "core" if street.district in CORE_DISTRICTS else "seat"


def census_table(communities: gpd.GeoDataFrame) -> pd.DataFrame:
    """The census as the statistics office hands it over."""
    return pd.DataFrame(
        {
            "社区代码": communities["code"], "社区名称": communities["name"], "街道": communities["street_name"],
            "区": communities["district_name"], "常住人口": communities["resident"], "65岁及以上": communities["old"],
            "户籍人口": communities["registered"],
        }
    )  # fmt: skip


def link_table(communities: gpd.GeoDataFrame, edges: list[Edge], ground: Ground) -> pd.DataFrame:
    """The ferry to the big island, and each road bridge with the communities at its two ends."""
    rows = []
    ferry = next(edge for edge in edges if edge.kind == "ferry" and edge.minutes < 30)
    a, b = (_community_at(communities, xy) for xy in (ferry.xy[0], ferry.xy[-1]))
    rows.append((a, b, "ferry", ferry.minutes, ferry.name))
    crossing = [edge for edge in edges if edge.bridge and edge.kind != "motorway"]
    for x_km, _, name, _ in BRIDGES:
        edge = min(crossing, key=lambda e: abs(e.line.intersection(ground.river).centroid.x - x_km * KM))
        at = edge.line.project(edge.line.intersection(ground.river).centroid)
        ends = [edge.line.interpolate(np.clip(at + step, 0, edge.line.length)).coords[0] for step in (-120, 120)]
        rows.append((*(_community_at(communities, xy) for xy in ends), "bridge", 1, name))
    return pd.DataFrame(rows, columns=["unit_a", "unit_b", "kind", "minutes", "name"])


def _community_at(communities: gpd.GeoDataFrame, xy: tuple[float, float]) -> str:
    return communities.loc[communities.distance(shapely.Point(xy)).idxmin(), "code"]


def baseline_table(communities: gpd.GeoDataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """The grouping in force: by district, with exceptions that grew over the years."""
    lead = communities["street_name"].map(OLD_STREETS).fillna(communities["district"].map(OLD_GROUPS))
    names = facilities.set_index("机构代码")["机构名称"]
    return pd.DataFrame(
        {
            "社区代码": communities["code"],
            "社区名称": communities["name"],
            "牵头医院代码": lead,
            "牵头医院": lead.map(names),
        }
    )


def population_raster(density: Density, ground: Ground, rng: np.random.Generator) -> tuple[np.ndarray, float, float]:
    """Residents per 200 m cell, north up, with the left and upper edge; close to the census but not equal to it."""
    x0, _, x1, y1 = BOUNDS_M
    x, y = np.meshgrid(np.arange(x0, x1, RASTER_CELL_M), np.arange(y1, BOUNDS_M[1], -RASTER_CELL_M))
    quarter = RASTER_CELL_M / 4
    people = sum(
        density.at(x + quarter * a, y - quarter * b) for a in (1, 3) for b in (1, 3)
    ) / 4  # fmt: skip
    people *= np.exp(0.05 * Noise.of_scale(2500, rng).at(x, y))
    cells = shapely.box(x, y - RASTER_CELL_M, x + RASTER_CELL_M, y)
    land = ground.land
    shapely.prepare(land)
    people *= 0.983 * CITY_RESIDENTS / people.sum()
    counts = np.where(shapely.intersects(land, cells), people.round(1), -9999.0)
    return counts.astype("float32"), x0, y1


def describe_places(communities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the names and codes of street and district."""
    street = {s.code: s for s in STREETS}
    return communities.assign(
        street_name=communities["street"].map(lambda code: street[code].name),
        district=communities["street"].str[:6],
        district_name=communities["street"].str[:6].map(DISTRICTS),
    )
