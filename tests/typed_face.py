"""What type checkers must know of the public face: mypy reads this file in `make check`; nothing runs it.

A face that became `Any` refuses nothing, and an ignored error that is none is an error (`warn_unused_ignores`).
"""

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import gridplan as gp


def known(case: gp.Case, proposal: gp.Proposal, problem: gp.Problem) -> None:
    """What goes in and out of the flow."""
    assert_type(gp.plan(case), gp.Proposal)
    assert_type(gp.solve(problem), gp.Solution)
    assert_type(gp.compare_proposals(proposal, proposal), gp.Comparison)
    assert_type(gp.__version__, str)


def refused(case: gp.Case, minutes: NDArray[np.float64]) -> None:
    """What a type checker must not let through."""
    gp.plan(case, nonsense=3)  # type: ignore[call-arg]
    gp.plan("case.toml")  # type: ignore[arg-type]
    gp.read_case(3)  # type: ignore[arg-type]
    gp.solve(minutes)  # type: ignore[arg-type]
    gp.Problem.from_arrays([], nonsense=3)  # type: ignore[call-arg]
    gp.plan(case).nonsense()  # type: ignore[attr-defined]
