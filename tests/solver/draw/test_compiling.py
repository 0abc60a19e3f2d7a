"""What is compiled beside a first run is what plans ask for: with the same kinds of numbers, and all of it."""

from __future__ import annotations

import numpy as np

from gridplan.solver.choose.roaming import roam
from gridplan.solver.draw.annealing import _regrow, anneal
from gridplan.solver.draw.compiling import compile_drawing
from gridplan.solver.solver import solve
from tests.solver.test_rules import row_city


def test_plans_bring_no_other_kinds_of_numbers_than_those_compiled_beside():
    """Leads that roam, activities, a ceiling of change, hard limits."""
    compile_drawing()
    before = [*anneal.overloads], [*_regrow.overloads]
    assert [len(kinds) for kinds in before] == [1, 1]
    held = {f"u{i}": "p" if i < 4 else "q" for i in range(8)}
    solve(row_city(choose=1, balance=0.2), effort=0.01)
    solve(row_city(incumbent=held, most_moved=30.0, population_max=80.0), effort=0.01)
    everywhere = np.abs(np.arange(8.0)[:, None] - np.arange(8.0))
    solve(row_city(lead_ids=list("abcdefgh"), lead_unit=list(range(8)), choose=2, minutes=everywhere), effort=0.01)
    assert ([*anneal.overloads], [*_regrow.overloads]) == before
    task_and_state = before[0][0][:2]
    assert [kinds[:2] for kinds in roam.overloads] == [task_and_state], "the loops under it would be compiled twice"
