"""A whole proposal folder: json, GeoPackage, tables, assignment and map, swapped in at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.comparison_files import write_comparison
from gridplan.outputs.map.page import write_map
from gridplan.outputs.workbook import write_assignment, write_workbook
from gridplan.proposal.files import write_proposal_files
from gridplan.proposal.manifest import write_manifest
from gridplan.proposal.proposal import COMPARISON_FILES, FILES, Proposal, Revision
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.folders import WRITING_MARK, replaced_folder
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.comparison import Comparison


UNSIGNED = frozenset({"run.log", WRITING_MARK})
"""Files of a folder that the manifest leaves out."""


def write_folder(proposal: Proposal, folder: Path, *, log: str = "", comparison: Comparison | None = None) -> Path:
    """Write all files of a proposal into `folder`, replacing an earlier proposal as a whole; see `Proposal.save`.

    The comparison of a revised proposal with its parent goes into the same folder.
    """
    with _told(folder), replaced_folder(folder, FILES | COMPARISON_FILES) as new:
        content = write_proposal_files(proposal, new)
        write_assignment(proposal, new / "assignment.csv")
        write_workbook(proposal, new / "tables.xlsx")
        write_map(proposal, new / "map.html")
        if comparison is not None:
            write_comparison(comparison, new, proposal.case.language)
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")
        write_manifest(new, content, UNSIGNED)
    return folder


def write_comparison_folder(comparison: Comparison, second: Proposal, folder: Path) -> Path:
    """Write a comparison into a folder of its own, with the map of the second proposal.

    The map shows which units moved (`provenance.revision.moved`) as if the second were a revision of the first: grids of the
    first go by the id of their match in the second, and by the name of their lead where they have none.

    Raises
    ------
    ProposalError
        If the folder cannot be written, or holds a proposal.
    """
    if (folder / "proposal.json").exists():
        raise ProposalError(_holds_a_proposal(folder))
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
    with _told(folder), replaced_folder(folder, COMPARISON_FILES | {"map.html"}) as new:
        write_comparison(comparison, new, second.case.language)
        write_map(shown, new / "map.html")
    return folder


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProposalError(
            InputProblem(
                "error",
                Text(zh="可以写入的文件夹", en="a folder that can be written"),
                Text(zh=str(error.strerror), en=str(error.strerror)),
                Text(
                    zh="关闭已打开的结果文件，或用 -o 换一个位置。",
                    en="Close open result files, or choose another place with -o.",
                ),
                file=folder.name,
            )
        ) from None


def _holds_a_proposal(folder: Path) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="放比较结果的文件夹", en="a folder for the comparison"),
        Text(zh="一个方案的文件夹", en="the folder of a proposal"),
        Text(zh="用 -o 给出另一个文件夹。", en="Name another one with -o."),
        file=folder.name,
    )
