"""Speeds by road class and the delay at junctions, fitted to measured trips.

The minutes of a trip are those that no class speed decides (access, ferries, posted limits), the minutes on each class, and a delay
a junction. With the ways known, minutes are linear in the paces; with the paces known, ways are shortest ways: the two are found
in turns until they agree. Errors count relative to the minutes of the trip, large ones less and gross ones not at all (Huber's estimate first, then
Tukey's biweight; Huber, "Robust Statistics", 1981). Classes that few trips use are drawn towards what all classes have in common (partial pooling).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridplan.travel import validation
from gridplan.travel.milliseconds import MS_PER_MIN, Bools, Floats, Ints
from gridplan.travel.network import RoadNetwork
from gridplan.travel.paths import Paths, trace_paths
from gridplan.travel.pricing import delayed_ends, kmh_by_class
from gridplan.travel.snaps import Snaps

RANKS = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
)
"""Classes from the fastest to the slowest; others (tracks, footways open to cars) count with the last."""
APART = 0.25
"""Before any trip is seen, a class differs from what all have in common by so much of its pace (standard deviation; D)."""
LEAST_SPREAD = 1e-3
"""Trips are not measured more exactly than to a thousandth (D)."""
HUBER = 1.345
TUKEY = 4.685
"""Errors of so many standard deviations count less, or not at all: either is 95 % efficient where errors are normal."""
LOWEST, HIGHEST = 0.2, 5.0
"""Factors on speeds within which they are looked for (D)."""
TURNS, SAME = 12, 3e-3
"""Ways and paces are found in turns at most so often; speeds that move by less are found."""
ROUNDS = 50
AT_ONCE = 64
LONGEST_DELAY_S = 120.0
SURE = 3.0
"""A delay counts where it is more than so many standard errors from none."""
SURE_GAIN = 2.0
"""Speeds are proposed where the errors of the trips held out fall by more than so many standard errors of their fall (D)."""
BLIND = 0.9
"""... and to at most 0.9 of the error of one number for all trips, which knows nothing of the way (D)."""


@dataclass(frozen=True, eq=False)
class Trips:
    """Measured trips by one mode: where each begins and ends, and its minutes."""

    origins: Snaps
    targets: Snaps
    minutes: Floats


@dataclass(frozen=True)
class Factor:
    """What the trips say of a class and its ramps: the factor on its speeds, its relative standard error, minutes spent on it."""

    road_class: str
    factor: float
    error: float
    minutes: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Speeds fitted to trips, and what they are worth on trips held out.

    - factors: on the speeds of the network by class; speeds: km/h of the classes that there are
    - delay_s, delay_error_s: seconds a junction and their standard error; delay_error_s None: not fitted, as it was
    - before, after: minutes of every trip at the speeds of the network and at those fitted, inf where there is no way
    - usable, held_out: trips that have a way, and those of them kept out of the fit
    - error_before, error_after, error_blind: median relative error of the trips held out, the last of one number for all
    - fall: by how many standard errors the errors of the trips held out fall
    """

    factors: tuple[Factor, ...]
    speeds: Mapping[str, float]
    delay_s: float
    delay_error_s: float | None
    before: Floats
    after: Floats
    usable: Bools
    held_out: Bools
    error_before: float
    error_after: float
    error_blind: float
    fall: float

    @property
    def explains(self) -> bool:
        """Whether the way explains the minutes at all, better than one number for all trips."""
        return self.error_after <= BLIND * self.error_blind

    @property
    def gains(self) -> bool:
        """Whether the speeds are worth proposing."""
        return self.explains and self.fall > SURE_GAIN


def fit_speeds(network: RoadNetwork, trips: Trips, *, held_out: Bools) -> Calibration:
    """Fit speeds by class and a junction delay to measured trips.

    Parameters
    ----------
    network
        Of the mode and the period of the trips, at the speeds from which to start.
    trips
        Snapped on it.
    held_out
        Trips that are kept out of the fit and judge it.

    Returns
    -------
    Calibration
        Also where the speeds are worth nothing; see `gains`.

    Raises
    ------
    NetworkError
        The network has no road classes.

    Examples
    --------
    >>> layers = gp.read_layers(gp.example_case("yunxiu"))
    >>> network = gp.RoadNetwork.from_roads(layers.roads)
    >>> from gridplan.travel.snapping import snap_points
    >>> here = snap_points(network, layers.cells.get_coordinates()[:60]); there = here.take(range(59, -1, -1))
    >>> trips = Trips(here, there, 1.25 * network.table(here, there).diagonal())
    >>> found = fit_speeds(network, trips, held_out=np.arange(60) % 4 == 0)
    >>> found.gains
    True
    """
    there = _classes(network)
    before = _minutes_of(network, trips)
    usable = np.isfinite(before) & (trips.minutes > 0)
    judged, kept = usable & held_out, np.flatnonzero(usable & ~held_out)
    trial = _fit(network, network, _some(trips, kept))
    after = _minutes_of(trial.network, trips)
    fitted = _fit(network, trial.network, _some(trips, np.flatnonzero(usable)))
    blind = np.full(len(before), np.median(trips.minutes[kept]))
    measured = trips.minutes[judged]
    errors = [np.abs(modelled[judged] - measured) / measured for modelled in (before, after, blind)]
    return Calibration(
        factors=tuple(
            Factor(name, float(fitted.solved.factors[i]), float(fitted.solved.errors[i]), float(minutes))
            for i, (name, minutes) in enumerate(zip(RANKS, fitted.parts.minutes.sum(axis=0), strict=True))
            if name in set(map(_base, there))
        ),
        speeds={name: kmh for name, kmh in _table(fitted.network).items() if name in there},
        delay_s=fitted.solved.delay_s,
        delay_error_s=fitted.solved.delay_error_s,
        before=before,
        after=after,
        usable=usable,
        held_out=held_out,
        error_before=float(np.median(errors[0])),
        error_after=float(np.median(errors[1])),
        error_blind=float(np.median(errors[2])),
        fall=_fall(errors[0], errors[1]),
    )


