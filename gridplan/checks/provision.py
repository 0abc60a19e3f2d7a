"""Rules R-62 and R-64 to R-66: primary care and emergency stations by need, even supply, key groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
import shapely

from gridplan.checks.catchment import Floats, gini, two_step_scores
from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.layers.facilities.services import offers
from gridplan.words.numbers import counted, people, share, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS, PRIMARY_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    from scipy import sparse


def check_centres(plan: Plan) -> Iterator[Verdict]:
    """R-62: every inhabited street has a primary-care centre, and no centre serves more than the stated residents."""
    units, facilities, rules = plan.layers.units, plan.layers.facilities, plan.case.rules
    street = units["street_id"]
    population = units["population"].groupby(street).sum()
    centres = facilities[facilities["kind"].isin(CENTRE_KINDS) & (facilities["unit_id"] != "")]
    count = centres["unit_id"].map(street).value_counts()
    names = units["street"].where(units["street"] != "", street).groupby(street).first()
    broken = 0
    for street_id, total in population[(population > 0) & (population.index != "")].items():
        n = int(count.get(street_id, 0))
        each = float(total) / max(n, 1)
        if n and each <= rules.chc_population_max:
            continue
        broken += 1
        needed = int(np.ceil(float(total) / rules.chc_population_max)) - n
        wording = (
            Text(
                zh="{s}（{p}）有 {n} 家社区卫生服务中心（卫生院），每家服务 {e}，应增设 {m} 家",
                en="{s} ({p}) has {n}, {e} each; {m} more needed",
            )
            if n
            else Text(zh="{s}（{p}）没有社区卫生服务中心（卫生院）", en="{s} ({p}) has no primary-care centre")
        )
        yield Verdict(
            "plan",
            str(street_id),
            False,
            wording.format(
                s=names[street_id],
                p=people(float(total)),
                n=counted(n, "primary-care centre"),
                e=people(each),
                m=needed,
            ),
            measured=each if n else 0,
            limit=rules.chc_population_max if n else 1,
            unit="residents per centre" if n else "centres",
            places=tuple(map(str, units.index[street == street_id])),
        )
    if not broken:
        wording = Text(
            zh="每个街道（乡镇）都有社区卫生服务中心（卫生院），每家服务不超过 {m}",
            en="every street has a primary-care centre, and none serves more than {m}",
        )
        limit = rules.chc_population_max
        yield Verdict("plan", "", True, wording.format(m=people(limit)), measured=0, limit=0, unit="streets")
    yield from _doubtful(plan)


def _doubtful(plan: Plan) -> Iterator[Verdict]:
    """Tell units over the walking limit (a station may help) and streets whose centres serve few people each."""
    units, rules = plan.layers.units, plan.case.rules
    walk, limit = plan.scores.units["minutes_primary"], plan.case.travel.walk_limit_min
    far = units.index[(walk > limit) & (units["population"] > 0)]
    if walk.notna().any():
        yield Verdict(
            "plan",
            "stations",
            True,
            Text(
                zh="{n} 个单元（{p}）步行到基层机构平均超过 {l} 分钟，可设社区卫生服务站（村卫生室）",
                en="{n} ({p}) over {l} min on foot from primary care on average; a station may help",
            ).format(n=counted(len(far), "unit"), p=people(float(units["population"][far].sum())), l=f"{limit:g}"),
            measured=len(far),
            unit="units",
            places=tuple(map(str, far)),
            severity="note",
        )
    facilities = plan.layers.facilities
    centres = facilities[facilities["kind"].isin(CENTRE_KINDS) & (facilities["unit_id"] != "")]
    count = centres["unit_id"].map(units["street_id"]).value_counts()
    total = units["population"].groupby(units["street_id"]).sum()
    small = [s for s in count.index[count >= 2] if s and total.get(s, 0.0) / count[s] < rules.chc_population_min]
    if small:
        yield Verdict(
            "plan",
            "small",
            True,
            Text(
                zh="{n} 个有两家以上中心的街道（乡镇）每家服务不足 {l}",
                en="{n} with two centres or more have fewer than {l} for each",
            ).format(n=counted(len(small), "street"), l=people(rules.chc_population_min)),
            measured=len(small),
            unit="streets",
            severity="note",
        )


def check_emergency(plan: Plan) -> Iterator[Verdict]:
    """R-64: enough residents of each grid live inside the radius of an emergency station; residents an ambulance.

    Units of a county count as rural however dense they are.
    Residents count at the representative point of their unit.
    """
    from scipy.spatial import cKDTree

    rules, facilities, units = plan.case.rules, plan.layers.facilities, plan.layers.units
    distance_m, _ = cKDTree(_xy(facilities[_is_station(plan)])).query(_points(units))
    population = units["population"].to_numpy(float)
    in_town = population / (units.geometry.area.to_numpy(float) / 1e6) >= rules.ems_urban_density
    in_town &= ~plan.in_county.reindex(units.index).to_numpy(bool)
    beyond = distance_m > np.where(in_town, rules.ems_radius_urban_km, rules.ems_radius_km) * 1000
    grid = plan.assignment.grid_of_unit.reindex(units.index).to_numpy(object)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        own = grid == grid_id
        total, lost = float(population[own].sum()), float(population[own & beyond].sum())
        covered = 1 - lost / total if total > 0 else 1.0
        yield Verdict(
            "grid",
            grid_id,
            covered >= rules.ems_coverage,
            Text(
                zh="{g}急救站服务半径内的居民占 {s}，{p}在半径之外",
                en="{g}: {s} of residents inside the radius of an emergency station, {p} outside",
            ).format(g=plan.grid_name(grid_id), s=share(covered), p=people(lost)),
            measured=covered,
            limit=rules.ems_coverage,
            unit="share",
            places=tuple(map(str, units.index[own & beyond & (population > 0)])),
        )
    yield _ambulances(plan, float(population.sum()))


def _is_station(plan: Plan) -> Floats:
    facilities = plan.layers.facilities
    able = (facilities["kind"] == "ems") | offers(facilities, "prehospital")
    return (able & (facilities["unit_id"] != "")).to_numpy(bool)


def _ambulances(plan: Plan, residents: float) -> Verdict:
    table, limit = plan.records.get("ambulances"), plan.case.rules.ambulance_residents
    if table is None:
        wording = Text(
            zh="救护车：未评价，需要救护车数（ambulances）",
            en="ambulances: not evaluated, needs their number (ambulances)",
        )
        return Verdict("plan", "ambulances", None, wording, topic="ambulances")
    number = float(table["ambulances"].sum())
    each = residents / number if number else np.inf
    return Verdict(
        "plan",
        "ambulances",
        each <= limit,
        Text(zh="{n} 辆救护车，每辆服务 {e}，限值 {l}", en="{n}, {e} each; limit {l}").format(
            n=counted(int(number), "ambulance"), e=people(each) if number else "∞", l=people(limit)
        ),
        measured=each,
        limit=limit,
        unit="residents per ambulance",
        topic="ambulances",
    )


def check_catchments(plan: Plan) -> Iterator[Verdict]:
    """R-65: two-step floating catchment scores of hospitals (beds, by car) and primary care (centres and stations, on foot).

    Hospitals are those of level 2 and 3 and the sites that may lead, reached from cells. Primary care is reached from the representative
    point of a unit along a straight line with the case's detour factor; one that stands in the unit always counts.
    """
    for key, population, near, supply, what, unit in (_hospital_level(plan), _primary_level(plan)):
        scores = two_step_scores(population, supply, near) * 1000 if len(supply) else np.zeros(len(population))
        uneven = gini(scores, population)
        if np.isnan(uneven):
            wording = Text(
                zh="{w}：未评价，需要机构、床位和到达时间", en="{w}: not evaluated, needs facilities, beds and times"
            )
            yield Verdict("plan", key, None, wording.format(w=what))
            continue
        mean = float((scores * population).sum() / population.sum())
        none = float(population[scores <= 0].sum() / population.sum())
        yield Verdict(
            "plan",
            key,
            True,
            Text(
                zh="{w}两步移动搜索得分：平均每千人 {m} {u}，基尼系数 {g}，得分为零的居民占 {z}",
                en="{w}, two-step catchment score: {m} {u} per 1,000 on average, Gini {g}, {z} of residents reach none",
            ).format(w=what, m=f"{mean:.2f}", u=unit, g=f"{uneven:.2f}", z=share(none)),
            measured=uneven,
            unit="gini",
        )


_Level: TypeAlias = "tuple[str, Floats, sparse.csr_matrix, Floats, Text, Text]"


def _hospital_level(plan: Plan) -> _Level:
    from scipy import sparse

    people = plan.layers.cells["population"].to_numpy(float)
    sites, minutes = plan.travel.to_hospitals()
    facilities = plan.layers.facilities
    beds = facilities["beds"].where(facilities["kind"].isin(HOSPITAL_KINDS)).reindex(sites).fillna(0.0).to_numpy(float)
    limit = plan.layers.cells["unit_id"].map(plan.limit_of_unit).to_numpy(float)
    near = sparse.csr_matrix((minutes <= limit[:, None]).astype(float))
    return "hospital", people, near, beds, Text(zh="医院", en="hospitals"), Text(zh="张床位", en="beds")


def _primary_level(plan: Plan) -> _Level:
    from scipy import sparse
    from scipy.spatial import cKDTree

    facilities, travel, units = plan.layers.facilities, plan.case.travel, plan.layers.units
    places = facilities[facilities["kind"].isin(PRIMARY_KINDS) & (facilities["unit_id"] != "")]
    people, points = units["population"].to_numpy(float), _points(units)
    radius_m = travel.walk_limit_min / 60 * travel.walk_kmh * 1000 / travel.detour_factor
    pairs = cKDTree(_xy(places)).query_ball_tree(cKDTree(points), radius_m) if len(places) else []
    home = units.index.get_indexer(pd.Index(places["unit_id"]))
    found = [sorted({*near, int(own)} - {-1}) for near, own in zip(pairs, home, strict=True)]
    column = np.repeat(np.arange(len(places)), [len(rows) for rows in found])
    row = np.array([unit for rows in found for unit in rows], dtype=int)
    near = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(len(units), len(places)))
    supply = np.ones(len(places))
    return "primary", people, near, supply, Text(zh="基层机构", en="primary care"), Text(zh="家机构", en="facilities")


def _points(units: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(units.geometry.array)), dtype=np.float64)


def _xy(frame: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(frame.geometry.array), dtype=np.float64)


def check_key_groups(plan: Plan) -> Iterator[Verdict]:
    """R-66: the shares of residents and of key groups that are signed with a family doctor."""
    table, rules = plan.records["signed"], plan.case.rules
    for group, rows in table.groupby("group", sort=False):
        total, signed = float(rows["people"].sum()), float(rows["signed"].sum())
        target = rules.signed_share if group == "all" else rules.signed_key_share
        part = signed / total if total > 0 else 0.0
        name = Text(zh="常住人口", en="residents") if group == "all" else Text(zh=str(group), en=str(group))
        yield Verdict(
            "plan",
            str(group),
            part >= target,
            Text(
                zh="{g}家庭医生签约率 {s}，2035 年目标 {t}",
                en="{g} signed with a family doctor: {s}, target for 2035 {t}",
            ).format(g=name, s=share(part), t=stated(target)),
            measured=part,
            limit=target,
            unit="share",
        )


PROVISION_RULES = (
    Rule(
        "R-62",
        "access",
        Text(zh="基层配置", en="Primary-care provision"),
        "should",
        "M, V",
        check_centres,
        Text(
            zh="每个有人居住的街道（乡镇）至少一家社区卫生服务中心（卫生院），每家服务不超过上限人口，超过的应增设；步行超过限值的单元列出（可设站）",
            en="Every inhabited street has a primary-care centre, none serves more than the upper limit (else more are needed); units over the walking limit are listed (a station may help)",
        ),
        needs=("street_id",),
        limits=("rules.chc_population_min", "rules.chc_population_max", "travel.walk_limit_min"),
    ),
    Rule(
        "R-64",
        "access",
        Text(zh="院前急救", en="Emergency stations"),
        "should",
        "V, M",
        check_emergency,
        Text(
            zh="急救站服务半径（直线，按单元代表点）内的居民占比达到目标：人口密度达到界限的单元按城区半径，其余和县域按农村半径；每辆救护车服务人口",
            en="The share of residents inside the radius (straight line from the representative point of the unit) of an emergency station reaches its target: town radius where the unit is dense enough and of no county, else the rural one; residents per ambulance",
        ),
        needs=("ems",),
        limits=(
            "rules.ems_radius_urban_km",
            "rules.ems_radius_km",
            "rules.ems_urban_density",
            "rules.ems_coverage",
            "rules.ambulance_residents",
        ),
    ),
    Rule(
        "R-65",
        "access",
        Text(zh="供给均衡", en="Even supply"),
        "note",
        "L, D",
        check_catchments,
        Text(
            zh="两步移动搜索法得分及基尼系数：医院（二级以上医院和可牵头机构的床位，驾车限值内）、基层（机构数，步行限值内，从单元代表点起按直线距离乘绕行系数；本单元内的总是计入）",
            en="Two-step floating catchment scores with their Gini index: hospitals (beds of those of level 2 and 3 and of sites that may lead, within the driving limit), primary care (facilities, within the walking limit from the unit's representative point along a straight line with detour, those in the unit always)",
        ),
        limits=("travel.limit_min", "county.limit_min", "travel.walk_limit_min"),
    ),
    Rule(
        "R-66",
        "access",
        Text(zh="重点人群签约", en="Key groups"),
        "note",
        "S3, V",
        check_key_groups,
        Text(
            zh="常住人口和老年人、孕产妇、儿童、残疾人、高血压和糖尿病患者的家庭医生签约率",
            en="Shares of residents, older people, pregnant women, children, disabled people and patients with hypertension or diabetes who are signed with a family doctor",
        ),
        needs=("signed",),
        limits=("rules.signed_share", "rules.signed_key_share"),
    ),
)
