"""What it costs to say why each unit is where it is: processor time of `explain_placement`, and how much of it was priced.

    python -m benchmarks.placement [--sizes 300 1200 5000] [--leads 8 12 20]

Boards of `solve_time_limit.province` with all leads fixed and balance priced, one thread; compilation is apart.
"""

from __future__ import annotations

import argparse
import time

from benchmarks.solve_time_limit import province
from gridplan.solver.improving import lead_positions
from gridplan.solver.placement import explain_placement
from gridplan.solver.solver import solve


def main() -> None:
    """Print a row for each size: units, leads, seconds of the solve and of the reasons, units with a nearer lead, priced ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1200, 5000])
    parser.add_argument("--leads", type=int, nargs="+", default=[8, 12, 20])
    chosen = parser.parse_args()
    small = province(100, 4, None, balance=0.1, balance_price=5.0)
    explain_placement(small, lead_positions(small, solve(small).assignment))
    print(f"{'units':>6} {'leads':>5} {'solve s':>8} {'reasons s':>9} {'nearer':>7} {'priced':>7}")
    for units, leads in zip(chosen.sizes, chosen.leads, strict=True):
        problem = province(units, leads, None, balance=0.1, balance_price=5.0)
        start = time.process_time()
        lead = lead_positions(problem, solve(problem).assignment)
        solved = time.process_time()
        told = explain_placement(problem, lead)
        ended = time.process_time()
        nearer, priced = int((told["no_price"] != "own").sum()), int((told["no_price"] == "").sum())
        print(f"{units:>6} {leads:>5} {solved - start:>8.1f} {ended - solved:>9.1f} {nearer:>7} {priced:>7}", flush=True)


if __name__ == "__main__":
    main()
