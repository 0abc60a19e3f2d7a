"""assignment.csv and tables.xlsx: what planners open in Excel."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.checks.tasks import list_work
from gridplan.grids.care import CHAIN, providers
from gridplan.grids.members import TIE_REASONS
from gridplan.grids.yardsticks import tell_yardsticks
from gridplan.ground.city_and_counties import told_limits
from gridplan.proposal.files import findings_table
from gridplan.proposal.frames import ADDED_IN_2
from gridplan.proposal.optimality import describe_gap
from gridplan.proposal.share_range import tell_share_range
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.signs import FORMULA_START, shown_text
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import (
    ADMIN_LEVELS,
    CAUSES,
    GROUP_SOURCES,
    KINDS,
    LEVELS,
    MEASURED_IN,
    MODES,
    OWNERSHIPS,
    PROVEN,
    ROLE_SOURCES,
    ROLES,
    SERVICES,
    SEVERITIES,
    STATUSES,
    SUBJECTS,
    TIES,
    Vocabulary,
)
from gridplan.words.workbooks import written_workbook

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a fixed stamp, so that equal tables are equal bytes

_HEADERS = {
    "grid_id": Text(zh="网格编号", en="Grid id"), "name": Text(zh="名称", en="Name"), "lead_id": Text(zh="牵头医院编号", en="Lead id"),
    "lead_name": Text(zh="牵头医院", en="Lead hospital"), "population": Text(zh="常住人口", en="Residents"),
    "chronic": Text(zh="慢病患者", en="Chronic patients"), "doctors": Text(zh="执业医师", en="Doctors"),
    "population_65": Text(zh="65 岁及以上", en="Aged 65+"), "n_units": Text(zh="单元数", en="Units"), "deviation": Text(zh="人口偏差", en="Deviation"),
    "mean_minutes": Text(zh="平均分钟", en="Mean minutes"), "p50_minutes": Text(zh="中位分钟", en="Median minutes"),
    "p90_minutes": Text(zh="九成居民分钟", en="90% within (min)"), "share_within": Text(zh="时限内居民占比", en="Share within limit"),
    "share_within_low": Text(zh="同左，车速最慢", en="Same, slowest speeds"), "share_within_high": Text(zh="同左，车速最快", en="Same, fastest speeds"),
    "share_primary_low": Text(zh="同左，步速最慢", en="Same, slowest pace"), "share_primary_high": Text(zh="同左，步速最快", en="Same, fastest pace"),
    "share_primary": Text(zh="步行可达基层占比", en="Share near primary care"), "beds": Text(zh="医院床位", en="Hospital beds"),
    "beds_per_1000": Text(zh="每千人床位", en="Beds per 1,000"), "area_km2": Text(zh="面积（平方千米）", en="Area (km²)"),
    "compactness": Text(zh="紧凑度", en="Compactness"), "unit_id": Text(zh="单元代码", en="Unit id"), "street_id": Text(zh="街道代码", en="Street id"),
    "street": Text(zh="街道", en="Street"), "district_id": Text(zh="区代码", en="District id"), "district": Text(zh="区", en="District"),
    "minutes_to_lead": Text(zh="到牵头医院分钟", en="Minutes to lead"), "minutes_primary": Text(zh="步行到基层分钟", en="Walk to primary care"),
    "facility_id": Text(zh="机构编号", en="Facility id"), "parent_id": Text(zh="上级机构", en="Parent id"), "kind": Text(zh="类别", en="Kind"),
    "level": Text(zh="等级", en="Level"), "grade": Text(zh="等次", en="Grade"), "ownership": Text(zh="经办性质", en="Ownership"),
    "admin_level": Text(zh="隶属关系", en="Affiliation"), "services": Text(zh="服务", en="Services"), "role": Text(zh="角色", en="Role"),
    "tie": Text(zh="紧密程度", en="Tie"), "lead_tier": Text(zh="牵头资格档次", en="Lead tier"), "strength": Text(zh="能力评分", en="Strength"),
    "tie_reason": Text(zh="松散原因", en="Why loose"), "sub_area_id": Text(zh="片区编号", en="Sub-area id"), "sub_area": Text(zh="片区", en="Sub-area"),
    "baseline_minutes": Text(zh="到现牵头医院分钟", en="Minutes to the lead today"), "role_source": Text(zh="角色来源", en="Why this role"),
    "group_name": Text(zh="集团名称", en="Group"), "group_source": Text(zh="集团名称来源", en="Name of the group from"),
    "rehabilitation_beds": Text(zh="康复床位", en="Rehabilitation beds"), "nursing_beds": Text(zh="护理床位", en="Nursing beds"),
    "rehab_providers": Text(zh="康复（牵头医院和成员）", en="Rehabilitation (lead and members)"),
    "nursing_providers": Text(zh="护理（牵头医院和成员）", en="Nursing (lead and members)"),
    "hospice_providers": Text(zh="安宁疗护（牵头医院和成员）", en="Hospice (lead and members)"),
    "hospice_beds": Text(zh="安宁疗护床位", en="Hospice beds"), "agreement": Text(zh="协议状态", en="Agreement"),
    "address": Text(zh="地址", en="Address"), "telephone": Text(zh="电话", en="Telephone"), "cause": Text(zh="成因", en="Cause"),
    "people": Text(zh="涉及人口", en="People affected"), "measure": Text(zh="建议措施", en="Suggested measure"),
    "responsible": Text(zh="责任单位（建议）", en="Responsible (proposed)"), "residents_moved": Text(zh="改换牵头医院的居民", en="Residents who change lead"),
    "n_must": Text(zh="未达到的“必须”", en="Must-rules not met"), "n_should": Text(zh="未达到的“应当”", en="Should-rules not met"),
    "centre_id": Text(zh="负责中心", en="Responsible centre"), "baseline_lead_id": Text(zh="现牵头医院编号", en="Lead today"),
    "number": Text(zh="序号", en="No."), "head": Text(zh="问题", en="What is wrong"), "rule": Text(zh="规则", en="Rule"), "severity": Text(zh="级别", en="Severity"), "status": Text(zh="结果", en="Status"),
    "subject_kind": Text(zh="对象类型", en="Subject"), "subject_id": Text(zh="对象编号", en="Subject id"), "measured": Text(zh="实测", en="Measured"),
    "limit": Text(zh="限值", en="Limit"), "unit": Text(zh="单位", en="Unit"), "provenance": Text(zh="依据", en="Provenance"),
    "message": Text(zh="说明", en="Message"), "reason": Text(zh="豁免理由", en="Waiver reason"), "author": Text(zh="批准人", en="Author"),
    "date": Text(zh="日期", en="Date"), "k": Text(zh="网格数", en="k"), "leads": Text(zh="牵头医院", en="Leads"), "objective": Text(zh="目标值", en="Objective"),
    "bound": Text(zh="理论下界", en="Bound"), "gap": Text(zh="差距", en="Gap"), "worst_deviation": Text(zh="最大偏差", en="Worst deviation"),
    "scope_id": Text(zh="县代码", en="County id"), "scope": Text(zh="县", en="County"), "mode": Text(zh="网格类型", en="Kind of grid"),
    "item": Text(zh="项目", en="Item"), "value": Text(zh="数值", en="Value"), "before": Text(zh="原方案", en="Before"), "after": Text(zh="新方案", en="After"),
    "difference": Text(zh="变化", en="Difference"), "change": Text(zh="变化", en="Change"), "text": Text(zh="意见", en="Comment"),
    "grid_before": Text(zh="原网格", en="Grid before"), "grid_after": Text(zh="新网格", en="Grid after"), "grid": Text(zh="网格", en="Grid"),
    "lead_before": Text(zh="原牵头医院", en="Lead before"), "lead_after": Text(zh="新牵头医院", en="Lead after"),
    "name_before": Text(zh="原牵头医院名称", en="Name before"), "name_after": Text(zh="新牵头医院名称", en="Name after"),
    "minutes_before": Text(zh="原分钟", en="Minutes before"), "minutes_after": Text(zh="新分钟", en="Minutes after"),
    "role_before": Text(zh="原角色", en="Role before"), "role_after": Text(zh="新角色", en="Role after"),
    "status_before": Text(zh="原结果", en="Result before"), "status_after": Text(zh="新结果", en="Result after"),
    "measured_before": Text(zh="原实测", en="Measured before"), "measured_after": Text(zh="新实测", en="Measured after"),
    "residents": Text(zh="居民", en="Residents"), "n_grids": Text(zh="网格数", en="Grids"), "max_deviation": Text(zh="最大人口偏差", en="Largest deviation"),
}  # fmt: skip
_RANGE = Text(zh="车速不准时的同一占比", en="The same if speeds are off")
_A4 = 9
_PERCENT = {
    "deviation",
    "share_within",
    "share_within_low",
    "share_within_high",
    "share_primary",
    "share_primary_low",
    "share_primary_high",
    "gap",
    "worst_deviation",
}
_WHOLE = {"population", "population_65", "n_units", "beds", "doctors", "chronic", "objective", "bound", "residents",
    "rehabilitation_beds", "nursing_beds", "hospice_beds", "residents_moved", "people",
}  # fmt: skip
_FORMATS = {
    "share": ("0.0%", 4), "whole": ("#,##0", 0), "plain": ("0.00", 2), "money": ("#,##0.00", 2), "minutes": ("0.0", 1), "number": ("0.00", 2),
}  # fmt: skip
"""How numbers of each kind are shown in a cell, and to how many decimals they are rounded."""
_MEASURED = ("measured", "limit", "measured_before", "measured_after")
_FORMAT_OF_UNIT = {"share": "share", "min": "minutes", "yuan": "money"} | dict.fromkeys(
    (
        "HHI", "centres", "communities", "community grids", "facilities", "findings", "grids", "leads", "links", "members", "partners", "people",
        "pieces", "providers", "residents", "residents per ambulance", "residents per centre", "specialties", "streets", "units", "village clinics",
    ),
    "whole",
)  # fmt: skip
_WORDS: dict[str, Vocabulary] = {
    "cause": CAUSES, "unit": MEASURED_IN, "subject_kind": SUBJECTS, "tie": TIES, "group_source": GROUP_SOURCES,
    "kind": KINDS, "mode": MODES, "ownership": OWNERSHIPS, "admin_level": ADMIN_LEVELS, "role": ROLES, "role_source": ROLE_SOURCES, "severity": SEVERITIES, "status": STATUSES,
    "role_before": ROLES, "role_after": ROLES, "status_before": STATUSES, "status_after": STATUSES,
}  # fmt: skip


def guard_name(text: str) -> str:
    """Return a name that a spreadsheet does not take for a formula, with hidden signs shown."""
    shown = shown_text(text)
    return f"'{shown}" if shown.startswith(FORMULA_START) else shown


def indicator_label(name: str) -> Text:
    """Return the name of an indicator as planners read it."""
    return _HEADERS.get(name) or Text(zh=name, en=name)


def write_assignment(proposal: Proposal, path: Path) -> None:
    """Write assignment.csv: which grid and lead each unit belongs to (utf-8-sig; minutes empty where unreachable)."""
    units = proposal.units
    names = proposal.grids["name"].map(str)
    table = pd.DataFrame(
        {
            "unit_id": units.index,
            "unit_name": units["name"].map(guard_name).to_numpy(),
            "grid_id": units["grid_id"].to_numpy(),
            "grid_name": units["grid_id"].map(names).fillna("").map(guard_name).to_numpy(),
            "lead_id": units["lead_id"].to_numpy(),
            "lead_name": units["grid_id"].map(proposal.grids["lead_name"]).fillna("").map(guard_name).to_numpy(),
            "population": units["population"].round(3).to_numpy(),
            "minutes_to_lead": units["minutes_to_lead"].replace(np.inf, np.nan).round(4).to_numpy(),
        }
    )
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def write_workbook(proposal: Proposal, path: Path) -> None:
    """Write tables.xlsx: overview, grids, units, facilities, findings and alternatives, in the case's language."""
    language = proposal.case.language
    write_sheets(_sheets(proposal, language), path, language)


