"""Plain methods that reports print beside a plan, and a way to grids where no lead candidates are known.

None of them holds limits; only Ward keeps grids connected. All are scikit-learn's but the nearest lead.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix

from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import FloatArray, Problem


def nearest_lead(problem: Problem, leads: Iterable[str] | None = None) -> Assignment:
    """Give each unit to the lead of fewest minutes, whatever the limits and the borders.

    Parameters
    ----------
    problem
        Units, leads and minutes.
    leads
        The leads to use; None takes all that are not forbidden.
    """
    names = [x for j, x in enumerate(problem.lead_ids) if j not in problem.forbidden] if leads is None else list(leads)
    columns = [problem.lead_position[x] for x in names]
    best = problem.minutes[:, columns].argmin(axis=1)
    return Assignment.from_leads(dict(zip(problem.unit_ids, (names[j] for j in best), strict=True)))


def ward_grids(problem: Problem, k: int, features: ArrayLike | None = None) -> pd.Series[str]:
    """Cluster units into k connected grids by Ward's method; returns unit id -> grid id (G1 ...), without leads.

    `features` are positions of the units, (n, 2); without them, their minutes to the sites. Separate parts of the map
    are joined by scikit-learn where k is smaller than their number.
    """
    from sklearn.cluster import AgglomerativeClustering

    table, n = _features(problem, features), problem.n_units
    edges = problem.edges
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    with warnings.catch_warnings():
        # Separate parts of the map are legitimate here.
        warnings.filterwarnings("ignore", message="the number of connected components")
        found = AgglomerativeClustering(n_clusters=k, linkage="ward", connectivity=graph + graph.T).fit_predict(table)
    return _grids(problem, found)


def kmeans_grids(problem: Problem, k: int, features: ArrayLike | None = None, *, seed: int = 0) -> pd.Series[str]:
    """Cluster units into k grids by k-means weighted by residents; returns unit id -> grid id, without leads."""
    from sklearn.cluster import KMeans

    weights = np.maximum(problem.population, 1e-9)
    found = KMeans(n_clusters=k, n_init=10, random_state=seed).fit_predict(
        _features(problem, features), sample_weight=weights
    )
    return _grids(problem, found)


def _features(problem: Problem, features: ArrayLike | None) -> FloatArray:
    if features is not None:
        return np.asarray(features, dtype=np.float64)
    finite = np.isfinite(problem.minutes)
    return np.where(finite, problem.minutes, 2.0 * problem.minutes[finite].max(initial=1.0))


def _grids(problem: Problem, label: ArrayLike) -> pd.Series[str]:
    """Name grids in the order of their first unit."""
    _, first, code = np.unique(np.asarray(label), return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return pd.Series(
        [f"G{rank[c] + 1}" for c in code],
        index=pd.Index(problem.unit_ids, name="unit_id", dtype=object),
        name="grid_id",
        dtype=object,
    )
