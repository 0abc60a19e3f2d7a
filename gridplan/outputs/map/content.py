"""What the page shows, as plain values: nothing is computed here beyond how it is presented."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from gridplan.checks.rule_book import RULES
from gridplan.checks.tasks import Task, list_work
from gridplan.grids.care import CHAIN, providers
from gridplan.grids.members import TIE_REASONS
from gridplan.grids.unit_reasons import told_seconds
from gridplan.ground.city_and_counties import scopes_of
from gridplan.outputs.answers import answer_questions
from gridplan.outputs.map.basemap import basemap_content
from gridplan.outputs.map.city_parts import parts_content
from gridplan.outputs.map.curve import curve_content
from gridplan.outputs.map.editing import editing_content
from gridplan.outputs.map.firm_borders import firmness_content, price_content
from gridplan.outputs.map.other_plans import other_plans_content
from gridplan.outputs.map.overlays import annex_content, isochrone_content
from gridplan.outputs.map.page_words import WORDS
from gridplan.outputs.map.revision import revision_content
from gridplan.outputs.map.shapes import (
    MERCATOR,
    Coverage,
    Frame,
    banded_paths,
    build_coverage,
    line_paths,
    simplified_units,
    study_frame,
)
from gridplan.outputs.map.tints import TINTS, choose_tints
from gridplan.proposal.optimality import left_out
from gridplan.proposal.share_range import tell_share_range
from gridplan.words.grid_titles import number_grids, title_grids
from gridplan.words.text import Text
from gridplan.words.vocabulary import (
    ADMIN_LEVELS,
    CAUSES,
    KINDS,
    LEVELS,
    OWNERSHIPS,
    REASONS,
    ROLE_SOURCES,
    ROLES,
    SERVICES,
)

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridplan.checks.finding import Finding
    from gridplan.proposal.proposal import Proposal

FORMAT = "gridplan-map/1"
UNREACHABLE = -1
"""Stands for minutes without end in the page's numbers, which know no infinity; null is "not known"."""

_ROAD_RANKS = {"motorway": 0, "trunk": 0, "primary": 1, "secondary": 2, "tertiary": 3}
_FADE = (0.02, 0.04, 0.06, 0.08, 0.1)
"""How far beyond the study area rivers are drawn, ever fainter, as shares of its longer side."""
_RAIL = ("铁路", "高铁", "railway", "railroad", "rail line")


def page_content(proposal: Proposal) -> dict[str, Any]:
    """Return everything the page shows, as values that JSON can hold."""
    shapes = simplified_units(proposal.units)
    frame = study_frame(shapely.total_bounds(shapes))
    coverage = build_coverage(shapes, frame)
    window = _window(shapely.total_bounds(shapes))
    grid_row, unit_row = _positions(proposal.grids.index), _positions(proposal.units.index)
    units = _units(proposal, grid_row)
    return {
        "format": FORMAT,
        **_about(proposal),
        "frame": _frame(frame, shapes),
        "coverage": {"arcs": coverage.arcs, "rings": coverage.rings},
        "units": units,
        "subAreas": _sub_areas(proposal.units)[1],
        "grids": _grids(proposal, coverage),
        "facilities": _facilities(proposal, frame, grid_row, unit_row),
        "roads": _roads(proposal.roads, frame, window),
        "barriers": _barriers(proposal.barriers, frame, shapes),
        "annexes": annex_content(proposal, frame),
        "isochrones": isochrone_content(proposal, frame),
        "revision": revision_content(proposal, grid_row, unit_row, _positions(proposal.facilities.index)),
        "editing": editing_content(proposal, grid_row, unit_row, _positions(proposal.facilities.index)),
        "findings": [_finding(finding, grid_row, unit_row) for finding in proposal.findings],
        "tasks": [_task(task, grid_row, unit_row) for task in list_work(proposal.findings, proposal.units)],
        "reasons": _reasons(proposal, unit_row),
        "curve": curve_content(proposal, unit_row),
        "firmness": firmness_content(proposal, unit_row),
        "borderPrices": price_content(proposal, unit_row),
        "plans": other_plans_content(proposal),
        "answers": [
            [_pair(one.question), _pair(one.told), _pair(one.place), one.known]
            for one in answer_questions(proposal).values()
        ],
        "basemap": basemap_content(proposal.case.basemap),
        "timeClasses": _time_classes(proposal),
        "densityBreaks": _density_breaks(units["density"], units["population"]),
    }


