"""Two-step floating catchment scores and the Gini index: how evenly supply reaches people (L: Luo and Wang 2003)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]


def two_step_scores(population: Floats, supply: Floats, near: sparse.csr_matrix) -> Floats:
    """Return the supply per person that each place can reach.

    Step one shares the supply of each facility over the people near it; step two adds up, for each place, the shares of
    the facilities near it. A facility that nobody is near counts nowhere, so population-weighted scores add up to the
    supply that somebody can reach.

    Parameters
    ----------
    population : people of each of n places; supply : of each of m facilities; near : (n, m) 1 where within the catchment.

    Examples
    --------
    >>> import numpy as np; from scipy.sparse import csr_matrix
    >>> two_step_scores(np.array([100.0, 300.0]), np.array([40.0, 6.0]), csr_matrix([[1, 0], [1, 1]]))
    array([0.1 , 0.12])
    """
    people = np.asarray(near.T @ population, dtype=float)
    rate = np.divide(supply, people, out=np.zeros(len(supply)), where=people > 0)
    return np.asarray(near @ rate, dtype=float)


def gini(values: Floats, weights: Floats) -> float:
    """Return the Gini index of values over weights: 0 where all have the same, near 1 where one has all; NaN without any.

    >>> import numpy as np
    >>> round(gini(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 3)
    0.25
    """
    order = np.argsort(values, kind="stable")
    weight, amount = weights[order], values[order] * weights[order]
    if weight.sum() <= 0 or amount.sum() <= 0:
        return float("nan")
    people = np.concatenate(([0.0], np.cumsum(weight) / weight.sum()))
    held = np.concatenate(([0.0], np.cumsum(amount) / amount.sum()))
    return float(1 - np.sum(np.diff(people) * (held[1:] + held[:-1])))
