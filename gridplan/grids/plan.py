"""`Plan`: what a rule sees."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from gridplan.case.case import Case
from gridplan.grids.groups import name_groups
from gridplan.grids.members import grid_of_facility
from gridplan.grids.scores import Scores
from gridplan.grids.sub_areas import build_hierarchy
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.city_and_counties import Scope, limit_of_unit, scope_of_grid, scope_of_unit, scopes_of
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.grid_titles import title_grids
from gridplan.words.text import Text

if TYPE_CHECKING:
    import networkx as nx

_Result = TypeVar("_Result")
CLAIM_COLUMNS = ["kind", "subject_id", "grid_id", "km2"]


def _no_claims() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=float if name == "km2" else object) for name in CLAIM_COLUMNS})


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A complete plan, invented or given.

    - layers: with units, cells and facilities placed; adjacency: neighbours of the units (barriers cut, links in)
    - leads: tier and strength of every hospital site (see `leads.grade_leads`)
    - members: grid_id, role, role_source, tie, tie_reason, agreement of every facility (see `members.place_members`)
    - sub_areas: those that a given plan states: sub_area_id, sub_area on index unit_id; None: made of streets
    - group_names: names of groups that a given plan states, by the id of the lead
    - given_as: how a given plan was stated ("units", "areas", "members", "polygons"); "" for an invented plan
    - claims: what a given plan says beyond the assignment, one row each: kind "unit" or "facility" (a further grid that
      claims it), "lead" (a further lead of the grid) or "area" (km2 of the grid that another one, subject_id, claims too)
    - annexes: further tables that rules read and the proposal keeps; see `annex_tables.ANNEXES`
    """

    case: Case
    layers: Layers
    adjacency: nx.Graph
    travel: TravelTimes
    leads: pd.DataFrame
    assignment: Assignment
    members: pd.DataFrame
    scores: Scores
    reproducible: bool = True
    sub_areas: pd.DataFrame | None = None
    group_names: Mapping[str, str] = field(default_factory=dict)
    given_as: str = ""
    claims: pd.DataFrame = field(default_factory=_no_claims)
    annexes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _kept: dict[str, Any] = field(init=False, default_factory=dict)

    @property
    def records(self) -> Mapping[str, pd.DataFrame]:
        """Tables of what happened or was agreed, by name; see `layers.records.records.RECORDS`."""
        return self.layers.records

    @cached_property
    def hierarchy(self) -> pd.DataFrame:
        """Lead, sub-area and community grid of every unit."""
        return build_hierarchy(self.layers, self.assignment, self.members, stated=self.sub_areas)

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Parts of the plan that are planned apart, by their ids: the city, its counties."""
        return {scope.id: scope for scope in scopes_of(self.layers.units, self.case)}

    @cached_property
    def scope_of_unit(self) -> pd.Series:
        """Scope id of each unit."""
        return scope_of_unit(self.layers.units, self.case)

    @cached_property
    def scope_of_grid(self) -> pd.Series:
        """Scope id of each grid."""
        found = scope_of_grid(self.assignment.grid_of_unit, self.scope_of_unit)
        return found.reindex(self.assignment.lead_of_grid.index)

    @cached_property
    def limit_of_unit(self) -> pd.Series:
        """Minutes within which each unit's people should reach their own lead."""
        return limit_of_unit(self.layers.units, self.case)

    @cached_property
    def in_county(self) -> pd.Series:
        """Whether each unit lies in a county."""
        return self.scope_of_unit.map({scope.id: scope.mode == "county" for scope in self.scopes.values()})

    @cached_property
    def grid_of_facility(self) -> pd.Series:
        """Grid id of every facility that leads or is a member; "" for the others, wherever they stand."""
        return grid_of_facility(self.members)

    def grids_in(self, scope: Scope) -> list[str]:
        """Return the ids of a scope's grids."""
        return [str(grid) for grid in self.scope_of_grid.index[self.scope_of_grid == scope.id]]

    def case_of(self, grid_id: str) -> Case:
        """Return the case as it holds for a grid: that of its county, or of the city."""
        return self.scopes[self.scope_of_grid[grid_id]].case

    def is_county(self, grid_id: str) -> bool:
        """Tell whether a grid is a county community."""
        return self.case_of(grid_id).place.mode == "county"

    @cached_property
    def groups(self) -> pd.DataFrame:
        """group_name and group_source of each grid."""
        counties = [grid for grid in map(str, self.assignment.lead_of_grid.index) if self.is_county(grid)]
        return name_groups(self.layers, self.assignment, self.case, listed=self.group_names, counties=counties)

    @cached_property
    def grid_titles(self) -> dict[str, Text]:
        """Title of each grid: 第一网格, Grid 1."""
        return title_grids(self.assignment.lead_of_grid.index, set(self.groups["group_name"]))

    def grid_name(self, grid_id: str) -> Text:
        """Return the title of a grid: a hospital is not a grid."""
        return self.grid_titles.get(grid_id, Text(zh=grid_id, en=grid_id))

    def lead_name(self, grid_id: str) -> str:
        """Return the name of the lead of a grid."""
        return str(self.scores.grids["lead_name"].get(grid_id, grid_id))

    def grid_named(self, grid_id: str) -> str:
        """Return the title of a grid in the language of the case, as tables have it."""
        return self.grid_name(grid_id).in_language(self.case.language)

    def units_of(self, grid_id: str) -> list[str]:
        """Return the ids of a grid's units."""
        grid_of_unit = self.assignment.grid_of_unit
        return [str(unit) for unit in grid_of_unit.index[grid_of_unit == grid_id]]

    def claimed(self, kind: str) -> pd.DataFrame:
        """Return the contradicting claims of one kind."""
        return self.claims[self.claims["kind"] == kind]

    def leads_claimed(self, grid_id: str) -> list[str]:
        """Return the leads of a grid: its own first, then further ones that a given plan names."""
        rows = self.claimed("lead")
        return [
            str(self.assignment.lead_of_grid[grid_id]),
            *map(str, rows.loc[rows["grid_id"] == grid_id, "subject_id"]),
        ]


def once_a_plan(compute: Callable[[Plan], _Result]) -> Callable[[Plan], _Result]:
    """Keep what a function finds in a plan with the plan: rules and annexes ask for the same again and again."""

    @functools.wraps(compute)
    def kept(plan: Plan) -> _Result:
        name = f"{compute.__module__}.{compute.__qualname__}"
        if name not in plan._kept:
            plan._kept[name] = compute(plan)
        found: _Result = plan._kept[name]
        return found

    return kept
