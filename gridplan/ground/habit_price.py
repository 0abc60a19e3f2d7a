"""What a plan may cost because residents are treated elsewhere than at their own lead: shares from the record of admissions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.layers import Layers
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from gridplan.words.text import Text

RECORD = "admissions"


def habit_arguments(layers: Layers, candidates: pd.DataFrame, case: Case) -> dict[str, Any]:
    """Return what a problem asks for of habits: the share of each unit's admissions at the hospital of each candidate, and the price.

    Admissions of the last year count; campuses count with their hospital. Units without any on record have no habit to lose.

    Parameters
    ----------
    layers : with the units of one scope; candidates : sites that may lead there.
    """
    price, record = case.grids.habit_price_min, layers.records.get(RECORD)
    if price is None or record is None:
        return {}
    year = record["year"].fillna(0)
    last = record[(year == year.max()) & record["unit_id"].isin(layers.units.index)]
    parents = layers.facilities["parent_id"]
    hospital = last["facility_id"].map(lambda name: parents.get(name, "") or name)
    counts = last.groupby(["unit_id", hospital.rename("hospital_id")])["count"].sum().unstack(fill_value=0.0)
    shares = counts.div(counts.sum(axis=1).replace(0.0, np.nan), axis=0)
    own = shares.reindex(columns=candidates["hospital_id"].to_numpy(), fill_value=0.0).reindex(layers.units.index)
    return {"habit": own.fillna(1.0).to_numpy(float), "habit_price": price}


def tell_no_record(layers: Layers, case: Case) -> Problems:
    """Return that habits have a price but are not on record."""
    problems = Problems()
    if case.grids.habit_price_min is not None and RECORD not in layers.records:
        problems.append(
            InputProblem(
                "error",
                Text(zh="居民就医去向记录 layers.records.admissions", en="the record layers.records.admissions"),
                Text(zh="没有，而 grids.habit_price_min 给就医习惯定了代价", en="none, though habits have a price"),
                Text(
                    zh="给出这张记录表，或删去 grids.habit_price_min。",
                    en="Give the record, or take grids.habit_price_min out.",
                ),
                file="case.toml",
                field="grids.habit_price_min",
            )
        )
    return problems
