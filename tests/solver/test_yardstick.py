"""The real city: known plans of a crude script must be beaten."""

from __future__ import annotations

import numpy as np
import pytest

import gridplan.solver.problem as gp
from gridplan.solver.solver import solve
from tests.solver.conftest import judge


def yardstick(folder, choose) -> gp.Problem:
    data = np.load(folder / "wuhan" / "yardstick_problem.npz")
    sites = np.flatnonzero(data["municipal_or_enterprise"])
    return gp.Problem.from_arrays(
        unit_ids=[str(x) for x in data["unit_ids"]],
        population=data["population"],
        lead_ids=[str(x) for x in data["site_ids"][sites]],
        lead_unit=data["site_unit"][sites],
        lead_hospital=[str(x) for x in data["hospital"][sites]],
        minutes=data["minutes"][:, sites],
        edges=data["edges"][data["edge_within_bank"]],
        choose=choose,
        balance=0.25,
    )


@pytest.mark.shared_data
@pytest.mark.parametrize(("k", "at_most"), [(8, 9.895), (7, 10.123)])
def test_wuhan_is_served_within_the_known_mean_minutes(shared_data, k, at_most):
    problem = yardstick(shared_data, k)
    solution = solve(problem, seed=0)
    seen = judge(problem, solution.assignment.lead_of_unit)
    assert solution.status in ("feasible", "optimal")
    assert len(seen["open"]) == k
    assert seen["connected"]
    assert seen["homes"]
    assert seen["one_site_a_hospital"]
    assert seen["deviation"] <= 0.25 + 1e-9
    assert seen["mean_minutes"] <= at_most
    assert seen["travel"] == pytest.approx(solution.terms["travel"], rel=1e-12)
