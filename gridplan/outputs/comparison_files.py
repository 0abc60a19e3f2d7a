"""comparison.json and comparison.xlsx: what differs between two proposals, for systems and for planners."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.outputs.workbook import indicator_label, write_sheets
from gridplan.proposal.comparison import GRID_INDICATORS, PLAN_INDICATORS, Comparison
from gridplan.proposal.files import write_tree
from gridplan.words.text import Language, Text

FORMAT = "gridplan-comparison/2"
"""In format 1 "moved" meant another group; here it means another lead, and `regrouped` another group."""
CHANGES = {
    "gained": Text(zh="新增", en="new"),
    "lost": Text(zh="解决", en="solved"),
    "worse": Text(zh="加重", en="worse"),
    "better": Text(zh="减轻", en="better"),
    "changed": Text(zh="结果变化", en="other result"),
}
"""What became of a finding."""


def write_comparison(comparison: Comparison, folder: Path, language: Language) -> None:
    """Write comparison.json and comparison.xlsx into a folder; the same comparison makes the same bytes."""
    write_tree(comparison_tree(comparison), folder / "comparison.json")
    write_sheets(_sheets(comparison, language), folder / "comparison.xlsx", language)


def comparison_tree(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values, as written to comparison.json."""
    return {
        "format": FORMAT,
        "first": comparison.first,
        "second": comparison.second,
        "matched_by": comparison.matched_by,
        "totals": comparison.totals,
        "adjusted_rand": comparison.adjusted_rand,
        "only_first": list(comparison.only_first),
        "only_second": list(comparison.only_second),
        "plan": comparison.plan.to_dict(orient="index"),
        "grids": comparison.grids.to_dict(orient="records"),
        "leads": comparison.leads.to_dict(orient="records"),
        "flows": comparison.flows.to_dict(orient="records"),
        "units": comparison.units.reset_index(names="unit_id").to_dict(orient="records"),
        "regrouped": comparison.regrouped.reset_index(names="unit_id").to_dict(orient="records"),
        "facilities": comparison.facilities.reset_index(names="facility_id").to_dict(orient="records"),
        "findings": comparison.findings.to_dict(orient="records"),
        "comments": [asdict(comment) for comment in comparison.comments],
    }


def summarise_comparison(comparison: Comparison) -> list[Text]:
    """Return what differs in a few sentences, the most important first."""
    totals, plan = comparison.totals, comparison.plan
    said = [
        Text(
            zh="改换牵头医院：居民 {p} 人、单元 {n} 个、机构 {f} 家、医院床位 {b} 张（逐个单元比较前后牵头医院）。",
            en="Another lead: {p:resident|residents}, {n:unit|units}, {f:facility|facilities}, {b:hospital bed|hospital beds} (unit by unit, the lead before and after).",
        ).format(**_counts(totals, "moved")),
        Text(
            zh="改换集团：居民 {p} 人、单元 {n} 个、机构 {f} 家、医院床位 {b} 张（前后网格{how}，不看牵头医院）；更换牵头医院、新设或撤并的网格 {l} 个。",
            en="Another group: {p:resident|residents}, {n:unit|units}, {f:facility|facilities}, {b:hospital bed|hospital beds} (grids matched by {how}, whoever leads); {l:grid|grids} with another lead, opened or dissolved.",
        ).format(
            **_counts(totals, "regrouped"), l=f"{totals['leads_changed']:.0f}", how=_MATCHED[comparison.matched_by]
        ),
        Text(
            zh="平均 {a} → {b} 分钟；时限内居民 {c} → {d}；最大人口偏差 {e} → {f}。",
            en="Mean {a} → {b} min; residents within the limit {c} → {d}; largest deviation {e} → {f}.",
        ).format(
            a=_told(plan, "mean_minutes", "before", "{:.2f}"),
            b=_told(plan, "mean_minutes", "after", "{:.2f}"),
            c=_told(plan, "share_within", "before", "{:.1%}"),
            d=_told(plan, "share_within", "after", "{:.1%}"),
            e=_told(plan, "max_deviation", "before", "{:.1%}"),
            f=_told(plan, "max_deviation", "after", "{:.1%}"),
        ),
        Text(
            zh="{p} 人到牵头医院更远，{q} 人更近。", en="{p:resident|residents} farther from the lead, {q} nearer."
        ).format(p=f"{totals['residents_farther']:,.0f}", q=f"{totals['residents_nearer']:,.0f}"),
    ]
    if comparison.only_first or comparison.only_second:
        said.append(
            Text(
                zh="两个方案的单元不同：{a} 个只在前者，{b} 个只在后者，未参与比较。",
                en="The proposals have different units: {a} only in the first, {b} only in the second, not compared.",
            ).format(a=len(comparison.only_first), b=len(comparison.only_second))
        )
    return said


