"""Rules R-21 to R-24 and R-26: what a group is made of, who is in it once, and who is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.care import providers
from gridplan.grids.members import BY_CONSENT, EXEMPT_LEVELS, IN_GROUP, hospital_of_site, in_group
from gridplan.grids.plan import Plan
from gridplan.layers.facilities.services import tell_services
from gridplan.words.numbers import counted, listed, minutes
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, PRIMARY_KINDS


def check_mix(plan: Plan) -> Iterator[Verdict]:
    """R-21: each grid has a secondary hospital or continuing care, and a primary-care centre in every street of its."""
    urban = [grid for grid in map(str, plan.assignment.lead_of_grid.index) if not plan.is_county(grid)]
    if not urban:
        wording = Text(
            zh="县域方案的成员构成另有规则，未评价", en="not evaluated: the mix of county communities has its own rules"
        )
        yield Verdict("plan", "", None, wording, applies=False)
        return
    yield from _secondary(plan, urban)
    yield from _centres(plan, urban)


def _secondary(plan: Plan, grids: list[str]) -> Iterator[Verdict]:
    facilities, members = plan.layers.facilities, plan.members
    if not (facilities["level"] == 2).any() and not tell_services(facilities).any():
        wording = Text(
            zh="二级综合医院或接续性医疗：未评价，机构表没有二级医院，也没有服务项目（services）",
            en="secondary general or continuing care: not evaluated, needs secondary hospitals or services",
        )
        yield Verdict("plan", "secondary", None, wording)
        return
    secondary = (facilities["kind"] == "general") & (facilities["level"] == 2) & (members["role"] == "member")
    able = members["grid_id"][secondary].combine_first(providers(facilities, members, "continuing_care"))
    count = able.value_counts()
    for grid_id in grids:
        n = int(count.get(grid_id, 0))
        wording = (
            Text(
                zh="{g}有 {n} 家二级综合医院或接续性医疗机构（含牵头医院自有服务）",
                en="{g} has {n} with secondary general or continuing care (the lead's own included)",
            )
            if n
            else Text(
                zh="{g}没有二级综合医院，牵头医院和成员也不提供接续性医疗",
                en="{g} has no secondary general hospital, and neither lead nor members give continuing care",
            )
        )
        yield Verdict(
            "grid",
            grid_id,
            n >= 1,
            wording.format(g=plan.grid_name(grid_id), n=counted(n, "institution")),
            measured=n,
            limit=1,
            unit="members",
        )


def _centres(plan: Plan, grids: list[str]) -> Iterator[Verdict]:
    units, facilities = plan.layers.units, plan.layers.facilities
    if (units["street_id"] == "").all():
        return
    grid = plan.assignment.grid_of_unit.reindex(units.index)
    centres = facilities[facilities["kind"].isin(CENTRE_KINDS) & (plan.members["role"] == "member")]
    served = set(zip(plan.members["grid_id"][centres.index], centres["unit_id"].map(units["street_id"]), strict=True))
    lived_in = units[(units["population"] > 0) & (units["street_id"] != "")]
    for grid_id in grids:
        own = lived_in[grid.reindex(lived_in.index) == grid_id]
        bare = own[~own["street_id"].map(lambda street, grid_id=grid_id: (grid_id, street) in served).astype(bool)]
        streets = list(dict.fromkeys(bare["street"].where(bare["street"] != "", bare["street_id"])))
        wording = (
            Text(
                zh="{g}有 {n} 个街道（乡镇）没有成员社区卫生服务中心（卫生院）：{s}",
                en="{g}: no primary-care centre among its members for {n}: {s}",
            )
            if streets
            else Text(
                zh="{g}每个街道（乡镇）都有成员社区卫生服务中心（卫生院）",
                en="{g} has a primary-care centre in every street",
            )
        )
        yield Verdict(
            "grid",
            grid_id,
            not streets,
            wording.format(g=plan.grid_name(grid_id), n=counted(len(streets), "street"), s=listed(streets)),
            measured=len(streets),
            limit=0,
            unit="streets",
            places=tuple(map(str, bare.index)),
            topic="centres",
        )


def check_membership(plan: Plan) -> Iterator[Verdict]:
    """R-22: no facility belongs to two grids; national and provincial ones may; a hospital is in one group with all its sites."""
    facilities, members = plan.layers.facilities, plan.members
    claims = plan.claimed("facility")
    claims = claims[claims["subject_id"].isin(facilities.index)]
    free = facilities["admin_level"].isin(EXEMPT_LEVELS)
    broken = False
    for facility, rows in claims.groupby("subject_id"):
        names = [plan.grid_name(grid) for grid in dict.fromkeys([members["grid_id"][facility], *rows["grid_id"]])]
        exempt = bool(free[facility])
        broken |= not exempt
        yield Verdict(
            "facility",
            str(facility),
            exempt,
            Text(zh="{h}同时属于 {n} 个网格：{g}", en="{h} belongs to {n:grid|grids}: {g}").format(
                h=facilities["name"][facility], n=len(names), g=listed(names)
            ),
            measured=len(names),
            limit=None if exempt else 1,
            unit="grids",
            places=(str(facilities["unit_id"][facility]),),
            severity="note" if exempt else None,
        )
    yield from _campuses(plan)
    if not broken:
        n = int(in_group(members).sum())
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="{n} 家机构各属一个网格", en="{n} in one grid each").format(n=counted(n, "facility", "facilities")),
            measured=0,
            limit=0,
            unit="facilities",
        )


def _campuses(plan: Plan) -> Iterator[Verdict]:
    """One legal person, one group: sites of a hospital that are members of another group than the hospital's."""
    facilities, members = plan.layers.facilities, plan.members
    hospital, grid = hospital_of_site(facilities), members["grid_id"].where(in_group(members), "")
    inside = (facilities["unit_id"] != "") & (grid != "")
    spread = grid[inside].groupby(hospital).nunique()
    for own in spread.index[spread > 1]:
        sites = facilities.index[inside & (hospital == own)]
        led = [str(grid[site]) for site in sites if members["role"][site] == "lead"]
        home = led or [str(grid.get(own) or grid[sites[0]])]
        for site in sites[~grid[sites].isin(home)]:
            yield _campus_apart(plan, str(site), str(own), home[0])
    for site, way in plan.case.members.campuses.items():
        if site in facilities.index:
            wording = (
                Text(zh="{s}按方案文件为{g}的合作单位", en="{s} is a cooperating site of {g}, by the case")
                if way == "cooperating"
                else Text(zh="{s}按方案文件随本院属{g}", en="{s} belongs to {g} with its hospital, by the case")
            )
            message = wording.format(s=facilities["name"][site], g=plan.grid_name(str(members["grid_id"][site])))
            yield Verdict("facility", site, True, message, severity="note")


