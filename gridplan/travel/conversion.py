"""Networks from and to networkx graphs."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from gridplan.travel.milliseconds import FAR, to_minutes
from gridplan.travel.network import RoadNetwork
from gridplan.words.errors import InputProblem, NetworkError
from gridplan.words.text import Text


def from_networkx(graph: Any, *, minutes: str = "minutes") -> tuple[RoadNetwork, list[Any]]:
    """Return the network of a graph and its nodes in the order of the network's numbers.

    Edges of an undirected graph count both ways. `x` and `y` of the nodes (metres) are taken where all have them. Numbers
    written as text count, as GraphML files often hold them (`networkx.read_graphml`).

    Parameters
    ----------
    graph
        Any networkx graph, multigraphs included.
    minutes
        Edge attribute that holds the minutes.

    Returns
    -------
    tuple
        The network, and the nodes of the graph in the order of its node numbers.

    Raises
    ------
    NetworkError
        An edge has no such attribute, or its value is not a number of minutes.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("a", "b", minutes=2.0)
    >>> network, nodes = from_networkx(graph)
    >>> nodes, network.minutes_to([1]).gather([0]).item()
    (['a', 'b'], 2.0)
    """
    nodes = list(graph.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    edges = [(u, v, _as_number(data.get(minutes))) for u, v, data in graph.edges(data=True)]
    bad = [edge for edge in edges if np.isnan(edge[2])]
    if bad:
        needed = Text(zh="每条边的属性 {name}（分钟）", en="an edge attribute {name} (minutes)").format(name=minutes)
        found = Text(zh="{n} 条边没有", en="{n:edge|edges} without it").format(n=len(bad))
        remedy = Text(zh="请补上该属性。", en="Add the attribute.")
        values = tuple(str(edge) for edge in bad[:5])
        raise NetworkError(InputProblem("error", needed, found, remedy, field=minutes, values=values))
    table = np.array([(number[u], number[v], value) for u, v, value in edges], dtype=np.float64).reshape(-1, 3)
    if not graph.is_directed():
        table = np.concatenate([table, table[:, [1, 0, 2]]])
    xy = np.array([[_as_number(data.get(name)) for name in "xy"] for _, data in graph.nodes(data=True)])
    network = RoadNetwork.from_edges(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
        n_nodes=len(nodes),
        xy=xy if len(xy) and not np.isnan(xy).any() else None,
    )
    return network, nodes


def to_networkx(network: RoadNetwork) -> Any:
    """Return the open edges as a networkx MultiDiGraph: `minutes` and `edge` (row) on edges, `x` and `y` on nodes.

    Roads for destination only are edges like all others.

    Examples
    --------
    >>> graph = to_networkx(RoadNetwork.from_edges([0], [1], [2.0]))
    >>> graph[0][1][0]["minutes"]
    2.0
    """
    graph = nx.MultiDiGraph()
    if network.xy is None:
        graph.add_nodes_from(range(network.n_nodes))
    else:
        graph.add_nodes_from((i, {"x": float(x), "y": float(y)}) for i, (x, y) in enumerate(network.xy))
    for tail, head, times in (
        (network.tail, network.head, network.forward),
        (network.head, network.tail, network.backward),
    ):
        rows = np.flatnonzero(times < FAR)
        minutes = to_minutes(times[rows])
        graph.add_edges_from(
            (int(tail[row]), int(head[row]), {"minutes": float(value), "edge": int(row)})
            for row, value in zip(rows, minutes, strict=True)
        )
    return graph


def _as_number(value: object) -> float:
    """The number of a value, NaN where it is none."""
    try:
        return float(str(value))
    except ValueError:
        return float("nan")
