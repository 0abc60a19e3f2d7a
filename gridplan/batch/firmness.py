"""How firm a plan is: many plans under drawn numbers, beside as many with nothing drawn but another seed of the search."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from gridplan.batch.contract import Listener, Task, value_of
from gridplan.batch.firmness_counts import Counted
from gridplan.batch.runner import Cluster, Processes, run_tasks
from gridplan.batch.trials import Trial, Tried, solve_trial
from gridplan.case.case import Case
from gridplan.ground.joined import solve_scopes
from gridplan.ground.uncertain import Uncertain, uncertain_place
from gridplan.pipeline import Posed, Progress, judge_solution, pose
from gridplan.proposal.proposal import Proposal
from gridplan.solver.solution import Solution
from gridplan.words.annex_tables import make_annex
from gridplan.words.text import Text

AGAIN = 10
"""One draw in so many is planned once more with another seed: chance in the search where numbers are not those of the case."""
_WORKER_BYTES = 350_000_000


@dataclass(frozen=True, eq=False)
class Firmness:
    """How firm the plan of a case is: `tables` are the annexes firm_*, `plans` one row a plan with its seed and what was drawn."""

    case: Case
    tables: dict[str, pd.DataFrame]
    plans: pd.DataFrame
    posed: Posed
    solution: Solution

    def proposal(self, progress: Progress) -> Proposal:
        """Return the plan of the case, checked, with the tables of its firmness."""
        made = judge_solution(self.posed, self.solution, progress=progress)
        return replace(made, annexes={**made.annexes, **self.tables})


def measure_firmness(
    case: Case,
    *,
    progress: Progress,
    on: Processes | Cluster | None = None,
    listener: Listener | None = None,
) -> Firmness:
    """Plan a case under drawn numbers and, beside it, with other seeds, and count what stays.

    The same case gives the same result on any number of workers.

    Parameters
    ----------
    case
        Of `read_case`; `[firmness]` says what is drawn, how far and how often.
    progress
        Called with the name of each stage as it begins.
    on
        Where the plans are made, see `run_tasks`.
    listener
        Told after each plan.

    Raises
    ------
    LayerError
        If the layers cannot be used.
    ProblemError
        If a plan cannot be made.
    """
    posed = pose(case, progress=progress)
    units = posed.place.layers.units.index
    progress(Text(zh="选择牵头医院、划分网格", en="Choosing leads and drawing grids"))
    solution = solve_scopes(posed.problems, case, units)
    progress(Text(zh="抽取车速、人口、需求和代价", en="Drawing speeds, residents, demand and prices"))
    uncertain = uncertain_place(posed.place.layers, case, list(posed.travel.sites))
    trials = list_trials(case, uncertain, posed)
    progress(Text(zh="试算各个方案", en="Making the plans"))
    tasks = [Task((trial.numbers, trial.seed), f"{trial.kind} {trial.number}", _WORKER_BYTES) for trial in trials]
    function = partial(solve_trial, problems=posed.problems, case=case)
    tried: list[Tried] = [value_of(ended) for ended in run_tasks(function, tasks, on=on, listener=listener)]
    counted = Counted(posed, solution, trials, tried)
    ranges = [{"what": what, "range": r, "numbers": n} for what, (r, n) in uncertain.ranges().items()]
    tables = {
        "firm_ranges": make_annex("firm_ranges", ranges),
        "firm_units": make_annex("firm_units", counted.units()),
        "firm_borders": make_annex("firm_borders", counted.borders()),
        "firm_sites": make_annex("firm_sites", counted.sites()),
        "firm_scores": make_annex("firm_scores", counted.scores()),
    }
    return Firmness(case, tables, counted.plans(), posed, solution)


def list_trials(case: Case, uncertain: Uncertain, posed: Posed) -> list[Trial]:
    """Return the plans to make: drawn, with other seeds, and the first draws once more with another seed."""
    n, seed = case.firmness.plans, case.solver.seed
    numbers = range(1, n + 1)
    draws = [uncertain.draw(seed, number) for number in numbers]
    drawn = [
        Trial("drawn", number, seed, draw, uncertain.numbers(draw, posed.problems))
        for number, draw in zip(numbers, draws, strict=True)
    ]
    seeds = [Trial("seeds", number, seed + number, None, None) for number in numbers]
    again = [replace(trial, kind="again", seed=seed + trial.number) for trial in drawn[: math.ceil(n / AGAIN)]]
    return [*drawn, *seeds, *again]
