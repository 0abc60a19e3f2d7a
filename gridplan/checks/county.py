"""Rules R-50 to R-54: county communities, their leads and partners, and city and counties in one plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.county_tree import centre_of_station, pattern_of, township_of_unit, tree_of
from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import Scope
from gridplan.ground.formulation import wanted_k
from gridplan.words.numbers import counted, listed, people
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, CENTRE_KINDS, HOSPITAL_KINDS, KINDS

PARTNER_KINDS = ("paired_assistance", "cooperation", "city_federation")
"""Networks in which a city hospital supports a county hospital (S3)."""
_CITY_LEVELS = ("national", "province", "city")


def _counties(plan: Plan) -> Iterator[tuple[Scope, str]]:
    """Yield the counties with the name of each: the place's own where the plan is of one county."""
    for scope in plan.scopes.values():
        if scope.mode == "county":
            yield scope, scope.name or plan.case.place.name


def check_structure(plan: Plan) -> Iterator[Verdict]:
    """R-50: one or two communities a county, whole townships, village clinics with their township's community."""
    centre = centre_of_station(plan.layers.units, plan.layers.facilities)
    for scope, name in _counties(plan):
        k, (least, most) = len(plan.grids_in(scope)), wanted_k(scope.case)
        yield Verdict(
            "plan",
            scope.id,
            least <= k <= most,
            Text(zh="{s}设 {k} 个医共体，应为 {a}", en="{s}: {k}, {a} wanted").format(
                s=name,
                k=counted(k, "community", "communities"),
                a=Text(zh=f"{least} 个", en=str(least))
                if least == most
                else Text(zh=f"{least}–{most} 个", en=f"{least} to {most}"),
            ),
            measured=k,
            limit=most if k >= least else least,
            unit="communities",
            places=() if least <= k <= most else tuple(map(str, scope.units)),
            severity="should",
            topic="number",
        )
        yield from _split_townships(plan, scope)
        for grid_id in plan.grids_in(scope):
            yield _clinics(plan, grid_id, centre)


def _split_townships(plan: Plan, scope: Scope) -> Iterator[Verdict]:
    units = plan.layers.units.loc[scope.units]
    township = township_of_unit(units)
    grid = plan.assignment.grid_of_unit.reindex(units.index)
    count = grid.groupby(township).nunique()
    for code in count.index[count > 1]:
        inside = units[township == code]
        yield Verdict(
            "plan",
            str(code),
            False,
            Text(zh="{t}分属 {n} 个医共体", en="{t} lies in {n:community|communities}").format(
                t=inside["street"].iloc[0] or code, n=int(count[code])
            ),
            measured=float(count[code]),
            limit=1,
            unit="communities",
            places=tuple(map(str, inside.index)),
        )


def _clinics(plan: Plan, grid_id: str, centre: pd.Series) -> Verdict:
    facilities, members = plan.layers.facilities, plan.members
    own = members["grid_id"].eq(grid_id) & members["role"].eq("member")
    home = centre.map(members["grid_id"]).where(centre != "")
    home = home.fillna(facilities["unit_id"].map(plan.assignment.grid_of_unit)).reindex(centre.index)
    inside = centre.index[own[centre.index] & (facilities["unit_id"][centre.index] != "")]
    stray, bare = inside[home[inside] != grid_id], inside[centre[inside] == ""]
    wording = (
        Text(
            zh="{g}有 {n} 家村卫生室不随所在乡镇的医共体：{who}",
            en="{g}: {n} not in the community of their township: {who}",
        )
        if len(stray)
        else Text(
            zh="{g}有 {n} 家村卫生室所在乡镇没有卫生院：{who}", en="{g}: {n} without a township centre above: {who}"
        )
        if len(bare)
        else Text(
            zh="{g}有 {c} 家卫生院、{n} 家村卫生室，村卫生室都随所在乡镇",
            en="{g}: {c}, {n}, each clinic with its township",
        )
    )
    told = stray if len(stray) else bare if len(bare) else inside
    n_centres = int((own & facilities["kind"].isin(CENTRE_KINDS)).sum())
    return Verdict(
        "grid",
        grid_id,
        not len(stray) and not len(bare),
        wording.format(
            g=plan.grid_name(grid_id),
            n=counted(len(told), "village clinic"),
            c=counted(n_centres, "township centre"),
            who=listed(list(facilities["name"][told])),
        ),
        measured=len(stray) or len(bare),
        limit=0,
        unit="village clinics",
        places=tuple(dict.fromkeys(map(str, facilities["unit_id"][told]))) if len(stray) or len(bare) else (),
        severity=None if len(stray) or not len(bare) else "should",
        topic="clinics" if len(stray) or not len(bare) else "bare",
    )


