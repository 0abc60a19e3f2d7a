"""Merges suggested when a case is started: the workbook is written, and the facility table names it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from gridplan.case.case import parse_case
from gridplan.intake.guessing import Proposal
from gridplan.intake.merge_workbook import TableKey, propose_merges, write_merge_books
from gridplan.words.text import Language, Text


def with_merges(folder: Path, proposals: list[Proposal], language: Language) -> list[Proposal]:
    """Write the workbook of merges for tables of which many rows show one institution; one that is there stays."""
    tables = {
        _key(proposal): {
            "path": proposal.found.file,
            "columns": proposal.columns,
            **({"datum": proposal.datum} if proposal.datum else {}),
            **({} if proposal.found.only_layer else {"layer": proposal.found.layer}),
        }
        for proposal in proposals
        if proposal.role == "facilities"
    }
    if not tables:
        return proposals
    layers = {"population": {"kind": "points", "path": "-"}, "facilities": list(tables.values())}
    suggested = propose_merges(parse_case({"place": {"name": "-"}, "layers": layers}, folder=folder))
    written = write_merge_books(folder, suggested, language)
    return [
        proposal
        if proposal.role != "facilities" or _key(proposal) not in written
        else replace(proposal, merges=written[_key(proposal)].name, values={}).doubting(
            _told_merges(suggested[_key(proposal)], written[_key(proposal)].name)
        )
        for proposal in proposals
    ]


def _key(proposal: Proposal) -> TableKey:
    return proposal.found.file, "" if proposal.found.only_layer else proposal.found.layer


def _told_merges(suggested: pd.DataFrame, name: str) -> Text:
    count = suggested["decision"].value_counts()
    return Text(
        zh="一家机构有多行：建议并入 {m:,} 行、作为院区 {c:,} 行、不采用 {o:,} 行，保留 {k:,} 行；请打开 {f} 核对，其中 {d:,} 行存疑，排在最前",
        en="institutions have several rows: {m:,} suggested to merge, {c:,} campuses, {o:,} to leave out, {k:,} kept; check them in {f}: {d:,} doubtful ones come first",
    ).format(
        f=name,
        d=int((suggested["confidence"] == "low").sum()),
        **{key: int(count.get(decision, 0)) for key, decision in _COUNTED.items()},
    )


_COUNTED = {"m": "merge", "c": "campus", "o": "leave_out", "k": "keep"}
