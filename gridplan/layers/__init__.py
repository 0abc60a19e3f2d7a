"""All input layers of a case, clean and in one metric CRS; the problems of all layers are told together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from gridplan.case import Case, Source
from gridplan.errors import InputProblem, LayerError
from gridplan.layers.area import covered_by_roads, metric_crs
from gridplan.layers.boundaries import read_barriers, read_baseline, read_boundaries, read_links, read_units
from gridplan.layers.facilities import read_facilities
from gridplan.layers.population import model_residences, read_census, read_points, read_raster_cells
from gridplan.layers.read import Problems, header_of, read_table, tell_rows
from gridplan.layers.roads import read_roads
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Layers:
    """The input layers of a case in one metric CRS.

    - units: index unit_id; name, street_id, street, district_id, district, geometry; empty if units are to be built
    - boundaries: index district_id; district, population, geometry; empty if not given
    - cells: population, unit_id ("" until placed), geometry (points); one place with people each
    - census: index unit_id; population, population_65; empty if not given
    - facilities: see `read_facilities`; roads: see `read_roads`; barriers: name, geometry
    - links: unit_a, unit_b, minutes, kind, name; baseline: lead_id on unit_id; travel_table: minutes, unit x facility
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


def read_layers(case: Case) -> Layers:
    """Read every layer of the case.

    Returns the layers in one metric CRS with what was repaired or is doubtful in `problems`.

    Raises
    ------
    LayerError
        With every problem of every layer, if any of them is an error.
    """
    problems: Problems = []
    layers = _read_all(case, problems)
    if layers is None or any(problem.severity == "error" for problem in problems):
        raise LayerError(problems)
    return layers


