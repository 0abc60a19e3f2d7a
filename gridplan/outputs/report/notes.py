"""What goes beside the document: how it was drawn up, what the data are, and what changes where a plan replaces another."""

from __future__ import annotations

from gridplan.outputs.answers import answer_questions
from gridplan.outputs.audiences import AUDIENCES, Audience, holds
from gridplan.outputs.firm_words import tell_border_prices, tell_firmness
from gridplan.outputs.report.blocks import EMPTY, Closing, Column, Document, GroupRow, Row, Table, Title
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.outline import Outline
from gridplan.outputs.report.sentences import (
    SAMPLE,
    change_sentences,
    document_name,
    proof_sentence,
    say,
    sentences,
    title_lines,
    whole_sentence,
)
from gridplan.outputs.report.wording import (
    NONE,
    decimal,
    few,
    listed,
    official,
    place_name,
    share,
    whole,
)
from gridplan.words.text import Text
from gridplan.words.vocabulary import TERMS


def drafting_notes(figures: Figures, audience: Audience) -> Document:
    """Return 起草说明: how the lines were drawn, what was weighed, how far from the best, who gains and who loses."""
    out = Outline()
    name, stage = document_name(figures), AUDIENCES[audience]
    title = say("《{n}（{s}）》的起草说明", "How it was drawn up: {n} ({s} draft)", n=name, s=stage)
    out.parts.append(Title(title_lines(title, before="关于"), _sample(figures)))
    given = figures.proposal.objective.status == "given"
    out.heading("边界是怎样划的", "How the lines were drawn")
    out.plain(
        sentences(
            whole_sentence(figures),
            say(
                "本方案的划分由编制单位给定，只作测算和检查。",
                "The lines were given; they were measured and checked only.",
            )
            if given
            else say(
                "先按道路网计算每个{u}到每家可牵头医院的车程，再从满足人口、整体划入、隶属和等级要求的划分中，选取居民总车程最短、兼顾医院能力的一种。计算可重复：同样数据得到同样结果。",
                "The drive from each part to each possible lead was measured over the roads; of the plans that hold the limits on size, whole streets, affiliation and level, the one with the shortest drive of all is taken, the strength of hospitals considered. The same data give the same plan.",
                u=figures.unit_noun,
            ),
        )
    )
    out.heading("权衡了什么", "What was weighed")
    out.plain(weights_sentence(figures))
    out.heading("离最好还有多远", "How far from the best")
    out.plain(proof_sentence(figures))
    lines = [
        *tell_border_prices(figures.proposal.annexes),
        *tell_firmness(figures.proposal.annexes, figures.proposal.units["population"]),
    ]
    if lines:
        out.heading("边界有多稳固", "How firm the borders are")
        out.plain(sentences(*(official(text, figures.fewest) for text in lines)))
    if figures.change is not None and holds(audience, "losers"):
        out.heading("谁得益，谁受影响", "Who gains, who loses")
        out.plain(sentences(*change_sentences(figures), _losing_streets(figures)))
    if audience == "internal":
        out.heading("常被问到的问题", "Questions that are asked")
        for answer in answer_questions(figures.proposal).values():
            if answer.known:
                asked = official(answer.question, figures.fewest)
                out.paragraph(asked.zh.rstrip("？"), asked.en.rstrip("?. "), official(answer.told, figures.fewest))
    out.heading("没有做到的和不能说的", "What is not done and cannot be said")
    out.plain(
        sentences(
            say(
                "车程按道路等级设定速度或所给时间估算，不含拥堵、停车和公共交通。",
                "Drives go by set speeds or given times; congestion, parking and public transport are not in them.",
            ),
            *(_sentence(text, figures) for text in figures.proposal.provenance.modelled),
            mark("notes"),
        )
    )
    return Document(Text(zh="起草说明", en="Notes"), tuple(out.parts))


def _sentence(text: Text, figures: Figures) -> Text:
    said = official(text, figures.fewest)
    return Text(zh=said.zh.rstrip("。；") + "。", en=said.en.rstrip(".;") + ".")


def _sample(figures: Figures) -> Text:
    return SAMPLE if figures.proposal.case.place.synthetic else EMPTY


