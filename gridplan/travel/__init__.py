"""Travel times over road networks: exact, directed, in integer milliseconds inside and float minutes outside."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.snapping import Snaps
    from gridplan.travel.times import NodeTimes

__all__ = ["NodeTimes", "RoadNetwork", "Snaps"]

_HOME = {
    "NodeTimes": "gridplan.travel.times",
    "RoadNetwork": "gridplan.travel.network",
    "Snaps": "gridplan.travel.snapping",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
