"""What facilities offer: of each the keys of `vocabulary.SERVICES`, a tuple in the order told; () where nothing is told.

Tables and files have them in one cell, joined; `facilities` splits what a planner wrote, `proposal.frames` what a proposal keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def offers(facilities: pd.DataFrame, service: str) -> pd.Series:
    """Return which facilities tell that they offer a service.

    >>> import pandas as pd
    >>> offers(pd.DataFrame({"services": [("ed", "icu"), ()]}, index=["H1", "C1"]), "ed").to_dict()
    {'H1': True, 'C1': False}
    """
    return facilities["services"].map(lambda keys: service in keys).astype(bool)


def tell_services(facilities: pd.DataFrame) -> pd.Series:
    """Return which facilities tell of any service: of the others nobody knows what they lack."""
    return facilities["services"].map(len).gt(0)
