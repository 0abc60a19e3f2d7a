"""Rules R-01 to R-05: is the whole area divided, once, into grids with one lead each, on recorded grounds?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import Scope
from gridplan.words.numbers import counted, people, variation
from gridplan.words.text import Text

_OVERLAP_SHARE = 1e-4
"""Share of the units' area from which overlaps are told (D)."""


def check_grid_count(plan: Plan) -> Iterator[Verdict]:
    """R-01: a city is divided into at least two grids, a county into one; no more grids than hospitals that may lead.

    A plan of a city and its counties is counted part by part; the subject is the county's code.
    """
    for scope in plan.scopes.values():
        k = len(plan.grids_in(scope))
        least = plan.case.rules.min_grids if scope.mode == "city" else 1
        wording = (
            Text(zh="{s}共 {k} 个网格，至少应有 {least} 个", en="{s}: {k}; at least {least} needed")
            if scope.name
            else Text(zh="共 {k} 个网格，至少应有 {least} 个", en="{k}; at least {least} needed")
        )
        yield Verdict(
            "plan",
            scope.id,
            k >= least,
            wording.format(s=scope.name, k=counted(k, "grid"), least=least),
            measured=k,
            limit=least,
            unit="grids",
            places=() if k >= least else tuple(map(str, scope.units)),
        )
        yield from _enough_hospitals(plan, scope, k)


def _enough_hospitals(plan: Plan, scope: Scope, k: int) -> Iterator[Verdict]:
    stands = plan.layers.facilities["unit_id"].reindex(plan.leads.index)
    inside = stands.isin(scope.units) & (plan.leads["tier"] != "")
    able = int(plan.leads.loc[inside, "hospital_id"].nunique())
    if k <= able:
        return
    wording = (
        Text(
            zh="{s}共 {k} 个网格，范围内符合牵头条件的医院只有 {able} 家",
            en="{s}: {k}, but only {able} inside may lead",
        )
        if scope.name
        else Text(zh="共 {k} 个网格，范围内符合牵头条件的医院只有 {able} 家", en="{k}, but only {able} inside may lead")
    )
    yield Verdict(
        "plan",
        f"leads-{scope.id}" if scope.id else "leads",
        False,
        wording.format(s=scope.name, k=counted(k, "grid"), able=counted(able, "hospital")),
        measured=k,
        limit=able,
        unit="grids",
        places=tuple(map(str, scope.units)),
    )


def check_cover(plan: Plan) -> Iterator[Verdict]:
    """R-02: every unit lies in exactly one grid, and units do not overlap."""
    units, grid = plan.layers.units, plan.assignment.grid_of_unit
    missing = units.index.difference(grid.dropna().index)
    twice = units.index[units.index.isin(plan.claimed("unit")["subject_id"])]
    for ids, wording in (
        (missing, Text(zh="{n} 个单元（{p}）没有划入任何网格", en="{n} ({p}) in no grid")),
        (twice, Text(zh="{n} 个单元（{p}）被划入两个以上网格", en="{n} ({p}) in more than one grid")),
    ):
        if len(ids):
            total = float(units["population"].reindex(ids).sum())
            yield Verdict(
                "plan",
                "",
                False,
                wording.format(n=counted(len(ids), "unit"), p=people(total)),
                measured=len(ids),
                limit=0,
                unit="units",
                places=tuple(map(str, ids)),
            )
    if not len(missing) and not len(twice):
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="全部 {n} 个单元都恰好划入一个网格", en="every unit ({n}) is in exactly one grid").format(
                n=len(units)
            ),
            measured=0,
            limit=0,
            unit="units",
        )
    yield from _overlaps(units)
    empty = units.index[units["population"] <= 0]
    if len(empty):
        yield Verdict(
            "plan",
            "uninhabited",
            True,
            Text(zh="{n} 个单元没有常住人口", en="{n} without residents").format(n=counted(len(empty), "unit")),
            measured=len(empty),
            unit="units",
            places=tuple(map(str, empty)),
            severity="note",
        )


