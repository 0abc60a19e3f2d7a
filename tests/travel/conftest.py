"""A coast with an island, on which most reasons for being out of reach occur."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.network import RoadNetwork


@pytest.fixture
def coast():
    """A mainland street 0-1-2 (10 min each), a one-way pier 2 -> 3 (no way back), an island 4-5 without a ferry.

    4 --- 5          island, y = 5000
    0 --- 1 --- 2 -> 3      mainland, y = 0, a node every 1000 m
    """
    tail = [0, 1, 1, 2, 2, 4, 5]
    head = [1, 0, 2, 1, 3, 5, 4]
    xy = [(0, 0), (1000, 0), (2000, 0), (3000, 0), (0, 5000), (1000, 5000)]
    return RoadNetwork.from_edges(tail, head, np.full(7, 10.0), xy=xy)
