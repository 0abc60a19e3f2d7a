"""Plans of irregular maps with random rules are judged by networkx: whole, connected, within the limits or explained."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

import gridplan.solver.problem as gp
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.solver.solver import solve
from tests.solver.conftest import judge

# A slice: `python -m benchmarks.fuzz_solver` is the long run.
SOME = settings(max_examples=14, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def maps(draw):
    """Draw the arguments of a problem: 20-45 units between random points, 2-6 sites, some rules."""
    n, m = draw(st.integers(20, 45)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    at = rng.uniform(0.0, 10.0, (n, 2))
    edges = {tuple(sorted(pair)) for t in Delaunay(at).simplices.tolist() for pair in itertools.combinations(t, 2)}
    sites = rng.choice(n, m, replace=False)
    people = np.round(rng.lognormal(5.0, 0.5, n)) + 1
    args = {
        "unit_ids": [f"u{i}" for i in range(n)],
        "population": people,
        "lead_ids": [f"h{j}" for j in range(m)],
        "lead_unit": sites,
        "minutes": np.sqrt(((at[:, None, :] - at[None, sites, :]) ** 2).sum(axis=2)),
        "edges": sorted(edges),
    }
    if draw(st.booleans()):
        args["choose"] = draw(st.integers(1, m))
    if draw(st.booleans()):
        args["balance"] = draw(st.sampled_from([0.05, 0.15, 0.4]))
    if draw(st.booleans()):
        args["population_max"] = people.sum() / (args.get("choose") or m) * draw(st.sampled_from([1.1, 1.3]))
    if draw(st.booleans()):
        free = [i for i in range(n) if i not in sites]
        args["locked"] = {f"u{i}": "h0" for i in rng.choice(free, 2, replace=False)}
        args["required"] = ["h0"] if "choose" in args else ()
    return args


@SOME
@given(maps())
def test_every_plan_is_whole_connected_and_within_its_limits_or_explained(args):
    problem = gp.Problem.from_arrays(**args)
    solution = solve(problem, seed=2, effort=0.05)
    again = solve(problem, seed=2, effort=0.05)
    assert solution.assignment.lead_of_unit.equals(again.assignment.lead_of_unit)
    assert set(solution.assignment.lead_of_unit.index) == set(args["unit_ids"])
    seen = judge(problem, solution.assignment.lead_of_unit)
    assert len(seen["open"]) == args.get("choose", len(args["lead_ids"]))
    assert solution.terms["travel"] == pytest.approx(seen["travel"])
    if solution.status in BREAKS_A_RULE:
        assert any(not e.note for e in solution.explanation)
        return
    assert seen["connected"]
    assert seen["homes"]
    assert seen["deviation"] <= args.get("balance", np.inf) + 1e-5
    assert seen["load"].max() <= args.get("population_max", np.inf) * (1 + 1e-5)
    assert all(solution.assignment.lead_of_unit[u] == lead for u, lead in args.get("locked", {}).items())
    assert solution.bound <= solution.objective * (1 + 1e-9)


@pytest.mark.long
@SOME
@given(maps(), st.sampled_from(["balance", "population_max", "max_minutes", "barred"]))
def test_one_more_limit_never_lowers_what_a_proven_best_plan_costs(args, limit):
    """The bound of the looser problem holds for every plan of the tighter one."""
    loose = gp.Problem.from_arrays(**args)
    more = {
        "balance": min(0.1, args.get("balance", 1.0)),
        "population_max": 0.95 * args.get("population_max", loose.total_population),
        "max_minutes": float(np.median(args["minutes"])),
        "barred": {"u0": ["h1"]} if args["lead_unit"][1] != 0 else {},
    }
    tight = gp.Problem.from_arrays(**(args | {limit: more[limit]}))
    first, second = solve(loose, effort=0.05), solve(tight, effort=0.05)
    if BREAKS_A_RULE.isdisjoint({first.status, second.status}):
        assert first.bound <= second.objective * (1 + 1e-9)
    if first.status == second.status == "optimal":
        assert first.objective <= second.objective * (1 + 2e-6)
