"""`Proposal`: a plan with its findings and its provenance, as saved to and read from a folder.

A proposal holds finished frames only: the map, the report and the exports read it and compute nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import __version__
from gridplan.case.case import Case
from gridplan.checks.finding import Finding
from gridplan.grids.plan import Plan
from gridplan.ground.adjacency import adjacency_table
from gridplan.proposal.frames import FRAMES, in_format
from gridplan.proposal.kept_travel import cells_table, minutes_table, no_cells
from gridplan.words.annexes import ANNEXES
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

FILES = frozenset(
    {
        "proposal.json",
        "proposal.gpkg",
        "manifest.json",
        "cells.parquet",
        "map.html",
        "tables.xlsx",
        "assignment.csv",
        "report.docx",
        "run.log",
    }
)
"""Names of the files that a proposal folder holds."""
COMPARISON_FILES = frozenset({"comparison.json", "comparison.xlsx"})
"""Names of the files that the folder of a revised proposal holds beside them."""


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
class Comment:
    """What a reviewer wrote, pinned to a subject ("unit", "grid", "facility", or "plan" with an empty id); plain text.

    `decision` ("adopted", "partly", "rejected"; "" while open) and `decision_reason` tell what became of it.
    """

    subject_kind: str
    subject_id: str
    author: str
    text: str
    decision: str = ""
    decision_reason: str = ""


@dataclass(frozen=True)
class Revision:
    """How a proposal came from another.

    - parent: `proposal_digest` of the proposal that was edited; repaired: whether the grids were mended after the edits
    - moved: grid that each moved unit had in the parent ("" for none); leads: lead that each grid had there, where it changed
    - locks, comments: as in the edits
    """

    parent: str
    repaired: bool = False
    moved: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    locks: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """What it takes to solve again: seed, versions, a hash of every input, what was mended or doubted in them.

    `revision` tells how a revised proposal came from its parent.
    """

    seed: int
    reproducible: bool
    versions: dict[str, str]
    input_hashes: dict[str, str]
    input_notes: tuple[InputProblem, ...] = ()
    modelled: tuple[Text, ...] = ()
    revision: Revision | None = None


def _empty(name: str) -> Callable[[], pd.DataFrame]:
    return FRAMES[name].empty


@dataclass(frozen=True, eq=False)
class Proposal:
    """A grid plan with all that is known about it.

    Frames (ids are text; geometry in the case's output CRS, of the units unless the case says otherwise):

    - units, grids, facilities (index: their ids), roads, barriers, adjacency, minutes, facility_minutes, alternatives,
      alternative_units, reasons: columns as `frames.FRAMES` declares them
    - scores: plain numbers of the whole plan, and `time_classes`: breaks in minutes and residents between them for
      the plan and each grid
    - cells: places with people, without where they are, and their minutes; see `kept_travel`. Empty if not made by `plan` or
      `assess`
    - annexes: further tables by name, as `annexes.ANNEXES` declares them; records: what happened or was agreed, by name, as
      `layers.records.records.RECORDS` declares it. Only those that the case gives rise to
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
    cells: pd.DataFrame = field(default_factory=no_cells)
    facility_minutes: pd.DataFrame = field(default_factory=_empty("facility_minutes"))
    alternative_units: pd.DataFrame = field(default_factory=_empty("alternative_units"))
    reasons: pd.DataFrame = field(default_factory=_empty("reasons"))
    annexes: dict[str, pd.DataFrame] = field(default_factory=dict)
    records: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def must_stands(self) -> bool:
        """True if a must-rule is violated and not waived."""
        return any(finding.stands for finding in self.findings)

    def save(self, folder: str | Path, *, log: str = "") -> Path:
        """Write the proposal, its tables and its map to a folder, replacing an earlier one as a whole.

        Files in the folder that this program did not write stay. Returns the folder.

        Parameters
        ----------
        folder : where to write.
        log : text of run.log, the only file that may tell of clocks and paths; empty: no such file.

        Raises
        ------
        ProposalError
            If the folder cannot be written.
        """
        from gridplan.outputs.proposal_folder import write_folder

        return write_folder(self, Path(folder), log)

    def equals(self, other: Proposal) -> bool:
        """Tell whether two proposals hold the same case, frames, findings and numbers."""
        from gridplan.proposal.files import same_content

        return same_content(self, other)


def read_proposal(folder: str | Path) -> Proposal:
    """Read a proposal from its folder.

    Raises
    ------
    ProposalError
        If the folder holds no proposal of this format, or it is damaged.
    """
    from gridplan.proposal.files import read_folder

    return read_folder(Path(folder))


def proposal_digest(proposal: Proposal) -> str:
    """Return what ties edits to a proposal: 64 hexadecimal digits.

    It is the SHA-256 of the UTF-8 bytes of a JSON object, keys sorted: "units" (id, grid, residents rounded to 3
    decimals, by id), "grids" (id, lead, by id), "inputs" (hash of each input) and "seed". So it does
    not depend on versions, languages, wording or the order of rows, and stays the same when a proposal is saved and read.
    """
    return _digest(proposal, sorted)


def accepted_digests(proposal: Proposal) -> frozenset[str]:
    """Return every digest that edits of this proposal may carry: its own, and that of format 1, which went by the order of rows."""
    return frozenset({proposal_digest(proposal), _digest(proposal, list)})


def _digest(proposal: Proposal, ordered: Callable[[Iterable[list[Any]]], list[list[Any]]]) -> str:
    units, grids = proposal.units, proposal.grids
    basis = {
        "units": ordered(
            [str(unit), "" if pd.isna(grid) else str(grid), round(float(people), 3)]
            for unit, grid, people in zip(units.index, units["grid_id"], units["population"], strict=True)
        ),
        "grids": ordered([str(grid), str(lead)] for grid, lead in zip(grids.index, grids["lead_id"], strict=True)),
        "inputs": dict(proposal.provenance.input_hashes),
        "seed": proposal.provenance.seed,
    }
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def make_proposal(
    plan: Plan, findings: tuple[Finding, ...], objective: Objective, alternatives: pd.DataFrame
) -> Proposal:
    """Return the proposal of a checked plan: finished frames in the case's output CRS, with provenance.

    Parameters
    ----------
    plan : the plan; findings : of `rule_book.check_plan`.
    objective : what was minimised and proven; alternatives : one row a tried number of grids.
    """
    layers, scores, crs = plan.layers, plan.scores, plan.case.outputs.crs or plan.layers.crs
    assignment = plan.assignment
    levels = plan.hierarchy[["sub_area_id", "sub_area", "centre_id"]]
    baseline = layers.baseline[~layers.baseline.index.duplicated()].reindex(layers.units.index)
    units = (
        layers.units.join(scores.units)
        .join(levels)
        .assign(
            grid_id=assignment.grid_of_unit.reindex(layers.units.index).astype(object).fillna(""),
            lead_id=assignment.lead_of_unit.reindex(layers.units.index).astype(object).fillna(""),
            baseline_lead_id=baseline.astype(object).fillna(""),
            baseline_minutes=_minutes_before(plan, baseline),
        )
    )
    facilities = (
        layers.facilities.drop(columns=plan.members.columns, errors="ignore")
        .join(plan.members)
        .join(plan.leads[["tier", "strength"]].rename(columns={"tier": "lead_tier"}))
        .assign(given_tie=layers.facilities["tie"])
    )
    return Proposal(
        case=plan.case,
        units=in_format(units, "units").to_crs(crs),
        grids=in_format(_with_scopes(plan), "grids").to_crs(crs),
        facilities=in_format(facilities.assign(lead_tier=facilities["lead_tier"].fillna("")), "facilities").to_crs(crs),
        roads=simplify_roads(layers.roads).to_crs(crs),
        barriers=layers.barriers[["name", "geometry"]].to_crs(crs),
        adjacency=adjacency_table(plan.adjacency),
        minutes=minutes_table(plan.travel),
        facility_minutes=plan.travel.between.table(),
        alternatives=in_format(alternatives, "alternatives"),
        findings=findings,
        objective=objective,
        scores={"plan": scores.plan, "time_classes": scores.time_classes},
        provenance=Provenance(
            seed=plan.case.solver.seed,
            reproducible=plan.reproducible,
            versions=_versions(),
            input_hashes=layers.hashes,
            input_notes=(*layers.problems, *plan.travel.notes),
            modelled=layers.modelled,
        ),
        cells=cells_table(plan),
        annexes={name: _in_crs(plan.annexes[name], crs) for name in ANNEXES if name in plan.annexes},
        records=dict(plan.records),
    )


def _minutes_before(plan: Plan, baseline: pd.Series) -> pd.Series:
    """Return each unit's minutes to its lead in the grouping in force; NaN where there is none or nobody measured it."""
    minutes = plan.travel.unit_minutes
    column = minutes.columns.get_indexer(pd.Index(baseline))
    values = minutes.to_numpy()[minutes.index.get_indexer(baseline.index), column]
    return pd.Series(values, index=baseline.index).where((column >= 0) & np.isfinite(values))


def _in_crs(frame: pd.DataFrame, crs: str) -> pd.DataFrame:
    return frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame


def _with_scopes(plan: Plan) -> gpd.GeoDataFrame:
    """Return the grids with the name of the county of each, and whether it is an urban group or a county community."""
    grids = plan.scores.grids
    names = grids["scope_id"].map({scope.id: scope.name for scope in plan.scopes.values()})
    modes = grids["scope_id"].map({scope.id: scope.mode for scope in plan.scopes.values()})
    return grids.assign(scope=names.astype(object), mode=modes.astype(object))


_MAP_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "ferry")
_ROAD_TOLERANCE_M = 25.0


def simplify_roads(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the main roads for the map: merged by class and simplified, ways for cars down to tertiary."""
    rows = []
    for road_class in _MAP_CLASSES:
        lines = roads.geometry.array[(roads["road_class"] == road_class).to_numpy(bool)]
        if len(lines):
            merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
            parts = shapely.get_parts(shapely.simplify(merged, _ROAD_TOLERANCE_M))
            rows += [(road_class, line) for line in parts]
    return gpd.GeoDataFrame(rows, columns=["road_class", "geometry"], geometry="geometry", crs=roads.crs)


def _versions() -> dict[str, str]:
    names = (
        "geopandas",
        "shapely",
        "pyproj",
        "pyogrio",
        "pandas",
        "numpy",
        "scipy",
        "scikit-learn",
        "networkx",
        "numba",
        "highspy",
        "exactextract",
        "osmium",
        "folium",
    )
    return {"gridplan": __version__} | {name: version(name) for name in names}
