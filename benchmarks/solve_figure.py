"""Draw what work buys: objective and proven bound of one board over seconds of work, one run a point.

    python -m benchmarks.solve_figure docs/shared/solver.png

3,600 cells, 12 leads, residents within +-5%, the first of the fixed seeds; processor seconds of one thread, compilation apart, the
least of three runs.
"""

from __future__ import annotations

import sys
import time

import matplotlib as mpl
import pandas as pd

from benchmarks.instances.boards import SEEDS, chessboard
from gridplan.solver.solver import solve

mpl.use("Agg")
EFFORTS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def measure() -> pd.DataFrame:
    problem = chessboard(60, 12, SEEDS[0])
    solve(problem, effort=0.03)
    rows = []
    for effort in EFFORTS:
        seconds = float("inf")
        for _ in range(3):
            start = time.process_time()
            found = solve(problem, seed=SEEDS[0], effort=effort)
            seconds = min(seconds, time.process_time() - start)
        rows.append({"effort": effort, "seconds": seconds, "objective": found.objective, "bound": found.bound})
        print(
            f"effort {effort:g}: {found.objective:.0f}, bound {found.bound:.0f}, {100 * found.gap:.3f}%, {seconds:.2f} s"
        )
    return pd.DataFrame(rows)


def draw(runs: pd.DataFrame, path: str) -> None:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(runs["seconds"], runs["objective"] / 1e6, "o-", color="#1b6ca8", label="objective of the plan")
    axes.plot(runs["seconds"], runs["bound"] / 1e6, "s-", color="#b5541c", label="proven bound")
    axes.fill_between(runs["seconds"], runs["bound"] / 1e6, runs["objective"] / 1e6, color="#1b6ca8", alpha=0.12)
    for run in runs.itertuples():
        axes.annotate(
            f"{100 * (run.objective / run.bound - 1):.3f}%", (run.seconds, run.objective / 1e6), xytext=(0, 6),
            textcoords="offset points", ha="center", fontsize=8,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.set_ylim(top=axes.get_ylim()[1] + 0.003)
    axes.set(xlabel="seconds of work", ylabel="million resident-minutes")
    axes.set_title("3,600 units, 12 leads, +-5%: one run a point, the gap above it", fontsize=10)
    axes.legend(fontsize=9)
    figure.savefig(path, dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    draw(measure(), sys.argv[1])
