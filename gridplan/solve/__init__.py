"""Grids with leads: choose the leads, draw the grids, prove how good the plan is, say why a limit cannot hold."""

from gridplan.solve.solution import Explanation, Solution, Status

__all__ = ["Explanation", "Solution", "Status"]
