"""`Rule` and `Verdict`: what a rule is and what its check returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gridplan.checks.finding import FindingSeverity, SubjectKind
from gridplan.checks.plan import Plan
from gridplan.text import Text


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one subject.

    `met` is None if an input is missing; then the message says which. `severity` replaces the rule's own where the rule
    itself knows degrees. `places` are unit ids where one should look.
    """

    subject_kind: SubjectKind
    subject_id: str
    met: bool | None
    message: Text
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    places: tuple[str, ...] = ()
    severity: FindingSeverity | None = None


@dataclass(frozen=True)
class Rule:
    """One rule of the policy: id, family, title, default severity, where it comes from, and its check."""

    id: str
    family: str
    title: Text
    severity: FindingSeverity
    provenance: str
    check: Callable[[Plan], Iterable[Verdict]]
