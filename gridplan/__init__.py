"""Service grids with lead hospitals for health planners.

>>> import gridplan as gp
>>> case = gp.read_case("data/binhai/case.toml")  # doctest: +SKIP
>>> proposal = gp.plan(case)  # doctest: +SKIP
>>> proposal.save("maps/binhai")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "Case": "case.case",
    "read_case": "case.case",
    "Assignment": "solver.assignment",
    "Finding": "checks.finding",
    "GridplanError": "words.errors",
    "Problem": "solver.problem",
    "Solution": "solver.solution",
    "solve": "solver.solver",
    "improve": "solver.solver",
    "RoadNetwork": "travel.network",
    "Proposal": "proposal.proposal",
    "read_proposal": "proposal.files",
    "plan": "pipeline",
    "assess": "pipeline",
    "read_edits": "proposal.edits",
    "revise": "pipeline",
    "compare_proposals": "proposal.comparison",
    "survey": "pipeline",
}

__version__ = "0.2.0"
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first asked for, so that importing gridplan stays quick."""
    if name not in _HOMES:
        msg = f"module 'gridplan' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(importlib.import_module(f"gridplan.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
