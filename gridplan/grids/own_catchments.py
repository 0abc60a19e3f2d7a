"""The catchments that residents make themselves: communities of the graph of patient flows, each in one piece on the map.

After the network approach to hospital service areas (Wang and Wang 2022, Annals of GIS 28: 93-109): where residents live and where their hospital
stands are joined by the admissions between them; communities of largest modularity are found by Louvain's method, then every one is made connected on
the map and given a hospital. The localisation index is the share of admissions that stay inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import networkx as nx


def own_catchments(flows: pd.Series, contacts: nx.Graph, *, seed: int = 0) -> pd.Series:
    """Return the community of each unit that has admissions, or a hospital where some go.

    Parameters
    ----------
    flows
        Admissions on index (unit of residence, unit of the hospital).
    contacts
        Neighbouring units.
    seed
        Of Louvain's method; rows in another order give the same communities.

    Returns
    -------
    pandas.Series
        Number of the community on index unit_id, numbered by their first unit. Each hangs together on the map, and has a unit where a
        hospital stands unless nothing that has one touches it.
    """
    import networkx as nx

    flows = flows[flows > 0].groupby(level=[0, 1]).sum().sort_index()
    graph = nx.Graph()
    homes, stands = (flows.index.get_level_values(level).astype(str).tolist() for level in (0, 1))
    graph.add_nodes_from(sorted({*homes, *stands}))
    for home, hospital, count in zip(homes, stands, flows, strict=True):
        before = graph.get_edge_data(home, hospital, {"weight": 0.0})["weight"]
        graph.add_edge(home, hospital, weight=before + float(count))
    if not len(graph):
        return pd.Series(dtype="int64", name="community").rename_axis("unit_id")
    pieces = [
        frozenset(piece)
        for community in nx.community.louvain_communities(graph, weight="weight", seed=seed)
        for piece in nx.connected_components(contacts.subgraph(community))
    ]
    kept = _with_hospitals(sorted(pieces, key=lambda piece: min(piece)), graph, contacts, set(stands))
    label = {unit: number for number, piece in enumerate(sorted(kept, key=lambda piece: min(piece))) for unit in piece}
    return pd.Series(label, name="community").sort_index().rename_axis("unit_id")


def _with_hospitals(
    pieces: list[frozenset[str]], graph: nx.Graph, contacts: nx.Graph, hospitals: set[str]
) -> list[frozenset[str]]:
    """Join every piece without a hospital to the piece beside it with which it has most admissions in common, small pieces first."""
    waiting = sorted((piece for piece in pieces if not piece & hospitals), key=lambda piece: (len(piece), min(piece)))
    kept = [piece for piece in pieces if piece & hospitals]
    progress = True
    while waiting and progress:
        progress = False
        for piece in list(waiting):
            around = {near for unit in piece for near in contacts[unit]}
            beside = [other for other in kept if other & around]
            if not beside:
                continue
            best = max(beside, key=lambda other: (_common(graph, piece, other), len(other & around), min(other)))
            kept[kept.index(best)] = best | piece
            waiting.remove(piece)
            progress = True
    return [*kept, *waiting]


def _common(graph: nx.Graph, one: frozenset[str], other: frozenset[str]) -> float:
    return float(sum(edge["weight"] for unit in one for near, edge in graph[unit].items() if near in other))


def localisation(flows: pd.Series, area: pd.Series) -> float:
    """Return the share of admissions whose hospital stands in the same area as their unit (localisation index); NaN without any."""
    homes, hospitals = (flows.index.get_level_values(level).map(area.to_dict()) for level in (0, 1))
    total = float(flows.sum())
    return float(flows[(homes == hospitals) & homes.notna()].sum()) / total if total > 0 else float("nan")
