"""Service grids with lead hospitals for health planners: the public names, each loaded from its home when it is first used.

>>> import gridplan as gp
>>> case = gp.example_case("yunxiu")
>>> proposal = gp.plan(case)
>>> proposal.must_stands
False
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.2.0"

_HOMES = {
    "Activity": "solver.activity",
    "Answer": "outputs.answers",
    "ArgumentError": "words.errors",
    "Assignment": "solver.assignment",
    "AssignmentError": "words.errors",
    "Case": "case.case",
    "CaseError": "words.errors",
    "Comparison": "proposal.comparison",
    "Edits": "proposal.edits",
    "EditsError": "words.errors",
    "Finding": "checks.finding",
    "GridplanError": "words.errors",
    "GridplanWarning": "words.errors",
    "InputProblem": "words.errors",
    "LayerError": "words.errors",
    "Layers": "layers.layers",
    "NetworkError": "words.errors",
    "OutputError": "words.errors",
    "Problem": "solver.problem",
    "ProblemError": "words.errors",
    "Proposal": "proposal.proposal",
    "ProposalError": "words.errors",
    "RULES": "checks.rule_book",
    "RoadNetwork": "travel.network",
    "Solution": "solver.solution",
    "answer_questions": "outputs.answers",
    "assess": "pipeline",
    "check_plan": "checks.rule_book",
    "compare_proposals": "proposal.comparison",
    "draw": "outputs.map.notebook",
    "example_case": "case.examples",
    "export": "outputs.exports.formats",
    "improve": "solver.solver",
    "plan": "pipeline",
    "proposal_digest": "proposal.proposal",
    "read_case": "case.case",
    "read_edits": "proposal.edits",
    "read_layers": "layers.layers",
    "read_proposal": "proposal.files",
    "report": "outputs.report.report",
    "revise": "pipeline",
    "solve": "solver.solver",
    "survey": "pipeline",
}
"""Public name -> the module below gridplan where it lives. `__init__.pyi` tells type checkers the same."""

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
    return sorted(__all__)
