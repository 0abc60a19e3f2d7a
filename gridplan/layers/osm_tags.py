"""OpenStreetMap ways as arrays: which tags make a road, for whom, in which direction, how long a ferry takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

UNDEFINED = 2147483647
"""Coordinate of a node that the extract does not contain."""

LINKED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
LOCAL = frozenset({"unclassified", "residential", "living_street", "road", "service", "track"})
DRIVE = LINKED | LOCAL | {f"{name}_link" for name in LINKED}
WALK_ONLY = frozenset({"pedestrian", "footway", "path", "steps", "corridor", "bridleway"})
NO_WALK = frozenset({"motorway", "motorway_link"})
NO_BIKE = frozenset(
    {"motorway", "motorway_link", "footway", "steps", "corridor", "pedestrian", "bridleway", "trunk_link"}
)
CLASSES = DRIVE | WALK_ONLY | {"cycleway", "ferry"}

KEYS = ("highway", "route", "oneway", "junction", "access", "vehicle", "motor_vehicle", "motorcar", "foot", "bicycle",
        "oneway:bicycle", "maxspeed", "duration", "bridge", "tunnel", "area", "name")  # fmt: skip

NO = frozenset({"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "delivery"})
MPH = 1.609344


class WayFacts(NamedTuple):
    """What the tags of one way say."""

    road_class: str
    oneway: int
    oneway_bike: int
    maxspeed_kmh: float
    minutes: float
    bridge: bool
    tunnel: bool
    drive: bool
    walk: bool
    bike: bool


@dataclass(frozen=True, eq=False)
class Ways:
    """Road ways of an extract: flat vertices (`ref`, `x`, `y` in 1e-7 degrees), `starts`, and one value a way."""

    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ref: npt.NDArray[np.int64]
    x: npt.NDArray[np.int64]
    y: npt.NDArray[np.int64]
    columns: Mapping[str, Any]

    @property
    def n_ways(self) -> int:
        """Number of ways."""
        return len(self.ids)


def collect_ways(source: Path, box: tuple[int, int, int, int] | None) -> Ways:
    """Stream an OSM file and keep road and ferry ways that touch `box` (west, south, east, north; 1e-7 degrees)."""
    import osmium

    ways: Any = (
        osmium.FileProcessor(str(source))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway", "route"))
    )
    ids, sizes, facts, names = [], [], [], []
    ref: list[int] = []
    x: list[int] = []
    y: list[int] = []
    for way in ways:
        get = way.tags.get
        fact = read_tags(*(get(key, "") for key in KEYS[:-1]))
        if fact is None:
            continue
        refs, xs, ys = [], [], []
        for node in way.nodes:
            place = node.location
            refs.append(node.ref)
            xs.append(place.x)
            ys.append(place.y)
        if len(refs) < 2 or (box is not None and not _touches(xs, ys, box)):
            continue
        ids.append(way.id)
        sizes.append(len(refs))
        facts.append(fact)
        names.append(get("name", ""))
        ref += refs
        x += xs
        y += ys
    return Ways(
        ids=np.array(ids, dtype=np.int64),
        starts=np.concatenate([[0], np.cumsum(np.array(sizes, dtype=np.int64))]).astype(np.int64),
        ref=np.array(ref, dtype=np.int64),
        x=np.array(x, dtype=np.int64),
        y=np.array(y, dtype=np.int64),
        columns=_columns(facts, names),
    )


def _touches(xs: list[int], ys: list[int], box: tuple[int, int, int, int]) -> bool:
    """Whether the known vertices' box meets `box`."""
    known = [(x, y) for x, y in zip(xs, ys, strict=True) if x != UNDEFINED]
    if not known:
        return False
    west, south, east, north = box
    wx, wy = [x for x, _ in known], [y for _, y in known]
    return max(wx) >= west and min(wx) <= east and max(wy) >= south and min(wy) <= north