def check_pattern(plan: Plan) -> Iterator[Verdict]:
    """R-51: the county's 1+2+N as it is; a lead without township centres leaves the chain open."""
    tree = tree_of(plan)
    for scope, name in _counties(plan):
        own = tree[tree["scope_id"] == scope.id]
        count = own["level"].value_counts()
        leads = own.loc[own["level"] == "lead", "facility_id"]
        bare = leads[~leads.isin(own.loc[own["level"] == "centre", "parent_id"])]
        wording = (
            Text(
                zh="{s}：{bare}之下没有卫生院（{p}）",
                en="{s}: no township centre under {bare} ({p})",
            )
            if len(bare)
            else Text(
                zh="{s}：县级管理委员会 1 个、牵头医院 {k} 家、卫生院 {n} 家、村卫生室 {m} 家（{p}）",
                en="{s}: 1 county committee, {k}, {n}, {m} ({p})",
            )
        )
        yield Verdict(
            "plan",
            scope.id,
            not len(bare),
            wording.format(
                s=name,
                bare=listed(list(plan.layers.facilities["name"].reindex(bare).fillna(bare))),
                k=counted(int(count.get("lead", 0)), "lead"),
                n=counted(int(count.get("centre", 0)), "township centre"),
                m=counted(int(count.get("clinic", 0)), "village clinic"),
                p=pattern_of(own),
            ),
            measured=float(count.get("lead", 0)),
            unit="leads",
        )


def check_county_lead(plan: Plan) -> Iterator[Verdict]:
    """R-52: the lead of a community is a public county-level hospital, general or Chinese medicine."""
    facilities = plan.layers.facilities
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
        if not plan.is_county(str(grid_id)):
            continue
        unit = str(facilities["unit_id"].get(lead_id, ""))
        met, wording = judge_county_lead(plan.layers.facilities, str(lead_id), plan.case.county.lead_admin_levels)
        strength = float(plan.leads["strength"].get(lead_id, 0.0))
        yield Verdict(
            "grid",
            str(grid_id),
            met,
            wording.format(h=facilities["name"].get(lead_id, lead_id), s=f"{strength:.2f}"),
            measured=strength,
            unit="strength",
            places=(unit,) if unit else (),
        )


def judge_county_lead(
    facilities: pd.DataFrame, lead_id: str, admin_levels: Collection[str]
) -> tuple[bool | None, Text]:
    """Return whether a facility qualifies as the lead of a county community (None: not known), and why."""
    if lead_id not in facilities.index or facilities["kind"][lead_id] not in HOSPITAL_KINDS:
        return False, Text(zh="{h}不是医院，不能牵头", en="{h} is no hospital and cannot lead")
    row = facilities.loc[lead_id]
    parent = facilities.loc[row["parent_id"]] if row["parent_id"] in facilities.index else row
    kind, level = str(row["kind"]), str(row["admin_level"] or parent["admin_level"])
    if str(row["ownership"] or parent["ownership"]) == "private":
        return False, Text(zh="{h}是社会办医院，不能牵头医共体", en="{h} is private and cannot lead a community")
    if kind not in ("general", "tcm"):
        label = KINDS.label(kind)
        return False, Text(
            zh=f"{{h}}是{label.zh}，牵头的应为综合或中医医院",
            en=f"{{h}} is a {label.en}; a general or Chinese-medicine hospital should lead",
        )
    if level == "":
        return None, Text(
            zh="{h}：未评价，需要隶属关系（admin_level）", en="{h}: not evaluated, needs its affiliation (admin_level)"
        )
    if level not in admin_levels:
        label = ADMIN_LEVELS.label(level)
        return False, Text(
            zh=f"{{h}}是{label.zh}医院，牵头的应为县级医院",
            en=f"{{h}} is a {label.en} hospital; one of the county should lead",
        )
    label = KINDS.label(kind)
    return True, Text(
        zh=f"{{h}}：县级{label.zh}，能力评分 {{s}}", en=f"{{h}}: {label.en} of the county; strength {{s}}"
    )


def check_partners(plan: Plan) -> Iterator[Verdict]:
    """R-53: each county lead has a city hospital at its side, or one outside; information only."""
    table, facilities = plan.records["networks"], plan.layers.facilities
    ties = table[table["kind"].isin(PARTNER_KINDS)]
    from_city = facilities.index[facilities["admin_level"].isin(_CITY_LEVELS) | (facilities["level"] == 3)]
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
        if not plan.is_county(str(grid_id)):
            continue
        own = ties[ties["member_id"] == lead_id]
        hubs = [str(facilities["name"][hub]) for hub in own["hub_id"] if hub in from_city and hub != lead_id]
        partners = [*dict.fromkeys([*hubs, *(str(name) for name in own["partner"] if name)])]
        wording = (
            Text(zh="{g}的城市支援医院：{p}", en="{g} is supported by {p}")
            if partners
            else Text(zh="{g}没有记录城市三级医院的支援", en="{g}: no support by a city hospital is on record")
        )
        yield Verdict(
            "grid",
            str(grid_id),
            bool(partners),
            wording.format(g=plan.grid_name(str(grid_id)), p=listed(partners)),
            measured=len(partners),
            limit=1,
            unit="partners",
        )


