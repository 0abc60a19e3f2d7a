"""What a revision changed against the proposal it came from: units moved, leads changed, comments that came with the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def revision_content(
    proposal: Proposal, grid_row: dict[str, int], unit_row: dict[str, int], facility_row: dict[str, int]
) -> dict[str, Any] | None:
    """Return moved units with where they came from, and former leads; None for a proposal that is no revision.

    - origins: [position of the grid or -1, its id], each grid that units came from; a grid that is gone has no position
    - moved: [unit, origin] by position
    - leads: [grid, position of the former lead or -1, its id]
    - comments: subject_kind, subject_id, author, text
    """
    revision = proposal.provenance.revision
    if revision is None:
        return None
    origins = sorted(set(revision.moved.values()))
    return {
        "origins": [[grid_row.get(grid, -1), grid] for grid in origins],
        "moved": sorted(
            [unit_row[unit], origins.index(grid)] for unit, grid in revision.moved.items() if unit in unit_row
        ),
        "leads": sorted(
            [grid_row[grid], facility_row.get(lead, -1), lead]
            for grid, lead in revision.leads.items()
            if grid in grid_row
        ),
        "comments": [[note.subject_kind, note.subject_id, note.author, note.text] for note in revision.comments],
        "repaired": revision.repaired,
    }
