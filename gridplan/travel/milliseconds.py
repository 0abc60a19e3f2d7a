"""Minutes outside, whole milliseconds inside: the two conversions, with saturation instead of wrap-around."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ms = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FAR = np.uint32(2**31 - 1)
"""Unreachable, closed, or beyond 24.8 days. The sum of two of them still fits 32 unsigned bits, so nothing wraps."""

MS_PER_MIN = 60_000.0


def to_ms(minutes: npt.ArrayLike) -> Ms:
    """Round minutes to whole milliseconds; inf and anything beyond 24.8 days become `FAR`.

    Raises
    ------
    ValueError
        If one is NaN: no minutes at all, which would count as none.
    """
    scaled = np.asarray(minutes, dtype=np.float64) * MS_PER_MIN
    if np.isnan(scaled).any():
        msg = "minutes are numbers or inf, not NaN"
        raise ValueError(msg)
    result: Ms = np.minimum(np.rint(scaled), float(FAR)).astype(np.uint32)
    return result


def to_minutes(milliseconds: npt.ArrayLike) -> Floats:
    """Return minutes; `FAR` and beyond become inf."""
    values = np.asarray(milliseconds)
    minutes: Floats = values / MS_PER_MIN
    return np.where(values >= FAR, np.inf, minutes)


def add(left: Ms, right: Ms) -> Ms:
    """Add two times, saturating at `FAR`."""
    result: Ms = np.minimum(left + right, FAR)
    return result