def write_sheets(sheets: list[tuple[Text, pd.DataFrame]], path: Path, language: Language) -> None:
    """Write tables as the sheets of one workbook; text is never taken for a formula, number or link."""
    with written_workbook(path, strings_to_numbers=False, nan_inf_to_errors=False) as workbook:
        workbook.set_properties({"created": _CREATED, "author": "gridplan"})
        for title, table in sheets:
            _write_sheet(workbook, title.in_language(language), table, language)


def _sheets(proposal: Proposal, language: Language) -> list[tuple[Text, pd.DataFrame]]:
    facilities = pd.DataFrame(
        proposal.facilities.drop(columns=["geometry", "given_tie"], errors="ignore")
    ).reset_index()
    facilities["tie_reason"] = facilities["tie_reason"].map(
        lambda reason: TIE_REASONS.label(reason).in_language(language) if reason else ""
    )
    facilities["services"] = facilities["services"].map(
        lambda keys: "；".join(SERVICES.label(key).in_language(language) for key in keys)
    )
    facilities["level"] = facilities["level"].map(
        lambda level: LEVELS[level].in_language(language) if level in LEVELS else ""
    )
    grids, units = (
        pd.DataFrame(frame.drop(columns="geometry")).reset_index() for frame in (proposal.grids, proposal.units)
    )
    grids = grids.assign(**_care(proposal, language))
    return [
        (Text(zh="概览", en="Overview"), _overview(proposal, language)),
        (Text(zh="网格", en="Grids"), _known(_parts_if_any(grids, proposal), "grids")),
        (Text(zh="单元", en="Units"), _known(units, "units")),
        (Text(zh="机构", en="Facilities"), _known(facilities, "facilities")),
        (Text(zh="事项", en="Work"), _work(proposal, language)),
        (Text(zh="检查结果", en="Findings"), _findings(proposal, language)),
        (
            Text(zh="备选方案", en="Alternatives"),
            _known(
                _parts_if_any(_in_words(proposal.alternatives, "status", PROVEN, language), proposal), "alternatives"
            ),
        ),
        *((ANNEXES[name].title, _readable(name, frame, language)) for name, frame in proposal.annexes.items()),
    ]


