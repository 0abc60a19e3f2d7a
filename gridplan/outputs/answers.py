"""Ten questions that are asked of a plan, answered from its proposal: for the map, the documents and Python alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.checks.tasks import FIRST, list_work
from gridplan.proposal.optimality import describe_gap
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.words.kinds import need_kind
from gridplan.words.numbers import listed, minutes, people, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import REASONS

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

_QUESTIONS = {
    "why_k": Text(zh="为什么是 {k} 个网格，不是 {fewer} 个？", en="Why {k:grid|grids} and not {fewer}?"),
    "first_five": Text(zh="先办哪五件？", en="Which five things first?"),
    "best": Text(zh="离最好还有多远？", en="How far from the best?"),
    "least_change": Text(zh="最少改动多少？", en="What is the least change from today?"),
    "lost_streets": Text(zh="为什么有的街道换了牵头医院？", en="Why did streets get another lead?"),
    "losses": Text(zh="床位、人口、诊疗、经费各失去多少？", en="What is lost in beds, people, visits and money?"),
    "gains": Text(zh="谁得益，谁受损？", en="Who gains, who loses?"),
    "nearer": Text(zh="为什么有人不归最近的牵头医院？", en="Why is somebody's lead not the nearest?"),
    "what_if": Text(zh="桥断了、牵头医院停了、台风来了怎么办？", en="What if a bridge, a lead or a typhoon ...?"),
    "later": Text(zh="以后呢，比如 2035 年？", en="And later, as in 2035?"),
}
_PLACES = {
    "why_k": Text(zh="依据", en="Basis"),
    "first_five": Text(zh="检查", en="Checks"),
    "best": Text(zh="依据", en="Basis"),
    "least_change": Text(zh="依据：调整曲线", en="Basis: curve of change"),
    "lost_streets": Text(zh="A / B：现行分组", en="A / B: the grouping in force"),
    "losses": Text(zh="依据：各牵头医院得失", en="Basis: gains and losses of leads"),
    "gains": Text(zh="A / B：现行分组", en="A / B: the grouping in force"),
    "nearer": Text(zh="单元卡片（按 U）", en="card of a unit (press U)"),
    "what_if": Text(zh="依据：牵头医院停运、灾害", en="Basis: leads lost, disasters"),
    "later": Text(zh="依据：逐年", en="Basis: year by year"),
}
_NEEDS_BASELINE = Text(
    zh="没有现行分组可比：请在方案文件中写 [layers.baseline]。",
    en="No grouping in force is known: name it in [layers.baseline].",
)
_SAME = 1e-9
_PROVEN = 1e-6


@dataclass(frozen=True, eq=False)
class Answer:
    """What a proposal answers to one question.

    - question, told: in words; place: where the map shows more
    - numbers: what the words rest on, by name (shares in 0..1, minutes, residents, yuan)
    - table: the rows behind it, where there are several
    - known: False where data or a command are missing, which `told` says

    Examples
    --------
    >>> gp.answer_questions(proposal)["later"].known
    False
    """

    question: Text
    told: Text
    place: Text
    numbers: dict[str, float] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    known: bool = True


def answer_questions(proposal: Proposal) -> dict[str, Answer]:
    """Answer the ten questions that are asked of a plan.

    Parameters
    ----------
    proposal
        Planned, assessed or read back; nothing is computed but sums over its tables.

    Returns
    -------
    dict
        "why_k", "first_five", "best", "least_change", "lost_streets", "losses", "gains", "nearer", "what_if" and "later", each an
        `Answer`: the question and the answer in words, the numbers behind them, and where the map shows more.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal.

    Examples
    --------
    >>> answers = gp.answer_questions(proposal)
    >>> len(answers), answers["best"].numbers["gap"]
    (10, 0.0)
    """
    from gridplan.proposal.proposal import Proposal as Kind

    need_kind(proposal, Kind, "proposal")
    return {
        "why_k": _why_k(proposal),
        "first_five": _first_five(proposal),
        "best": _best(proposal),
        "least_change": _least_change(proposal),
        "lost_streets": _lost_streets(proposal),
        "losses": _losses(proposal),
        "gains": _gains(proposal),
        "nearer": _nearer(proposal),
        "what_if": _what_if(proposal),
        "later": _later(proposal),
    }


def _answer(
    key: str,
    told: Text,
    numbers: dict[str, float] | None = None,
    *,
    table: pd.DataFrame | None = None,
    known: bool = True,
) -> Answer:
    return Answer(_QUESTIONS[key], told, _PLACES[key], numbers or {}, table, known)


def _unknown(key: str, told: Text) -> Answer:
    return _answer(key, told, known=False)


def _joined(parts: list[Text]) -> Text:
    told = parts[0]
    for part in parts[1:]:
        told = told.then(part)
    return told


# ---- one question each ---------------------------------------------------------------------------------------------


def _why_k(proposal: Proposal) -> Answer:
    """Compare with one grid fewer, in the part of the plan that has most grids."""
    table, grids = proposal.alternatives, proposal.grids
    part = _scopes(grids)
    scope = part.value_counts(sort=True).index[0] if len(grids) else ""
    k = int((part == scope).sum())
    question = _QUESTIONS["why_k"].format(k=k, fewer=k - 1)
    rows = table[_scopes(table) == scope]
    by_k: dict[int, Any] = {int(row["k"]): row for row in rows.to_dict("records")}
    if k <= 1:
        told = Text(zh="没有比 1 个更少的。", en="There is no fewer than one.")
        return Answer(question, told, _PLACES["why_k"], {"k": float(k)}, rows)
    if k - 1 not in by_k or k not in by_k:
        told = Text(
            zh="{n} 个网格没有试过：请在方案文件中把 grids.k 写成一个范围。",
            en="{n:grid was|grids were} not tried: give a range in grids.k of the case.",
        ).format(n=k - 1)
        return Answer(question, told, _PLACES["why_k"], known=False)
    own, fewer = by_k[k], by_k[k - 1]
    residents = float(grids.loc[part == scope, "population"].sum())
    numbers = {
        "k": float(k),
        "minutes": float(own["mean_minutes"]),
        "minutes_fewer": float(fewer["mean_minutes"]),
        "deviation": float(own["worst_deviation"]),
        "deviation_fewer": float(fewer["worst_deviation"]),
        "each": (float(fewer["objective"]) - float(own["objective"])) / residents,
    }
    told = Text(
        zh="{f} 个网格时，居民平均 {b} 分钟（{k} 个时 {a}），人口偏差最大 {e}（{d}），",
        en="With {f:grid|grids} residents drive {b} min on average (with {k}: {a}), the largest deviation is {e} ({d}), ",
    ).format(
        f=k - 1, k=k, a=minutes(numbers["minutes"]), b=minutes(numbers["minutes_fewer"]),
        d=share(numbers["deviation"]), e=share(numbers["deviation_fewer"]),
    )  # fmt: skip
    if fewer["status"] in BREAKS_A_RULE:
        end = Text(zh="而且没有找到满足全部限制的方案。", en="and no plan was found that holds all limits.")
    elif numbers["each"] >= 0:
        end = Text(zh="总指标折合每人差 {m} 分钟。", en="and the objective is {m} min a resident worse.")
    else:
        end = Text(
            zh="总指标折合每人好 {m} 分钟，是规则或指定使它不被采用。",
            en="and the objective is {m} min a resident better: rules decided.",
        )
    end = end.format(m=f"{abs(numbers['each']):.2f}")
    return Answer(question, Text(zh=told.zh + end.zh, en=told.en + end.en), _PLACES["why_k"], numbers, rows)


def _scopes(table: pd.DataFrame) -> pd.Series:
    """Return the part of the plan that each row is of; those of a plan of one part may not say it."""
    return table["scope_id"] if "scope_id" in table else pd.Series("", table.index)


def _first_five(proposal: Proposal) -> Answer:
    work = [task for task in list_work(proposal.findings, proposal.units) if task.status == "violated"][:FIRST]
    table = pd.DataFrame(
        [
            {
                "head_zh": t.head.zh,
                "head_en": t.head.en,
                "rules": ", ".join(t.rules),
                "severity": t.severity,
                "people": t.people,
            }
            for t in work
        ],
        columns=["head_zh", "head_en", "rules", "severity", "people"],
    )
    if not work:
        return _answer("first_five", Text(zh="没有不符合的检查。", en="No check is violated."), {"n": 0.0}, table=table)
    told = [
        Text(zh="{n}. {h}（{p}）", en="{n}. {h} ({p})").format(n=n, h=task.head, p=people(task.people))
        if task.people is not None
        else Text(zh="{n}. {h}", en="{n}. {h}").format(n=n, h=task.head)
        for n, task in enumerate(work, start=1)
    ]
    words = Text(zh="；".join(one.zh for one in told) + "。", en="; ".join(one.en for one in told) + ".")
    return _answer("first_five", words, {"n": float(len(work))}, table=table)


def _best(proposal: Proposal) -> Answer:
    objective, residents = proposal.objective, float(proposal.units["population"].sum())
    told, numbers = describe_gap(objective), {}
    if objective.gap is not None and objective.bound is not None and residents > 0:
        numbers = {"gap": float(objective.gap), "each": max(objective.value - objective.bound, 0.0) / residents}
        if numbers["each"] > 0:
            each = Text(zh="折合每人至多 {m} 分钟。", en="That is at most {m} min a resident.")
            told = told.then(each.format(m=f"{numbers['each']:.2f}"))
    return _answer("best", told, numbers, known=objective.gap is not None)


def _in_force(proposal: Proposal) -> pd.DataFrame:
    """Units with a lead in force: population, before and after, their minutes, street."""
    units = (
        proposal.units
        if "baseline_lead_id" in proposal.units
        else proposal.units.assign(baseline_lead_id="", baseline_minutes=np.nan)
    )
    told = units[units["baseline_lead_id"].ne("") & units["lead_id"].ne("")]
    return pd.DataFrame(
        {
            "street_id": told["street_id"].where(told["street_id"] != "", told.index.to_series()),
            "street": told["street"].where(told["street"] != "", told["name"]),
            "population": told["population"].astype(float),
            "before": told["baseline_lead_id"],
            "after": told["lead_id"],
            "minutes_before": told["baseline_minutes"].astype(float),
            "minutes_after": told["minutes_to_lead"].astype(float),
        }
    )


def _least_change(proposal: Proposal) -> Answer:
    units, curve = _in_force(proposal), proposal.annexes.get("curve")
    if units.empty:
        return _unknown("least_change", _NEEDS_BASELINE)
    moved = float(units["population"][units["before"] != units["after"]].sum())
    numbers = {"moved": moved, "share": moved / float(units["population"].sum())}
    told = Text(zh="本方案有 {p}（{s}）改换牵头医院。", en="In this plan {p} ({s}) get another lead.").format(
        p=people(moved), s=share(numbers["share"])
    )
    if curve is None or curve.empty:
        more = Text(
            zh="最少要多少，由 gridplan adjust 算出整条曲线。",
            en="How few it could be, `gridplan adjust` tells: the whole curve.",
        )
        return _answer("least_change", told.then(more), numbers, known=False)
    least = curve.iloc[int(curve["residents_moved"].argmin())]
    numbers |= {"least": float(least["residents_moved"]), "minutes_least": float(least["mean_minutes"])}
    more = Text(zh="最少须 {p}（平均 {m} 分钟）", en="At least {p} have to ({m} min on average)")
    if not least["gap"] <= _PROVEN:
        more = Text(zh="找到的最少是 {p}（平均 {m} 分钟）", en="The fewest found are {p} ({m} min on average)")
    told = told.then(more.format(p=people(numbers["least"]), m=minutes(numbers["minutes_least"])))
    elbow = curve[curve["elbow"] == 1]
    if len(elbow):
        numbers |= {
            "elbow": float(elbow.iloc[0]["residents_moved"]),
            "minutes_elbow": float(elbow.iloc[0]["mean_minutes"]),
        }
        more = Text(zh="；拐点在 {p}（{m} 分钟）", en="; the elbow is at {p} ({m} min)")
        more = more.format(p=people(numbers["elbow"]), m=minutes(numbers["minutes_elbow"]))
        told = Text(zh=told.zh + more.zh, en=told.en + more.en)
    return _answer("least_change", Text(zh=told.zh + "。", en=told.en + "."), numbers, table=curve)


def _lost_streets(proposal: Proposal) -> Answer:
    units = _in_force(proposal)
    if units.empty:
        return _unknown("lost_streets", _NEEDS_BASELINE)
    moved = units[units["before"] != units["after"]].copy()
    if moved.empty:
        return _answer(
            "lost_streets",
            Text(zh="没有街道改换牵头医院。", en="No street gets another lead."),
            {"moved": 0.0},
            table=moved,
        )
    gone = ~moved["before"].isin(proposal.grids["lead_id"])
    nearer = moved["minutes_after"] < moved["minutes_before"] - _SAME
    moved["why"] = np.where(gone, "withdrawn", np.where(nearer, "nearer", "held"))
    residents = moved.groupby("why")["population"].sum()
    numbers = {name: float(residents.get(name, 0.0)) for name in ("withdrawn", "nearer", "held")}
    numbers["moved"] = float(moved["population"].sum())
    told = Text(
        zh="{p}改换：{a}因原牵头医院不再牵头，{b}因新的更近，{c}因均衡、整体划等（见附件和单元卡片）。",
        en="{p} change: {a} because their lead leads no more, {b} because the new one is nearer, {c} for balance, whole streets and the like (annex, cards of units).",
    ).format(
        p=people(numbers["moved"]),
        a=people(numbers["withdrawn"]),
        b=people(numbers["nearer"]),
        c=people(numbers["held"]),
    )
    table = (
        moved.groupby(["street_id", "street", "before", "after", "why"], sort=False)["population"].sum().reset_index()
        .sort_values("population", ascending=False, kind="stable", ignore_index=True)
    )  # fmt: skip
    largest = Text(zh="人口最多的：{l}。", en="The largest: {l}.").format(
        l=listed(list(dict.fromkeys(table["street"].astype(str))))
    )
    return _answer("lost_streets", told.then(largest), numbers, table=table)


def _losses(proposal: Proposal) -> Answer:
    table = proposal.annexes.get("changed_leads")
    if table is None or table.empty:
        return _unknown("losses", _NEEDS_BASELINE)
    numbers: dict[str, float] = {}
    said: list[Text] = []
    for name, told in (
        ("residents", Text(zh="居民 {n:,.0f} 人", en="{n:resident|residents}")),
        ("beds", Text(zh="医院床位 {n:,.0f} 张", en="{n:hospital bed|hospital beds}")),
        ("visits", Text(zh="诊疗 {n:,.0f} 人次", en="{n:visit|visits}")),
        ("budget", Text(zh="医保总额 {n:,.0f} 元", en="{n:,.0f} yuan of the budget")),
    ):
        less = (table[f"{name}_before"] - table[f"{name}_after"]).dropna()
        if less.empty:
            said.append({"visits": Text(zh="诊疗（缺 visits 表）", en="visits (no table visits)"), "budget": Text(zh="经费（缺 [budget] 费率）", en="money (no rates in [budget])")}.get(name, Text(zh="床位（未提供）", en="beds (not told)")))  # fmt: skip
            continue
        numbers[name] = float(less.clip(lower=0).sum())
        said.append(told.format(n=round(numbers[name])))
    most = table.iloc[int((table["residents_before"] - table["residents_after"]).argmax())]
    numbers["most"] = float(most["residents_before"] - most["residents_after"])
    words = Text(
        zh="有所失的牵头医院一共失去：{l}。失去居民最多的是{x}（净 {p}）。",
        en="Leads that lose, lose in all: {l}. Most residents: {x} (net {p}).",
    )
    told = words.format(l=listed(said, most=4), x=str(most["lead_name"]), p=people(numbers["most"]))
    return _answer("losses", told, numbers, table=table)


def _gains(proposal: Proposal) -> Answer:
    units = _in_force(proposal)
    if units.empty:
        return _unknown("gains", _NEEDS_BASELINE)
    both = units[np.isfinite(units["minutes_before"]) & np.isfinite(units["minutes_after"])]
    change = both["minutes_after"] - both["minutes_before"]
    numbers: dict[str, float] = {}
    for name, who in (("nearer", change < -_SAME), ("farther", change > _SAME)):
        heads = both["population"][who]
        numbers[name] = float(heads.sum())
        numbers[f"{name}_minutes"] = float((heads * change[who].abs()).sum() / heads.sum()) if heads.sum() > 0 else 0.0
    numbers["ten_farther"] = float(both["population"][change >= 10].sum())
    told = Text(
        zh="{a}的车程缩短，平均少 {m} 分钟；{b}延长，平均多 {n} 分钟，其中多 10 分钟以上的 {c}。",
        en="{a} drive less, by {m} min on average; {b} drive more, by {n} min; 10 min or more: {c}.",
    ).format(
        a=people(numbers["nearer"]), m=minutes(numbers["nearer_minutes"]), b=people(numbers["farther"]),
        n=minutes(numbers["farther_minutes"]), c=people(numbers["ten_farther"]),
    )  # fmt: skip
    return _answer("gains", told, numbers, table=both.assign(change=change))


def _nearer(proposal: Proposal) -> Answer:
    told = proposal.reasons
    if told.empty:
        return _unknown("nearer", Text(zh="没有查明原因（方案给定，或关闭了 solver.reasons）。", en="Reasons were not found out (a given plan, or solver.reasons is off)."))  # fmt: skip
    heads = proposal.units["population"].astype(float)
    away = told[told["reason"] != "nearest"]
    by_reason = (
        heads.reindex(away["unit_id"])
        .groupby(away["reason"].replace("short", "full").to_numpy())
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    numbers = {"residents": float(by_reason.sum()), **{str(name): float(value) for name, value in by_reason.items()}}
    if away.empty:
        return _answer(
            "nearer", Text(zh="人人都归最近的牵头医院。", en="Everybody has the nearest lead."), numbers, table=away
        )
    numbers["share"] = numbers["residents"] / float(heads.sum())
    parts = [
        Text(zh="{r} {p}", en="{r}: {p}").format(r=REASONS[str(name)], p=people(value))
        for name, value in by_reason.items()
    ]
    words = Text(
        zh="{p}（{s}）有更近的牵头医院，起作用的是：{l}。每个单元的原因、代价见其卡片。",
        en="{p} ({s}) have a nearer lead; what holds them: {l}. The card of each unit tells its reason and price.",
    ).format(p=people(numbers["residents"]), s=share(numbers["share"]), l=listed(parts, most=len(parts)))
    return _answer("nearer", words, numbers, table=away)


def _what_if(proposal: Proposal) -> Answer:
    leads, disasters = proposal.annexes.get("lead_losses"), proposal.annexes.get("disasters")
    numbers: dict[str, float] = {}
    said: list[Text] = []
    if leads is not None and len(leads):
        worse = (leads["minutes_after"] - leads["minutes_before"]) * leads["residents"]
        worst = leads.iloc[int(worse.fillna(0.0).argmax())]
        numbers |= {
            "residents": float(worst["residents"]),
            "before": float(worst["minutes_before"]),
            "after": float(worst["minutes_after"]),
        }
        said.append(
            Text(zh="最怕停运的是{x}：{p}平均由 {a} 分钟变为 {b} 分钟。", en="The lead whose loss costs most is {x}: {p} drive {b} min instead of {a}.").format(
                x=str(worst["lead_name"]), p=people(numbers["residents"]), a=minutes(numbers["before"]), b=minutes(numbers["after"])
            )
        )  # fmt: skip
    if disasters is not None and len(disasters):
        for row in disasters.to_dict("records"):
            more = float(row["off_lead_after"]) - float(row["off_lead_before"])
            numbers[f"off_lead {row['scenario']}"] = more
            said.append(
                Text(
                    zh="{s}：到不了自己牵头医院的多 {p}，其余平均由 {a} 分钟变为 {b} 分钟。",
                    en="{s}: cut off from their own lead besides: {p}; for the rest {b} min instead of {a}.",
                ).format(
                    s=str(row["scenario"]),
                    p=people(more),
                    a=minutes(float(row["minutes_before"])),
                    b=minutes(float(row["minutes_after"])),
                )
            )
    else:
        said.append(
            Text(
                zh="没有灾害或封桥情景：请写 [[scenarios]]。",
                en="No disaster or closed bridge is stated: write [[scenarios]].",
            )
        )
    return _answer("what_if", _joined(said), numbers, table=leads, known=bool(numbers))


def _later(proposal: Proposal) -> Answer:
    years = proposal.annexes.get("years")
    if years is None or years.empty or years["year"].dropna().empty:
        return _unknown("later", Text(zh="没有以后年份的人口：请给记录表 forecast 或 [forecast] 的增长率。", en="Residents of coming years are not known: give the record forecast, or growth in [forecast]."))  # fmt: skip
    last = float(years["year"].max())
    rows, now = years[years["year"] == last], years[years["year"].isna() & (years["grid_id"] == "")]
    whole = rows[rows["grid_id"] == ""].iloc[0]
    numbers = {
        "year": last,
        "population": float(whole["population"]),
        "minutes": float(whole["mean_minutes"]),
        "deviation": float(rows["deviation"].abs().max()),
        "must": float(whole["must"]),
    }
    told = Text(
        zh="{y} 年（{p}）：平均 {m} 分钟，人口偏差最大 {d}，“必须”不符合 {n} 项",
        en="{y} ({p}): {m} min on average, largest deviation {d}, {n:must-rule|must-rules} not met",
    ).format(
        y=str(int(last)),
        p=people(numbers["population"]),
        m=minutes(numbers["minutes"]),
        d=share(numbers["deviation"]),
        n=int(numbers["must"]),
    )
    if len(now):
        numbers["minutes_now"] = float(now.iloc[0]["mean_minutes"])
        more = Text(zh="；现在平均 {m} 分钟", en="; today {m} min").format(m=minutes(numbers["minutes_now"]))
        told = Text(zh=told.zh + more.zh, en=told.en + more.en)
    return _answer("later", Text(zh=told.zh + "。", en=told.en + "."), numbers, table=years)