def weights_sentence(figures: Figures) -> Text:
    """Tell the terms of the objective and the share of each."""
    objective, grids = figures.proposal.objective, figures.proposal.case.grids
    shares = [
        say("{n}占{s}", "{n} {s}", n=TERMS.get(name, Text(zh=name, en=name)), s=share(value / objective.value))
        for name, value in objective.terms.items()
        if value and objective.value
    ]
    told = say(
        "每位居民少走1分钟计1分；为照顾服务能力，能力最弱的医院牵头，按平均网格人口每位居民最多计{s}分；人口超出上下限的，每超1人计{b}分。",
        "A minute less for a resident counts 1; the weakest lead counts up to {s} a resident of an average grid; a resident beyond the limits of size counts {b}.",
        s=_plain(grids.strength_price_min), b=_plain(grids.balance_price_min),
    )  # fmt: skip
    parts = say("本方案总分中，{l}。", "Of the sum of this plan: {l}.", l=listed(shares)) if shares else None
    return sentences(
        told,
        parts,
        say("权重由编制单位设定，不是测量值。", "The weights were set by the authors; they are not measured."),
    )


def _plain(value: float) -> Text:
    return Text(zh=f"{value:g}", en=f"{value:g}")


def _losing_streets(figures: Figures) -> Text | None:
    rows = figures.street_changes(figures.lead_moves)
    rows = rows[rows["after"] > rows["before"] + 1e-9]
    if rows.empty:
        return None
    rows = rows.assign(more=rows["after"] - rows["before"]).sort_values("more", ascending=False, kind="stable")
    names = [f"{name}" for name in rows["name"][:6]]
    return say(
        "平均车程延长的有{n}：{l}{e}。", "Longer on average in {n}: {l}{e}.",
        n=figures.n_streets(len(rows)), l=listed(names),
        e=Text(zh="等", en=" and others") if len(rows) > len(names) else EMPTY,
    )  # fmt: skip


def data_notes(figures: Figures) -> Document:
    """Return 数据说明: every input with its fingerprint, what is modelled, and what it takes to compute it again."""
    proposal, out = figures.proposal, Outline()
    provenance, place = proposal.provenance, proposal.case.place
    title = say("《{n}》数据说明", "Data of: {n}", n=document_name(figures))
    out.parts.append(Title(title_lines(title), _sample(figures)))
    out.heading("数据来源", "Sources")
    source = Text(zh=place.sources_zh or place.sources_en, en=place.sources_en or place.sources_zh)
    out.plain(sentences(_sentence(source, figures) if source.zh else None, mark("years")))
    rows: tuple[Row, ...] = tuple((name, digest) for name, digest in sorted(provenance.input_hashes.items()))
    columns = (
        Column(Text(zh="输入文件", en="Input"), 60),
        Column(Text(zh="指纹（SHA-256）", en="Fingerprint (SHA-256)"), 96),
    )
    out.parts.append(Table(columns, rows or (GroupRow(NONE),)))
    out.heading("推算和订正", "What is modelled, and what was mended")
    notes = [_sentence(text, figures) for text in provenance.modelled]
    notes += [_sentence(Text(zh=note.render("zh"), en=note.render("en")), figures) for note in provenance.input_notes]
    for note in notes or [say("没有推算或订正的数据。", "Nothing is modelled, nothing was mended.")]:
        out.plain(note)
    out.heading("计算", "Computation")
    versions = listed(f"{name} {version}" for name, version in sorted(provenance.versions.items()))
    again = (
        say("同样的数据、方案文件和种子得到同样的结果。", "The same data, case and seed give the same result.")
        if provenance.reproducible
        else say(
            "计算提前结束（到了时限，或按要求停下），重新计算可能得到不同的结果。",
            "The search ended early, at its time limit or on request; computing it again may give another result.",
        )
    )
    out.plain(
        sentences(
            say("随机种子{s}。软件版本：{v}。", "Seed {s}. Versions: {v}.", s=whole(provenance.seed), v=versions),
            again,
            say(
                "人口合计{p}，规划单元{n}个，机构{f}家；{fewest}的数目不列出。",
                "{p} in {n:unit|units}, {f:facility|facilities}; counts of {fewest} persons are not shown.",
                p=figures.people(float(proposal.units["population"].sum())), n=whole(len(proposal.units)), f=whole(len(proposal.facilities)), fewest=few(figures.fewest),
            ),
        )
    )  # fmt: skip
    return Document(Text(zh="数据说明", en="Data"), tuple(out.parts))


