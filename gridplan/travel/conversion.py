"""Networks from and to networkx graphs and GraphML files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.travel.milliseconds import FAR, to_minutes
from gridplan.words.errors import InputProblem, NetworkError
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork


def from_networkx(graph: Any, *, minutes: str = "minutes") -> tuple[RoadNetwork, list[Any]]:
    """Return the network of a graph and its nodes in the order of the network's numbers.

    Edges of an undirected graph count both ways. `x` and `y` of the nodes (metres) are taken where all have them.

    Parameters
    ----------
    graph
        Any networkx graph, multigraphs included.
    minutes
        Edge attribute that holds the minutes.

    Raises
    ------
    NetworkError
        An edge has no such attribute, or its value is not a number of minutes.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("a", "b", minutes=2.0)
    >>> network, nodes = from_networkx(graph)
    >>> nodes, network.minutes_to([1]).gather([0]).item()
    (['a', 'b'], 2.0)
    """
    from gridplan.travel.network import RoadNetwork

    nodes = list(graph.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    edges = [(number[u], number[v], data.get(minutes)) for u, v, data in graph.edges(data=True)]
    bad = [(nodes[u], nodes[v], value) for u, v, value in edges if not _is_number(value)]
    if bad:
        needed = Text(zh="每条边的属性 {name}（分钟）", en="an edge attribute {name} (minutes)").format(name=minutes)
        found = Text(zh="{n} 条边没有", en="{n} edges without it").format(n=len(bad))
        remedy = Text(zh="请补上该属性。", en="Add the attribute.")
        values = tuple(str(edge) for edge in bad[:5])
        raise NetworkError(InputProblem("error", needed, found, remedy, field=minutes, values=values))
    table = np.array([(u, v, float(value)) for u, v, value in edges], dtype=np.float64).reshape(-1, 3)
    if not graph.is_directed():
        table = np.concatenate([table, table[:, [1, 0, 2]]])
    xy = [(data.get("x"), data.get("y")) for _, data in graph.nodes(data=True)]
    known = bool(xy) and all(_is_number(x) and _is_number(y) for x, y in xy)
    network = RoadNetwork.from_edges(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
        n_nodes=len(nodes),
        xy=np.array(xy, dtype=np.float64) if known else None,
    )
    return network, nodes


def to_networkx(network: RoadNetwork) -> Any:
    """Return the open edges as a networkx MultiDiGraph: `minutes` and `edge` (row) on edges, `x` and `y` on nodes.

    Examples
    --------
    >>> from gridplan.travel.network import RoadNetwork
    >>> graph = to_networkx(RoadNetwork.from_edges([0], [1], [2.0]))
    >>> graph[0][1][0]["minutes"]
    2.0
    """
    import networkx as nx

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


def from_graphml(path: str | Path, *, minutes: str = "minutes") -> tuple[RoadNetwork, list[Any]]:
    """Return the network of a GraphML file and its nodes in the order of the network's numbers.

    Raises
    ------
    NetworkError
        The file is not GraphML, or an edge has no minutes.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    try:
        graph = nx.read_graphml(path, force_multigraph=True)
    except (OSError, ParseError, nx.NetworkXError) as error:
        needed = Text(zh="可读取的 GraphML 文件", en="a readable GraphML file")
        found = Text(zh=str(error), en=str(error))
        remedy = Text(zh="请检查路径与文件内容。", en="Check the path and the content of the file.")
        raise NetworkError(InputProblem("error", needed, found, remedy, file=Path(path).name)) from error
    for _, _, data in graph.edges(data=True):
        if minutes in data and not _is_number(data[minutes]):
            data[minutes] = _as_number(data[minutes])
    for _, data in graph.nodes(data=True):
        data.update({name: _as_number(data[name]) for name in ("x", "y") if name in data})
    return from_networkx(graph, minutes=minutes)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and value == value


def _as_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