def _work(proposal: Proposal, language: Language) -> pd.DataFrame:
    """Return the list of work: a row for each fact and cause, the weightiest first."""
    rows = [
        {
            "number": number,
            "severity": task.severity,
            "status": task.status,
            "head": task.head.in_language(language),
            "cause": part.cause,
            "people": part.people,
            "n_units": part.n_units or None,
            "grid": join_names([str(proposal.grids["name"].get(grid, grid)) for grid in task.grids], language),
            "measure": part.measure.in_language(language),
            "responsible": part.responsible.in_language(language),
            "rule": join_names(list(task.rules), language),
        }
        for number, task in enumerate(list_work(proposal.findings, proposal.units), start=1)
        for part in task.parts
    ]
    names = ["number", "severity", "status", "head", "cause", "people", "n_units", "grid", "measure", "responsible"]
    return pd.DataFrame(rows, columns=[*names, "rule"])


def join_names(names: list[str], language: Language) -> str:
    """Return names as a sentence lists them."""
    return ("、" if language == "zh" else ", ").join(names)


_KEYS_OF_CASE = re.compile(r"（[a-z\[][a-z_.\[\]]*(?:\s*[或、]\s*[a-z\[][a-z_.\[\]]*)*）")
_OWN_ID = ("grid", "unit", "facility")


