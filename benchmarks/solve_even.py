"""The smallest balance that small counties can hold: by whole grids and by one whole-number program in HiGHS, in one run.

    python -m benchmarks.solve_even [--seeds 4]

Processor seconds, one thread; both tell the same tolerance, or the program ends at its limit of steps with one that no plan goes below ("–").
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks.instances.hard import counties
from gridplan.solver.bound.exact import least_tolerance_exactly
from gridplan.solver.columns.even_grids import least_tolerance_by_grids
from gridplan.solver.instance import build_instance
from gridplan.solver.solver import solve

SIZES = ((12, 3), (16, 4), (18, 4), (20, 5))


def timed(find: Callable[[], Any]) -> tuple[Any, float]:
    """Return what is found and the processor seconds it took."""
    begun = time.process_time()
    return find(), time.process_time() - begun


def main(arguments: list[str] | None = None) -> None:
    """Find the smallest tolerance of each map both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    seeds = parser.parse_args(arguments).seeds
    os.environ["OMP_NUM_THREADS"] = "1"
    solve(counties(12, 3, 2), effort=0.1)  # what has to be compiled
    print("| counties, grids, seed | tolerance | whole grids | HiGHS | ratio | whole solve within 0.5 % |\n|---|---|---|---|---|---|")
    for n, k in SIZES:
        for seed in range(1, seeds + 1):
            problem = counties(n, k, seed)
            instance = build_instance(problem)
            (least, certain), ours = timed(lambda i=instance, k=k: least_tolerance_by_grids(i, k))
            program, theirs = timed(lambda i=instance, k=k: least_tolerance_exactly(i, k))
            solution, whole = timed(lambda p=problem: solve(p))
            same = "" if abs(program - least) < 1e-6 else "–, "
            told = f"{least:.3%}" if certain else f"≥ {least:.3%}"
            print(
                f"| {n} in {k}, {seed} | {told} | {ours:.2f} s | {same}{theirs:.1f} s | {ours / theirs:.4f} | {whole:.1f} s, {solution.status} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
