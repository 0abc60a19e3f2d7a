"""The end of the time that a solve may take, handed to every loop that may be long."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """A moment of the monotonic clock; without a time limit it never comes and no clock is read."""

    at: float = math.inf

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the moment in so many seconds; None: never."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    def over(self) -> bool:
        """Whether the moment has come."""
        return self.at < math.inf and time.monotonic() >= self.at

    @property
    def options(self) -> dict[str, float]:
        """The time that is left, as HiGHS wants it."""
        return {} if self.at == math.inf else {"time_limit": max(self.at - time.monotonic(), 0.01)}


NEVER = Deadline()