def _read_all(case: Case, problems: Problems) -> Layers | None:
    import geopandas as gpd

    sources = case.layers
    units = read_units(case, sources.units, problems) if sources.units else None
    boundaries = read_boundaries(case, sources.boundaries, problems) if sources.boundaries else None
    facilities = read_facilities(case, problems)
    barriers = read_barriers(case, sources.barriers, problems) if sources.barriers else None
    links = read_links(case, sources.links, problems) if sources.links else None
    baseline = read_baseline(case, sources.baseline, problems) if sources.baseline else None
    census_source = sources.census or (sources.population if sources.population.kind == "table" else None)
    census = read_census(case, census_source, problems) if census_source else None
    base = units if units is not None else boundaries
    if base is None or base.empty:
        if sources.units is None and sources.boundaries is None:
            problems.append(_no_polygons())
        _read_roads_alone(case, problems)
        return None
    crs = metric_crs(case.place.crs, base)
    if isinstance(crs, InputProblem):
        problems.append(crs)
        return None
    base = base.to_crs(crs)
    hull = shapely.union_all(base.geometry.array)
    roads = _read_roads(case, hull, crs, problems)
    area = hull
    if case.area.source == "roads" and roads is not None and len(roads):
        area = covered_by_roads(roads, hull, case.area.close_km * 1000)
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs=crs)
    cells, modelled = _read_cells(case, base, area, problems)
    if units is not None:
        _check_ids(case, units.index, links, baseline, census, census_source, problems)
    if facilities is not None:
        facilities = facilities.to_crs(crs)
        _tell_facilities_outside(facilities, area, problems)
    if cells is None or facilities is None:
        return None
    return Layers(
        crs=crs,
        area=area,
        units=base if units is not None else base.iloc[:0],
        boundaries=boundaries.to_crs(crs) if boundaries is not None else base.iloc[:0],
        cells=cells,
        census=census if census is not None else pd.DataFrame(columns=["population", "population_65"], dtype=float),
        facilities=facilities,
        roads=roads if roads is not None else empty.assign(road_class=""),
        barriers=barriers.to_crs(crs) if barriers is not None else empty,
        links=links if links is not None else pd.DataFrame(columns=["unit_a", "unit_b", "minutes", "kind", "name"]),
        baseline=baseline if baseline is not None else pd.Series(dtype=object, name="lead_id"),
        travel_table=_read_travel_table(case, problems),
        problems=tuple(problems),
        hashes=_hash_inputs(case),
        modelled=modelled,
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


def _read_roads_alone(case: Case, problems: Problems) -> None:
    """Look at the road file even though there is no area to clip it to, so that its problems are told as well."""
    source = case.layers.roads
    if source is not None and not case.locate(source).exists():
        problems.append(
            InputProblem(
                "error",
                Text(zh="可以读取的文件", en="a file that can be read"),
                Text(zh="没有这个文件", en="no such file"),
                Text(zh="检查文件名。", en="Check the name."),
                file=source.path,
            )
        )


def _read_roads(case: Case, area: shapely.Geometry, crs: str, problems: Problems) -> gpd.GeoDataFrame | None:
    source = case.layers.roads
    if source is None:
        if case.travel.source == "roads":
            problems.append(
                InputProblem(
                    "error",
                    Text(zh="道路图层（layers.roads）", en="a road layer (layers.roads)"),
                    Text(zh="没有写", en="none"),
                    Text(
                        zh='给出道路图层，或写 travel.source = "straight_line"。',
                        en='Give one, or write travel.source = "straight_line".',
                    ),
                    file="case.toml",
                    field="layers.roads",
                )
            )
        return None
    try:
        read = read_roads(
            case.locate(source),
            area=area,
            crs=crs,
            layer=source.layer,
            encoding=source.encoding,
            source_crs=source.crs,
            columns=source.columns,
            road_classes=source.values.get("road_class"),
            file_label=source.path,
        )
    except LayerError as error:
        problems.extend(error.problems)
        return None
    problems.extend(read.problems)
    return read.roads


def _read_cells(
    case: Case, base: gpd.GeoDataFrame, area: shapely.Geometry, problems: Problems
) -> tuple[gpd.GeoDataFrame | None, tuple[Text, ...]]:
    import geopandas as gpd

    source = case.layers.population
    if source.kind == "table":
        points = base.representative_point()
        return gpd.GeoDataFrame(
            {"population": 1.0, "unit_id": base.index.astype(str)}, geometry=points.array, crs=base.crs
        ), ()
    if source.kind == "raster":
        cells = read_raster_cells(case, source, base, problems)
        return (None, ()) if cells is None else (cells.to_crs(base.crs), ())
    points = read_points(case, source, problems)
    if points is None:
        return None, ()
    points = points.to_crs(base.crs)
    if source.kind == "points":
        return points.assign(unit_id="").reset_index(drop=True), ()
    if "population" not in base or base["population"].isna().all():
        problems.append(_no_district_population(case))
        return None, ()
    cells, coverage = model_residences(points, base, area)
    total, inside = coverage["population"].sum(), coverage["modelled"].sum()
    said = Text(
        zh=f"人口为推算值：各区人口均分到其小区点，规划范围内 {inside / 1e4:.1f} 万人，范围外未计 {(total - inside) / 1e4:.1f} 万人",
        en=f"Population is modelled: district totals shared over residences; {inside:,.0f} people inside the area, {total - inside:,.0f} outside are left out",
    )
    return cells.assign(unit_id=""), (said,)


def _no_district_population(case: Case) -> InputProblem:
    source = case.layers.boundaries or case.layers.population
    return InputProblem(
        "error",
        Text(zh="各区人口（列 population）", en="the districts' population (column population)"),
        Text(zh="没有人口列", en="no such column"),
        Text(
            zh='在 layers.boundaries 的 columns 中写 population = "表头"。',
            en='Write population = "header" under columns of layers.boundaries.',
        ),
        file=source.path,
        layer=source.layer or "",
        field="population",
    )


def _check_ids(
    case: Case,
    units: pd.Index,
    links: pd.DataFrame | None,
    baseline: pd.Series | None,
    census: pd.DataFrame | None,
    census_source: Source | None,
    problems: Problems,
) -> None:
    known = Text(zh="单元图层中已有的单元代码", en="unit codes that stand in the unit layer")
    remedy = Text(
        zh="改正代码，或在单元图层中补上该单元。", en="Correct the codes, or add the units to the unit layer."
    )
    unknown = Text(zh="不存在的单元代码", en="unknown unit codes")

    def tell(source: Source, field: str, rows: pd.Index, values: pd.Series) -> None:
        tell_rows(problems, source, header_of(source, field), rows, known, unknown, remedy, values=values)

    if links is not None and case.layers.links is not None:
        for column in ("unit_a", "unit_b"):
            bad = links[~links[column].isin(units)]
            tell(case.layers.links, column, bad.index, bad[column])
    if baseline is not None and case.layers.baseline is not None:
        bad_rows = pd.Index((~baseline.index.isin(units)).nonzero()[0] + 2)
        tell(case.layers.baseline, "unit_id", bad_rows, pd.Series(baseline.index[~baseline.index.isin(units)]))
    if census is not None and census_source is not None:
        strange = ~census.index.isin(units)
        tell(census_source, "unit_id", pd.Index(strange.nonzero()[0] + 2), pd.Series(census.index[strange]))
        missing = units[~units.isin(census.index)]
        if len(missing):
            problems.append(
                InputProblem(
                    "error",
                    Text(zh="每个单元的人口", en="the population of every unit"),
                    Text(
                        zh=f"{len(missing)} 个单元没有人口（{'、'.join(missing[:5])}）",
                        en=f"{len(missing)} units without ({', '.join(missing[:5])})",
                    ),
                    Text(zh="补上这些单元；无人居住写 0。", en="Add them; write 0 where nobody lives."),
                    file=census_source.path,
                    layer=census_source.layer or "",
                    field=header_of(census_source, "unit_id"),
                    values=tuple(missing[:5]),
                )
            )


def _tell_facilities_outside(facilities: gpd.GeoDataFrame, area: shapely.Geometry, problems: Problems) -> None:
    shapely.prepare(area)
    outside = ~shapely.intersects(area, facilities.geometry.array)
    for file, rows in facilities[outside].groupby("file", sort=False):
        names = tuple(rows["name"].head(5))
        problems.append(
            InputProblem(
                "warning",
                Text(zh="规划范围内的机构", en="facilities inside the planning area"),
                Text(
                    zh=f"{len(rows)} 家在范围之外（{'、'.join(names)}），第 {'、'.join(map(str, rows['row'].head(5)))} 行",
                    en=f"{len(rows)} outside it ({', '.join(names)}), rows {', '.join(map(str, rows['row'].head(5)))}",
                ),
                Text(
                    zh="它们不属于任何网格；若位置有误（例如落在海中），改正坐标或坐标系。",
                    en="They belong to no grid; if they are misplaced (in the sea, say), correct coordinates or datum.",
                ),
                file=str(file),
                field="geometry",
                rows=tuple(int(row) for row in rows["row"]),
                values=names,
            )
        )


def _read_travel_table(case: Case, problems: Problems) -> pd.DataFrame:
    source = case.layers.travel_table
    if source is None:
        return pd.DataFrame()
    table = read_table(case, source, problems)
    if table is None or table.empty:
        return pd.DataFrame()
    first = table.columns[0]
    minutes = table.drop(columns=first).apply(pd.to_numeric, errors="coerce")
    bad = (minutes < 0).any(axis=1) | (minutes.isna() & (table.drop(columns=first) != "")).any(axis=1)
    tell_rows(
        problems,
        source,
        first,
        table.index[bad],
        Text(zh="不小于 0 的分钟数（到不了则留空）", en="minutes of at least 0 (empty where unreachable)"),
        Text(zh="不是这样的值", en="other values"),
        Text(zh="改正这些值。", en="Correct them."),
    )
    minutes.index = pd.Index(table[first].astype(str), name="unit_id")
    return minutes.fillna(float("inf"))


def _hash_inputs(case: Case) -> dict[str, str]:
    sources = [
        case.layers.units,
        case.layers.boundaries,
        case.layers.population,
        case.layers.census,
        *case.layers.facilities,
    ]
    sources += [
        case.layers.roads,
        case.layers.barriers,
        case.layers.links,
        case.layers.baseline,
        case.layers.travel_table,
    ]
    files = {source.path: case.locate(source) for source in sources if source is not None}
    return {name: _hash_file(path) for name, path in sorted(files.items()) if path.exists()}


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
