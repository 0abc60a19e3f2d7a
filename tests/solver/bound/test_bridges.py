"""A bound that knows bridges, on two banks; brute force is in test_against_brute_force."""

from __future__ import annotations

import numpy as np

from gridplan.solver.bound.bridges import bridge_cases
from gridplan.solver.instance import build_instance, limits_for
from tests.solver.bound.test_crossings import two_banks


def test_a_lead_reaches_across_only_by_holding_both_ends_of_a_bridge():
    """The bridge 2 - 9 is held by p, by q, or by nobody; the best plan leaves every bank to its own lead."""
    problem = two_banks([(2, 9)])
    instance, leads = build_instance(problem), np.arange(2)
    cases = bridge_cases(instance, leads, limits_for(problem, 2), np.zeros(2), np.inf, 50)
    assert cases is not None
    assert len(cases) == 3
    best = cases[0]
    assert best.bound == 10.0 * 2 * 3 * (0 + 1 + 2)
    assert best.label.tolist() == [0] * 9 + [1] * 9
    held = [case.pins for case in cases if case.pins]
    assert sorted((sorted(atom for atom, _ in pins[:2]), pins[0][1]) for pins in held) == [([2, 9], 0), ([2, 9], 1)]
    assert bridge_cases(instance, leads, limits_for(problem, 2), np.zeros(2), best.bound, 50) == []
