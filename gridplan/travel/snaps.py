"""Points on the road network: on which road, how far along it, how far from it, or why on none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Bools, Floats, Ints, Ms, to_ms
from gridplan.words.text import Text

REACHED, BEYOND, BLOCKED, NO_ROAD = 0, 1, 2, 3
WHY = {
    BEYOND: Text(zh="附近没有道路（超出最大接入距离）", en="no road within reach (beyond the largest snap distance)"),
    BLOCKED: Text(zh="与最近道路之间隔着阻隔线", en="a barrier lies between the point and every road within reach"),
    NO_ROAD: Text(zh="路网中没有可停靠的道路", en="the network has no road that one can stop on"),
}


@dataclass(frozen=True, eq=False)
class Snaps:
    """Points on the network, in the order given; no point is ever left out.

    `edge` is the row of the road (-1: none), `share` how far along it (0 at its tail, 1 at its head), `distance_m` the
    straight distance, `access_min` the access leg, `reason` 0 where the point can travel (else see `WHY`),
    `from_pocket` whether a nearer road was passed over because it is cut off from the main network.
    """

    edge: Ints
    share: Floats
    distance_m: Floats
    access_min: Floats
    reason: npt.NDArray[np.int8]
    from_pocket: Bools

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def unreachable(self) -> Bools:
        """Which points cannot reach the network at all."""
        result: Bools = self.reason != REACHED
        return result

    @property
    def access_ms(self) -> Ms:
        """Access legs in whole milliseconds, `FAR` where the point cannot travel."""
        return np.where(self.unreachable, FAR, to_ms(np.where(self.unreachable, 0.0, self.access_min))).astype(
            np.uint32
        )

    def take(self, positions: npt.ArrayLike) -> Snaps:
        """Return the snaps at `positions` (numbers or a mask), in that order."""
        at = np.asarray(positions)
        at = at.astype(np.int64) if at.size == 0 else at
        return Snaps(*(getattr(self, name)[at] for name in self.__dataclass_fields__))

    def explain(self) -> tuple[Text | None, ...]:
        """Say for each point why it cannot reach the network (None where it can)."""
        return tuple(WHY.get(int(code)) for code in self.reason)
