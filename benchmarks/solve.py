"""Plan quality and time of the solver over families of generated instances.

    python -m benchmarks.solve [FAMILY ...] [--seeds N] [--effort X] [--out FILE.csv]

Each row is one instance: the objective, the proven gap, the seconds and the processor seconds of one run (numba's compilation apart), one
thread. A table of medians is printed at the end.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from benchmarks.instances.boards import BEST_FOUND, EXACT_OPTIMA, SEEDS, chessboard, exact_board, river_board
from benchmarks.instances.hard import HARD_SEEDS, counties, province, street_map, tree_map
from benchmarks.instances.irregular import BEST_KNOWN, FAMILY, TIGHT, irregular_map
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.solver.solver import solve

# What the irregular maps are asked for within 7 and within 20 seconds.
IRREGULAR_EFFORTS = {"7 s": 4.0, "20 s": 10.0}
Instance = tuple[str, int, Callable[[], Problem], float]
# Provinces, and the seconds in which a plan is asked for.
PROVINCES = {"4000 x 80, choose 25": 10.0, "30000 x 200, choose 60": 60.0}


def exact_boards() -> Iterator[Instance]:
    for n in EXACT_OPTIMA:
        for seed in SEEDS:
            yield f"board {n}x{n}", seed, lambda n=n: exact_board(n), 1.0


def chessboards() -> Iterator[Instance]:
    # Large boards need little search: the relaxation's own plan is nearly optimal.
    for side, leads, effort in (
        (30, 6, 1),
        (30, 12, 2),
        (60, 6, 3),
        (60, 12, 3),
        (100, 12, 6),
        (100, 20, 6),
        (224, 12, 6),
        (224, 20, 6),
    ):
        for seed in SEEDS:
            yield (
                f"chessboard {side * side} x {leads}",
                seed,
                lambda s=side, k=leads, i=seed: chessboard(s, k, i),
                effort,
            )


def rivers() -> Iterator[Instance]:
    for metric in ("road", "euclid"):
        for seed in SEEDS:
            yield f"river 3600 x 6 {metric}", seed, lambda i=seed, m=metric: river_board(60, 6, i, metric=m), 3.0


def choices() -> Iterator[Instance]:
    for seed in SEEDS:
        yield "choose 6 of 15, 900", seed, lambda i=seed: chessboard(30, 15, i, choose=6), 2.0
    for seed in SEEDS:
        yield "choose 8 of 30, 3600", seed, lambda i=seed: chessboard(60, 30, i, choose=8), 2.0


def irregular() -> Iterator[Instance]:
    for units, leads, slack, seed in FAMILY:
        for limit, effort in IRREGULAR_EFFORTS.items():
            name = f"irregular +{slack:.0%}, {limit}"
            yield name, seed, lambda f=(units, leads, slack, seed): irregular_map(*f), effort


def tight() -> Iterator[Instance]:
    for units, leads, slack, seed in TIGHT:
        name = f"tight +{slack:.0%}"
        yield name, seed, lambda f=(units, leads, slack, seed): irregular_map(*f), 1.0


def large_boards() -> Iterator[Instance]:
    for n in (12, 13, 14, 15):
        yield f"large board {n}x{n}", SEEDS[0], lambda n=n: exact_board(n), 1.0


def trees() -> Iterator[Instance]:
    for side, leads, loops in ((12, 5, 0.0), (18, 6, 0.0), (12, 5, 0.03), (18, 6, 0.05)):
        for seed in HARD_SEEDS:
            name = f"tree {side}x{side} x {leads}" + (f", {loops:.0%} loops" if loops else "")
            yield name, seed, lambda f=(side, leads, seed), more=loops: tree_map(*f, loops=more), 1.0


def few_units() -> Iterator[Instance]:
    for n, k in ((33, 4), (60, 5), (99, 8)):
        for seed in HARD_SEEDS:
            yield f"{n} counties, {k} grids", seed, lambda f=(n, k, seed): counties(*f), 1.0
    for seed in HARD_SEEDS:
        yield "500 units in 84 streets, 4 to 6 of 15", seed, lambda i=seed: street_map(500, 84, 15, (4, 6), i), 1.0


def provinces() -> Iterator[Instance]:
    for name in PROVINCES:
        size = tuple(int(part) for part in name.replace(", choose", " x").split(" x "))
        for seed in HARD_SEEDS:
            yield name, seed, lambda f=(*size, seed): province(*f), 1.0


def known_objective(name: str, seed: int) -> float:
    """Published optimum, or the best plan of long runs; nan where there is none."""
    if "board " in name:
        return (EXACT_OPTIMA | BEST_FOUND).get(int(name.split("x")[-1]), np.nan)
    if name.startswith(("irregular", "tight")):
        return float(pd.read_csv(BEST_KNOWN).set_index("seed")["objective"].get(seed, np.nan))
    return np.nan


FAMILIES = {
    "boards": exact_boards,
    "chessboards": chessboards,
    "rivers": rivers,
    "choices": choices,
    "irregular": irregular,
    "tight": tight,
    "large boards": large_boards,
    "trees": trees,
    "few units": few_units,
    "provinces": provinces,
}


def run_one(name: str, seed: int, build: Callable[[], Problem], effort: float) -> dict[str, object]:
    problem = build()
    start, cpu = time.perf_counter(), time.process_time()
    solution: Solution = solve(problem, seed=seed, effort=effort, time_limit_s=PROVINCES.get(name))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {
        "instance": name,
        "seed": seed,
        "effort": effort,
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap_percent": np.nan if solution.gap is None else 100 * solution.gap,
        "above_known_percent": 100 * (solution.objective / known_objective(name, seed) - 1),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--seeds", type=int, default=5, help="seeds an instance")
    parser.add_argument("--effort", type=float, default=1.0, help="factor on each family's effort")
    parser.add_argument("--out", default=None, help="csv file of all runs")
    options = parser.parse_args(arguments)
    solve(chessboard(6, 9, 1, choose=3), effort=0.1)
    solve(exact_board(5), effort=0.1)
    rows = []
    for family in options.families:
        for name, seed, build, effort in FAMILIES[family]():
            if family not in ("irregular", "tight") and seed not in (
                *SEEDS[: options.seeds],
                *HARD_SEEDS[: options.seeds],
            ):
                continue
            rows.append(run_one(name, seed, build, effort * options.effort))
            print(
                "{instance} seed {seed}: {status} gap {gap_percent:.4f}%, {above_known_percent:.4f}% above the best known, in {cpu_seconds:.2f} s of work, {seconds:.2f} s in all; the process held {peak_mb:.0f} MB at most".format(
                    **rows[-1]
                ),
                file=sys.stderr,
            )
    frame = pd.DataFrame(rows)
    if options.out:
        frame.to_csv(options.out, index=False)
    columns = ["gap_percent", "above_known_percent", "seconds", "cpu_seconds"]
    table = frame.groupby("instance", sort=False)[columns].median()
    table["mean_above_known"] = frame.groupby("instance", sort=False)["above_known_percent"].mean()
    table["most_cpu_seconds"] = frame.groupby("instance", sort=False)["cpu_seconds"].max()
    table["runs"] = frame.groupby("instance", sort=False).size()
    table["feasible"] = frame.groupby("instance", sort=False)["status"].apply(
        lambda s: int((~s.isin(BREAKS_A_RULE)).sum())
    )
    print(table.round(4).to_string())


if __name__ == "__main__":
    main()
