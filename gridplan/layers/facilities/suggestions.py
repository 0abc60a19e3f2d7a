"""What to do with each row of a map service: kept, merged into another, a campus of another, left out; and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.layers.facilities.names import Form
from gridplan.layers.facilities.repeats import ALIAS_M, Decision, NamedRows, group_rows, pairs_within
from gridplan.layers.facilities.sites import SITE_M, find_sites, same_house
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS, KINDS, Term, Vocabulary

DECISIONS = Vocabulary(
    Term("keep", Text(zh="保留", en="keep"), ("独立", "单独保留")),
    Term("merge", Text(zh="并入", en="merge"), ("归并", "合并")),
    Term("campus", Text(zh="院区", en="campus"), ("分院", "作为院区")),
    Term("leave_out", Text(zh="不采用", en="leave out"), ("删除", "排除", "剔除")),
)
ROLES = Vocabulary(
    Term("whole", Text(zh="机构本身", en="the institution")),
    Term("duplicate", Text(zh="重复点", en="duplicate")),
    Term("building", Text(zh="楼栋、病区", en="building or ward")),
    Term("department", Text(zh="科室、门诊", en="department")),
    Term("gate", Text(zh="出入口、停车场等", en="gate, car park and the like")),
    Term("campus", Text(zh="院区", en="campus")),
    Term("outpost", Text(zh="院外门诊", en="outpatient post elsewhere")),
    Term("signboard", Text(zh="挂牌", en="signboard")),
    Term("clinic", Text(zh="诊所、口腔、美容等", en="clinic, dentist, cosmetic surgery")),
    Term("closed", Text(zh="未开业或停业", en="not open")),
    Term("unknown", Text(zh="看不出是哪家机构", en="no institution named")),
)
CONFIDENCES = Vocabulary(
    Term("low", Text(zh="低", en="low")),
    Term("medium", Text(zh="中", en="medium")),
    Term("high", Text(zh="高", en="high")),
)
_AS_PART = {"whole": "duplicate", "campus": "duplicate", "outpost": "department", "other": "department"}
_KIND_OF_FORM: dict[Form, str] = {"chc": "chc", "chs": "chs", "ems": "ems", "clinic": "clinic"}

_ALONE = Text(zh="没有同名的其他行", en="no other row is named like it")
_STANDS = Text(zh="代表这家机构的 {n} 行", en="stands for the {n:row|rows} of this institution")
_SAME = Text(zh="与「{name}」名称核心相同", en="the same name core as {name}")
_FAR = Text(
    zh="与「{name}」名称核心相同，但不在一处：{n} 行自成一处",
    en="the same name core as {name}, but {n:row stands|rows stand} elsewhere",
)
_HOW = {
    "ground": Text(
        zh="与「{name}」在同一处：{count}/{of} 个点相距 60 米以内",
        en="stands on the ground of {name}: {count} of {of:point|points} within 60 m",
    ),
    "longer": Text(
        zh="名称比「{name}」多出地名、主办单位或专科", en="the name is that of {name} with a place, owner or specialty"
    ),
    "bare": Text(zh="名称没有写全，就近归到「{name}」", en="the name is not complete; {name} is the nearest"),
    "named": Text(zh="名称提到「{name}」", en="its name mentions {name}"),
    "address": Text(zh="地址写明在「{name}」内", en="its address lies in {name}"),
}
_ONE_POINT = Text(
    zh="离「{name}」不到 60 米，名称不同：只有一个点，不自动归并",
    en="within 60 m of {name}, under another name: one point is not enough to merge",
)
_ELSEWHERE = Text(
    zh="与「{name}」同名但不在一处：旧址、分中心，或另一家",
    en="named like {name} but elsewhere: an old address, a branch, or another",
)
_SIGN = Text(
    zh="挂牌（医联体、协作、定点等）或党群组织，不是另一家机构",
    en="a signboard (alliance, cooperation, contract) or a committee, not an institution",
)
_CLINIC = Text(zh="诊所、口腔、美容等，不作网格成员", en="a clinic, dentist or cosmetic surgery: no member of a grid")
_UNKNOWN = Text(zh="名称看不出是哪家机构", en="the name tells no institution")
_CLOSED = Text(zh="名称注明在建或停业", en="its name remarks that it is being built or closed")
_CAMPUS_NOT_LISTED = Text(
    zh="名称属于「{name}」，{n} 行自成一处，正式名册没有：确有此院区才改为院区（院区也能牵头）",
    en="named after {name}, {n:row stands|rows stand} elsewhere, and the official list has no such site: make it a campus only if it is one (a campus may lead)",
)
_NOT_LISTED = Text(zh="不在正式名册中", en="not on the official list")


def suggest_merges(frame: pd.DataFrame) -> pd.DataFrame:
    """Suggest for every row of facility tables whether it is an institution, and else whose part it is.

    Parameters
    ----------
    frame : name, address, phone, category ("" where not told), listed (True: a row of an official list, which is
        never merged), x and y in metres (finite); index facility_id (text, each once).

    Returns
    -------
    frame on the same index: role, decision, target (index of the row it is merged into or a campus of; None where of
    its own), confidence, reason (a Text), distance_m to the target, same_address, same_phone, kind.
    """
    rows = group_rows(frame)
    site, main = find_sites(rows)
    counts = _counts(site, main)
    told = _doubt_neighbours(rows, [_suggest(rows, at, site, main, counts) for at in range(len(rows))])
    suggested = pd.DataFrame(told, index=frame.index, columns=["role", "decision", "at", "confidence", "reason"])
    target = suggested.pop("at").to_numpy(int)
    there = target >= 0
    distance = np.full(len(rows), np.nan)
    distance[there] = np.hypot(*(rows.xy[there] - rows.xy[target[there]]).T)
    suggested["target"] = [str(frame.index[at]) if at >= 0 else "" for at in target]
    suggested["distance_m"] = distance
    address, phone = frame["address"].tolist(), frame["phone"].tolist()
    suggested["same_address"] = [at >= 0 and same_house(address[row], address[at]) for row, at in enumerate(target)]
    suggested["same_phone"] = [
        at >= 0 and phone[row] != "" and phone[row] == phone[at] for row, at in enumerate(target)
    ]
    suggested["kind"] = [_kind(rows, at) for at in range(len(rows))]
    suggested.loc[suggested["role"] == "outpost", "kind"] = "clinic"
    return suggested


_Told = tuple[str, Decision, int, str, Text]


def _counts(site: np.ndarray, main: np.ndarray) -> dict[str, np.ndarray]:
    size = max(len(site), 1)
    return {
        "site": np.bincount(site[site >= 0], minlength=size),
        "main": np.bincount(main[main >= 0], minlength=size),
    }


def _suggest(rows: NamedRows, at: int, site: np.ndarray, main: np.ndarray, counts: dict[str, np.ndarray]) -> _Told:
    if rows.listed[at]:
        return "whole", "keep", -1, "high", _STANDS.format(n=int(counts["site"][at]))
    if rows.part[at] == "signboard":
        return "signboard", "leave_out", -1, "high", _SIGN
    if rows.group[at] < 0:
        clinic = rows.form[at] == "clinic"
        return (
            ("clinic", "leave_out", -1, "high", _CLINIC) if clinic else ("unknown", "leave_out", -1, "medium", _UNKNOWN)
        )
    if site[at] != at:
        return _part_of_site(rows, at, int(site[at]))
    if main[at] != at:
        return _other_site(rows, at, int(main[at]), int(counts["site"][at]))
    number = int(counts["main"][at])
    if rows.names[at].closed and number == 1:
        return "closed", "leave_out", -1, "medium", _CLOSED
    if _unlisted(rows, at):
        return "whole", "leave_out", -1, "medium", _NOT_LISTED
    return "whole", "keep", -1, "high", _ALONE if number == 1 else _STANDS.format(n=number)


def _unlisted(rows: NamedRows, at: int) -> bool:
    """Tell a hospital that an official list, where there is one, does not have; care homes are on no such list."""
    return rows.form[at] == "hospital" and bool(rows.listed.any()) and _kind(rows, at) in HOSPITAL_KINDS


def _part_of_site(rows: NamedRows, at: int, to: int) -> _Told:
    role = _AS_PART.get(rows.part[at], rows.part[at])
    name = rows.written[to]
    how = rows.evidence.get(at)
    if rows.keys[at] == rows.keys[to] and (how is None or how[0] in ("ground", "longer")):
        return role, "merge", to, "high", _SAME.format(name=name)
    kind, count, of = how or ("ground", 0, 0)
    if kind == "ground" and not count:
        return role, "merge", to, "medium", _SAME.format(name=name)
    return role, "merge", to, "medium", _HOW[kind].format(name=name, count=count, of=of)


def _other_site(rows: NamedRows, at: int, to: int, number: int) -> _Told:
    """A second site of an institution: a campus where the name says so or several rows stand there."""
    name, part = rows.written[to], rows.part[at]
    if rows.names[at].closed and number == 1:
        return "closed", "leave_out", to, "medium", _CLOSED
    away = float(np.hypot(*(rows.xy[at] - rows.xy[to])))
    if rows.form[at] != "hospital" and not rows.names[at].campus:
        if away <= 2 * SITE_M:
            return "duplicate", "merge", to, "medium", _SAME.format(name=name)
        return "duplicate", "keep", to, "low", _ELSEWHERE.format(name=name)
    if rows.listed[to]:
        role = "outpost" if part in ("outpost", "department", "gate", "other") else "campus"
        return (
            role,
            "leave_out",
            to,
            "low" if role == "campus" else "medium",
            _CAMPUS_NOT_LISTED.format(name=name, n=number),
        )
    if part in ("outpost", "department", "gate", "other"):
        return "outpost", "campus", to, "medium", _FAR.format(name=name, n=number)
    if rows.names[at].campus or number > 1:
        return "campus", "campus", to, "high" if rows.names[at].campus else "medium", _FAR.format(name=name, n=number)
    if _unlisted(rows, at):
        return "campus", "leave_out", to, "medium", _NOT_LISTED
    return "campus", "keep", to, "low", _FAR.format(name=name, n=number)


def _doubt_neighbours(rows: NamedRows, told: list[_Told]) -> list[_Told]:
    """Note institutions of one form within 60 m of each other under different names: only a hint."""
    doubted = list(told)
    for form in ("hospital", "chc"):
        at = np.array([row for row in rows.of_form(form) if told[row][0] == "whole"], dtype=np.int64)
        pairs = at[pairs_within(rows.xy[at], ALIAS_M)] if len(at) > 1 else at[:0]
        for one, other in sorted(pairs.reshape(-1, 2).tolist(), reverse=True):
            row, to = (one, other) if rows.listed[other] else (other, one)
            idle = told[row][1] == told[to][1] == "leave_out"
            if not rows.listed[row] and not idle:
                doubted[row] = ("whole", told[row][1], to, "low", _ONE_POINT.format(name=rows.written[to]))
    return doubted


def _kind(rows: NamedRows, at: int) -> str:
    """Return the kind of facility that a name tells; hospitals whose name says no more are general ones."""
    form: Form = rows.form[at]
    if form in _KIND_OF_FORM:
        return _KIND_OF_FORM[form]
    name = rows.names[at]
    stem = name.text[: len(name.text) - len(name.rest)] if name.rest else name.text
    found = KINDS.find_within(stem)
    if form == "thc":
        return "village_clinic" if found in ("village_clinic", "clinic", None) else "thc"
    if form == "hospital":
        category = rows.category[at]
        return found or ("specialist" if "专科" in category and "综合" not in category else "general")
    return found or "other"
