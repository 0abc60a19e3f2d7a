"""Random problems at any numbers: every answer is held against networkx and, where units are few, against all plans.

    python -m benchmarks.fuzz_solver [--problems 10000] [--seed 0] [--first 0] [--limit SECONDS] [--only N]

Nothing here uses the solver's code but `solve` and `improve`. Problem N of a seed is always the same; `--only N` shows it.
The last line counts what was wrong; the exit code is 1 if anything was.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np

from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.solver.solver import improve, solve
from gridplan.words.errors import ProblemError

# Units up to which all plans are looked at.
FEW = 8
# Share of a limit that rounding may pass it by, and share of all terms that a bound may pass the best plan by.
ROUNDING, PROVEN = 1e-9, 1e-6
# Seconds that a solve may take.
LIMIT_S = 2.0

Arguments = dict[str, Any]


def random_arguments(seed: int, number: int) -> tuple[Arguments, bool]:
    """Arguments of problem `number` of a seed, and whether they were drawn around a plan that holds them."""
    rng = np.random.default_rng([seed, number])
    n = int(rng.integers(4, FEW + 1)) if _some(rng, 0.7) else int(rng.integers(FEW + 1, 41))
    m = int(rng.integers(1, min(5, n) + 1)) if n <= FEW else int(rng.integers(2, min(12, n) + 1))
    choose = _choose(rng, m)
    args: Arguments = {
        "unit_ids": [f"u{i}" for i in range(n)],
        "population": _people(rng, n),
        "lead_ids": [f"h{j}" for j in range(m)],
        "lead_unit": rng.choice(n, m, replace=choose is not None and _some(rng, 0.15)),
        "minutes": _minutes(rng, n, m),
        "edges": _edges(rng, n),
        "choose": choose,
    }
    drawn = args | _limits_and_prices(rng, args) | _names(rng, args)
    plan = _any_plan(rng, args) if n > FEW and _some(rng, 0.5) else None
    return (drawn, False) if plan is None else (_around(rng, drawn, plan), True)


def _any_plan(rng: np.random.Generator, args: Arguments) -> np.ndarray | None:
    """Lead of each unit in grids grown from their leads' units; None where not every unit is reached."""
    n, m, homes = len(args["unit_ids"]), len(args["lead_ids"]), args["lead_unit"]
    choose = args["choose"]
    k = m if choose is None else choose if isinstance(choose, int) else choose[0]
    leads = rng.choice(m, k, replace=False)
    if len(set(homes[leads].tolist())) < k:
        return None
    plan = np.full(n, -1)
    plan[homes[leads]] = leads
    pairs = [*args["edges"], *((v, u) for u, v in args["edges"])]
    while True:
        ways = [(u, v) for u, v in pairs if plan[u] >= 0 and plan[v] < 0]
        if not ways:
            return plan if (plan >= 0).all() else None
        u, v = ways[int(rng.integers(len(ways)))]
        plan[v] = plan[u]


def _around(rng: np.random.Generator, args: Arguments, plan: np.ndarray) -> Arguments:
    """Bend the rules so that the plan holds them, some of them just so."""
    n, m, people = len(plan), len(args["lead_ids"]), args["population"]
    leads = sorted(set(plan.tolist()))
    minutes = args["minutes"].copy()
    minutes[np.arange(n), plan] = np.where(np.isfinite(minutes[np.arange(n), plan]), minutes[np.arange(n), plan], 5.0)
    load = np.array([people[plan == j].sum() for j in leads])
    out = args | {"minutes": minutes}
    out.pop("lead_hospital", None)
    if "locked" in args:
        out["locked"] = {unit: f"h{plan[int(unit[1:])]}" for unit in args["locked"]}
    if "barred" in args:
        out["barred"] = {u: [x for x in names if x != f"h{plan[int(u[1:])]}"] for u, names in args["barred"].items()}
    if "required" in args:
        out["required"] = [f"h{rng.choice(leads)}"]
    if "forbidden" in args:
        out["forbidden"] = [f"h{j}" for j in range(m) if j not in leads][:1]
    if "whole" in args:
        inside = (plan == leads[0]) & (rng.random(n) < 0.4)
        out["whole"] = ["a" if some else "" for some in inside]
    if "max_minutes" in args:
        out["max_minutes"] = float(minutes[np.arange(n), plan].max())
    if "population_max" in args:
        out["population_max"] = float(load.max()) * float(rng.uniform(1, 1.2))
    if "population_min" in args:
        out["population_min"] = float(load.min()) * float(rng.uniform(0.8, 1))
    if "balance" in args:
        out["balance"] = float(np.abs(load / (people.sum() / len(leads)) - 1).max()) * float(rng.uniform(1.001, 1.3))
    return out


