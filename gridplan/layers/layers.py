"""All input layers of a case, clean and in one metric CRS; the problems of all layers are told together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.area import covered_by_roads, metric_crs, tell_output_crs
from gridplan.layers.area.boundaries import (
    BASELINE,
    LINKS,
    group_names,
    outline,
    read_barriers,
    read_baseline,
    read_boundaries,
    read_links,
    read_units,
)
from gridplan.layers.area.datum_fit import tell_datums
from gridplan.layers.area.landless import (
    join_ids,
    join_landless,
    join_rows,
    neighbours_of_landless,
    tell_landless,
)
from gridplan.layers.area.polygons import fit_together, tell_apart
from gridplan.layers.area.unit_codes import read_unit_codes
from gridplan.layers.area.validity import reproject
from gridplan.layers.buses import read_buses
from gridplan.layers.facilities.facilities import PLACE_COLUMNS, read_facilities
from gridplan.layers.files.reading import no_file, open_source
from gridplan.layers.given_minutes import read_given_minutes
from gridplan.layers.our_names import tell_unknown_columns
from gridplan.layers.people.cells import no_census, read_cells
from gridplan.layers.people.population import read_census
from gridplan.layers.records.records import RECORDS, read_records
from gridplan.layers.roads.climbs import with_climbs
from gridplan.layers.roads.closures import read_closures
from gridplan.layers.roads.street_network import read_road_layer
from gridplan.layers.row_order import in_order
from gridplan.words.cards import Card
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.kinds import need_kind
from gridplan.words.ledger import USED, Entry, Ledger, Subject
from gridplan.words.numbers import people
from gridplan.words.pictures import Ink, draw_svg
from gridplan.words.plain_strings import plain_strings
from gridplan.words.problems import Problems, first_few, in_rows
from gridplan.words.signs import shown_line
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False, repr=False)
class Layers:
    """The input layers of a case in one metric CRS.

    - units: index unit_id; name, street_id, street, district_id, district, geometry; empty if units are to be built
    - boundaries: index district_id; district, population, geometry; empty if not given
    - cells: population, unit_id ("" until placed), geometry (points); one place with people each
    - census: index unit_id; population, population_65, chronic; empty if not given
    - facilities: see `read_facilities`; roads: see `read_roads`; barriers: name, geometry
    - links: unit_a, unit_b, minutes, kind, name; baseline: lead_id on unit_id, and
      baseline_groups: names of its groups on their lead ids; travel_table: minutes, unit x facility
    - records: tables of what happened or was agreed, by name; see `records.RECORDS`
    - ledger: what each layer holds and what becomes of it; see `ledger.settle`
    - buses: calls of bus lines, see `buses.read_buses`; None where none are given
    - closures: roads that scenarios close, by the name of the scenario; see `closures.read_closures`

    Examples
    --------
    >>> layers = gp.read_layers(gp.example_case("yunxiu"))
    >>> round(layers.cells["population"].sum())
    364635
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
    ledger: tuple[Entry, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    modelled: tuple[Text, ...] = ()
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    closures: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    buses: gpd.GeoDataFrame | None = None
    baseline_groups: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))

    def __repr__(self) -> str:
        return self._card().as_text()

    def _repr_html_(self) -> str:
        ground = self.units if len(self.units) else self.boundaries
        picture = draw_svg(
            (
                Ink(ground.geometry.to_numpy(), fill="#eef0ea", line="#9aa39a"),
                Ink(self.roads.geometry.to_numpy(), line="#b9b4aa", width=0.4),
                Ink(self.barriers.geometry.to_numpy(), line="#4a7fb5", width=1.2),
                Ink(self.cells.geometry.to_numpy(), fill="#d98032", radius=0.6),
                Ink(self.facilities.geometry.to_numpy(), fill="#16191d", radius=1.6),
            )
        )
        return replace(self._card(), picture=picture).as_html()

    def _card(self) -> Card:
        severities = [problem.severity for problem in self.problems]
        counts: list[tuple[Text, str | Text]] = [
            (Text(zh=zh, en=en), f"{len(frame):,}") for zh, en, frame in self._counted() if len(frame)
        ]
        doubts = Text(
            zh=f"修补 {severities.count('repair')}，存疑 {severities.count('warning')}",
            en=f"{severities.count('repair')} mended, {severities.count('warning')} doubtful",
        )
        residents = people(float(self.cells["population"].sum()))
        told = [(Text(zh="人口", en="residents"), residents), (Text(zh="数据", en="input"), doubts)]
        return Card("Layers", self.crs, (*counts, *told))

    def _counted(self) -> tuple[tuple[str, str, pd.DataFrame | pd.Series], ...]:
        return (
            ("规划单元", "units", self.units),
            ("区界", "boundaries", self.boundaries),
            ("有人处", "cells", self.cells),
            ("普查", "census", self.census),
            ("机构", "facilities", self.facilities),
            ("道路", "roads", self.roads),
            ("屏障", "barriers", self.barriers),
            ("通道", "links", self.links),
            ("现状分组", "baseline", self.baseline),
            ("给定时间", "travel table", self.travel_table),
            *((RECORDS[name].title.zh, RECORDS[name].title.en, table) for name, table in self.records.items()),
        )