def check_scopes(plan: Plan) -> Iterator[Verdict]:
    """R-54: city and counties in one plan: no grid lies in two of them; together they hold every unit."""
    scope, grid = plan.scope_of_unit, plan.assignment.grid_of_unit.dropna()
    away = grid.index[scope.reindex(grid.index) != grid.map(plan.scope_of_grid)]
    for scope_id, units in pd.Series(away, index=away).groupby(scope.reindex(away)):
        name = plan.scopes[str(scope_id)].name
        wording = (
            Text(
                zh="{s}有 {n} 个单元（{p}）划入了城区或别的县的网格",
                en="{s}: {n} ({p}) in grids of the city or another county",
            )
            if name
            else Text(zh="城区有 {n} 个单元（{p}）划入了县的网格", en="city: {n} ({p}) in grids of a county")
        )
        lost = float(plan.layers.units["population"][units].sum())
        yield Verdict(
            "plan",
            str(scope_id),
            False,
            wording.format(s=name, n=counted(len(units), "unit"), p=people(lost)),
            measured=len(units),
            limit=0,
            unit="units",
            places=tuple(map(str, units)),
        )
    county = [plan.is_county(str(name)) for name in plan.assignment.lead_of_grid.index]
    wording = Text(zh="{a} 个城市医疗集团、{b} 个县域医共体，分属城区和 {c} 个县", en="{a}, {b} in {c}")
    yield Verdict(
        "plan",
        "scopes",
        True,
        wording.format(
            a=counted(len(county) - sum(county), "urban group"),
            b=counted(sum(county), "county community", "county communities"),
            c=counted(len(list(_counties(plan))), "county", "counties"),
        ),
        measured=len(county),
        unit="grids",
        severity="note",
    )


COUNTY_RULES = (
    Rule(
        "R-50",
        "county",
        Text(zh="县域结构", en="Structure of a county"),
        "must",
        "S4, V",
        check_structure,
        Text(
            zh="县级医院—卫生院—村卫生室是一棵树：每个乡镇恰好属于一个医共体，村卫生室随所在乡镇（机构表的上级机构，否则同乡镇最近的卫生院）；"
            "每县 1–2 个医共体（可改），超出为“应当”；所在乡镇没有卫生院的村卫生室为“应当”",
            en="County hospital, township centres, village clinics form a tree: every township in one community, every village clinic with its "
            "township (its parent in the facility table, else the nearest centre of the township); one or two communities a county (to be "
            "changed), others are a should; so are village clinics without a township centre",
        ),
        needs=("county",),
        limits=("county.k", "county.k_of"),
    ),
    Rule(
        "R-51",
        "county",
        Text(zh="1+2+N", en="1+2+N"),
        "note",
        "S4",
        check_pattern,
        Text(
            zh="照实写出各级个数：管理委员会+牵头医院+卫生院+村卫生室；只显示，不解读；牵头医院之下没有卫生院的指出",
            en="The numbers as they are: committee + leads + township centres + village clinics; shown, never read as a meaning; a lead without a township centre is told",
        ),
        needs=("county",),
    ),
    Rule(
        "R-52",
        "county",
        Text(zh="县域牵头医院", en="Leads of a county"),
        "must",
        "S4, V",
        check_county_lead,
        Text(
            zh="牵头医院是公立的县级综合或中医医院，二级即可",
            en="The lead is a public hospital of the county, general or Chinese medicine; secondary is enough",
        ),
        needs=("county", "admin_level"),
        limits=("county.lead_admin_levels", "county.lead_min_level"),
    ),
    Rule(
        "R-53",
        "county",
        Text(zh="城市支援", en="Support by the city"),
        "note",
        "S3",
        check_partners,
        Text(
            zh="县域牵头医院有城市三级医院支援（对口支援、合作单位、城市医联体；networks 记录中的成员为该牵头医院）",
            en="The lead of a community has a city hospital at its side (paired assistance, cooperation, city federation; the lead is the member in the record of networks)",
        ),
        needs=("county", "networks"),
    ),
    Rule(
        "R-54",
        "county",
        Text(zh="城区与县同在一个方案", en="City and counties in one plan"),
        "must",
        "S2, S4",
        check_scopes,
        Text(
            zh="城区和各县（county.districts）分别规划、共同覆盖全域：没有网格跨城区与县或跨县；人口均衡、网格数、时间限值在各自范围内计",
            en="City and counties (county.districts) are planned apart and cover everything together: no grid lies in two of them; balance, number of grids and limits count within each",
        ),
        needs=("counties",),
        limits=("county.districts",),
    ),
)
