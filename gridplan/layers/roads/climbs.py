"""Roads over a relief: how many times as long as on the level they take on foot and by bicycle, each way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.layers.files.reading import Reading, open_source, tell_unreadable
from gridplan.layers.roads.relief import Relief, read_relief
from gridplan.travel.milliseconds import Bools, Floats, Ints
from gridplan.travel.slopes import PACES, times_as_long
from gridplan.travel.speeds import WALK_CLASSES
from gridplan.words.errors import LayerError
from gridplan.words.ledger import HELD, USED, Subject
from gridplan.words.numbers import share
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

STEEPEST_STREET, STEEPEST_PATH = 0.35, 1.0
"""No street is steeper (Baldwin Street in Dunedin, 34.8 %), and no path that is walked upright (D): the rest is the raster's, and is cut to this."""
STEEP = 0.08
"""Ramps for wheelchairs are no steeper than 1 in 12 (GB 50763); `check` tells how much of the roads is."""
LONGEST_SPAN_M, _THROUGH_M = 2_000.0, 10.0
"""Longer lines that are flagged a bridge or a tunnel (D) may be roads with one somewhere: they are straight only where the ground nowhere
rises more than so much through the bridge, or falls below the tunnel."""
_DOUBTFUL, _MOST_DOUBTFUL = 0.15, 0.2
"""Where more than this share of the streets is steeper than 15 %, heights are in another unit or not those of the ground (D)."""
_BARE_SHARE = 0.01
_HEIGHTS = Subject("road_heights", Text(zh="有高程的道路", en="roads with heights"), "km")
_LEVEL = Text(zh="那里没有高程，按平地", en="no height there: level")


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Stretches of roads: rise over run along the line, length, the road (position) they belong to, and whether heights are known."""

    slope: Floats
    length_m: Floats
    owner: Ints
    known: Bools


def with_climbs(roads: gpd.GeoDataFrame | None, case: Case, crs: str, problems: Problems) -> gpd.GeoDataFrame | None:
    """Return the roads with what the heights of the case (`layers.elevation`) make of them; unchanged where it has none.

    Adds `walk_along`, `walk_against`, `bike_along`, `bike_against`, how many times as long as on the level, and `steepest`, rise over
    run of the steepest piece, NaN where no height is known.
    """
    source = case.layers.elevation
    if source is None:
        return roads
    reading = open_source(case, source, problems)
    if roads is None or roads.empty:
        _tell_no_roads(case, reading)
        return roads
    _tell_unused(case, reading)
    try:
        relief = read_relief(reading, roads.total_bounds, crs)
    except LayerError as error:
        problems.extend(error.problems)
        return roads
    except Exception as error:  # whatever GDAL raises about a damaged file
        tell_unreadable(reading, error)
        return roads
    if relief is None:
        return roads
    pieces = _clipped(climb(roads, relief), roads, reading)
    _account(pieces, roads, reading)
    return _with_columns(roads, pieces)


def climb(roads: gpd.GeoDataFrame, relief: Relief) -> _Pieces:
    """Return the pieces of all roads: of one cell's length at most on the ground, bridges and tunnels straight from end to end."""
    lines = np.asarray(roads.geometry.array)
    length_m = shapely.length(lines)
    raised = _raised(roads, lines, length_m, relief)
    count = np.where(raised, 1, np.maximum(np.ceil(length_m / relief.cell_m), 1)).astype(np.int64)
    owner = np.repeat(np.arange(len(lines)), count)
    first = np.cumsum(count) - count
    step = (np.arange(len(owner)) - first[owner]) / count[owner]
    along = np.concatenate([step, step + 1.0 / count[owner]]) * np.tile(length_m[owner], 2)
    places = shapely.line_interpolate_point(np.tile(lines[owner], 2), along)
    start, stop = relief.at(shapely.get_coordinates(places)).reshape(2, -1)
    ends = roads[["tail", "head"]].to_numpy(np.int64)
    nodes = _heights_of_nodes(ends, raised, length_m, start[first], stop[first + count - 1])
    start[raised[owner]], stop[raised[owner]] = nodes[ends[raised, 0]], nodes[ends[raised, 1]]
    run = length_m[owner] / count[owner]
    known = np.isfinite(start) & np.isfinite(stop)
    slope = np.divide(stop - start, run, out=np.zeros(len(owner)), where=known & (run > 0))
    return _Pieces(slope, run, owner, known)