def _findings(proposal: Proposal, language: Language) -> pd.DataFrame:
    """Return every finding in one language; names of columns and keys of the case stay with the technical files."""
    table = findings_table(proposal.findings)
    messages = table[f"message_{language}"]
    table["message"] = messages.str.replace(_KEYS_OF_CASE, "", regex=True) if language == "zh" else messages
    table["measure"], table["responsible"] = table[f"measure_{language}"], table[f"responsible_{language}"]
    table["subject_id"] = table["subject_id"].where(table["subject_kind"].isin(_OWN_ID), "")
    table["provenance"] = table["provenance"].str.replace("none", _ASSUMED.in_language(language))
    table.attrs["units"] = list(table["unit"])
    return table[list(_SHOWN)]


_ASSUMED = Text(zh="规划假设", en="planning assumption")
_SHOWN = (
    "rule", "severity", "status", "message", "cause", "people", "measure", "responsible", "measured", "limit", "unit", "subject_kind",
    "subject_id", "provenance", "reason", "author", "date",
)  # fmt: skip


def _care(proposal: Proposal, language: Language) -> dict[str, list[str]]:
    """Return who gives rehabilitation, nursing and hospice care in each grid, as the rules count them; a lack in words."""
    facilities, lacking = proposal.facilities, Text(zh="缺", en="none").in_language(language)
    sign = Text(zh="、", en=", ").in_language(language)
    columns = {}
    for need in CHAIN:
        found = providers(facilities, facilities, need)
        names = facilities["name"][found.index].groupby(found).agg(sign.join)
        columns[f"{need}_providers"] = [str(names.get(grid, lacking)) for grid in proposal.grids.index]
    return columns