class _Fit(NamedTuple):
    """A network at the speeds that explain some trips, and what they were found from."""

    network: RoadNetwork
    parts: _Parts
    solved: _Solved


def _fit(network: RoadNetwork, now: RoadNetwork, trips: Trips) -> _Fit:
    """Return the fit of trips: factors on the speeds of `network`, ways at first those of `now`."""
    table, delay_s = _table(network), validation.need_roads(network.priced).rules.junction_delay_s
    speeds = _table(now)
    for _ in range(TURNS):
        parts = _take_apart(now, table, trips)
        solved = _solve_with_delay(parts, delay_s)
        fresh = {name: kmh * float(solved.factors[RANKS.index(_base(name))]) for name, kmh in table.items()}
        moved = max(abs(fresh[name] / speeds[name] - 1.0) for name in table)
        speeds = fresh
        now = network.with_speeds(speeds, junction_delay_s=solved.delay_s)
        if moved <= SAME:
            break
    return _Fit(now, parts, solved)


def _table(network: RoadNetwork) -> dict[str, float]:
    """Return the speeds of a network by class, ferries left out."""
    speeds = validation.need_roads(network.priced).rules.table()
    return {name: kmh for name, kmh in speeds.items() if name != "ferry"}


def _classes(network: RoadNetwork) -> set[str]:
    """Return the classes of the roads that the mode may use, ferries left out."""
    priced = validation.need_roads(network.priced)
    return set(priced.roads["road_class"][priced.usable].unique()) - {"ferry"}


def _some(trips: Trips, rows: Ints) -> Trips:
    return Trips(trips.origins.take(rows), trips.targets.take(rows), trips.minutes[rows])


class _Parts(NamedTuple):
    """What the minutes of trips are made of: fixed ones, those on each of `RANKS` at the first speeds, junctions; and as measured."""

    fixed: Floats
    minutes: Floats
    junctions: Floats
    measured: Floats


class _Solved(NamedTuple):
    """Factors on speeds and their relative standard errors, seconds a junction and their standard error (None: not fitted)."""

    factors: Floats
    errors: Floats
    delay_s: float
    delay_error_s: float | None


def _base(road_class: str) -> str:
    """Return which of `RANKS` a class counts with."""
    name = road_class.removesuffix("_link")
    return name if name in RANKS else RANKS[-1]


def _minutes_of(network: RoadNetwork, trips: Trips) -> Floats:
    """Return the minutes of each trip."""
    result = np.empty(len(trips.minutes))
    for first in range(0, len(result), AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, len(result)))
        result[rows] = network.table(trips.origins.take(rows), trips.targets.take(rows)).diagonal()
    return result


def _take_apart(network: RoadNetwork, table: Mapping[str, float], trips: Trips) -> _Parts:
    """Return the parts of the trips on their quickest ways through a network; minutes on classes at the speeds of `table`."""
    priced = validation.need_roads(network.priced)
    paths: Paths = trace_paths(network, trips.origins, trips.targets)
    n, edge = len(trips.minutes), paths.edge
    classes = priced.roads["road_class"].take(edge).astype(str).to_numpy(dtype=object)
    kmh = np.where(classes == "ferry", np.nan, kmh_by_class(priced)[edge])
    first_kmh = np.array([table.get(name, np.nan) for name in classes], dtype=float)
    rank = np.array([RANKS.index(_base(name)) for name in classes], dtype=np.int64)
    by_class = np.isfinite(kmh)
    at_head, at_tail = delayed_ends(priced)
    junctions = paths.share * np.where(paths.along, at_head[edge], at_tail[edge])
    metres = paths.share * np.where(by_class, priced.length_m[edge], 0.0)
    along, against = network.streets.ms(edge)
    whole = paths.share * np.where(paths.along, along, against) / MS_PER_MIN
    on_class = metres / 1000.0 / np.where(by_class, kmh, 1.0) * 60.0
    fixed = whole - on_class - junctions * priced.rules.junction_delay_s / 60.0
    minutes = np.zeros((n, len(RANKS)))
    first = metres / 1000.0 / np.where(by_class, first_kmh, 1.0) * 60.0
    np.add.at(minutes, (paths.way, rank), first)
    access = (trips.origins.access_min + trips.targets.access_min).astype(float)
    return _Parts(
        access + np.bincount(paths.way, weights=fixed, minlength=n),
        minutes,
        np.bincount(paths.way, weights=junctions, minlength=n).astype(float),
        trips.minutes,
    )


