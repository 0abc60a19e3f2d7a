"""The plans of a province side by side: figures summed up, every unit in one plan, what stands on borders, who is nearer to a neighbour.

Nothing is planned here, and no road is travelled: what lies across a border is measured as the crow flies, and said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from scipy.spatial import cKDTree

from gridplan.checks.finding import Finding
from gridplan.checks.tasks import list_work
from gridplan.grids.indicators import Area, evaluate_indicators
from gridplan.layers.facilities.repeats import group_rows
from gridplan.layers.records.indicator_list import bundled_indicators
from gridplan.words.small_files import read_json
from gridplan.words.vocabulary import normalise

EQUAL_AREA = "EPSG:6933"
_EARTH_KM = 6371.0088
_SAME_PLACE_KM = 0.5
"""Two facilities of one id or name within this distance are one that two cities list."""
_OVERLAP_SHARE, _OVERLAP_KM2 = 0.01, 0.01
"""Land that two plans share, from this part of the smaller unit and this area on; less is a border drawn twice."""
_SHOWN_CODES = 3
_HOLE_KM2 = 1.0
"""Land between plans, from this area on, that is in none."""
_CLOSED_M = 50.0
"""Borders of two plans that lie so near are one."""


@dataclass(frozen=True, eq=False)
class City:
    """What a province needs of one plan.

    - case, name, folder: what it is called, and where its proposal is, from the folder of the province
    - scores, gap, findings: as in the proposal; indicators: rows of its annex of observed indicators
    - units: population, grid_id, minutes_to_lead, geometry; grids: name, mode, scope_id, population, geometry; facilities: name, role,
      geometry (EPSG:4326; index: their ids)
    """

    case: str
    name: str
    folder: str
    scores: dict[str, Any]
    gap: float | None
    findings: tuple[Finding, ...]
    units: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    indicators: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Province:
    """The plans together; every table names cities by their case.

    - cities: one row a plan; rules: one row a rule, severity and cause that is not met; indicators: one row an indicator and period
    - cover: units in two plans or in none, and land between plans; shared: facilities in two plans
    - across: units whose nearest lead as the crow flies is another city's
    - failed: cases without a plan, with their reasons
    """

    name: str
    plans: tuple[City, ...]
    cities: pd.DataFrame
    rules: pd.DataFrame
    indicators: pd.DataFrame
    cover: pd.DataFrame
    shared: pd.DataFrame
    across: pd.DataFrame
    failed: tuple[tuple[str, str], ...] = ()
    totals: dict[str, float] = field(default_factory=dict)


def read_city(case: str, folder: Path) -> City:
    """Read what a province needs of a proposal folder."""
    tree = read_json(folder / "proposal.json")
    path = folder / "proposal.gpkg"
    units = _read(path, "units", "unit_id", ["population", "grid_id", "minutes_to_lead"])
    return City(
        case=case,
        name=tree["case"]["place"]["name"],
        folder=folder.name,
        scores=tree["scores"]["plan"],
        gap=tree["objective"]["gap"],
        findings=tuple(Finding(**{**row, "places": tuple(row["places"])}) for row in tree["findings"]),
        units=units.assign(grid_id=units["grid_id"].fillna("")),
        grids=_read(path, "grids", "grid_id", ["name", "mode", "scope_id", "population"]),
        facilities=_read(path, "facilities", "facility_id", ["name", "role"]),
        indicators=tuple(tree["annexes"].get("indicators", {}).get("rows", ())),
    )


def _read(path: Path, layer: str, index: str, columns: list[str]) -> gpd.GeoDataFrame:
    frame = pyogrio.read_dataframe(path, layer=layer, columns=[index, *columns])
    return frame.astype({index: object}).set_index(index).to_crs(4326)


def sum_up(name: str, plans: Sequence[City], failed: Sequence[tuple[str, str]] = ()) -> Province:
    """Return the province of some plans.

    Parameters
    ----------
    name : what the province is called; plans : its cities; failed : (case, reason) of those without a plan.
    """
    cities = pd.DataFrame([_city_row(city) for city in plans], columns=list(CITY_COLUMNS))
    return Province(
        name=name,
        plans=tuple(plans),
        cities=cities,
        rules=_rules(plans),
        indicators=_indicators(plans),
        cover=_cover(plans),
        shared=_shared_facilities(plans),
        across=_across(plans),
        failed=tuple(failed),
        totals=_totals(cities),
    )


CITY_COLUMNS = (
    "case", "name", "population", "n_units", "n_city_grids", "n_county_grids", "n_counties", "mean_minutes", "share_within",
    "share_primary", "max_deviation", "gap", "must", "should", "plan", "supply", "data", "operation",
)  # fmt: skip


def _city_row(city: City) -> dict[str, Any]:
    unmet = [finding for finding in city.findings if finding.status == "violated"]
    causes = Counter(finding.cause for finding in unmet)
    county = city.grids["mode"] == "county"
    scores = {name: city.scores.get(name) for name in ("population", "n_units", "mean_minutes", "share_within")}
    return scores | {
        "case": city.case,
        "name": city.name,
        "n_city_grids": int((~county).sum()),
        "n_county_grids": int(county.sum()),
        "n_counties": int(city.grids["scope_id"][county].nunique()),
        "share_primary": city.scores.get("share_primary"),
        "max_deviation": city.scores.get("max_deviation"),
        "gap": city.gap,
        "must": sum(finding.severity == "must" for finding in unmet),
        "should": sum(finding.severity == "should" for finding in unmet),
        **{cause: causes[cause] for cause in ("plan", "supply", "data", "operation")},
    }


def _totals(cities: pd.DataFrame) -> dict[str, float]:
    """Return the sums, and the means by residents, each over the cities that know the number; unreachable people are beyond any limit."""
    summed = ("population", "n_units", "n_city_grids", "n_county_grids", "n_counties", "must", "should")
    totals = {name: float(cities[name].astype(float).sum()) for name in summed}
    for name in ("mean_minutes", "share_within", "share_primary"):
        values, people = cities[name].astype(float), cities["population"].astype(float)
        known = values.notna()
        totals[name] = float(np.average(values[known], weights=people[known])) if people[known].sum() > 0 else np.nan
    return totals


def _rules(plans: Sequence[City]) -> pd.DataFrame:
    """Return what is not met, by rule, severity and cause: how many cities and findings, and the residents touched, each once a city."""
    rows = [
        {
            "rules": "、".join(task.rules),
            "severity": task.severity,
            "head": task.head,
            "cause": part.cause,
            "case": city.case,
            "findings": sum(city.findings[at].cause == part.cause for at in task.findings),
            "people": part.people,
        }
        for city in plans
        for task in list_work(city.findings, city.units)
        if task.status == "violated"
        for part in task.parts
    ]
    names = ["rules", "severity", "cause"]
    table = pd.DataFrame(rows, columns=[*names, "head", "case", "findings", "people"])
    summed = (
        table.astype({"people": float})
        .groupby(names, sort=False)
        .agg(head=("head", "first"), cities=("case", "nunique"), findings=("findings", "sum"), people=("people", _sum))
    )
    order = {"must": 0, "should": 1, "note": 2}
    summed = summed.reset_index()
    return summed.sort_values(
        ["severity", "people", "cities", "rules"],
        key=lambda column: (
            column.map(order) if column.name == "severity" else column if column.name == "rules" else -column
        ),
    ).reset_index(drop=True)


def _indicators(plans: Sequence[City]) -> pd.DataFrame:
    """Return the observed indicators of whole cities summed up: numerators and denominators of those that tell, and how many do."""
    rows = [
        {name: row[name] for name in ("indicator", "period", "numerator", "denominator")} | {"case": city.case}
        for city in plans
        for row in city.indicators
        if row["area_kind"] == "plan"
    ]
    table = pd.DataFrame(rows, columns=["indicator", "period", "numerator", "denominator", "case"])
    known = bundled_indicators()
    table = table[table["indicator"].isin(list(known))].astype({"numerator": float, "denominator": float})
    keys = ["indicator", "period"]
    summed = (
        table.groupby(keys)
        .agg(numerator=("numerator", _sum), denominator=("denominator", _sum), cities=("case", "nunique"))
        .reset_index()
    )
    values = evaluate_indicators(summed.assign(area=""), known, {"": Area("plan", "", "")})
    values = values[[*keys, "value", "trend", "target", "reached"]].merge(summed, on=keys)
    names = pd.Series([known[name].name for name in values["indicator"]], index=values.index, dtype=object)
    return values.assign(name=names, value=values["value"].astype(float))


def _sum(values: pd.Series) -> float:
    return float(values.sum(min_count=1))


COVER_COLUMNS = ("what", "unit_id", "case", "other", "population", "km2", "lon", "lat")


def _cover(plans: Sequence[City]) -> pd.DataFrame:
    """Return units in no grid, units and land in two plans, and land that plans enclose and none has (R-02 over all).

    A unit is in two plans where both have its land; codes that two cities give to different places are told once for both.
    """
    rows = [
        {
            "what": "unassigned",
            "unit_id": unit,
            "case": city.case,
            "population": row["population"],
            **_at(row["geometry"]),
        }
        for city in plans
        for unit, row in city.units[city.units["grid_id"] == ""].iterrows()
    ]
    land = [shapely.make_valid(city.units.geometry.to_crs(EQUAL_AREA).to_numpy()) for city in plans]
    rows += _in_two(plans, land)
    rows += _holes([city.case for city in plans], land)
    return pd.DataFrame(rows, columns=list(COVER_COLUMNS))


def _in_two(plans: Sequence[City], land: list[npt.NDArray[np.object_]]) -> Iterator[dict[str, Any]]:
    """Yield units of two plans that share land, under one code or two, and codes that stand for different places in several plans."""
    twice = set()
    for one, other in _pairs(land):
        for first, second, km2 in _overlaps(land[one], land[other]):
            unit, neighbour = plans[one].units.iloc[first], plans[other].units.iloc[second]
            at = {"case": plans[one].case, "other": plans[other].case, "km2": km2, **_at(unit["geometry"])}
            if unit.name == neighbour.name:
                twice.add(unit.name)
                yield at | {"what": "twice", "unit_id": unit.name, "population": unit["population"]}
            else:
                yield at | {"what": "overlap", "unit_id": f"{unit.name} / {neighbour.name}"}
    holders: dict[Any, list[str]] = {}
    for city in plans:
        for unit in city.units.index:
            holders.setdefault(unit, []).append(city.case)
    repeated: dict[tuple[str, ...], list[str]] = {}
    for unit, cases in holders.items():
        if len(cases) > 1 and unit not in twice:
            repeated.setdefault(tuple(cases), []).append(str(unit))
    for cities, codes in repeated.items():
        yield {
            "what": "codes",
            "case": cities[0],
            "other": "、".join(cities[1:]),
            "unit_id": f"{len(codes):,}: {_few(codes)}",
        }


def _few(codes: list[str]) -> str:
    return ", ".join(codes[:_SHOWN_CODES]) + (" …" if len(codes) > _SHOWN_CODES else "")


def _overlaps(one: npt.NDArray[np.object_], other: npt.NDArray[np.object_]) -> Iterator[tuple[int, int, float]]:
    """Yield positions of shapes of two plans that share land, with its area in km2; less is a border drawn twice."""
    first, second = shapely.STRtree(other).query(one, predicate="intersects")
    common = shapely.area(shapely.intersection(one[first], other[second])) / 1e6
    least = np.minimum(shapely.area(one[first]), shapely.area(other[second])) / 1e6
    for at in np.flatnonzero((common > _OVERLAP_KM2) & (common > _OVERLAP_SHARE * least)):
        yield int(first[at]), int(second[at]), float(common[at])


def _pairs(land: list[npt.NDArray[np.object_]]) -> list[tuple[int, int]]:
    """Return the positions of each two plans whose land may touch, in their order."""
    boxes = shapely.box(*np.array([shapely.total_bounds(shapes) for shapes in land]).reshape(-1, 4).T)
    first, second = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    return sorted((int(one), int(other)) for one, other in zip(first, second, strict=True) if one < other)


def _holes(cases: list[str], land: list[npt.NDArray[np.object_]]) -> Iterator[dict[str, Any]]:
    """Yield land that all plans together enclose and no plan has; holes inside one plan are its own affair."""
    cities = [shapely.union_all(shapely.buffer(shapes, _CLOSED_M, quad_segs=1)) for shapes in land]
    filled = [
        shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(city)))) for city in cities
    ]
    together = shapely.union_all(filled)
    for part in shapely.get_parts(together):
        for hole in shapely.polygons(shapely.get_rings(part)[1:]):
            if shapely.area(hole) / 1e6 >= _HOLE_KM2:
                touching = shapely.intersects(filled, hole)
                around = "、".join(sorted(case for case, near in zip(cases, touching, strict=True) if near))
                point = gpd.GeoSeries([hole.representative_point()], crs=EQUAL_AREA).to_crs(4326).iloc[0]
                yield {"what": "hole", "case": around, "km2": shapely.area(hole) / 1e6, "lon": point.x, "lat": point.y}


def _at(shape: Any) -> dict[str, float]:
    point = shape.representative_point()
    return {"lon": point.x, "lat": point.y}


def _shared_facilities(plans: Sequence[City]) -> pd.DataFrame:
    """Return facilities that two plans have: close by, and of one id, one name, or names that mean one institution."""
    everyone = _all_of(plans, "facilities")
    near = cKDTree(_on_sphere(everyone)).query_pairs(_chord(_SAME_PLACE_KM)) if len(everyone) else set()
    cases = everyone["case"].to_numpy()
    pairs = sorted((a, b) for a, b in near if cases[a] != cases[b])
    same = _means_one(everyone, {at for pair in pairs for at in pair})
    rows = []
    for a, b in pairs:
        one, other = everyone.iloc[a], everyone.iloc[b]
        if one["id"] == other["id"] or normalise(one["name"]) == normalise(other["name"]) or same(a, b):
            rows.append(
                {
                    "name": one["name"], "case": one["case"], "facility_id": one["id"], "role": one["role"],
                    "other": other["case"], "other_id": other["id"], "other_name": other["name"], "other_role": other["role"],
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(SHARED_COLUMNS))


SHARED_COLUMNS = ("name", "case", "facility_id", "role", "other", "other_id", "other_name", "other_role")


def _means_one(everyone: pd.DataFrame, positions: set[int]) -> Callable[[int, int], bool]:
    """Return what tells of two facilities at some positions whether their names mean one institution (see `repeats`)."""
    at = sorted(positions)
    if not at:
        return lambda one, other: False
    some = everyone.iloc[at]
    points = gpd.GeoSeries(some["geometry"].to_numpy(), crs=4326).to_crs(EQUAL_AREA)
    frame = pd.DataFrame({"name": some["name"].astype(str).to_numpy(), "x": points.x, "y": points.y})
    groups = dict(zip(at, group_rows(frame.assign(address="", category="", listed=False)).group.tolist(), strict=True))
    return lambda one, other: groups[one] == groups[other] >= 0


def _across(plans: Sequence[City]) -> pd.DataFrame:
    """Return units whose nearest lead as the crow flies is in another city's plan, the most residents first."""
    leads = _all_of(plans, "facilities")
    leads = leads[leads["role"] == "lead"]
    rows = []
    for city in plans:
        own, others = leads[leads["case"] == city.case], leads[leads["case"] != city.case]
        if not len(own) or not len(others) or not len(city.units):
            continue
        places = _sphere_points(city.units.geometry.representative_point())
        own_km, _ = _nearest(own, places)
        other_km, at = _nearest(others, places)
        for row in np.flatnonzero(other_km < own_km):
            unit, lead = city.units.iloc[row], others.iloc[at[row]]
            rows.append(
                {
                    "case": city.case, "unit_id": city.units.index[row], "population": unit["population"],
                    "minutes_to_lead": unit["minutes_to_lead"], "own_km": own_km[row], "other_km": other_km[row],
                    "other": lead["case"], "lead_id": lead["id"], "lead": lead["name"],
                }
            )  # fmt: skip
    names = ["case", "unit_id", "population", "minutes_to_lead", "own_km", "other_km", "other", "lead_id", "lead"]
    table = pd.DataFrame(rows, columns=names)
    return table.sort_values("population", ascending=False, kind="stable").reset_index(drop=True)


def _all_of(plans: Sequence[City], frame: str) -> pd.DataFrame:
    """Return the rows of a frame of all plans that have a place, with their case and id."""
    parts = [getattr(city, frame).assign(case=city.case).rename_axis("id").reset_index() for city in plans]
    every = pd.concat(parts, ignore_index=True)
    return every[~(every.geometry.is_empty | every.geometry.isna())].reset_index(drop=True)


def _nearest(
    leads: pd.DataFrame, places: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    chord, at = cKDTree(_on_sphere(leads)).query(places)
    return 2 * _EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0)), np.asarray(at, dtype=np.int64)


def _on_sphere(frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    return _sphere_points(cast(gpd.GeoSeries, frame["geometry"]))


def _sphere_points(points: gpd.GeoSeries) -> npt.NDArray[np.float64]:
    lon, lat = np.radians(shapely.get_coordinates(np.asarray(points.array))).reshape(-1, 2).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _chord(km: float) -> float:
    return float(2 * np.sin(km / 2 / _EARTH_KM))
