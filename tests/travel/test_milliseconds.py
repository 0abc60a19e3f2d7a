"""Whole milliseconds: rounded, saturated, never wrapped around."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.milliseconds import FAR, add, to_minutes, to_ms


def test_minutes_are_rounded_to_the_nearest_millisecond():
    assert to_ms([1.0, 1.00001, 0.0, np.inf]).tolist() == [60_000, 60_001, 0, int(FAR)]


def test_what_is_too_long_is_unreachable_both_ways():
    assert to_ms([1e9]).tolist() == [int(FAR)]
    assert to_minutes(np.array([60_000, int(FAR) - 1, int(FAR)], dtype=np.uint32)).tolist()[::2] == [1.0, np.inf]
    assert np.isfinite(to_minutes(np.array([int(FAR) - 1], dtype=np.uint32))).all()


def test_sums_saturate():
    far, one = np.array([FAR]), np.array([1], dtype=np.uint32)
    assert add(far, far).tolist() == [int(FAR)]
    assert add(far, one).tolist() == [int(FAR)]
    assert add(one, one).tolist() == [2]


def test_what_is_no_number_is_no_time():
    with pytest.raises(ValueError, match="NaN"):
        to_ms([1.0, np.nan])
