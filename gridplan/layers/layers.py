"""All input layers of a case, clean and in one metric CRS; the problems of all layers are told together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.area import covered_by_roads, metric_crs
from gridplan.layers.area.boundaries import (
    outline,
    read_barriers,
    read_baseline,
    read_boundaries,
    read_links,
    read_units,
)
from gridplan.layers.area.datum_fit import tell_datums
from gridplan.layers.area.polygons import fit_together
from gridplan.layers.facilities.facilities import PLACE_COLUMNS, read_facilities
from gridplan.layers.files.reading import open_source
from gridplan.layers.given_minutes import read_given_minutes
from gridplan.layers.people.cells import no_census, read_cells
from gridplan.layers.people.population import read_census
from gridplan.layers.records.records import read_records
from gridplan.layers.roads.closures import read_closures
from gridplan.layers.roads.street_network import read_road_layer
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.problems import Problems, first_few, in_rows
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Layers:
    """The input layers of a case in one metric CRS.

    - units: index unit_id; name, street_id, street, district_id, district, geometry; empty if units are to be built
    - boundaries: index district_id; district, population, geometry; empty if not given
    - cells: population, unit_id ("" until placed), geometry (points); one place with people each
    - census: index unit_id; population, population_65, chronic; empty if not given
    - facilities: see `read_facilities`; roads: see `read_roads`; barriers: name, geometry
    - links: unit_a, unit_b, minutes, kind, name; baseline: lead_id on unit_id; travel_table: minutes, unit x facility
    - records: tables of what happened or was agreed, by name; see `records.RECORDS`
    - closures: roads that scenarios close, by the name of the scenario; see `closures.read_closures`
    """

    crs: str
    area: shapely.Geometry
    units: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    census: pd.DataFrame
    facilities: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    links: pd.DataFrame
    baseline: pd.Series
    travel_table: pd.DataFrame
    problems: tuple[InputProblem, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    modelled: tuple[Text, ...] = ()
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    closures: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


def read_layers(case: Case) -> Layers:
    """Read every layer of the case.

    Returns the layers in one metric CRS with what was repaired or is doubtful in `problems`.

    Raises
    ------
    LayerError
        With every problem of every layer, if any of them is an error.
    """
    problems = Problems()
    layers = _read_all(case, problems)
    if layers is None or problems.errors:
        raise LayerError(problems)
    return replace(layers, problems=tuple(problems), hashes=_hash_inputs(case))


@dataclass(frozen=True, eq=False)
class _Polygons:
    """Units and districts as read, and the ground: whichever of them is planned with, in the metric CRS."""

    units: gpd.GeoDataFrame | None
    boundaries: gpd.GeoDataFrame | None
    ground: gpd.GeoDataFrame | None
    crs: str

    @property
    def units_in_place(self) -> gpd.GeoDataFrame | None:
        """The given units in the metric CRS; None where units are to be built."""
        return None if self.units is None else self.ground

    @property
    def unit_ids(self) -> pd.Index | None:
        """Ids that other layers must know; None where they are not known."""
        return None if self.units is None or (self.units.index == "").all() else self.units.index


def _read_all(case: Case, problems: Problems) -> Layers | None:
    """Read everything, going on after errors so that all are told; None if the layers cannot be put together."""
    import geopandas as gpd

    sources = case.layers
    polygons = _read_polygons(case, problems)
    known = polygons.unit_ids
    facilities = read_facilities(case, problems)
    barriers = read_barriers(case, sources.barriers, problems) if sources.barriers else None
    links = read_links(case, sources.links, problems, units=known) if sources.links else None
    census_source = sources.census or (sources.population if sources.population.kind == "table" else None)
    census = read_census(case, census_source, problems, units=known) if census_source else None
    named = None if facilities is None else facilities.index
    baseline = (
        read_baseline(case, sources.baseline, problems, units=known, facilities=named) if sources.baseline else None
    )
    facilities = None if facilities is None else facilities[facilities.geometry.notna()]
    minutes = read_given_minutes(case, problems, units=known, facilities=named)
    records = read_records(case, problems, units=known, facilities=named)
    ground, crs = polygons.ground, polygons.crs
    hull = _hull(ground, facilities, crs)
    roads = read_road_layer(case, hull, crs, problems)
    closures = read_closures(case, problems, roads=roads, links=links, units=polygons.units_in_place, facilities=named)
    area = covered_by_roads(roads, hull, case.area.close_km * 1000) if _by_roads(case, hull, roads) else hull
    cells = read_cells(case, ground, area, problems)
    if ground is not None and facilities is not None:
        facilities = facilities.to_crs(crs)
        _tell_facilities_outside(facilities, area, problems)
        tell_datums(case, facilities, roads, problems)
    if ground is None or facilities is None or cells is None:
        return None
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs=crs)
    return Layers(
        crs=crs,
        area=area,
        units=ground if polygons.units is not None else ground.iloc[:0],
        boundaries=polygons.boundaries.to_crs(crs) if polygons.boundaries is not None else ground.iloc[:0],
        cells=cells.frame,
        census=census if census is not None else no_census(),
        facilities=facilities.drop(columns=PLACE_COLUMNS),
        roads=roads if roads is not None else nothing.assign(road_class=""),
        barriers=barriers.to_crs(crs) if barriers is not None else nothing,
        links=links if links is not None else pd.DataFrame(columns=["unit_a", "unit_b", "minutes", "kind", "name"]),
        baseline=baseline if baseline is not None else pd.Series(dtype=object, name="lead_id"),
        travel_table=minutes,
        modelled=cells.modelled,
        records=records,
        closures=closures,
    )


def _read_polygons(case: Case, problems: Problems) -> _Polygons:
    sources = case.layers
    units = read_units(case, sources.units, problems) if sources.units else None
    boundaries = read_boundaries(case, sources.boundaries, problems) if sources.boundaries else None
    if sources.units is None and sources.boundaries is None:
        problems.append(_no_polygons())
    planned = units if sources.units else boundaries
    ground = next((frame for frame in (planned, boundaries) if frame is not None and len(frame)), None)
    crs = metric_crs(case.place.crs, ground)
    if isinstance(crs, InputProblem):
        problems.append(crs)
        crs = metric_crs(None, ground)
    if planned is None or planned.empty or isinstance(crs, InputProblem):
        return _Polygons(units, boundaries, None, crs if isinstance(crs, str) else "")
    source = sources.units or sources.boundaries
    if source is not None:
        planned = fit_together(planned.to_crs(crs), open_source(case, source, problems))
    return _Polygons(units, boundaries, planned, crs)


def _hull(ground: gpd.GeoDataFrame | None, facilities: gpd.GeoDataFrame | None, crs: str) -> Any:
    """Return the union of the ground, or the box of the facilities where no polygon could be read; None without either."""
    if ground is not None:
        return outline(ground)
    if facilities is None or facilities.empty or not crs:
        return None
    return shapely.box(*facilities.to_crs(crs).total_bounds)


def _by_roads(case: Case, hull: Any, roads: gpd.GeoDataFrame | None) -> bool:
    return case.area.source == "roads" and hull is not None and roads is not None and len(roads) > 0


def _no_polygons() -> InputProblem:
    return InputProblem(
        "error",
        Text(
            zh="规划单元（layers.units）或区界（layers.boundaries）",
            en="planning units (layers.units) or districts (layers.boundaries)",
        ),
        Text(zh="两者都没有", en="neither"),
        Text(zh="至少给出其中一个图层。", en="Give at least one of the two layers."),
        file="case.toml",
        field="layers",
    )


def _tell_facilities_outside(facilities: gpd.GeoDataFrame, area: shapely.Geometry, problems: Problems) -> None:
    shapely.prepare(area)
    outside = ~shapely.intersects(area, facilities.geometry.array)
    for (file, layer, header), rows in facilities[outside].groupby(["file", "layer", "field"], sort=False):
        numbers = tuple(int(row) for row in rows["row"])
        names = first_few(rows["name"])
        problems.tell(
            Text(zh="规划范围内的机构", en="facilities inside the planning area"),
            in_rows(Text(zh="范围之外的机构", en="facilities outside it"), numbers, names),
            Text(
                zh="它们不属于任何网格；若位置有误（例如落在海中），改正坐标或坐标系。",
                en="They belong to no grid; if they are misplaced (in the sea, say), correct coordinates or datum.",
            ),
            severity="warning",
            file=str(file),
            layer=str(layer),
            field=str(header),
            rows=numbers,
            values=names,
        )


def _hash_inputs(case: Case) -> dict[str, str]:
    named = case.layers
    sources: tuple[Source | None, ...] = (named.units, named.boundaries, named.population, named.population.weights)
    sources += (named.census, *named.facilities, named.roads)
    sources += tuple(source.merges for source in named.facilities)
    sources += (named.barriers, named.links, named.baseline, named.travel_table, *named.records.values())
    sources += tuple(scenario.closed for scenario in case.scenarios)
    files = {source.path: case.locate(source) for source in sources if source is not None}
    return {name: hash_file(path) for name, path in sorted(files.items()) if path.exists()}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and hashes of the files in a folder (a FileGDB)."""
    if path.is_dir():
        parts = [f"{part.name} {hash_file(part)}" for part in sorted(path.iterdir()) if part.is_file()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
