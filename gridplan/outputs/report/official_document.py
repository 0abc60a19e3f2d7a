"""The text of the official document: what the proposal tells is written out, what only people decide is a marked gap."""

from __future__ import annotations

import pandas as pd

from gridplan.outputs.audiences import AUDIENCES, Audience
from gridplan.outputs.report.blocks import EMPTY, Closing, Part, Title
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.outline import Outline
from gridplan.outputs.report.sentences import (
    MANY_GRIDS,
    SAMPLE,
    alternatives_sentence,
    change_sentences,
    document_name,
    first_sentence,
    grid_sentence,
    lead_rule_sentences,
    place_sentence,
    proof_sentence,
    range_sentence,
    say,
    size_sentence,
    supply_sentence,
    target_sentence,
    title_lines,
    today_sentence,
    unmet_sentences,
    whole_sentence,
)
from gridplan.outputs.report.wording import listed, whole
from gridplan.outputs.roles import JOINED
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_STATUSES, KINDS, LEVELS


def document_parts(figures: Figures, audience: Audience) -> tuple[Part, ...]:
    """Return the text of the document for an audience."""
    out = Outline()
    stage = AUDIENCES[audience]
    above = SAMPLE if figures.proposal.case.place.synthetic else EMPTY
    out.parts.append(
        Title(title_lines(document_name(figures)), above, Text(zh=f"（{stage.zh}）", en=f"({stage.en} draft)"))
    )
    out.plain(
        say(
            "根据{b}，结合我{k}人口分布、医疗卫生资源和群众就医实际，制定本方案。",
            "This plan follows {b} and goes by where people live, what health care there is and how people use it.",
            b=mark("basis"),
            k="县" if figures.county else "市",
        )
    )
    _present(out, figures)
    _aims(out, figures)
    _method(out, figures, audience)
    _grids(out, figures, audience)
    _leads(out, figures)
    _sharing(out, figures)
    _money(out, figures)
    out.heading("实施步骤", "Steps")
    out.paragraph("先行签约", "To begin with", first_sentence(figures))
    out.paragraph("步骤和时间", "Steps and dates", mark("timetable"))
    out.heading("保障措施", "Safeguards")
    out.paragraph("组织领导", "Direction", mark("organisation"))
    out.paragraph("经费保障", "Funds", mark("funds"))
    out.paragraph(
        "自主就医",
        "Free choice",
        say(
            "网格用于明确服务责任，不限制居民自主选择就医。网格界线不作为行政区划界线的依据。",
            "Grids say who answers for whom; they do not limit where people seek care, and their lines are no administrative boundaries.",
        ),
        mark("publicity"),
    )
    out.parts.append(Closing((mark("issuer"), mark("date"))))
    return tuple(out.parts)


def _present(out: Outline, figures: Figures) -> None:
    out.heading("现状与依据", "Where things stand")
    out.paragraph("基本情况", "The place", place_sentence(figures), supply_sentence(figures))
    out.paragraph("现行分组", "The grouping in force", today_sentence(figures))
    out.paragraph("存在问题", "What has to be solved", mark("problems"))


def _aims(out: Outline, figures: Figures) -> None:
    out.heading("总体要求", "Aims")
    out.paragraph("指导思想", "Guidance", mark("guidance"))
    out.paragraph(
        "主要目标",
        "Targets",
        say(
            "全{k}划分为{n}，每个{g}设一个牵头医院，承担本{g}居民的健康服务责任。",
            "The area is divided into {n}; each has one lead hospital that answers for the health care of its residents.",
            k="县" if figures.county else "市",
            n=figures.n_grids(len(figures.proposal.grids)),
            g=figures.grid_noun,
        ),
        target_sentence(figures),
    )


def _method(out: Outline, figures: Figures, audience: Audience) -> None:
    out.heading("划分原则与方法", "How the lines are drawn")
    out.paragraph("划分单元", "Units", whole_sentence(figures))
    out.paragraph("人口规模", "Size", size_sentence(figures))
    out.paragraph("牵头医院", "Leads", *lead_rule_sentences(figures, audience))
    out.paragraph("方案比较", "Alternatives", alternatives_sentence(figures))
    out.paragraph("计算结果", "What is proven", proof_sentence(figures))