def _overlaps(units: pd.DataFrame) -> Iterator[Verdict]:
    shapes = np.asarray(units.geometry.array)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    once = first < second
    first, second = first[once], second[once]
    area_m2 = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    if area_m2.sum() <= _OVERLAP_SHARE * shapely.area(shapes).sum():
        return
    real = area_m2 > 0
    yield Verdict(
        "plan",
        "overlap",
        False,
        Text(zh="规划单元互相重叠，共 {a} 平方千米", en="units overlap by {a} km²").format(
            a=f"{area_m2.sum() / 1e6:.2f}"
        ),
        measured=float(area_m2.sum() / 1e6),
        limit=0,
        unit="km2",
        places=tuple(str(unit) for unit in units.index[np.union1d(first[real], second[real])]),
        severity="should",
        topic="overlap",
    )


def check_groups(plan: Plan) -> Iterator[Verdict]:
    """R-03: one group a grid and one grid a group: no hospital leads more grids than the case allows.

    A hospital may lead two grids only through two of its campuses; Beijing had 58 consortia with 55 cores (V), so this is
    a should, not a must.
    """
    lead = plan.assignment.lead_of_grid
    hospital = lead.map(plan.leads["hospital_id"]).fillna(lead)
    limit, names = plan.case.rules.max_grids_per_lead, plan.layers.facilities["name"]
    several = False
    for name, grids in hospital.groupby(hospital):
        if len(grids) > limit:
            several = True
            yield Verdict(
                "facility",
                str(name),
                False,
                Text(zh="{h}同时牵头 {n} 个网格（{ids}）", en="{h} leads {n} ({ids})").format(
                    h=names.get(name, name), n=counted(len(grids), "grid"), ids=", ".join(map(str, grids.index))
                ),
                measured=len(grids),
                limit=limit,
                unit="grids",
                severity="should",
            )
    if not several:
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="每个网格一个医疗集团，每个集团一个网格", en="one group a grid and one grid a group"),
            measured=1,
            limit=limit,
            unit="grids",
        )


def check_lead(plan: Plan) -> Iterator[Verdict]:
    """R-04: each grid has exactly one lead, which stands in the grid."""
    facilities, grid_of_unit = plan.layers.facilities, plan.assignment.grid_of_unit
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
        unit = str(facilities["unit_id"].get(lead_id, ""))
        leads = plan.leads_claimed(str(grid_id))
        inside = bool(unit) and grid_of_unit.get(unit) == grid_id
        if lead_id not in facilities.index:
            wording = Text(
                zh="{g}的牵头医院 {lead} 不在机构表中", en="{g}: its lead {lead} is not among the facilities"
            )
        elif len(leads) > 1:
            wording = Text(zh="{g}有 {n} 家牵头医院：{all}", en="{g} has {n:lead|leads}: {all}")
        elif not unit:
            wording = Text(zh="{g}的牵头医院不在规划范围内", en="{g}: its lead stands outside the planning area")
        elif not inside:
            wording = Text(zh="{g}的牵头医院不在本网格内", en="{g}: its lead stands in another grid")
        else:
            wording = Text(zh="{g}恰有一家牵头医院，且在网格内", en="{g} has one lead, inside it")
        names = facilities["name"].reindex(leads).fillna("")
        told = [name or lead for name, lead in zip(names, leads, strict=True)]
        yield Verdict(
            "grid",
            str(grid_id),
            inside and len(leads) == 1,
            wording.format(g=plan.grid_name(str(grid_id)), lead=lead_id, n=len(leads), all=_join(told)),
            measured=len(leads) if inside else 0,
            limit=1,
            unit="leads",
            places=(unit,) if unit else (),
        )


def _join(names: list[str]) -> Text:
    return Text(zh="、".join(names), en=", ".join(names))


_FACTORS = (
    ("geography", "area_km2", Text(zh="地缘关系（面积）", en="geography (area)"), ""),
    ("population", "population", Text(zh="人口分布（常住人口）", en="population (residents)"), ""),
    (
        "need",
        "share_65",
        Text(zh="群众需求（65 岁及以上人口占比）", en="need (share aged 65 and over)"),
        "population_65",
    ),
    ("resources", "beds_per_1000", Text(zh="资源分布（每千人床位）", en="resources (beds per 1,000)"), "beds"),
)
_FURTHER = (
    ("chronic", "chronic_share", Text(zh="群众需求（慢病患者占比）", en="need (share of chronic patients)"), "chronic"),
    (
        "doctors",
        "doctors_per_1000",
        Text(zh="资源分布（每千人执业医师）", en="resources (doctors per 1,000)"),
        "doctors",
    ),
)
"""Told where the columns are given."""


