"""Rules R-21 to R-24 and R-26: what a group is made of, who is in it once, and who is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.members import EXEMPT_LEVELS, hospital_of_site
from gridplan.grids.plan import Plan
from gridplan.layers.facilities.services import offers, tell_services
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
    able = (facilities["kind"] == "general") & (facilities["level"] == 2) | offers(facilities, "continuing_care")
    count = members["grid_id"][able & (members["role"] == "member")].value_counts()
    for grid_id in grids:
        n = int(count.get(grid_id, 0))
        wording = (
            Text(
                zh="{g}有 {n} 家二级综合医院或接续性医疗机构",
                en="{g} has {n} with secondary general or continuing care",
            )
            if n
            else Text(
                zh="{g}没有二级综合医院，也没有提供接续性医疗服务的成员",
                en="{g} has no secondary general hospital and no member for continuing care",
            )
        )
        yield Verdict(
            "grid",
            grid_id,
            n >= 1,
            wording.format(g=plan.grid_name(grid_id), n=counted(n, "member")),
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
        bare = own[[(grid_id, street) not in served for street in own["street_id"]]]
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
    """R-22: no facility belongs to two grids; national and provincial ones may; campuses belong where they stand."""
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
            Text(zh="{h}同时属于 {n} 个网格：{g}", en="{h} belongs to {n} grids: {g}").format(
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
        n = int((members["role"] != "none").sum())
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
    facilities = plan.layers.facilities
    inside = facilities["unit_id"] != ""
    parent = hospital_of_site(facilities)
    grid = plan.members["grid_id"]
    spread = grid[inside & (grid != "")].groupby(parent).nunique()
    for hospital in spread.index[spread > 1]:
        sites = facilities.index[inside & (parent == hospital)]
        yield Verdict(
            "facility",
            str(hospital),
            True,
            Text(
                zh="{h}的院区分在 {k} 个网格，各自是所在网格的成员",
                en="campuses of {h} stand in {k} grids, each a member where it stands",
            ).format(h=facilities["name"].get(hospital, hospital), k=int(spread[hospital])),
            measured=float(spread[hospital]),
            unit="grids",
            places=tuple(map(str, facilities["unit_id"][sites])),
            severity="note",
        )


def check_left_out(plan: Plan) -> Iterator[Verdict]:
    """R-23: every public facility inside the area is in a grid; a tertiary hospital left out is a must."""
    facilities, members = plan.layers.facilities, plan.members
    public = (facilities["ownership"] != "private") & ~facilities["admin_level"].isin(EXEMPT_LEVELS)
    public &= facilities["unit_id"] != ""
    lost = facilities[public & (members["role"] == "none")]
    for facility, row in lost.iterrows():
        tertiary = row["level"] == 3
        wording = (
            Text(zh="三级公立医院{h}没有划入任何网格", en="{h}, a tertiary public hospital, is in no grid")
            if tertiary
            else Text(zh="公立机构{h}没有划入任何网格", en="{h}, a public facility, is in no grid")
        )
        yield Verdict(
            "facility",
            str(facility),
            False,
            wording.format(h=row["name"]),
            measured=0,
            limit=1,
            unit="grids",
            places=(str(row["unit_id"]),),
            severity="must" if tertiary else None,
        )
    if not len(lost):
        n = int((public & facilities["kind"].isin(PRIMARY_KINDS)).sum())
        yield Verdict(
            "plan",
            "",
            True,
            Text(
                zh="范围内 {a} 家公立机构都已划入网格，其中基层机构 {n} 家",
                en="every public facility inside ({a}) is in a grid, {n} of them primary care",
            ).format(a=int(public.sum()), n=n),
            measured=0,
            limit=0,
            unit="facilities",
        )


def check_detour(plan: Plan) -> Iterator[Verdict]:
    """R-24: a member stands inside its grid, or not much farther from its lead than from the nearest one.

    Minutes are those of the residents of the unit in which the member stands.
    """
    facilities, members = plan.layers.facilities, plan.members
    own = facilities["unit_id"].map(plan.assignment.grid_of_unit)
    outside = facilities.index[(members["role"] == "member") & (members["grid_id"] != own)]
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
    """R-26: private institutions may join and are not excluded; how many there are in each grid."""
    private = plan.layers.facilities["ownership"] == "private"
    count = plan.members["grid_id"][private & (plan.members["role"] != "none")].value_counts()
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        n = int(count.get(grid_id, 0))
        yield Verdict(
            "grid",
            grid_id,
            True,
            Text(
                zh="{g}范围内有 {n} 家社会办机构，自愿参加，产权不变",
                en="{g} has {n} inside; they join if they wish, and ownership stays",
            ).format(g=plan.grid_name(grid_id), n=counted(n, "private institution")),
            measured=n,
            unit="members",
        )


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
            zh="一家机构不能同时属于两个网格；国家级、省属医院除外；院区各随所在网格",
            en="No facility belongs to two grids; national and provincial hospitals may; campuses belong where they stand",
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
            zh="范围内的公立机构都划入网格；三级公立医院未划入为“必须”；国家级、省属和社会办机构除外",
            en="Every public facility inside is in a grid; a tertiary hospital left out is a must; national, provincial and private ones are exempt",
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
            zh="社会办机构可自愿参加，不排斥；各网格家数",
            en="Private institutions may join and are not excluded; their number in each grid",
        ),
        needs=("ownership",),
    ),
)
