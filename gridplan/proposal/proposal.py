"""`Proposal`: a plan with its findings and its provenance, as saved to and read from a folder.

A proposal holds finished frames only: the map, the report and the exports read it and compute nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.case.case import Case
from gridplan.checks.finding import Finding
from gridplan.proposal.card import proposal_card, proposal_picture
from gridplan.proposal.frames import FRAMES, no_cells
from gridplan.proposal.manifest import content_entry, plain_values
from gridplan.solver.solution import Outcome
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
PROPOSAL_FILES = frozenset({"proposal.json", "proposal.gpkg"})
"""Where one of these stands, a folder is that of a proposal."""
COMPARISON_FILES = frozenset({"comparison.json", "comparison.xlsx"})
"""Names of the files that the folder of a revised proposal holds beside them."""


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


@dataclass(frozen=True, eq=False, repr=False)
class Proposal:
    """A grid plan with all that is known about it.

    Frames (ids are text; geometry in the case's output CRS, of the units unless the case says otherwise):

    - units, grids, facilities (index: their ids), roads, barriers, adjacency, minutes, facility_minutes, alternatives,
      alternative_units, reasons: columns as `frames.FRAMES` declares them
    - scores: plain numbers of the whole plan; `time_classes`: breaks in minutes and residents between them for the plan and
      each grid; `yardsticks`: the plan and plain methods measured alike, see `yardsticks.measure_yardsticks`
    - cells: places with people, without where they are, and their minutes; see `kept_travel`. Empty if not made by `plan` or
      `assess`
    - annexes: further tables by name, as `annex_tables.ANNEXES` declares them; records: what happened or was agreed, by name, as
      `layers.records.records.RECORDS` declares it. Only those that the case gives rise to

    Examples
    --------
    >>> proposal.units.iloc[0][["name", "grid_id"]].tolist()
    ['岫城镇', 'G1']
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
    objective: Outcome
    scores: dict[str, Any]
    provenance: Provenance
    cells: pd.DataFrame = field(default_factory=no_cells)
    facility_minutes: pd.DataFrame = field(default_factory=_empty("facility_minutes"))
    alternative_units: pd.DataFrame = field(default_factory=_empty("alternative_units"))
    reasons: pd.DataFrame = field(default_factory=_empty("reasons"))
    annexes: dict[str, pd.DataFrame] = field(default_factory=dict)
    records: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        return proposal_card(self.case, self.grids, self.findings).as_text()

    def _repr_html_(self) -> str:
        picture = proposal_picture(self.grids, self.facilities, title=self.case.place.name)
        return proposal_card(self.case, self.grids, self.findings, picture=picture).as_html(self.case.language)

    @property
    def must_stands(self) -> bool:
        """True if a must-rule is violated and not waived."""
        return any(finding.stands for finding in self.findings)

    def save(self, folder: str | Path, *, log: str = "") -> Path:
        """Write the proposal, its tables and its map to a folder, replacing an earlier one as a whole.

        Files in the folder that this program did not write stay.

        Parameters
        ----------
        folder
            Where to write.
        log
            Text of run.log, the only file that may tell of clocks and paths; empty: no such file.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ProposalError
            If the folder cannot be written.

        Examples
        --------
        >>> folder = proposal.save("maps/yunxiu")
        >>> gp.read_proposal(folder).equals(proposal)
        True
        """
        from gridplan.outputs.proposal_folder import write_folder

        return write_folder(self, folder, log=log)

    def equals(self, other: Proposal) -> bool:
        """Tell whether two proposals hold the same case, frames, findings and numbers.

        Parameters
        ----------
        other
            The proposal to compare with; see `compare_proposals` for what differs.

        Returns
        -------
        bool
            True if nothing differs.

        Examples
        --------
        >>> proposal.equals(proposal)
        True
        """
        if any(not _same_frame(getattr(self, name), getattr(other, name)) for name in (*FRAMES, "cells")):
            return False
        if not _same_frames(self.annexes, other.annexes) or not _same_frames(self.records, other.records):
            return False
        return _plain_parts(self) == _plain_parts(other)


def proposal_digest(proposal: Proposal) -> str:
    """Return what ties edits to a proposal.

    It is the SHA-256 of the UTF-8 bytes of a JSON object, keys sorted: "units" (id, grid, residents rounded to 3
    decimals, by id), "grids" (id, lead, by id), "inputs" (hash of each input) and "seed". So it does
    not depend on versions, languages, wording or the order of rows, and stays the same when a proposal is saved and read.

    Parameters
    ----------
    proposal
        The proposal that is edited.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> len(gp.proposal_digest(proposal))
    64
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


def _plain_parts(proposal: Proposal) -> str:
    """Return what of a proposal is no frame, as text."""
    parts = [
        proposal.case.resolved(),
        [asdict(finding) for finding in proposal.findings],
        asdict(proposal.objective),
        proposal.scores,
        asdict(proposal.provenance),
    ]
    return json.dumps(plain_values(parts), sort_keys=True)


def _same_frames(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> bool:
    return first.keys() == second.keys() and all(_same_frame(first[name], second[name]) for name in first)


def _same_frame(first: Any, second: Any) -> bool:
    try:
        a, b = (pd.DataFrame(frame.drop(columns="geometry", errors="ignore")) for frame in (first, second))
        pd.testing.assert_frame_equal(a, b, check_dtype=False, check_index_type=False, check_column_type=False)
    except AssertionError:
        return False
    if "geometry" not in first:
        return True
    return bool(first.crs == second.crs and content_entry(first[["geometry"]]) == content_entry(second[["geometry"]]))
