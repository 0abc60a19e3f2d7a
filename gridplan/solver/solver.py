"""Grids with leads: choose the leads, draw the grids, prove how good the plan is, say why a limit cannot hold."""

from __future__ import annotations

from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Solution

__all__ = ["improve", "solve"]


def solve(problem: Problem, *, seed: int = 0, effort: float = 1.0, time_limit_s: float | None = None) -> Solution:
    """Choose the leads and draw the grids; returns the best plan found, its proof and its explanation.

    Every plan is judged before it is returned, by rules counted again from the problem alone; what does not hold is said.

    Parameters
    ----------
    problem
        What to plan; see `Problem.from_arrays`.
    seed
        Same problem, seed and effort: same plan.
    effort
        Work budget; 1.0 is meant for about 300 units, 30 sites and 8 grids in some ten seconds.
    time_limit_s
        A ceiling in seconds; if it bites, `Solution.reproducible` is False. A first plan is drawn in any case, which takes some
        seconds for thousands of units.

    Raises
    ------
    ProblemError
        If `effort` is not above 0.

    Examples
    --------
    >>> problem = Problem.from_arrays(
    ...     unit_ids=["a", "b", "c"], population=[10, 20, 30], lead_ids=["x", "y"], lead_unit=[0, 2],
    ...     minutes=[[1.0, 9.0], [4.0, 5.0], [8.0, 1.0]], edges=[(0, 1), (1, 2)])
    >>> solve(problem).assignment.lead_of_unit.to_dict()
    {'a': 'x', 'b': 'x', 'c': 'y'}
    """
    from gridplan.solver.solving import run  # numba and HiGHS are loaded when a plan is asked for, not before

    return run(problem, seed=seed, effort=effort, time_limit_s=time_limit_s)


def improve(problem: Problem, assignment: Assignment, *, seed: int = 0, effort: float = 1.0) -> Solution:
    """Repair a given plan: hold the rules with the fewest residents moved, then the least travel.

    With a `move_price` in the problem, moved residents and minutes are traded at that price instead, the given plan
    being the incumbent. The plan's leads are kept where the rules let them lead together. Without a `move_price` no
    bound is returned: what is sought first is not the problem's objective.

    Raises
    ------
    AssignmentError
        If the assignment names unknown units or misses some.
    ProblemError
        If `effort` is not above 0.

    Examples
    --------
    >>> problem = Problem.from_arrays(
    ...     unit_ids=["a", "b", "c"], population=[10, 20, 30], lead_ids=["x", "y"], lead_unit=[0, 2],
    ...     minutes=[[1.0, 9.0], [4.0, 5.0], [8.0, 1.0]], edges=[(0, 1), (1, 2)])
    >>> given = Assignment.from_leads({"a": "x", "b": "y", "c": "y"})
    >>> improve(problem, given).assignment.lead_of_unit.to_dict()
    {'a': 'x', 'b': 'y', 'c': 'y'}
    """
    from gridplan.solver.improving import repair

    return repair(problem, assignment, seed=seed, effort=effort)
