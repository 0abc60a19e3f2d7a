"""What kind of thing an argument has to be: where another is given, which function makes the right one of it."""

from __future__ import annotations

import os

from gridplan.words.errors import ArgumentError, InputProblem
from gridplan.words.text import Text

_PATH = "path"
_REMEDIES = {
    ("Case", _PATH): "gp.read_case(path)",
    ("Layers", _PATH): "gp.read_layers(gp.read_case(path))",
    ("Proposal", _PATH): "gp.read_proposal(folder)",
    ("Edits", _PATH): "gp.read_edits(path, proposal)",
    ("Assignment", _PATH): "gp.assess(case, path)",
    ("Assignment", "Series"): "gp.Assignment.from_leads(series)",
    ("Assignment", "dict"): "gp.Assignment.from_leads(lead_of_unit)",
    ("Case", "Problem"): "gp.solve(problem)",
    ("Case", "Proposal"): "proposal.case",
    ("Problem", "Case"): "gp.plan(case)",
    ("Plan", "Proposal"): "proposal.findings",
    ("Plan", _PATH): "gp.read_proposal(folder).findings",
    ("Proposal", "Case"): "gp.plan(case)",
    ("Proposal", "Solution"): "gp.plan(case)",
    ("Assignment", "Solution"): "solution.assignment",
    (_PATH, "Assignment"): "assignment.lead_of_unit",
    (_PATH, "Solution"): "solution.assignment.lead_of_unit",
    (_PATH, "Proposal"): "proposal.save(folder)",
}
"""(kind needed, kind given) -> what to write instead."""
_SEE = Text(zh="用 help 查看这个参数。", en="Ask help() of the function what it takes.")


def need_kind(value: object, kind: type, argument: str) -> None:
    """Refuse an argument that is not of `kind`, and say what to write instead.

    Parameters
    ----------
    value
        What was given.
    kind
        The class it has to be of.
    argument
        Its name in the function.

    Raises
    ------
    ArgumentError
        If it is of another kind.
    """
    if not isinstance(value, kind):
        raise _refusal(value, kind.__name__, argument)


def need_path(value: object, argument: str, *, instead: str = "") -> None:
    """Refuse an argument that is not a path; `instead` is what to write where the thing itself was given.

    Raises
    ------
    ArgumentError
        If it is neither text nor a path.
    """
    if not _is_path(value):
        raise _refusal(value, _PATH, argument, instead=instead)


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike)


def _refusal(value: object, needed: str, argument: str, *, instead: str = "") -> ArgumentError:
    given = _kinds(value)
    code = instead or next((_REMEDIES[needed, kind] for kind in given if (needed, kind) in _REMEDIES), "")
    wanted = (
        Text(zh="路径（文字或 Path）", en="a path (text or Path)") if needed == _PATH else Text(needed, f"a {needed}")
    )
    found = Text(zh=f"路径 {value}", en=f"the path {value}") if given == (_PATH,) else Text(given[0], given[0])
    remedy = Text(zh=f"请写 {code}。", en=f"Write {code}.") if code else _SEE
    return ArgumentError(InputProblem("error", wanted, found, remedy, field=argument))


def _kinds(value: object) -> tuple[str, ...]:
    """Return what `value` is, the most special first."""
    return (_PATH,) if _is_path(value) else tuple(parent.__name__ for parent in type(value).__mro__)
