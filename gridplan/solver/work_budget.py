"""Work and time allowed for a solve, and who watches how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import IntArray

Watch = Callable[[int, float | None, float | None, IntArray | None], None]
"""Called with a number of grids, the objective of a plan that holds the rules, what none of that number goes below, and the lead position of each unit in that plan."""


def unwatched(_k: int, _objective: float | None, _floor: float | None, _lead: IntArray | None) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class WorkBudget:
    """Work allowed for a solve; only `deadline` looks at a clock. `exact`: small problems are solved to the end. `watch` hears how far it is."""

    effort: float
    deadline: Deadline
    exact: bool = True
    watch: Watch = unwatched

    def over(self) -> bool:
        """Whether the time limit has come."""
        return self.deadline.over()
