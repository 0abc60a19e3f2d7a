"""The same map told otherwise: units named in another order, and minutes times seven. Plan and gap should hardly change.

    python -m benchmarks.solve_again [FAMILY ...] [--most UNITS]

Families are those of `benchmarks.solve`, one map of each kind, up to so many units. Told are the proven gap of the map as it is, by how many
points it is another under other names and other minutes, and by how much the plan costs more or less. Other names make another search: what
differs is the luck of one.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.instances.boards import chessboard
from benchmarks.solve import FAMILIES
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve

TIMES = 7.0
DEFAULT = ("boards", "chessboards", "choices", "irregular", "trees", "few units", "tight")


def renamed(problem: Problem, seed: int) -> Problem:
    """The same map, its units in another order and with names that sort otherwise."""
    n = problem.n_units
    order = np.random.default_rng([seed, n]).permutation(n)
    place = np.argsort(order)
    whole = problem.whole[order]
    return replace(
        problem,
        unit_ids=tuple(f"v{i:06d}" for i in range(n)),
        unit_names=tuple(f"v{i:06d}" for i in range(n)),
        population=problem.population[order],
        minutes=problem.minutes[order],
        lead_unit=place[problem.lead_unit],
        edges=np.sort(place[problem.edges], axis=1),
        whole=whole,
        locked=problem.locked[order],
        barred=problem.barred[order],
    )


def slower(problem: Problem) -> Problem:
    """The same map, every drive seven times as long."""
    return replace(problem, minutes=TIMES * problem.minutes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=list(DEFAULT))
    parser.add_argument("--most", type=int, default=3600, help="units of the largest map")
    options = parser.parse_args()
    solve(chessboard(6, 9, 1, choose=3), effort=0.1)
    rows, seen = [], set()
    for family in options.families:
        for name, seed, build, effort in FAMILIES[family]():
            if name in seen:
                continue
            seen.add(name)
            problem = build()
            if problem.n_units > options.most:
                continue
            plain, names, minutes = (
                solve(one, seed=seed, effort=effort) for one in (problem, renamed(problem, seed), slower(problem))
            )
            gaps = [np.nan if one.gap is None else 100 * one.gap for one in (plain, names, minutes)]
            rows.append({
                "map": name, "seed": seed, "gap %": gaps[0], "other names": gaps[1] - gaps[0], "other minutes": gaps[2] - gaps[0],
                "plan, other names %": 100 * (names.objective / plain.objective - 1),
                "plan, other minutes %": 100 * (minutes.objective / TIMES / plain.objective - 1),
            })  # fmt: skip
            print(pd.DataFrame(rows[-1:]).round(4).to_string(index=False, header=len(rows) == 1), flush=True)
    table = pd.DataFrame(rows).set_index("map").drop(columns="seed").abs()
    print(table.agg(["median", "max"]).round(4).to_string())


if __name__ == "__main__":
    main()
