"""A whole proposal folder: json, GeoPackage, tables, assignment and map, swapped in at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.comparison_files import write_comparison
from gridplan.outputs.workbook import write_assignment, write_workbook
from gridplan.proposal.files import write_proposal_files
from gridplan.proposal.manifest import edited_files, unchanged_files, write_manifest
from gridplan.proposal.proposal import COMPARISON_FILES, FILES, PROPOSAL_FILES, Proposal, Revision
from gridplan.words.errors import GridplanWarning
from gridplan.words.folders import WRITING_MARK, OwnFiles, place_of, replaced_folder
from gridplan.words.plain_strings import plain_strings
from gridplan.words.signs import shown_line
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.proposal.comparison import Comparison


UNSIGNED = frozenset({"run.log", WRITING_MARK})
"""Files of a folder that the manifest leaves out."""
OWN_FILES = OwnFiles(
    names=FILES | COMPARISON_FILES,
    known_by=frozenset({"proposal.json", "manifest.json", "proposal.gpkg", "cells.parquet", "comparison.json"}),
    listed=unchanged_files,
)
"""What a proposal folder holds of ours: its files, and what was exported or reported into it and not edited since."""
_COMPARISON = OwnFiles(
    COMPARISON_FILES | {"map.html"}, known_by=frozenset({"comparison.json"}), never_beside=PROPOSAL_FILES
)


@contextmanager
def new_folder(folder: str | Path) -> Iterator[Path]:
    """Give the folder in which a proposal is written (`fill_folder`) before it takes the place of an earlier one in `folder`.

    Whoever plans for minutes does so inside the block: that nothing can be written there is known before. Exports and reports of
    an earlier proposal that somebody edited stay, with a `GridplanWarning`: they are not of the new one.

    Raises
    ------
    OutputError
        If it cannot be written, or another run is writing it.
    """
    with replaced_folder(folder, OWN_FILES) as new:
        kept = [name for name in edited_files(place_of(folder)) if name not in OWN_FILES.names]
        yield new
    if kept:
        names = "、".join(map(shown_line, kept[:5])) + (" …" if len(kept) > 5 else "")
        warnings.warn(_KEPT.format(names=names), GridplanWarning, stacklevel=1)


_KEPT = "保留了后来改过的文件，它们属于较早的方案：{names} · kept, as they were edited since, files of an earlier proposal: {names}"


def write_folder(proposal: Proposal, folder: str | Path, *, log: str = "") -> Path:
    """Write all files of a proposal into `folder`, replacing an earlier proposal as a whole; see `Proposal.save`."""
    with new_folder(folder) as new:
        fill_folder(proposal, new, log=log)
    return Path(folder)


@plain_strings
def fill_folder(proposal: Proposal, new: Path, *, log: str = "", comparison: Comparison | None = None) -> None:
    """Write all files of a proposal into a fresh folder.

    The comparison of a revised proposal with its parent goes into the same folder.
    """
    from gridplan.outputs.map.page import write_map  # brings folium

    with telling_failure(new):
        content = write_proposal_files(proposal, new)
        write_assignment(proposal, new / "assignment.csv")
        write_workbook(proposal, new / "tables.xlsx")
        write_map(proposal, new / "map.html")
        if comparison is not None:
            write_comparison(comparison, new, proposal.case.language)
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")
        write_manifest(new, content, UNSIGNED)


def write_comparison_folder(comparison: Comparison, second: Proposal, folder: Path) -> Path:
    """Write a comparison into a folder of its own, with the map of the second proposal.

    The map shows which units moved (`provenance.revision.moved`) as if the second were a revision of the first: grids of the
    first go by the id of their match in the second, and by the name of their lead where they have none.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds a proposal.
    """
    from gridplan.outputs.map.page import write_map

    gone = comparison.leads[comparison.leads["grid_after"].eq("")]
    matched = dict(zip(comparison.grid_pairs["first"], comparison.grid_pairs["second"], strict=True))
    matched |= dict(zip(gone["grid_before"], gone["name_before"], strict=True))
    moved = comparison.units["grid_before"].map(lambda grid: matched.get(grid, ""))
    leads = comparison.leads[comparison.leads["grid_before"].ne("") & comparison.leads["grid_after"].ne("")]
    revision = Revision(
        parent=comparison.first,
        moved={str(unit): str(grid) for unit, grid in moved.items()},
        leads=dict(zip(leads["grid_after"], leads["lead_before"], strict=True)),
        comments=comparison.comments,
    )
    shown = replace(second, provenance=replace(second.provenance, revision=revision))
    with replaced_folder(folder, _COMPARISON) as new, telling_failure(folder):
        write_comparison(comparison, new, second.case.language)
        write_map(shown, new / "map.html")
    return folder
