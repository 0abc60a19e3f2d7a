"""Every answer on tiny cities is held against an exhaustive search that shares no code with the solver."""

from __future__ import annotations

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gridplan.solver.problem as gp
from gridplan.solver.activity import Activity
from gridplan.solver.bound.bridges import bridge_cases
from gridplan.solver.explain.tolerance import balance_need, least_by_count
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.solver.solver import solve
from gridplan.words.errors import ProblemError
from tests.solver.conftest import judge

FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def activities(draw, n, m, *, soft, rng):
    """Draw a service that each grid must hold, a measure with limits a lead, or one to be balanced."""
    amount, price = rng.integers(0, 2, n) if draw(st.booleans()) else rng.integers(0, 9, n), 13.0 if soft else None
    kind = draw(st.sampled_from(["minimum", "maximum", "balance"]))
    if kind == "minimum":
        return Activity("", amount, minimum=1, price=price)
    if kind == "maximum":
        return Activity("", amount, maximum=np.round(amount.sum() * rng.uniform(0.3, 1.0, m)), price=price)
    return Activity("", amount, balance=draw(st.sampled_from([0.2, 0.5])), price=price)


@st.composite
def cities(draw, *, soft=None):  # noqa: C901 - one argument of the contract a step
    """Draw the arguments of a tiny problem: 4-8 units, 2-4 sites, a connected or broken graph, some rules."""
    n = draw(st.integers(4, 8))
    m = draw(st.integers(2, min(4, n)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    pairs = [(i, int(rng.integers(0, i))) for i in range(1, n)]
    pairs += [tuple(rng.choice(n, 2, replace=False).tolist()) for _ in range(draw(st.integers(0, n)))]
    if draw(st.booleans()) and draw(st.booleans()):
        pairs = [p for p in pairs if 0 not in p]
    args = {
        "unit_ids": [f"u{i}" for i in range(n)],
        "population": rng.integers(0 if draw(st.booleans()) else 1, 20, n) + (np.arange(n) == 1),
        "lead_ids": [f"h{j}" for j in range(m)],
        "lead_unit": rng.choice(n, m, replace=draw(st.booleans()) and draw(st.booleans())),
        "minutes": rng.integers(1, 40, (n, m)).astype(float),
        "edges": pairs,
        "choose": draw(st.sampled_from([None, 1, 2, (1, 2)])),
    }
    soft = draw(st.booleans()) if soft is None else soft
    if draw(st.booleans()):
        args |= {"balance": draw(st.sampled_from([0.1, 0.3, 0.6])), "balance_price": 7.0 if soft else None}
    if draw(st.booleans()):
        args |= {"max_minutes": 25.0, "max_minutes_price": 11.0 if soft else None}
    if draw(st.booleans()):
        args["population_max"] = float(np.sum(args["population"])) * 0.8
    if draw(st.booleans()):
        args |= {"compactness_price": 9.0}
    if draw(st.booleans()):
        incumbent = rng.integers(0, m, n)
        args |= {"incumbent": {f"u{i}": f"h{incumbent[i]}" for i in range(n - 1)}, "move_price": 4.0}
        if draw(st.booleans()):
            args["most_moved"] = float(np.sum(args["population"])) * draw(st.sampled_from([0.15, 0.3, 0.5]))
    if draw(st.booleans()):
        args["whole"] = rng.choice(["a", "b", ""], n).tolist()
    if draw(st.booleans()):
        args["lead_price"] = rng.integers(-50, 200, m).astype(float)
    if draw(st.booleans()) and draw(st.booleans()):
        args["minutes"][int(rng.integers(0, n)), int(rng.integers(0, m))] = np.inf
    if draw(st.booleans()):
        args["activities"] = [draw(activities(n, m, soft=soft, rng=rng)) for _ in range(draw(st.integers(1, 2)))]
        args["activities"] = [replace(some, name=f"a{i}") for i, some in enumerate(args["activities"])]
    if draw(st.booleans()) and draw(st.booleans()):
        args |= {"habit": rng.integers(0, 5, (n, m)) / 4, "habit_price": 6.0}
    return args


def cost_of(args, lead):  # noqa: C901 - one rule of the contract a step
    """Objective of a plan by the words of the contract; None when a hard rule is broken."""
    n, m = args["minutes"].shape
    people, minutes, home = np.asarray(args["population"], float), args["minutes"], args["lead_unit"]
    total, opened = people.sum(), sorted(set(lead))
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(args["edges"])
    for j in opened:
        if lead[home[j]] != j or not nx.is_connected(graph.subgraph([i for i in range(n) if lead[i] == j])):
            return None
    cost = sum(people[i] * minutes[i, lead[i]] for i in range(n) if np.isfinite(minutes[i, lead[i]]))
    part = {i: c for c, nodes in enumerate(nx.connected_components(graph)) for i in nodes}
    for i in range(n):
        near = [j for j in range(m) if part[home[j]] == part[i]]
        if not np.isfinite(minutes[i, lead[i]]):
            if any(np.isfinite(minutes[i, j]) for j in near):
                return None
            cost += people[i] * 1440.0
    load = {j: sum(people[i] for i in range(n) if lead[i] == j) for j in opened}
    if "balance" in args:
        mean, tolerance = total / len(opened), args["balance"]
        over = sum(max(0, x - mean * (1 + tolerance), mean * (1 - tolerance) - x) for x in load.values())
        if args["balance_price"] is None and over > 1e-6:
            return None
        cost += (args["balance_price"] or 0) * over
    for some in args.get("activities", ()):
        held = {j: sum(some.amount[i] for i in range(n) if lead[i] == j) for j in opened}
        mean, spare = sum(some.amount) / len(opened), np.inf if some.balance is None else some.balance
        low, high = np.broadcast_to(some.minimum, m).astype(float), np.broadcast_to(some.maximum, m).astype(float)
        if some.balance is not None:
            low, high = np.maximum(low, mean * (1 - spare)), np.minimum(high, mean * (1 + spare))
        over = sum(max(0.0, x - high[j], low[j] - x) for j, x in held.items())
        if some.price is None and over > 1e-6:
            return None
        cost += (some.price or 0.0) * over
    if "max_minutes" in args:
        far = sum(people[i] for i in range(n) if minutes[i, lead[i]] > args["max_minutes"])
        if args["max_minutes_price"] is None and any(minutes[i, lead[i]] > args["max_minutes"] for i in range(n)):
            return None
        cost += (args["max_minutes_price"] or 0) * far
    most, least = np.full(m, args.get("population_max", np.inf)), np.full(m, args.get("population_min", 0.0))
    if any(x > most[j] * (1 + 1e-9) or x < least[j] * (1 - 1e-9) for j, x in load.items()):
        return None
    if any(f"h{lead[i]}" != args.get("locked", {}).get(f"u{i}", f"h{lead[i]}") for i in range(n)):
        return None
    if any(f"h{lead[i]}" in args.get("barred", {}).get(f"u{i}", ()) for i in range(n)):
        return None
    if "whole" in args:
        label = args["whole"]
        if any(label[u] and label[u] == label[v] and lead[u] != lead[v] for u, v in args["edges"]):
            return None
    if "incumbent" in args:
        old = args["incumbent"]
        moved = sum(people[i] for i in range(n) if f"u{i}" in old and old[f"u{i}"] != f"h{lead[i]}")
        if moved > args.get("most_moved", np.inf) + 1e-9:
            return None
        cost += 4.0 * moved
    cost += args.get("compactness_price", 0) * sum(
        lead[u] != lead[v] for u, v in {tuple(sorted(e)) for e in args["edges"]}
    )
    if "habit" in args:
        cost += 6.0 * sum(people[i] * (1 - args["habit"][i, lead[i]]) for i in range(n))
    if "lead_price" in args:
        cost += sum(args["lead_price"][j] for j in opened)
    return cost


def costs_by_brute_force(args):
    """Cost of every plan that holds every hard rule."""
    n, m = args["minutes"].shape
    choose = args["choose"]
    counts = {m} if choose is None else ({choose} if isinstance(choose, int) else set(range(choose[0], choose[1] + 1)))
    for count in counts:
        for opened in itertools.combinations(range(m), count):
            homes = {args["lead_unit"][j]: j for j in opened}
            if len(homes) < count:
                continue
            choices = [[homes[i]] if i in homes else opened for i in range(n)]
            costs = (cost_of(args, lead) for lead in itertools.product(*choices))
            yield from (cost for cost in costs if cost is not None)


def best_by_brute_force(args):
    """Least cost over all plans that hold every hard rule; None if there is none."""
    return min(costs_by_brute_force(args), default=None)


@FEW
@given(cities())
def test_plans_and_bounds_agree_with_all_plans_there_are(args):
    try:
        problem = gp.Problem.from_arrays(**args)
    except ProblemError:
        return
    best = best_by_brute_force(args)
    solution = solve(problem, seed=1, effort=0.02)
    lead = [problem.lead_ids.index(x) for x in solution.assignment.lead_of_unit[list(problem.unit_ids)]]
    assert solution.objective == pytest.approx(sum(solution.terms.values()))
    if best is None:
        assert solution.status == "infeasible"
        assert any(not e.note for e in solution.explanation)
        return
    assert solution.status not in BREAKS_A_RULE
    assert cost_of(args, lead) == pytest.approx(solution.objective, abs=1e-6)
    assert solution.bound <= best + 1e-6 * (1 + abs(best))
    assert solution.objective == pytest.approx(best, abs=1e-6 * (1 + abs(best)))
    if solution.status == "optimal":
        assert solution.bound == pytest.approx(best, rel=1e-5, abs=1e-4)


@FEW
@given(cities())
def test_no_plan_is_cheaper_than_every_way_of_holding_the_bridges(args):
    args = {**args, "choose": None}
    try:
        problem = gp.Problem.from_arrays(**args)
    except ProblemError:
        return
    leads = np.arange(problem.n_leads)
    limits = limits_for(problem, problem.n_leads)
    cases = bridge_cases(build_instance(problem), leads, limits, np.zeros(len(leads)), np.inf, 60)
    best = None if cases is None else best_by_brute_force(args)
    if cases is not None and best is not None:
        assert min(case.bound for case in cases) <= best + 1e-6 * (1 + abs(best))


def least_deviation_by_brute_force(args):
    """Smallest worst deviation of plans that hold every other hard rule; None if there is none."""
    rest = {name: value for name, value in args.items() if name != "balance"}
    n, m = args["minutes"].shape
    people = np.asarray(args["population"], float)
    worst = []
    for opened in itertools.combinations(range(m), args["choose"] or m):
        for lead in itertools.product(opened, repeat=n):
            if len(set(lead)) == len(opened) and cost_of(rest, lead) is not None:
                load = np.array([people[np.array(lead) == j].sum() for j in opened])
                worst.append(float(np.abs(load / (people.sum() / len(opened)) - 1.0).max()))
    return min(worst) if worst else None


@FEW
@given(cities(soft=False), st.sampled_from([None, 2, 3]))
def test_the_tolerance_told_to_be_needed_is_the_smallest_there_is(args, choose):
    args = {**args, "choose": choose, "balance": 0.05, "balance_price": None}
    args.pop("max_minutes", None)
    try:
        problem = gp.Problem.from_arrays(**args)
    except ProblemError:
        return
    instance = build_instance(problem)
    need = balance_need(instance, problem.k_max)
    least = least_deviation_by_brute_force(args)
    if least is None or len(instance.notes):
        return
    assert need.tolerance == pytest.approx(least, abs=2e-6)
    for counted in (least_by_count(instance, problem.k_max, np.arange(problem.n_leads), [], fixed=choose is None),):
        assert counted <= least + 1e-6
    if need.block is not None:
        assert need.block.people * problem.k_max / problem.total_population - 1.0 <= least + 1e-9
    if need.crossing is not None:
        assert need.crossing_tolerance <= least + 1e-6


@pytest.mark.long
@FEW
@given(cities(soft=True), st.integers(0, 100))
def test_row_order_and_names_do_not_matter_and_seeds_repeat(args, shuffle):
    try:
        problem = gp.Problem.from_arrays(**args)
    except ProblemError:
        return
    first = solve(problem, seed=3, effort=0.02)
    again = solve(problem, seed=3, effort=0.02)
    assert first.assignment.lead_of_unit.equals(again.assignment.lead_of_unit)
    order = np.random.default_rng(shuffle).permutation(problem.n_units)
    place = np.argsort(order)
    other = dict(args)
    other["unit_ids"] = [args["unit_ids"][i] for i in order]
    other["population"] = np.asarray(args["population"])[order]
    other["minutes"] = args["minutes"][order]
    other["lead_unit"] = place[args["lead_unit"]]
    other["edges"] = [(int(place[u]), int(place[v])) for u, v in args["edges"]]
    if "habit" in args:
        other["habit"] = args["habit"][order]
    if "activities" in args:
        other["activities"] = [replace(some, amount=some.amount[order]) for some in args["activities"]]
    if "whole" in args:
        other["whole"] = [args["whole"][i] for i in order]
    moved = solve(gp.Problem.from_arrays(**other), seed=3, effort=0.02)
    assert moved.objective == pytest.approx(first.objective)


def test_judge_sees_a_connected_plan():
    args = {
        "unit_ids": list("abcdef"),
        "population": [1, 1, 1, 1, 1, 1],
        "lead_ids": ["x", "y"],
        "lead_unit": [0, 5],
        "minutes": [[1, 9], [2, 8], [3, 7], [7, 3], [8, 2], [9, 1]],
        "edges": [(i, i + 1) for i in range(5)],
    }
    problem = gp.Problem.from_arrays(**args)
    seen = judge(problem, solve(problem).assignment.lead_of_unit)
    assert seen["connected"]
    assert seen["homes"]
    assert seen["travel"] == 12
