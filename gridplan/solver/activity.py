"""Activity measures: what a grid has beside its residents, such as old people, births, beds or providers of a service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Activity:
    """A measure of units that adds up over a grid, and the limits of its sum (Kalcsics, Rios-Mercado 2019: "activity measure").

    Residents of an age, births and insured count by unit; so do beds, doctors, health centres and providers of a service, by the
    unit in which they are. A service that each grid must hold is the number of its providers, 1 at least.

    Parameters
    ----------
    name
        What explanations call it; all different.
    amount
        (n,) amounts of the units, >= 0.
    minimum, maximum
        Limits of a grid's sum, one number or one a site: the latter is what a lead can take, in its own measure.
    balance
        Tolerance relative to the whole amount / k; None: none.
    price
        Resident-minutes a unit of amount beyond the limits; None: they are hard.

    Examples
    --------
    >>> Activity("rehabilitation", [1, 0, 2], minimum=1).price is None
    True
    """

    name: str
    amount: ArrayLike
    minimum: ArrayLike = 0.0
    maximum: ArrayLike = np.inf
    balance: float | None = None
    price: float | None = None

    @property
    def amounts(self) -> FloatArray:
        """(n,) amounts of the units."""
        return np.asarray(self.amount, dtype=np.float64)

    @property
    def total(self) -> float:
        """Amount of all units."""
        return float(self.amounts.sum())


def among_leads(activity: Activity, leads: NDArray[np.int64], n_leads: int) -> Activity:
    """Restrict an activity's limits to some leads."""
    limits = {
        name: np.broadcast_to(np.asarray(getattr(activity, name), dtype=np.float64), n_leads)[leads]
        for name in ("minimum", "maximum")
    }
    return replace(activity, minimum=limits["minimum"], maximum=limits["maximum"])


def _limits(activity: Activity, k: int, n_leads: int) -> tuple[FloatArray, FloatArray]:
    """(m,) smallest and largest sum of a grid, one of k."""
    low = np.broadcast_to(np.asarray(activity.minimum, dtype=np.float64), n_leads).copy()
    high = np.minimum(np.broadcast_to(np.asarray(activity.maximum, dtype=np.float64), n_leads), activity.total)
    if activity.balance is not None:
        mean, balance = activity.total / k, activity.balance
        low, high = np.maximum(low, mean * (1.0 - balance)), np.minimum(high, mean * (1.0 + balance))
    return low, high


def _none(*shape: int) -> FloatArray:
    return np.zeros(shape)


@dataclass(frozen=True, eq=False)
class ActivityLimits:
    """Limits of q activities for k grids: (q, m) smallest and largest sums.

    `price` (q,) is what a unit of amount beyond them costs, 0 where they are hard; `weight` (q,) the residents that a unit of amount
    beyond hard ones counts as: all residents over the whole amount; 0 where they have a price.
    """

    low: FloatArray = field(default_factory=lambda: _none(0, 0))
    high: FloatArray = field(default_factory=lambda: _none(0, 0))
    price: FloatArray = field(default_factory=lambda: _none(0))
    weight: FloatArray = field(default_factory=lambda: _none(0))

    def of(self, leads: NDArray[np.int64]) -> ActivityLimits:
        """Restrict to some leads."""
        if not len(self.price):
            return ActivityLimits(_none(0, len(leads)), _none(0, len(leads)), self.price, self.weight)
        return replace(self, low=self.low[:, leads], high=self.high[:, leads])

    def beyond(self, held: FloatArray, rounding: float) -> FloatArray:
        """(q, m) amounts beyond the limits, 0 within rounding."""
        above, below = held - self.high, self.low - held
        out: FloatArray = np.where(above > rounding * self.high, above, 0.0)
        return out + np.where(below > rounding * self.low, below, 0.0)


def activity_limits(activities: Iterable[Activity], k: int, n_leads: int, residents: float) -> ActivityLimits:
    """Gather the limits of activities for k grids that share so many residents."""
    listed = list(activities)
    if not listed:
        return ActivityLimits(_none(0, n_leads), _none(0, n_leads))
    low, high = zip(*(_limits(activity, k, n_leads) for activity in listed), strict=True)
    hard = np.array([activity.price is None for activity in listed])
    price = np.array([activity.price or 0.0 for activity in listed])
    weight = np.array(
        [residents / (activity.total or max(1.0, most.max())) for activity, most in zip(listed, low, strict=True)]
    )
    return ActivityLimits(np.array(low), np.array(high), price, np.where(hard, weight, 0.0))
