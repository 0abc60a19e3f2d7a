"""Rules R-01 to R-11: is the area divided as it should be?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from gridplan.adjacency import count_pieces
from gridplan.checks.plan import Plan
from gridplan.checks.rule import Rule, Verdict
from gridplan.text import Text


def check_grid_count(plan: Plan) -> Iterator[Verdict]:
    """R-01: a city is divided into at least two grids, and there are no more grids than hospitals that may lead."""
    k = len(plan.assignment.lead_of_grid)
    least = plan.case.rules.min_grids if plan.case.place.mode == "city" else 1
    able = plan.leads[plan.leads["tier"] != ""]["hospital_id"].nunique()
    yield Verdict(
        "plan",
        "",
        k >= least,
        Text(zh="共 {k} 个网格，至少应有 {least} 个", en="{k} grids; at least {least} are needed").format(
            k=k, least=least
        ),
        measured=k,
        limit=least,
        unit="grids",
    )
    if k > able:
        yield Verdict(
            "plan",
            "",
            False,
            Text(
                zh="{k} 个网格，符合条件的牵头医院只有 {able} 家",
                en="{k} grids, but only {able} hospitals qualify to lead",
            ).format(k=k, able=able),
            measured=k,
            limit=able,
            unit="grids",
        )


def check_cover(plan: Plan) -> Iterator[Verdict]:
    """R-02: every unit lies in exactly one grid, and units do not overlap."""
    units = plan.layers.units
    grid = plan.assignment.grid_of_unit
    twice = grid.index[grid.index.duplicated()].unique()
    missing = units.index.difference(grid.dropna().index)
    unknown = grid.index.difference(units.index)
    for ids, wording in (
        (missing, Text(zh="{n} 个单元没有划入网格，涉及 {people} 人", en="{n} units are in no grid ({people} people)")),
        (
            twice,
            Text(zh="{n} 个单元被划入两个网格，涉及 {people} 人", en="{n} units are in two grids ({people} people)"),
        ),
        (unknown, Text(zh="{n} 个划入网格的单元不在单元图层中", en="{n} assigned units are not in the unit layer")),
    ):
        if len(ids):
            people = f"{units['population'].reindex(ids).sum():,.0f}"
            yield Verdict(
                "plan",
                "",
                False,
                wording.format(n=len(ids), people=people),
                measured=len(ids),
                limit=0,
                unit="units",
                places=tuple(map(str, ids)),
            )
    overlap_m2 = _overlap_m2(units)
    if overlap_m2 > 1e-4 * shapely.area(units.geometry.array).sum():
        yield Verdict(
            "plan",
            "",
            False,
            Text(zh="规划单元互相重叠 {km2} 平方千米", en="units overlap by {km2} km²").format(
                km2=f"{overlap_m2 / 1e6:.2f}"
            ),
            measured=overlap_m2 / 1e6,
            limit=0,
            unit="km2",
            severity="should",
        )
    if not len(missing) and not len(twice) and not len(unknown):
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="{n} 个单元都恰好划入一个网格", en="all {n} units are in exactly one grid").format(n=len(units)),
            measured=0,
            limit=0,
            unit="units",
        )


def _overlap_m2(units: pd.DataFrame) -> float:
    shapes = units.geometry.array
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    once = first < second
    return float(
        shapely.area(shapely.intersection(np.asarray(shapes)[first[once]], np.asarray(shapes)[second[once]])).sum()
    )


def check_groups(plan: Plan) -> Iterator[Verdict]:
    """R-03: one group a grid and one grid a group: a hospital's group leads one grid only."""
    hospital = _hospital_of_grid(plan)
    limit = plan.case.rules.max_grids_per_lead
    for name, grids in hospital.groupby(hospital):
        if len(grids) > limit:
            yield Verdict(
                "plan",
                str(name),
                False,
                Text(zh="同一家医院牵头 {n} 个网格（{grids}）", en="one hospital leads {n} grids ({grids})").format(
                    n=len(grids), grids="、".join(grids.index)
                ),
                measured=len(grids),
                limit=limit,
                unit="grids",
            )
    if hospital.value_counts().le(limit).all():
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="每个网格一个医疗集团，每个集团一个网格", en="one group a grid and one grid a group"),
            measured=1,
            limit=limit,
            unit="grids",
        )


def _hospital_of_grid(plan: Plan) -> pd.Series:
    lead = plan.assignment.lead_of_grid
    return lead.map(plan.leads["hospital_id"]).fillna(lead)