def _campus_apart(plan: Plan, site: str, hospital: str, home: str) -> Verdict:
    facilities = plan.layers.facilities
    wording = Text(
        zh="{s}是{h}的院区，{h}属{g}，该院区却是{o}的成员。一家法人只属一个集团，可选：一、作为{o}的合作单位；二、随本院属{g}，成为飞地；"
        "三、拆分所在单元，把院区一侧划入{g}。前两种由方案文件选定（members.campuses）",
        en="{s} is a site of {h}, which belongs to {g}, and yet a member of {o}. One legal person belongs to one group; three ways out: a "
        "cooperating site in {o}; with its hospital in {g}, as an enclave; or its unit split, so that its part goes to {g}. The first two are "
        "chosen in the case (members.campuses)",
    )
    return Verdict(
        "facility",
        site,
        False,
        wording.format(
            s=facilities["name"][site],
            h=facilities["name"].get(hospital, hospital),
            g=plan.grid_name(home),
            o=plan.grid_name(str(plan.members["grid_id"][site])),
        ),
        measured=2,
        limit=1,
        unit="grids",
        places=(str(facilities["unit_id"][site]),),
        severity="should",
    )


def check_left_out(plan: Plan) -> Iterator[Verdict]:
    """R-23: every public institution inside the area is a member, cooperates or is in an alliance.

    A tertiary hospital that is left out is a must. That a list does not name an institution, or that no agreement of one that joins
    by consent is on file, is a lack of data: never a must.
    """
    facilities, members = plan.layers.facilities, plan.members
    inside = (facilities["unit_id"] != "") & (facilities["kind"] != "ems")
    by_consent = facilities["ownership"].isin(BY_CONSENT) | facilities["admin_level"].isin(EXEMPT_LEVELS)
    public = inside & ~by_consent
    alone = (members["role"] == "none") & ~facilities.index.isin(_allied(plan))
    for facility, row in facilities[public & alone].iterrows():
        yield _left_out(plan, str(facility), row)
    silent = inside & by_consent & alone & members["role_source"].isin(("consent", "level"))
    if silent.any():
        yield _no_agreements(plan, facilities[silent])
    if not (public & alone).any():
        n = int((public & facilities["kind"].isin(PRIMARY_KINDS)).sum())
        wording = Text(
            zh="范围内 {a} 家公立机构都是成员、合作单位或在专科联盟等网络内，其中基层机构 {n} 家",
            en="every public institution inside ({a}) is a member, cooperates or is in an alliance, {n} of them primary care",
        )
        message = wording.format(a=int(public.sum()), n=n)
        yield Verdict("plan", "", True, message, measured=0, limit=0, unit="facilities")


