"""Speeds by road class and mode, with where each number comes from.

No source in the policy states road speeds: every default here is a planning assumption ("none: planning assumption"),
meant to be replaced by measured speeds of the place under `[travel.speeds]` of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Mode = Literal["drive", "drive_peak", "ambulance", "ebike", "bike", "walk"]
MODES: tuple[Mode, ...] = get_args(Mode)

DRIVE_KMH: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 80.0,
        "trunk": 50.0,
        "primary": 35.0,
        "secondary": 30.0,
        "tertiary": 25.0,
        "unclassified": 20.0,
        "residential": 18.0,
        "living_street": 12.0,
        "motorway_link": 40.0,
        "trunk_link": 35.0,
        "primary_link": 30.0,
        "secondary_link": 25.0,
        "tertiary_link": 20.0,
        "road": 20.0,
        "service": 12.0,
        "track": 10.0,
        "pedestrian": 10.0,
        "footway": 10.0,
        "path": 10.0,
        "cycleway": 10.0,
        "bridleway": 10.0,
    }
)
"""Average drive speeds that include lights and queues: far below the posted limits.

Foot and cycle ways only count where their tags open them to cars.
"""

WALK_CLASSES = ("pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "corridor", "track")
WALK_KMH = 4.8
STEPS_PACE = 0.4
"""Pace of a walker on steps, measured along the map, as a share of the usual one: 2 km/h for one who walks 5 (none: planning
assumption)."""
ALPINE_PACE: Mapping[str, float] = MappingProxyType(
    {
        "mountain_hiking": 0.6,
        "demanding_mountain_hiking": 0.4,
        "alpine_hiking": 0.3,
        "demanding_alpine_hiking": 0.2,
        "difficult_alpine_hiking": 0.1,
    }
)
"""The same on alpine paths by their difficulty (`sac_scale` of OpenStreetMap, T2 to T6; T1 is walked as usual)."""
EBIKE_KMH = 20.0
BIKE_KMH = 14.0
EBIKE_SLOW_KMH: Mapping[str, float] = MappingProxyType(
    {"living_street": 12.0, "service": 12.0, "track": 10.0, "pedestrian": 6.0, "footway": 6.0, "path": 8.0}
)
PEAK_FACTOR: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 0.75,
        "motorway_link": 0.6,
        "trunk": 0.6,
        "trunk_link": 0.6,
        "primary": 0.6,
        "primary_link": 0.6,
        "secondary": 0.65,
        "secondary_link": 0.65,
        "tertiary": 0.75,
        "tertiary_link": 0.75,
    }
)
PEAK_FACTOR_ELSEWHERE = 0.85
AMBULANCE_FACTOR = 1.25
FERRY_KMH = 15.0
FERRY_WAIT_MIN = 10.0


@dataclass(frozen=True)
class ModeRules:
    """How one mode uses a road: which access flag it needs, whether one-way holds, whether a posted limit caps it.

    `through`: whether it may pass through roads that are open only to those who begin or end their way there. `own_strength`: slopes
    slow it down, and minutes that the data state, which are those of cars, are not its own.
    """

    access: Literal["drive", "walk", "bike"]
    oneway: Literal["oneway", "oneway_bike", ""]
    capped: bool
    through: bool = False
    own_strength: bool = False


RULES: Mapping[Mode, ModeRules] = MappingProxyType(
    {
        "drive": ModeRules("drive", "oneway", capped=True),
        "drive_peak": ModeRules("drive", "oneway", capped=True),
        "ambulance": ModeRules("drive", "oneway", capped=False, through=True),
        "ebike": ModeRules("bike", "oneway_bike", capped=True, through=True),
        "bike": ModeRules("bike", "oneway_bike", capped=True, through=True, own_strength=True),
        "walk": ModeRules("walk", "", capped=False, through=True, own_strength=True),
    }
)


def default_speeds(mode: Mode) -> dict[str, float]:
    """Return the default speeds (km/h) of `mode` by road class.

    Examples
    --------
    >>> default_speeds("drive")["primary"], default_speeds("walk")["primary"]
    (35.0, 4.8)
    >>> default_speeds("walk")["steps"]
    1.92
    """
    if mode in ("drive", "drive_peak", "ambulance"):
        return speeds_after_car(mode, DRIVE_KMH)
    classes = (*DRIVE_KMH, *(name for name in WALK_CLASSES if name not in DRIVE_KMH))
    if mode in ("ebike", "bike"):
        usual = EBIKE_KMH if mode == "ebike" else BIKE_KMH
        return {name: min(EBIKE_SLOW_KMH.get(name, usual), usual) for name in classes}
    return walk_speeds(WALK_KMH)


def speeds_after_car(mode: Mode, drive_kmh: Mapping[str, float]) -> dict[str, float]:
    """Return the speeds of a mode on the roads of cars, given those of a car off-peak, by the default factors.

    Examples
    --------
    >>> speeds_after_car("drive_peak", {"primary": 40.0}), speeds_after_car("ambulance", {"primary": 40.0})
    ({'primary': 24.0}, {'primary': 50.0})
    """
    if mode == "drive_peak":
        return {name: round(kmh * PEAK_FACTOR.get(name, PEAK_FACTOR_ELSEWHERE), 2) for name, kmh in drive_kmh.items()}
    if mode == "ambulance":
        return {name: round(kmh * AMBULANCE_FACTOR, 2) for name, kmh in drive_kmh.items()}
    return dict(drive_kmh)


def walk_speeds(kmh: float) -> dict[str, float]:
    """Return the speeds by road class of one who walks `kmh` on level ground.

    Examples
    --------
    >>> walk_speeds(5.0)["residential"], walk_speeds(5.0)["steps"]
    (5.0, 2.0)
    """
    return {name: kmh * STEPS_PACE if name == "steps" else kmh for name in (*DRIVE_KMH, *WALK_CLASSES)}


def is_fast(road_class: str) -> bool:
    """Whether a class serves through traffic rather than the houses beside it: trunk roads, and ramps of any class.

    Examples
    --------
    >>> [is_fast(name) for name in ("trunk", "primary_link", "primary")]
    [True, True, False]
    """
    return road_class in ("motorway", "trunk") or road_class.endswith("_link")
