"""Residents of each unit by their minutes to each candidate, for the page's histogram: by places with people, never by means of units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.proposal.kept_travel import site_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.proposal.proposal import Proposal

BINS_WITHIN, BINS = 12, 32
"""Bins up to the limit of the case, and in all; one more holds all that is farther, and a last one the unreachable."""


def histogram_content(proposal: Proposal, unit_row: dict[str, int], leads: list[str]) -> dict[str, Any] | None:
    """Return the width of a bin in minutes, the number of bins, and the residents of every unit in each bin; None without places.

    - step, bins: a bin holds those above its lower and up to its upper edge; bin `bins` is open above, the one after it unreachable
    - residents: for each lead, for each unit [first bin, residents of it and of those after it]
    """
    cells = proposal.cells
    columns = [site_column(lead) for lead in leads]
    if cells.empty or not set(columns) <= set(cells.columns):
        return None
    step = proposal.case.travel.limit_min / BINS_WITHIN
    unit = np.asarray(cells["unit_id"].map(unit_row).fillna(-1), dtype=np.int64)
    here = unit >= 0
    unit, people = unit[here], cells["population"].to_numpy(dtype=float)[here]
    return {
        "step": step,
        "bins": BINS,
        "residents": [
            _by_unit(unit, _bin(cells[name].to_numpy(dtype=float)[here], step), people, len(unit_row))
            for name in columns
        ],
    }


def _bin(minutes: NDArray[np.float64], step: float) -> NDArray[np.int64]:
    """Return the bin of each place."""
    edges = step * np.arange(1, BINS + 1)
    return np.where(np.isinf(minutes), BINS + 1, np.searchsorted(edges, minutes, side="left"))


def _by_unit(
    unit: NDArray[np.int64], which: NDArray[np.int64], people: NDArray[np.float64], n_units: int
) -> list[list[float]]:
    """Return the first bin of each unit that holds anybody, and the residents of the bins from there to its last."""
    width = BINS + 2
    table = np.bincount(unit * width + which, weights=people, minlength=n_units * width).reshape(n_units, width)
    first = (table > 0).argmax(axis=1)
    last = width - 1 - (table > 0)[:, ::-1].argmax(axis=1)
    rows = table.round(1)
    return [
        [int(start), *(_plain(value) for value in row[start : end + 1])] if row.any() else []
        for row, start, end in zip(rows, first, last, strict=True)
    ]


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)