def _about(proposal: Proposal) -> dict[str, Any]:
    case, place = proposal.case, proposal.case.place
    mixed = place.mode == "city" and bool(case.county.districts)
    mode = WORDS["title_mixed" if mixed else "title_county" if place.mode == "county" else "title_city"]
    english, within = place.name_en or place.name, tell_share_range(proposal)
    return {
        "language": case.language,
        "words": {name: [text.zh, text.en] for name, text in WORDS.items()},
        "rules": {rule.id: _pair(rule.title) for rule in RULES},
        "labels": _labels(),
        "tints": TINTS,
        "title": {"zh": mode.zh.format(place=place.name), "en": mode.en.format(place=english)},
        "place": [place.name, english],
        "date": place.date,
        "synthetic": place.synthetic,
        "sources": [place.sources_zh or place.sources_en, place.sources_en or place.sources_zh],
        "parts": parts_content(proposal),
        "walkLimit": case.travel.walk_limit_min,
        "tolerance": case.grids.balance,
        "objective": _objective(proposal),
        "alternatives": _alternatives(proposal.alternatives),
        "provenance": _provenance(proposal),
        "scores": _plain_scores(proposal),
        "shareRange": None if within is None else _pair(within),
    }


def _plain_scores(proposal: Proposal) -> dict[str, float | None]:
    scores = {**proposal.scores, **(proposal.scores.get("plan") or {})}
    return {key: _number(value) for key, value in sorted(scores.items()) if isinstance(value, (int, float))}


def _labels() -> dict[str, dict[str, list[str]]]:
    groups = {
        "kind": KINDS,
        "ownership": OWNERSHIPS,
        "admin": ADMIN_LEVELS,
        "service": SERVICES,
        "role": ROLES,
        "cause": CAUSES,
        "roleSource": ROLE_SOURCES,
    }
    labels = {name: {key: _pair(term.label) for key, term in terms.items()} for name, terms in groups.items()}
    return {**labels, "level": {str(level): _pair(text) for level, text in LEVELS.items()}}


def _objective(proposal: Proposal) -> dict[str, Any]:
    objective = proposal.objective
    return {
        "value": _number(objective.value),
        "terms": {name: _number(value) for name, value in objective.terms.items()},
        "bound": _number(objective.bound),
        "gap": _number(objective.gap),
        "gapTravel": _number(objective.gap_travel),
        "boundKnowsContiguity": objective.bound_knows_contiguity,
        "status": objective.status,
        "explanation": [_pair(said.message) for said in objective.explanation],
        "leftOut": _pair(left_out(objective)),
    }


def _provenance(proposal: Proposal) -> dict[str, Any]:
    provenance = proposal.provenance
    return {
        "seed": provenance.seed,
        "reproducible": provenance.reproducible,
        "versions": dict(sorted(provenance.versions.items())),
        "hashes": dict(sorted(provenance.input_hashes.items())),
        "notes": [[note.severity, note.render("zh"), note.render("en")] for note in provenance.input_notes],
        "modelled": [_pair(text) for text in provenance.modelled],
    }


