"""Neighbouring grids are told apart by colour, also by colour-blind readers and in grey print."""

import numpy as np
import pytest

from gridplan.outputs.map.tints import TINTS, _ciede2000, choose_tints, tint_distances

RING_OF_EIGHT = [(i, (i + 1) % 8) for i in range(8)] + [(0, 4), (2, 6)]


def test_ciede2000_gives_the_published_values():
    """Three pairs of the test data of Sharma, Wu and Dalal (2005)."""
    one = np.array([[50.0, 2.6772, -79.7751], [50.0, -1.3802, -84.2814], [22.7233, 20.0904, -46.6940]])
    two = np.array([[50.0, 0.0, -82.7485], [50.0, 0.0, -82.7485], [23.0331, 14.9730, -42.5619]])
    assert _ciede2000(one, two) == pytest.approx([2.0425, 1.0, 2.0373], abs=1e-4)


def test_every_grid_has_its_own_tint_up_to_twelve():
    tints = choose_tints(8, RING_OF_EIGHT, [1.0] * 8)
    assert len(set(tints)) == 8


def test_neighbours_are_at_least_eight_apart():
    tints = choose_tints(8, RING_OF_EIGHT, [1.0] * 8)
    assert min(tint_distances()[tints[a], tints[b]] for a, b in RING_OF_EIGHT) > 8


def test_beyond_twelve_grids_no_neighbours_share_a_tint():
    n = 30
    pairs = [(i, i + 1) for i in range(n - 1)] + [(i, i + 5) for i in range(n - 5)] + [(i, i + 6) for i in range(n - 6)]
    tints = choose_tints(n, pairs, [1.0] * n)
    assert min(tint_distances()[tints[a], tints[b]] for a, b in pairs) > 6


def test_same_seed_same_tints():
    assert choose_tints(8, RING_OF_EIGHT, range(1, 9)) == choose_tints(8, RING_OF_EIGHT, range(1, 9))


@pytest.mark.parametrize("n_grids", [0, 1, 2])
def test_few_grids(n_grids):
    assert len(choose_tints(n_grids, [], [1.0] * n_grids)) == n_grids
    assert len(TINTS) == 12