def _raised(roads: gpd.GeoDataFrame, lines: Any, length_m: Floats, relief: Relief) -> Bools:
    """Return which roads go straight from end to end: ferries, bridges and tunnels, of long ones those with the ground on the right side of it."""
    bridge, tunnel = (roads[name].to_numpy(bool) for name in ("bridge", "tunnel"))
    raised: Bools = bridge | tunnel | (roads["road_class"] == "ferry").to_numpy(bool)
    for row in np.flatnonzero((bridge | tunnel) & (length_m > LONGEST_SPAN_M)):
        along = np.linspace(0.0, 1.0, int(np.ceil(length_m[row] / relief.cell_m)) + 1)
        places = shapely.line_interpolate_point(lines[row], along, normalized=True)
        ground = relief.at(shapely.get_coordinates(places))
        above = ground - (ground[0] + along * (ground[-1] - ground[0]))
        raised[row] = not ((above if bridge[row] else -above) > _THROUGH_M).any()
    return raised


def _heights_of_nodes(ends: Ints, raised: Bools, length_m: Floats, at_tail: Floats, at_head: Floats) -> Floats:
    """Return the height of every node: of the ground where a road on the ground ends, between them along bridges and tunnels."""
    height = np.full(int(ends.max(initial=-1)) + 1, np.nan)
    height[ends[~raised, 0]], height[ends[~raised, 1]] = at_tail[~raised], at_head[~raised]
    return _between(height, ends[raised], np.maximum(length_m[raised], 1e-3))


def _between(height: Floats, ends: Ints, length_m: Floats) -> Floats:
    """Fill heights that are not known along spans between those that are, each the mean of its neighbours by nearness."""
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import spsolve

    n = len(height)
    near = coo_array((np.tile(1.0 / length_m, 2), (ends.T.ravel(), ends[:, ::-1].T.ravel())), shape=(n, n)).tocsr()
    part = connected_components(near, directed=False)[1]
    known = np.isfinite(height)
    free = ~known & np.isin(part, part[known]) & (near.sum(axis=1) > 0)
    if not free.any():
        return height
    laplace: Any = (diags_array(near.sum(axis=1)) - near).tocsr()
    given = near[free][:, known] @ height[known]
    filled = height.copy()
    filled[free] = np.asarray(spsolve(laplace[free][:, free].tocsc(), given))
    return filled


def _clipped(pieces: _Pieces, roads: gpd.GeoDataFrame, reading: Reading) -> _Pieces:
    """Cut slopes to what streets and paths can have; tell where there are more steep ones than any place has."""
    street = ~roads["road_class"].isin(WALK_CLASSES).to_numpy(bool)
    most = np.where(street, STEEPEST_STREET, STEEPEST_PATH)[pieces.owner]
    on_streets = pieces.length_m * (street[pieces.owner] & pieces.known)
    steep = float(on_streets[np.abs(pieces.slope) > _DOUBTFUL].sum()) / max(float(on_streets.sum()), 1e-9)
    if steep > _MOST_DOUBTFUL:
        reading.tell(
            Text(zh="地面的高程，以米计", en="heights of the ground in metres"),
            Text(zh="{p} 的街道陡于 15%", en="{p} of the streets steeper than 15 %").format(p=share(steep)),
            Text(
                zh='核对单位（英尺则写 unit = "ft"）、坐标系，以及是否为含楼房的地表模型。',
                en='Check the unit (feet: unit = "ft"), the CRS, and whether houses are in it (a surface model).',
            ),
            severity="warning",
            field="unit",
        )
    return _Pieces(np.clip(pieces.slope, -most, most), pieces.length_m, pieces.owner, pieces.known)