def _alternatives(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = (
        "scope_id",
        "k",
        "leads",
        "objective",
        "bound",
        "gap",
        "worst_deviation",
        "share_within",
        "mean_minutes",
        "status",
    )
    return [{name: _value(row.get(name)) for name in names} for row in table.to_dict("records")]


def _frame(frame: Frame, shapes: NDArray[np.object_]) -> dict[str, Any]:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    degrees = [_latitude(south), _longitude(west), _latitude(north), _longitude(east)]
    return {"left": frame.left, "top": frame.top, "step": frame.step, "degrees": [round(value, 6) for value in degrees]}


def _units(proposal: Proposal, grid_row: dict[str, int]) -> dict[str, Any]:
    units = proposal.units
    area_km2 = _area_km2(units)
    population = _column(units, "population")
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(area_km2 > 0, population / area_km2, np.nan)
    return {
        "id": _texts(units.index),
        "name": _words(units, "name"),
        "street": _words(units, "street"),
        "streetId": _words(units, "street_id"),
        "district": _words(units, "district"),
        "population": _numbers(population, 1),
        "grid": [grid_row.get(grid, -1) for grid in _words(units, "grid_id")],
        "subArea": _sub_areas(units)[0],
        "minutes": _numbers(_column(units, "minutes_to_lead"), 2),
        "share": _numbers(_column(units, "share_within"), 4),
        "primary": _numbers(_column(units, "minutes_primary"), 2),
        "density": _numbers(density, 1),
    }


def _reasons(proposal: Proposal, unit_row: dict[str, int]) -> dict[str, Any] | None:
    """Return why each unit is where it is: a word, the grid of a nearer lead (-1: none), and a sentence; None where not known."""
    told = proposal.reasons[proposal.reasons["unit_id"].isin(unit_row)]
    if told.empty:
        return None
    grid_of_lead = {lead: row for row, lead in enumerate(_words(proposal.grids, "lead_id"))}
    words = list(REASONS)
    word, nearest = [-1] * len(unit_row), [-1] * len(unit_row)
    message: list[list[str] | None] = [None] * len(unit_row)
    own: list[str] = []
    prices = _prices(proposal, told)
    for row in told.astype(str).to_dict(orient="records"):
        unit, said = unit_row[row["unit_id"]], [row["message_zh"], row["message_en"]]
        word[unit] = words.index(row["reason"]) if row["reason"] in REASONS else -1
        if row["reason"] == "nearest":
            own = said
        else:
            nearest[unit], message[unit] = grid_of_lead.get(row["nearest_lead_id"], -1), said
    return {
        "words": [_pair(REASONS[name]) for name in words],
        "word": word,
        "nearest": nearest,
        "message": message,
        "nearestMessage": own or ["", ""],
        "price": [prices.get(unit) for unit in unit_row],
        "streetsWhole": proposal.case.grids.keep_whole == "street",
    }


def _prices(proposal: Proposal, told: pd.DataFrame) -> dict[str, list[Any]]:
    """Return what the nearest lead would cost every resident (zh, en) and who else would change lead, for units where it is known."""
    residents = {
        unit: float(proposal.units.loc[scope.units, "population"].sum())
        for scope in scopes_of(proposal.units, proposal.case)
        for unit in scope.units
    }
    known = told[told["price_high"].notna() & (told["reason"] != "nearest")]
    rows = known[["unit_id", "price_low", "price_high", "dragged"]].itertuples(index=False)
    return {
        str(unit): [_pair(told_seconds(low / residents[unit], high / residents[unit])), _number(dragged, 1)]
        for unit, low, high, dragged in rows
        if residents[unit]
    }


def _sub_areas(units: gpd.GeoDataFrame) -> tuple[list[int], list[str]]:
    """Return the position of each unit's sub-area (-1: none) and the names of the sub-areas."""
    ids = _words(units, "sub_area_id")
    name_of = dict(zip(ids, _words(units, "sub_area"), strict=True))
    known = sorted(set(ids) - {""})
    row = {area: place for place, area in enumerate(known)}
    return [row.get(area, -1) for area in ids], [name_of[area] or area for area in known]


def _grid_before(proposal: Proposal, unit_grid: list[int], grid_row: dict[str, int]) -> list[int]:
    """Return the grid of each unit before the revision, so that a revised map keeps the colours of the one before."""
    revision = proposal.provenance.revision
    moved = {} if revision is None else revision.moved
    return [
        grid_row.get(moved[unit], own) if unit in moved else own
        for unit, own in zip(_texts(proposal.units.index), unit_grid, strict=True)
    ]


def grid_tints(proposal: Proposal, coverage: Coverage) -> list[int]:
    """Return the number of a tint for each grid; those of a revised plan are those of the plan before."""
    grid_row = _positions(proposal.grids.index)
    unit_grid = [grid_row.get(grid, -1) for grid in _words(proposal.units, "grid_id")]
    unit_grid = _grid_before(proposal, unit_grid, grid_row)
    pairs = {(unit_grid[one], unit_grid[two]) for one, two, _ in coverage.arcs if two >= 0}
    borders = [(a, b) for a, b in pairs if a >= 0 and b >= 0 and a != b]
    n_grids = len(proposal.grids)
    area_km2 = np.bincount(np.array(unit_grid) + 1, weights=_area_km2(proposal.units), minlength=n_grids + 1)[1:]
    return choose_tints(n_grids, borders, area_km2.round(3).tolist())


def _grids(proposal: Proposal, coverage: Coverage) -> list[dict[str, Any]]:
    grids, tints = proposal.grids, grid_tints(proposal, coverage)
    leads = _words(grids, "lead_id")
    numbers = {
        name: _numbers(_column(grids, name), 4)
        for name in (
            "population", "population_65", "n_units", "deviation", "mean_minutes", "p50_minutes", "p90_minutes", "share_within",
            "share_primary", "beds", "beds_per_1000", "area_km2", "compactness",
        )
    }  # fmt: skip
    facility_row = _positions(proposal.facilities.index)
    titles, groups = title_grids(_texts(grids.index), set(_words(grids, "group_name"))), _words(grids, "group_name")
    number_of = number_grids(_texts(grids.index), set(groups))
    sources, lead_names, care = _words(grids, "group_source"), _words(grids, "lead_name"), _care(proposal, facility_row)
    return [
        {
            "id": grid, "number": number_of[grid], "name": _pair(titles[grid]), "leadName": lead_names[row], "tint": tints[row], "lead": facility_row.get(leads[row], -1),
            "group": groups[row], "groupSource": sources[row], "care": {need: found.get(grid, []) for need, found in care.items()},
            **{_camel(key): values[row] for key, values in numbers.items()},
        }
        for row, grid in enumerate(_texts(grids.index))
    ]  # fmt: skip


def _care(proposal: Proposal, facility_row: dict[str, int]) -> dict[str, dict[str, list[int]]]:
    """Return the providers of each kind of care in each grid, as the rules count them: the lead among them."""
    table = proposal.facilities
    found: dict[str, dict[str, list[int]]] = {need: {} for need in CHAIN}
    for need in CHAIN:
        for facility, grid in providers(table, table, need).items():
            found[need].setdefault(str(grid), []).append(facility_row[str(facility)])
    return found


def _facilities(
    proposal: Proposal, frame: Frame, grid_row: dict[str, int], unit_row: dict[str, int]
) -> dict[str, list[Any]]:
    table = proposal.facilities
    points = table.geometry.to_crs(MERCATOR)
    known = ~(points.is_empty | points.isna())
    xy = np.zeros((len(table), 2), dtype=np.int64)
    xy[known.to_numpy()] = frame.steps(shapely.get_coordinates(points[known].representative_point().to_numpy()))
    return {
        "id": _texts(table.index),
        "name": _words(table, "name"),
        "kind": _words(table, "kind"),
        "level": _numbers(_column(table, "level"), 0),
        "grade": _words(table, "grade"),
        "ownership": _words(table, "ownership"),
        "admin": _words(table, "admin_level"),
        "beds": _numbers(_column(table, "beds"), 0),
        "services": [";".join(keys) for keys in table["services"]],
        "role": _words(table, "role"),
        "tier": _words(table, "lead_tier"),
        "tie": _words(table, "tie"),
        "tieReason": [_pair(TIE_REASONS.label(reason)) for reason in _words(table, "tie_reason")],
        "roleSource": _words(table, "role_source"),
        "agreement": _words(table, "agreement"),
        "parent": _words(table, "parent_id"),
        "grid": [grid_row.get(grid, -1) for grid in _words(table, "grid_id")],
        "unit": [unit_row.get(unit, -1) for unit in _words(table, "unit_id")],
        "xy": [[int(x), int(y)] if is_known else None for (x, y), is_known in zip(xy, known, strict=True)],
    }


def _roads(roads: gpd.GeoDataFrame, frame: Frame, window: tuple[float, float, float, float]) -> list[list[list[int]]]:
    """Return the roads' paths by rank, motorways first; the lowest ranks are left out of a very dense network."""
    ranks: list[list[list[int]]] = [[], [], [], [], []]
    if not len(roads):
        return ranks
    rank = roads["road_class"].astype(str).str.removesuffix("_link").map(_ROAD_RANKS).fillna(4).astype(int)
    left = 150_000
    for number, paths in enumerate(ranks):
        chosen = roads.geometry[(rank == number).to_numpy()]
        found = line_paths(chosen, frame, window, tolerance=2 * frame.step) if len(chosen) else []
        left -= sum(len(path) for path in found)
        if left < 0:
            break
        paths.extend(found)
    return ranks


def _barriers(barriers: gpd.GeoDataFrame, frame: Frame, shapes: NDArray[np.object_]) -> list[dict[str, Any]]:
    """Return barriers by name; beyond the study area they are cut into bands, in which the page lets them fade."""
    named = _words(barriers, "name")
    west, south, east, north = shapely.total_bounds(shapes)
    reach = max(east - west, north - south)
    near = shapely.simplify(shapely.union_all(shapes), reach / 500) if named else None
    found = []
    for name in sorted(set(named)):
        chosen = barriers.geometry[[other == name for other in named]]
        is_rail = any(word in name.lower() for word in _RAIL)
        is_area = bool((shapely.get_dimensions(chosen.to_numpy()) == 2).all())
        bands = banded_paths(chosen, frame, near, [share * reach for share in _FADE])
        found.append({"name": name, "kind": "rail" if is_rail else "area" if is_area else "river", "bands": bands})
    return found


def _finding(finding: Finding, grid_row: dict[str, int], unit_row: dict[str, int]) -> dict[str, Any]:
    return {
        "rule": finding.rule, "severity": finding.severity, "status": finding.status, "subjectKind": finding.subject_kind,
        "subject": finding.subject_id, "grid": grid_row.get(finding.subject_id, -1) if finding.subject_kind == "grid" else -1,
        "measured": _number(finding.measured), "limit": _number(finding.limit), "unit": finding.unit,
        "provenance": finding.provenance, "message": [finding.message_zh, finding.message_en], "reason": finding.reason,
        "author": finding.author, "date": finding.date, "places": [unit_row[unit] for unit in finding.places if unit in unit_row],
    }  # fmt: skip


def _task(task: Task, grid_row: dict[str, int], unit_row: dict[str, int]) -> dict[str, Any]:
    return {
        "head": _pair(task.head), "rules": list(task.rules), "severity": task.severity, "status": task.status, "findings": list(task.findings),
        "grids": [grid_row[grid] for grid in task.grids if grid in grid_row], "places": [unit_row[unit] for unit in task.places if unit in unit_row],
        "subjects": task.n_subjects, "people": _number(task.people, 1),
        "parts": [
            {"cause": part.cause, "units": part.n_units, "people": _number(part.people, 1), "measure": _pair(part.measure), "body": _pair(part.responsible)}
            for part in task.parts
        ],
    }  # fmt: skip


def _time_classes(proposal: Proposal) -> dict[str, Any]:
    """Return breaks in minutes and the residents of each class, of the plan and of each grid as far as they are told."""
    limit = proposal.case.travel.limit_min
    told = proposal.scores.get("time_classes") or {}
    breaks = [float(value) for value in told.get("breaks_min") or (limit / 3, limit / 2, limit * 2 / 3, limit)]
    by_grid = told.get("grids") or {}
    return {
        "breaks": breaks,
        "plan": _classes(told.get("plan"), len(breaks)),
        "grids": [_classes(by_grid.get(grid), len(breaks)) for grid in _texts(proposal.grids.index)],
    }


def _classes(residents: Any, n_breaks: int) -> list[float] | None:
    """Return residents of n + 1 classes; a class of the unreachable joins those beyond the last break."""
    if residents is None or len(residents) <= n_breaks:
        return None
    values = [float(value) for value in residents]
    return [round(value, 1) for value in (*values[:n_breaks], sum(values[n_breaks:]))]


def _density_breaks(density: list[float | None], population: list[float | None]) -> list[float]:
    """Return four round breaks that part the residents into about five equal classes."""
    pairs = sorted((d, p or 0.0) for d, p in zip(density, population, strict=True) if d is not None)
    total = sum(p for _, p in pairs)
    breaks: list[float] = []
    seen = 0.0
    for value, people in pairs:
        seen += people
        while len(breaks) < 4 and total and seen / total >= (len(breaks) + 1) / 5:
            breaks.append(_round_number(value))
    return [value for number, value in enumerate(breaks) if value not in breaks[:number]]


def _round_number(value: float) -> float:
    if value <= 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(value))
    return float(min((1, 1.5, 2, 3, 4, 5, 6, 8, 10), key=lambda step: abs(step * size - value)) * size)


