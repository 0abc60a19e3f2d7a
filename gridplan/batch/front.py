"""Which of many plans are worth a look: those that no other betters in everything, and near-equal ones that are different."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAME = 1e-9
"""Numbers so near are one."""


def on_front(costs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which rows no other row betters: as good in every column and better in one.

    Parameters
    ----------
    costs
        (plans, columns); less is better.

    Examples
    --------
    >>> on_front(np.array([[1.0, 9.0], [5.0, 5.0], [6.0, 5.0]])).tolist()
    [True, True, False]
    """
    no_worse = (costs[:, None, :] <= costs[None, :, :] + SAME).all(axis=2)
    better = (costs[:, None, :] < costs[None, :, :] - SAME).any(axis=2)
    bettered = np.any(no_worse & better, axis=0)
    return np.logical_not(bettered)


def different_plans(leads: Sequence[Sequence[str]], order: Sequence[int], least: float) -> list[int]:
    """Return the positions of plans whose adjusted Rand index with the first plan, and with each one taken before, lies below `least`.

    Parameters
    ----------
    leads
        Lead of each unit in each plan.
    order
        Positions of the plans that may be taken, the most welcome first.
    least
        Index from which two plans are alike.

    Examples
    --------
    >>> halves, same, other = ["a", "a", "b", "b"], ["c", "c", "b", "b"], ["a", "b", "a", "b"]
    >>> different_plans([halves, same, other], [1, 2], 0.9)
    [2]
    """
    from sklearn.metrics import adjusted_rand_score

    taken: list[int] = []
    for at in order:
        if all(adjusted_rand_score(leads[other], leads[at]) < least for other in (0, *taken)):
            taken.append(at)
    return taken
