"""A province of synthetic cities in any number, for `batch`: units, residents, facilities and roads that stand for no real place.

    python benchmarks/synthetic_cities.py FOLDER [--cities 100] [--units 300 2000] [--edges 20000 100000]

City 0 has the fewest units and edges, the last the most, evenly between; all lie side by side on a chessboard without gap or overlap. The
same numbers give the same files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4549"
SIDE_M = 40_000.0
MOST_PER_ROW = 6
"""More would leave the zone of the projection."""
MIDDLE_M, SOUTH_M = 500_000.0, 2_900_000.0
_CLASSES = np.array(["residential", "secondary", "primary"])
_CASE = """format = "gridplan-case/1"
[place]
name = "{name}"
name_en = "{name_en}"
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
[grids]
k = {k}
"""


def write_city(folder: Path, number: int, *, n_units: int, n_edges: int, per_row: int) -> Path:
    """Write one city and return its case file."""
    rng = np.random.default_rng(number)
    corner = np.array([MIDDLE_M, SOUTH_M]) + SIDE_M * np.array([number % per_row - per_row / 2, number // per_row])
    folder.mkdir(parents=True, exist_ok=True)
    units = _units(rng, corner, n_units, number)
    centre = corner + SIDE_M * rng.uniform(0.35, 0.65, 2)
    far = np.hypot(*(np.column_stack([units.centroid.x, units.centroid.y]) - centre).T)
    people = np.round(900 + 9000 * np.exp(-far / 6000) * rng.uniform(0.6, 1.4, len(units)))
    table = pd.DataFrame({"unit_id": units["unit_id"], "population": people, "population_65": np.round(people * 0.17)})
    table.to_csv(folder / "people.csv", index=False, encoding="utf-8-sig")
    units.to_file(folder / "units.gpkg", engine="pyogrio")
    _facilities(rng, units, people, number).to_csv(folder / "facilities.csv", index=False, encoding="utf-8-sig")
    _roads(rng, corner, n_edges).to_file(folder / "roads.gpkg", engine="pyogrio")
    k = max(2, round(people.sum() / 700_000))
    case = folder / "case.toml"
    case.write_text(_CASE.format(name=f"合成{number:03}市", name_en=f"Synthetic {number:03}", k=k), encoding="utf-8")
    return case


def _units(rng: np.random.Generator, corner: np.ndarray, n_units: int, number: int) -> gpd.GeoDataFrame:
    """Cells around points on a shaken grid, cut at the square of the city; blocks of about eight are a street."""
    side = max(2, round(n_units**0.5))
    step = SIDE_M / side
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    points = corner + step * (at + 0.5 + rng.uniform(-0.3, 0.3, at.shape))
    square = shapely.box(*corner, *(corner + SIDE_M))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=square))
    order = shapely.STRtree(cells).query(shapely.points(points), predicate="within")[1]
    shapes = shapely.intersection(shapely.set_precision(cells[order], 0.01), square)
    streets = [f"{number:03}S{y // 3:02}{x // 3:02}" for x, y in at]
    half = side // 2
    return gpd.GeoDataFrame(
        {
            "unit_id": [f"{number:03}U{place:04}" for place in range(len(at))],
            "name": [f"社区{place}" for place in range(len(at))],
            "street_id": streets,
            "street": [f"{street}街道" for street in streets],
            "district_id": [f"{number:03}D{int(x >= half)}{int(y >= half)}" for x, y in at],
            "district": [f"{'东西'[int(x < half)]}{'北南'[int(y < half)]}区" for x, y in at],
        },
        geometry=shapes,
        crs=CRS,
    )


def _facilities(rng: np.random.Generator, units: gpd.GeoDataFrame, people: np.ndarray, number: int) -> pd.DataFrame:
    """Hospitals where people live, a health centre in the first unit of every street."""
    n = max(3, round(people.sum() / 400_000))
    places = rng.choice(len(units), size=n, replace=False, p=people / people.sum())
    rows = [
        (
            f"{number:03}H{at}",
            f"合成{number:03}市第{at + 1}医院",
            "general",
            "三级甲等",
            "government",
            "city",
            900,
            "ed;surgery",
            place,
        )
        for at, place in enumerate(places)
    ]
    first = units.reset_index().groupby("street_id")["index"].first()
    rows += [
        (f"{street}C", f"{street}街道社区卫生服务中心", "chc", "", "government", "district", "", "", place)
        for street, place in first.items()
    ]
    names = ["facility_id", "name", "kind", "level", "ownership", "admin_level", "beds", "services", "place"]
    table = pd.DataFrame(rows, columns=names)
    points = units.geometry.iloc[table.pop("place")].representative_point()
    return table.assign(lon=points.x.to_numpy().round(1), lat=points.y.to_numpy().round(1))


def _roads(rng: np.random.Generator, corner: np.ndarray, n_edges: int) -> gpd.GeoDataFrame:
    """A shaken lattice: every eighth line a secondary road, every twenty-fourth a primary one, one edge in fifty missing."""
    side = max(3, round((n_edges / 1.96) ** 0.5))
    step = SIDE_M / (side - 1)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    shaken = corner + step * (at + rng.uniform(-0.2, 0.2, at.shape))
    inner = (at > 0) & (at < side - 1)
    nodes = np.where(inner, shaken, corner + step * at)
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    line = np.concatenate([np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1)])
    rank = (line % 8 == 0).astype(int) + (line % 24 == 0)
    kept = (rng.uniform(size=len(pairs)) > 0.02) | (rank > 0)
    lines = shapely.linestrings(nodes[pairs[kept]])
    return gpd.GeoDataFrame({"highway": _CLASSES[rank[kept]]}, geometry=lines, crs=CRS)


def write_province(folder: Path, cities: int, units: tuple[int, int], edges: tuple[int, int]) -> list[Path]:
    """Write all cities and return their case files."""
    sizes = np.linspace(0, 1, cities) if cities > 1 else np.zeros(1)
    per_row = min(MOST_PER_ROW, int(np.ceil(cities**0.5)))
    return [
        write_city(
            folder / f"city{number:03}", number, per_row=per_row,
            n_units=round(units[0] + size * (units[1] - units[0])), n_edges=round(edges[0] + size * (edges[1] - edges[0])),
        )
        for number, size in enumerate(sizes)
    ]  # fmt: skip


def main() -> None:
    """Write a province from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cities", type=int, default=100)
    parser.add_argument("--units", type=int, nargs=2, default=(300, 2000))
    parser.add_argument("--edges", type=int, nargs=2, default=(20_000, 100_000))
    asked = parser.parse_args()
    print(
        len(write_province(asked.folder, asked.cities, tuple(asked.units), tuple(asked.edges))),
        "cities in",
        asked.folder,
    )


if __name__ == "__main__":
    main()
