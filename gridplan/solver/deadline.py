"""The end of the time that a solve may take, handed to every loop that may be long, and a count of work that needs no clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from gridplan.words.hearing import never


@dataclass(eq=False)
class Deadline:
    """A moment of the monotonic clock, or before it the one at which somebody has enough; without a time limit no clock is read.

    `met` is True once anything has seen it come: what was found then depends on the clock.
    """

    at: float = math.inf
    whole: Deadline | None = None
    met: bool = False
    enough: Callable[[], bool] = never
    unwanted: Callable[[], bool] = never

    @classmethod
    def after(cls, seconds: float | None, enough: Callable[[], bool] = never) -> Deadline:
        """Return the moment in so many seconds; None: never."""
        return cls(math.inf if seconds is None else time.monotonic() + seconds, enough=enough)

    def share(self, parts: float, unwanted: Callable[[], bool] = never) -> Deadline:
        """Return the moment at which one of so many equal parts of the time that is left will be over, or before it that nobody wants what is sought."""
        if self.at == math.inf and unwanted is never:
            return self
        now = time.monotonic()
        until = self.at if self.at == math.inf else now + max(self.at - now, 0.0) / parts
        return Deadline(until, self, enough=self.enough, unwanted=self.unwanted if unwanted is never else unwanted)

    def over(self) -> bool:
        """Whether the moment has come."""
        if self.unwanted():
            return True  # nothing that is found from here on is seen
        if not self.enough() and (self.at == math.inf or time.monotonic() < self.at):
            return False
        met: Deadline | None = self
        while met is not None:
            met.met, met = True, met.whole
        return True

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, as `solve` takes them; None where there is no limit."""
        return None if self.at == math.inf else max(self.at - time.monotonic(), 0.0)

    @property
    def options(self) -> dict[str, float]:
        """The time that is left, as HiGHS wants it."""
        return {} if self.at == math.inf else {"time_limit": max(self.at - time.monotonic(), 0.01)}


@dataclass(eq=False)
class Steps:
    """Steps of the simplex method that the whole-number programs of a solve have taken together: the same on every machine."""

    taken: int = 0


NEVER = Deadline()
