"""Units -> the graph of neighbours: shared borders, barriers cut, links joined, isolates explicit."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from gridplan.ground.borders import shared_borders
from gridplan.layers.layers import Layers

COLUMNS = ["unit_a", "unit_b", "border_m", "kind", "minutes", "name"]


def build_adjacency(layers: Layers) -> nx.Graph:
    """Return the neighbour graph of the units.

    Nodes are unit ids, isolates among them. Edges carry border_m (shared border of at least 1 m, less what lies within
    20 m of a barrier), kind ("border" or the kind of a stated link), minutes (of a link; 0 for a border) and name.
    A stated link joins units whether or not they share a border; a border between them stays a border.
    """
    units = layers.units
    ids = units.index.to_numpy(object)
    barriers = np.asarray(layers.barriers.geometry.array, dtype=object)
    first, second, length_m = shared_borders(np.asarray(units.geometry.array, dtype=object), barriers=barriers)
    graph = nx.Graph()
    graph.add_nodes_from(ids)
    graph.add_edges_from(
        (ids[a], ids[b], {"border_m": float(metres), "kind": "border", "minutes": 0.0, "name": ""})
        for a, b, metres in zip(first, second, length_m, strict=True)
    )
    for link in layers.links.to_dict(orient="records"):
        a, b = str(link["unit_a"]), str(link["unit_b"])
        if a != b and not graph.has_edge(a, b):
            name = f"{link['kind']} {link['name']}".strip()
            graph.add_edge(a, b, border_m=0.0, kind="link", minutes=float(link["minutes"]), name=name)
    return graph


def adjacency_table(graph: nx.Graph) -> pd.DataFrame:
    """Return the edges as a table: unit_a, unit_b, border_m, kind ("border" or "link"), minutes, name."""
    rows = [
        (min(a, b), max(a, b), edge["border_m"], edge["kind"], edge["minutes"], edge["name"])
        for a, b, edge in graph.edges(data=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["unit_a", "unit_b"], ignore_index=True)
