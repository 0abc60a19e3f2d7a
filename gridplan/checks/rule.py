"""`Rule` and `Verdict`: what a rule is and what its check returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gridplan.checks.finding import FindingSeverity, SubjectKind
from gridplan.grids.plan import Plan
from gridplan.words.text import Text

FAMILIES = {
    "partition": Text(zh="网格划分", en="Partition"),
    "leads": Text(zh="牵头医院", en="Leads"),
    "members": Text(zh="成员单位", en="Members"),
    "levels": Text(zh="层级", en="Levels"),
    "networks": Text(zh="网格间的网络与共享中心", en="Networks and shared centres"),
    "lifecycle": Text(zh="方案沿革", en="Plan lifecycle"),
    "competition": Text(zh="竞争与反垄断", en="Competition"),
    "money": Text(zh="资源下沉与医保总额", en="Reserved capacity and budgets"),
    "county": Text(zh="县域与城区", en="Counties and city"),
    "access": Text(zh="可达与供给", en="Access and provision"),
}
"""Families of rules, in the order of the rule book."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one subject.

    `met` is None if an input is missing; then the message says which; `applies` is False where the rule does not concern the
    plan at all. `severity` replaces the rule's own where the rule itself knows degrees. `places` are unit ids where one should
    look. `topic` names which of several questions of the rule this is, "" where it asks one (see `work_book.WORK`).
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
    topic: str = ""
    applies: bool = True


@dataclass(frozen=True)
class Rule:
    """One rule of the policy.

    - id, family (a key of `FAMILIES`), title, severity (the default), provenance (tags of the domain specification)
    - check: Plan -> verdicts; only called if every input in `needs` is there
    - asks: what the rule asks, and how it is measured, for the rule book
    - needs: keys of `inputs.INPUTS` without which the rule is not evaluated
    - limits: keys of the case that hold its limits, such as "rules.min_grids"
    """

    id: str
    family: str
    title: Text
    severity: FindingSeverity
    provenance: str
    check: Callable[[Plan], Iterable[Verdict]]
    asks: Text
    needs: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
