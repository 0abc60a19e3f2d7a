"""Irregular planar maps: random points, neighbours by Delaunay triangles, uneven people, an upper limit a grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial import Delaunay

from gridplan.solver.problem import Problem

# (units, leads, slack above need, seed): ten tight and ten loose maps, fixed before the solver was tuned.
FAMILY = tuple(
    (units, leads, slack, 100 + i)
    for i, (units, leads, slack) in enumerate(
        (units, leads, slack)
        for slack in (0.15, 0.30)
        for units, leads in (
            (300, 13), (300, 20), (400, 25), (500, 20), (500, 40), (700, 25), (800, 40), (1000, 30), (1300, 13), (1300, 40),
        )
    )
)  # fmt: skip

# Few units a grid and capacity at 102 to 105 % of need: where units are too large to fill the last gaps. Fixed before the solver was tuned.
TIGHT = tuple(
    (units, leads, slack, 200 + i)
    for i, (units, leads, slack) in enumerate(
        (units, leads, slack)
        for slack in (0.05, 0.04, 0.03, 0.02)
        for units, leads in ((300, 30), (310, 33), (320, 37), (330, 41))
    )
)  # fmt: skip

# Best plans and bounds of long runs, written by `python -m benchmarks.best_known`.
BEST_KNOWN = Path(__file__).with_name("best_known.csv")


def planar_edges(at: np.ndarray) -> np.ndarray:
    """Neighbours by Delaunay triangles; long sides along the hull are no shared borders."""
    corners = Delaunay(at).simplices
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    length = np.sqrt(((at[edges[:, 0]] - at[edges[:, 1]]) ** 2).sum(axis=1))
    return edges[length <= 4.0 * np.median(length)]


def irregular_map(units: int, leads: int, slack: float, seed: int) -> Problem:
    """Points in a square; the upper limit of every grid is `slack` above the mean."""
    rng = np.random.default_rng([seed, units, leads])
    at = rng.uniform(0.0, 30.0, (units, 2))
    edges = planar_edges(at)
    people = np.round(rng.lognormal(7.0, 0.5, units)) + 1
    sites = rng.choice(units, leads, replace=False)
    minutes = np.sqrt(((at[:, None, :] - at[None, sites, :]) ** 2).sum(axis=2)) * 1.3
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(units)],
        population=people,
        lead_ids=[f"h{j}" for j in range(leads)],
        lead_unit=sites,
        minutes=minutes,
        edges=edges,
        population_max=(1.0 + slack) * people.sum() / leads,
    )
