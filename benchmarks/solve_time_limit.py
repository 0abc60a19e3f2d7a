"""How far a solve passes its time limit, over large problems of every kind of work.

    python -m benchmarks.solve_time_limit [--limits 0 2 10] [--units 4000] [--sites 80] [--choose 25]

Numba's compilation is apart: each kind is solved once, small, before.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import pandas as pd

from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve

KINDS: dict[str, dict[str, Any]] = {
    "hard balance": {"balance": 0.2},
    "priced balance": {"balance": 0.2, "balance_price": 5.0},
    "balance that cannot hold": {"balance": 0.0},
    "priced borders": {"balance": 0.3, "compactness_price": 20_000.0},
    "a range of k": {"balance": 0.5},
    "every site leads": {"balance": 0.3},
    "units in wholes": {"balance": 0.3, "whole": True},
}


def province(
    units: int, sites: int, choose: int | tuple[int, int] | None, *, whole: bool = False, **more: Any
) -> Problem:
    """A board of units, residents drawn evenly, sites anywhere, three minutes a step; wholes are blocks of 3 x 3 units."""
    rng = np.random.default_rng(0)
    side = int(np.ceil(np.sqrt(units)))
    at = np.array([divmod(i, side) for i in range(units)])
    cell = {(a, b): i for i, (a, b) in enumerate(at.tolist())}
    edges = [(i, cell[step]) for (a, b), i in cell.items() for step in ((a + 1, b), (a, b + 1)) if step in cell]
    homes = rng.choice(units, sites, replace=False)
    return Problem.from_arrays(
        unit_ids=[str(i) for i in range(units)],
        population=rng.integers(50, 20_000, units),
        lead_ids=[f"h{j}" for j in range(sites)],
        lead_unit=homes,
        minutes=3.0 * np.abs(at[:, None, :] - at[None, homes, :]).sum(axis=2),
        edges=edges,
        choose=choose,
        whole=[f"{a // 3}.{b // 3}" for a, b in at.tolist()] if whole else None,
        **more,
    )


def of_kind(kind: str, units: int, sites: int, choose: int) -> Problem:
    wanted = {"a range of k": (max(choose - 3, 1), choose), "every site leads": None}.get(kind, choose)
    return province(units, choose if wanted is None else sites, wanted, **KINDS[kind])


def overshoot(kind: str, units: int, sites: int, choose: int, limit_s: float) -> dict[str, object]:
    problem = of_kind(kind, units, sites, choose)
    start = time.perf_counter()
    solution = solve(problem, time_limit_s=limit_s)
    beyond = time.perf_counter() - start - limit_s
    gap = np.nan if solution.gap is None else 100 * solution.gap
    return {"kind": kind, "limit_s": limit_s, "beyond_s": beyond, "status": solution.status, "gap_percent": gap, "reproducible": solution.reproducible}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limits", type=float, nargs="*", default=[0.0, 2.0, 10.0])
    parser.add_argument("--units", type=int, default=4000)
    parser.add_argument("--sites", type=int, default=80)
    parser.add_argument("--choose", type=int, default=25)
    options = parser.parse_args()
    rows = []
    for kind in KINDS:
        solve(of_kind(kind, 100, 8, 3), effort=0.1)
        for limit_s in options.limits:
            rows.append(overshoot(kind, options.units, options.sites, options.choose, limit_s))
            print({name: round(x, 2) if isinstance(x, float) else x for name, x in rows[-1].items()}, flush=True)
    print(pd.DataFrame(rows).groupby("limit_s")["beyond_s"].agg(["median", "max"]).round(2).to_string())


if __name__ == "__main__":
    main()