def _area_km2(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    ball = Geod(ellps="GRS80")
    shapes = frame.geometry.to_crs("EPSG:4326")
    return np.array(
        [abs(ball.geometry_area_perimeter(shape)[0]) / 1e6 if shape is not None else 0.0 for shape in shapes]
    )


def _window(bounds: NDArray[np.float64]) -> tuple[float, float, float, float]:
    margin = 0.06 * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    return bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin


def _longitude(x: float) -> float:
    return math.degrees(x / 6378137.0)


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp(y / 6378137.0)) - math.pi / 2)


def _texts(values: Any) -> list[str]:
    return [
        "" if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA else str(value)
        for value in values
    ]


def _positions(index: Any) -> dict[str, int]:
    return {name: row for row, name in enumerate(_texts(index))}


def _words(frame: pd.DataFrame, name: str) -> list[str]:
    return _texts(frame[name]) if name in frame else [""] * len(frame)


def _column(frame: pd.DataFrame, name: str, fill: float = math.nan) -> NDArray[np.float64]:
    if name not in frame:
        return np.full(len(frame), fill)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=fill)


def _numbers(values: NDArray[np.float64], digits: int) -> list[float | None]:
    return [_number(value, digits) for value in values.tolist()]


def _number(value: Any, digits: int = 6) -> float | None:
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        return UNREACHABLE
    rounded = round(float(value), digits)
    return int(rounded) if rounded.is_integer() else rounded


def _value(value: Any) -> Any:
    if isinstance(value, (list, tuple, np.ndarray)):
        return [str(item) for item in value]
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return _number(value)
    return None if value is None or value is pd.NA else str(value)


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
