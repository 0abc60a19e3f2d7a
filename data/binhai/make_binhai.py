"""Make the layers of 滨海市 (Binhai), a city that does not exist. Run: python make_binhai.py [FOLDER]."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from making.communities import build_communities, river_border
from making.facilities import build_facilities
from making.files import (
    facility_sheet,
    write_boundaries,
    write_closed,
    write_raster,
    write_river,
    write_roads,
    write_workbook,
)
from making.ground import build_ground
from making.names import name_communities
from making.network import build_network
from making.networks import build_networks
from making.people import build_density
from making.records import build_records
from making.routes import build_routes
from making.storm import closed_strip
from making.streets import build_streets
from making.tables import (
    RASTER_CELL_M,
    baseline_table,
    census_table,
    count_residents,
    describe_places,
    link_table,
    population_raster,
)

SEED = 3799


def make_binhai(folder: Path) -> None:
    """Draw the city and write its layers into a folder."""
    parts = ("land", "people", "roads", "units", "tables", "records", "networks")
    rng = {part: np.random.default_rng([SEED, number]) for number, part in enumerate(parts)}
    ground = build_ground(rng["land"])
    density = build_density(ground, rng["people"])
    streets = build_streets(ground, density, rng["roads"])
    edges = build_network(ground, streets + build_routes(ground, density.villages, streets, rng["roads"]))

    communities = build_communities(ground, density, edges, rng["units"])
    communities = communities.join(name_communities(communities, rng["tables"]))
    communities = describe_places(communities.join(count_residents(communities, rng["tables"])))
    communities = communities.sort_values("code", ignore_index=True)
    facilities = build_facilities(communities, edges, rng["tables"])

    folder.mkdir(parents=True, exist_ok=True)
    write_boundaries(folder / "boundaries.gpkg", communities)
    write_river(folder / "river.gpkg", river_border(communities, ground))
    write_roads(folder / "roads.osm.pbf", edges)
    write_closed(folder / "typhoon.gpkg", closed_strip(ground, edges))
    counts, left_m, top_m = population_raster(density, ground, rng["tables"])
    write_raster(folder / "population.tif", counts, left_m, top_m, RASTER_CELL_M)
    baseline = baseline_table(communities, facilities)
    write_workbook(folder / "census.xlsx", {"人口普查": census_table(communities)})
    write_workbook(folder / "facilities.xlsx", {"医疗卫生机构": facility_sheet(facilities)})
    write_workbook(folder / "baseline.xlsx", {"现有分组": baseline})
    write_workbook(folder / "records.xlsx", build_records(communities, facilities, baseline, rng["records"]))
    write_workbook(folder / "networks.xlsx", build_networks(facilities, rng["networks"]))
    links = link_table(communities, edges, ground)
    links.to_csv(folder / "links.csv", index=False, encoding="utf-8-sig", lineterminator="\n")


if __name__ == "__main__":
    make_binhai(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
