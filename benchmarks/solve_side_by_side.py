"""What several numbers of grids take when they are solved one after the other and side by side; the plans have to be the same.

    python -m benchmarks.solve_side_by_side [--effort 1]

Seconds of the clock and of the processors; run it where nothing else is at work, for the clock counts.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace

from benchmarks.instances.hard import counties, street_map
from benchmarks.solve_time_limit import of_kind
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Solution
from gridplan.solver.solver import solve
from gridplan.words.side_by_side import count_workers


def families() -> dict[str, Problem]:
    """Problems whose number of grids is open."""
    return {
        "84 whole streets of 500 units, 15 sites, k 4 to 6": street_map(500, 84, 15, (4, 6), 11),
        "33 counties, k 4 to 6": replace(counties(33, 5, 3), k_min=4, k_max=6),
        "60 counties, k 5 to 7": replace(counties(60, 6, 3), k_min=5, k_max=7),
        "300 units, 30 sites, k 6 to 9": replace(of_kind("hard balance", 300, 30, 8), k_min=6, k_max=9),
        "1,000 units, 30 sites, k 10 and 11": replace(of_kind("hard balance", 1000, 30, 10), k_max=11),
    }


def timed(problem: Problem, effort: float, processors: int) -> tuple[float, float, Solution]:
    """Return the seconds of the clock, those of all processors, and the solution."""
    os.environ["OMP_NUM_THREADS"] = str(processors)
    clock, work = time.perf_counter(), time.process_time()
    solution = solve(problem, effort=effort)
    return time.perf_counter() - clock, time.process_time() - work, solution


def main(arguments: list[str] | None = None) -> None:
    """Solve each family both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--effort", type=float, default=1.0)
    effort = parser.parse_args(arguments).effort
    os.environ.pop("OMP_NUM_THREADS", None)
    processors = count_workers()
    print(f"| k side by side on {processors} processors | in turn (clock) | side by side (clock) | ratio | processor time | same |")
    print("|---|---|---|---|---|---|")
    for name, problem in families().items():
        timed(problem, 0.02, 1)  # what has to be compiled
        alone, work_alone, first = timed(problem, effort, 1)
        beside, work_beside, second = timed(problem, effort, processors)
        same = first.outcome == second.outcome and first.alternative_units.equals(second.alternative_units)
        print(
            f"| {name} | {alone:.1f} s | {beside:.1f} s | {alone / beside:.2f} | {work_beside / work_alone:.2f} | {'yes' if same else 'NO'} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
