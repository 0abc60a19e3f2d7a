"""The sentences of the documents, each with one fact, its count and where to look; in both languages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gridplan.outputs.audiences import Audience, holds
from gridplan.outputs.report.blocks import EMPTY
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.issues import HEADINGS, issues_of, short_cause
from gridplan.outputs.report.wording import decimal, listed, minutes, one_or_many, place_name, points, share, whole
from gridplan.words.numbers import rounded_up, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS, LEVELS, REASONS

MANY_GRIDS = 12
"""Above this many grids the text has no paragraph a grid."""
_LONG_TITLE = 19
SAMPLE = Text(
    zh="（样稿：数据为虚构地区，不对应任何真实地区）", en="(Sample: an invented place; the data stand for no real one.)"
)


def say(zh: str, en: str, **values: Any) -> Text:
    """Return a sentence with its placeholders filled."""
    return Text(zh=zh, en=en).format(**values)


def sentences(*told: Text | None) -> Text:
    """Return sentences one after the other; those that have nothing to say are left out."""
    said = [text for text in told if text is not None and text.zh]
    return Text(zh="".join(text.zh for text in said), en=" ".join(text.en for text in said))


def document_name(figures: Figures) -> Text:
    """Return what the document is called, without its stage."""
    place = place_name(figures.proposal)
    if figures.county:
        return say("{p}紧密型县域医共体建设方案", "Plan for close-knit county medical communities in {p}", p=place)
    return say("{p}紧密型城市医疗集团网格化布局方案", "Plan of service grids and urban medical groups in {p}", p=place)


def title_lines(name: Text, *, before: str = "") -> tuple[Text, ...]:
    """Return a title in lines: one up to 19 characters, else broken before 网格化 or 建设, never inside a word."""
    at = next((name.zh.find(word) for word in ("网格化", "建设") if word in name.zh), -1)
    if len(name.zh) <= _LONG_TITLE or at < 0:
        return (Text(zh=before + name.zh, en=name.en),)
    return (Text(zh=before + name.zh[:at], en=name.en), Text(zh=name.zh[at:], en=""))


def place_sentence(figures: Figures) -> Text:
    """Tell districts, streets, communities and residents."""
    proposal = figures.proposal
    residents, over_65 = float(proposal.units["population"].sum()), proposal.units["population_65"].sum(min_count=1)
    old = (
        say(
            "，其中65岁及以上{o}，占{s}",
            ", {s} of them aged 65 or over ({o})",
            o=figures.people(over_65),
            s=share(over_65 / residents),
        )
        if over_65 == over_65 and residents > 0
        else EMPTY
    )
    districts = (
        say("{n}个区（功能区、县）、", "{n:district|districts}, ", n=whole(figures.n_districts))
        if figures.n_districts > 1
        else EMPTY
    )
    streets = say("{n}、", "{n} and ", n=figures.n_streets(len(figures.streets))) if figures.has_streets else EMPTY
    return say(
        "全{k}共有{d}{s}{u}，常住人口{p}{o}。",
        "{place} has {d}{s}{u}: {p}{o}.",
        k="县" if figures.county else "市",
        place=place_name(proposal),
        d=districts,
        s=streets,
        u=figures.n_units(len(proposal.units)),
        p=figures.people(residents),
        o=old,
    )


def supply_sentence(figures: Figures) -> Text:
    """Tell institutions and beds."""
    residents = float(figures.proposal.units["population"].sum())
    hospitals = figures.n_hospitals
    beds = (
        say(
            "；医院床位{b}张，每千常住人口{r}张",
            "; {b:hospital bed|hospital beds}, {r} for 1,000 residents",
            b=whole(figures.beds),
            r=decimal(figures.beds / residents * 1000, 2),
        )
        if figures.beds == figures.beds and residents > 0
        else EMPTY
    )
    tertiary = (
        say("三级医院{n}家、", "{n:tertiary hospital|tertiary hospitals} and ", n=whole(hospitals))
        if hospitals
        else EMPTY
    )
    return say(
        "纳入布局的医疗卫生机构{n}家，其中{t}社区卫生服务中心和卫生院{c}家{b}。",
        "{n:health facility takes|health facilities take} part, among them {t}{c:health centre|health centres}{b}.",
        n=whole(len(figures.placed)),
        t=tertiary,
        c=whole(figures.n_centres),
        b=beds,
    )


def today_sentence(figures: Figures) -> Text:
    """Tell the grouping in force beside the plan, measured alike."""
    today = figures.today
    if today is None:
        return say(
            "本次未提供现行分组，不作对照。", "No grouping in force was given, so there is nothing to compare with."
        )
    if today.mean_minutes is None:
        return say("现行分组由{n}家医院牵头。", "Today {n:hospital leads|hospitals lead}.", n=whole(today.n_leads))
    mean, within = figures.score("mean_minutes"), figures.score("share_within")
    if today.share_within is None:
        return say(
            "现行分组由{n}家医院牵头，居民到本组牵头医院平均{m}。按同一路网和车程口径计算，本方案为{a}。",
            "Today {n:hospital leads|hospitals lead}. The average drive to one's lead is {m}; measured the same way, this plan gives {a}.",
            n=whole(today.n_leads), m=minutes(today.mean_minutes), a=minutes(mean),
        )  # fmt: skip
    return say(
        "现行分组由{n}家医院牵头，居民到本组牵头医院平均{m}，{t}分钟内到达的占{s}。按同一路网和车程口径计算，本方案分别为{a}和{b}。",
        "Today {n:hospital leads|hospitals lead}. The average drive to one's lead is {m} and {s} are within {t} min. Measured the same way, this plan gives {a} and {b}.",
        n=whole(today.n_leads), m=minutes(today.mean_minutes), t=figures.limit, s=share(today.share_within), a=minutes(mean), b=share(within),
    )  # fmt: skip


def target_sentence(figures: Figures) -> Text:
    """Tell the share within the limit beside its target, where a rule states one."""
    within = figures.score("share_within")
    finding = next((f for f in figures.proposal.findings if f.rule == "R-61" and f.subject_id == "lead"), None)
    if finding is None or finding.limit is None:
        return say(
            "居民{t}分钟内到达牵头医院的占{s}。", "{s} of residents are within {t} min of their lead.",
            t=figures.limit, s=share(within),
        )  # fmt: skip
    short = finding.limit - within
    told = (
        say("，差{d}，原因见第四部分", ", {d} short; section 4 says why", d=points(short))
        if short > 0
        else say("，已达到", ", which is reached")
    )
    return say(
        "居民{t}分钟内到达牵头医院的比例以{l}为目标，本方案为{s}{d}。",
        "{l} of residents should be within {t} min of their lead; in this plan {s} are{d}.",
        t=figures.limit, l=stated(finding.limit), s=share(within), d=told,
    )  # fmt: skip


def whole_sentence(figures: Figures) -> Text:
    """Tell the units, and which streets are cut."""
    unit, street = figures.unit_noun, figures.street_noun
    once = say("每个{u}只属于一个{g}。", "Each of the {u} belongs to one of the {g} only.", u=unit, g=figures.grid_noun)
    if not figures.has_streets:
        return sentences(say("以{u}为最小单元。", "The smallest parts are {u}.", u=unit), once)
    cut = [
        str(name)
        for name, grids in zip(figures.streets["name"], figures.streets["grids"], strict=True)
        if len(grids) > 1
    ]
    n = whole(len(figures.streets))
    if not cut:
        return sentences(
            say(
                "以{u}为最小单元，以{s}为整体划入，不拆分{s}。{n}个{s}全部完整划入一个{g}。",
                "The smallest parts are {u}, and none of the {n} {s} is split.",
                u=unit, s=street, n=n, g=figures.grid_noun,
            ),
            once,
        )  # fmt: skip
    return sentences(
        say(
            "以{u}为最小单元，尽量以{s}为整体划入。{n}个{s}中，{c}个分入不同{g}：{l}，理由是{r}。",
            "The smallest parts are {u}. Of {n} {s}, {c} are split: {l}; the reason is {r}.",
            u=unit, s=street, n=n, c=whole(len(cut)), g=figures.grid_noun, l=listed(cut), r=mark("cut"),
        ),
        once,
    )  # fmt: skip


def size_sentence(figures: Figures) -> Text | None:
    """Tell the tolerance around the mean, the largest and the smallest grid."""
    grids, balance = figures.proposal.grids, figures.proposal.case.grids.balance
    if len(grids) < 2 or figures.proposal.case.county.districts:
        return None
    mean = float(grids["population"].mean())
    most, least = str(grids["deviation"].idxmax()), str(grids["deviation"].idxmin())
    tolerance = EMPTY if balance is None else say("，上下不超过{b}", ", give or take {b}", b=stated(balance))
    extremes = (
        Text(zh="本方案各{g}人口相等。", en="All {g} have that many.")
        if most == least
        else Text(
            zh="本方案最多的{a}高{x}，最少的{b}低{y}。",
            en="The largest, {a}, is {x} above it, the smallest, {b}, {y} below.",
        )
    )
    return say(
        f"各{{g}}人口以平均数{{m}}为基准{{t}}。{extremes.zh}", f"The mean of the {{g}} is {{m}}{{t}}. {extremes.en}",
        g=figures.grid_noun, m=figures.people(mean), t=tolerance, a=figures.labels[most], b=figures.labels[least],
        x=share(float(grids["deviation"].max())), y=share(-float(grids["deviation"].min())),
    )  # fmt: skip


def lead_rule_sentences(figures: Figures, audience: Audience) -> list[Text]:
    """Tell who may lead, and who leads by an exception."""
    case, proposal = figures.proposal.case, figures.proposal
    level = LEVELS[case.county.lead_min_level if figures.county else case.grids.lead_min_level]
    told = [
        say(
            "牵头医院一般为{l}及以上公立医院，同一家医院的不同院区按实际位置计算车程。",
            "A lead is as a rule a public hospital of at least {l} level; each campus counts where it stands.",
            l=level,
        )
    ]
    if not holds(audience, "waivers"):
        return told
    for finding in proposal.findings:
        if finding.rule == "R-20" and finding.status == "waived" and finding.subject_id in proposal.grids.index:
            lead = str(proposal.grids.loc[finding.subject_id, "lead_id"])
            kind = KINDS.label(str(proposal.facilities["kind"].get(lead, "other")))
            told.append(
                say(
                    "{n}为{k}，由它牵头系经{w}研究确定的例外，理由见附件6。",
                    "{n} is a {k}; that it leads is an exception granted by {w}, for the reason in annex 6.",
                    n=figures.name_of(lead), k=kind, w=finding.author or Text(zh="批准", en="those in charge"),
                )
            )  # fmt: skip
    return told


def alternatives_sentence(figures: Figures) -> Text | None:
    """Tell what was weighed: numbers of grids and the minutes of each."""
    table = figures.proposal.alternatives
    if len(table) < 2 or table["scope_id"].nunique() > 1:
        return None
    table = table.sort_values("k")
    ks, noun = [int(k) for k in table["k"]], figures.grid_noun
    same = len(set(ks)) < len(ks)
    own = len(figures.proposal.grids)
    told = say(
        "比较了{a}至{b}个{g}的{n}个方案，居民平均分别为{m}分钟。" if not same and ks[0] != ks[-1] else "比较了{n}个方案，居民平均分别为{m}分钟。",
        "{n:plan|plans} with {a} to {b} {g} were compared; the average drive is {m} min.",
        a=whole(ks[0]), b=whole(ks[-1]), g=noun, n=whole(len(ks)), m=listed(decimal(value) for value in table["mean_minutes"]),
    )  # fmt: skip
    if same or own not in ks or own - 1 not in ks:
        return sentences(told, say("各方案见附件10。", "Annex 10 has them all."))
    fewer, mine = (table[table["k"] == k].iloc[0] for k in (own - 1, own))
    saved = float(fewer["mean_minutes"] - mine["mean_minutes"])
    p, q = share(fewer["share_within"]), share(mine["share_within"])
    return sentences(
        told,
        say(
            f"由{{x}}个增至{{y}}个，平均车程{{w}}{{d}}分钟，{{t}}分钟内居民{'仍为{q}' if p == q else '由{p}变为{q}'}。取{{x}}个还是{{y}}个，数据不足以单独决定，请审议。",
            f"From {{x}} to {{y}} {{g}} the average gets {{d}} min {{w}}, and residents within {{t}} min {'stay at {q}' if p == q else 'go from {p} to {q}'}. The figures alone do not decide; please discuss.",
            x=whole(own - 1), y=whole(own), d=decimal(abs(saved)), t=figures.limit, g=noun,
            w=Text(zh="缩短", en="shorter") if saved >= 0 else Text(zh="延长", en="longer"),
            p=p, q=q,
        ),
    )  # fmt: skip


def proof_sentence(figures: Figures) -> Text:
    """Tell what is proven about the plan, and under which conditions."""
    objective, n = figures.proposal.objective, whole(len(figures.proposal.grids))
    noun = figures.grid_noun
    if objective.status == "given":
        return say(
            "本方案为给定的划分，未与其他划分比较优劣。",
            "This plan was given; it was not compared with the best possible.",
        )
    if objective.status == "infeasible":
        return say(
            "所定的限制不能同时满足，本方案为找到的连片划分中总指标最好的一种。",
            "The limits cannot all hold; this is the best connected plan that was found.",
        )
    if objective.status == "unknown":
        return say(
            "计算没有找到满足全部限制的划分，也没有证明不存在；本方案为找到的划分中最接近的一种。",
            "No plan was found that holds all limits, nor is it proven that none exists; this one comes closest of those found.",
        )
    outside = say(
        "这一结论不涉及未计入的因素，包括医院学科特长、居民就医习惯、道路拥堵和实际经费；数据、规则或者权重改变，结论须重新计算。",
        "Not weighed: hospital specialties, habits, congestion, money. With other data, rules or weights it has to be computed again.",
    )
    if objective.status == "optimal":
        return sentences(
            say(
                "在本方案采用的数据、规则和权重之下，{n}个{g}的划分已由计算证明为最优：不存在总指标更好的其他划分。",
                "Proven best: under these data, rules and weights no other plan with {n} {g} scores better.",
                n=n, g=noun,
            ),
            outside,
        )  # fmt: skip
    if objective.gap is None:
        return say(
            "现有划分的总指标与理论下限相差多少，没有证明。",
            "How far the plan is from the best possible is not proven.",
        )
    return sentences(
        say(
            "计算在规定的计算量内没有完成，现有划分的总指标与理论下限相差不超过{g}。",
            "The computation ended before a proof: the plan's score is within {g} of the proven bound.",
            g=share(rounded_up(objective.gap)),
        ),
        outside,
    )


def range_sentence(figures: Figures) -> Text:
    """Tell the largest and smallest of many grids."""
    grids = figures.proposal.grids
    most, least = str(grids["population"].idxmax()), str(grids["population"].idxmin())
    sizes = (
        Text(zh="{n}个{g}人口各{x}", en="Each of the {n} {g} has {x}")
        if most == least
        else Text(
            zh="{n}个{g}中，人口最多的{a}{x}，最少的{b}{y}",
            en="Of the {n} {g} the largest, {a}, has {x}, the smallest, {b}, {y}",
        )
    )
    return say(
        f"{sizes.zh}；到牵头医院平均{{p}}至{{q}}。各{{g}}的范围见附件1，图见附件3。",
        f"{sizes.en}; mean drives are {{p}} to {{q}}. Annex 1 has their parts, annex 3 the plates.",
        n=whole(len(grids)), g=figures.grid_noun, a=figures.labels[most], b=figures.labels[least],
        x=figures.people(float(grids["population"].max())), y=figures.people(float(grids["population"].min())),
        p=minutes(float(grids["mean_minutes"].min())), q=minutes(float(grids["mean_minutes"].max())),
    )  # fmt: skip


def grid_sentence(figures: Figures, row: int, grid: str) -> Text:
    """Tell a grid by its position: lead, streets, residents, minutes."""
    told = figures.proposal.grids.loc[grid]
    own = figures.streets[[row in grids for grids in figures.streets["grids"]]]
    return say(
        "{i}.{l}。由{h}牵头，辖{s}，共{n}{u}，常住人口{p}，到牵头医院平均{m}，九成居民在{q}以内。",
        "{l}, led by {h}: {s}; {n}{u}, {p}. The average drive is {m}, nine in ten residents need at most {q}.",
        i=row + 1, l=figures.labels[grid], h=str(told["lead_name"]), s=_range_of(figures, own) if figures.named_units else _counts_of(figures, grid),
        n=say("{n}、", "{n}, ", n=figures.n_streets(len(own))) if figures.has_streets else EMPTY,
        u=figures.n_units(told["n_units"]),
        p=figures.people(float(told["population"])), m=minutes(float(told["mean_minutes"])), q=minutes(float(told["p90_minutes"])),
    )  # fmt: skip


def _range_of(figures: Figures, own: Any) -> Text:
    """Return the streets of a grid by district; a street of which it has a part only is marked."""
    parts = []
    for district, streets in own.groupby("district", sort=False):
        names = [
            say("{n}（部分）", "{n} (part)", n=name) if len(grids) > 1 else Text(zh=name, en=name)
            for name, grids in zip(streets["name"], streets["grids"], strict=True)
        ]
        of = district if figures.n_districts > 1 else ""
        parts.append(say("{d}{n}", "{d}{n}", d=Text(zh=of, en=f"{of}: " if of else ""), n=listed(names)))
    return Text(zh="；".join(part.zh for part in parts), en="; ".join(part.en for part in parts))


def _counts_of(figures: Figures, grid: str) -> Text:
    """Return how many units a grid has in each district: names of our own making tell nobody where they are."""
    units = figures.proposal.units
    counts = units["district"][units["grid_id"] == grid].value_counts(sort=False)
    return listed(say("{d}{n}个", "{d} {n}", d=str(district), n=whole(n)) for district, n in counts.items())


def change_sentences(figures: Figures) -> list[Text]:
    """Tell who gets another lead; who gains and who loses where the audience may know."""
    change = figures.change
    if change is None:
        return []
    if change.residents <= 0:
        return [say("牵头医院和居民归属均无变化。", "Leads and where residents belong stay as they are.")]
    gone = say("{l}不再牵头", f"{{l}} no longer {_leads(change.gone)}", l=listed(change.gone)) if change.gone else EMPTY
    new = say("新增{l}牵头", f"{{l}} {_leads(change.new)} anew", l=listed(change.new)) if change.new else EMPTY
    both = [text for text in (gone, new) if text.zh]
    leads = (
        Text(zh=f"与现行分组相比，{'，'.join(t.zh for t in both)}。", en=f"{'; '.join(t.en for t in both)}.")
        if both
        else Text(zh="与现行分组相比，牵头医院不变。", en="The leads stay the same.")
    )
    told = [
        leads,
        say(
            "改换牵头医院的居民{p}，占{s}。", "{p} ({s}) get another lead.",
            p=figures.people(change.residents), s=share(change.share),
        ),
    ]  # fmt: skip
    if change.nearer is not None:
        told.append(
            say(
                "其中，{p}的车程缩短，平均由{a}变为{b}。", "For {p} the drive is shorter ({a} to {b}).",
                p=figures.people(change.nearer[0]), a=minutes(change.nearer[1]), b=minutes(change.nearer[2]),
            )
        )  # fmt: skip
    if change.farther is not None:
        told.append(
            say(
                "{p}的车程延长，平均由{a}变为{b}，其中延长10分钟以上的{l}。",
                "For {p} it is longer ({a} to {b}), by 10 min or more for {l}.",
                p=figures.people(change.farther[0]), a=minutes(change.farther[1]), b=minutes(change.farther[2]), l=figures.people(change.longer),
            )
        )  # fmt: skip
    if change.worst is not None:
        told.append(
            say(
                "延长最多的是{n}，平均由{a}变为{b}。", "It grows most in {n}: {a} to {b}.",
                n=change.worst[0], a=minutes(change.worst[1]), b=minutes(change.worst[2]),
            )
        )  # fmt: skip
    if change.unchanged:
        told.append(_unchanged(figures))
    return told


def _leads(hospitals: tuple[str, ...]) -> str:
    return one_or_many(len(hospitals), "leads", "lead")


def _unchanged(figures: Figures) -> Text:
    assert figures.change is not None
    kept = figures.proposal.grids.loc[list(change_grids(figures))]
    return say(
        "{l}{p}的分组和牵头医院均不变。",
        one_or_many(len(kept), "{l} ({p}) keeps its area and its lead.", "{l} ({p}) keep their areas and their leads."),
        l=listed(figures.labels[grid] for grid in kept.index), p=figures.people(float(kept["population"].sum())),
    )  # fmt: skip


def change_grids(figures: Figures) -> tuple[str, ...]:
    """Return the grids that stay as they are."""
    return () if figures.change is None else figures.change.unchanged


def unmet_sentences(figures: Figures) -> list[Text]:
    """Tell what is not met and of which kind the reason is."""
    told: list[Text] = []
    far = figures.far
    if far is not None:
        told.append(
            say(
                "有{n}、{p}到牵头医院平均车程超过{t}分钟。",
                "{n} with {p} are on average more than {t} min from their lead.",
                n=figures.n_units(far.n), p=figures.people(far.residents), t=figures.limit,
            )
        )  # fmt: skip
        if far.n_supply:
            told.append(
                say(
                    "其中{n}个、{p}{t}分钟内没有任何可牵头医院，属供给缺口，调整边界不能解决，宜以巡回医疗、远程医疗和急救站建设补足。",
                    "In {n} of them ({p}) no possible lead is within {t} min: a gap in supply that no line can close.",
                    n=whole(far.n_supply), p=figures.people(far.residents_supply), t=figures.limit,
                )
            )  # fmt: skip
        if far.n_plan:
            told.append(
                say(
                    "{n}个、{p}（{s}）{t}分钟内有其他可牵头医院，未划入系人口规模、整体划入和总车程一并权衡的结果，属方案问题，可以研究。",
                    "In {n} ({p}; {s}) there is one: a choice of this plan that may be discussed.",
                    n=whole(far.n_plan), p=figures.people(far.residents_plan), t=figures.limit,
                    s=listed(say("{s}{n}个", "{s} {n}", s=name, n=whole(n)) for name, n in far.streets_plan),
                )
            )  # fmt: skip
    if figures.not_nearest > 0:
        told.append(tell_not_nearest(figures))
    return [*told, *_issue_counts(figures)]


def tell_not_nearest(figures: Figures) -> Text:
    """Say who is not with the nearest lead, and for which reasons as far as they were found by trying."""
    leads = whole(len(figures.proposal.grids))
    held = figures.held_by_reason
    if not held:
        return say(
            "另有{p}未划入{n}家中最近的一家，系人口规模、整体划入和总车程一并权衡的结果。",
            "{p} are not in the grid of the nearest of the {n:lead|leads}: size, whole streets and the drive of all were weighed together.",
            p=figures.people(figures.not_nearest), n=leads,
        )  # fmt: skip
    return say(
        "另有{p}未划入{n}家中最近的一家，逐条取消限制试算，起作用的是：{r}。",
        "{p} are not in the grid of the nearest of the {n:lead|leads}. Drawn again without each limit, what holds them is: {r}.",
        p=figures.people(sum(held.values())), n=leads,
        r=listed(say("{r}{p}", "{r} {p}", r=REASONS[reason], p=figures.people(number)) for reason, number in held.items()),
    )  # fmt: skip


def _issue_counts(figures: Figures) -> list[Text]:
    counts = Counter(issue.cause for issue in issues_of(figures))
    open_causes = [cause for cause in HEADINGS if counts[cause] and cause != "waived"]
    if not open_causes:
        return [say("各项要求均已达到，无需列入的事项。", "All requirements are met; nothing has to be listed.")]
    return [
        say(
            "列入附件6的事项{n}项：{l}。", "Annex 6 lists {n:matter|matters}: {l}.",
            n=whole(sum(counts[cause] for cause in open_causes)),
            l=listed(say("{c}{n}项", "{c} {n}", c=short_cause(cause), n=whole(counts[cause])) for cause in open_causes),
        ),
        mark("accept"),
    ]  # fmt: skip


def first_sentence(figures: Figures) -> Text | None:
    """Tell which grids can sign first, as nothing changes for them."""
    if not change_grids(figures):
        return None
    first = one_or_many(len(change_grids(figures)), "It can sign first.", "They can sign first.")
    return sentences(_unchanged(figures), say("可先行签约。", first))
