"""`Proposal`: a plan with its findings and its provenance, as saved to and read from a folder.

A proposal holds finished frames only: the map, the report and the exports read it and compute nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.case import Case, parse_case
from gridplan.checks.finding import Finding
from gridplan.errors import InputProblem, ProposalError
from gridplan.folders import recover_folder, replaced_folder
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

FORMAT = "gridplan-proposal/1"
FILES = frozenset(
    {"proposal.json", "proposal.gpkg", "map.html", "tables.xlsx", "assignment.csv", "report.docx", "run.log"}
)


@dataclass(frozen=True)
class Objective:
    """What was minimised, in resident-minutes, and how far from the best possible it can be.

    `gap` and `gap_travel` are shares of the bound; None where no bound is known.
    """

    value: float
    terms: dict[str, float]
    bound: float | None
    gap: float | None
    gap_travel: float | None
    bound_knows_contiguity: bool
    status: str
    explanation: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """What it takes to solve again: seed, versions, a hash of every input, what was mended or doubted in them."""

    seed: int
    reproducible: bool
    versions: dict[str, str]
    input_hashes: dict[str, str]
    input_notes: tuple[InputProblem, ...] = ()
    modelled: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Proposal:
    """A grid plan with all that is known about it.

    Frames (ids are text; geometry in the case's output CRS, of the units unless the case says otherwise):

    - units: index unit_id; name, street_id, street, district_id, district, population, population_65 (empty where not
      given), grid_id, lead_id, minutes_to_lead (inf where unreachable), share_within, minutes_primary, geometry
    - grids: index grid_id; name, lead_id, lead_name, population, population_65, n_units, deviation, mean_minutes,
      p50_minutes, p90_minutes, share_within, share_primary, beds, beds_per_1000, area_km2, compactness, geometry
    - facilities: index facility_id; parent_id, name, kind, level, grade, ownership, admin_level, beds, services
      (";"-joined), unit_id, grid_id, role, tie, lead_tier, strength, geometry
    - roads: road_class, geometry (simplified, for the map); barriers: name, geometry
    - adjacency: unit_a, unit_b, border_m, kind (border or link), minutes, name
    - minutes: unit_id, lead_id (every candidate site), minutes, share_within
    - alternatives: k, leads, objective, bound, gap, worst_deviation, share_within, mean_minutes, status
    - scores: plain numbers of the whole plan, and `time_classes`: breaks in minutes and residents between them for
      the plan and each grid
    """

    case: Case
    units: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    adjacency: pd.DataFrame
    minutes: pd.DataFrame
    alternatives: pd.DataFrame
    findings: tuple[Finding, ...]
    objective: Objective
    scores: dict[str, Any]
    provenance: Provenance

    @property
    def must_stands(self) -> bool:
        """True if a must-rule is violated and not waived."""
        return any(finding.stands for finding in self.findings)
