"""The solver beside HiGHS and CP-SAT on maps where contiguity decides: trees, near-trees, counties. One run, processor seconds, one thread.

    python -m benchmarks.solve_programs [trees] [counties] [--seeds N] [--limit SECONDS] [--programs HiGHS CP-SAT]

Both get the assignment model with contiguity as lazy cuts (Validi, Buchanan, Lykhovyd 2022) and, on fixed leads, a row for every last cut
vertex between a unit and a lead; they are stopped at the limit. "Ours in" is our time over theirs; "above" is our plan over theirs.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import highspy
import networkx as nx
import numpy as np
import pandas as pd
from ortools.sat.python import cp_model

from benchmarks.instances.boards import chessboard
from benchmarks.instances.hard import HARD_SEEDS, counties, tree_map
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve

# What costs and rows are rounded to in whole numbers.
MILLION = 1e6
# Counties and grids of them.
COUNTIES = ((33, 3), (33, 4), (45, 4), (60, 3), (60, 5), (99, 4))


class Highs:
    """Rows and variables of 0 or 1 in HiGHS, one thread."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()
        for name, value in {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 1e-6}.items():
            self.highs.setOptionValue(name, value)

    def add(self, costs: list[float]) -> None:
        for c in costs:
            self.highs.addVar(0.0, 1.0)
            self.highs.changeColCost(self.highs.getNumCol() - 1, c)
            self.highs.changeColIntegrality(self.highs.getNumCol() - 1, highspy.HighsVarType.kInteger)

    def row(self, low: float, high: float, columns: list[int], values: list[float]) -> None:
        self.highs.addRow(low, high, len(columns), np.array(columns, np.int32), np.array(values, float))

    def run(self, seconds: float) -> tuple[list[float] | None, float, bool]:
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.run()
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        values = list(self.highs.getSolution().col_value) if info.primal_solution_status == 2 else None
        known = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible
        return values, info.objective_function_value, status in known


