"""Yardsticks of a plan: what plain methods would make of the same place, measured like the plan itself.

They hold no limit and no rule; they show what balance, connection and the choice of leads cost or gain.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.grids.scores import minutes_to_own_lead
from gridplan.ground.city_and_counties import Scope
from gridplan.solver.assignment import Assignment
from gridplan.words.numbers import counted, minutes, share
from gridplan.words.text import Text

YARDSTICKS = {
    "nearest": Text(zh="对照：各单元归最近的牵头医院", en="Yardstick: every unit to the nearest of these leads"),
    "clusters": Text(
        zh="对照：只按地图远近聚类（Ward 法），各配最近的医院",
        en="Yardstick: clusters of the map (Ward's method), each with the nearest hospital",
    ),
}
"""Plain methods, and how they are told."""
_TOLD = Text(
    zh="平均 {m} 分钟，最大人口偏差 {d}，不相连的地块 {p} 个",
    en="{m} min on average, largest deviation {d}, {p} cut off",
)


def measure_yardsticks(plan: Plan) -> dict[str, dict[str, float]]:
    """Return mean_minutes, max_deviation and parts_cut_off of the plan and of each of `YARDSTICKS`.

    Counties are planned apart in them too, with as many grids as the plan has there. A method that cannot be had (no unit is
    in a grid; a part with one unit) is left out.
    """
    made = {"plan": plan.assignment.lead_of_unit, "nearest": _nearest_lead(plan), "clusters": _clusters(plan)}
    return {name: _measured(plan, lead_of_unit) for name, lead_of_unit in made.items() if len(lead_of_unit)}


def tell_yardsticks(measured: Mapping[str, Mapping[str, float]]) -> list[tuple[Text, Text]]:
    """Return each yardstick that was measured as its name and its numbers in words."""
    return [
        (
            label,
            _TOLD.format(
                m=minutes(measured[name]["mean_minutes"]),
                d=share(measured[name]["max_deviation"]),
                p=counted(int(measured[name]["parts_cut_off"]), "part"),
            ),
        )
        for name, label in YARDSTICKS.items()
        if name in measured
    ]


def _nearest_lead(plan: Plan) -> pd.Series:
    """Give each unit to the nearest of its scope's leads, whatever the limits and the borders; far units keep theirs."""
    lead_of_unit = plan.assignment.lead_of_unit.copy()
    for scope in plan.scopes.values():
        leads = sorted(map(str, plan.assignment.lead_of_grid[plan.grids_in(scope)]))
        units = lead_of_unit.index.intersection(scope.units, sort=False)
        if leads and len(units):
            table = plan.travel.unit_minutes.loc[units, leads].to_numpy(float)
            found = np.asarray(leads, dtype=object)[table.argmin(axis=1)]
            lead_of_unit[units] = np.where(np.isfinite(table.min(axis=1)), found, lead_of_unit[units])
    return lead_of_unit


def _clusters(plan: Plan) -> pd.Series:
    """Cluster the units of each scope by where they lie, neighbours only, and give each cluster a hospital of its own."""
    parts = [_clusters_in(plan, scope, len(plan.grids_in(scope))) for scope in plan.scopes.values()]
    return pd.concat(parts) if all(len(part) for part in parts) else pd.Series(dtype=object)


def _clusters_in(plan: Plan, scope: Scope, k: int) -> pd.Series:
    import networkx as nx
    from scipy.optimize import linear_sum_assignment
    from sklearn.cluster import AgglomerativeClustering

    home = plan.layers.facilities["unit_id"]
    sites = [site for site in plan.travel.sites if home.get(site, "") in scope.units]
    if len(scope.units) < 2 or not 0 < k <= min(len(scope.units), len(sites)):
        return pd.Series(dtype=object)
    where = plan.layers.units.geometry[scope.units].centroid
    graph = nx.to_scipy_sparse_array(plan.adjacency, nodelist=list(scope.units), weight=None, format="csr")
    with warnings.catch_warnings():
        # Islands are legitimate here: scikit-learn joins them where there are more of them than clusters.
        warnings.filterwarnings("ignore", message="the number of connected components")
        method = AgglomerativeClustering(n_clusters=k, linkage="ward", connectivity=graph)
        cluster = method.fit_predict(np.stack([where.x, where.y], axis=1))
    people = plan.layers.units["population"][scope.units].to_numpy(float)
    table = plan.travel.unit_minutes.loc[scope.units, sites].to_numpy(float)
    table = np.where(np.isfinite(table), table, 1e6)
    cost = np.stack([(people[cluster == grid, None] * table[cluster == grid]).sum(axis=0) for grid in range(k)])
    _, chosen = linear_sum_assignment(cost)
    return pd.Series(np.asarray(sites, dtype=object)[chosen[cluster]], index=scope.units, dtype=object)


def _measured(plan: Plan, lead_of_unit: pd.Series) -> dict[str, float]:
    """Measure any assignment like the plan: minutes over people who can get there, deviation within each scope."""
    import networkx as nx

    people = plan.layers.cells["population"].to_numpy(float)
    time = minutes_to_own_lead(plan.layers, plan.travel, Assignment.from_leads(lead_of_unit))
    able = np.isfinite(time) & (people > 0)
    of_grid = plan.layers.units["population"].reindex(lead_of_unit.index).groupby(lead_of_unit).sum()
    scope_of_grid = plan.scope_of_unit.reindex(lead_of_unit.index).groupby(lead_of_unit).first()
    total = plan.layers.units["population"].groupby(plan.scope_of_unit).sum()
    mean = scope_of_grid.map(total / scope_of_grid.value_counts())
    parts = sum(
        nx.number_connected_components(plan.adjacency.subgraph(units)) - 1
        for units in lead_of_unit.groupby(lead_of_unit).groups.values()
    )
    return {
        "mean_minutes": float((people[able] * time[able]).sum() / people[able].sum()) if able.any() else float("inf"),
        "max_deviation": float((of_grid / mean.where(mean > 0) - 1).abs().max()) if (mean > 0).any() else 0.0,
        "parts_cut_off": int(parts),
    }
