"""Where residents go for care by themselves, held against the grids: how much stays inside, where the rest goes, what agrees.

The share inside the own area is the localisation index of the literature on hospital service areas; the catchment that a unit makes
for itself is the hospital to which most of its admissions go (plurality, as in the Dartmouth Atlas of Health Care).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from gridplan.grids.own_catchments import localisation, own_catchments
from gridplan.grids.plan import Plan
from gridplan.ground.habit_price import RECORD
from gridplan.words.annex_tables import make_annex

OUTSIDE = ""
"""Stands for the grid of an institution that belongs to none, or lies outside the place."""


@dataclass(frozen=True)
class Own:
    """Admissions of a grid's residents in one year: all, inside their own grid; the same of those that the grid could have treated.

    `treatable` is None where the record does not tell it.
    """

    year: float
    count: float
    own: float
    treatable: float | None
    own_treatable: float | None

    @property
    def share(self) -> float:
        """Share of the admissions inside the own grid."""
        return self.own / self.count if self.count else float("nan")


@dataclass(frozen=True, eq=False)
class Habits:
    """The record of admissions of a plan, with the grid of each unit and of each institution."""

    plan: Plan

    @cached_property
    def flows(self) -> pd.DataFrame:
        """The record with grid_id (of the residents) and to_grid (of the institution, `OUTSIDE` for none); no year is year 0."""
        record = self.plan.records[RECORD]
        grids = self.plan.assignment.grid_of_unit
        flows = record.assign(
            year=record["year"].fillna(0),
            grid_id=record["unit_id"].map(grids).fillna(""),
            to_grid=record["facility_id"].map(self.plan.grid_of_facility).fillna(OUTSIDE),
        )
        return flows[flows["grid_id"] != ""]

    @cached_property
    def years(self) -> list[float]:
        """The years on record, the last one last."""
        return sorted(self.flows["year"].unique())

    @cached_property
    def last(self) -> pd.DataFrame:
        """Admissions of the last year."""
        return self.flows[self.flows["year"] == self.years[-1]] if self.years else self.flows

    def of_grid(self, grid_id: str, year: float) -> Own:
        """Return what is on record of the residents of a grid in one year."""
        return _own(self.flows[(self.flows["grid_id"] == grid_id) & (self.flows["year"] == year)], year)

    def of_plan(self) -> Own:
        """Return the same of all residents in the last year."""
        return _own(self.last, self.years[-1] if self.years else 0.0)

    def leaks(self, grid_id: str) -> pd.Series:
        """Return the admissions of a grid's residents in the last year by the grid of the institution, the most first, its own left out."""
        own = self.last[self.last["grid_id"] == grid_id]
        total = own.groupby("to_grid")["count"].sum().drop(grid_id, errors="ignore")
        return total[total > 0].sort_values(ascending=False, kind="stable")

    @cached_property
    def catchment(self) -> pd.Series:
        """The hospital to which most admissions of each unit go in the last year; units with fewer than may be shown have none."""
        parents = self.plan.layers.facilities["parent_id"]
        whole = self.last["facility_id"].map(lambda name: parents.get(name, "") or name)
        counts = self.last.groupby(["unit_id", whole.rename("hospital")])["count"].sum()
        enough = counts.groupby(level=0).sum() >= self.plan.case.rules.fewest_shown
        counts = counts[counts.index.get_level_values(0).isin(enough.index[enough])]
        most = counts.groupby(level=0).idxmax()
        return most.map(lambda pair: pair[1]).astype(object).rename("hospital")

    def agreement(self) -> tuple[float, float]:
        """Return how far grids agree with the catchments that people make.

        The share of residents, of units that have a catchment, whose hospital belongs to their grid, and the adjusted Rand index of the
        two partitions; NaN without a catchment.
        """
        from sklearn.metrics import adjusted_rand_score

        made = self.catchment
        if made.empty:
            return float("nan"), float("nan")
        grids = self.plan.assignment.grid_of_unit.reindex(made.index)
        people = self.plan.layers.units["population"].reindex(made.index)
        inside = (made.map(self.plan.grid_of_facility).fillna(OUTSIDE) == grids).to_numpy(bool)
        total = float(people.sum())
        agreed = float(people[inside].sum()) / total if total > 0 else float("nan")
        return agreed, float(adjusted_rand_score(grids.to_numpy(str), made.to_numpy(str)))

    @cached_property
    def between_units(self) -> pd.Series:
        """Admissions of the last year on index (unit of residence, unit of the hospital); of hospitals that stand in the place only."""
        stands = self.plan.layers.facilities["unit_id"]
        where = self.last["facility_id"].map(stands).fillna("")
        inside = self.last[where != ""].assign(at=where)
        return inside.groupby(["unit_id", "at"])["count"].sum()

    @cached_property
    def communities(self) -> pd.Series:
        """The catchment that residents make themselves, of each unit that has admissions: see `own_catchments`."""
        return own_catchments(self.between_units, self.plan.adjacency, seed=self.plan.case.solver.seed)

    def against_communities(self) -> tuple[int, float, float, float]:
        """Return how many such catchments there are, their localisation index, that of the grids, and the adjusted Rand index of both."""
        from sklearn.metrics import adjusted_rand_score

        made, grids = self.communities, self.plan.assignment.grid_of_unit
        if made.empty:
            return 0, float("nan"), float("nan"), float("nan")
        same = made[made.index.isin(grids.index)]
        rand = float(adjusted_rand_score(grids[same.index].to_numpy(str), same.to_numpy(str)))
        return made.nunique(), localisation(self.between_units, made), localisation(self.between_units, grids), rand