def _known(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table without the columns that only some plans can fill and this one does not."""
    unknown = [column for column in ADDED_IN_2[name] if not (table[column].notna() & (table[column] != "")).any()]
    return table.drop(columns=unknown)


def _in_words(table: pd.DataFrame, column: str, words: Vocabulary, language: Language) -> pd.DataFrame:
    """Return a table with a column of keys in words of their own, where the column's name has others elsewhere."""
    return table.assign(**{column: [words.label(key).in_language(language) for key in table[column]]})


def _parts_if_any(table: pd.DataFrame, proposal: Proposal) -> pd.DataFrame:
    """Return a table without the columns of counties where the plan is of one city or one county."""
    if proposal.case.county.districts:
        return table
    return table.drop(columns=["scope_id", "scope", "mode"], errors="ignore")


def _readable(name: str, frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return an annex with headers and words for people; shares stay shares."""
    other = "_en" if language == "zh" else "_zh"
    told = [column for column in ANNEXES[name].columns if column.name in frame and not column.name.endswith(other)]
    columns = {column.label.in_language(language): column for column in told}
    table = pd.DataFrame(
        {
            label: [_cell(value, column.words, language) for value in frame[column.name]]
            for label, column in columns.items()
        }
    )
    table.attrs["kinds"] = {label: column.kind for label, column in columns.items()}
    return table


def _counted_by_mode(proposal: Proposal) -> list[tuple[Text, Any]]:
    if not proposal.case.county.districts:
        return []
    return [(term.label, str(int((proposal.grids["mode"] == key).sum()))) for key, term in MODES.items()]


def _overview(proposal: Proposal, language: Language) -> pd.DataFrame:
    scores, objective, place = proposal.scores["plan"], proposal.objective, proposal.case.place
    stands = sum(finding.stands for finding in proposal.findings)
    rows: list[tuple[Text, Any]] = [
        (Text(zh="地区", en="Place"), place.name if language == "zh" else place.name_en or place.name),
        (Text(zh="网格数", en="Grids"), str(scores["n_grids"])),
        *_counted_by_mode(proposal),
        (Text(zh="规划单元", en="Units"), str(scores["n_units"])),
        (Text(zh="常住人口", en="Residents"), f"{scores['population']:,.0f}"),
        (Text(zh="平均到牵头医院（分钟）", en="Mean minutes to the lead"), f"{scores['mean_minutes']:.1f}"),
        (
            Text(
                zh=f"{told_limits(proposal.case)} 分钟内居民占比",
                en=f"Residents within {told_limits(proposal.case)} min",
            ),
            f"{scores['share_within']:.1%}",
        ),
        *((_RANGE, within.in_language(language)) for within in [tell_share_range(proposal)] if within is not None),
        (Text(zh="最大人口偏差", en="Largest deviation"), f"{scores['max_deviation']:.1%}"),
        (Text(zh="与最优相比", en="Against the best possible"), describe_gap(objective).in_language(language)),
        *(
            (label, told.in_language(language))
            for label, told in tell_yardsticks(proposal.scores.get("yardsticks", {}))
        ),
        (Text(zh="必须项不符合", en="Must-rules not met"), str(stands)),
        (Text(zh="种子", en="Seed"), str(proposal.provenance.seed)),
    ]
    if place.synthetic:
        rows.append(
            (
                Text(zh="数据", en="Data"),
                Text(zh="合成数据，非真实城市", en="synthetic data, no real city").in_language(language),
            )
        )
    rows += [(Text(zh="推算", en="Modelled"), said.in_language(language)) for said in proposal.provenance.modelled]
    return pd.DataFrame([(label.in_language(language), value) for label, value in rows], columns=["item", "value"])


def _write_sheet(workbook: Any, title: str, table: pd.DataFrame, language: Language) -> None:
    sheet = workbook.add_worksheet(title)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    look = {"bold": True, "bottom": 1, "bg_color": "#F4F4F1", "text_wrap": True, "valign": "vcenter"}
    heads = {side: workbook.add_format({**look, "align": side}) for side in ("left", "right")}
    formats = {kind: workbook.add_format({"num_format": shown}) for kind, (shown, _) in _FORMATS.items()}
    text = workbook.add_format({"num_format": "@"})
    units = table.attrs.get("units")
    for column, name in enumerate(table.columns):
        header = _HEADERS.get(str(name))
        words = _WORDS.get(str(name))
        values = [_cell(value, words, language) for value in table[name]]
        side = "left" if any(isinstance(value, str) for value in values) else "right"
        sheet.write_string(0, column, header.in_language(language) if header else str(name), heads[side])
        kind = table.attrs.get("kinds", {}).get(name, "")
        told = (
            "share" if name in _PERCENT or kind == "share" else "whole" if name in _WHOLE or kind == "whole" else kind
        )
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                sheet.write_string(row, column, value, text)
            elif value is not None:
                own = _FORMAT_OF_UNIT.get(units[row - 1], "plain") if units and name in _MEASURED else told
                shown = "whole" if isinstance(value, int) else own if own in _FORMATS else "plain"
                sheet.write_number(row, column, round(value, _FORMATS[shown][1]), formats[shown])
        sheet.set_column(column, column, _width(header.in_language(language) if header else str(name), values))
    sheet.freeze_panes(1, 1)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _cell(value: Any, words: Vocabulary | None, language: Language) -> str | int | float | None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, str):
        return words.label(value).in_language(language) if words is not None and value else shown_text(value)
    return value if isinstance(value, int | float) else str(value)


def _width(header: str, values: list[Any]) -> float:
    shown = [
        header,
        *(value if isinstance(value, str) else f"{value:,.1f}" for value in values[:300] if value is not None),
    ]
    return float(min(60, max(8, 2 + max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) for text in shown))))
