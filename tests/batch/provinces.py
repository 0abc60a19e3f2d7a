"""Provinces for the tests: cities of square units in a row, each with leads and members, made without planning anything."""

from __future__ import annotations

import geopandas as gpd
import shapely

from gridplan.batch.province import City
from gridplan.checks.finding import Finding

SIDE = 0.01
"""Degrees: about a kilometre."""


def finding(rule: str, severity: str, cause: str, people: float, grid: str = "G1") -> Finding:
    """A rule that a grid does not meet."""
    return Finding(
        rule,
        severity,
        "violated",
        "grid",
        grid,
        1.0,
        2.0,
        "grids",
        "D",
        "不符",
        "not met",
        cause=cause,
        people=people,  # type: ignore[arg-type]
    )


def city(
    case: str, *, west: float, south: float = 30.0, city_grids: int = 1, county_grids: int = 0, population: float = 1000.0,
    findings: tuple[Finding, ...] = (), minutes: float = 10.0,
) -> City:  # fmt: skip
    """Two units a grid, one above the other, grids side by side from `west` on; the lead of each grid in its lower unit.

    Counties have two grids each, the last perhaps one.
    """
    n = city_grids + county_grids
    corners = [(west + SIDE * column, south + SIDE * row, column) for column in range(n) for row in range(2)]
    units = gpd.GeoDataFrame(
        {
            "population": population,
            "grid_id": [f"G{column + 1}" for *_, column in corners],
            "minutes_to_lead": minutes,
        },
        geometry=[shapely.box(x, y, x + SIDE, y + SIDE) for x, y, _ in corners],
        index=[f"{case}-u{number}" for number in range(len(corners))],
        crs=4326,
    )
    modes = ["city"] * city_grids + ["county"] * county_grids
    grids = gpd.GeoDataFrame(
        {
            "name": [f"{case}第{number + 1}网格" for number in range(n)],
            "mode": modes,
            "scope_id": [
                f"{case}-c{(number - city_grids) // 2}" if mode == "county" else "" for number, mode in enumerate(modes)
            ],
            "population": 2 * population,
        },
        geometry=[shapely.box(west + SIDE * k, south, west + SIDE * (k + 1), south + 2 * SIDE) for k in range(n)],
        index=[f"G{number + 1}" for number in range(n)],
        crs=4326,
    )
    points = [shapely.Point(west + SIDE * (k + 0.5), south + SIDE / 2) for k in range(n)]
    facilities = gpd.GeoDataFrame(
        {"name": [f"{case}第{k + 1}医院" for k in range(n)], "role": "lead"},
        geometry=points,
        index=[f"{case}-H{k + 1}" for k in range(n)],
        crs=4326,
    )
    scores = {
        "population": 2 * population * n, "n_units": 2 * n, "mean_minutes": minutes, "share_within": 0.9, "share_primary": 0.8,
        "max_deviation": 0.1,
    }  # fmt: skip
    return City(case, f"{case}市", case, scores, 0.02, findings, units, grids, facilities)


def published(prefectures: list[tuple[int, int]]) -> list[City]:
    """Cities with so many urban groups and county communities each, in rows of four."""
    return [
        city(
            f"P{number:02}",
            west=118.0 + 0.8 * (number % 4),
            south=28.0 + 0.1 * (number // 4),
            city_grids=urban,
            county_grids=county,
        )
        for number, (urban, county) in enumerate(prefectures)
    ]


def split(total: int, parts: int) -> list[int]:
    """Whole numbers, as equal as can be, that make up a total.

    >>> split(7, 3)
    [3, 2, 2]
    """
    return [total // parts + (number < total % parts) for number in range(parts)]


ZHEJIANG = list(zip(split(526 - 161, 11), split(161, 11), strict=True))
"""526 consortia, 161 of them county communities, in 11 prefectures (the counts by prefecture are made up)."""
SICHUAN = list(zip(split(71, 21), split(817 - 71, 21), strict=True))
"""817 consortia, 71 of them urban groups, in 21 prefectures (the counts by prefecture are made up)."""