def _measure_factors(plan: Plan) -> pd.DataFrame:
    """Return the grids with the shares of older residents and chronic patients, and doctors per 1,000 residents."""
    grids, units, facilities = plan.scores.grids, plan.layers.units, plan.layers.facilities
    grid_of_unit, people = plan.assignment.grid_of_unit, plan.scores.grids["population"].where(lambda n: n > 0)
    chronic = units["chronic"].groupby(grid_of_unit.reindex(units.index)).sum(min_count=1)
    doctors = facilities["doctors"].groupby(facilities["unit_id"].map(grid_of_unit)).sum(min_count=1)
    return pd.DataFrame(grids.drop(columns="geometry")).assign(
        share_65=grids["population_65"] / people,
        chronic_share=chronic.reindex(grids.index) / people,
        doctors_per_1000=doctors.reindex(grids.index) / people * 1000,
    )


def check_factors(plan: Plan) -> Iterator[Verdict]:
    """R-05: the four layout factors are on record for every grid; how much grids differ in each is told."""
    grids = _measure_factors(plan)
    given = [factor for factor in _FURTHER if grids[factor[1]].notna().any()]
    for key, column, title, needed in (*_FACTORS, *given):
        values = grids[column].to_numpy(float)
        if np.isnan(values).all():
            message = Text(zh="{t}：未评价，需要 {c}", en="{t}: not evaluated, needs {c}").format(t=title, c=needed)
            yield Verdict("plan", key, None, message, severity="should")
            continue
        spread = variation(values[~np.isnan(values)])
        yield Verdict(
            "plan",
            key,
            True,
            Text(zh="{t}已记录，网格间变异系数 {v}", en="{t}: recorded; coefficient of variation {v}").format(
                t=title, v=f"{spread:.2f}"
            ),
            measured=spread,
            unit="cv",
        )


PARTITION_RULES = (
    Rule(
        "R-01",
        "partition",
        Text(zh="网格数", en="Number of grids"),
        "must",
        "S1, V",
        check_grid_count,
        Text(
            zh="城市至少划分 2 个网格（县域至少 1 个），且不多于范围内符合牵头条件的医院数；城区和各县分别计",
            en="A city has at least 2 grids (a county 1), and no more grids than hospitals inside that may lead; city and counties are counted apart",
        ),
        limits=("rules.min_grids",),
    ),
    Rule(
        "R-02",
        "partition",
        Text(zh="全覆盖、不重叠", en="Complete cover"),
        "must",
        "S0, S2",
        check_cover,
        Text(
            zh="每个规划单元恰好属于一个网格；单元图形互相重叠的另行指出（应当），没有常住人口的单元列出",
            en="Every unit is in exactly one grid; overlapping unit polygons are told (should), units without residents listed",
        ),
    ),
    Rule(
        "R-03",
        "partition",
        Text(zh="一网格一集团", en="One group a grid"),
        "must",
        "V",
        check_groups,
        Text(
            zh="一个网格一个医疗集团，一个集团一个网格；同一医院的两个院区各牵头一个网格时为“应当”（北京 2018 年 58 个医联体 55 家核心医院）",
            en="One group a grid and one grid a group; one hospital leading two grids through two campuses is a should (Beijing 2018: 58 consortia, 55 cores)",
        ),
        limits=("rules.max_grids_per_lead",),
    ),
    Rule(
        "R-04",
        "partition",
        Text(zh="一家牵头医院", en="One lead"),
        "must",
        "S0",
        check_lead,
        Text(
            zh="每个网格有且只有一家牵头医院，牵头医院在本网格内",
            en="Every grid has exactly one lead hospital, and it stands inside the grid",
        ),
    ),
    Rule(
        "R-05",
        "partition",
        Text(zh="布局因素", en="Layout factors on record"),
        "note",
        "S0, S2",
        check_factors,
        Text(
            zh="地缘关系、人口分布、群众需求、资源分布四项因素均有记录，并给出网格间的变异系数；缺数据的因素为未评价；给出慢病患者数（chronic）、执业医师数（doctors）时一并列出",
            en="Geography, population, need and resources are on record, with the variation between grids; a factor without data is not evaluated; chronic patients and doctors are told where the columns are given",
        ),
    ),
)
