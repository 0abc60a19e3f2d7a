"""Who goes on caring after the hospital: the one answer that rules, the map, the print and the workbook share."""

from __future__ import annotations

import pandas as pd

from gridplan.grids.members import in_group
from gridplan.layers.facilities.services import offers, tell_services

CHAIN = ("rehab", "nursing", "hospice")
"""What follows treatment: rehabilitation, nursing, hospice care (R-34)."""


def providers(facilities: pd.DataFrame, members: pd.DataFrame, need: str) -> pd.Series:
    """Return the grid of each facility that provides a kind of care in its group, on the ids of these facilities.

    A facility provides it by its kind or by a service of its; the lead counts as its members do, cooperating institutions do not.

    Parameters
    ----------
    facilities : kind and services; members : role and grid_id, on the same index; need : of `CHAIN`, or another service.
    """
    able = (facilities["kind"] == need) | offers(facilities, need)
    return members["grid_id"][able & in_group(members)]


def is_told(facilities: pd.DataFrame, need: str) -> bool:
    """Tell whether a facility table can say who provides a kind of care."""
    return bool((facilities["kind"] == need).any() or tell_services(facilities).any())
