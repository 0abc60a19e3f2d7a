"""The linear relaxation of fixed leads: what its prices say of every arc."""

from __future__ import annotations

import numpy as np

from gridplan.solver.bound.fixed_leads import reduced_costs
from gridplan.solver.instance import build_instance
from tests.solver.test_rules import row_city


def test_reduced_costs_are_above_the_cheapest_priced_arc():
    instance = build_instance(row_city())
    slack = reduced_costs(instance, np.arange(3), np.array([0.0, 1.0, 0.0]))
    assert slack[1].tolist() == [0.0, (2.0 + 1.0 - 1.0) * 10, (6.0 - 1.0) * 10]
