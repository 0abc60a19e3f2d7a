"""The list of monitoring indicators: the bundled M-01 to M-20, and what a case's own table puts in their place or beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import pandas as pd

from gridplan.words.text import Text
from gridplan.words.vocabulary import Term, Vocabulary

MEASURES = Vocabulary(
    Term("share", Text(zh="占比", en="share"), ("比例", "率", "%")),
    Term("ratio", Text(zh="比值", en="ratio"), ("比",)),
    Term("count", Text(zh="数量", en="count"), ("人次", "个数")),
    Term("score", Text(zh="得分", en="score"), ("分",)),
    Term("growth", Text(zh="增长率", en="growth"), ("增幅",)),
)
"""How an indicator is formed: share and ratio are numerator / denominator, growth is that less 1, count and score the numerator."""

DIRECTIONS = Vocabulary(
    Term("up", Text(zh="越高越好", en="higher is better"), ("高", "升")),
    Term("down", Text(zh="越低越好", en="lower is better"), ("低", "降")),
    Term("none", Text(zh="无方向", en="neither"), ("无", "")),
)
"""Which way an indicator should go."""

NO_TEXT = Text(zh="", en="")


@dataclass(frozen=True)
class Indicator:
    """One indicator: its formula in words, how it is measured, the source's figure and the target, both with provenance.

    `figure` and `target` are None where there is none; a share is told as 0..1.
    """

    id: str
    name: Text
    numerator: Text
    denominator: Text
    measure: str
    better: str
    figure: Fraction | None = None
    figure_of: Text = NO_TEXT
    target: Fraction | None = None
    provenance: str = "none"

    @property
    def divides(self) -> bool:
        """True if the indicator needs a denominator (growth can do with the period before)."""
        return self.measure in ("share", "ratio")


@cache
def bundled_indicators() -> dict[str, Indicator]:
    """Return M-01 to M-20 of the domain specification by id; those with parts have one entry a part (M-12a, M-12b, M-12c)."""
    text = files("gridplan.layers.records").joinpath("indicators.csv").read_text(encoding="utf-8")
    table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    return {row["id"]: _bundled(row) for row in table.to_dict(orient="records")}


def _bundled(row: Mapping[Any, str]) -> Indicator:
    def text(name: str) -> Text:
        return Text(zh=row[f"{name}_zh"], en=row[f"{name}_en"])

    def number(name: str) -> Fraction | None:
        return Fraction(row[name]) if row[name] else None

    return Indicator(
        row["id"],
        text("name"),
        text("numerator"),
        text("denominator"),
        row["measure"],
        row["better"],
        number("figure"),
        text("figure_of"),
        number("target"),
        row["provenance"],
    )


def indicator_list(own: pd.DataFrame | None) -> dict[str, Indicator]:
    """Return the bundled indicators and those of a case's own table by id; its rows replace bundled ones of the same id.

    Parameters
    ----------
    own : id, name, numerator, denominator, measure, better, target, provenance (see `records.RECORDS`); None if not given.
    """
    stated = {} if own is None else {str(row["id"]): _stated(row) for row in own.to_dict(orient="records")}
    return {**bundled_indicators(), **stated}


def _stated(row: Mapping[Any, Any]) -> Indicator:
    def text(name: str) -> Text:
        return Text(zh=str(row[name]), en=str(row[name]))

    target = row["target"]
    known = isinstance(target, float) and target == target
    return Indicator(
        str(row["id"]),
        text("name"),
        text("numerator"),
        text("denominator"),
        str(row["measure"]),
        str(row["better"]) or "none",
        target=Fraction(repr(target)) if known else None,
        provenance=str(row["provenance"]) or "none",
    )
