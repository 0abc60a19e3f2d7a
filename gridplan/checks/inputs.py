"""What rules need to know, and whether a plan has it: a rule without its inputs is not evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gridplan.checks.plan import Plan
from gridplan.text import Text


@dataclass(frozen=True)
class Input:
    """One input of rules: its name for planners, with the column or layer that holds it, and a test of its presence."""

    label: Text
    known: Callable[[Plan], bool]


def _told(column: str, *, of: str = "facilities") -> Callable[[Plan], bool]:
    def known(plan: Plan) -> bool:
        frame = getattr(plan.layers, of)
        if column not in frame:
            return False
        values = frame[column]
        if values.dtype.kind == "i":
            return bool((values >= 0).any())
        return bool((values.notna() & (values.astype(object) != "")).any())

    return known


INPUTS: dict[str, Input] = {
    "street_id": Input(
        Text(zh="单元的街道代码（street_id）", en="street codes of the units (street_id)"),
        _told("street_id", of="units"),
    ),
    "district_id": Input(
        Text(zh="单元的区代码（district_id）", en="district codes of the units (district_id)"),
        _told("district_id", of="units"),
    ),
    "beds": Input(Text(zh="机构的床位数（beds）", en="beds of the facilities (beds)"), _told("beds")),
}
"""Inputs by key."""


def missing_inputs(needs: tuple[str, ...], plan: Plan) -> Text | None:
    """Return what is missing of `needs`, in words; None if all is there."""
    gone = [INPUTS[key].label for key in needs if not INPUTS[key].known(plan)]
    if not gone:
        return None
    return Text(zh="、".join(label.zh for label in gone), en=" and ".join(label.en for label in gone))