def check_lead(plan: Plan) -> Iterator[Verdict]:
    """R-04: each grid has exactly one lead, which stands in the grid."""
    facilities = plan.layers.facilities
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
        unit = str(facilities["unit_id"].get(lead_id, ""))
        inside = plan.assignment.grid_of_unit.get(unit) == grid_id
        name = plan.grid_name(str(grid_id))
        if lead_id not in facilities.index:
            message = Text(
                zh="{g} 的牵头医院 {lead} 不在机构表中", en="{g}: its lead {lead} is not among the facilities"
            ).format(g=name, lead=lead_id)
        elif not inside:
            message = Text(zh="{g} 的牵头医院不在本网格内", en="{g}: its lead stands outside the grid").format(g=name)
        else:
            message = Text(zh="{g} 恰有一家牵头医院，且在网格内", en="{g} has one lead, inside it").format(g=name)
        yield Verdict(
            "grid",
            str(grid_id),
            bool(inside),
            message,
            measured=1 if inside else 0,
            limit=1,
            unit="leads",
            places=(unit,) if unit else (),
        )


def check_factors(plan: Plan) -> Iterator[Verdict]:
    """R-05: the layout factors geography, population, need and resources are on record."""
    units, facilities = plan.layers.units, plan.layers.facilities
    factors = (
        (
            "geography",
            Text(zh="地缘关系：面积、单元数、连片", en="geography: area, units, contiguity"),
            True,
            "geometry",
        ),
        ("population", Text(zh="人口分布：常住人口", en="population: residents"), True, "population"),
        (
            "need",
            Text(zh="群众需求：65 岁及以上人口", en="need: residents aged 65 and over"),
            bool(units["population_65"].notna().any()),
            "population_65",
        ),
        ("resources", Text(zh="资源分布：床位", en="resources: beds"), bool(facilities["beds"].notna().any()), "beds"),
    )
    for key, title, known, column in factors:
        message = (
            Text(zh="{t} 已记录", en="{t}: recorded")
            if known
            else Text(zh="{t} 未评价：缺少 {c}", en="{t}: not evaluated, needs {c}")
        )
        yield Verdict("plan", key, True if known else None, message.format(t=title, c=column))


def check_contiguity(plan: Plan) -> Iterator[Verdict]:
    """R-06: each grid is one connected piece (shared borders, barriers cut, links in)."""
    strict = plan.case.rules.contiguity == "strict"
    for grid_id in plan.assignment.lead_of_grid.index:
        units = [unit for unit in plan.units_of(str(grid_id)) if unit in plan.adjacency]
        pieces = count_pieces(plan.adjacency, units)
        cut_off = _cut_off(plan, str(grid_id), units) if pieces > 1 else []
        people = plan.layers.units["population"].reindex(cut_off).sum()
        wording = (
            Text(
                zh="{g} 分成 {n} 片，{m} 个单元（{p} 人）与牵头医院断开",
                en="{g} is in {n} pieces; {m} units ({p} people) are cut off from the lead",
            )
            if pieces > 1
            else Text(zh="{g} 连成一片", en="{g} is one piece")
        )
        yield Verdict(
            "grid",
            str(grid_id),
            pieces == 1,
            wording.format(g=plan.grid_name(str(grid_id)), n=pieces, m=len(cut_off), p=f"{people:,.0f}"),
            measured=pieces,
            limit=1,
            unit="pieces",
            places=tuple(cut_off),
            severity="must" if strict else None,
        )


def _cut_off(plan: Plan, grid_id: str, units: list[str]) -> list[str]:
    import networkx as nx

    pieces = [sorted(piece) for piece in nx.connected_components(plan.adjacency.subgraph(units))]
    home = plan.layers.facilities["unit_id"].get(plan.assignment.lead_of_grid[grid_id], "")
    own = next((piece for piece in pieces if home in piece), max(pieces, key=len))
    return [unit for piece in pieces if piece is not own for unit in piece]


def check_balance(plan: Plan) -> Iterator[Verdict]:
    """R-07: populations are near total / k."""
    tolerance = plan.case.grids.balance
    for grid_id, deviation in plan.scores.grids["deviation"].items():
        yield Verdict(
            "grid",
            str(grid_id),
            None if tolerance is None else bool(abs(deviation) <= tolerance + 1e-9),
            Text(zh="{g} 人口偏离均值 {d}", en="{g}: population deviates by {d}").format(
                g=plan.grid_name(str(grid_id)), d=f"{deviation:+.1%}"
            ),
            measured=float(deviation),
            limit=tolerance,
            unit="share",
        )


def check_size(plan: Plan) -> Iterator[Verdict]:
    """R-08: a grid has a population within the stated band."""
    rules = plan.case.rules
    if plan.case.place.mode != "city":
        return
    for grid_id, people in plan.scores.grids["population"].items():
        low, high = people < rules.grid_population_min, people > rules.grid_population_max
        limit = rules.grid_population_max if high else rules.grid_population_min
        wording = (
            Text(zh="{g} 有 {p} 人，超过 {l} 人", en="{g} has {p} residents, more than {l}")
            if high
            else Text(zh="{g} 有 {p} 人，不足 {l} 人", en="{g} has {p} residents, fewer than {l}")
            if low
            else Text(zh="{g} 有 {p} 人", en="{g} has {p} residents")
        )
        yield Verdict(
            "grid",
            str(grid_id),
            not (low or high),
            wording.format(g=plan.grid_name(str(grid_id)), p=f"{people:,.0f}", l=f"{limit:,.0f}"),
            measured=float(people),
            limit=limit,
            unit="residents",
        )


