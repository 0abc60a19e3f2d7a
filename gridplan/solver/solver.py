"""Grids with leads: choose the leads, draw the grids, prove how good the plan is, say why a limit cannot hold."""

from __future__ import annotations

from gridplan.solver.assignment import Assignment
from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Solution
from gridplan.words.kinds import need_kind

__all__ = ["improve", "solve"]


def solve(problem: Problem, *, seed: int = 0, effort: float = 1.0, time_limit_s: float | None = None) -> Solution:
    """Choose the leads and draw the grids: the best plan found, how good it is proven to be, and why a limit cannot hold.

    Limits that cannot hold are no error: the status is "infeasible", and the plan comes closest to them. Where no plan was found
    that holds them, in the time and work allowed, though none is proven impossible, `Solution.excluded` is False and the outcome's own
    status "unknown".

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

    Returns
    -------
    Solution
        The assignment, its objective term by term, bound and gap, and the alternatives for every number of grids.

    Raises
    ------
    ArgumentError
        If `problem` is no problem: a case is planned with `gridplan.plan`.
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
    need_kind(problem, Problem, "problem")
    from gridplan.solver.flow import run  # numba and HiGHS are loaded when a plan is asked for, not before

    return run(problem, seed=seed, effort=effort, deadline=Deadline.after(time_limit_s))


def improve(
    problem: Problem, assignment: Assignment, *, seed: int = 0, effort: float = 1.0, time_limit_s: float | None = None
) -> Solution:
    """Repair a given plan: hold the rules with the fewest residents moved, then the least travel.

    With a `move_price` in the problem, moved residents and minutes are traded at that price instead, the given plan
    being the incumbent. The plan's leads are kept where the rules let them lead together. Without a `move_price` no
    bound is returned: what is sought first is not the problem's objective.

    Parameters
    ----------
    problem
        The rules to hold; see `Problem.from_arrays`.
    assignment
        The plan to repair: a lead for every unit of the problem.
    seed
        Same problem, assignment, seed and effort: same plan.
    effort, time_limit_s
        Work budget and ceiling in seconds, as of `solve`.

    Returns
    -------
    Solution
        The repaired plan; grids keep their ids.

    Raises
    ------
    ArgumentError
        If `problem` is no problem, or `assignment` is no assignment.
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
    need_kind(problem, Problem, "problem")
    need_kind(assignment, Assignment, "assignment")
    from gridplan.solver.improving import repair

    return repair(problem, assignment, seed=seed, effort=effort, deadline=Deadline.after(time_limit_s))
