"""All that pages may ask for, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions import check, files, frame, handout, plan, review, versions, wishes
from gridplan.app.actions.asked import Asked
from gridplan.app.bench import Bench

_STATIONS = (frame, files, check, wishes, plan, review, versions, handout)
READS: dict[str, Callable[[Bench, Asked], Any]] = {
    name: answer for station in _STATIONS for name, answer in station.READS.items()
}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    name: answer for station in _STATIONS for name, answer in station.WRITES.items()
}