_MATCHED = {
    "ids": Text(zh="按编号配对", en="their ids"),
    "residents": Text(zh="按居民重合最多配对", en="the residents they share"),
}


def _counts(totals: dict[str, float], name: str) -> dict[str, str]:
    kinds = {"p": "residents", "n": "units", "f": "facilities", "b": "beds"}
    return {key: f"{totals[f'{kind}_{name}']:,.0f}" for key, kind in kinds.items()}


def _told(plan: pd.DataFrame, name: str, side: str, form: str) -> str:
    value = float(plan[side][name])
    return form.format(value) if np.isfinite(value) else "—"


def _sheets(comparison: Comparison, language: Language) -> list[tuple[Text, pd.DataFrame]]:
    units, regrouped = (
        frame.rename(columns={"population_after": "population"}).drop(columns="population_before")
        for frame in (comparison.units, comparison.regrouped)
    )
    findings = comparison.findings.assign(
        message=comparison.findings[f"message_{language}"],
        change=[CHANGES[change].in_language(language) for change in comparison.findings["change"]],
        subject_id=comparison.findings["subject_after"].where(
            comparison.findings["subject_after"] != "", comparison.findings["subject_before"]
        ),
    )
    shown = [
        "change",
        "rule",
        "severity",
        "message",
        "status_before",
        "status_after",
        "measured_before",
        "measured_after",
    ]
    comments = pd.DataFrame(
        [asdict(comment) for comment in comparison.comments], columns=["subject_kind", "subject_id", "author", "text"]
    )
    return [
        (Text(zh="概览", en="Overview"), _overview(comparison, language)),
        (Text(zh="网格", en="Grids"), _grid_rows(comparison, language)),
        (Text(zh="牵头医院", en="Leads"), comparison.leads),
        (Text(zh="改换牵头医院的单元", en="Units with another lead"), units.reset_index(names="unit_id")),
        (Text(zh="改换流向", en="Flows"), comparison.flows),
        (Text(zh="改换集团的单元", en="Units in another group"), regrouped.reset_index(names="unit_id")),
        (
            Text(zh="机构", en="Facilities"),
            comparison.facilities.drop(columns=["moved", "regrouped"]).reset_index(names="facility_id"),
        ),
        (Text(zh="检查结果变化", en="Findings"), findings[[*shown, "limit", "unit", "subject_kind", "subject_id"]]),
        (Text(zh="意见", en="Comments"), comments),
    ]


def _overview(comparison: Comparison, language: Language) -> pd.DataFrame:
    rows: list[tuple[str, Any, Any, Any]] = [
        (said.in_language(language), None, None, None) for said in summarise_comparison(comparison)
    ]
    rows.append(
        (
            Text(zh="划分一致度（调整兰德指数）", en="Agreement (adjusted Rand index)").in_language(language),
            None,
            comparison.adjusted_rand,
            None,
        )
    )
    plan = comparison.plan
    rows += [_row(name, plan["before"][name], plan["after"][name], language) for name in PLAN_INDICATORS]
    return pd.DataFrame(rows, columns=["item", "before", "after", "difference"]).astype(
        {"before": float, "after": float, "difference": float}
    )


def _grid_rows(comparison: Comparison, language: Language) -> pd.DataFrame:
    rows = []
    for row in comparison.grids.to_dict(orient="records"):
        for name in GRID_INDICATORS:
            told = _row(name, row[f"{name}_before"], row[f"{name}_after"], language)
            rows.append((row["grid_before"], row["grid_after"], *told))
    columns = ["grid_before", "grid_after", "item", "before", "after", "difference"]
    return pd.DataFrame(rows, columns=columns)


def _row(name: str, before: float, after: float, language: Language) -> tuple[str, float, float, float]:
    known = np.isfinite(before) and np.isfinite(after)
    return indicator_label(name).in_language(language), before, after, after - before if known else float("nan")