def check_primary_care(plan: Plan) -> Iterator[Verdict]:
    """R-09: a street is not split over grids unless it has two primary-care centres; its centre is in its grid."""
    units = plan.layers.units
    if (units["street_id"] == "").all():
        yield Verdict(
            "plan",
            "",
            None,
            Text(zh="未评价：单元没有街道代码（street_id）", en="not evaluated: needs street_id of the units"),
        )
        return
    facilities = plan.layers.facilities
    centres = facilities[facilities["kind"].isin(("chc", "thc"))]
    count = centres["unit_id"].map(units["street_id"]).value_counts()
    grid = plan.assignment.grid_of_unit.reindex(units.index)
    grids = grid.groupby(units["street_id"]).nunique()
    split = [street for street in grids.index[grids > 1] if street and count.get(street, 0) < 2]
    for street in split:
        members = units.index[units["street_id"] == street]
        yield Verdict(
            "plan",
            str(street),
            False,
            Text(
                zh="{s} 分属 {n} 个网格，但只有 {c} 家社区卫生服务中心（卫生院）",
                en="{s} lies in {n} grids but has {c} primary-care centres",
            ).format(s=units["street"][members[0]] or street, n=grids[street], c=int(count.get(street, 0))),
            measured=float(grids[street]),
            limit=1,
            unit="grids",
            places=tuple(map(str, members)),
        )
    if not split:
        yield Verdict(
            "plan",
            "",
            True,
            Text(
                zh="没有街道因分属不同网格而失去自己的社区卫生服务中心",
                en="no street is split from its primary-care centre",
            ),
            measured=0,
            limit=0,
            unit="streets",
        )


def check_alignment(plan: Plan) -> Iterator[Verdict]:
    """R-10: how grids follow districts; information only."""
    units = plan.layers.units
    if (units["district_id"] == "").all():
        yield Verdict(
            "plan",
            "",
            None,
            Text(zh="未评价：单元没有区代码（district_id）", en="not evaluated: needs district_id of the units"),
        )
        return
    grid = plan.assignment.grid_of_unit.reindex(units.index)
    people = units["population"].groupby([grid, units["district_id"]]).sum()
    for grid_id, share in people.groupby(level=0):
        top = float(share.max() / share.sum()) if share.sum() > 0 else 1.0
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g} 涉及 {n} 个区，其中一个区的人口占 {s}",
                en="{g} touches {n} districts; the largest has {s} of its people",
            ).format(g=plan.grid_name(str(grid_id)), n=len(share), s=f"{top:.0%}"),
            measured=top,
            unit="share",
        )


def check_compactness(plan: Plan) -> Iterator[Verdict]:
    """R-11: Polsby-Popper compactness and mean minutes; information only."""
    for grid_id, row in plan.scores.grids.iterrows():
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g} 紧凑度 {c}，平均 {m} 分钟到牵头医院", en="{g}: compactness {c}, {m} min to the lead on average"
            ).format(g=row["name"], c=f"{row['compactness']:.2f}", m=f"{row['mean_minutes']:.1f}"),
            measured=float(row["compactness"]),
            unit="index",
        )


PARTITION_RULES = (
    Rule("R-01", "partition", Text(zh="网格数", en="Number of grids"), "must", "S1, V", check_grid_count),
    Rule("R-02", "partition", Text(zh="全覆盖、不重叠", en="Complete cover"), "must", "S0, S2", check_cover),
    Rule("R-03", "partition", Text(zh="一网格一集团", en="One group a grid"), "must", "V", check_groups),
    Rule("R-04", "partition", Text(zh="一家牵头医院", en="One lead"), "must", "S0", check_lead),
    Rule("R-05", "partition", Text(zh="布局因素", en="Layout factors on record"), "note", "S0, S2", check_factors),
    Rule("R-06", "partition", Text(zh="连片", en="Contiguity"), "should", "D", check_contiguity),
    Rule("R-07", "partition", Text(zh="人口均衡", en="Balance"), "note", "none", check_balance),
    Rule("R-08", "partition", Text(zh="网格规模", en="Size of a grid"), "should", "none", check_size),
    Rule(
        "R-09",
        "partition",
        Text(zh="街道与基层机构完整", en="Streets keep their primary care"),
        "must",
        "D",
        check_primary_care,
    ),
    Rule(
        "R-10", "partition", Text(zh="与行政区一致", en="Alignment with districts"), "note", "S0, S1", check_alignment
    ),
    Rule("R-11", "partition", Text(zh="紧凑", en="Compactness"), "note", "D", check_compactness),
)
