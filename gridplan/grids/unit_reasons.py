"""Why each unit is where it is, in words: the reasons and prices that `solver.placement` finds, with the names of the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.ground.borders import shared_borders
from gridplan.ground.city_and_counties import Scope
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.problem import Problem
from gridplan.words.numbers import minutes, people, share
from gridplan.words.text import Text

_CODES = {"whole": "street", "locked": "lock", "activities": "resources"}
_SAID = {
    "nearest": Text(zh="在各牵头医院中，到本网格的最近。", en="No chosen lead is nearer."),
    "full": Text(
        zh="到{b}近 {m} 分钟，但{moving} {q}划进去，该网格的人口偏差由 {d} 升到 {e}，超过上限 {l}。",
        en="{b} is {m} min nearer, but with {moving} ({q}) it would go from {d} to {e} of the mean, above {l}.",
    ),
    "full_with_others": Text(
        zh="到{b}近 {m} 分钟，{moving} {q}单独划进去不超限（{e}），但相邻的单元会一同划去，合起来超过上限 {l}。",
        en="{b} is {m} min nearer and {moving} ({q}) alone would fit ({e}), but neighbours would go along and pass {l}.",
    ),
    "short": Text(
        zh="到{b}近 {m} 分钟，但{moving} {q}划出去，本网格的人口偏差由 {d} 降到 {e}，低于下限 {l}。",
        en="{b} is {m} min nearer, but without {moving} ({q}) this grid would go from {d} to {e} of the mean, below {l}.",
    ),
    "short_with_others": Text(
        zh="到{b}近 {m} 分钟，{moving} {q}单独划出去不低于下限（{e}），但相邻的单元会一同划走，合起来低于下限 {l}。",
        en="{b} is {m} min nearer and this grid could spare {moving} ({q}) alone ({e}), but neighbours would go along and pass {l}.",
    ),
    "street": Text(
        zh="单看本单元，到{b}近 {m} 分钟，但{whole}要整体划：{n} 个单元 {q}若都划过去，平均每人{change}。",
        en="{m} min nearer to {b} alone, but {whole} stays whole: its {n:unit|units} ({q}) together would be {change} each.",
    ),
    "barrier": Text(
        zh="到{b}近 {m} 分钟，但隔着{barrier}：这一侧没有该网格的单元与本单元相连，划过去就不连片。",
        en="{b} is {m} min nearer across {barrier}; on this side none of its units joins, so it would be in two pieces.",
    ),
    "bridge": Text(
        zh="到{b}近 {m} 分钟，但本单元是另外 {n} 个单元（{q}）通往本网格牵头医院的唯一通道，划走后它们就断开了。",
        en="{b} is {m} min nearer, but this unit is the only way from {n:other|others} ({q}) to their lead; they would be cut off.",
    ),
    "apart": Text(
        zh="与近 {m} 分钟的{b}不相邻，中间的单元各有所属。",
        en="Does not touch {b}, which is {m} min nearer; the units between belong elsewhere.",
    ),
    "resources": Text(
        zh="到{b}近 {m} 分钟，但每个网格须具备的服务和资源不容它划过去。",
        en="{b} is {m} min nearer, but what each grid must have of services and resources keeps it here.",
    ),
    "two": Text(
        zh="到{b}近 {m} 分钟。只取消{r1}或者只取消{r2}都不够，两条都取消才会划过去。",
        en="{b} is {m} min nearer. Neither {r1} nor {r2} alone decides; both do.",
    ),
    "lock": Text(
        zh="到{b}近 {m} 分钟，但已锁定在本网格。", en="{b} is {m} min nearer, but the unit is locked to this grid."
    ),
    "home": Text(
        zh="到{b}近 {m} 分钟，但本网格的牵头医院就在{moving}。",
        en="{b} is {m} min nearer, but this grid's own lead stands in {moving}.",
    ),
    "access": Text(
        zh="到{b}近 {m} 分钟，但{moving}中有单元到那里超过时间上限。",
        en="{b} is {m} min nearer, but {moving} has units beyond the access cap from there.",
    ),
    "untried": Text(
        zh="到{b}近 {m} 分钟；时间上限先到，没有查明为何不划过去。",
        en="{b} is {m} min nearer; the time limit came before it was found out why.",
    ),
    "chain": Text(
        zh="到{b}近 {m} 分钟；逐条取消限制都不足以让它划过去，要牵动别处。",
        en="{b} is {m} min nearer; no single limit, nor a pair, holds it: going there shifts others.",
    ),
}
_WITHOUT = Text(
    zh="取消{limit}限制后重新划分，本单元会划入{b}。", en="Drawn again without {limit}, the unit goes to {b}."
)
_LIMITS = {
    "balance": Text(zh="均衡", en="balance"),
    "whole": Text(zh="整体划入", en="whole areas"),
    "barrier": Text(zh="阻隔", en="barriers"),
    "activities": Text(zh="服务和资源", en="services and resources"),
    "contiguity": Text(zh="连片", en="contiguity"),
}
_PRICE = Text(
    zh="若划入{b}并重新安排其余单元，总指标变差，折合每位居民 {range}的车程，另有 {others}须一并改换牵头医院。",
    en="Going to {b}, with the rest drawn again, costs {range} a resident on average; {others} besides would change lead.",
)
_NO_PRICE = {
    "none": Text(
        zh="牵头医院不变时，没有划入{b}的合规方案。", en="With these leads no plan within the rules has it in {b}."
    ),
    "not_found": Text(zh="没有找到划入{b}的合规方案。", en="No plan within the rules that has it in {b} was found."),
    "not_tried": Text(zh="没有计算代价。", en="The price was not computed."),
    "own": Text(zh="", en=""),
    "": Text(zh="", en=""),
}


def explain_units(plan: Plan, problems: Sequence[tuple[Scope, Problem]], *, deadline: Deadline = NEVER) -> pd.DataFrame:
    """Say of every unit of a plan why it is where it is, and what its nearest lead would cost.

    Parameters
    ----------
    plan
        Drawn by the solver; one row comes back for each of its units.
    problems
        What the solver was asked, scope by scope.
    deadline
        When it comes, what was not found out is said.

    Returns
    -------
    pandas.DataFrame
        The frame `reasons` of a proposal.
    """
    if not problems:
        return _of_scopes([])
    from gridplan.solver.placement import explain_placement  # brings numba and HiGHS

    walls = _contacts_over_barriers(plan)
    found = []
    for scope, problem in problems:
        lead = plan.assignment.lead_of_unit.reindex(list(problem.unit_ids)).map(problem.lead_position)
        if lead.isna().any():
            continue
        position = problem.unit_position
        over = [(position[a], position[b]) for a, b in walls if a in position and b in position]
        told = explain_placement(
            problem,
            lead.to_numpy().astype(np.int64),
            barrier_edges=np.array(over, dtype=np.int64).reshape(-1, 2),
            seed=plan.case.solver.seed,
            deadline=deadline,
        )
        found.append(told.join(_Words(plan, scope, problem).messages(told)))
    return _of_scopes(found)


def _of_scopes(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the reasons of all scopes as one frame."""
    frame = pd.concat(found) if found else pd.DataFrame(columns=["reason"])
    return frame.replace({"reason": _CODES}).rename_axis("unit_id").reset_index()


