"""Minutes by roads, by a given table and along straight lines: from the cells to the sites, never across a barrier."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.ground.access.rulers import RoadRuler, StraightRuler, TableRuler, make_network, make_ruler, modes_of
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from tests import board
from tests.checks.laid_out import the_board


def ring() -> RoadRuler:
    """A one-way ring of four roads of ten minutes, 0 -> 1 -> 2 -> 3 -> 0, seen from the middle of its roads.

    3 <- 2      the cell stands on 0 -> 1, the facilities A on 1 -> 2 and B on 3 -> 0;
    0 -> 1      A is 10 minutes ahead of the cell, B 30; from A to the cell it is 30, from A to B 20 and back 20
    """
    network = RoadNetwork.from_edges(
        [0, 1, 2, 3], [1, 2, 3, 0], [10.0] * 4, xy=[(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
    )
    on_foot = RoadNetwork.from_edges(
        [0, 1, 2, 3], [3, 0, 1, 2], [30.0] * 4, xy=[(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
    )
    cells = {
        "drive": snap_points(network, [(500, 0)], access_kmh=1e9),
        "walk": snap_points(on_foot, [(500, 0)], access_kmh=1e9),
    }
    at = [(1000, 500), (0, 500)]
    places = {"drive": snap_points(network, at, access_kmh=1e9), "walk": snap_points(on_foot, at, access_kmh=1e9)}
    facilities = gpd.GeoDataFrame(index=["A", "B"], geometry=gpd.points_from_xy(*zip(*at, strict=True)), crs=board.CRS)
    return RoadRuler({"drive": network, "walk": on_foot}, cells, places, facilities)


def test_minutes_run_from_the_cells_to_the_sites():
    assert ring().to_sites(["A", "B"]).tolist() == [[10.0, 30.0]]
    assert ring().to_sites(["B"]).tolist() == [[30.0]]


def test_the_nearest_is_that_of_the_mode():
    minutes, position = ring().nearest(["A", "B"], "drive", n=2)
    assert (minutes.tolist(), position.tolist()) == ([[10.0, 30.0]], [[0, 1]])
    minutes, position = ring().nearest(["A", "B"], "walk")
    assert (minutes.tolist(), position.tolist()) == ([[30.0]], [[1]])


def test_minutes_between_facilities_run_to_the_host():
    network = ring().networks["drive"]
    at = [(250, 0), (750, 0)]
    facilities = gpd.GeoDataFrame(index=["A", "B"], geometry=gpd.points_from_xy(*zip(*at, strict=True)), crs=board.CRS)
    places = snap_points(network, at, access_kmh=1e9)
    ruler = replace(ring(), places={"drive": places}, facilities=facilities)
    between = ruler.between(["B"]).minutes
    assert between["B"].tolist() == [5.0, 0.0], "5 minutes ahead along the road; 35 the way back"


def test_closed_roads_are_closed_for_every_mode():
    closed = ring().closed(pd.DataFrame({"edge": [0], "start": [0.75], "stop": [0.75]}))
    assert np.isinf(closed.to_sites(["A"])).all()
    assert np.isfinite(ring().to_sites(["A"])).all()


def with_barrier(y_m: float) -> RoadRuler:
    """The chessboard with every cell and facility 450 m east and 100 m north of a crossing, and a river at `y_m`."""
    place = the_board().surveyed
    moved = {"geometry": lambda frame: frame.geometry.translate(450, 100)}
    x, y = board.ORIGIN
    river = gpd.GeoDataFrame(
        {"name": ["江"]}, geometry=[shapely.LineString([(x, y + y_m), (x + 6000, y + y_m)])], crs=board.CRS
    )
    layers = replace(place.layers, cells=place.layers.cells.assign(**moved), barriers=river)
    facilities = place.layers.facilities.assign(**moved)
    ruler, _ = make_ruler(layers, place.case, facilities)
    assert isinstance(ruler, RoadRuler)
    return ruler


def test_nobody_reaches_a_road_across_a_barrier():
    """The road to the south is 100 m away; with a river 50 m south of row 0's cells, the next road is 450 m to the west.

    East of the last column there is no road to the south.
    """
    surveyed = the_board().surveyed.layers
    ruler = with_barrier(550.0)
    for mode in ("drive", "walk"):
        for snaps, homes in (
            (ruler.cells[mode], surveyed.cells["unit_id"]),
            (ruler.places[mode], surveyed.facilities["unit_id"]),
        ):
            told = {unit: round(metres) for unit, metres in zip(homes, snaps.distance_m, strict=True) if unit[2] < "5"}
            assert told == {unit: 450 if unit[1] == "0" else 100 for unit in told}


def test_far_from_any_road_is_told():
    place = the_board().surveyed
    away = place.layers.cells.geometry.translate(0, 30_000)
    _, notes = make_ruler(
        replace(place.layers, cells=place.layers.cells.assign(geometry=away)), place.case, place.layers.facilities
    )
    (told,) = notes
    assert (told.field, "24,000" in told.found.en) == ("roads", True)


def test_a_given_table_is_read_by_the_unit_of_cell_and_facility():
    place = the_board().surveyed
    table = pd.DataFrame({"H2": [2.0, 4.0], "H1": [1.0, 3.0]}, index=["u00", "u01"])
    ruler = TableRuler(replace(place.layers, travel_table=table), place.layers.facilities)
    cells = list(place.layers.cells["unit_id"])
    minutes = ruler.to_sites(["H1", "H2"])
    assert minutes[cells.index("u00")].tolist() == [1.0, 2.0]
    assert minutes[cells.index("u01")].tolist() == [3.0, 4.0]
    assert np.isinf(minutes[cells.index("u05")]).all()
    between = ruler.between(["H1", "H2"]).minutes
    assert between.loc["C0"].tolist() == [1.0, 2.0]
    assert between.loc["H1"].tolist() == [0.0, 4.0], "H1 stands in u01, and is no way from itself"
    assert ruler.nearest(["H1"], "walk") is None
    assert ruler.nearest(["H1", "H2"], "drive", n=2)[1][cells.index("u00")].tolist() == [0, 1]


def test_straight_lines_have_a_speed_a_mode():
    place = the_board().surveyed
    rules = place.case.travel.model_copy(update={"straight_line_kmh": 30.0, "walk_kmh": 5.0, "detour_factor": 1.2})
    ruler = StraightRuler(place.layers, place.layers.facilities, rules)
    row = list(place.layers.cells["unit_id"]).index("u03")
    assert ruler.to_sites(["H1"])[row, 0] == pytest.approx(np.hypot(2, 0) * 1.2 * 2)
    assert ruler.nearest(["H1"], "walk")[0][row, 0] == pytest.approx(2 * 1.2 * 12)


def test_each_mode_goes_by_the_keys_of_the_case():
    """The board at 60 km/h: peak 0.85 of it unless stated, an ambulance 1.25 of it, an e-bike 20; delays and limits go along."""
    place = the_board()
    layers, case = place.surveyed.layers, place.case

    def kmh(mode: str, **keys: object) -> tuple[str, float, float]:
        network = make_network(layers.roads, case.changed(travel=keys).travel, mode)
        rules = network.priced.rules
        return rules.mode, rules.table()["residential"], rules.junction_delay_s

    assert kmh("drive") == ("drive", 60.0, 0.0)
    assert kmh("drive", junction_delay_s=5) == ("drive", 60.0, 5.0)
    assert kmh("drive", period="peak", junction_delay_s=5) == ("drive_peak", 51.0, 5.0)
    stated = {"peak_kmh": {"residential": 33}, "peak_junction_delay_s": 9}
    assert kmh("drive", period="peak", **stated) == ("drive_peak", 33.0, 9.0)
    assert kmh("ambulance", emergency_by="ambulance") == ("ambulance", 75.0, 0.0)
    assert kmh("walk", primary_by="ebike", junction_delay_s=5) == ("ebike", 20.0, 0.0)
    assert kmh("walk") == ("walk", 4.8, 0.0)
    assert modes_of(case.travel) == ("drive", "walk")
    assert modes_of(case.changed(travel={"emergency_by": "ambulance"}).travel) == ("drive", "walk", "ambulance")
