"""Units -> the graph of neighbours: shared borders, barriers cut, links joined, isolates explicit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.ground.borders import shared_borders
from gridplan.layers.layers import Layers
from gridplan.words.numbers import counted, listed
from gridplan.words.numbers import people as in_people
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

COLUMNS = ["unit_a", "unit_b", "border_m", "kind", "minutes", "name"]


def build_adjacency(layers: Layers) -> nx.Graph:
    """Return the neighbour graph of the units.

    Nodes are unit ids, isolates among them. Edges carry border_m (shared border of at least 1 m, less what lies within
    20 m of a barrier), kind ("border" or the kind of a stated link), minutes (of a link; 0 for a border) and name.
    A stated link joins units whether or not they share a border; a border between them stays a border.
    """
    import networkx as nx

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


_DRAWN_M, _TOLD_SHARE = 100.0, 0.001
"""Gaps up to this are slips of drawing (D); of islands farther off, those of so many residents are told."""


def tell_separate(layers: Layers, graph: nx.Graph, case: Case) -> Problems:
    """Return, as warnings, the groups of units with people that neither touch the others nor are linked to them, and how far off they are.

    No grid reaches across such a gap: islands want a link, and land wants its edges to meet. Small islands out at sea are not told:
    those of less than a thousandth of the residents, more than 100 m off; nor what a barrier of the case separates.
    """
    import networkx as nx

    problems = Problems()
    pieces = sorted(
        nx.connected_components(graph.subgraph(layers.units.index)), key=lambda piece: (-len(piece), min(piece))
    )
    people = layers.units["population"]
    source = case.layers.units or case.layers.boundaries
    for piece in pieces[1:]:
        own = sorted(piece)
        lives = float(people[own].sum())
        if not lives or source is None:
            continue
        metres = _gap_m(layers.units, own)
        by_barrier = metres == 0 and len(layers.barriers) > 0
        if by_barrier or (metres > _DRAWN_M and lives < _TOLD_SHARE * people.sum()):
            continue
        problems.tell(
            Text(zh="与其他单元相邻或有通道相连的单元", en="units that touch the others, or are linked to them"),
            Text(
                zh="{n} 个单元（{names}）、{p}与其余都不相邻，最近处相距 {m:,.0f} 米",
                en="{n} ({names}) with {p} that touch none of the others, {m:,.0f} m off at the nearest",
            ).format(n=counted(len(own), "unit"), names=listed(own, most=5), p=in_people(lives), m=metres),
            Text(
                zh="网格不能跨过空隙：若有桥、隧道或轮渡，写入 [layers.links]；若边界没有对齐，在 GIS 中接上。",
                en="No grid reaches across: name bridges, tunnels and ferries in [layers.links], or mend the borders in your GIS.",
            ),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field="geometry",
            values=own,
        )
    return problems


def _gap_m(units: gpd.GeoDataFrame, own: list[str]) -> float:
    """Return the distance between some units and the nearest of the others, in metres."""
    inside = units.index.isin(own)
    shapes = np.asarray(units.geometry.array, dtype=object)
    _, metres = shapely.STRtree(shapes[~inside]).query_nearest(shapes[inside], return_distance=True)
    return float(metres.min())


def adjacency_table(graph: nx.Graph) -> pd.DataFrame:
    """Return the edges as a table: unit_a, unit_b, border_m, kind ("border" or "link"), minutes, name."""
    rows = [
        (min(a, b), max(a, b), edge["border_m"], edge["kind"], edge["minutes"], edge["name"])
        for a, b, edge in graph.edges(data=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["unit_a", "unit_b"], ignore_index=True)