def _solve_with_delay(parts: _Parts, delay_s: float) -> _Solved:
    """Return the factors with a delay at junctions where the trips tell it from none, else with the delay as it is."""
    found = _solve(parts, delay_s, with_delay=True)
    if found.delay_error_s is not None and found.delay_s > SURE * found.delay_error_s:
        return found
    return _solve(parts, delay_s, with_delay=False)


def _solve(parts: _Parts, delay_s: float, *, with_delay: bool) -> _Solved:
    """Return the factors on the speeds of classes that explain the trips best, by reweighted least squares.

    Unknowns are the pace of each class relative to the first one, the pace that all classes have in common, towards which those that
    the trips say little of are drawn, and the delay.
    """
    from scipy.optimize import lsq_linear

    n = len(RANKS)
    fixed = parts.fixed if with_delay else parts.fixed + parts.junctions * delay_s / 60.0
    columns = [parts.minutes, np.zeros((len(fixed), 1)), parts.junctions[:, None] / 60.0]
    design = np.hstack(columns if with_delay else columns[:2])
    size = design.shape[1]
    low, high = np.full(size, 1.0 / HIGHEST), np.full(size, 1.0 / LOWEST)
    found = np.ones(size)
    if with_delay:
        low[-1], high[-1], found[-1] = 0.0, LONGEST_DELAY_S, delay_s
    pooled = np.hstack([np.eye(n), -np.ones((n, 1)), np.zeros((n, size - n - 1))]) / APART
    measured = parts.measured - fixed
    for weigh in (_huber, _biweight):
        for _ in range(ROUNDS):
            expected = np.maximum(fixed + design @ found, 1.0)
            wrong = (measured - design @ found) / expected
            spread = max(1.4826 * float(np.median(np.abs(wrong))), LEAST_SPREAD)
            weight = np.sqrt(weigh(wrong / spread))
            rows = np.vstack([design * (weight / expected)[:, None], pooled * spread])
            fresh = lsq_linear(rows, np.append(measured * weight / expected, np.zeros(n)), bounds=(low, high)).x
            done = np.abs(fresh - found).max() <= 1e-4
            found = fresh
            if done:
                break
    errors = _standard_errors(design / expected[:, None], pooled, wrong / spread, spread)
    delay = (float(found[-1]), float(errors[-1])) if with_delay else (delay_s, None)
    return _Solved(1.0 / found[:n], errors[:n] / found[:n], *delay)


def _huber(wrong: Floats) -> Floats:
    """Return the weight of each error, in standard deviations: whole up to `HUBER`, less beyond."""
    result: Floats = np.minimum(1.0, HUBER / np.maximum(np.abs(wrong), 1e-12))
    return result


def _biweight(wrong: Floats) -> Floats:
    """Return the weight of each error, in standard deviations, by Tukey: none from `TUKEY` on."""
    result: Floats = np.maximum(1.0 - (wrong / TUKEY) ** 2, 0.0) ** 2
    return result


def _standard_errors(design: Floats, pooled: Floats, wrong: Floats, spread: float) -> Floats:
    """Return the standard errors of a biweight fit (Huber 1981, 7.6) whose unknowns are drawn together by `pooled`."""
    within = np.abs(wrong) < TUKEY
    slope = np.where(within, (1.0 - (wrong / TUKEY) ** 2) * (1.0 - 5.0 * (wrong / TUKEY) ** 2), 0.0).mean()
    variance = spread**2 * float(((_biweight(wrong) * wrong) ** 2).mean()) / max(float(slope), 1e-3) ** 2
    told = design.T @ design / max(variance, LEAST_SPREAD**2) + pooled.T @ pooled
    result: Floats = np.sqrt(np.maximum(np.diag(np.linalg.pinv(told)), 0.0))
    return result


def _fall(before: Floats, after: Floats) -> float:
    """Return the mean fall of errors, none counted as more than the whole of its trip, over its standard error."""
    falls = np.minimum(before, 1.0) - np.minimum(after, 1.0)
    spread = float(falls.std(ddof=1)) / np.sqrt(len(falls)) if len(falls) > 1 else float("inf")
    return float(falls.mean() / max(spread, 1e-9))
