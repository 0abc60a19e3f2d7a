"""Who may see what: one table; what is handed to an audience is made of the proposal without what the audience must not see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from gridplan.outputs.roles import NAMED
from gridplan.proposal.frames import FRAMES
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.frames import ColumnKind
    from gridplan.proposal.proposal import Proposal

Audience = Literal["internal", "consultation", "public"]
AUDIENCES: dict[Audience, Text] = {
    "internal": Text(zh="内部稿", en="internal"),
    "consultation": Text(zh="征求意见稿", en="consultation"),
    "public": Text(zh="公示稿", en="public"),
}
"""Audiences and what their folders are called."""
_CONVERSION_RULES = frozenset({"R-34", "R-68"})
"""Rules whose findings name institutions that might be converted."""
_CONSENT_RULES = frozenset({"R-23", "R-26"})
"""Rules whose findings name institutions that have not joined, or count them by grid."""
_PEOPLE = ("population", "population_65", "chronic")
_PUBLIC: dict[str, frozenset[str]] = {
    "units": frozenset(
        ("name", "street_id", "street", "district_id", "district", "grid_id", "lead_id", "minutes_to_lead", "sub_area_id", "sub_area", "centre_id")
    ),
    "grids": frozenset(
        ("name", "lead_id", "lead_name", "group_name", "group_source", "scope_id", "scope", "mode", "n_units", "mean_minutes", "area_km2")
    ),
    "facilities": frozenset(
        ("parent_id", "name", "kind", "level", "grade", "unit_id", "grid_id", "role", "address", "telephone")
    ),
}  # fmt: skip
"""Columns that the public may read; a column that a later version adds is not among them."""


@dataclass(frozen=True)
class Content:
    """Something that a file may hold: what it is, for whom, and the proposal without it where the proposal holds it."""

    about: Text
    held_by: tuple[Audience, ...]
    without: Callable[[Proposal], Proposal] | None = None


def _without_conversions(proposal: Proposal) -> Proposal:
    """Leave out scenarios of conversions, and name no candidate in what is not met."""
    from gridplan.checks.rule_book import RULES

    title = {rule.id: rule.title for rule in RULES}
    findings = tuple(
        replace(
            finding,
            message_zh=f"{title[finding.rule].zh}：未达到",
            message_en=f"{title[finding.rule].en}: not met",
            measure_zh="",
            measure_en="",
        )
        if finding.rule in _CONVERSION_RULES and finding.status == "violated"
        else finding
        for finding in proposal.findings
        if finding.rule != "R-68"
    )
    annexes = {name: frame for name, frame in proposal.annexes.items() if name != "conversions"}
    return replace(proposal, findings=findings, annexes=annexes)


def _without_losers(proposal: Proposal) -> Proposal:
    return replace(proposal, units=proposal.units.assign(baseline_minutes=np.nan))


def _without_waivers(proposal: Proposal) -> Proposal:
    return replace(proposal, findings=tuple(f for f in proposal.findings if f.status != "waived"))


def _without_consents(proposal: Proposal) -> Proposal:
    findings = tuple(f for f in proposal.findings if f.rule not in _CONSENT_RULES)
    return replace(proposal, facilities=proposal.facilities.assign(agreement=""), findings=findings)


def _without_comments(proposal: Proposal) -> Proposal:
    revision = proposal.provenance.revision
    if revision is None:
        return proposal
    return replace(proposal, provenance=replace(proposal.provenance, revision=replace(revision, comments=())))


def _without_findings(proposal: Proposal) -> Proposal:
    return replace(proposal, findings=())


def _without_military(proposal: Proposal) -> Proposal:
    """Leave out military institutions and every mention of them; a grid that one of them leads has no name of a lead or a group."""
    military = proposal.facilities.index[proposal.facilities["ownership"] == "military"]
    led = proposal.grids["lead_id"].isin(military)
    blank = {name: proposal.grids[name].mask(led, "") for name in ("name", "lead_name", "group_name", "group_source")}
    named = replace(proposal, grids=proposal.grids.assign(**blank))
    return _with_facilities(named, proposal.facilities.drop(index=military))


_MENTIONS = {
    "units": ("lead_id", "centre_id", "baseline_lead_id"),
    "grids": ("lead_id",),
    "facilities": ("parent_id",),
}
"""Layer -> its columns that hold the id of a facility."""


def _with_facilities(proposal: Proposal, facilities: Any) -> Proposal:
    """Return the proposal with some of its facilities; ids of the others stand nowhere in its layers."""
    gone = proposal.facilities.index.difference(facilities.index)
    layers = {"units": proposal.units, "grids": proposal.grids, "facilities": facilities}
    cleared = {
        layer: frame.assign(**{name: frame[name].mask(frame[name].isin(gone), "") for name in _MENTIONS[layer]})
        for layer, frame in layers.items()
    }
    return replace(proposal, **cleared)


def _without_members(proposal: Proposal) -> Proposal:
    """Keep leads and the health centres that answer for communities."""
    facilities = proposal.facilities
    kept = facilities.index.isin(proposal.grids["lead_id"]) | facilities.index.isin(proposal.units["centre_id"])
    return _with_facilities(proposal, facilities[kept])


def _without_people(proposal: Proposal) -> Proposal:
    units = _blanked(proposal.units, "units", _PEOPLE)
    return replace(
        proposal, units=units, grids=_blanked(proposal.grids, "grids", _PEOPLE), cells=proposal.cells.iloc[:0]
    )


def _without_details(proposal: Proposal) -> Proposal:
    layers = {
        name: _blanked(getattr(proposal, name), name, frozenset(FRAMES[name].names) - kept)
        for name, kept in _PUBLIC.items()
    }
    return replace(proposal, **layers)


def _blanked(frame: Any, layer: str, columns: Collection[str]) -> Any:
    """Return a layer with nothing in some of its columns: they stay, so that a system reads the files of every audience alike."""
    kinds = {column.name: column.kind for column in FRAMES[layer].columns if column.name != FRAMES[layer].index}
    return frame.assign(**{name: _nothing(kinds[name], frame) for name in kinds if name in columns})


def _nothing(kind: ColumnKind, frame: Any) -> Any:
    empty: dict[str, Any] = {"text": "", "keys": ()}
    return pd.Series(
        [empty.get(kind, np.nan)] * len(frame), index=frame.index, dtype=object if kind in empty else float
    )


_ALL: tuple[Audience, ...] = ("internal", "consultation", "public")
_PAPERS: tuple[Audience, ...] = ("internal", "consultation")
_INSIDE: tuple[Audience, ...] = ("internal",)
CONTENTS: dict[str, Content] = {
    "grids": Content(Text(zh="网格、医疗集团、牵头医院", en="Grids, groups, leads"), _ALL),
    "centres": Content(Text(zh="各社区负责的社区卫生服务中心或卫生院", en="The health centre of each community"), _ALL),
    "minutes": Content(Text(zh="各社区到牵头医院的平均时间", en="Mean time from each community to its lead"), _ALL),
    "page": Content(Text(zh="公示页：居民查询", en="The page on which residents find their grid"), ("public",)),
    "papers": Content(
        Text(
            zh="方案正文、附件、网格图、起草说明、数据说明、调整通知",
            en="Document, annexes, plates, notes, data, notice of changes",
        ),
        _PAPERS,
    ),
    "people": Content(
        Text(zh="各网格、街道的人口", en="Residents of grids and streets"), _PAPERS, _without_people
    ),
    "members": Content(
        Text(zh="成员单位、合作单位", en="Members and cooperating institutions"), _PAPERS, _without_members
    ),
    "military": Content(Text(zh="部队医疗机构", en="Military institutions"), _PAPERS, _without_military),
    "details": Content(
        Text(
            zh="机构的床位、人员、经办性质、能力评分、紧密程度，网格的其他指标",
            en="Beds, staff, ownership, strength and ties of institutions; other measures of grids",
        ),
        _PAPERS,
        _without_details,
    ),
    "findings": Content(Text(zh="未达到的要求", en="Requirements that are not met"), _PAPERS, _without_findings),
    "losers": Content(
        Text(
            zh="改换牵头医院后谁的车程缩短、谁的延长，延长最多的街道",
            en="Whose drive gets shorter or longer with another lead, and where it gets longest",
        ),
        _INSIDE,
        _without_losers,
    ),
    "waivers": Content(
        Text(zh="逐项豁免的理由和批准人", en="Single waivers, their reasons and who granted them"), _INSIDE, _without_waivers
    ),
    "conversions": Content(
        Text(zh="可考虑转型的机构、转型情景", en="Candidates for conversion, scenarios of conversion"), _INSIDE, _without_conversions
    ),
    "consents": Content(
        Text(zh="各机构的协议状态、哪些机构尚未加入", en="State of each agreement, and which institutions have not joined"), _INSIDE, _without_consents
    ),
    "comments": Content(
        Text(zh="审阅意见和提出人", en="Reviewers' comments and who wrote them"), _INSIDE, _without_comments
    ),
}  # fmt: skip
"""What the files of each audience hold. Counts of persons below `rules.fewest_shown` are held by no paper and no page."""


def holds(audience: Audience, content: str) -> bool:
    """Tell whether the files of an audience hold something of `CONTENTS`."""
    return audience in CONTENTS[content].held_by


def seen_by(proposal: Proposal, audience: Audience) -> Proposal:
    """Return the proposal without what the audience must not see, so that nothing made of it can tell."""
    for content in CONTENTS.values():
        if audience not in content.held_by and content.without is not None:
            proposal = content.without(proposal)
    return proposal


def handed_on(proposal: Proposal, audience: Audience) -> Proposal:
    """Return the proposal as the systems of an audience may take it over.

    Beside what `seen_by` leaves out: institutions that the audience is not told of, why one has its role, counts of few persons.
    """
    shown = seen_by(proposal, audience)
    if audience == "internal":
        return shown
    facilities = shown.facilities
    named = facilities["role"].isin(NAMED)
    kept = named | facilities.index.isin(shown.units["centre_id"])
    told = facilities.assign(role=facilities["role"].where(named, ""), role_source="")[kept]
    return _without_few(_with_facilities(shown, told))


def _without_few(proposal: Proposal) -> Proposal:
    layers, fewest = {}, proposal.case.rules.fewest_shown
    for name in ("units", "grids"):
        frame = getattr(proposal, name)
        counts = {
            column: frame[column].mask([is_few(count, fewest) for count in frame[column]])
            for column in _PEOPLE
            if column in frame
        }
        layers[name] = frame.assign(**counts)
    return replace(proposal, **layers)


def is_few(value: float | None, fewest: int) -> bool:
    """Tell whether a count of persons is one that must not be shown: above 0 and below `rules.fewest_shown`."""
    return value is not None and 0 < round(float(value), 6) < fewest


def audience_rows() -> list[tuple[Text, dict[Audience, bool]]]:
    """Return the table for people: what, and whether each audience's files hold it."""
    return [(content.about, {name: name in content.held_by for name in AUDIENCES}) for content in CONTENTS.values()]
