"""How firm borders are and what moving them costs, in sentences: for the terminal and the documents."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gridplan.words.numbers import minutes, people, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import RANGES

FIRM = 0.8
"""Share of plans from which a line or a unit is called firm; below half it is loose."""


def tell_firmness(tables: Mapping[str, pd.DataFrame], population: pd.Series) -> list[Text]:
    """Return the sentences that sum up how firm a plan is; none where nobody has found out.

    Parameters
    ----------
    tables : with the annexes firm_*; population : residents on index unit_id.
    """
    if not all(name in tables for name in ("firm_units", "firm_borders", "firm_ranges", "firm_scores")):
        return []
    units, borders, ranges = tables["firm_units"], tables["firm_borders"], tables["firm_ranges"]
    own, lines = units[units["in_plan"] == 1], borders[borders["in_plan"] == 1]
    residents = population.reindex(own["unit_id"]).to_numpy(float)
    plans = int(tables["firm_scores"]["plans"].max()) if len(tables["firm_scores"]) else 0
    said = [
        Text(
            zh="{n} 个抽样方案，另有 {n} 个只换随机种子。",
            en="{n:plan|plans} with numbers drawn, and {n} with nothing but another seed.",
        ).format(n=plans),
        Text(
            zh="网格边界：{f} 在至少八成方案中不变，{l} 不到半数（只换种子：{s} 至少八成不变）。",
            en="Borders between grids: {f} stand in at least 8 of 10 plans, {l} in fewer than half (other seeds: {s} stand in 8 of 10).",
        ).format(
            f=share(_part(lines["share"] >= FIRM)),
            l=share(_part(lines["share"] < 0.5)),
            s=share(_part(lines["share_seeds"] >= FIRM)),
        ),
        Text(
            zh="居民：{p} 在不到八成方案中归现在的牵头医院（只换种子：{s}）。",
            en="Residents: {p} have the lead of this plan in fewer than 8 of 10 plans (other seeds: {s}).",
        ).format(
            p=share(float(residents[own["share"] < FIRM].sum() / residents.sum())),
            s=share(float(residents[own["share_seeds"] < FIRM].sum() / residents.sum())),
        ),
    ]
    numbers = ranges.set_index("what")["numbers"]
    instead = {"minutes_range": "class_range", "class_range": "minutes_range"}
    left_out = [
        RANGES.label(str(what)) for what, n in numbers.items() if not n and not numbers.get(instead.get(str(what), ""))
    ]
    if left_out:
        names = Text(zh="、".join(name.zh for name in left_out), en=", ".join(name.en for name in left_out))
        said.append(
            Text(zh="没有抽（资料中没有）：{w}。", en="Not drawn, for it is not known here: {w}.").format(w=names)
        )
    return said


def tell_border_prices(tables: Mapping[str, pd.DataFrame]) -> list[Text]:
    """Return what the borders make residents drive and what moving them costs; none where nobody has found out."""
    grids, prices = tables.get("grid_borders"), tables.get("border_prices")
    if grids is None or prices is None or not prices["border_m"].sum():
        return []
    km = prices["border_m"].sum()
    dear, free = prices["each_high"] >= 3, prices["each_high"] < 1
    nearer, more = float(grids["residents_nearer"].sum()), float(grids["minutes_more"].sum())
    said = [
        Text(
            zh="边界使 {p}归不了最近的牵头医院，人均多走 {m} 分钟。",
            en="The borders keep {p} from the nearest lead, who drive {m} min more each.",
        ).format(p=people(nearer), m=minutes(more / nearer))
    ] if nearer > 0 else []  # fmt: skip
    said.append(
        Text(
            zh="挪动边界并重新安排其余单元，按找到的方案和边界长度计，{d} 摊到划过去的每人在 3 分钟以上，{f} 不到 1 分钟，几乎可以随意挪。",
            en="In the plans found, with the rest drawn again, moving {d} of their length costs 3 min or more for each who goes, {f} less than 1 min: nearly free.",
        ).format(
            d=share(float(prices["border_m"][dear].sum() / km), 0),
            f=share(float(prices["border_m"][free].sum() / km), 0),
        )
    )
    return said


def _part(chosen: pd.Series) -> float:
    return float(chosen.mean()) if len(chosen) else 0.0
