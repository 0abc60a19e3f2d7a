"""Rules R-36 to R-38: networks across grids, telemedicine for remote places, shared centres."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.centres import centres_of, known_kinds, served_people, serving, transport_minutes
from gridplan.grids.cooperation import (
    Network,
    list_networks,
    remote_of,
    specialty_reach,
    telemedicine_edges,
)
from gridplan.grids.members import hospital_of_site
from gridplan.grids.plan import Plan
from gridplan.words.numbers import counted, listed, minutes, share, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRES, NETWORKS, SERVICES


def check_networks(plan: Plan) -> Iterator[Verdict]:
    """R-36: specialty alliances reach over two grids; what every network spans; the specialties each grid reaches."""
    table, facilities = plan.records["networks"], plan.layers.facilities
    for network in list_networks(table, plan.members):
        yield _spans(network, plan)
    reach = specialty_reach(table, facilities, plan.members)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        own = reach[reach["grid_id"] == grid_id]
        if own.empty:
            continue
        told = {how: _specialties(own[own["reach"] == how]["specialty"]) for how in ("in_grid", "alliance", "gap")}
        gaps = int((own["reach"] == "gap").sum())
        yield Verdict(
            "grid",
            grid_id,
            gaps == 0,
            Text(
                zh="{g}可提供的专科：{a}；经专科联盟可及：{b}；缺：{c}",
                en="{g}: specialties of its own: {a}; through alliances: {b}; missing: {c}",
            ).format(g=plan.grid_name(grid_id), a=told["in_grid"], b=told["alliance"], c=told["gap"]),
            measured=gaps,
            limit=0,
            unit="specialties",
            severity="note",
            topic="specialties",
        )


def _specialties(keys: pd.Series) -> Text:
    labels = [SERVICES.label(str(key)) for key in keys]
    if not labels:
        return Text(zh="无", en="none")
    return Text(zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels))


def _spans(network: Network, plan: Plan) -> Verdict:
    """Say what a network spans; only a specialty alliance inside one grid is against the rule."""
    alliance = network.kind == "specialty_alliance"
    names = plan.layers.facilities["name"]
    met = network.crosses or not alliance
    wording = (
        Text(
            zh="{n}（{k}）：由{h}牵头，{m} 家机构，跨 {n_grids} 个网格，市外单位 {o} 家",
            en="{n} ({k}), led by {h}: {m}, {n_grids}, {o} outside the city",
        )
        if met
        else Text(
            zh="{n}（{k}）：{m} 家机构都在一个网格内，没有市外单位，不成其为专科联盟",
            en="{n} ({k}): {m}, all in one grid and none outside the city: not an alliance",
        )
    )
    leading = [str(names.get(hub, hub)) for hub in network.hubs] or list(network.partners)
    message = wording.format(
        n=network.name,
        k=NETWORKS.label(network.kind),
        h=listed(leading),
        m=counted(len(network.members), "facility", "facilities"),
        n_grids=counted(len(network.grids), "grid"),
        o=counted(len(network.partners), "partner"),
    )
    return Verdict(
        "plan",
        network.network_id,
        met,
        message,
        measured=len(network.grids) + bool(network.partners) if alliance else len(network.grids),
        limit=2 if alliance else None,
        unit="grids",
        severity="should" if alliance else "note",
    )


def check_telemedicine(plan: Plan) -> Iterator[Verdict]:
    """R-37: every member in a remote unit is joined to a telemedicine hub, and so are all members of each grid."""
    edges = telemedicine_edges(plan.records["networks"])
    hubs = {str(hub) for hub in edges["hub_id"]} - {""}
    sites = set(map(str, edges["member_id"]))
    yield _size(edges, len(hubs), len(sites - hubs))
    remote = remote_of(plan)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        yield _remote_joined(plan, grid_id, remote[remote["grid_id"] == grid_id], hubs | sites)
        yield _coverage(plan, grid_id, hubs | sites)


def _size(edges: pd.DataFrame, n_hubs: int, n_sites: int) -> Verdict:
    specialties = {str(name) for name in edges["specialty"]} - {""}
    return Verdict(
        "plan",
        "",
        n_sites > 0,
        Text(
            zh="远程医疗协作网有 {hubs} 个中心、{sites} 个接入机构、{p} 个远程专科",
            en="the telemedicine networks have {hubs}, {sites} and {p}",
        ).format(
            hubs=counted(n_hubs, "hub"),
            sites=counted(n_sites, "site"),
            p=counted(len(specialties), "specialty", "specialties"),
        ),
        measured=n_sites,
        unit="facilities",
        severity="note",
    )


def _remote_joined(plan: Plan, grid_id: str, remote: pd.DataFrame, joined: set[str]) -> Verdict:
    facilities = plan.layers.facilities
    missing = [str(facility) for facility in remote.index if facility not in joined]
    wording = (
        Text(zh="{g}没有偏远机构（须乘船或超过 {t} 分钟）", en="{g} has no remote member (by ferry or beyond {t} min)")
        if remote.empty
        else Text(
            zh="{g}有 {n} 家偏远机构（其中须乘船 {f} 家），都已接入远程医疗",
            en="{g} has {n} ({f} by ferry), all joined to telemedicine",
        )
        if not missing
        else Text(
            zh="{g}有 {n} 家偏远机构（其中须乘船 {f} 家），{m} 家未接入远程医疗：{w}",
            en="{g} has {n} ({f} by ferry); {m} not joined to telemedicine: {w}",
        )
    )
    return Verdict(
        "grid",
        grid_id,
        not missing,
        wording.format(
            g=plan.grid_name(grid_id),
            t=minutes(plan.case.rules.remote_min),
            n=counted(len(remote), "remote member"),
            f=int((remote["reason"] == "ferry").sum()),
            m=len(missing),
            w=listed([str(facilities["name"][name]) for name in missing]),
        ),
        measured=len(missing),
        limit=0,
        unit="facilities",
        places=tuple(dict.fromkeys(str(facilities["unit_id"][name]) for name in missing)),
    )


def _coverage(plan: Plan, grid_id: str, joined: set[str]) -> Verdict:
    rules = plan.case.rules
    own = plan.members.index[(plan.members["grid_id"] == grid_id) & (plan.members["role"] == "member")]
    n = sum(str(name) in joined for name in own)
    covered = n / len(own) if len(own) else 1.0
    return Verdict(
        "grid",
        grid_id,
        covered >= rules.telemedicine_coverage,
        Text(
            zh="{g}成员单位 {a} 家，接入远程医疗 {n} 家（{s}），目标 {t}",
            en="{g}: {n} of {a:member|members} joined to telemedicine ({s}); target {t}",
        ).format(g=plan.grid_name(grid_id), a=len(own), n=n, s=share(covered), t=stated(rules.telemedicine_coverage)),
        measured=covered,
        limit=rules.telemedicine_coverage,
        unit="share",
    )


def check_centres(plan: Plan) -> Iterator[Verdict]:
    """R-38: each grid has a shared centre of each kind or is served by one of the city, near enough, and not two of a kind."""
    kinds = known_kinds(plan)
    for kind in plan.case.rules.centre_kinds:
        if kind not in kinds:
            wording = Text(
                zh="{k}中心：未评价，医院的服务项目（services）和共享中心登记表（centres）中都没有",
                en="centres for {k}: not evaluated, needs them among the services of hospitals or in the table centres",
            )
            yield Verdict("plan", kind, None, wording.format(k=CENTRES.label(kind)))
    centres = centres_of(plan)
    for row in centres[centres["serves"] == ""].itertuples():
        yield _serves_nobody(plan, str(row.kind), str(row.facility_id))
    for grid_id in map(str, plan.assignment.lead_of_grid.index) if kinds else ():
        own = serving(centres, grid_id)
        yield _has_centres(plan, grid_id, kinds, own)
        yield from _too_far(plan, grid_id, own)
        yield from _too_many(plan, grid_id, centres)


def _serves_nobody(plan: Plan, kind: str, facility: str) -> Verdict:
    wording = Text(
        zh="设在{h}的{k}中心登记的服务对象在本方案中不牵头任何网格，未计入",
        en="the centre for {k} at {h} is on record for a lead that leads no grid of this plan; it does not count",
    )
    name = plan.layers.facilities["name"].get(facility, facility)
    message = wording.format(h=name, k=CENTRES.label(kind))
    return Verdict("facility", facility, False, message, severity="note", topic="unserved")


def _has_centres(plan: Plan, grid_id: str, kinds: tuple[str, ...], own: pd.DataFrame) -> Verdict:
    missing = [kind for kind in kinds if kind not in set(own["kind"])]
    proposed = _proposed(plan, grid_id)
    steps = [(CENTRES.label(kind), proposed.get(kind, "")) for kind in missing]
    what = Text(
        zh="、".join(f"{label.zh}（建议设在{host}）" if host else label.zh for label, host in steps),
        en=", ".join(f"{label.en} (proposed at {host})" if host else label.en for label, host in steps),
    )
    wording = (
        Text(zh="{g}缺共享中心：{w}", en="{g} has no shared centre for {w}")
        if missing
        else Text(zh="{g}的 {n} 类共享中心都有", en="{g} has, or is served by, all {n:kind|kinds} of shared centre")
    )
    return Verdict(
        "grid",
        grid_id,
        not missing,
        wording.format(g=plan.grid_name(grid_id), w=what, n=len(kinds)),
        measured=len(missing),
        limit=0,
        unit="centres",
    )


def _proposed(plan: Plan, grid_id: str) -> dict[str, str]:
    """Return the name of the host that the annex of centres proposes for each kind; empty without the annex."""
    if "centres" not in plan.annexes:
        return {}
    annex = plan.annexes["centres"]
    rows = annex[(annex["status"] == "proposed") & (annex["grid_id"] == grid_id)]
    return dict(zip(rows["kind"].map(str), rows["facility"].map(str), strict=True))


def _too_far(plan: Plan, grid_id: str, own: pd.DataFrame) -> Iterator[Verdict]:
    """Say how long samples travel from the health centres of a grid to the nearest centre of the farthest kind."""
    limit = plan.case.rules.sample_min
    people = served_people(plan.hierarchy, plan.layers.units)
    clients = list(map(str, people.index[plan.grid_of_facility.reindex(people.index) == grid_id]))
    if limit is None or own.empty or not clients:
        return
    by_kind = {
        str(kind): transport_minutes(rows["facility_id"], clients, plan.travel.between)
        for kind, rows in own.groupby("kind", sort=True)
    }
    kind = max(by_kind, key=lambda name: (float(by_kind[name].max()), name))
    far = clients[int(np.argmax(by_kind[kind]))]
    worst = float(by_kind[kind].max())
    facilities = plan.layers.facilities
    yield Verdict(
        "grid",
        grid_id,
        worst <= limit,
        Text(
            zh="{g}标本送检最远 {m} 分钟（{c}到{k}中心），限值 {t} 分钟",
            en="{g}: samples travel up to {m} min ({c}, {k}); limit {t} min",
        ).format(
            g=plan.grid_name(grid_id),
            m=minutes(worst),
            c=facilities["name"][far],
            k=CENTRES.label(kind),
            t=minutes(limit),
        ),
        measured=worst,
        limit=limit,
        unit="min",
        places=(str(facilities["unit_id"][far]),) if worst > limit else (),
        topic="transport",
    )


def _too_many(plan: Plan, grid_id: str, centres: pd.DataFrame) -> Iterator[Verdict]:
    """Name the kinds of which a group has more than one; the campuses of a hospital count once."""
    hosted = centres[centres["host_grid"] == grid_id]
    hospital = hosted["facility_id"].map(hospital_of_site(plan.layers.facilities)).fillna(hosted["facility_id"])
    count = hospital.groupby(hosted["kind"]).nunique()
    double = [
        (CENTRES.label(kind), int(count[kind])) for kind in plan.case.rules.centre_kinds if count.get(kind, 0) > 1
    ]
    if not double:
        return
    yield Verdict(
        "grid",
        grid_id,
        False,
        Text(
            zh="{g}集团内同类中心不止一处：{w}，可考虑整合共享",
            en="{g} has more than one of a kind: {w}; they might be shared",
        ).format(
            g=plan.grid_name(grid_id),
            w=Text(
                zh="、".join(f"{label.zh} {n} 处" for label, n in double),
                en=", ".join(f"{label.en} {n}" for label, n in double),
            ),
        ),
        measured=max(n for _, n in double),
        limit=1,
        unit="centres",
        severity="note",
        topic="several",
    )


NETWORK_RULES = (
    Rule(
        "R-36",
        "networks",
        Text(zh="跨网格的网络", en="Networks across grids"),
        "note",
        "S2, S3",
        check_networks,
        Text(
            zh="专科联盟至少跨两个网格，或有市外单位（否则应当改正）；列出各网络的规模，以及每个网格自有的、经联盟可及的和缺少的专科（联盟的专科和机构表中的临床服务项目）。网络不改变网格划分",
            en="A specialty alliance reaches over two grids or out of the city (else it should be changed); the size of every network, and for each grid the specialties it has, reaches through alliances, or lacks (those of the alliances, and clinical services told). Networks leave the grids as they are",
        ),
        needs=("networks",),
    ),
    Rule(
        "R-37",
        "networks",
        Text(zh="远程医疗", en="Telemedicine"),
        "should",
        "S0, S2, S3",
        check_telemedicine,
        Text(
            zh="偏远的成员单位（不乘船到不了牵头医院，或所在单元居民到牵头医院超过限值）都接入远程医疗协作网；各网格成员单位接入的比例达到目标。尚未接入的偏远机构在附表中给出建议的中心。是否须乘船只在按路网计算时判断",
            en="Remote members (no way to the lead without a ferry, or residents of their unit beyond the limit) are joined to a telemedicine network, and so is the target share of all members. An annex proposes a hub for those that are not. Ferries are known only where roads are measured",
        ),
        needs=("networks",),
        limits=("rules.remote_min", "rules.telemedicine_coverage"),
    ),
    Rule(
        "R-38",
        "networks",
        Text(zh="资源共享中心", en="Shared centres"),
        "should",
        "S2, S3",
        check_centres,
        Text(
            zh="每个网格的每一类共享中心设在本集团内（二级及以上医院的服务项目，或登记表），或由登记的全市中心服务；缺少时建议一处（基层中心按服务人口加权的平均车程最短）；给出送检时限的，最远的基层中心在时限内；一个集团同类多于一处为提示",
            en="For each kind a centre in the group (among the services of a hospital of level 2 and above, or on record) or one of the city that is on record for it; where one is missing a host is proposed (least mean minutes from the health centres, by residents); where a limit is stated, samples reach their centre within it; more than one of a kind in a group is a note",
        ),
        limits=("rules.centre_kinds", "rules.sample_min"),
    ),
)
