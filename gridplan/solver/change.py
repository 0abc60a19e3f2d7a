"""What it may cost to leave the grouping in force: a price a resident who changes lead, and how many may."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Change:
    """The plan in force, and what may change of it.

    Parameters
    ----------
    incumbent
        (n,) position of each unit's lead in force; -1: it has none to lose; m (one past the last candidate): one that leads no more,
        so that its residents change in any case.
    price
        Resident-minutes a resident who changes lead; None: nothing.
    most
        Residents who may change lead; None: all of them.
    """

    incumbent: NDArray[np.int64]
    price: float | None = None
    most: float | None = None

    @property
    def ceiling(self) -> float:
        """Residents who may change lead, infinite where all may."""
        return np.inf if self.most is None else self.most

    def leaves(self, n_leads: int) -> NDArray[np.bool_]:
        """(n, m): the unit has a lead in force, and this is another one."""
        held = self.incumbent[:, None]
        leaves: NDArray[np.bool_] = (held >= 0) & (held != np.arange(n_leads))
        return leaves

    def priced(self, price: float | None, most: float | None = None) -> Change:
        """Return the same plan in force with another price and ceiling."""
        return replace(self, price=price, most=most)

    def among(self, position: NDArray[np.int64], n_leads: int) -> Change:
        """Renumber the leads by `position` (-1: leads no more; one entry more than there were leads, for those that led none)."""
        gone = (self.incumbent >= 0) & (position[self.incumbent] < 0)
        return replace(self, incumbent=np.where(gone, n_leads, position[self.incumbent]))
