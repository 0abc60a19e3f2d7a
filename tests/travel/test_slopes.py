"""Paces by slope: what the sources say, and times over pieces that do not depend on how a way is cut up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.travel.slopes import PACES, bike_pace, times_as_long, walk_pace


def test_walkers_go_as_tobler_found():
    """Tobler's own numbers: 6 km/h at 5 % downhill, 5.04 on the level; the level is 1 here."""
    slope = np.array([-0.3, -0.05, 0.0, 0.05, 0.3])
    kmh = 6 * np.exp(-3.5 * np.abs(slope + 0.05))
    assert kmh[1:3].round(2).tolist() == [6.0, 5.04]
    assert walk_pace(slope) == pytest.approx(kmh / kmh[2])


def test_cyclists_go_as_parkin_and_rotheram_found():
    """21.6 km/h on the level, 1.44 less for each per cent uphill, 0.86 more downhill; pushed at a fifth, 35 km/h at most."""
    slope = np.array([0.0, 0.01, -0.01, 0.12, 0.5, -0.3])
    kmh = np.array([21.64, 21.64 - 1.441, 21.64 + 0.856, 21.64 * 0.2, 21.64 * 0.2, 35.0])
    assert bike_pace(slope) == pytest.approx(kmh / 21.64, abs=2e-3)


@pytest.mark.parametrize("mode", PACES)
def test_up_and_down_differ_and_steeper_is_never_faster_uphill(mode: str):
    slope = np.linspace(0, 0.6, 61)
    pace = PACES[mode](slope)
    assert (np.diff(pace) <= 0).all()
    assert (PACES[mode](-slope[1:30]) > PACES[mode](slope[1:30])).all()


@given(
    st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(1, 500)), min_size=1, max_size=6),
    st.integers(1, 5),
    st.sampled_from(sorted(PACES)),
)
def test_times_do_not_depend_on_how_a_way_is_cut_up(pieces: list[tuple[float, float]], parts: int, mode: str):
    slope, length = map(np.array, zip(*pieces, strict=True))
    whole = times_as_long(PACES[mode], slope, length, np.zeros(len(slope), int), 1)
    cut = times_as_long(
        PACES[mode], np.repeat(slope, parts), np.repeat(length / parts, parts), np.zeros(len(slope) * parts, int), 1
    )
    assert cut == pytest.approx(whole)
    assert whole == pytest.approx((length / PACES[mode](slope)).sum() / length.sum())