def _allied(plan: Plan) -> set[str]:
    networks = plan.records.get("networks")
    return set() if networks is None else {*map(str, networks["member_id"]), *map(str, networks["hub_id"])} - {""}


def _left_out(plan: Plan, facility: str, row: pd.Series) -> Verdict:
    unlisted = plan.members["role_source"][facility] == "list"
    tertiary = row["level"] == 3
    wording = (
        Text(
            zh="公立机构{h}不在成员名单中，也没有合作或联盟的记录",
            en="{h}, a public institution, is not in the list of members, and no cooperation or alliance is on record",
        )
        if unlisted
        else Text(zh="三级公立医院{h}没有加入任何集团", en="{h}, a tertiary public hospital, is in no group")
        if tertiary
        else Text(zh="公立机构{h}没有加入任何集团", en="{h}, a public institution, is in no group")
    )
    return Verdict(
        "facility",
        facility,
        False,
        wording.format(h=row["name"]),
        measured=0,
        limit=1,
        unit="grids",
        places=(str(row["unit_id"]),),
        severity="must" if tertiary and not unlisted else None,
    )


def _no_agreements(plan: Plan, silent: pd.DataFrame) -> Verdict:
    wording = Text(
        zh="{n} 家社会办、部队、国家级和省级机构须经本单位同意，没有协议记录，列为未加入：{w}",
        en="{n} private, military, national and provincial institutions join by consent; no agreement is on file, so they are in no group: {w}",
    )
    return Verdict(
        "plan",
        "agreements",
        None,
        wording.format(n=len(silent), w=listed([str(name) for name in silent["name"]])),
        measured=len(silent),
        unit="facilities",
        places=tuple(dict.fromkeys(map(str, silent["unit_id"]))),
        severity="note",
    )


def check_detour(plan: Plan) -> Iterator[Verdict]:
    """R-24: a member stands inside its grid, or not much farther from its lead than from the nearest one.

    Minutes are those of the residents of the unit in which the member stands.
    """
    facilities, members = plan.layers.facilities, plan.members
    own = facilities["unit_id"].map(plan.assignment.grid_of_unit)
    chosen = facilities.index.isin(plan.case.members.campuses)
    outside = facilities.index[(members["role"] == "member") & (members["grid_id"] != own) & ~chosen]
    limit, leads = plan.case.rules.detour_min, plan.assignment.lead_of_grid
    table = plan.travel.unit_minutes.reindex(columns=leads.to_numpy())
    for facility in outside:
        unit, grid_id = str(facilities["unit_id"][facility]), str(members["grid_id"][facility])
        known = unit in table.index
        times = table.loc[unit].to_numpy(float) if known else np.array([np.nan])
        own_time = times[table.columns.get_loc(leads[grid_id])] if known else np.nan
        extra = float(own_time - np.nanmin(times)) if np.isfinite(own_time) else float("nan")
        met = None if np.isnan(extra) else extra <= limit
        wording = (
            Text(
                zh="{h}不在{g}内，且没有到各牵头医院的时间",
                en="{h} stands outside {g}; no minutes to the leads are known",
            )
            if met is None
            else Text(
                zh="{h}不在{g}内，到其牵头医院比到最近的牵头医院多 {m} 分钟",
                en="{h} stands outside {g}, {m} min farther from its lead than from the nearest",
            )
        )
        yield Verdict(
            "facility",
            str(facility),
            met,
            wording.format(h=facilities["name"][facility], g=plan.grid_name(grid_id), m=minutes(extra)),
            measured=None if met is None else extra,
            limit=limit,
            unit="min",
            places=(unit,) if unit else (),
        )
    inside = int(((members["role"] == "member") & (members["grid_id"] == own)).sum())
    wording = Text(zh="{n} 家成员单位在本网格范围内", en="{n} inside their grid")
    yield Verdict("plan", "", True, wording.format(n=counted(inside, "member")), measured=inside, unit="members")