def _some(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.random() < share)


def _limits_and_prices(rng: np.random.Generator, args: Arguments) -> Arguments:
    minutes, m = args["minutes"], len(args["lead_ids"])
    finite = minutes[np.isfinite(minutes)] if np.isfinite(minutes).any() else np.ones(1)
    typical, mean = float(np.median(finite)), float(args["population"].sum()) / m
    found: Arguments = {}

    def price() -> float:
        return float(typical * 10.0 ** (rng.uniform(-1, 2) if _some(rng, 0.7) else rng.uniform(-9, 9)))

    def price_or_none() -> float | None:
        return price() if _some(rng, 0.5) else None

    if _some(rng, 0.4):
        balance = float(rng.choice([0.0, 0.05, 0.1, 0.3, 0.6, 0.9, 1.5]))
        found |= {"balance": balance, "balance_price": price_or_none()}
    if _some(rng, 0.25):
        found |= {"max_minutes": float(np.quantile(finite, rng.uniform(0.4, 1))), "max_minutes_price": price_or_none()}
    if _some(rng, 0.2):
        found["population_max"] = mean * (float(rng.uniform(0.8, 4)) if _some(rng, 0.6) else rng.uniform(0.5, 5, m))
    if _some(rng, 0.2):
        found["population_min"] = mean * (float(rng.uniform(0, 0.8)) if _some(rng, 0.6) else rng.uniform(0, 0.5, m))
    if _some(rng, 0.3):
        found["compactness_price"] = price() * mean
    if _some(rng, 0.3):
        found["lead_price"] = rng.uniform(-1, 3, m) * price() * mean
    return found