def _contacts_over_barriers(plan: Plan) -> list[tuple[str, str]]:
    """Return the pairs of units that share a border which a barrier cuts."""
    if not len(plan.layers.barriers):
        return []
    units = plan.layers.units
    first, second, _ = shared_borders(np.asarray(units.geometry.array, dtype=object))
    ids = units.index.to_numpy(object)
    pairs = zip(ids[first], ids[second], strict=True)
    return [(str(a), str(b)) for a, b in pairs if not plan.adjacency.has_edge(a, b)]


@dataclass(frozen=True, eq=False)
class _Words:
    """The sentences about the units of one scope."""

    plan: Plan
    scope: Scope
    problem: Problem

    def messages(self, told: pd.DataFrame) -> pd.DataFrame:
        """Return message_zh and message_en of every unit."""
        texts = [self._message(str(unit), row) for unit, row in told.iterrows()]
        columns = {"message_zh": [text.zh for text in texts], "message_en": [text.en for text in texts]}
        return pd.DataFrame(columns, index=told.index)

    def _message(self, unit: str, row: pd.Series) -> Text:
        if row["reason"] == "nearest":
            return _SAID["nearest"]
        to = self._grid(row["nearest_lead_id"])
        dropped = [_LIMITS[name] for name in row["dropped"].split("+") if name]
        said = self._said(unit, row)
        if len(dropped) == 1:
            said = said.then(_WITHOUT.format(limit=dropped[0], b=to))
        price = self._price(row) if row["no_price"] == "" else _NO_PRICE[row["no_price"]].format(b=to)
        return said.then(price)

    def _said(self, unit: str, row: pd.Series) -> Text:
        """Return the sentence of the reason, filled with what this unit and the two grids are."""
        minutes_to = self.plan.travel.unit_minutes.loc[unit]
        own, to = row["lead_id"], row["nearest_lead_id"]
        code = _CODES.get(row["reason"], row["reason"])
        mates = self._mates(unit)
        q = float(self._people[mates].sum())
        values: dict[str, object] = {
            "b": self._grid(to),
            "m": minutes(round(float(minutes_to[own] - minutes_to[to]), 1)),
            "moving": self._named(unit, mates),
            "q": people(q),
        }
        balance = self.scope.case.grids.balance or 0.0
        if code in ("full", "short"):
            grid, sign = (to, 1) if code == "full" else (own, -1)
            before = float(self._loads[grid])
            after, limit = before + sign * q, 1 + sign * balance
            values |= {name: _signed(n / self._mean - 1) for name, n in (("d", before), ("e", after))}
            values["l"] = _signed(sign * balance)
            if sign * (after - limit * self._mean) <= 0:
                code += "_with_others"
        if code == "street":
            extra = self._extra(mates, own, to)
            more = (
                Text(zh="多 {x} 分钟", en="{x} min longer")
                if extra > 0
                else Text(zh="少 {x} 分钟", en="{x} min shorter")
            )
            values |= {"whole": self._whole_name(unit), "n": len(mates), "change": more.format(x=minutes(abs(extra)))}
        if code == "bridge":
            cut = self._cut_off(mates, own)
            values |= {"n": len(cut), "q": people(float(self._people[cut].sum()))}
        if code == "barrier":
            values["barrier"] = self._barrier
        if code == "two":
            values |= dict(zip(("r1", "r2"), (_LIMITS[name] for name in row["dropped"].split("+")), strict=True))
        return _SAID[code].format(**values)

    def _price(self, row: pd.Series) -> Text:
        """Return the price as seconds for every resident of the scope, and who else changes lead; bounds are rounded outward."""
        total = self.problem.total_population
        seconds = told_seconds(row["price_low"] / total, row["price_high"] / total)
        return _PRICE.format(b=self._grid(row["nearest_lead_id"]), range=seconds, others=people(row["dragged"]))

    @cached_property
    def _people(self) -> pd.Series:
        return pd.Series(self.problem.population, index=list(self.problem.unit_ids))

    @cached_property
    def _loads(self) -> pd.Series:
        return self._people.groupby(
            self.plan.assignment.lead_of_unit.reindex(list(self.problem.unit_ids)).to_numpy()
        ).sum()

    @cached_property
    def _mean(self) -> float:
        return self.problem.total_population / len(self._loads)

    @cached_property
    def _barrier(self) -> Text:
        names = [str(name) for name in self.plan.layers.barriers["name"].unique() if name]
        if len(names) == 1:
            return Text(zh=names[0], en=names[0])
        return Text(zh="阻隔线（河流、铁路等）", en="a barrier (a river, a railway)")

    def _grid(self, lead: str) -> Text:
        return self.plan.grid_name(self.plan.assignment.grid_of_lead[lead])

    def _mates(self, unit: str) -> list[str]:
        """Return the units that are kept together with one, itself included."""
        whole = self.problem.whole
        at = self.problem.unit_position[unit]
        if whole[at] < 0:
            return [unit]
        own = self.plan.assignment.lead_of_unit
        return [u for u, w in zip(self.problem.unit_ids, whole, strict=True) if w == whole[at] and own[u] == own[unit]]

    def _whole_name(self, unit: str) -> str:
        kept = self.scope.case.grids.keep_whole
        return str(self.plan.layers.units.loc[unit, kept] or self.plan.layers.units.loc[unit, "name"])

    def _named(self, unit: str, mates: list[str]) -> Text:
        if len(mates) == 1:
            return Text(zh="本单元", en="the unit")
        name = self._whole_name(unit)
        return Text(zh=f"整体划的{name}", en=f"{name}, which stays whole,")

    def _extra(self, mates: list[str], own: str, to: str) -> float:
        """Return the minutes a resident of some units that drive to one lead instead of another, on average."""
        drives, heads = self.plan.travel.unit_minutes.loc[mates], self._people[mates].to_numpy()
        more = (drives[to] - drives[own]).to_numpy()
        known = np.isfinite(more) & (heads > 0)
        return float((more * heads)[known].sum() / heads[known].sum()) if known.any() else 0.0

    def _cut_off(self, mates: list[str], own: str) -> list[str]:
        """Return the units of a grid that lose their lead when some units leave it."""
        import networkx as nx

        lead_of_unit = self.plan.assignment.lead_of_unit
        left = [str(unit) for unit in lead_of_unit.index[lead_of_unit == own] if unit not in set(mates)]
        home = self.problem.unit_ids[int(self.problem.lead_unit[self.problem.lead_position[own]])]
        inside = self.plan.adjacency.subgraph(left)
        kept = nx.node_connected_component(inside, home) if home in inside else set()
        return [unit for unit in left if unit not in kept]


def told_seconds(low_min: float, high_min: float) -> Text:
    """Return a price between two numbers of minutes as seconds, bounds rounded outward; one number where they are one.

    >>> told_seconds(0.1, 0.1).en, told_seconds(0.0, 0.101).en, told_seconds(0.05, 0.101).en
    ('6.0 s', 'at most 6.1 s', '3.0 to 6.1 s')
    """
    low, high = low_min * 60, high_min * 60
    if high - low <= 1e-6 * high:
        return Text(zh=f"{high:.1f} 秒", en=f"{high:.1f} s")
    low, high = np.floor(low * 10 + 1e-9) / 10, np.ceil(high * 10 - 1e-9) / 10
    if low == 0:
        return Text(zh=f"至多 {high:.1f} 秒", en=f"at most {high:.1f} s")
    return Text(zh=f"{low:.1f} 至 {high:.1f} 秒", en=f"{low:.1f} to {high:.1f} s")


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{share(abs(value))}"
