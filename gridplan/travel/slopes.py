"""What slopes do to the time on foot and by bicycle: known functions of the slope, averaged over the pieces of a way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from gridplan.travel.milliseconds import Floats, Ints

_TOBLER, _EASIEST = 3.5, 0.05
"""Walkers slow down by exp(-3.5) for each unit that a slope is away from the easiest, 5 % downhill (Tobler 1993)."""
_LEVEL_M_S, _UPHILL_M_S, _DOWNHILL_M_S = 6.01, 40.02, 23.79
"""Cyclists in Leeds: speed on the level, lost for each unit of slope uphill and won for each downhill (Parkin, Rotheram 2010)."""
_FASTEST_M_S = 35.0 / 3.6
"""Design speed of the same source for the steepest descents."""
_PUSHING = 0.2
"""Who cannot ride pushes: 3 km/h of 15 on the level (none: planning assumption)."""


def walk_pace(slope: Floats) -> Floats:
    """Return the speed on foot as a share of that on the level, by Tobler's hiking function.

    Parameters
    ----------
    slope
        Rise over run, below 0 downhill.

    Returns
    -------
    array of float
        1 on the level, 1.19 at 5 % downhill, where it is largest. As in AccessMod the speed on the level is the caller's own.

    Examples
    --------
    >>> walk_pace(np.array([0.0, 0.1, -0.1])).round(3).tolist()
    [1.0, 0.705, 1.0]
    """
    pace: Floats = np.exp(-_TOBLER * (np.abs(slope + _EASIEST) - _EASIEST))
    return pace


def bike_pace(slope: Floats) -> Floats:
    """Return the speed by bicycle as a share of that on the level, by the regression of Parkin and Rotheram (2010).

    Parameters
    ----------
    slope
        Rise over run, below 0 downhill.

    Returns
    -------
    array of float
        1 on the level; 0.067 less for each per cent uphill, 0.2 at least (pushed); 0.040 more for each downhill, 1.62 at most.

    Examples
    --------
    >>> bike_pace(np.array([0.0, 0.05, -0.05, 0.3])).round(3).tolist()
    [1.0, 0.667, 1.198, 0.2]
    """
    m_s = _LEVEL_M_S - np.where(slope > 0, _UPHILL_M_S, _DOWNHILL_M_S) * slope
    pace: Floats = np.clip(m_s, _PUSHING * _LEVEL_M_S, _FASTEST_M_S) / _LEVEL_M_S
    return pace


PACES: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType({"walk": walk_pace, "bike": bike_pace})
"""By mode, how its speed depends on the slope; the other modes do not slow down: cars, and motors that hold their speed."""


def times_as_long(pace: Callable[[Floats], Floats], slope: Floats, length_m: Floats, owner: Ints, n: int) -> Floats:
    """Return how many times as long as on the level each way takes, over all its pieces.

    Parameters
    ----------
    pace
        One of `PACES`.
    slope, length_m, owner
        Of each piece: rise over run, its length, and the way (0..n-1) that it is part of.
    n
        Number of ways; one without pieces is level.

    Examples
    --------
    >>> slope, length = np.array([0.1, -0.1]), np.array([50.0, 50.0])
    >>> times_as_long(walk_pace, slope, length, np.array([0, 0]), 2).round(3).tolist()
    [1.21, 1.0]
    """
    whole = np.bincount(owner, weights=length_m, minlength=n)
    spent = np.bincount(owner, weights=length_m / pace(slope), minlength=n)
    result: Floats = np.divide(spent, whole, out=np.ones(n), where=whole > 0)
    return result
