"""Rules R-06 to R-11: are grids in one piece, balanced, of a sensible size, true to streets and districts, compact?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import Scope
from gridplan.ground.land import land_pieces
from gridplan.words.numbers import counted, listed, minutes, people, share, variation
from gridplan.words.text import Text


def check_contiguity(plan: Plan) -> Iterator[Verdict]:
    """R-06: each grid is one connected piece (shared borders, barriers cut, links in), by its units and by their land.

    Places are the units outside the piece of the lead: all units of a grid in pieces whose lead stands elsewhere; where the
    units hang together and their land does not, the units off the largest piece of land.
    """
    strict = plan.case.rules.contiguity == "strict"
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        pieces = _pieces(plan, grid_id)
        home = plan.layers.facilities["unit_id"].get(plan.assignment.lead_of_grid[grid_id], "")
        cut_off = [unit for piece in pieces if home not in piece for unit in piece] if len(pieces) > 1 else []
        if not cut_off and (land := _land(plan, grid_id))[1:]:
            yield _land_apart(plan, grid_id, land)
            continue
        lost = float(plan.layers.units["population"].reindex(cut_off).sum())
        wording = (
            Text(
                zh="{g}分成 {n} 片，{m} 个单元（{p}）与牵头医院断开",
                en="{g} is in {n:piece|pieces}; {m} ({p}) cut off from the lead",
            )
            if cut_off
            else Text(zh="{g}连成一片", en="{g} is one piece")
        )
        yield Verdict(
            "grid",
            grid_id,
            not cut_off,
            wording.format(g=plan.grid_name(grid_id), n=len(pieces), m=counted(len(cut_off), "unit"), p=people(lost)),
            measured=len(pieces),
            limit=1,
            unit="pieces",
            places=tuple(cut_off),
            severity="must" if strict else None,
        )


def _land(plan: Plan, grid_id: str) -> list[list[str]]:
    """Return the units on each piece of land of a grid."""
    units = plan.layers.units.loc[[unit for unit in plan.units_of(grid_id) if unit in plan.adjacency]]
    return land_pieces(units, plan.adjacency) if (units.geometry.count_geometries() > 1).any() else [list(units.index)]


def _land_apart(plan: Plan, grid_id: str, land: list[list[str]]) -> Verdict:
    off = sorted({unit for piece in land[1:] for unit in piece})
    wording = Text(
        zh="{g}的单元相连，但土地分成 {n} 片：{m} 个单元（{u}）有一部分不与其余土地相接",
        en="{g}: its units hang together, but its land is in {n:piece|pieces}: a part of {m} ({u}) does not touch the rest",
    )
    names = plan.layers.units["name"].reindex(off).astype(str)
    return Verdict(
        "grid",
        grid_id,
        False,
        wording.format(
            g=plan.grid_name(grid_id),
            n=len(land),
            m=counted(len(off), "unit"),
            u=listed(list(names)),
        ),
        measured=len(land),
        limit=1,
        unit="pieces",
        places=tuple(off),
        severity="must" if plan.case.rules.contiguity == "strict" else None,
    )


def _pieces(plan: Plan, grid_id: str) -> list[list[str]]:
    """Return the connected pieces of a grid."""
    import networkx as nx

    units = [unit for unit in plan.units_of(grid_id) if unit in plan.adjacency]
    return sorted(sorted(piece) for piece in nx.connected_components(plan.adjacency.subgraph(units)))


def check_balance(plan: Plan) -> Iterator[Verdict]:
    """R-07: populations are near total / k, city and counties each for themselves."""
    tolerance, grids = plan.case.grids.balance, plan.scores.grids
    for grid_id, deviation in grids["deviation"].items():
        yield Verdict(
            "grid",
            str(grid_id),
            None if tolerance is None else bool(abs(deviation) <= tolerance + 1e-9),
            Text(zh="{g}人口偏离均值 {d}", en="{g}: population deviates by {d}").format(
                g=plan.grid_name(str(grid_id)), d=f"{deviation:+.1%}".replace("-", "−")
            ),
            measured=float(deviation),
            limit=tolerance,
            unit="share",
            applies=tolerance is not None,
        )
    for scope in plan.scopes.values():
        population = grids.loc[plan.grids_in(scope), "population"].to_numpy(float)
        if len(population):
            yield _spread(scope, population)


def _spread(scope: Scope, population: np.ndarray) -> Verdict:
    spread = variation(population)
    ratio = population.max() / population.min() if population.min() > 0 else np.inf
    wording = (
        Text(
            zh="{s}：网格人口变异系数 {v}，最多为最少的 {r} 倍",
            en="{s}: populations vary by a coefficient of {v}; the largest grid has {r:time|times} the smallest",
        )
        if scope.name
        else Text(
            zh="网格人口变异系数 {v}，最多为最少的 {r} 倍",
            en="populations vary by a coefficient of {v}; the largest grid has {r:time|times} the smallest",
        )
    )
    told = f"{ratio:.2f}" if np.isfinite(ratio) else "∞"
    message = wording.format(s=scope.name, v=f"{spread:.2f}", r=told)
    return Verdict("plan", scope.id, True, message, measured=spread, unit="cv", severity="note")


def check_size(plan: Plan) -> Iterator[Verdict]:
    """R-08: a grid of a city has a population within the stated band; there is no band for counties."""
    rules = plan.case.rules
    population = plan.scores.grids["population"]
    urban = [grid for grid in map(str, population.index) if not plan.is_county(grid)]
    if not urban:
        message = Text(zh="县域方案没有人口规模标准，未评价", en="not evaluated: counties have no stated band")
        yield Verdict("plan", "", None, message, applies=False)
    for grid_id, count in population[urban].items():
        low, high = count < rules.grid_population_min, count > rules.grid_population_max
        limit = rules.grid_population_max if high else rules.grid_population_min
        wording = (
            Text(zh="{g}有 {p}，超过 {l}", en="{g} has {p}, more than {l}")
            if high
            else Text(zh="{g}有 {p}，不足 {l}", en="{g} has {p}, fewer than {l}")
            if low
            else Text(zh="{g}有 {p}", en="{g} has {p}")
        )
        yield Verdict(
            "grid",
            str(grid_id),
            not (low or high),
            wording.format(g=plan.grid_name(str(grid_id)), p=people(count), l=people(limit)),
            measured=float(count),
            limit=limit,
            unit="residents",
        )


def check_primary_care(plan: Plan) -> Iterator[Verdict]:
    """R-09: a street is split over grids only if it has two primary-care centres and every part has one of them."""
    units, facilities = plan.layers.units, plan.layers.facilities
    centres = facilities[facilities["kind"].isin(("chc", "thc")) & (facilities["unit_id"] != "")]
    grid = plan.assignment.grid_of_unit.reindex(units.index).fillna("")
    grids = grid[grid != ""].groupby(units["street_id"]).nunique()
    street_of_centre = centres["unit_id"].map(units["street_id"])
    grid_of_centre = plan.members["grid_id"].reindex(centres.index)
    broken = False
    for street in (name for name in grids.index[grids > 1] if name):
        served = set(grid_of_centre[street_of_centre == street]) - {""}
        count = int((street_of_centre == street).sum())
        inside = units["street_id"] == street
        bare = units.index[inside & ~grid.isin(served) & (grid != "")]
        if count >= 2 and not len(bare):
            continue
        broken = True
        wording = (
            Text(
                zh="{s}分属 {n} 个网格，但只有 {c} 家社区卫生服务中心（卫生院）",
                en="{s} lies in {n:grid|grids} but has {c}",
            )
            if count < 2
            else Text(
                zh="{s}分属 {n} 个网格，其中 {m} 个单元所在的网格没有该街道的社区卫生服务中心（卫生院）",
                en="{s} lies in {n:grid|grids}; {m} are in a grid without any of its primary-care centres",
            )
        )
        yield Verdict(
            "plan",
            str(street),
            False,
            wording.format(
                s=units.loc[inside, "street"].iloc[0] or street,
                n=int(grids[street]),
                c=counted(count, "primary-care centre"),
                m=counted(len(bare), "unit"),
            ),
            measured=float(grids[street]),
            limit=1,
            unit="grids",
            places=tuple(map(str, bare if count >= 2 else units.index[inside])),
        )
    if not broken:
        message = Text(
            zh="没有街道因划分而失去自己的社区卫生服务中心（卫生院）",
            en="no street is split from its primary-care centre",
        )
        yield Verdict("plan", "", True, message, measured=0, limit=0, unit="streets")


def check_alignment(plan: Plan) -> Iterator[Verdict]:
    """R-10: how grids follow districts; a should where the case wants districts whole."""
    units = plan.layers.units
    wanted = plan.case.grids.keep_whole == "district"
    known = units["district_id"] != ""
    grid = plan.assignment.grid_of_unit.reindex(units.index)
    cut = grid[known].groupby(units["district_id"]).nunique()
    cut_districts = set(cut.index[cut > 1])
    population = units.loc[known, "population"].groupby([grid[known], units["district_id"][known]]).sum()
    for grid_id, per_district in population.groupby(level=0):
        total = float(per_district.sum())
        top = float(per_district.max() / total) if total > 0 else 1.0
        split = sorted(set(per_district.index.get_level_values(1)) & cut_districts)
        wording = (
            Text(
                zh="{g}涉及 {n} 个区（其中 {k} 个还分属别的网格），最大一个区的人口占 {s}",
                en="{g} touches {n} ({k} of them shared with other grids); the largest has {s} of its people",
            )
            if split
            else Text(
                zh="{g}由 {n} 个完整的区组成，最大一个区的人口占 {s}",
                en="{g} is made of {n}, whole; the largest has {s} of its people",
            )
        )
        yield Verdict(
            "grid",
            str(grid_id),
            not (wanted and split),
            wording.format(
                g=plan.grid_name(str(grid_id)), n=counted(len(per_district), "district"), k=len(split), s=share(top, 0)
            ),
            measured=top,
            unit="share",
            severity="should" if wanted else None,
        )


def check_compactness(plan: Plan) -> Iterator[Verdict]:
    """R-11: Polsby-Popper and Reock compactness and mean minutes; information only."""
    grids = plan.scores.grids
    circle_m2 = np.pi * shapely.minimum_bounding_radius(grids.geometry.array) ** 2
    reock = dict(zip(grids.index, grids.geometry.area / circle_m2, strict=True))
    for grid_id, row in grids.iterrows():
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g}紧凑度 {c}（按周长）、{r}（按外接圆），居民平均 {m} 分钟到牵头医院",
                en="{g}: compactness {c} (Polsby-Popper), {r} (Reock), {m} min to the lead on average",
            ).format(
                g=plan.grid_name(str(grid_id)),
                c=f"{row['compactness']:.2f}",
                r=f"{reock[grid_id]:.2f}",
                m=minutes(float(row["mean_minutes"])),
            ),
            measured=float(row["compactness"]),
            unit="index",
        )


SHAPE_RULES = (
    Rule(
        "R-06",
        "partition",
        Text(zh="连片", en="Contiguity"),
        "should",
        "D",
        check_contiguity,
        Text(
            zh="每个网格连成一片（相邻指共有边界 1 米以上；河流等屏障断开，桥和轮渡相连），土地也连成一片；飞地、海岛可豁免",
            en="Every grid is one piece (neighbours share at least 1 m of border; barriers cut, bridges and ferries join), and so is its land; enclaves and islands may be waived",
        ),
        limits=("rules.contiguity",),
    ),
    Rule(
        "R-07",
        "partition",
        Text(zh="人口均衡", en="Balance"),
        "note",
        "none",
        check_balance,
        Text(
            zh="网格人口与均值（总人口除以网格数，城区和各县分别计）的偏差在容许范围内；政策没有规定均衡，仅作提示",
            en="Populations stay within a tolerance of total / k, city and counties each for themselves; no policy asks for balance, so this is a note",
        ),
        limits=("grids.balance",),
    ),
    Rule(
        "R-08",
        "partition",
        Text(zh="网格规模", en="Size of a grid"),
        "should",
        "none",
        check_size,
        Text(
            zh="城市网格的常住人口在给定区间内（规划假设）；县域没有标准",
            en="Residents of a city grid lie within a stated band (planning assumption); none for counties",
        ),
        limits=("rules.grid_population_min", "rules.grid_population_max"),
    ),
    Rule(
        "R-09",
        "partition",
        Text(zh="街道与基层机构完整", en="Streets keep their primary care"),
        "must",
        "D",
        check_primary_care,
        Text(
            zh="街道（乡镇）不拆分，除非有 2 家以上社区卫生服务中心（卫生院）且每一部分都有一家",
            en="A street or township is not split, unless it has two primary-care centres and every part has one",
        ),
        needs=("street_id",),
    ),
    Rule(
        "R-10",
        "partition",
        Text(zh="与行政区一致", en="Alignment with districts"),
        "note",
        "S0, S1",
        check_alignment,
        Text(
            zh="每个网格涉及几个区、最大一个区的人口占比；方案要求区不拆分（keep_whole）时，拆分为“应当”",
            en="Districts touched by a grid and the share of the largest; a should where the case keeps districts whole",
        ),
        needs=("district_id",),
        limits=("grids.keep_whole",),
    ),
    Rule(
        "R-11",
        "partition",
        Text(zh="紧凑", en="Compactness"),
        "note",
        "D",
        check_compactness,
        Text(
            zh="紧凑度（4π×面积÷周长²；面积÷最小外接圆面积；圆都为 1）和居民到牵头医院的平均时间",
            en="Compactness (Polsby-Popper, and Reock: area over that of the smallest circle around it; 1 for a circle) and residents' mean minutes to the lead",
        ),
    ),
)
