"""The annex of isochrones: from where each candidate lead is reached in time, and by how many residents."""

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
