"""What rules need to know, and whether a plan has it: a rule without its inputs is not evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gridplan.grids.plan import Plan
from gridplan.layers.facilities.services import offers
from gridplan.words.text import Text


@dataclass(frozen=True)
class Input:
    """One input of rules: its name for planners, with the column or layer that holds it, and a test of its presence.

    `concerns` is True where its absence is no lack of data: then rules that need it do not concern the plan.
    """

    label: Text
    known: Callable[[Plan], bool]
    concerns: bool = False


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


def _recorded(name: str) -> Callable[[Plan], bool]:
    return lambda plan: name in plan.records


def _has_stations(plan: Plan) -> bool:
    facilities = plan.layers.facilities
    able = (facilities["kind"] == "ems") | offers(facilities, "prehospital")
    return bool((able & (facilities["unit_id"] != "")).any())


INPUTS: dict[str, Input] = {
    "street_id": Input(
        Text(zh="单元的街道代码（street_id）", en="street codes of the units (street_id)"),
        _told("street_id", of="units"),
    ),
    "district_id": Input(
        Text(zh="单元的区代码（district_id）", en="district codes of the units (district_id)"),
        _told("district_id", of="units"),
    ),
    "ownership": Input(
        Text(zh="机构的经办性质（ownership）", en="ownership of the facilities (ownership)"), _told("ownership")
    ),
    "admin_level": Input(
        Text(zh="机构的隶属关系（admin_level）", en="affiliation of the facilities (admin_level)"), _told("admin_level")
    ),
    "tie": Input(
        Text(zh="成员的紧密程度（tie）", en="ties of the members (tie)"),
        lambda plan: bool((plan.members["tie"] != "").any()),
    ),
    "level": Input(Text(zh="机构的等级（level）", en="level of the facilities (level)"), _told("level")),
    "baseline": Input(
        Text(zh="现有分组（layers.baseline）", en="the grouping in force (layers.baseline)"),
        lambda plan: bool(plan.layers.baseline.index.isin(plan.layers.units.index).any()),
    ),
    "version": Input(
        Text(zh="方案版本（rules.plan_version）", en="the version of the plan (rules.plan_version)"),
        lambda plan: bool(plan.case.rules.plan_version),
    ),
    "polygons": Input(
        Text(zh="以面给出的方案", en="a plan given as polygons"),
        lambda plan: plan.given_as == "polygons",
        concerns=True,
    ),
    "referrals": Input(Text(zh="转诊记录（referrals）", en="referrals on record (referrals)"), _recorded("referrals")),
    "admissions": Input(
        Text(zh="居民住院去向记录（admissions）", en="where residents are admitted, on record (admissions)"),
        _recorded("admissions"),
    ),
    "visits": Input(Text(zh="诊疗人次记录（visits）", en="visits on record (visits)"), _recorded("visits")),
    "capacity": Input(
        Text(
            zh="牵头医院的号源和床位下沉记录（capacity）", en="slots and beds that leads reserve, on record (capacity)"
        ),
        _recorded("capacity"),
    ),
    "rates": Input(
        Text(zh="医保人均费率（budget.rates）", en="rates of the insurance fund a head (budget.rates)"),
        lambda plan: bool(plan.case.budget.rates),
    ),
    "signed": Input(
        Text(zh="家庭医生签约记录（signed）", en="residents signed with a family doctor (signed)"), _recorded("signed")
    ),
    "ems": Input(
        Text(zh="急救站（类别 ems 或服务 prehospital）", en="emergency stations (kind ems or service prehospital)"),
        _has_stations,
    ),
    "networks": Input(
        Text(zh="网格间的网络记录（networks）", en="networks on record (networks)"), _recorded("networks")
    ),
    "county": Input(
        Text(zh="县（place.mode 或 county.districts）", en="a county (place.mode or county.districts)"),
        lambda plan: any(scope.mode == "county" for scope in plan.scopes.values()),
        concerns=True,
    ),
    "counties": Input(
        Text(zh="城区以外的县（county.districts）", en="counties beside the city (county.districts)"),
        lambda plan: len(plan.scopes) > 1,
        concerns=True,
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


def concerns(needs: tuple[str, ...], plan: Plan) -> bool:
    """Tell whether rules with these needs concern the plan at all."""
    return all(INPUTS[key].known(plan) for key in needs if INPUTS[key].concerns)