def _names(rng: np.random.Generator, args: Arguments) -> Arguments:
    """Rules that name units and leads."""
    n, m, choosing = len(args["unit_ids"]), len(args["lead_ids"]), args["choose"] is not None
    found: Arguments = {}
    if _some(rng, 0.25):
        old = rng.integers(0, m, n)
        found["incumbent"] = {f"u{i}": f"h{old[i]}" for i in range(n) if _some(rng, 0.9)}
        found["move_price"] = float(10.0 ** rng.uniform(-3, 6)) if _some(rng, 0.8) else None
    if _some(rng, 0.25):
        found["whole"] = rng.choice(["a", "b", "c", "", "", ""], n).tolist()
    if _some(rng, 0.15):
        found["locked"] = {
            f"u{i}": f"h{rng.integers(0, m)}" for i in rng.choice(n, int(rng.integers(1, 3)), replace=False)
        }
    if _some(rng, 0.2):
        units = rng.choice(n, int(rng.integers(1, 1 + n // 2)), replace=False)
        found["barred"] = {f"u{i}": [f"h{rng.integers(0, m)}"] for i in units}
    if choosing and _some(rng, 0.2):
        found["lead_hospital"] = [f"g{rng.integers(0, m)}" for _ in range(m)]
    if choosing and _some(rng, 0.3):
        found["required"] = [f"h{rng.integers(0, m)}"]
    if choosing and _some(rng, 0.2):
        found["forbidden"] = [f"h{rng.integers(0, m)}"]
    return found


def _people(rng: np.random.Generator, n: int) -> np.ndarray:
    kind = rng.choice(["whole", "tied", "zeros", "scaled", "wild", "one"], p=[0.3, 0.1, 0.15, 0.3, 0.1, 0.05])
    people = rng.integers(1, 20, n).astype(float)
    if kind == "tied":
        people[:] = 10.0
    if kind == "zeros":
        people[rng.random(n) < 0.6] = 0.0
    if kind == "scaled":
        people = rng.uniform(0.5, 20, n) * 10.0 ** (
            rng.choice([-12, -10, -9, 9, 12]) if _some(rng, 0.6) else rng.uniform(-9, 12)
        )
    if kind == "wild":
        people = 10.0 ** rng.uniform(-9, 12, n)
    if kind == "one":
        people[:] = 0.0
    people[int(rng.integers(0, n))] += 1.0 if people.sum() == 0 else 0.0
    return people


def _minutes(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    kind = rng.choice(["whole", "tied", "zero", "scaled", "wild", "far"], p=[0.4, 0.1, 0.05, 0.25, 0.1, 0.1])
    minutes = rng.integers(1, 40, (n, m)).astype(float)
    if kind == "tied":
        minutes[:] = 7.0
    if kind == "zero":
        minutes[:] = 0.0
    if kind == "scaled":
        minutes = rng.uniform(0.5, 40, (n, m)) * 10.0 ** (
            rng.choice([-9, 9]) if _some(rng, 0.5) else rng.uniform(-9, 9)
        )
    if kind == "wild":
        minutes = 10.0 ** rng.uniform(-9, 9, (n, m))
    if kind == "far":
        minutes[rng.random((n, m)) < 0.3] = np.inf
    return minutes


def _edges(rng: np.random.Generator, n: int) -> list[tuple[int, int]]:
    kind = rng.choice(["tree", "plain", "dense", "broken", "none"], p=[0.2, 0.4, 0.2, 0.17, 0.03])
    pairs = [(i, int(rng.integers(max(0, i - 3), i))) for i in range(1, n)]
    extra = {"tree": 0, "plain": n, "dense": 3 * n, "broken": n // 2, "none": 0}[kind]
    pairs += [tuple(rng.choice(n, 2, replace=False).tolist()) for _ in range(extra)]
    if kind == "broken":
        side = rng.random(n) < 0.4
        pairs = [(u, v) for u, v in pairs if side[u] == side[v]]
    return [] if kind == "none" else pairs


def _choose(rng: np.random.Generator, m: int) -> int | tuple[int, int] | None:
    if rng.random() < 0.4:
        return None
    low = int(rng.integers(1, m + 1))
    return low if rng.random() < 0.6 else (low, int(rng.integers(low, m + 1)))


class Rules:
    """The words of the contract over one problem: what is allowed, and what it costs."""

    def __init__(self, problem: Problem) -> None:
        self.p = p = problem
        self.graph: nx.Graph = nx.Graph()
        self.graph.add_nodes_from(range(p.n_units))
        self.graph.add_edges_from(map(tuple, p.edges.tolist()))
        part = {u: c for c, nodes in enumerate(nx.connected_components(self.graph)) for u in nodes}
        self.reached = [
            any(part[int(p.lead_unit[j])] == part[u] and math.isfinite(p.minutes[u, j]) for j in range(p.n_leads))
            for u in range(p.n_units)
        ]
        finite = p.minutes[np.isfinite(p.minutes)]
        self.lost_minutes = max(1440.0, 10.0 * float(finite.max(initial=0.0)))
        self.total = math.fsum(p.population)

    def allows(self, u: int, j: int) -> bool:
        """Whether unit `u` may go to lead `j`."""
        p, minutes = self.p, self.p.minutes[u, j]
        capped = p.max_minutes is not None and p.max_minutes_price is None and minutes > p.max_minutes
        unreached = math.isinf(minutes) and self.reached[u]
        return not (p.barred[u, j] or p.locked[u] not in (-1, j) or capped or unreached)

    def terms(self, units: list[int], j: int, k: int) -> dict[str, float] | None:
        """Terms of one grid of k; None if it breaks a hard rule."""
        p, inside = self.p, set(units)
        if int(p.lead_unit[j]) not in inside or not all(self.allows(u, j) for u in units):
            return None
        if not nx.is_connected(self.graph.subgraph(units)):
            return None
        cut = [(u, v) for u, v in p.edges.tolist() if (u in inside) != (v in inside)]
        if any(p.whole[u] >= 0 and p.whole[u] == p.whole[v] for u, v in cut):
            return None
        load = math.fsum(p.population[u] for u in units)
        if load > p.population_max[j] * (1 + ROUNDING) or load < p.population_min[j] * (1 - ROUNDING):
            return None
        terms = {"opening": float(p.lead_price[j])}
        if p.balance is not None:
            most, least = self.total / k * (1 + p.balance), self.total / k * (1 - p.balance)
            if p.balance_price is not None:
                terms["balance"] = p.balance_price * max(0.0, load - most, least - load)
            elif load > most * (1 + ROUNDING) or load < least * (1 - ROUNDING):
                return None
        if p.compactness_price is not None:
            terms["compactness"] = p.compactness_price * len(cut) / 2
        each = [self._unit_terms(u, j) for u in units]
        for name in ("travel", "unreachable", "access", "moved"):
            terms[name] = math.fsum(t.get(name, 0.0) for t in each)
        return terms

    def _unit_terms(self, u: int, j: int) -> dict[str, float]:
        p, people, minutes = self.p, float(self.p.population[u]), float(self.p.minutes[u, j])
        terms = {"travel": people * minutes} if math.isfinite(minutes) else {"unreachable": people * self.lost_minutes}
        if p.max_minutes_price is not None and p.max_minutes is not None and minutes > p.max_minutes:
            terms["access"] = people * p.max_minutes_price
        if p.change.price is not None and p.change.incumbent[u] not in (-1, j):
            terms["moved"] = people * p.change.price
        return terms

    def sets(self) -> Iterator[tuple[int, ...]]:
        """Sets of sites that may lead together."""
        p = self.p
        for k in range(p.k_min, p.k_max + 1):
            for some in itertools.combinations(range(p.n_leads), k):
                if (
                    len({int(p.hospital[j]) for j in some}) == k
                    and not set(some) & set(p.forbidden)
                    and set(p.required) <= set(some)
                ):
                    yield some


def judge(problem: Problem, lead_of_unit: dict[str, str]) -> tuple[str, dict[str, float]]:
    """What is wrong with a plan ("" if nothing is) and its terms."""
    rules = Rules(problem)
    if set(lead_of_unit) != set(problem.unit_ids):
        return "units", {}
    lead = [problem.lead_ids.index(lead_of_unit[u]) for u in problem.unit_ids]
    opened = tuple(sorted(set(lead)))
    if opened not in set(rules.sets()):
        return f"leads {opened}", {}
    terms: Counter[str] = Counter()
    for j in opened:
        grid = rules.terms([u for u in range(problem.n_units) if lead[u] == j], j, len(opened))
        if grid is None:
            return f"grid of {j}", {}
        for name, value in grid.items():
            terms[name] += value  # type: ignore[assignment]
    return "", dict(terms)


def best_of_all(problem: Problem) -> tuple[float, float] | None:
    """Least objective of all plans that hold the rules, and the sum of its terms' sizes; None if there is no such plan."""
    rules, n = Rules(problem), problem.n_units
    best: tuple[float, float] | None = None
    for some in rules.sets():
        # From the units taken by the first leads to the least cost of taking them.
        front: dict[int, tuple[float, float]] = {0: (0.0, 0.0)}
        for j in some:
            grids = []
            for mask in range(1, 1 << n):
                if mask >> int(problem.lead_unit[j]) & 1:
                    terms = rules.terms([u for u in range(n) if mask >> u & 1], j, len(some))
                    if terms is not None:
                        grids.append((mask, math.fsum(terms.values()), sum(map(abs, terms.values()))))
            grown: dict[int, tuple[float, float]] = {}
            for taken, (cost, size) in front.items():
                for mask, more, more_size in grids:
                    if not taken & mask:
                        found = cost + more, size + more_size
                        if taken | mask not in grown or found < grown[taken | mask]:
                            grown[taken | mask] = found
            front = grown
        found = front.get((1 << n) - 1)  # type: ignore[assignment]
        if found is not None and (best is None or found < best):
            best = found
    return best


def faults(problem: Problem, solution: Solution, *, proven: bool = True) -> list[str]:  # noqa: C901 - one promise a step
    """Promises that a solution breaks."""
    wrong, terms = judge(problem, solution.assignment.lead_of_unit.to_dict())
    found = []
    if breaks_a_rule(solution):
        if not wrong:
            found.append(f"called {solution.status}, holds all rules")
        if all(said.note for said in solution.explanation):
            found.append(f"{solution.status} and not explained")
        if solution.bound is not None or solution.gap is not None:
            found.append(f"{solution.status} with a bound")
    elif wrong:
        return [f"{solution.status} plan breaks a rule: {wrong}"]
    else:
        size = sum(map(abs, terms.values()))
        if abs(solution.objective - math.fsum(terms.values())) > ROUNDING * size:
            found.append("objective is not the plan's")
        if solution.bound is not None and solution.bound > solution.objective + PROVEN * size:
            found.append("bound above the objective")
        if solution.status == "optimal" and (solution.bound is None or solution.gap is None or solution.gap > PROVEN):
            found.append("optimal without a bound")
    if problem.n_units > FEW or not proven:
        return found
    best = best_of_all(problem)
    if best is None and not breaks_a_rule(solution):
        found.append("no plan holds the rules, and yet")
    if best is None and solution.outcome.status == "unknown":
        found.append("(no plan holds the rules, not proven)")
    if best is not None and solution.excluded:
        found.append("feasible called infeasible")
    if best is not None and solution.outcome.status == "unknown":
        found.append("no plan found, and there is one" if solution.reproducible else "(no plan found in time)")
    if best is not None and not breaks_a_rule(solution):
        slack = PROVEN * best[1]
        if solution.bound is not None and solution.bound > best[0] + slack:
            found.append("bound above the optimum")
        if solution.status == "optimal" and solution.objective > best[0] + slack:
            found.append("optimal, and is not")
        if solution.objective > best[0] + slack:
            found.append("(above the optimum)")
    return found


def breaks_a_rule(solution: Solution) -> bool:
    """Whether a solution says that its plan breaks a hard rule."""
    return solution.status in BREAKS_A_RULE


def try_problem(seed: int, number: int, *, effort: float = 0.02, limit_s: float = LIMIT_S) -> tuple[str, list[str]]:
    """Status of problem `number` and what is wrong with it; remarks that are no faults are in brackets."""
    args, planted = random_arguments(seed, number)
    try:
        problem = Problem.from_arrays(**args)
    except ProblemError:
        return "refused", []
    start = time.perf_counter()
    try:
        solution = solve(problem, seed=1, effort=effort, time_limit_s=limit_s)
        late = time.perf_counter() - start > limit_s + 1
        found = [*faults(problem, solution), *(["(late)"] if late else [])]
        if number % 5 == 0 and problem.n_units <= FEW:
            found += [f"improve: {fault}" for fault in _improved(problem, seed, number, effort)]
    except Exception:
        return "error", [traceback.format_exc(limit=-2)]
    if planted:
        if solution.excluded:
            found.append("called infeasible, and was drawn around a plan that holds")
        found.append("(a plan that holds was not found)" if breaks_a_rule(solution) else "(drawn around a plan)")
    return solution.outcome.status, found


def _improved(problem: Problem, seed: int, number: int, effort: float) -> list[str]:
    rng = np.random.default_rng([seed, number, 1])
    leads = rng.integers(0, problem.n_leads, problem.n_units)
    plan = Assignment.from_leads({u: problem.lead_ids[j] for u, j in zip(problem.unit_ids, leads, strict=True)})
    solution = improve(problem, plan, seed=1, effort=effort)
    if problem.change.price is not None:
        return []  # its terms are those of moving away from the given plan
    return faults(problem, solution, proven=False)


def run(
    problems: int, seed: int, first: int = 0, *, limit_s: float = LIMIT_S
) -> tuple[Counter[str], dict[int, list[str]]]:
    """Count statuses and faults of some problems; faults by number of the problem."""
    count: Counter[str] = Counter()
    wrong: dict[int, list[str]] = {}
    for number in range(first, first + problems):
        status, found = try_problem(seed, number, limit_s=limit_s)
        count[status] += 1
        count.update(fault for fault in found if fault.startswith("("))
        real = [fault for fault in found if not fault.startswith("(")]
        if real:
            wrong[number] = real
    return count, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds that a solve may take")
    parser.add_argument("--only", type=int, default=None, help="show one problem and what is wrong with it")
    options = parser.parse_args()
    if options.only is not None:
        for name, value in random_arguments(options.seed, options.only)[0].items():
            print(name, "=", value)
        print(*try_problem(options.seed, options.only, limit_s=options.limit), sep="\n")
        return
    totals: Counter[str] = Counter()
    faulty = 0
    for at in range(options.first, options.first + options.problems, 100):
        count, wrong = run(min(100, options.first + options.problems - at), options.seed, at, limit_s=options.limit)
        totals.update(count)
        faulty += len(wrong)
        for number, found in wrong.items():
            print(f"problem {number}: {'; '.join(found)}", flush=True)
        print(f"{at + 100}: {dict(totals)}, {faulty} with faults", flush=True)
    sys.exit(1 if faulty else 0)


if __name__ == "__main__":
    main()
