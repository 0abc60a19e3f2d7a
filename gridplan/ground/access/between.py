"""Minutes between facilities: from every facility to the hospitals that may serve it, and whether a ferry is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.ground.access.pairs import pairs_table, pivot_pairs
from gridplan.travel.milliseconds import FAR, Bools, Floats, Ints
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snaps import Snaps
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Between:
    """Drive minutes from facilities to hosts.

    - minutes: frame, index facility_id, a column a host (facility_id); inf where unreachable
    - by_ferry: the same shape; True where there is a way, but none without a ferry
    """

    minutes: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_ferry: pd.DataFrame = field(default_factory=pd.DataFrame)

    def table(self) -> pd.DataFrame:
        """Return one row a pair: facility_id, host_id, minutes, by_ferry (0 or 1)."""
        named = {"minutes": self.minutes.astype(float), "by_ferry": self.by_ferry.astype("int64")}
        return pairs_table(
            {name: frame.rename_axis(index="facility_id", columns="host_id") for name, frame in named.items()}
        )

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> Between:
        """Return the minutes that `table` wrote, whatever the order of its rows.

        Raises
        ------
        LayerError
            If a pair is missing or stands twice.
        """
        kept = pivot_pairs(table, ("facility_id", "host_id"), ("minutes", "by_ferry"))
        return cls(kept["minutes"], kept["by_ferry"] > 0)


def between_of(facilities: pd.Index, hosts: pd.Index | list[str], minutes: Floats, by_ferry: Bools) -> Between:
    """Return a `Between` of arrays (n_facilities, n_hosts)."""
    index, columns = facilities.rename("facility_id"), pd.Index(hosts, dtype=object).rename("host_id")
    return Between(
        pd.DataFrame(minutes, index=index, columns=columns),
        pd.DataFrame(by_ferry, index=index, columns=columns),
    )


def host_ids(facilities: gpd.GeoDataFrame, sites: list[str], records: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the facilities that may serve others: candidate leads, hospitals not below level 2, hubs and centres on record."""
    hospitals = facilities["kind"].isin(HOSPITAL_KINDS) & ~facilities["level"].isin((0, 1))
    named = [*facilities.index[hospitals], *sites]
    for table, column in (("networks", "hub_id"), ("centres", "facility_id")):
        named += list(records[table][column]) if table in records else []
    wanted = set(map(str, named))
    return [str(name) for name in facilities.index if str(name) in wanted]


def on_roads(network: RoadNetwork, facilities: gpd.GeoDataFrame, places: Snaps, hosts: list[str]) -> Between:
    """Return drive minutes on a network between facilities snapped to it (`places`, row by row) and hosts among them."""
    at = facilities.index.get_indexer(pd.Index(hosts))
    minutes = network.table(places, places.take(at))
    land = _landmass(network)[np.maximum(places.edge, 0)] if network.n_edges else np.zeros(len(places), np.int64)
    apart = land[:, None] != land[at][None, :]
    return between_of(facilities.index, hosts, minutes, apart & np.isfinite(minutes))


def _landmass(network: RoadNetwork) -> Ints:
    """Number, of every edge, of the part of the network that holds together without ferries."""
    usable = (network.forward < FAR) | (network.backward < FAR)
    if network.priced is not None:
        usable &= (network.priced.roads["road_class"] != "ferry").to_numpy(bool)
    return joined_parts(network, usable)[network.tail]


def joined_parts(network: RoadNetwork, edges: Bools) -> Ints:
    """Number, of every node, of the part of the network that these edges hold together."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = network.tail[edges], network.head[edges]
    graph = coo_matrix((np.ones(len(ends[0])), ends), shape=(network.n_nodes, network.n_nodes))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels
