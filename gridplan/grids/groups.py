"""What the organisation of each grid is called, and who said so."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from gridplan.case.case import Case
from gridplan.grids.members import hospital_of_site
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.text import Text

_SUFFIX = {
    "city": Text(zh="{h}医疗集团", en="{h} Medical Group"),
    "county": Text(zh="{h}医共体", en="{h} Medical Community"),
}


def name_groups(
    layers: Layers, assignment: Assignment, case: Case, *, listed: Mapping[str, str], counties: Collection[str]
) -> pd.DataFrame:
    """Return group_name and group_source of each grid, index grid_id.

    The name stands in the case ("case"), in a given plan or the list of members ("list"), or in the grouping in force ("baseline"),
    each for any site of the lead's hospital. Else one is proposed ("proposed"): the lead's name without that of the place, and
    医疗集团, in a county 医共体.

    Parameters
    ----------
    listed : names of a given plan, by the id of the lead; counties : ids of the grids that are county communities.
    """
    hospital = hospital_of_site(layers.facilities)
    table = layers.records.get("members")
    named = {} if table is None else dict(table.loc[table["group_name"] != "", ["lead_id", "group_name"]].to_numpy())
    stated = [
        ({str(hospital.get(lead, lead)): str(name) for lead, name in names.items()}, source)
        for names, source in (
            (case.members.group_names, "case"),
            ({**named, **listed}, "list"),
            (layers.baseline_groups.to_dict(), "baseline"),
        )
    ]
    proposed = _short_names(layers, assignment, case.place.name)
    rows = {}
    for grid, lead in assignment.lead_of_grid.items():
        own = str(hospital.get(lead, lead))
        told = next(((names[own], source) for names, source in stated if own in names), None)
        suffix = _SUFFIX["county" if grid in counties else "city"].in_language(case.language)
        rows[grid] = told or (suffix.format(h=proposed[str(lead)]), "proposed")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["group_name", "group_source"], dtype=object)
    return frame.rename_axis("grid_id")


def _short_names(layers: Layers, assignment: Assignment, place: str) -> dict[str, str]:
    """Return the names of the leads without the place's, as far as they stay different and at least four signs long."""
    names = {str(lead): str(layers.facilities["name"].get(lead, lead)) for lead in assignment.lead_of_grid}
    short = {lead: _without_place(name, place) for lead, name in names.items()}
    told = list(short.values())
    return {lead: name if told.count(name) == 1 else names[lead] for lead, name in short.items()}


def _without_place(name: str, place: str) -> str:
    rest = name.removeprefix(place).strip()
    return rest if len(rest) >= 4 else name
