"""Rules R-30 and R-31: lead, sub-area, community grid; and who answers for each community grid."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.grids.sub_areas import count_levels
from gridplan.words.numbers import counted, listed, people
from gridplan.words.text import Text


def check_tree(plan: Plan) -> Iterator[Verdict]:
    """R-30: every community grid lies in one sub-area, every sub-area in one grid; counts of all levels."""
    tree = plan.hierarchy
    placed = tree[tree["grid_id"] != ""]
    spread = placed.groupby("sub_area_id")["grid_id"].nunique()
    for area in spread.index[spread > 1]:
        rows = placed[placed["sub_area_id"] == area]
        names = [plan.grid_name(grid) for grid in dict.fromkeys(rows["grid_id"])]
        yield Verdict(
            "plan",
            str(area),
            False,
            Text(zh="片区{s}分属 {n} 个网格：{g}", en="sub-area {s} lies in {n:grid|grids}: {g}").format(
                s=rows["sub_area"].iloc[0], n=int(spread[area]), g=listed(names)
            ),
            measured=float(spread[area]),
            limit=1,
            unit="grids",
            places=tuple(map(str, rows.index)),
        )
    levels = count_levels(tree)
    yield Verdict(
        "plan",
        "",
        not (spread > 1).any(),
        Text(zh="{k} 家牵头医院、{a} 个片区、{c} 个社区网格", en="{k}, {a}, {c}").format(
            k=counted(len(levels), "lead"),
            a=counted(int(placed["sub_area_id"].nunique()), "sub-area"),
            c=counted(len(placed), "community grid"),
        ),
        measured=len(placed),
        unit="community grids",
        severity="note",
    )


def check_responsible(plan: Plan) -> Iterator[Verdict]:
    """R-31: every community grid has a health centre and a family-doctor team that answer for it."""
    tree, population = plan.hierarchy, plan.layers.units["population"]
    teams = plan.records.get("teams")
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        own = tree[tree["grid_id"] == grid_id]
        own = own[population[own.index] > 0]
        bare = own.index[own["centre_id"] == ""]
        wording = (
            Text(
                zh="{g}没有社区卫生服务中心（卫生院），{n} 个社区网格（{p}）无人负责",
                en="{g} has no primary-care centre: nobody answers for {n} ({p})",
            )
            if len(bare)
            else Text(
                zh="{g}的社区网格都有负责的社区卫生服务中心（卫生院）",
                en="{g}: a primary-care centre answers for every community grid",
            )
        )
        yield Verdict(
            "grid",
            grid_id,
            not len(bare),
            wording.format(
                g=plan.grid_name(grid_id),
                n=counted(len(bare), "community grid"),
                p=people(float(population[bare].sum())),
            ),
            measured=len(bare),
            limit=0,
            unit="community grids",
            places=tuple(map(str, bare)),
        )
        if teams is not None:
            yield _teams(plan, grid_id, [str(unit) for unit in own.index.difference(teams["unit_id"])])
    if teams is None:
        wording = Text(
            zh="家庭医生团队：未评价，需要团队记录（teams）",
            en="family-doctor teams: not evaluated, needs their record (teams)",
        )
        yield Verdict("plan", "teams", None, wording, topic="teams")


def _teams(plan: Plan, grid_id: str, without: list[str]) -> Verdict:
    wording = (
        Text(zh="{g}有 {n} 个社区网格没有家庭医生团队", en="{g}: no family-doctor team for {n}")
        if without
        else Text(zh="{g}的社区网格都有家庭医生团队", en="{g}: a family-doctor team for every community grid")
    )
    return Verdict(
        "grid",
        grid_id,
        not without,
        wording.format(g=plan.grid_name(grid_id), n=counted(len(without), "community grid")),
        measured=len(without),
        limit=0,
        unit="community grids",
        places=tuple(without),
        topic="teams",
    )


LEVEL_RULES = (
    Rule(
        "R-30",
        "levels",
        Text(zh="三级网格", en="Three levels"),
        "must",
        "S0",
        check_tree,
        Text(
            zh="牵头医院—片区—社区网格是一棵树：每个社区网格属于一个片区，每个片区属于一个网格。没有给出片区时，片区为街道（乡镇）在本网格内的部分，社区网格为规划单元",
            en="Lead, sub-area, community grid form a tree: a community grid lies in one sub-area, a sub-area in one grid. Unless given, a sub-area is the part of a street in one grid, a community grid a planning unit",
        ),
    ),
    Rule(
        "R-31",
        "levels",
        Text(zh="有人负责", en="Somebody answers"),
        "should",
        "D",
        check_responsible,
        Text(
            zh="每个有人居住的社区网格有负责的社区卫生服务中心（卫生院，本街道优先，其次本网格最近）和家庭医生团队",
            en="Every inhabited community grid has a responsible primary-care centre (of its street, else the nearest of the grid) and a family-doctor team",
        ),
    ),
)
