"""How far two groupings agree: by hand, and as scikit-learn counts it."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.grids.agreement import adjusted_rand


def test_pairs_kept_together_and_apart_are_counted_against_chance() -> None:
    """Same groups under other names agree fully, however many; crossed ones less than chance; two units moved of six, by hand."""
    assert adjusted_rand(["a", "a", "b"], [2, 2, 1]) == 1.0
    assert adjusted_rand([], []) == adjusted_rand(["a"], ["b"]) == 1.0
    assert adjusted_rand([1, 1, 2, 2], [1, 2, 1, 2]) == -0.5
    # Pairs: together in both 2, in the first only 4, in the second only 4, in neither 5, of 15; chance gives 6 * 6 / 15.
    assert adjusted_rand([1, 1, 1, 2, 2, 2], [1, 1, 2, 1, 2, 2]) == pytest.approx((2 - 36 / 15) / (6 - 36 / 15))


def test_the_index_is_that_of_scikit_learn() -> None:
    """To the last digit, on groupings drawn at random."""
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(1)
    for size in (2, 30, 500):
        one, other = rng.integers(0, 5, size), rng.integers(0, 3, size).astype(str)
        assert adjusted_rand(one, other) == adjusted_rand_score(one, other)
