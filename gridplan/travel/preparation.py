"""Getting a network ready for many questions: the way of searching chosen, what it needs built at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.travel.network import RoadNetwork
from gridplan.travel.search.weighted import Engine, SearchRules

if TYPE_CHECKING:
    from gridplan.travel.search.order import Method


def prepare(
    network: RoadNetwork,
    *,
    method: Engine = "hierarchy",
    order: Method = "auto",
    cache_folder: str | Path | None = None,
) -> RoadNetwork:
    """Return the network with its way of searching fixed, the hierarchy built: worth it before many questions.

    The answers are the same whatever is chosen.

    Parameters
    ----------
    network
        The network, which stays as it is.
    method
        "hierarchy" (graphs that are no roads and would fill up are searched plainly all the same), "plain" (Dijkstra's method), or
        "auto" (by the size of each question).
    order
        "metis", "geometric" (needs `xy`), "bfs", or "auto" (the first of them that can be had).
    cache_folder
        Where orders are kept between runs; default: the user's cache folder, or GRIDPLAN_CACHE.

    Returns
    -------
    RoadNetwork
        The same roads and times.

    Raises
    ------
    NetworkError
        The order cannot be had.

    Examples
    --------
    >>> network = prepare(RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0]), method="plain")
    >>> network.minutes_to([2]).gather([0]).item()
    5.0
    """
    rules = SearchRules(method, order, None if cache_folder is None else Path(cache_folder))
    prepared = replace(network, search_by=rules)
    if method == "hierarchy":
        _ = prepared.graph.hierarchy
    return prepared