@plain_strings
def read_layers(case: Case) -> Layers:
    """Read every layer of the case.

    Parameters
    ----------
    case
        Of `read_case`.

    Returns
    -------
    Layers
        All of them in one metric CRS; what was repaired or is doubtful stands in `problems`.

    Raises
    ------
    ArgumentError
        If `case` is no case: a path is read with `read_case` first.
    LayerError
        With every problem of every layer, if any of them is an error.

    Examples
    --------
    >>> layers = gp.read_layers(gp.example_case("yunxiu"))
    >>> len(layers.units), len(layers.facilities), layers.crs
    (20, 117, 'EPSG:4550')
    """
    need_kind(case, Case, "case")
    problems = _no_files(case)
    hopeless = bool(problems)
    tell_unknown_columns(case, problems)
    layers = None if hopeless else _read_all(case, problems)
    if layers is None or problems.errors:
        raise LayerError(problems)
    return replace(layers, problems=tuple(problems), ledger=tuple(problems.ledger), hashes=hash_inputs(case))


def read_named(case: Case) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return facilities and units by their ids, each as far as it can be read by itself; their problems are told by `read_layers`."""
    if _no_files(case):
        return None, None
    unheard = Problems()
    units = read_units(case, case.layers.units, unheard) if case.layers.units else None
    return read_facilities(case, unheard), units


_Frame = TypeVar("_Frame", pd.DataFrame, pd.Series)


def _ordered(frame: _Frame | None) -> _Frame | None:
    return None if frame is None else in_order(frame)


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

    def joined(self, neighbour: Mapping[str, str]) -> _Polygons:
        """Return the polygons with units of no land joined to the units beside them."""
        if not neighbour or self.ground is None or self.units is None:
            return self
        return replace(self, units=join_landless(self.units, neighbour), ground=join_landless(self.ground, neighbour))

    @property
    def unit_ids(self) -> pd.Index | None:
        """Ids that other layers must know; None where they are not known."""
        return None if self.units is None or (self.units.index == "").all() else self.units.index


def _landless(case: Case, polygons: _Polygons, census: pd.DataFrame | None, problems: Problems) -> dict[str, str]:
    """Tell units (or districts) of no land; return the neighbours to join them to, if that is the choice of the case."""
    source = case.layers.units or case.layers.boundaries
    if polygons.ground is None or source is None:
        return {}
    people = census["population"] if census is not None else polygons.ground.get("population")
    people = None if people is None else people[~people.index.duplicated()]
    neighbour = neighbours_of_landless(polygons.ground)
    choice = case.units.no_land if polygons.units is not None else "refuse"
    tell_landless(neighbour, people, choice, open_source(case, source, problems))
    return neighbour if choice == "join" else {}


def _join_tables(
    links: pd.DataFrame | None,
    baseline: pd.Series | None,
    census: pd.DataFrame | None,
    minutes: pd.DataFrame,
    neighbour: Mapping[str, str],
) -> tuple[pd.DataFrame | None, pd.Series | None, pd.DataFrame | None, pd.DataFrame]:
    """Return the tables on unit ids with units of no land joined: people added up, links moved, leads and minutes left out."""
    if not neighbour:
        return links, baseline, census, minutes
    gone = list(neighbour)
    if links is not None:
        links = links.assign(**{end: join_ids(links[end], neighbour) for end in ("unit_a", "unit_b")})
        links = links[links["unit_a"] != links["unit_b"]]
    return (
        links,
        baseline if baseline is None else baseline[~baseline.index.isin(gone)],
        census if census is None else join_rows(census, neighbour),
        minutes[~minutes.index.isin(gone)],
    )


def _enter_rows(
    subject: Subject, before: pd.DataFrame | pd.Series | None, after: pd.DataFrame | pd.Series | None, ledger: Ledger
) -> None:
    """Enter the rows of a table on units: used, or gone as their units have no land."""
    if before is not None and after is not None:
        ledger.enter_where_held(subject, len(before) - len(after), _JOINED)
        ledger.enter_where_held(subject, len(after), USED)


_JOINED = Text(zh="单元没有土地，已并入相邻单元", en="of units of no land that joined others")


def _join_records(table: pd.DataFrame, neighbour: Mapping[str, str]) -> pd.DataFrame:
    if not neighbour or "unit_id" not in table:
        return table
    return table.assign(unit_id=join_ids(table["unit_id"], neighbour))


def _read_all(case: Case, problems: Problems) -> Layers | None:
    """Read everything, going on after errors so that all are told; None if the layers cannot be put together."""
    import geopandas as gpd

    sources = case.layers
    polygons = _read_polygons(case, problems)
    known = polygons.unit_ids
    facilities = _ordered(read_facilities(case, problems))
    barriers = _ordered(read_barriers(case, sources.barriers, problems)) if sources.barriers else None
    links = _ordered(read_links(case, sources.links, problems, units=known)) if sources.links else None
    census_source = sources.census or (sources.population if sources.population.kind == "table" else None)
    census = _ordered(read_census(case, census_source, problems, units=known)) if census_source else None
    named = None if facilities is None else facilities.index
    names = None if facilities is None else facilities["name"]
    codes = read_unit_codes(case, sources.unit_codes, problems, units=known) if sources.unit_codes else None
    grouping = (
        _ordered(read_baseline(case, sources.baseline, problems, units=known, facilities=names, codes=codes))
        if sources.baseline
        else None
    )
    baseline = None if grouping is None else grouping["lead_id"]
    facilities = None if facilities is None else facilities[facilities.geometry.notna()]
    minutes = read_given_minutes(case, problems, units=known, facilities=named).sort_index().sort_index(axis="columns")
    tables = read_records(case, problems, units=known, facilities=named, names=names)
    records = {name: in_order(table) for name, table in tables.items()}
    neighbour = _landless(case, polygons, census, problems)
    polygons = polygons.joined(neighbour)
    read = ((LINKS, links), (BASELINE, baseline))
    links, baseline, census, minutes = _join_tables(links, baseline, census, minutes, neighbour)
    for (subject, before), after in zip(read, (links, baseline), strict=True):
        _enter_rows(subject, before, after, problems.ledger)
    records = {name: _join_records(table, neighbour) for name, table in records.items()}
    ground, crs = polygons.ground, polygons.crs or _crs_of(facilities)
    hull = _hull(ground, facilities, crs)
    roads = with_climbs(_ordered(read_road_layer(case, hull, crs, problems)), case, crs, problems)
    buses = read_buses(case, crs, problems)
    closures = read_closures(case, problems, roads=roads, links=links, units=polygons.units_in_place, facilities=named)
    area, cut = hull, None
    if _by_roads(case, hull, roads):
        area, cut = covered_by_roads(roads, hull, case.area.close_km * 1000)
    cells = read_cells(case, ground, area, problems)
    if cut is not None and not shapely.is_empty(cut):
        _tell_ribbons(case, ground, cut, problems)
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
        boundaries=reproject(polygons.boundaries, crs) if polygons.boundaries is not None else ground.iloc[:0],
        cells=in_order(cells.frame),
        census=census if census is not None else no_census(),
        facilities=facilities.drop(columns=PLACE_COLUMNS),
        roads=roads if roads is not None else nothing.assign(road_class=""),
        barriers=reproject(barriers, crs) if barriers is not None else nothing,
        links=links if links is not None else pd.DataFrame(columns=["unit_a", "unit_b", "minutes", "kind", "name"]),
        baseline=baseline if baseline is not None else pd.Series(dtype=object, name="lead_id"),
        travel_table=minutes,
        modelled=cells.modelled,
        baseline_groups=group_names(grouping),
        records=records,
        closures=closures,
        buses=buses,
    )


def _read_polygons(case: Case, problems: Problems) -> _Polygons:
    sources = case.layers
    units = _ordered(read_units(case, sources.units, problems) if sources.units else None)
    boundaries = _ordered(read_boundaries(case, sources.boundaries, problems) if sources.boundaries else None)
    if sources.units is None and sources.boundaries is None:
        problems.append(_no_polygons())
    planned = units if sources.units else boundaries
    ground = next((frame for frame in (planned, boundaries) if frame is not None and len(frame)), None)
    crs = metric_crs(case.place.crs, ground)
    if isinstance(crs, InputProblem):
        problems.append(crs)
        crs = metric_crs(None, ground)
    problems.extend(tell_output_crs(case.outputs.crs, ground))
    if planned is None or planned.empty or isinstance(crs, InputProblem):
        return _Polygons(units, boundaries, None, crs if isinstance(crs, str) else "")
    source = sources.units or sources.boundaries
    if source is not None:
        reading = open_source(case, source, problems)
        planned = fit_together(planned.to_crs(crs), reading)
        if sources.units is not None:
            tell_apart(planned, reading)
    return _Polygons(units, boundaries, planned, crs)


def _crs_of(facilities: gpd.GeoDataFrame | None) -> str:
    """Return a metric CRS of the facilities, in which other layers are read where no polygon could be; "" without any."""
    if facilities is None or facilities.empty:
        return ""
    try:
        return str(facilities.estimate_utm_crs().to_string())
    except RuntimeError:  # they lie where no zone is; that is told with their coordinates
        return ""


def _hull(ground: gpd.GeoDataFrame | None, facilities: gpd.GeoDataFrame | None, crs: str) -> Any:
    """Return the union of the ground, or the box of the facilities where no polygon could be read; None without either."""
    if ground is not None:
        return outline(ground)
    if facilities is None or facilities.empty or not crs:
        return None
    return shapely.box(*facilities.to_crs(crs).total_bounds)


def _by_roads(case: Case, hull: Any, roads: gpd.GeoDataFrame | None) -> bool:
    return case.area.source == "roads" and hull is not None and roads is not None and len(roads) > 0


def _tell_ribbons(case: Case, ground: gpd.GeoDataFrame | None, cut: Any, problems: Problems) -> None:
    """Say what was cut off the area of the roads, and how many people live there."""
    cells = read_cells(case, ground, cut, Problems())
    inside = cells.frame[shapely.intersects(cells.frame.geometry.array, cut)] if cells is not None else None
    lost = 0.0 if inside is None else float(inside["population"].sum())
    pieces = len(shapely.get_parts(cut))
    km2 = shapely.area(cut) / 1e6
    problems.tell(
        Text(zh="成片的道路（单独一条出城公路不算覆盖）", en="compact roads (a lone road out of town covers nothing)"),
        Text(
            zh=f"{pieces} 处狭长的道路沿线，共 {km2:,.1f} km²、{lost:,.0f} 人",
            en=f"ribbons along roads, {pieces} in all, of {km2:,.1f} km² with {people(lost).en}",
        ),
        Text(
            zh='这些地方未纳入规划范围，人口不计入；要纳入，补全那里的道路，或写 [area] from = "boundaries"。',
            en='They are left out of the area, and their people with them; to plan them, complete the roads there or write [area] from = "boundaries".',
        ),
        severity="warning",
        file=case.layers.roads.path if case.layers.roads is not None else "",
        field="area.from",
    )


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


def _no_files(case: Case) -> Problems:
    """Return a problem for each source that is a pipe or a device: reading it might never end."""
    problems = Problems()
    for source, path in input_files(case).items():
        if path.exists() and not path.is_file() and not path.is_dir():
            problems.append(no_file(source))
    return problems


def hash_inputs(case: Case) -> dict[str, str]:
    """Return the hash of each file of a case that is there, by the names that the case gives them."""
    sources = sorted(input_files(case).items())
    return {shown_line(name): hash_file(path) for name, path in sources if path.exists()}


def input_files(case: Case) -> dict[str, Path]:
    """Return the files of a case by the names it gives them."""
    named = case.layers
    sources: tuple[Source | None, ...] = (named.units, named.boundaries, named.population, named.population.weights)
    sources += (named.census, *named.facilities, named.roads, named.elevation, named.buses)
    sources += tuple(source.merges for source in named.facilities)
    sources += (
        named.barriers,
        named.links,
        named.baseline,
        named.unit_codes,
        named.travel_table,
        *named.records.values(),
    )
    sources += tuple(scenario.closed for scenario in case.scenarios)
    return {source.path: case.locate(source) for source in sources if source is not None}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file; of the names and hashes of its parts where it has several (a shapefile, a FileGDB)."""
    parts = sorted(path.iterdir()) if path.is_dir() else _parts(path)
    if path.is_dir() or len(parts) > 1:
        hashes = [f"{part.name} {_hash_bytes(part)}" for part in parts if part.is_file()]
        return hashlib.sha256("\n".join(hashes).encode("utf-8", "surrogateescape")).hexdigest()
    return _hash_bytes(path)


_PARTS: dict[str, tuple[str, ...]] = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".tif": (".tfw", ".prj", ".tif.aux.xml", ".tif.msk"),
    ".tiff": (".tfw", ".prj", ".tiff.aux.xml", ".tiff.msk"),
    ".asc": (".prj",),
    ".img": (".ige", ".img.aux.xml"),
    ".gpkg": (".gpkg-wal",),
}
"""Files beside a file that are read with it, by its suffix: what stands in them is part of the layer."""


def _parts(path: Path) -> list[Path]:
    """Return a file and the files beside it that are read with it, by name."""
    beside = _PARTS.get(path.suffix.lower())
    if beside is None:
        return [path]
    stem = path.stem.lower()
    named = {f"{stem}{suffix}" for suffix in beside}
    return sorted([path, *(other for other in path.parent.iterdir() if other.name.lower() in named and other != path)])


def _hash_bytes(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
