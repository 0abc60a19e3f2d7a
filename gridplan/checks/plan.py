"""`Plan`: what a rule sees."""

from __future__ import annotations

from dataclasses import dataclass, field

import networkx as nx
import pandas as pd

from gridplan.assignment import Assignment
from gridplan.case import Case
from gridplan.layers import Layers
from gridplan.scores import Scores
from gridplan.travel.minutes import TravelTimes


def _no_claims() -> pd.DataFrame:
    return pd.DataFrame({"unit_id": [], "grid_id": [], "lead_id": []}, dtype=object)


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A complete plan, invented or given.

    - layers: with units, cells and facilities placed; adjacency: neighbours of the units (barriers cut, links in)
    - leads: tier and strength of every hospital site (see `leads.grade_leads`)
    - members: grid_id, role, tie of every facility (see `members.place_members`)
    - claims: what a given plan says beyond the assignment: unit_id, grid_id, lead_id of every claim that contradicts it
      (a second grid for a unit, or, with an empty unit_id, a second lead for a grid); empty for an invented plan
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
    claims: pd.DataFrame = field(default_factory=_no_claims)

    def grid_name(self, grid_id: str) -> str:
        """Return the name of a grid, which is that of its lead."""
        return str(self.scores.grids["name"].get(grid_id, grid_id))

    def units_of(self, grid_id: str) -> list[str]:
        """Return the ids of a grid's units."""
        grid_of_unit = self.assignment.grid_of_unit
        return [str(unit) for unit in grid_of_unit.index[grid_of_unit == grid_id]]

    def claimed_twice(self) -> list[str]:
        """Return the units that a given plan puts into more than one grid, in the order of the unit layer."""
        claimed = set(self.claims.loc[self.claims["unit_id"] != "", "unit_id"])
        return [str(unit) for unit in self.layers.units.index if unit in claimed]

    def leads_claimed(self, grid_id: str) -> list[str]:
        """Return the leads of a grid: its own first, then further ones that a given plan names."""
        own = str(self.assignment.lead_of_grid[grid_id])
        rows = self.claims[(self.claims["unit_id"] == "") & (self.claims["grid_id"] == grid_id)]
        return list(dict.fromkeys([own, *map(str, rows["lead_id"])]))
