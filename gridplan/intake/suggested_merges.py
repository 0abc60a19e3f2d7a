"""Merges suggested when a case is started: the workbook is written, and the facility table names it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from gridplan.case.case import parse_case
from gridplan.intake.guessing import Guess
from gridplan.intake.merge_workbook import TableKey, propose_merges, write_merge_books
from gridplan.layers.facilities.merges import settle_decisions
from gridplan.words.text import Language, Text


def with_merges(folder: Path, guesses: list[Guess], language: Language) -> list[Guess]:
    """Write the workbook of merges for tables of which many rows show one institution; one that is there stays."""
    tables = {
        _key(guess): {
            "path": guess.found.file,
            "columns": guess.columns,
            **({"datum": guess.datum} if guess.datum else {}),
            **({} if guess.found.only_layer else {"layer": guess.found.layer}),
        }
        for guess in guesses
        if guess.role == "facilities"
    }
    if not tables:
        return guesses
    layers = {"population": {"kind": "points", "path": "-"}, "facilities": list(tables.values())}
    suggested = propose_merges(parse_case({"place": {"name": "place"}, "layers": layers}, folder=folder))
    written = write_merge_books(folder, suggested, language)
    return [
        guess
        if guess.role != "facilities" or _key(guess) not in written
        else replace(guess, merges=written[_key(guess)].name, values={}).doubting(
            _told_merges(suggested[_key(guess)], written[_key(guess)].name)
        )
        for guess in guesses
    ]


def _key(guess: Guess) -> TableKey:
    return guess.found.file, "" if guess.found.only_layer else guess.found.layer


def _told_merges(suggested: pd.DataFrame, name: str) -> Text:
    count = settle_decisions(suggested)["decision"].value_counts()
    return Text(
        zh="一家机构有多行：建议并入 {m:,} 行、作为院区 {c:,} 行、不采用 {o:,} 行，保留 {k:,} 行；请打开 {f} 核对，其中 {d:,} 行存疑，排在最前",
        en="institutions have several rows: {m:,} suggested to merge, {c:,} campuses, {o:,} to leave out, {k:,} kept; check them in {f}: {d:,} doubtful ones come first",
    ).format(
        f=name,
        d=int((suggested["confidence"] == "low").sum()),
        **{key: int(count.get(decision, 0)) for key, decision in _COUNTED.items()},
    )


_COUNTED = {"m": "merge", "c": "campus", "o": "leave_out", "k": "keep"}