def _own(flows: pd.DataFrame, year: float) -> Own:
    inside = flows["grid_id"] == flows["to_grid"]
    told = flows["treatable"].notna()
    known = bool(told.any())
    return Own(
        float(year),
        float(flows["count"].sum()),
        float(flows.loc[inside, "count"].sum()),
        float(flows.loc[told, "treatable"].sum()) if known else None,
        float(flows.loc[told & inside, "treatable"].sum()) if known else None,
    )


def draw_up_habits(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes habits, habit_flows and catchments, where admissions are on record; fewer cases than may be shown are left out."""
    if RECORD not in plan.records:
        return {}
    habits = Habits(plan)
    return {
        "habits": make_annex("habits", _habit_rows(habits)),
        "habit_flows": make_annex("habit_flows", _flow_rows(habits)),
        "catchments": make_annex("catchments", _catchment_rows(habits)),
    }


def _habit_rows(habits: Habits) -> Iterator[dict[str, Any]]:
    fewest = max(habits.plan.case.rules.fewest_shown, 1)
    for grid_id in map(str, habits.plan.assignment.lead_of_grid.index):
        for year in habits.years:
            told = habits.of_grid(grid_id, year)
            if told.count < fewest or _few(told.own, told.count, fewest):
                continue
            part = None
            if told.treatable is not None and told.own_treatable is not None and told.treatable >= fewest:
                hidden = _few(told.own_treatable, told.treatable, fewest)
                part = None if hidden else told.own_treatable / told.treatable
            yield {
                "grid_id": grid_id,
                "lead_id": habits.plan.assignment.lead_of_grid[grid_id],
                "year": year or None,
                "admissions": told.count,
                "share_own": told.share,
                "share_own_treatable": part,
            }


def _flow_rows(habits: Habits) -> Iterator[dict[str, Any]]:
    fewest = max(habits.plan.case.rules.fewest_shown, 1)
    for grid_id in map(str, habits.plan.assignment.lead_of_grid.index):
        total = habits.of_grid(grid_id, habits.years[-1]).count if habits.years else 0.0
        for to_grid, count in habits.leaks(grid_id).items():
            if count >= fewest:
                yield {"grid_id": grid_id, "to_grid": to_grid, "admissions": count, "share": count / total}


def _catchment_rows(habits: Habits) -> Iterator[dict[str, Any]]:
    """Give the hospital and the community of each unit with as many admissions as may be shown."""
    hospital, community = habits.catchment, habits.communities
    grids = habits.plan.assignment.grid_of_unit
    for unit in hospital.index:
        yield {
            "unit_id": unit,
            "grid_id": grids.get(unit, ""),
            "hospital_id": hospital[unit],
            "community": community.get(unit, None),
        }


def _few(part: float, whole: float, fewest: int) -> bool:
    """Whether a share of a whole gives away a number that may not be shown."""
    return 0 < part < fewest or 0 < whole - part < fewest
