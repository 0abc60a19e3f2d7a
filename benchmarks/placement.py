"""What it costs to say why each unit is where it is, what borders cost and why these leads: processor time of the stage, and how much of it was priced.

    python -m benchmarks.placement [--sizes 300 1200 5000] [--leads 8 12 20]
    python -m benchmarks.placement --cases data/binhai/case.toml ...

Boards of `solve_time_limit.province` with balance priced, the leads chosen among twice as many sites; or cases of real and bundled
cities. Processor time of all threads; compilation is apart.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd

from benchmarks.solve_time_limit import province
from gridplan.case.case import read_case
from gridplan.pipeline import pose
from gridplan.solver.border_prices import price_borders
from gridplan.solver.improving import lead_positions
from gridplan.solver.placement import explain_placement
from gridplan.solver.problem import Problem
from gridplan.solver.site_prices import price_leads
from gridplan.solver.solver import solve


def main() -> None:
    """Print a row for each size or case: units, sites, leads, seconds of solve, reasons, border and site prices, and what was priced."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1200, 5000])
    parser.add_argument("--leads", type=int, nargs="+", default=[8, 12, 20])
    parser.add_argument("--cases", type=Path, nargs="*", default=[])
    chosen = parser.parse_args()
    measure_stage(board(100, 4))
    print(
        f"{'units':>6} {'sites':>5} {'leads':>5} {'solve s':>8} {'reasons s':>9} {'borders s':>9} {'sites s':>8} {'nearer':>7} "
        f"{'priced':>7} {'sites priced':>12} {'borders priced':>14}"
    )
    if chosen.cases:
        problems = [problem for path in chosen.cases for _, problem in pose(read_case(path)).problems]
    else:
        problems = [board(units, leads) for units, leads in zip(chosen.sizes, chosen.leads, strict=True)]
    for problem in problems:
        print(measure_stage(problem), flush=True)


def board(units: int, leads: int) -> Problem:
    """A board on which leads are chosen among twice as many sites."""
    return province(units, 2 * leads, leads, balance=0.1, balance_price=5.0)


def measure_stage(problem: Problem) -> str:
    """Solve and explain a problem; return the row that tells what it took."""
    start = time.process_time()
    lead = lead_positions(problem, solve(problem).assignment)
    solved = time.process_time()
    told = explain_placement(problem, lead)
    explained = time.process_time()
    borders = price_borders(problem, lead, told)
    drawn = time.process_time()
    sites = price_leads(problem, lead)
    ended = time.process_time()
    nearer, priced = int((told["no_price"] != "own").sum()), _priced(told)
    return (
        f"{problem.n_units:>6} {problem.n_leads:>5} {len(set(lead.tolist())):>5} {solved - start:>8.1f} {explained - solved:>9.1f} "
        f"{drawn - explained:>9.1f} {ended - drawn:>8.1f} {nearer:>7} {priced:>7} {_priced(sites):>6} of {len(sites):>2} "
        f"{int(borders['price_high'].notna().sum()):>7} of {len(borders)}"
    )


def _priced(told: pd.DataFrame) -> int:
    return int((told["no_price"] == "").sum())


if __name__ == "__main__":
    main()
