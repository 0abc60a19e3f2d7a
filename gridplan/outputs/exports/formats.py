"""Exports of a proposal for other systems: one module a family of targets, one table of formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gridplan.outputs.exports.vector import write_geojson, write_geoparquet
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.text import Text

FORMATS: Mapping[str, Callable[[Proposal, Path], list[Path]]] = {
    "geojson": write_geojson,
    "geoparquet": write_geoparquet,
}
"""Format name -> writer(proposal, folder) -> files written."""


def export(proposal: Proposal, to: str, target: Path) -> list[Path]:
    """Write a proposal in the format `to` into the folder `target`; returns the files written.

    Raises
    ------
    ProposalError
        If the format is not known.
    """
    writer = FORMATS.get(to.lower())
    if writer is None:
        raise ProposalError(
            InputProblem(
                "error",
                Text(zh=f"下列格式之一：{'、'.join(FORMATS)}", en=f"one of the formats {', '.join(FORMATS)}"),
                Text(zh=to, en=to),
                Text(zh="用 --to 写其中一种。", en="Name one of them with --to."),
                field="--to",
            )
        )
    target.mkdir(parents=True, exist_ok=True)
    return writer(proposal, target)