def change_notice(figures: Figures) -> Document | None:
    """Return 调整通知, the difference from the plan that this one replaces; None for a plan that replaces none."""
    revision = figures.proposal.provenance.revision
    if revision is None:
        return None
    place = place_name(figures.proposal)
    out = Outline()
    title = say("关于调整{p}{g}的通知", "Notice: changes of the {g} in {p}", p=place, g=figures.grid_noun)
    out.parts.append(Title((title,), _sample(figures)))
    told = [*_moves(figures, revision.moved), *_leads(figures, revision.leads)]
    if not told:
        out.plain(
            say(
                "与上一版相比，{g}和牵头医院均无变化。",
                "Nothing changes: {g} and leads stay as they were.",
                g=figures.grid_noun,
            )
        )
    else:
        out.plain(
            Text(
                zh=f"与上一版相比，{'；'.join(text.zh for text in told)}；其余不变。",
                en=f"Against the version before: {'; '.join(text.en for text in told)}. All else stays.",
            )
        )
        residents = float(figures.proposal.units["population"].reindex(list(revision.moved)).sum())
        if residents > 0:
            out.plain(say("涉及居民共{p}。", "{p} are concerned in all.", p=figures.people(residents)))
    out.plain(say("调整的理由和生效日期：{m}。", "Reason and date: {m}.", m=mark("notice")))
    out.parts.append(Closing((mark("issuer"), mark("date"))))
    return Document(Text(zh="调整通知", en="Notice"), tuple(out.parts))


def _moves(figures: Figures, moved: dict[str, str]) -> list[Text]:
    units = figures.proposal.units
    known = [unit for unit in units.index if unit in moved]
    groups: dict[tuple[str, str], list[str]] = {}
    for unit in known:
        groups.setdefault((moved[unit], str(units.loc[unit, "grid_id"])), []).append(unit)
    outside = Text(zh="网格以外", en="no grid")
    return [
        say(
            "{w}由{a}划入{b}，涉及{p}", "{w} ({p}) move from {a} to {b}",
            w=_places(figures, own), a=figures.labels.get(before, Text(zh=before, en=before) if before else outside),
            b=figures.labels.get(after, outside), p=figures.people(float(units["population"][own].sum())),
        )
        for (before, after), own in groups.items()
    ]  # fmt: skip


def _places(figures: Figures, units: list[str]) -> Text:
    """Return whole streets by name, else the communities that move."""
    names: list[str] = []
    streets = figures.street_of_unit
    for street in dict.fromkeys(streets[units]):
        own = [unit for unit in units if streets[unit] == street]
        if len(own) == int((streets == street).sum()):
            names.append(str(figures.streets.loc[street, "name"]))
        else:
            names += [str(figures.proposal.units.loc[unit, "name"]) for unit in own]
    return listed(names)


def _leads(figures: Figures, leads: dict[str, str]) -> list[Text]:
    grids = figures.proposal.grids
    return [
        say(
            "{g}的牵头医院由{a}改为{b}", "the lead of {g} changes from {a} to {b}",
            g=figures.labels[grid], a=figures.name_of(before), b=str(grids.loc[grid, "lead_name"]),
        )
        for grid, before in leads.items()
        if grid in grids.index
    ]  # fmt: skip


def overview_line(figures: Figures) -> Text:
    """Return the numbers of the whole in one line, as plates show them."""
    streets = say("　{n}", ", {n}", n=figures.n_streets(len(figures.streets))) if figures.has_streets else EMPTY
    return say(
        "{n}{s}　{m}　常住人口{p}　平均{t}分钟", "{n}{s}, {m}, {p}, {t} min on average",
        n=figures.n_grids(len(figures.proposal.grids)), s=streets, m=figures.n_units(len(figures.proposal.units)),
        p=figures.people(float(figures.proposal.units["population"].sum())), t=decimal(figures.score("mean_minutes")),
    )  # fmt: skip