def _grids(out: Outline, figures: Figures, audience: Audience) -> None:
    out.heading("医共体组成" if figures.county else "网格划分", "The grids")
    n = len(figures.proposal.grids)
    if n > MANY_GRIDS:
        out.paragraph("划分结果", "Result", range_sentence(figures))
    else:
        out.paragraph(
            "划分结果",
            "Result",
            say(
                "{n}的范围、牵头医院和人口如下，图见附件3。", "{n}, with leads and residents; plates are in annex 3.",
                n=figures.n_grids(n),
            ),
        )  # fmt: skip
        for row, grid in enumerate(figures.proposal.grids.index):
            out.plain(grid_sentence(figures, row, str(grid)))
    if figures.today is not None:
        out.paragraph("与现行分组相比", "Against the grouping in force", *change_sentences(figures))
    else:
        out.paragraph("与现行分组相比", "Against the grouping in force", today_sentence(figures))
    out.paragraph("未达到的要求及原因", "What is not met, and why", *unmet_sentences(figures))


def _leads(out: Outline, figures: Figures) -> None:
    out.heading("牵头医院与职责", "Leads and their duties")
    facilities = figures.proposal.facilities
    leads = facilities.loc[[lead for lead in figures.proposal.grids["lead_id"] if lead in facilities.index]]
    level = int(leads["level"].min()) if len(leads) else 0
    beds = leads["beds"].sum(min_count=1)
    told = say(
        "{n}家牵头医院均为{l}{a}医院{b}。", "The {n:lead is|leads are} {l:hospital|hospitals}{a}{b}.",
        n=whole(len(leads)), l=LEVELS[level], a=Text(zh="及以上", en=" or above") if 0 < level < 3 else EMPTY,
        b=EMPTY if beds != beds else say("，医院床位合计{b}张", " with {b:bed|beds}", b=whole(beds)),
    )  # fmt: skip
    other = [
        say("{g}的{n}为{k}", "{n} of {g} is a {k}", g=figures.labels[str(grid)], n=row["lead_name"], k=KINDS.label(str(facilities["kind"].get(row["lead_id"], ""))))
        for grid, row in figures.proposal.grids.iterrows()
        if facilities["kind"].get(row["lead_id"], "general") != "general"
    ]  # fmt: skip
    kinds = (
        say("除{l}外，均为综合医院。", "All but these are general hospitals: {l}.", l=listed(other))
        if other and len(other) < len(leads)
        else None
    )
    out.paragraph("牵头医院", "Leads", told if level else None, kinds, mark("lead_duties"))
    placed = figures.placed
    joined = placed["role"].isin(JOINED)
    members = int((joined & placed["role"].ne("lead")).sum())
    out.paragraph(
        "成员单位",
        "Members",
        say(
            "成员单位{n}家，签订协议后生效，名单见附件2。",
            "{n:member|members}, by agreement; annex 2 names them.",
            n=whole(members),
        ),
        *tell_outside(placed[~joined], Text(zh="医共体" if figures.county else "医疗集团", en="group")),
        mark("member_duties"),
    )


def tell_outside(placed: pd.DataFrame, group: Text) -> list[Text]:
    """Say who is no member of a group, and why; `group` is what groups are called."""
    cooperating, source = placed["role"].eq("cooperating"), placed["role_source"]
    consent = source.isin(("consent", "level")) & ~cooperating
    stations = source.eq("emergency") & ~cooperating
    told = (
        (cooperating, Text(zh="合作单位{n}家。", en="{n} cooperate from outside.")),
        (consent, Text(zh="社会办、部队、国家级和省级机构{n}家尚未加入，须经本单位同意方可加入。", en="Not joined, and only by their own consent: {n:private, military, national or provincial institution|private, military, national or provincial institutions}.")),
        (stations, Text(zh="院前急救站{n}家不加入{g}。", en="{n:ambulance station belongs|ambulance stations belong} to no {g}.")),
        (~(cooperating | consent | stations), Text(zh="另有{n}家未加入。", en="{n:other has|others have} not joined.")),
    )  # fmt: skip
    return [text.format(n=whole(int(some.sum())), g=group) for some, text in told if some.any()]