def _columns(facts: list[WayFacts], names: list[str]) -> dict[str, Any]:
    kinds = {"oneway": np.int8, "oneway_bike": np.int8, "maxspeed_kmh": np.float64, "minutes": np.float64}
    flags = dict.fromkeys(("bridge", "tunnel", "drive", "walk", "bike"), np.bool_)
    table = list(zip(*facts, strict=True)) or [()] * len(WayFacts._fields)
    dtypes: dict[str, Any] = {"road_class": object, **kinds, **flags}
    columns = {name: np.array(values, dtype=dtypes[name]) for name, values in zip(WayFacts._fields, table, strict=True)}
    return {**columns, "name": np.array(names, dtype=object)}


@lru_cache(maxsize=65536)
def read_tags(
    highway: str,
    route: str,
    oneway: str,
    junction: str,
    access: str,
    vehicle: str,
    motor_vehicle: str,
    motorcar: str,
    foot: str,
    bicycle: str,
    oneway_bicycle: str,
    maxspeed: str,
    duration: str,
    bridge: str,
    tunnel: str,
    area: str,
) -> WayFacts | None:
    """Return what the tags say, or None where the way is not a road that anyone travels."""
    road_class = "ferry" if route == "ferry" else highway
    if road_class not in CLASSES:
        return None
    drive, walk, bike = default_access(road_class)
    drive = _allowed(drive, access, vehicle, motor_vehicle, motorcar) and area != "yes"
    walk = _allowed(walk, access, foot)
    bike = _allowed(bike, access, vehicle, bicycle)
    if road_class == "ferry" and "no" in (motor_vehicle, motorcar):
        drive = False
    if not (drive or walk or bike):
        return None
    direction = _direction(road_class, oneway, junction)
    return WayFacts(
        road_class=road_class,
        oneway=direction,
        oneway_bike=0 if oneway_bicycle == "no" else direction,
        maxspeed_kmh=read_speed(maxspeed),
        minutes=read_duration(duration) if road_class == "ferry" else float("nan"),
        bridge=bridge not in ("", "no"),
        tunnel=tunnel not in ("", "no", "building_passage"),
        drive=drive,
        walk=walk,
        bike=bike,
    )


def default_access(road_class: str) -> tuple[bool, bool, bool]:
    """Whether cars, walkers and e-bikes may use a class where no tag says otherwise."""
    return (
        road_class in DRIVE or road_class == "ferry",
        road_class in CLASSES and road_class not in NO_WALK,
        road_class in CLASSES and road_class not in NO_BIKE,
    )


def _allowed(default: bool, *tags: str) -> bool:
    """Go from the general tag to the special one; the last that says anything counts."""
    allowed = default
    for number, tag in enumerate(tags):
        if tag in NO:
            allowed = False
        elif tag in ("yes", "designated", "permissive", "destination", "official") and (default or number > 0):
            allowed = True
    return allowed


def _direction(road_class: str, oneway: str, junction: str) -> int:
    if oneway in ("yes", "true", "1"):
        return 1
    if oneway in ("-1", "reverse"):
        return -1
    if oneway in ("no", "false", "0"):
        return 0
    return 1 if junction in ("roundabout", "circular") or road_class in NO_WALK else 0


def read_speed(text: str) -> float:
    """Return a posted limit in km/h, NaN where it is not a number.

    >>> read_speed("60"), read_speed("30 mph"), read_speed("CN:urban")
    (60.0, 48.28032, nan)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*(?:;.*)?", text)
    if match is None:
        return float("nan")
    return float(match[1]) * (MPH if match[2] == "mph" else 1.0)


def read_duration(text: str) -> float:
    """Return a duration in minutes, NaN where it cannot be read.

    >>> read_duration("00:20"), read_duration("1:05:30"), read_duration("PT1H10M"), read_duration("25")
    (20.0, 65.5, 70.0, 25.0)
    """
    parts = text.strip().split(":")
    if all(part.isdigit() for part in parts) and len(parts) <= 3:
        numbers = [float(part) for part in parts]
        if len(numbers) == 1:
            return numbers[0]
        return numbers[0] * 60.0 + numbers[1] + (numbers[2] / 60.0 if len(numbers) == 3 else 0.0)
    match = re.fullmatch(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.strip())
    if match is None or not any(match.groups()):
        return float("nan")
    days, hours, minutes, seconds = (float(group or 0) for group in match.groups())
    return days * 1440.0 + hours * 60.0 + minutes + seconds / 60.0
