"""Land in one piece or in several: a unit may consist of parts far from one another, which its one id does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.ground.borders import shared_borders
from gridplan.layers.area.polygons import APART_M, PART_M2

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx


def land_pieces(units: gpd.GeoDataFrame, graph: nx.Graph) -> list[list[str]]:
    """Return the ids of the units on each connected piece of land, the largest piece first; a unit may be on several.

    Parts below 1 ha that hang on nothing are rocks, and do not count.

    Parameters
    ----------
    units : index unit_id; geometry in metres. graph : their neighbours, of `build_adjacency`.
    """
    import networkx as nx

    land = land_graph(units, graph)
    size, ids = dict(land.nodes("m2")), dict(land.nodes("unit"))
    area = {
        piece: sum(size[part] for part in piece) for piece in map(tuple, map(sorted, nx.connected_components(land)))
    }
    pieces = sorted(area, key=lambda piece: -area[piece])
    counted = [piece for piece in pieces[1:] if area[piece] >= PART_M2]
    return [list(dict.fromkeys(ids[part] for part in piece)) for piece in [*pieces[:1], *counted]]


def land_graph(units: gpd.GeoDataFrame, graph: nx.Graph) -> nx.Graph:
    """Return the parts of the units as nodes (0, 1, ...), each with its `unit` and its size `m2`, and what hangs together.

    Parts of units hang together where they share a border that counts for the units as well (no barrier on it), where a link
    joins their units (between the parts nearest to one another), and within one unit up to 10 m apart. Whether two parts
    do is a matter of their two units alone, so that the graph of some of the units is a subgraph of that of all.
    """
    import networkx as nx

    shapes, unit = shapely.get_parts(np.asarray(units.geometry.array, dtype=object), return_index=True)
    ids = units.index.to_numpy(object)[unit]
    land = nx.Graph()
    land.add_nodes_from(
        (part, {"unit": name, "m2": float(size)})
        for part, (name, size) in enumerate(zip(ids, shapely.area(shapes), strict=True))
    )
    first, second, _ = shared_borders(shapes)
    land.add_edges_from(
        (int(a), int(b))
        for a, b in zip(first, second, strict=True)
        if unit[a] == unit[b] or _border(graph, ids[a], ids[b])
    )
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=APART_M)
    land.add_edges_from((int(a), int(b)) for a, b in zip(first, second, strict=True) if unit[a] == unit[b] and a != b)
    of_unit = {name: np.flatnonzero(unit == row) for row, name in enumerate(units.index)}
    for a, b in graph.subgraph(units.index).edges:
        if not _border(graph, a, b):
            apart = shapely.distance(shapes[of_unit[a]][:, None], shapes[of_unit[b]][None, :])
            one, other = np.unravel_index(int(np.argmin(apart)), apart.shape)
            land.add_edge(int(of_unit[a][one]), int(of_unit[b][other]))
    return land


def _border(graph: nx.Graph, a: str, b: str) -> bool:
    return bool(graph.has_edge(a, b) and graph.edges[a, b]["kind"] == "border")
