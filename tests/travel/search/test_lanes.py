"""Many searches side by side give what one search after the other gives, whatever the lanes."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.engine import Seeds, hierarchy_keys, plain_keys, run_hierarchy, split_keys
from gridplan.travel.search.hierarchy import build_hierarchy, skeleton_of
from gridplan.travel.search.lanes import FEW, MANY
from tests.travel.search.test_customization import in_subtrees
from tests.travel.search.test_order import square


@pytest.fixture(scope="module")
def ground():
    topology, _ = square(7)
    rng = np.random.default_rng(3)
    weights = rng.integers(1, 500, topology.n_arcs).astype(np.uint32)
    return topology, weights, skeleton_of(topology, in_subtrees(topology, rng.permutation(49).astype(np.int32)))


def seeds_of(count: int) -> Seeds:
    """Searches from two nodes each, with head starts; every fifth has one end closed."""
    rng = np.random.default_rng(count)
    ms = rng.integers(0, 300, (count, 2)).astype(np.uint32)
    ms[::5, 1] = FAR
    return Seeds(rng.integers(0, 49, (count, 2)).astype(np.int32), ms)


def table(hierarchy, seeds: Seeds, toward: bool) -> np.ndarray:
    out = np.empty((49, len(seeds)), dtype=np.uint32)

    def copy(block):
        out[:, block.first : block.first + block.lanes] = block.values[hierarchy.skeleton.rank, : block.lanes]

    list(run_hierarchy(hierarchy, seeds, copy, toward=toward))
    return out


@pytest.mark.parametrize("count", [1, FEW - 1, FEW + 1, 2 * FEW + 1, MANY + 3])
@pytest.mark.parametrize("toward", [True, False])
def test_lanes_give_the_times_of_single_searches(ground, count, toward):
    topology, weights, skeleton = ground
    hierarchy, seeds = build_hierarchy(skeleton, weights), seeds_of(count)
    there = weights[topology.twin] if toward else weights
    singles = [
        split_keys(plain_keys(topology, there, Seeds(seeds.node[i : i + 1], seeds.ms[i : i + 1])))[0]
        for i in range(count)
    ]
    np.testing.assert_array_equal(table(hierarchy, seeds, toward), np.column_stack(singles))


@pytest.mark.parametrize("toward", [True, False])
def test_one_sweep_finds_the_nearest_seed(ground, toward):
    topology, weights, skeleton = ground
    seeds = seeds_of(9)
    there = weights[topology.twin] if toward else weights
    swept = hierarchy_keys(build_hierarchy(skeleton, weights), seeds, toward=toward)
    np.testing.assert_array_equal(swept, plain_keys(topology, there, seeds))
