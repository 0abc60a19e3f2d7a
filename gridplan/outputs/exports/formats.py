"""Exports of a proposal for other systems: one module a family of targets, one table of formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gridplan.outputs.exports.vector import write_geojson, write_geoparquet
from gridplan.proposal.files import read_proposal
from gridplan.proposal.manifest import sign_files
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.folders import OwnFiles, added_files, replaced_folder
from gridplan.words.kinds import need_kind
from gridplan.words.text import Text
from gridplan.words.writing import telling_failure

FORMATS: Mapping[str, Callable[[Proposal, Path], list[Path]]] = {
    "geojson": write_geojson,
    "geoparquet": write_geoparquet,
}
"""Format name -> writer(proposal, folder) -> files written."""


def export(proposal: Proposal, to: str, *, target: str | Path) -> list[Path]:
    """Write a proposal in a format of other systems.

    Parameters
    ----------
    proposal
        What to write.
    to
        Name of the format, a key of `FORMATS`: "geojson", "geoparquet".
    target
        The folder to write into; it is made if it is not there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal: a folder is read with `read_proposal` first.
    ProposalError
        If the format is not known.

    Examples
    --------
    >>> [path.name for path in gp.export(proposal, "geojson", target="export")]
    ['units.geojson', 'grids.geojson', 'facilities.geojson']
    """
    need_kind(proposal, Proposal, "proposal")
    writer = FORMATS.get(to.lower())
    if writer is None:
        raise ProposalError(
            InputProblem(
                "error",
                Text(zh=f"下列格式之一：{'、'.join(FORMATS)}", en=f"one of the formats {', '.join(FORMATS)}"),
                Text(zh=to, en=to),
                Text(zh="写其中一种。", en="Name one of them."),
                field="to",
            )
        )
    folder = Path(target)
    with replaced_folder(folder, OwnFiles()) as new, telling_failure(folder):
        written = writer(proposal, new)
    return [folder / path.name for path in written]


def export_into(folder: Path, to: str, target: Path, *, read: Callable[[Path], Proposal] = read_proposal) -> list[Path]:
    """Export the proposal of a folder; what lands inside the folder itself is signed in its manifest, so that it goes with it.

    Parameters
    ----------
    folder
        The folder of the proposal.
    to
        Name of the format.
    target
        The folder to write into.
    read
        How the proposal is read.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ProposalError
        If the proposal cannot be read, the format is not known, or the target cannot be written.
    """
    inside = folder.is_dir() and folder.resolve() in target.resolve().parents
    if not inside:
        return export(read(folder), to, target=target)
    with added_files(folder) as place:
        paths = export(read(folder), to, target=target)
        with telling_failure(folder):
            sign_files(place, [path.resolve() for path in paths])
    return paths
