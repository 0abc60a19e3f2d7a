"""Fixtures of the solver's tests: small hand-checkable cities and the independent judge."""

from __future__ import annotations

import os
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from gridplan.solver import problem as gp


def judge(problem: gp.Problem, lead_of_unit) -> dict[str, object]:
    """Recompute a plan with networkx from the problem's own arrays: nothing here calls the solver's code."""
    lead = np.array([problem.lead_ids.index(lead_of_unit[unit]) for unit in problem.unit_ids])
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n_units))
    graph.add_edges_from(map(tuple, problem.edges.tolist()))
    opened = sorted(set(lead.tolist()))
    connected = all(nx.is_connected(graph.subgraph(np.flatnonzero(lead == j).tolist())) for j in opened)
    homes = all(lead[problem.lead_unit[j]] == j for j in opened)
    load = np.array([problem.population[lead == j].sum() for j in opened])
    target = problem.population.sum() / len(opened)
    hospitals = [int(problem.hospital[j]) for j in opened]
    travel = float((problem.population * problem.minutes[np.arange(problem.n_units), lead]).sum())
    return {
        "lead": lead,
        "open": opened,
        "connected": connected,
        "homes": homes,
        "load": load,
        "deviation": float(np.abs(load / target - 1).max()),
        "one_site_a_hospital": len(set(hospitals)) == len(hospitals),
        "travel": travel,
        "mean_minutes": travel / problem.population.sum(),
    }


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real layers beside the checkout."""
    folder = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real layers are not here: {folder} (set GRIDPLAN_DATA)")
    return folder