def check_private(plan: Plan) -> Iterator[Verdict]:
    """R-26: private institutions may join and are not excluded; how many of each grid have joined, cooperate, or neither."""
    private = plan.layers.facilities["ownership"] == "private"
    members = plan.members[private]
    count = members.groupby(["grid_id", "role"]).size().unstack(fill_value=0)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        states = count.loc[grid_id] if grid_id in count.index else pd.Series(dtype=int)
        n = int(states.sum())
        joined, cooperating = (
            int(sum(states.get(role, 0) for role in roles)) for roles in (IN_GROUP, ("cooperating",))
        )
        wording = Text(
            zh="{g}范围内有 {n} 家社会办机构：已加入 {a} 家，合作 {c} 家，未加入 {o} 家；自愿参加，产权不变",
            en="{g} has {n} inside: {a} joined, {c} cooperating, {o} neither; they join if they wish, and ownership stays",
        )
        message = wording.format(
            g=plan.grid_name(grid_id),
            n=counted(n, "private institution"),
            a=joined,
            c=cooperating,
            o=n - joined - cooperating,
        )
        yield Verdict("grid", grid_id, True, message, measured=joined, unit="members")


MEMBER_RULES = (
    Rule(
        "R-21",
        "members",
        Text(zh="成员构成", en="Mix of members"),
        "should",
        "S0, S1, V",
        check_mix,
        Text(
            zh="城市网格除牵头医院外，至少有一家二级综合医院或能提供接续性医疗服务的机构，每个有人居住的街道（乡镇）都有成员社区卫生服务中心（卫生院）；康复、护理、安宁疗护见 R-34",
            en="Beside its lead a city grid has a secondary general hospital or continuing care, and a primary-care centre for every inhabited street; rehabilitation, nursing and hospice are R-34",
        ),
    ),
    Rule(
        "R-22",
        "members",
        Text(zh="一家机构一个网格", en="One membership a facility"),
        "must",
        "D, S3",
        check_membership,
        Text(
            zh="一家机构不能同时属于两个网格，国家级、省属医院除外；一家法人只属一个集团：院区是别的集团成员的为“应当”，可作为合作单位、随本院成为飞地，或拆分所在单元",
            en="No facility belongs to two grids; national and provincial hospitals may. One legal person belongs to one group: a campus that is a member of another group is a should; it may cooperate there, be an enclave of its hospital's group, or have its unit split",
        ),
    ),
    Rule(
        "R-23",
        "members",
        Text(zh="公立机构都参加", en="No public facility left out"),
        "should",
        "D, S0",
        check_left_out,
        Text(
            zh="范围内的公立机构都是成员、合作单位，或在专科联盟等网络内；三级公立医院都没有的为“必须”，只是成员名单没有列入的为“应当”（资料缺失）。社会办、部队、国家级和省级机构须经本单位同意，没有协议记录的列为未评价；急救站除外",
            en="Every public institution inside is a member, cooperates or is in an alliance; a tertiary hospital left out is a must, one that only the list of members does not name a should (a lack of data). Private, military, national and provincial ones join by consent: without an agreement on file they are told as not evaluated; ambulance stations are exempt",
        ),
    ),
    Rule(
        "R-24",
        "members",
        Text(zh="成员就近", en="Members near their lead"),
        "should",
        "D",
        check_detour,
        Text(
            zh="成员单位在本网格范围内，或到本网格牵头医院比到最近的牵头医院多出的时间不超过限值（按所在单元居民的时间计）",
            en="A member stands inside its grid, or not much farther from its lead than from the nearest (minutes of its unit's residents)",
        ),
        limits=("rules.detour_min",),
    ),
    Rule(
        "R-26",
        "members",
        Text(zh="社会办机构", en="Private institutions"),
        "note",
        "S0, S3",
        check_private,
        Text(
            zh="社会办机构可自愿参加，不排斥；各网格已加入、合作、未加入的家数",
            en="Private institutions may join and are not excluded; how many of each grid joined, cooperate, or neither",
        ),
        needs=("ownership",),
    ),
)
