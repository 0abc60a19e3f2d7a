"""Speeds of the place from trips that were measured there: fitted by period, judged on trips held out, proposed for the case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sections import MOST_KMH
from gridplan.ground.access.rulers import make_network, snap_to
from gridplan.ground.kept_layers import read_complete_layers
from gridplan.layers.layers import Layers
from gridplan.layers.trips import read_trips
from gridplan.travel.calibration import Calibration, Trips, fit_speeds
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import PERIODS

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

FEWEST = 40
"""Trips of a period from which speeds are fitted (D)."""
HELD_OUT = 4
"""One of so many trips judges the speeds and does not make them (D)."""
SHORTEST_MIN = 2.0
"""Shorter trips are left out: what is measured of them is the parking (D)."""


_NO_PARTS = pd.DataFrame({"before": [], "after": [], "part": []})


@dataclass(frozen=True, eq=False)
class PeriodSpeeds:
    """What the trips of a period say: speeds of the case now, and the calibration."""

    period: str
    now: dict[str, float]
    delay_now_s: float
    found: Calibration


@dataclass(frozen=True, eq=False)
class MeasuredSpeeds:
    """Speeds fitted to the measured trips of a case, period by period.

    - periods: of those with enough trips
    - trips: one row a trip, on the row numbers of the file: period, minutes measured, before and after the fit, part (fit, held_out, or left
      out: short, no_way, few)
    - told: what is doubtful
    """

    case: Case
    periods: tuple[PeriodSpeeds, ...]
    trips: pd.DataFrame
    told: tuple[InputProblem, ...]

    @property
    def gains(self) -> bool:
        """Whether there is anything to propose."""
        return any(period.found.gains for period in self.periods)


def measure_speeds(case: Case, *, progress: Callable[[Text], None] = lambda stage: None) -> MeasuredSpeeds:
    """Fit speeds by road class and a delay at junctions to the measured trips of a case (`layers.trips`).

    Parameters
    ----------
    case
        Of `read_case`; its own speeds are those to start from.
    progress
        Called with the name of each stage as it begins.

    Raises
    ------
    LayerError
        If layers or trips cannot be used, or no period has enough of them.
    """
    progress(Text(zh="读取图层和行程", en="Reading layers and trips"))
    layers, problems = read_complete_layers(case), Problems()
    read = read_trips(case, layers.crs, problems)
    if case.travel.source != "roads":
        _tell_no_roads(problems)
    problems.refuse(LayerError)
    assert read is not None
    starts, ends, trips = read
    found, parts = [], []
    for period in PERIODS:
        rows = np.flatnonzero(trips["period"] == period)
        if len(rows):
            progress(Text(zh="拟合{p}车速", en="Fitting speeds, {p}").format(p=PERIODS.label(period)))
            here = starts.iloc[rows], ends.iloc[rows], trips["minutes"].to_numpy(float)[rows]
            fitted, columns = _of_period(case, layers, period, *here)
            parts.append(columns)
            found += [fitted] if fitted is not None else []
    trips = trips.join(pd.concat(parts) if parts else _NO_PARTS)
    if not found:
        _tell_few(trips, case, problems)
    problems.refuse(LayerError)
    return MeasuredSpeeds(case, tuple(found), trips, tuple(problems))


def _of_period(
    case: Case,
    layers: Layers,
    period: str,
    starts: gpd.GeoSeries,
    ends: gpd.GeoSeries,
    minutes: np.ndarray,
) -> tuple[PeriodSpeeds | None, pd.DataFrame]:
    """Return the speeds of a period (None: too few trips) and what becomes of each trip: before, after, part."""
    rules = case.travel.model_copy(update={"period": period})
    network = make_network(layers.roads, rules, "drive")
    origins, targets = (
        snap_to(network, shapely.get_coordinates(points.array), layers, case) for points in (starts, ends)
    )
    long = minutes >= SHORTEST_MIN
    able = np.flatnonzero(long & ~origins.unreachable & ~targets.unreachable)
    part, before, after = np.where(long, "no_way", "short").astype(object), *np.full((2, len(minutes)), np.nan)
    if len(able) < FEWEST:
        part[able] = "few"
        return None, pd.DataFrame({"before": before, "after": after, "part": part}, index=starts.index)
    held_out = np.random.default_rng(case.solver.seed).permutation(len(able)) % HELD_OUT == 0
    found = fit_speeds(network, Trips(origins.take(able), targets.take(able), minutes[able]), held_out=held_out)
    kept = able[found.usable]
    part[kept] = np.where(held_out, "held_out", "fit")[found.usable]
    before[kept], after[kept] = found.before[found.usable], found.after[found.usable]
    parts = pd.DataFrame({"before": before, "after": after, "part": part}, index=starts.index)
    priced = network.priced
    assert priced is not None
    return PeriodSpeeds(period, priced.rules.table(), priced.rules.junction_delay_s, found), parts


def proposed_keys(measured: MeasuredSpeeds) -> dict[str, str]:
    """Return the keys of [travel] that the trips propose, as they stand in a case; none where nothing is gained."""
    keys: dict[str, str] = {}
    for period in measured.periods:
        if not period.found.gains:
            continue
        peak = period.period == "peak"
        speeds = ", ".join(f"{name} = {min(kmh, MOST_KMH):.1f}" for name, kmh in sorted(period.found.speeds.items()))
        keys["peak_kmh" if peak else "drive_kmh"] = f"{{ {speeds} }}"
        if period.found.delay_error_s is not None or peak:
            keys["peak_junction_delay_s" if peak else "junction_delay_s"] = f"{period.found.delay_s:.1f}"
    if keys:
        n = int(measured.trips["part"].isin(["fit", "held_out"]).sum())
        source = measured.case.layers.trips
        name = "" if source is None else source.path
        keys["speeds_from"] = json.dumps(f"measured: {counted(n, 'trip').en}, {name}", ensure_ascii=False)
    return keys


def _tell_no_roads(problems: Problems) -> None:
    problems.tell(
        ('travel.source = "roads"', 'travel.source = "roads"'),
        ("别的时间来源", "another source of minutes"),
        ("车速只用于按道路计算的时间。", "Speeds matter where minutes are those of roads."),
        file="case.toml",
        field="travel.source",
    )


def _tell_few(trips: pd.DataFrame, case: Case, problems: Problems) -> None:
    usable = int((trips["part"] == "few").sum())
    problems.tell(
        (f"一个时段至少 {FEWEST} 次能用的行程", f"{FEWEST} usable trips in a period"),
        (
            f"{len(trips)} 次中能用 {usable} 次（其余短于 {SHORTEST_MIN:g} 分钟，或起终点不在路网附近）",
            f"{usable} of {len(trips)}; the others take less than {SHORTEST_MIN:g} min or do not begin and end near the roads",
        ),
        (
            "补充行程；核对经纬度的次序和坐标系（datum）。",
            "Measure more trips; check the order of coordinates and the datum.",
        ),
        file=case.layers.trips.path if case.layers.trips is not None else "",
    )
