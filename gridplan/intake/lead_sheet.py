"""The hospitals of a case as possible leads: tier, whether each may lead, and why, for check.xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case.sections import Grids
from gridplan.ground.city_and_counties import scopes_of
from gridplan.ground.joined import all_candidates
from gridplan.ground.leads import LEADING_KINDS
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, LEVELS, OWNERSHIPS

if TYPE_CHECKING:
    from gridplan.pipeline import Surveyed

LEAD_SHEET = Text(zh="牵头候选", en="possible leads")
COLUMNS = {
    "facility_id": (Text(zh="机构编号", en="facility id"), 16),
    "name": (Text(zh="机构名称", en="facility name"), 36),
    "kind": (Text(zh="类别", en="kind"), 16),
    "level": (Text(zh="等级", en="level"), 10),
    "ownership": (Text(zh="所有制", en="ownership"), 12),
    "admin_level": (Text(zh="隶属关系", en="affiliation"), 12),
    "beds": (Text(zh="床位", en="beds"), 8),
    "lead_tier": (Text(zh="牵头资格档次", en="lead tier"), 12),
    "may_lead": (Text(zh="可牵头", en="may lead"), 10),
    "reason": (Text(zh="理由", en="reason"), 60),
}
"""Columns of the sheet, with their labels and widths; headers that the facility table knows."""
_YES, _NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
_TIERS = {
    "a": Text(zh="a 档：公立综合医院或中医医院，等级和隶属关系符合 R-20", en="tier a: public, general or Chinese medicine, of the level and affiliation of R-20"),
    "b": Text(zh="b 档：其他公立三级医院", en="tier b: another public tertiary hospital"),
    "c": Text(zh="c 档：能力强的公立二级医院", en="tier c: a strong public secondary hospital"),
}  # fmt: skip
_LATER = Text(
    zh="；更高档的医院已够，没有用到这一档", en="; hospitals of a higher tier are enough, this tier is not used"
)
_OUTSIDE = Text(zh="在规划范围之外", en="stands outside the planning area")
_FORBIDDEN = Text(zh="列为不得牵头", en="is listed as one that may not lead")
_REQUIRED = Text(zh="列为必须牵头", en="is listed as one that has to lead")
_PRIVATE = Text(zh="不是公立医院", en="is not public")
_NO_LEVEL = Text(zh="没有写等级", en="states no level")
_LOW = Text(zh="等级低于{n}", en="its level is below {n}")
_SPECIAL = Text(
    zh="不是综合医院或中医医院，也没有达到三级",
    en="is neither a general nor a Chinese medicine hospital, and not tertiary",
)
_UNAFFILIATED = Text(
    zh="隶属关系不在可以牵头的之列，也没有达到三级",
    en="its affiliation is none of those that may lead, and it is not tertiary",
)


def list_leads(place: Surveyed, language: Language) -> pd.DataFrame:
    """Return every hospital of a place in words: the columns of `COLUMNS`, those that may lead first, by name."""
    facilities = place.layers.facilities
    rules = {unit: scope.case.grids for scope in scopes_of(place.layers.units, place.case) for unit in scope.units}
    candidates = set(all_candidates(place.layers, place.leads, place.case))
    rows = []
    for facility_id, graded in place.leads.iterrows():
        row = _with_parent(facilities.loc[facility_id], facilities)
        grids = rules.get(row["unit_id"], place.case.grids)
        may = facility_id in candidates
        rows.append(
            {
                "facility_id": str(facility_id),
                "name": row["name"],
                "kind": KINDS.label(row["kind"]).in_language(language),
                "level": _level(row).in_language(language),
                "ownership": OWNERSHIPS.label(row["ownership"]).in_language(language),
                "admin_level": ADMIN_LEVELS.label(row["admin_level"]).in_language(language),
                "beds": "" if pd.isna(row["beds"]) else f"{row['beds']:.0f}",
                "lead_tier": graded["tier"],
                "may_lead": (_YES if may else _NO).in_language(language),
                "reason": _reason(row, graded, grids, may=may).in_language(language),
                "first": not may,
            }
        )
    table = pd.DataFrame(rows, columns=[*COLUMNS, "first"])
    return table.sort_values(["first", "lead_tier", "name"], kind="stable").drop(columns="first")


def _level(row: Any) -> Text:
    """Return level and grade as a facility table writes them: 三级甲等, 3A."""
    level, grade = int(row["level"]), row["grade"]
    if level < 1:
        return LEVELS[0] if level == 0 else Text(zh="", en="")
    return Text(zh=LEVELS[level].zh + _GRADES.get(grade, ""), en=f"{level}{grade}")


_GRADES = {"A": "甲等", "B": "乙等", "C": "丙等"}


def _with_parent(row: Any, facilities: pd.DataFrame) -> Any:
    """Return a row with what a campus does not tell taken from its parent, as grading does."""
    if row["parent_id"] not in facilities.index:
        return row
    parent, told = facilities.loc[row["parent_id"]], row.copy()
    for column, empty in (("level", -1), ("grade", ""), ("ownership", ""), ("admin_level", "")):
        if row[column] == empty:
            told[column] = parent[column]
    return told


def _reason(row: pd.Series, graded: pd.Series, grids: Grids, *, may: bool) -> Text:
    """Say why a hospital may lead, or the first thing that keeps it from it."""
    named = {str(row.name), str(graded["hospital_id"])}
    if row["unit_id"] == "":
        return _OUTSIDE
    if named & set(grids.forbidden_leads):
        return _FORBIDDEN
    if str(row.name) in grids.required_leads:
        return _REQUIRED
    if graded["tier"]:
        tier = _TIERS[graded["tier"]]
        return tier if may else Text(zh=tier.zh + _LATER.zh, en=tier.en + _LATER.en)
    return _missing(row, grids)


def _missing(row: Any, grids: Grids) -> Text:
    """Return what a hospital without a tier lacks."""
    if row["ownership"] == "private":
        return _PRIVATE
    if row["level"] < 0:
        return _NO_LEVEL
    if row["level"] < grids.lead_min_level:
        return _LOW.format(n=LEVELS[grids.lead_min_level])
    if row["kind"] not in LEADING_KINDS:
        return _SPECIAL
    return _UNAFFILIATED
