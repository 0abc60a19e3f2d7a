"""`Plan`: what a rule sees."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import pandas as pd

from gridplan.assignment import Assignment
from gridplan.case import Case
from gridplan.layers import Layers
from gridplan.scores import Scores
from gridplan.travel.minutes import TravelTimes


@dataclass(frozen=True, eq=False)
class Plan:
    """A complete plan, invented or given.

    - layers: with units, cells and facilities placed; adjacency: neighbours of the units (barriers cut, links in)
    - leads: tier and strength of every hospital site (see `leads.grade_leads`)
    - members: grid_id, role, tie of every facility (see `members.place_members`)
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

    def grid_name(self, grid_id: str) -> str:
        """Return the name of a grid, which is that of its lead."""
        return str(self.scores.grids["name"].get(grid_id, grid_id))

    def units_of(self, grid_id: str) -> list[str]:
        """Return the ids of a grid's units."""
        grid_of_unit = self.assignment.grid_of_unit
        return [str(unit) for unit in grid_of_unit.index[grid_of_unit == grid_id]]
