"""Rules R-39 and R-45: capacity that leads reserve for their group, and the capitated budget of each grid."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.budget import RESIDENTS, advance, budget_of, insured_of, settle, spending_of
from gridplan.grids.capacity import reserves_of, urban_grids
from gridplan.grids.plan import Plan
from gridplan.words.numbers import counted, listed, money, people, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import RESERVES


def check_reserves(plan: Plan) -> Iterator[Verdict]:
    """R-39: each lead of a tight urban group reserves a third of its appointment slots and a quarter of its beds."""
    urban = urban_grids(plan)
    if not urban:
        wording = Text(zh="只适用于城市医疗集团，未评价", en="not evaluated: asks only urban groups")
        yield Verdict("plan", "", None, wording, applies=False)
        return
    found = {(row["grid_id"], row["kind"]): row for row in reserves_of(plan).to_dict(orient="records")}
    one_in = {"slots": plan.case.rules.slots_one_in, "beds": plan.case.rules.beds_one_in}
    for grid_id in urban:
        for kind in RESERVES:
            row, what = found.get((grid_id, kind)), RESERVES.label(kind)
            if row is None:
                wording = Text(
                    zh="{g}：未评价，需要牵头医院的{w}数", en="{g}: not evaluated, needs the {w} of its lead"
                )
                yield Verdict("grid", grid_id, None, wording.format(g=plan.grid_name(grid_id), w=what))
                continue
            part = row["reserved"] / row["total"] if row["total"] else 1.0
            yield Verdict(
                "grid",
                grid_id,
                row["enough"],
                Text(
                    zh="{g}的牵头医院{h}{w}共 {t}，预留给基层 {r}（{s}），应不少于 {q}（1/{n}）",
                    en="{g}: its lead {h} reserves {r} of {t} {w} for primary care ({s}); at least {q} (1/{n})",
                ).format(
                    g=plan.grid_name(grid_id),
                    h=plan.lead_name(grid_id),
                    w=what,
                    t=f"{row['total']:,}",
                    r=f"{row['reserved']:,}",
                    s=share(part),
                    q=f"{row['required']:,}",
                    n=one_in[kind],
                ),
                measured=part,
                limit=1 / one_in[kind],
                unit="share",
                severity=None if plan.case.rules.tight else "note",
                topic=kind,
            )


def check_budget(plan: Plan) -> Iterator[Verdict]:
    """R-45: every grid has its part of the fund by insured heads, to the cent; surplus, overrun and care elsewhere are told."""
    yield from _heads(plan)
    budget, spending = budget_of(plan).sum(axis=1), spending_of(plan)
    total = int(budget.sum())
    stated = plan.case.budget.total_yuan
    yield Verdict(
        "plan",
        "",
        stated is None or total == round(stated * 100),
        Text(
            zh="医保基金总额 {t}，各网格合计与总额一致", en="fund of {t}; the budgets of the grids add up to it"
        ).format(t=money(total)),
        measured=total / 100,
        limit=stated,
        unit="yuan",
    )
    yield from _terms(plan, total)
    outside = int(budget.get("", 0))
    if outside:
        wording = Text(zh="不属于任何网格的单元占总额 {o}", en="{o} of it fall on units in no grid")
        yield Verdict(
            "plan", "outside", False, wording.format(o=money(outside)), measured=outside / 100, limit=0, unit="yuan", severity="should", topic="outside"
        )  # fmt: skip
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        yield _grid_budget(plan, grid_id, int(budget.get(grid_id, 0)), spending)
        if spending is not None and grid_id in spending.index:
            yield _elsewhere(plan, grid_id, spending.T[grid_id])


def _terms(plan: Plan, total: int) -> Iterator[Verdict]:
    """Tell what the fund pays ahead and who is assessed by whom, where the case says so."""
    rules = plan.case.budget
    if rules.advance_months:
        paid = int(advance(budget_of(plan).sum(axis=1), rules).sum())
        wording = Text(zh="预付 {m} 个月，共 {p}", en="{m:month is|months are} paid ahead, {p}")
        message = wording.format(m=f"{rules.advance_months:g}", p=money(paid))
        yield Verdict("plan", "advance", True, message, measured=paid / 100, unit="yuan", severity="note")
    if rules.assessment:
        links = [
            (link.by, link.of, f"（{link.on}）" if link.on else "", f" ({link.on})" if link.on else "")
            for link in rules.assessment
        ]
        message = Text(
            zh="考核关系：" + "；".join(f"{by}考核{of}{zh}" for by, of, zh, _ in links),
            en="assessment: " + "; ".join(f"{by} assesses {of}{en}" for by, of, _, en in links),
        )
        yield Verdict("plan", "assessment", True, message, measured=len(links), unit="links", severity="note")


def _heads(plan: Plan) -> Iterator[Verdict]:
    """Tell units whose insured are estimated, and categories without a rate."""
    table = insured_of(plan)
    guessed = dict.fromkeys(table.loc[table["estimated"], "unit_id"])
    if guessed:
        wording = (
            Text(
                zh="{n} 个单元（{p}）没有参保人数，按常住人口和各类别的平均费率计",
                en="no insured people are told of {n} ({p}); residents count instead, at the mean of the rates",
            )
            if (table["category"] == RESIDENTS).any()
            else Text(
                zh="{n} 个单元（{p}）没有参保人数，按本网格（没有时按全域）其他单元的参保构成估算",
                en="no insured people are told of {n} ({p}); estimated from the other units of the grid, or else of the place",
            )
        )
        yield Verdict(
            "plan",
            "insured",
            False,
            wording.format(
                n=counted(len(guessed), "unit"), p=people(float(plan.layers.units["population"][list(guessed)].sum()))
            ),
            measured=len(guessed),
            limit=0,
            unit="units",
            places=tuple(map(str, guessed)),
            severity="should",
            topic="insured",
        )
    rated = {rate.category for rate in plan.case.budget.rates}
    bare = table[~table["category"].isin({*rated, RESIDENTS})]
    if len(bare):
        wording = Text(zh="参保类别{c}（{p}）没有费率，未计入总额", en="no rate for {c} ({p}); they do not count")
        yield Verdict(
            "plan",
            "rates",
            False,
            wording.format(c=listed(sorted(set(bare["category"]))), p=people(float(bare["insured"].sum()))),
            measured=float(bare["insured"].sum()),
            limit=0,
            unit="people",
            severity="should",
            topic="rates",
        )


def _grid_budget(plan: Plan, grid_id: str, fen: int, spending: pd.DataFrame | None) -> Verdict:
    table = insured_of(plan)
    heads = float(table["insured"][table["unit_id"].map(plan.assignment.grid_of_unit) == grid_id].sum())
    told = Text(zh="{g}总额 {b}，按 {h}计，人均 {e}", en="{g}: budget {b}, {h}, {e} a head").format(
        g=plan.grid_name(grid_id), b=money(fen), h=people(heads), e=money(round(fen / heads) if heads else 0)
    )
    if spending is None:
        return Verdict("grid", grid_id, True, told, measured=fen / 100, unit="yuan")
    spent = int(spending.T[grid_id].sum()) if grid_id in spending.index else 0
    one = pd.Index([grid_id])
    settled = settle(pd.Series([fen], one), pd.Series([spent], one), plan.case.budget).iloc[0]
    wording = (
        Text(zh="{t}；支出 {s}，超支 {o}，集团分担 {b}", en="{t}; {s} spent, {o} over, of which the group bears {b}")
        if settled["overrun"]
        else Text(
            zh="{t}；支出 {s}，结余 {u}，集团留用 {r}", en="{t}; {s} spent, {u} left, of which the group keeps {r}"
        )
    )
    words = {"s": money(spent), "o": money(settled["overrun"]), "b": money(settled["borne"])}
    words |= {"u": money(settled["surplus"]), "r": money(settled["retained"])}
    return Verdict(
        "grid",
        grid_id,
        not settled["overrun"],
        wording.format(t=told, **words),
        measured=spent / 100,
        limit=fen / 100,
        unit="yuan",
    )


def _elsewhere(plan: Plan, grid_id: str, paid: pd.Series) -> Verdict:
    total = int(paid.sum())
    away = total - int(paid.get(grid_id, 0))
    outside = int(paid.get("", 0))
    part = away / total if total else 0.0
    return Verdict(
        "grid",
        grid_id,
        True,
        Text(
            zh="{g}参保居民的基金支出中 {a} 用在本网格之外，其中 {o} 在各网格之外",
            en="{g}: {a} of what the fund paid for its insured was spent outside the grid, {o} outside every grid",
        ).format(g=plan.grid_name(grid_id), a=share(part), o=share(outside / total if total else 0.0)),
        measured=part,
        unit="share",
    )


MONEY_RULES = (
    Rule(
        "R-39",
        "money",
        Text(zh="号源与床位下沉", en="Slots and beds reserved"),
        "should",
        "S2, V",
        check_reserves,
        Text(
            zh="紧密型城市医疗集团的牵头医院（含本网格内各院区）预留给基层的门诊号源不少于 1/3、住院床位不少于 1/4（2025 年目标），按整数计算；应预留数按签约居民（缺时按服务人口）分到各社区卫生服务中心（卫生院），见附表，分法没有官方规定。方案没有自称紧密型（rules.tight）时为提示",
            en="The lead of a tight urban group (with its campuses in the grid) reserves at least 1/3 of its outpatient slots and 1/4 of its beds for primary care (target year 2025), in whole numbers; what is to be reserved is shared out to the health centres by residents signed (else served), see the annex; how is not laid down officially. A note unless the plan calls its groups tight (rules.tight)",
        ),
        needs=("capacity",),
        limits=("rules.slots_one_in", "rules.beds_one_in", "rules.tight"),
    ),
    Rule(
        "R-45",
        "money",
        Text(zh="医保总额打包", en="Capitated global budget"),
        "note",
        "S0, S2, S4",
        check_budget,
        Text(
            zh="网格总额 = 各类参保人数 × 人均费率 × 调整系数之和，分门诊按人头、住院 DRG、按床日三部分，合计与全市总额一致（精确到分，最大余数法）；有支出记录时给出结余留用、超支分担和在网格外就医的支出。没有参保人数的单元按本网格其他单元的参保构成估算，为“应当”；增长率、预付月数和考核关系按方案写明的计。费率和分担比例由当地给出",
            en="Budget of a grid: insured people x rate x adjustment, summed over categories, in three components (outpatient per head, inpatient by DRG and per diem); all add up to the city's total to the cent (largest remainder). With spending on record: surplus kept, overrun borne, what was spent elsewhere. Where no insured people are told they are estimated from the other units of the grid (should); growth, months paid ahead and the chain of assessment are those of the case. Rates and shares are local",
        ),
        needs=("rates",),
        limits=("budget.total_yuan", "budget.retained_share", "budget.overrun_share", "budget.advance_months"),
    ),
)
