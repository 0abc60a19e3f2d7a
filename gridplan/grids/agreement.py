"""How far two groupings of the same units agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def adjusted_rand(first: ArrayLike, second: ArrayLike) -> float:
    """Return the adjusted Rand index of two groupings: 1 where they are the same, 0 on average where one is random.

    Of all pairs of units, those that are together in both groupings or in neither, against what chance gives (Hubert and Arabie 1985).

    >>> adjusted_rand(["a", "a", "b", "b"], [1, 1, 2, 2]), adjusted_rand(["a", "a", "b", "b"], [1, 2, 1, 2])
    (1.0, -0.5)
    """
    codes = pd.factorize(np.asarray(first))[0], pd.factorize(np.asarray(second))[0]
    both = pd.DataFrame({"first": codes[0], "second": codes[1]}).value_counts()
    together = _pairs(both)
    first_only = _pairs(np.bincount(codes[0])) - together
    second_only = _pairs(np.bincount(codes[1])) - together
    if not first_only and not second_only:
        return 1.0
    apart = _pairs([len(codes[0])]) - together - first_only - second_only
    return (
        2.0
        * (together * apart - first_only * second_only)
        / ((together + first_only) * (first_only + apart) + (together + second_only) * (second_only + apart))
    )


def _pairs(sizes: ArrayLike) -> int:
    """Return how many ordered pairs groups of these sizes hold; in Python's integers, which do not overflow."""
    return sum(int(size) * (int(size) - 1) for size in np.asarray(sizes).ravel())
