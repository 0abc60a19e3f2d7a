"""From a road frame to milliseconds along and against each road, for one mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from gridplan.travel.milliseconds import Bools, Floats, Ints, Ms, to_ms
from gridplan.travel.search.graph import Nodes
from gridplan.travel.speeds import (
    ALPINE_PACE,
    FERRY_KMH,
    FERRY_WAIT_MIN,
    RULES,
    STEPS_PACE,
    Mode,
    default_speeds,
    is_fast,
)
from gridplan.words.errors import InputProblem, NetworkError
from gridplan.words.text import Text

NO_STOPPING = ("motorway", "motorway_link", "ferry")
NEVER, BY_CLASS, AS_STREET = -1, 0, 1
"""Where a road is entered (column `entry`): at its ends alone, as roads of its class are, along its way as any street is."""
COLUMNS = ("tail", "head", "road_class", "oneway", "maxspeed_kmh", "minutes", "tunnel", "drive", "walk", "bike")
"""Columns a road frame must have; bridge, entry, destination and sac_scale count where it has them, and how many times as long as on the level
a mode takes along and against each road (`walk_along`, see `slopes.times_as_long`)."""


@dataclass(frozen=True)
class RoadRules:
    """How a road frame becomes times: mode, speeds (km/h by class), junction delay, ferry waits (of all, and by name), posted limits."""

    mode: Mode = "drive"
    speeds: Mapping[str, float] | None = None
    junction_delay_s: float = 0.0
    ferry_wait_min: float = FERRY_WAIT_MIN
    posted_limits: str = "cap"
    ferry_waits: Mapping[str, float] | None = None

    def table(self) -> dict[str, float]:
        """Return the speeds in force: the defaults of the mode, overridden by those given."""
        return {**default_speeds(self.mode), "ferry": FERRY_KMH, **(self.speeds or {})}


@dataclass(frozen=True, eq=False)
class PricedRoads:
    """Roads as arrays: nodes renumbered 0..n-1, milliseconds both ways, what may be used and stopped on.

    `is_through` marks roads for through traffic, on which one stops only where no street is near (fast classes and ramps without
    a pavement, lines that are bridges in part); `destination` those that the mode uses at the start or the end of its way alone.
    `twin_row` is the row of the same line drawn the other way, -1 where there is none; `length_m` of each line; `roads` and `rules`
    are what all was made from.
    """

    roads: Any
    rules: RoadRules
    tail: Nodes
    head: Nodes
    xy: Floats
    forward: Ms
    backward: Ms
    usable: Bools
    can_stop: Bools
    is_through: Bools
    destination: Bools
    twin_row: Ints
    length_m: Floats
    problems: tuple[InputProblem, ...]


def price_roads(roads: Any, rules: RoadRules) -> PricedRoads:
    """Turn a road frame into arrays for one mode; rows that the mode may not use are closed, none is dropped.

    Raises
    ------
    NetworkError
        A column is missing, or a speed is not a positive number.
    """
    import shapely

    _check(roads, rules)
    lines = np.asarray(roads.geometry.array)
    classes = roads["road_class"].astype(str).to_numpy(dtype=object)
    numbers, ends = np.unique(roads[["tail", "head"]].to_numpy(np.int64).ravel(), return_inverse=True)
    tail, head = ends.reshape(-1, 2).astype(np.int32).T.copy() if len(roads) else np.empty((2, 0), np.int32)
    xy = np.full((len(numbers), 2), np.nan)
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    last = np.searchsorted(owner, np.arange(len(lines)), side="right") - 1
    first = np.concatenate([[0], last[:-1] + 1]) if len(lines) else last
    xy[tail], xy[head] = vertices[first], vertices[last]
    length_m = shapely.length(lines)
    times = _times(roads, rules, tail, head, length_m)
    mode, usable = RULES[rules.mode], times.usable
    entry = _optional(roads, "entry", BY_CLASS)
    fast = roads["road_class"].isin([name for name in set(classes) if is_fast(name)]).to_numpy(bool)
    can_stop = usable & ~np.isin(classes, NO_STOPPING) & ~roads["tunnel"].to_numpy(bool) & (entry != NEVER)
    return PricedRoads(
        roads=roads,
        rules=rules,
        tail=tail,
        head=head,
        xy=xy,
        forward=times.forward,
        backward=times.backward,
        usable=usable,
        can_stop=can_stop,
        is_through=(fast | _optional(roads, "bridge", False).astype(bool)) & (entry != AS_STREET),
        destination=usable & _optional(roads, "destination", False).astype(bool) & (not mode.through),
        twin_row=_twins(tail, head, lines, length_m, usable),
        length_m=length_m,
        problems=times.problems,
    )


def reprice_roads(before: PricedRoads, rules: RoadRules) -> PricedRoads:
    """Return the roads at other speeds of the same mode: of the same roads only the times are made anew.

    Raises
    ------
    NetworkError
        A speed is not a positive number.
    """
    _check(before.roads, rules)
    times = _times(before.roads, rules, before.tail, before.head, before.length_m)
    if not np.array_equal(times.usable, before.usable):
        return price_roads(before.roads, rules)
    return replace(before, rules=rules, forward=times.forward, backward=times.backward, problems=times.problems)


class _Times(NamedTuple):
    """Milliseconds both ways, which roads may be used, and what is doubtful of their speeds."""

    forward: Ms
    backward: Ms
    usable: Bools
    problems: tuple[InputProblem, ...]


def _times(roads: Any, rules: RoadRules, tail: Nodes, head: Nodes, length_m: Floats) -> _Times:
    classes = roads["road_class"].astype(str).to_numpy(dtype=object)
    minutes, no_speed = _minutes(roads, classes, length_m, rules)
    mode = RULES[rules.mode]
    allowed = roads[mode.access].to_numpy(bool)
    usable = allowed & ~no_speed
    oneway = _oneway(roads, mode.oneway)
    forward, backward = (minutes * _slopes(roads, classes, way, rules) for way in ("along", "against"))
    _add_delays(forward, backward, tail, head, usable, _ferry_waits(roads, classes == "ferry", rules), rules)
    forward[~usable | (oneway < 0)] = np.inf
    backward[~usable | (oneway > 0)] = np.inf
    return _Times(to_ms(forward), to_ms(backward), usable, _problems(classes, no_speed & allowed))


def _check(roads: Any, rules: RoadRules) -> None:
    problems = []
    missing = [name for name in COLUMNS if name not in roads.columns]
    remedy = Text(zh="请使用 read_roads 读出的道路表。", en="Use a frame made by read_roads.")
    if missing:
        found = Text(zh="缺少 {names}", en="{names} missing").format(names=", ".join(missing))
        problems.append(InputProblem("error", Text(zh="道路表的各列", en="the columns of a road frame"), found, remedy))
    speeds = {name: kmh for name, kmh in (rules.speeds or {}).items() if not (np.isfinite(kmh) and kmh > 0)}
    if speeds:
        needed = Text(zh="大于 0 的速度（公里/小时）", en="speeds above 0 km/h")
        found = Text(zh="{values}", en="{values}").format(values=speeds)
        problems.append(InputProblem("error", needed, found, Text(zh="请更正速度表。", en="Correct the speed table.")))
    if problems:
        raise NetworkError(problems)


def _optional(roads: Any, name: str, default: Any) -> Any:
    """Values of a column that a frame need not have."""
    return roads[name].to_numpy() if name in roads.columns else np.full(len(roads), default)


def _minutes(roads: Any, classes: Any, length_m: Floats, rules: RoadRules) -> tuple[Floats, Bools]:
    """Minutes along each road, and which roads have no speed at all."""
    kmh, _ = _kmh(roads, classes, rules)
    stated, use_stated = _stated_minutes(roads, classes, rules)
    no_speed = ~np.isfinite(kmh) & ~use_stated
    minutes = np.where(use_stated, stated, length_m / 1000.0 / np.where(no_speed, 1.0, kmh) * 60.0)
    return minutes, no_speed


def _kmh(roads: Any, classes: Any, rules: RoadRules) -> tuple[Floats, Bools]:
    """Speed on each road, NaN where there is none, and on which roads it is that of their class."""
    import pandas as pd

    names, code = np.unique(classes.astype(str), return_inverse=True) if len(classes) else (np.empty(0, str), [])
    table = rules.table()
    of_class = np.array([table.get(str(name), np.nan) for name in names], dtype=np.float64)
    kmh = of_class[np.asarray(code, dtype=np.int64)]
    posted = pd.to_numeric(roads["maxspeed_kmh"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(posted) & (posted > 0)
    if rules.posted_limits == "exact" and RULES[rules.mode].access == "drive":
        limited = known
    elif rules.posted_limits != "ignore" and RULES[rules.mode].capped:
        limited = known & (posted < kmh)
    else:
        limited = np.zeros(len(kmh), dtype=bool)
    kmh = np.where(limited, posted, kmh)
    if rules.mode == "walk":
        kmh = kmh * _alpine(roads)
    return kmh, np.isfinite(kmh) & ~limited


def _stated_minutes(roads: Any, classes: Any, rules: RoadRules) -> tuple[Floats, Bools]:
    """Minutes that the data state, and for which roads they count."""
    import pandas as pd

    stated = pd.to_numeric(roads["minutes"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    of_others = RULES[rules.mode].own_strength
    return stated, np.isfinite(stated) & (stated >= 0) & ((not of_others) | (classes == "ferry"))


def _alpine(roads: Any) -> Floats:
    """Pace on alpine paths as a share of the usual one; 1 elsewhere."""
    if "sac_scale" not in roads.columns:
        return np.ones(len(roads))
    result: Floats = roads["sac_scale"].map(ALPINE_PACE).fillna(1.0).to_numpy(np.float64)
    return result


def _slopes(roads: Any, classes: Any, way: str, rules: RoadRules) -> Floats:
    """How many times as long each road takes for its slope, one way.

    The pace on steps and alpine paths already holds the climb: of it and the slope the slower counts, not both.
    """
    if not RULES[rules.mode].own_strength or f"{rules.mode}_{way}" not in roads.columns:
        return np.ones(len(roads))
    longer: Floats = roads[f"{rules.mode}_{way}"].to_numpy(np.float64)
    if rules.mode == "walk":
        pace = np.where(classes == "steps", STEPS_PACE, 1.0) * _alpine(roads)
        longer = np.where(pace < 1.0, np.maximum(longer * pace, 1.0), longer)
    return np.where(classes == "ferry", 1.0, longer)


def kmh_by_class(priced: PricedRoads) -> Floats:
    """Return the speed on the roads that go at the speed of their class; NaN on the others (limits, stated minutes, closed)."""
    classes = priced.roads["road_class"].astype(str).to_numpy(dtype=object)
    kmh, by_class = _kmh(priced.roads, classes, priced.rules)
    _, stated = _stated_minutes(priced.roads, classes, priced.rules)
    return np.where(by_class & ~stated & priced.usable, kmh, np.nan)


def delayed_ends(priced: PricedRoads) -> tuple[Bools, Bools]:
    """Return at which roads the junction delay counts: at their head, for those who go along them, and at their tail."""
    is_ferry = (priced.roads["road_class"] == "ferry").to_numpy(bool)
    junction = _junctions(priced.tail, priced.head, priced.usable)
    return junction[priced.head] & ~is_ferry, junction[priced.tail] & ~is_ferry


def _oneway(roads: Any, column: str) -> Any:
    if not column:
        return np.zeros(len(roads), dtype=np.int8)
    return roads[column if column in roads.columns else "oneway"].to_numpy(np.int8)


def _add_delays(
    forward: Floats, backward: Floats, tail: Nodes, head: Nodes, usable: Bools, waits: Floats, rules: RoadRules
) -> None:
    """Add the junction delay at the end of each road and the wait (NaN: no ferry) where a ferry is boarded from land (in place)."""
    is_ferry = np.isfinite(waits)
    if rules.junction_delay_s:
        delay = np.where(_junctions(tail, head, usable), rules.junction_delay_s / 60.0, 0.0)
        forward += np.where(is_ferry, 0.0, delay[head])
        backward += np.where(is_ferry, 0.0, delay[tail])
    if is_ferry.any():
        land = np.zeros(int(max(tail.max(initial=-1), head.max(initial=-1))) + 1, dtype=bool)
        on_land = usable & ~is_ferry
        land[tail[on_land]] = land[head[on_land]] = True
        forward += np.where(is_ferry & land[tail], waits, 0.0)
        backward += np.where(is_ferry & land[head], waits, 0.0)


def _ferry_waits(roads: Any, is_ferry: Bools, rules: RoadRules) -> Floats:
    """Minutes of waiting at each ferry, its own where they are stated; NaN on roads."""
    names = _optional(roads, "name", "")
    own = [(rules.ferry_waits or {}).get(str(name), rules.ferry_wait_min) for name in names[is_ferry]]
    result = np.full(len(is_ferry), np.nan)
    result[is_ferry] = own
    return result


def _junctions(tail: Nodes, head: Nodes, usable: Bools) -> Bools:
    """Whether three or more usable roads meet at each node."""
    n = int(max(tail.max(initial=-1), head.max(initial=-1))) + 1
    result: Bools = np.bincount(np.concatenate([tail[usable], head[usable]]), minlength=n) >= 3
    return result


def _twins(tail: Nodes, head: Nodes, lines: Any, length_m: Floats, usable: Bools) -> Ints:
    """Position of the row that is the same line drawn the other way, -1 where there is none."""
    import shapely

    twin = np.full(len(tail), -1, dtype=np.int64)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    rows = np.flatnonzero(usable & (tail != head))
    order = rows[np.lexsort((np.round(length_m[rows], 1), high[rows], low[rows]))]
    left, right = order[:-1], order[1:]
    close = (low[left] == low[right]) & (high[left] == high[right]) & (tail[left] == head[right])
    left, right = left[close], right[close]
    same = shapely.equals_exact(lines[left], shapely.reverse(lines[right]), tolerance=0.01)
    for a, b in zip(left[same], right[same], strict=True):
        if twin[a] < 0 and twin[b] < 0:
            twin[a], twin[b] = b, a
    return twin


def _problems(classes: Any, no_speed: Bools) -> tuple[InputProblem, ...]:
    if not no_speed.any():
        return ()
    names, counts = np.unique(classes[no_speed].astype(str), return_counts=True)
    shown = ", ".join(f"{name} ({count})" for name, count in zip(names, counts, strict=True))
    return (
        InputProblem(
            severity="warning",
            needed=Text(zh="每个道路等级一个速度", en="a speed for every road class"),
            found=Text(zh="{shown} 没有速度", en="{shown} without one").format(shown=shown),
            remedy=Text(
                zh="这些道路按封闭处理；请在速度表中补上。", en="These roads count as closed; add them to the speeds."
            ),
            field="road_class",
            values=tuple(str(name) for name in names[:5]),
        ),
    )
