"""The grouping in force, as far as a plan is held to it: who may change lead, who may not, and what of it cannot stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.layers import Layers
from gridplan.words.errors import InputProblem
from gridplan.words.numbers import counted, listed, people
from gridplan.words.problems import Problems
from gridplan.words.text import Text


def leads_in_force(layers: Layers) -> pd.Series:
    """Return the lead in force of each unit that has one, index unit_id."""
    held = layers.baseline.reindex(layers.units.index).dropna()
    return held[held != ""].astype(object)


def leads_that_stay(layers: Layers) -> pd.Series:
    """Return the residents of each lead in force that can lead on beside the others, index lead_id: of several in one unit that of most residents."""
    held = leads_in_force(layers)
    residents = layers.units["population"].reindex(held.index).groupby(held).sum()
    most_first = residents.sort_values(ascending=False, kind="stable")
    stands = layers.facilities["unit_id"].reindex(most_first.index)
    return most_first[~(stands.duplicated() & stands.notna()).to_numpy()]


def change_arguments(layers: Layers, candidates: pd.DataFrame, case: Case) -> dict[str, Any]:
    """Return what a problem asks for of the grouping in force: incumbent, price and ceiling of change, locked units.

    Parameters
    ----------
    layers : with the units of one scope; candidates : sites that may lead there.
    """
    rules = case.change
    if not rules.asked:
        return {}
    held = leads_in_force(layers)
    residents = float(layers.units["population"].reindex(held.index).sum())
    locked = held[held.index.isin(locked_units(layers, case)) & held.isin(candidates.index)]
    return {
        "incumbent": {str(unit): str(lead) for unit, lead in held.items()},
        "move_price": rules.price_min,
        "most_moved": None if rules.most_share is None else rules.most_share * residents,
        "locked": {str(unit): str(lead) for unit, lead in locked.items()},
    }


def locked_units(layers: Layers, case: Case) -> pd.Index:
    """Return the units that keep their lead in force: named, of a named street, or with a named facility in them."""
    units, rules = layers.units, case.change
    stands = layers.facilities["unit_id"].reindex(list(rules.locked_facilities)).dropna()
    of_street = units["street_id"].isin(rules.locked_streets) | units["street"].isin(rules.locked_streets)
    return units.index[units.index.isin(rules.locked_units) | of_street | units.index.isin(stands)]


def tell_in_force(layers: Layers, leads: pd.DataFrame, candidates: list[str], case: Case) -> Problems:
    """Return what of the grouping in force cannot stay as it is, where a plan is held to it.

    Parameters
    ----------
    layers : with units complete and facilities placed; leads : every hospital site, as graded; candidates : those that may lead.
    """
    problems = Problems()
    source = case.layers.baseline
    if not case.change.asked:
        return problems
    held = leads_in_force(layers)
    if source is None or held.empty:
        problems.append(_nothing_in_force())
        return problems
    told = _Told(layers, case, held)
    for needed, found, remedy, values in (
        *told.gone(leads, candidates),
        *told.in_one_unit(candidates),
        *told.astray(candidates),
        *told.in_no_group(),
        *told.locked_in_vain(candidates),
    ):
        problems.tell(
            needed, found, remedy, severity="warning", file=source.path, layer=source.layer or "", values=values
        )
    return problems


def _nothing_in_force() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="现有分组（layers.baseline）", en="the grouping in force (layers.baseline)"),
        Text(zh="没有", en="none"),
        Text(
            zh="在 [layers.baseline] 中给出每个单元现在的牵头医院；或删去 [change]。",
            en="Give the lead in force of every unit under [layers.baseline], or leave out [change].",
        ),
        file="case.toml",
        field="change",
    )


_Telling = tuple[Text, Text, Text, list[str]]


@dataclass(frozen=True, eq=False)
class _Told:
    """What cannot stay of a grouping in force, each as needed, found, remedy and the ids concerned."""

    layers: Layers
    case: Case
    held: pd.Series

    def _named(self, lead: str) -> str:
        name = self.layers.facilities["name"].get(lead)
        return str(lead) if name is None else f"{lead} {name}"

    def _residents(self, units: pd.Index) -> float:
        return float(self.layers.units["population"].reindex(units).sum())

    def gone(self, leads: pd.DataFrame, candidates: list[str]) -> Iterator[_Telling]:
        """Leads that cannot lead on: closed, no hospital, outside the area, or not eligible."""
        out = self.held[~self.held.isin(candidates)]
        if out.empty:
            return
        closed = [lead for lead in out.unique() if lead not in leads.index]
        rest = [lead for lead in out.unique() if lead in leads.index]
        n = Text(zh="{u}，{p}", en="{u}, {p}").format(u=counted(len(out), "unit"), p=people(self._residents(out.index)))
        parts = [
            Text(zh=zh, en=en).format(s=listed([self._named(lead) for lead in some], most=5))
            for some, zh, en in (
                (closed, "已撤并或不在机构表中：{s}；", "closed, or in no facility table: {s}; "),
                (rest, "按本方案的条件不能牵头：{s}；", "not eligible by this case: {s}; "),
            )
            if some
        ]
        found = Text(zh="".join(t.zh for t in parts), en="".join(t.en for t in parts))
        yield (
            Text(zh="能继续牵头的现任牵头医院", en="leads in force that can go on leading"),
            Text(zh="{f}共 {n}", en="{f}with {n}").format(f=found, n=n),
            Text(
                zh="这些居民无论如何都要改换牵头医院，计入改换人数；要保留其中的医院，写入 grids.required_leads。",
                en="These residents change lead in any case and are counted; to keep a hospital, name it in grids.required_leads.",
            ),
            [str(lead) for lead in out.unique()],
        )

    def in_one_unit(self, candidates: list[str]) -> Iterator[_Telling]:
        """Leads whose unit holds another one of more residents: a unit belongs to one grid."""
        out = [lead for lead in self.held.unique() if lead in candidates and lead not in leads_that_stay(self.layers)]
        if not out:
            return
        units = self.held.index[self.held.isin(out)]
        yield (
            Text(zh="一个单元至多一家牵头医院", en="one lead a unit at most"),
            Text(
                zh="{s} 所在单元另有服务居民更多的牵头医院", en="{s} in a unit with another lead of more residents"
            ).format(s=listed([self._named(lead) for lead in out], most=5)),
            Text(
                zh="牵头医院不变时由居民更多的一家牵头，其余的居民（{p}）改换；若位置有误，改正机构表，或把单元划细。",
                en="Where leads stay, that of more residents does, and those of the others ({p}) change; correct the facility table, or divide the unit.",
            ).format(p=people(self._residents(units))),
            [str(lead) for lead in out],
        )

    def astray(self, candidates: list[str]) -> Iterator[_Telling]:
        """Leads whose own unit belongs to another group, or to none."""
        stands = self.layers.facilities["unit_id"].reindex(pd.Index(self.held.unique()))
        stands = stands[stands.index.isin(candidates)]
        astray = [lead for lead, unit in stands.items() if self.held.get(unit, "") != lead]
        if not astray:
            return
        units = pd.Index(stands[astray].unique())
        yield (
            Text(zh="牵头医院位于自己的网格内", en="leads that stand in their own grid"),
            Text(zh="{s} 位于别的网格", en="{s} stand in another").format(
                s=listed([self._named(lead) for lead in astray], most=5)
            ),
            Text(
                zh="所在单元（{p}）划归该医院，计为改换；若位置有误，改正机构表。",
                en="Their own units ({p}) go to them and count as changed; correct the facility table if they are misplaced.",
            ).format(p=people(self._residents(units))),
            [str(lead) for lead in astray],
        )

    def in_no_group(self) -> Iterator[_Telling]:
        """Units without a lead in force."""
        free = self.layers.units.index.difference(self.held.index, sort=False)
        if not len(free):
            return
        yield (
            Text(zh="每个单元现在的牵头医院", en="the lead in force of every unit"),
            Text(zh="{n} 没有（{s}），{p}", en="{n} without ({s}), {p}").format(
                n=counted(len(free), "unit"), s=listed(list(map(str, free)), most=5), p=people(self._residents(free))
            ),
            Text(
                zh="它们没有牵头医院可改换：划到哪里都不计价、不计入上限。",
                en="They have no lead to lose: wherever they go costs nothing and does not count towards the ceiling.",
            ),
            list(map(str, free)),
        )

    def locked_in_vain(self, candidates: list[str]) -> Iterator[_Telling]:
        """Locked units that have no lead in force, or one that cannot lead."""
        locked = locked_units(self.layers, self.case)
        free = [str(unit) for unit in locked if self.held.get(unit, "") not in candidates]
        if not free:
            return
        yield (
            Text(zh="可锁定在现任牵头医院的单元", en="locked units with a lead in force that can lead"),
            Text(zh="{n} 不能锁定（{s}）", en="{n} cannot be locked ({s})").format(
                n=counted(len(free), "unit"), s=listed(free, most=5)
            ),
            Text(zh="这些单元不锁定。", en="They are not locked."),
            free,
        )