def _with_columns(roads: gpd.GeoDataFrame, pieces: _Pieces) -> gpd.GeoDataFrame:
    n, added = len(roads), {}
    for mode, pace in PACES.items():
        for way, sign in (("along", 1.0), ("against", -1.0)):
            added[f"{mode}_{way}"] = times_as_long(pace, sign * pieces.slope, pieces.length_m, pieces.owner, n)
    steepest = np.full(n, -np.inf)
    np.maximum.at(steepest, pieces.owner[pieces.known], np.abs(pieces.slope[pieces.known]))
    return roads.assign(**added, steepest=np.where(np.isfinite(steepest), steepest, np.nan))


def _account(pieces: _Pieces, roads: gpd.GeoDataFrame, reading: Reading) -> None:
    """Enter how much of the roads has heights, and tell where that is not all of them."""
    on_land = (roads["road_class"] != "ferry").to_numpy(bool)[pieces.owner]
    held, used = (float(pieces.length_m[rows].sum()) for rows in (on_land, on_land & pieces.known))
    reading.enter(_HEIGHTS, held / 1000, HELD)
    reading.enter(_HEIGHTS, used / 1000, USED)
    reading.enter(_HEIGHTS, (held - used) / 1000, _LEVEL)
    bare = 1.0 - used / held if held else 0.0
    if bare <= _BARE_SHARE:
        return
    reading.tell(
        Text(zh="覆盖规划范围的高程", en="heights that cover the planning area"),
        Text(zh="{p} 的道路（{k:,.0f} 公里）没有高程", en="{p} of the roads ({k:,.0f} km) without any").format(
            p=share(bare), k=(held - used) / 1000
        ),
        Text(
            zh="那里按平地计算步行和骑行时间；换用覆盖全部范围的栅格，或核对坐标系。",
            en="On foot and by bicycle they count as level: use a raster of the whole area, or check the CRS.",
        ),
        severity="error" if used == 0 else "warning",
    )


def _tell_no_roads(case: Case, reading: Reading) -> None:
    if case.layers.roads is not None:
        return
    reading.tell(
        Text(
            zh="道路图层（layers.roads），高程用于道路的坡", en="a road layer (layers.roads), whose slopes heights tell"
        ),
        Text(zh="没有写", en="none"),
        Text(zh="给出道路图层，或删去 [layers.elevation]。", en="Give one, or remove [layers.elevation]."),
        severity="warning",
    )


def _tell_unused(case: Case, reading: Reading) -> None:
    """Tell heights that change no minutes: these are not those of roads, or nobody goes on foot or by bicycle."""
    travel = case.travel
    if travel.source == "roads" and (travel.primary_by in PACES or case.layers.buses is not None):
        return
    reading.tell(
        Text(
            zh="按道路步行或骑自行车的出行时间，坡度才计入",
            en="minutes on foot or by bicycle along roads, in which slopes count",
        ),
        Text(zh="都没有", en="none"),
        Text(
            zh="高程未采用；可删去 [layers.elevation]。",
            en="Heights change nothing: [layers.elevation] can be removed.",
        ),
        severity="warning",
    )


def tell_climbs(roads: pd.DataFrame) -> Text | None:
    """Return how much of the roads has heights and how steep they are; None where no heights were given."""
    if "steepest" not in roads:
        return None
    frame: Any = roads
    rows = frame[frame["road_class"] != "ferry"]
    length, slope = rows.length.to_numpy(float), rows["steepest"].to_numpy(float)
    known = np.isfinite(slope)
    of_all, steep = (float(length[some].sum()) / max(float(length.sum()), 1e-9) for some in (known, slope > STEEP))
    return Text(
        zh="{p} 的道路长度有高程；最陡 {s}，{q} 的长度有陡于 8% 之处。步行、骑自行车的时间计入坡度，驾车和电动车不计。",
        en="{p} of the length of the roads has heights; the steepest is {s}, and {q} lies on roads with a stretch steeper than 8 %. Slopes count on foot and by bicycle, not by car or e-bike.",
    ).format(p=share(of_all), s=share(float(slope[known].max(initial=0.0))), q=share(steep))
