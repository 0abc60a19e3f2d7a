"""All that pages may ask for, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions import (
    cells_actions,
    check_actions,
    files_actions,
    frame_actions,
    handout_actions,
    opinions_actions,
    plan_actions,
    review_actions,
    studies_actions,
    versions_actions,
    wishes_actions,
)
from gridplan.app.actions.asked import Asked
from gridplan.app.bench import Bench

_STATIONS = (
    frame_actions,
    files_actions,
    cells_actions,
    check_actions,
    wishes_actions,
    plan_actions,
    review_actions,
    studies_actions,
    versions_actions,
    opinions_actions,
    handout_actions,
)
READS: dict[str, Callable[[Bench, Asked], Any]] = {
    name: answer for station in _STATIONS for name, answer in station.READS.items()
}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    name: answer for station in _STATIONS for name, answer in station.WRITES.items()
}
