"""Speeds by road class and mode, with where each number comes from.

No source in the policy states road speeds: every default here is a planning assumption ("none: planning assumption"),
meant to be replaced by measured speeds of the place under `[travel.speeds]` of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Mode = Literal["drive", "drive_peak", "ambulance", "ebike", "walk"]
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
EBIKE_KMH = 20.0
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
    """How one mode uses a road: which access flag it needs, whether one-way holds, whether a posted limit caps it."""

    access: Literal["drive", "walk", "bike"]
    oneway: Literal["oneway", "oneway_bike", ""]
    capped: bool


RULES: Mapping[Mode, ModeRules] = MappingProxyType(
    {
        "drive": ModeRules("drive", "oneway", capped=True),
        "drive_peak": ModeRules("drive", "oneway", capped=True),
        "ambulance": ModeRules("drive", "oneway", capped=False),
        "ebike": ModeRules("bike", "oneway_bike", capped=True),
        "walk": ModeRules("walk", "", capped=False),
    }
)


def default_speeds(mode: Mode) -> dict[str, float]:
    """Return the default speeds (km/h) of `mode` by road class.

    Examples
    --------
    >>> default_speeds("drive")["primary"], default_speeds("walk")["primary"]
    (35.0, 4.8)
    """
    if mode == "drive":
        return dict(DRIVE_KMH)
    if mode == "drive_peak":
        return {name: round(kmh * PEAK_FACTOR.get(name, PEAK_FACTOR_ELSEWHERE), 2) for name, kmh in DRIVE_KMH.items()}
    if mode == "ambulance":
        return {name: round(kmh * AMBULANCE_FACTOR, 2) for name, kmh in DRIVE_KMH.items()}
    classes = (*DRIVE_KMH, *(name for name in WALK_CLASSES if name not in DRIVE_KMH))
    if mode == "ebike":
        return {name: EBIKE_SLOW_KMH.get(name, EBIKE_KMH) for name in classes}
    return dict.fromkeys(classes, WALK_KMH)
