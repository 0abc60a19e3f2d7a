"""What proves that no plan holds the hard rules; where nothing does, there may be one that was not found."""

from __future__ import annotations

import numpy as np

from gridplan.solver.explain.tolerance import excluded_by_count
from gridplan.solver.instance import Instance, limits_for
from gridplan.solver.terms import ROUNDING


def is_excluded(instance: Instance, k: int) -> bool:
    """Whether it is proven that no plan with k grids holds the hard rules other than balance; False where nothing proves it."""
    return (
        not instance.usable[list(instance.must)].all()
        or _nowhere_to_go(instance)
        or int(instance.component.max()) + 1 > k
        or any(not said.note for said in instance.notes)
        or _too_little(instance, k)
        or (not instance.deadline.over() and excluded_by_count(instance, k))
    )


def _nowhere_to_go(instance: Instance) -> bool:
    """Whether some unit, or some whole, is barred, locked or too far from every site."""
    return bool(instance.blocked[:, np.flatnonzero(instance.usable)].all(axis=1).any())


def _too_little(instance: Instance, k: int) -> bool:
    """Whether k grids need more of an activity than there is, or may not have all of it, whichever sites lead."""
    extra = limits_for(instance.problem, k).activities.of(np.flatnonzero(instance.usable))
    for q in np.flatnonzero(extra.weight):
        total = float(instance.amounts[q].sum())
        least, most = float(np.sort(extra.low[q])[:k].sum()), float(np.sort(extra.high[q])[-k:].sum())
        if total < least * (1.0 - ROUNDING) or total > most * (1.0 + ROUNDING):
            return True
    return False


__all__ = ["is_excluded"]
