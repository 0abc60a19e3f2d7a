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
    "Case": "case",
    "read_case": "case",
    "Assignment": "assignment",
    "Finding": "checks.finding",
    "GridplanError": "errors",
    "Problem": "problem",
    "Solution": "solve",
    "solve": "solve",
    "improve": "solve",
    "RoadNetwork": "travel",
    "Proposal": "proposal",
    "read_proposal": "proposal",
    "plan": "pipeline",
    "assess": "pipeline",
    "read_edits": "edits",
    "revise": "pipeline",
    "compare_proposals": "compare",
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
