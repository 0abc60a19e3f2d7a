"""The loops that draw grids, compiled before they are needed: `python -m gridplan.solver.draw.compiling`."""

from __future__ import annotations

import numpy as np

from gridplan.solver.draw.annealing import anneal_rounds, build_task, first_labels
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem


def compile_drawing() -> None:
    """Draw two grids of four units in a row, which needs every loop that drawing needs, with the same kinds of numbers."""
    problem = Problem.from_arrays(
        unit_ids=list("abcd"),
        population=np.ones(4),
        lead_ids=["west", "east"],
        lead_unit=[0, 3],
        minutes=np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]]),
        edges=[(0, 1), (1, 2), (2, 3)],
    )
    leads = np.arange(2)
    instance = build_instance(problem)
    task = build_task(instance, leads, limits_for(problem, 2), 0)
    anneal_rounds(task, first_labels(instance, leads, task, np.zeros(2)), seed=0, proposals=4, rounds=1)


if __name__ == "__main__":
    compile_drawing()
