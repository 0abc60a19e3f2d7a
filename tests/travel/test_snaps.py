"""Snapped points keep their order, and those on no road say why."""

from __future__ import annotations

import numpy as np

from gridplan.travel.milliseconds import FAR
from gridplan.travel.snaps import BEYOND, BLOCKED, NO_ROAD, REACHED, WHY, Snaps

SNAPS = Snaps(
    edge=np.array([4, -1, 2, 2]),
    share=np.array([0.5, 0.0, 1.0, 0.25]),
    distance_m=np.array([10.0, np.inf, 5000.0, 1.0]),
    access_min=np.array([0.5, np.inf, 20.0, 0.0]),
    reason=np.array([REACHED, NO_ROAD, BEYOND, BLOCKED], np.int8),
    from_pocket=np.array([False, False, True, False]),
)


def test_points_that_cannot_travel_are_far_from_everything():
    assert SNAPS.unreachable.tolist() == [False, True, True, True]
    assert SNAPS.access_ms.tolist() == [30_000, FAR, FAR, FAR]


def test_every_reason_has_words():
    assert SNAPS.explain() == (None, WHY[NO_ROAD], WHY[BEYOND], WHY[BLOCKED])


def test_points_are_taken_by_position_and_by_mask():
    assert SNAPS.take([2, 0]).edge.tolist() == [2, 4]
    assert SNAPS.take(SNAPS.from_pocket).access_min.tolist() == [20.0]
    assert len(SNAPS.take([])) == 0
