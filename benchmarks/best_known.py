"""Long runs on the irregular maps, whose best plans and bounds are kept as the yardstick of `benchmarks.solve`.

    python -m benchmarks.best_known [--family irregular tight] --effort 60 --seeds 1 2 3

Writes benchmarks/instances/best_known.csv: per map the least objective found so far with the run that found it, and the
greatest proven bound. A run only ever betters a row; the maps themselves are functions of the numbers in the row.
"""

from __future__ import annotations

import argparse
import sys
import time

import pandas as pd

from benchmarks.instances.irregular import BEST_KNOWN, FAMILY, TIGHT, irregular_map
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.solver.solver import solve

FAMILIES = {"irregular": FAMILY, "tight": TIGHT}
COLUMNS = ["units", "leads", "slack", "seed", "objective", "bound", "found_by"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--effort", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    known = pd.read_csv(BEST_KNOWN).set_index("seed").to_dict("index") if BEST_KNOWN.exists() else {}
    for solver_seed in options.seeds:
        for units, leads, slack, seed in (some for name in options.family for some in FAMILIES[name]):
            start = time.process_time()
            found = solve(irregular_map(units, leads, slack, seed), seed=solver_seed, effort=options.effort)
            seconds = time.process_time() - start
            row = known.setdefault(seed, {"units": units, "leads": leads, "slack": slack})
            if found.status not in BREAKS_A_RULE and found.objective < row.get("objective", float("inf")):
                row["objective"] = found.objective
                row["found_by"] = f"effort {options.effort:g} seed {solver_seed}"
            row["bound"] = max(row.get("bound", 0.0), found.bound or 0.0)
            row.setdefault("objective", float("inf"))
            print(f"{units} x {leads} {slack:.0%}: {found.objective:.1f}, {seconds:.0f} s; best {row}", file=sys.stderr)
            frame = pd.DataFrame([{"seed": key, **value} for key, value in known.items()])[COLUMNS]
            frame.sort_values("seed").to_csv(BEST_KNOWN, index=False, float_format="%.10g")


if __name__ == "__main__":
    main()