class CpSat:
    """The same in CP-SAT of OR-Tools, which knows whole numbers only: costs and rows are rounded to a millionth of the largest."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self.taken: list[cp_model.IntVar] = []

    def add(self, costs: list[float]) -> None:
        self.taken = [self.model.new_bool_var("") for _ in costs]
        self.scale = MILLION / max(map(abs, costs))
        self.costs = [round(self.scale * c) for c in costs]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(self.taken, self.costs))

    def row(self, low: float, high: float, columns: list[int], values: list[float]) -> None:
        whole = all(float(value).is_integer() for value in values)
        by = 1.0 if whole else MILLION / max(map(abs, values))
        total = cp_model.LinearExpr.weighted_sum(
            [self.taken[c] for c in columns], [round(by * value) for value in values]
        )
        if np.isfinite(low):
            self.model.add(total >= int(np.ceil(by * low - 1e-9)))
        if np.isfinite(high):
            self.model.add(total <= int(np.floor(by * high + 1e-9)))

    def run(self, seconds: float) -> tuple[list[float] | None, float, bool]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, 0
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = solver.solve(self.model)
        proven = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, np.nan, proven
        return [float(solver.value(one)) for one in self.taken], solver.objective_value / self.scale, proven


PROGRAMS = {"HiGHS": Highs, "CP-SAT": CpSat}


@dataclass
class Peer:
    """A program on the whole assignment model; rows of contiguity are added until the plan is connected."""

    problem: Problem
    limit: float
    program: str

    def __post_init__(self) -> None:
        self.n, self.m = self.problem.minutes.shape
        self.graph = nx.Graph(self.problem.edges.tolist())
        self.graph.add_nodes_from(range(self.n))
        self.inside = PROGRAMS[self.program]()
        self.row = self.inside.row

    def column(self, unit: int, lead: int) -> int:
        return unit * self.m + lead

    def build(self) -> None:
        problem, infinite = self.problem, highspy.kHighsInf
        self.inside.add((problem.population[:, None] * problem.minutes).ravel().tolist())
        for u in range(self.n):
            self.row(1.0, 1.0, [self.column(u, j) for j in range(self.m)], [1.0] * self.m)
        homes = problem.lead_unit.tolist()
        if problem.choosing:
            k = problem.k_min
            opens = [self.column(homes[j], j) for j in range(self.m)]
            self.row(k, k, opens, [1.0] * self.m)
            mean = problem.total_population / k
            people = problem.population.tolist()
            for j in range(self.m):
                units = [self.column(u, j) for u in range(self.n) if u != homes[j]]
                rest = [people[u] for u in range(self.n) if u != homes[j]]
                own = people[homes[j]]
                low, high = mean * (1 - problem.balance), mean * (1 + problem.balance)
                self.row(-infinite, 0.0, [*units, opens[j]], [*rest, own - high])
                self.row(0.0, infinite, [*units, opens[j]], [*rest, own - low])
                for column in units:
                    self.row(-infinite, 0.0, [column, opens[j]], [1.0, -1.0])
            return
        directed = self.graph.to_directed()
        for j, home in enumerate(homes):
            self.row(1.0, 1.0, [self.column(home, j)], [1.0])
            for u, last in nx.immediate_dominators(directed, home).items():
                if u != home and last != home:
                    self.row(-infinite, 0.0, [self.column(u, j), self.column(last, j)], [1.0, -1.0])

    def cut(self, label: list[int]) -> bool:
        """Add the rows that a plan breaks; whether there were any."""
        any_cut = False
        for j in sorted(set(label)):
            home = int(self.problem.lead_unit[j])
            held = [u for u in range(self.n) if label[u] == j]
            for piece in nx.connected_components(self.graph.subgraph(held)):
                if home in piece:
                    continue
                any_cut = True
                wall = {v for u in piece for v in self.graph[u]} - piece
                left = self.graph.subgraph(set(self.graph) - wall)
                side = nx.node_connected_component(left, home) if home in left else set()
                wall = [v for v in wall if v == home or any(w in side for w in self.graph[v])]
                for u in piece:
                    columns = [self.column(u, j), *(self.column(v, j) for v in wall)]
                    self.row(-highspy.kHighsInf, 0.0, columns, [1.0, *[-1.0] * len(wall)])
        return any_cut

    def solve(self) -> tuple[float, float, bool]:
        """Objective of the connected plan (nan: none in time), processor seconds, whether it is proven."""
        start = time.process_time()
        self.build()
        while (used := time.process_time() - start) < self.limit:
            values, objective, proven = self.inside.run(self.limit - used)
            if values is None:
                return np.nan, time.process_time() - start, proven
            label = np.array(values).reshape(self.n, self.m).argmax(axis=1).tolist()
            if not self.cut(label):
                return objective, time.process_time() - start, proven
        return np.nan, time.process_time() - start, False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=["trees", "counties"])
    parser.add_argument("--seeds", type=int, default=len(HARD_SEEDS))
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each peer")
    parser.add_argument("--programs", nargs="*", default=list(PROGRAMS))
    options = parser.parse_args()
    solve(chessboard(6, 9, 1, choose=3), effort=0.1)
    maps = {
        "trees": [
            (
                f"tree {side}x{side} x {leads}" + (f", {loops:.0%} loops" if loops else ""),
                tree_map,
                (side, leads),
                {"loops": loops},
            )
            for side, leads, loops in ((12, 5, 0.0), (18, 6, 0.0), (12, 5, 0.03), (18, 6, 0.05))
        ],
        "counties": [(f"{n} counties, {k} grids", counties, (n, k), {}) for n, k in COUNTIES],
    }
    rows = []
    for family in options.families:
        for name, build, size, more in maps[family]:
            for seed in HARD_SEEDS[: options.seeds]:
                problem = build(*size, seed, **more)
                start = time.process_time()
                found = solve(problem)
                ours = time.process_time() - start
                gap = np.nan if found.gap is None else 100 * found.gap
                row = {"map": name, "seed": seed, "status": found.status, "gap %": gap, "seconds": ours}
                for program in options.programs:
                    value, theirs, proven = Peer(problem, options.limit, program).solve()
                    row |= {
                        f"{program} seconds": theirs, f"{program} proven": proven, f"ours in {program}": ours / theirs,
                        f"above {program} %": 100 * (found.objective / value - 1),
                    }  # fmt: skip
                rows.append(row)
                print(pd.DataFrame(rows[-1:]).round(4).to_string(index=False, header=len(rows) == 1), flush=True)
    numbers = pd.DataFrame(rows).drop(columns=["seed", "status"]).set_index("map").astype(float)
    print(numbers.groupby("map", sort=False).agg(["median", "max"]).round(4).T.to_string())


if __name__ == "__main__":
    main()
