"""A way of OpenStreetMap and its tags: which make a road, for whom, in which direction, how long a ferry takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridplan.layers.roads.road_access import CLASSES, NO, NO_WALK, YES, read_access

Box = tuple[int, int, int, int]
"""West, south, east, north in 1e-7 degrees."""
UNDEFINED = 2147483647
"""Coordinate of a node that the extract does not contain."""

_HEAVY = re.compile(r"weight|height|width|length|axle|hgv|trailer|goods|wheels")
"""Conditions that no car and no ambulance meets."""
CHANGING = frozenset({"reversible", "alternating"})
"""Words for lanes whose direction changes, which nobody can count on."""
_CONDITIONAL = ("access:conditional", "vehicle:conditional", "motor_vehicle:conditional")
MPH = 1.609344
MOUNTAIN = frozenset({"path", "footway", "steps", "track", "bridleway"})
"""Classes on which the difficulty of an alpine path (`sac_scale`) is looked for."""


ROAD_KEYS = ("highway", "route")
"""A way that has one of them may be a road or a ferry."""
KEYS = frozenset(
    {
        *(*ROAD_KEYS, "oneway", "oneway:bicycle", "junction", "access", "vehicle", "motor_vehicle", "motorcar"),
        *("foot", "bicycle", "maxspeed", "duration", "bridge", "tunnel", "area", "service", "passengers", "smoothness"),
        *("motorroad", "sidewalk", "layer", "sac_scale", *_CONDITIONAL),
    }
)
"""What `read_facts` looks up."""


class TaggedWays(NamedTuple):
    """Ways as a file has them: vertices one after the other in whole 1e-7 degrees, where each way's end, and which tags (`KEYS`) it has.

    Ways of equal tags share them: those of way i are `tags[kind[i]]`. Vertices are `UNDEFINED` where the file lacks the node.
    """

    ids: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    x: npt.NDArray[np.int64]
    y: npt.NDArray[np.int64]
    tags: list[dict[str, str]]
    kind: npt.NDArray[np.int64]
    names: list[str]


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
    destination: bool
    entry: int
    sac_scale: str


def read_facts(get: Callable[[str, str], str]) -> WayFacts | None:
    """Return what the tags say, looked up by `get(key, "")`, and only those that can matter: looking up costs more than all the rest."""
    highway = get("highway", "")
    route = "" if highway else get("route", "")
    if (highway or route) not in CLASSES:
        return None
    oneway = get("oneway", "")
    return read_tags(
        highway,
        route,
        oneway,
        get("junction", ""),
        get("access", ""),
        get("vehicle", ""),
        get("motor_vehicle", ""),
        get("motorcar", ""),
        get("foot", ""),
        get("bicycle", ""),
        get("oneway:bicycle", "") if oneway else "",
        get("maxspeed", ""),
        get("duration", "") if route else "",
        get("bridge", ""),
        get("tunnel", ""),
        get("area", ""),
        get("service", "") if highway == "service" else get("passengers", "") if route else "",
        get("smoothness", ""),
        ";".join(filter(None, (get(key, "") for key in _CONDITIONAL))),
        get("motorroad", ""),
        get("sidewalk", ""),
        get("layer", ""),
        get("sac_scale", "") if highway in MOUNTAIN else "",
    )


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
    kind: str = "",
    smoothness: str = "",
    conditional: str = "",
    motorroad: str = "",
    sidewalk: str = "",
    layer: str = "",
    sac_scale: str = "",
) -> WayFacts | None:
    """Return what the tags say, or None where the way is not a road that anyone travels.

    Cars may not use what they cannot count on: lanes whose direction changes by the hour, ways closed to them at some hours,
    ways for residents, permits or the fire brigade alone, ways that are impassable, and ferries that name only passengers.
    `kind` is the tag `service` of a service road, or `passengers` of a ferry.
    """
    road_class = "ferry" if route == "ferry" else highway
    if road_class not in CLASSES:
        return None
    bridged = bridge not in ("", "no")
    may = read_access(
        road_class,
        access=access,
        vehicle=vehicle,
        motor_vehicle=motor_vehicle,
        motorcar=motorcar,
        foot=foot,
        bicycle=bicycle,
        motorroad=motorroad,
        sidewalk=sidewalk,
        raised=bridged or above_ground(layer),
    )
    drive = may.drive and area != "yes"
    drive = drive and oneway not in CHANGING and kind != "emergency_access" and smoothness != "impassable"
    drive = drive and not _closed_at_times(conditional)
    if road_class == "ferry" and _for_passengers(kind, foot, vehicle, motor_vehicle, motorcar):
        drive = False
    if not (drive or may.walk or may.bike):
        return None
    direction = _direction(road_class, oneway, junction)
    return WayFacts(
        road_class=road_class,
        oneway=direction,
        oneway_bike=0 if oneway_bicycle == "no" else direction,
        maxspeed_kmh=read_speed(maxspeed),
        minutes=read_duration(duration) if road_class == "ferry" else float("nan"),
        bridge=bridged,
        tunnel=tunnel not in ("", "no", "building_passage"),
        drive=drive,
        walk=may.walk,
        bike=may.bike,
        destination=may.destination,
        entry=may.entry,
        sac_scale=sac_scale,
    )


def above_ground(layer: str) -> bool:
    """Whether a tag `layer` says that a road stands above the ground; below it, roads run under bridges in the open.

    >>> above_ground("1"), above_ground("0"), above_ground("-1"), above_ground("道路")
    (True, False, False, False)
    """
    return bool(re.fullmatch(r"\+?0*[1-9]\d*(\.0*)?", layer.strip()))


def _closed_at_times(conditional: str) -> bool:
    """Whether a conditional tag keeps cars out at some hours or days: `no @ (22:00-06:00)`; not for weight or height alone."""
    clauses = (clause.partition("@") for clause in re.split(r";(?![^(]*\))", conditional))
    return any(value.strip() in NO and at and not _HEAVY.search(condition) for value, at, condition in clauses)


def _for_passengers(passengers: str, foot: str, *cars: str) -> bool:
    """Whether a ferry carries no cars: it says so, or names its passengers and nothing on wheels."""
    if any(tag in NO for tag in cars[1:]):
        return True
    return (passengers in ("yes", "only") or foot in YES) and not any(tag in YES for tag in cars)


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
