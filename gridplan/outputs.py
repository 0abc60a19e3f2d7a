"""A whole proposal folder: json, GeoPackage, tables, assignment and map, swapped in at once."""

from __future__ import annotations

from pathlib import Path

from gridplan.folders import replaced_folder
from gridplan.proposal import FILES, Proposal
from gridplan.proposal_files import write_proposal_files
from gridplan.review import write_map
from gridplan.tables import write_assignment, write_workbook


def write_folder(proposal: Proposal, folder: Path, log: str = "") -> Path:
    """Write all files of a proposal into `folder`, replacing an earlier proposal as a whole; see `Proposal.save`."""
    from gridplan.errors import InputProblem, ProposalError
    from gridplan.text import Text

    try:
        with replaced_folder(folder, FILES) as new:
            write_proposal_files(proposal, new)
            write_assignment(proposal, new / "assignment.csv")
            write_workbook(proposal, new / "tables.xlsx")
            write_map(proposal, new / "map.html")
            if log:
                (new / "run.log").write_text(log, encoding="utf-8")
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
    return folder
