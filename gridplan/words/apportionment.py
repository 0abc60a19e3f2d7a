"""Sharing a whole number out in proportion to weights so that the parts are whole and their sum is exact."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd


def share_out(total: int, weights: pd.Series) -> pd.Series:
    """Share a whole number out in proportion to weights by largest remainder.

    Every part is its exact quota rounded down, or one more; the parts that are still missing go to the largest remainders,
    of equal ones to the larger weight, then to the id that sorts first. So the result does not depend on the order of rows.
    Weights that are all 0 count as equal.

    Parameters
    ----------
    total : whole number of 0 or more: beds, appointment slots, cents.
    weights : finite numbers of 0 or more on a unique index; not empty unless the total is 0.

    Returns
    -------
    Series of int64 on the index of `weights`; its sum is `total`.

    Raises
    ------
    ValueError
        If a weight or the total is negative, or there is nobody to share with.

    Examples
    --------
    >>> share_out(10, pd.Series({"a": 1, "b": 1, "c": 1})).tolist()
    [4, 3, 3]
    """
    exact = {key: Fraction(value) for key, value in zip(weights.index, weights.tolist(), strict=True)}
    if total < 0 or any(value < 0 for value in exact.values()):
        msg = "a total and weights of 0 or more"
        raise ValueError(msg)
    if not exact and total:
        msg = "somebody to share with"
        raise ValueError(msg)
    whole = sum(exact.values(), Fraction())
    if not whole:
        exact, whole = dict.fromkeys(exact, Fraction(1)), Fraction(len(exact))
    quotas = {key: total * value / whole for key, value in exact.items()}
    parts = {key: int(quota) for key, quota in quotas.items()}
    first = sorted(quotas, key=lambda key: (parts[key] - quotas[key], -exact[key], str(key)))
    for key in first[: total - sum(parts.values())]:
        parts[key] += 1
    return pd.Series([parts[key] for key in weights.index], index=weights.index, dtype="int64")