def _sharing(out: Outline, figures: Figures) -> None:
    annexes = figures.proposal.annexes
    out.heading("分级诊疗与资源共享", "Tiered care and sharing")
    out.paragraph("双向转诊", "Referral", mark("referral"))
    reserves = annexes.get("reserves")
    if reserves is None or not len(reserves):
        told = [mark("reserves")]
    else:
        met = reserves[reserves["status"] == "met"]["kind"].value_counts()
        kinds = reserves["kind"].value_counts()
        told = [
            say(
                "牵头医院向基层预留门诊号源和床位。按上报数据，号源已达到要求的{a}家（共{c}家），床位已达到的{b}家（共{d}家），明细见附件7。",
                "Leads reserve slots and beds for primary care. As reported, {a} of {c} reserve enough slots and {b} of {d:enough bed|enough beds}; see annex 7.",
                a=whole(met.get("slots", 0)), b=whole(met.get("beds", 0)), c=whole(kinds.get("slots", 0)), d=whole(kinds.get("beds", 0)),
            )
        ]  # fmt: skip
    out.paragraph("号源床位下沉", "Slots and beds", *told)
    centres = annexes.get("centres")
    if centres is None or not len(centres):
        out.paragraph("资源共享中心", "Shared centres", mark("centres"))
    else:
        count = centres.drop_duplicates(["kind", "facility_id", "status"])["status"].value_counts()
        told_centres = listed(
            say("{s}{n}处", "{n} {s}", s=term.label, n=whole(count[key]))
            for key, term in CENTRE_STATUSES.items()
            if count.get(key, 0)
        )
        out.paragraph(
            "资源共享中心",
            "Shared centres",
            say("共享中心{l}，明细见附件9。", "Shared centres: {l}; see annex 9.", l=told_centres),
            mark("centres"),
        )
    remote = annexes.get("telemedicine")
    if remote is None or not len(remote):
        out.paragraph("远程医疗", "Telemedicine", mark("telemedicine"))
    else:
        joined = int((remote["status"] == "joined").sum())
        out.paragraph(
            "远程医疗",
            "Telemedicine",
            say(
                "须乘船或车程超限的成员单位{n}家，已接入远程医疗{j}家，建议接入{k}家，见附件9。",
                "Of {n:member|members} by ferry only or too far, {j} have joined telemedicine and {k} should; see annex 9.",
                n=whole(len(remote)), j=whole(joined), k=whole(len(remote) - joined),
            ),
            mark("telemedicine"),
        )  # fmt: skip


def _money(out: Outline, figures: Figures) -> None:
    annexes = figures.proposal.annexes
    out.heading("医保与监测", "Insurance and monitoring")
    budgets = annexes.get("budgets")
    has_budget = budgets is not None and len(budgets) > 0
    out.paragraph(
        "医保",
        "Insurance",
        say(
            "测算口径见附件8，供医保部门研究，不作为核定依据。",
            "Annex 8 shows what was reckoned, for the insurance authority to study; it sets nothing.",
        )
        if has_budget
        else None,
        mark("insurance"),
    )
    indicators = annexes.get("indicators")
    if indicators is not None and len(indicators):
        status = indicators["status"].value_counts()
        told = say(
            "现有监测指标数据{n}项，有目标的{t}项中，已达到{m}项。",
            "{n:indicator is|indicators are} told; of {t} with a target, {m} reach it.",
            n=whole(len(indicators)), t=whole(status.get("met", 0) + status.get("violated", 0)), m=whole(status.get("met", 0)),
        )  # fmt: skip
    else:
        told = None
    out.paragraph("监测", "Monitoring", told, mark("monitoring"))
