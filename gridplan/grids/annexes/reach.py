"""How facilities are reached: isochrones of the candidate leads with their residents, and where each facility enters the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridplan.words.annex_tables import make_annex

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.ground.access.minutes import TravelTimes
    from gridplan.layers.layers import Layers


def draw_up_isochrones(layers: Layers, travel: TravelTimes) -> dict[str, pd.DataFrame]:
    """Return the annex "isochrones": one row a candidate lead and limit, in the order in which they were drawn; empty without any.

    Parameters
    ----------
    layers : cells with their residents; facilities with their names.
    travel : with isochrones, or None where there are no roads.

    Returns
    -------
    dict
        isochrones: lead_id, lead_name, minutes, residents (counted by cell, not by outline), geometry.
    """
    if travel.isochrones is None:
        return {}
    people = layers.cells["population"].to_numpy(float)
    column = {site: j for j, site in enumerate(travel.sites)}
    rows = [
        {
            "lead_id": lead,
            "lead_name": layers.facilities["name"].get(lead, lead),
            "minutes": minutes,
            "residents": float(np.sum(people[travel.cell_minutes[:, column[lead]] <= minutes])),
            "geometry": area,
        }
        for lead, minutes, area in zip(
            travel.isochrones["lead_id"], travel.isochrones["minutes"], travel.isochrones.geometry, strict=True
        )
        if lead in column
    ]
    return {"isochrones": make_annex("isochrones", rows, crs=travel.isochrones.crs)}


def draw_up_entries(layers: Layers, travel: TravelTimes) -> dict[str, pd.DataFrame]:
    """Return the annex "entries": one row a facility, in their order; empty where there are no roads.

    Parameters
    ----------
    layers : facilities with their names.
    travel : with entries, or None where there are no roads.
    """
    if travel.entries is None:
        return {}
    entries = travel.entries
    rows = [
        {"facility_id": facility, "facility_name": layers.facilities["name"].get(facility, facility), **entry}
        for facility, entry in zip(entries.index, entries.to_dict("records"), strict=True)
    ]
    return {"entries": make_annex("entries", rows, crs=entries.crs)}
