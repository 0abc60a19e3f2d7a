"""What grids must have beside their residents: the limits of a case on services, beds, doctors and amounts on record, by unit."""

from __future__ import annotations

import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.facilities.services import offers
from gridplan.layers.layers import Layers
from gridplan.solver.activity import Activity
from gridplan.words.vocabulary import KINDS, SERVICES

RECORD = "activities"
"""The record of amounts by unit, each under a name of the planner's own."""
RESOURCES = ("beds", "doctors")
SECONDARY, INSURED = "secondary", "insured"
"""Secondary general hospitals (R-21); people of the record insured, all categories together."""


def activities_of(layers: Layers, case: Case) -> tuple[Activity, ...]:
    """Return the activities that a case limits, with their amounts by unit.

    Facilities count where they stand, if inside the area: by their kind or a service of theirs, or by their beds or doctors.

    Parameters
    ----------
    layers : with the units of one scope and facilities placed.
    """
    return tuple(
        Activity(
            limit.count,
            _amounts(layers, limit.count).reindex(layers.units.index, fill_value=0.0).to_numpy(float),
            minimum=limit.minimum,
            maximum=float("inf") if limit.maximum is None else limit.maximum,
            balance=limit.balance,
            price=limit.price_min,
        )
        for limit in case.grids.activities
    )


def countable(layers: Layers) -> list[str]:
    """Return the names of what can be counted with these layers."""
    record = layers.records.get(RECORD)
    on_record = [] if record is None else list(map(str, record["activity"].unique()))
    insured = [INSURED] if INSURED in layers.records else []
    words = [name for words in (KINDS, SERVICES) for term in words.values() for name in (term.key, term.label.zh)]
    return [*on_record, *insured, *RESOURCES, SECONDARY, *words]


def is_countable(layers: Layers, name: str) -> bool:
    """Whether a name stands for something that can be counted, in whatever spelling."""
    return name in countable(layers) or KINDS.find(name) is not None or SERVICES.find(name) is not None


def _amounts(layers: Layers, name: str) -> pd.Series:
    """Amount of each unit that has any."""
    record, facilities = layers.records.get(RECORD), layers.facilities
    if record is not None and (record["activity"] == name).any():
        return record[record["activity"] == name].groupby("unit_id")["amount"].sum()
    if name == INSURED:
        return layers.records[INSURED].groupby("unit_id")["insured"].sum()
    if name in RESOURCES:
        counted = facilities[name].fillna(0.0)
    elif name == SECONDARY:
        counted = ((facilities["kind"] == "general") & (facilities["level"] == 2)).astype(float)
    else:
        kind, service = KINDS.find(name), SERVICES.find(name)
        counted = ((facilities["kind"] == (kind or service)) | offers(facilities, service or str(kind))).astype(float)
    return counted.groupby(facilities["unit_id"]).sum()
