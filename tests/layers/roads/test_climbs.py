"""Roads over hills: times up and down by hand, bridges and tunnels straight, and what is told of heights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from gridplan.case.case import Case, read_case
from gridplan.ground.access.minutes import measure_travel
from gridplan.ground.units import complete_units
from gridplan.intake.input_check import check_inputs
from gridplan.layers.layers import Layers, read_layers
from gridplan.layers.roads.climbs import climb
from gridplan.layers.roads.relief import Relief
from gridplan.words.errors import LayerError
from tests import board, hills

UP = np.exp(0.35)
"""Walkers take so many times as long up 10 %, and as long as on the level down 10 % (Tobler: as far above 5 % downhill as below)."""


class Formula(Relief):
    """Heights that a formula gives, in steps of 30 m."""

    def __init__(self, height: hills.Height) -> None:
        object.__setattr__(self, "cell_m", 30.0)
        object.__setattr__(self, "height", height)

    def at(self, xy: Any) -> Any:
        return np.asarray(self.height(xy[:, 0], xy[:, 1]), float)


def chain(*kinds: str, each_m: float = 300.0) -> gpd.GeoDataFrame:
    """Roads in a row to the east from (0, 0): "road", "bridge", "tunnel" or "ferry" each."""
    lines = [shapely.LineString([(each_m * i, 0), (each_m * (i + 1), 0)]) for i in range(len(kinds))]
    told = {name: [kind == name for kind in kinds] for name in ("bridge", "tunnel")}
    classes = ["ferry" if kind == "ferry" else "residential" for kind in kinds]
    ends = {"tail": range(len(kinds)), "head": range(1, len(kinds) + 1)}
    return gpd.GeoDataFrame({**ends, "road_class": classes, **told}, geometry=lines, crs=board.CRS)


def slopes(roads: gpd.GeoDataFrame, height: hills.Height) -> list[float]:
    """The steepest slope of each road along its line, signed."""
    pieces = climb(roads, Formula(height))
    rows = [pieces.slope[pieces.owner == row] for row in range(len(roads))]
    return [float(row[np.argmax(np.abs(row))]) for row in rows]


def valley(x: Any, y: Any) -> Any:
    """A plateau at 100 m, rising by 1 %, with a gorge of 80 m between 300 and 900 m east."""
    return 100.0 + 0.01 * x - np.where((x > 300) & (x < 900), 80.0, 0.0)


def test_bridges_go_straight_over_a_valley_whatever_the_ground_does_below():
    """Two spans of one bridge with a joint in mid-air: both rise by 1 %, as the plateau does."""
    assert slopes(chain("road", "bridge", "bridge", "road"), valley) == pytest.approx([0.01] * 4)
    assert slopes(chain("road", "tunnel", "tunnel", "road"), valley) == pytest.approx([0.01] * 4)
    down, up = slopes(chain("road", "road", "road", "road"), valley)[1:3]
    assert (down < -0.5, up > 0.5) == (True, True)


def test_a_long_line_with_a_bridge_somewhere_climbs_its_hill():
    """6 km flagged as a bridge over a hill of 200 m, as a tunnel through a valley of 200 m: roads; the other way round straight, and short ones too."""

    def hill(x: Any, y: Any) -> Any:
        return 300.0 - np.abs(x - 3_000.0) / 15

    def hollow(x: Any, y: Any) -> Any:
        return -hill(x, y)

    for kind, through, clear in (("bridge", hill, hollow), ("tunnel", hollow, hill)):
        (steepest,) = slopes(chain(kind, each_m=6_000.0), through)
        assert abs(steepest) == pytest.approx(1 / 15)
        ends = chain("road", kind, "road", each_m=6_000.0)
        assert slopes(ends, lambda x, y, clear=clear: clear(x - 6_000.0, y))[1] == pytest.approx(0.0)
    assert slopes(chain("road", "bridge", "road", each_m=1_900.0), lambda x, y: hill(x + 150.0, y))[1] == pytest.approx(
        0.0, abs=1e-9
    )


def test_a_bridge_without_ground_and_a_ferry_are_level():
    assert slopes(chain("bridge"), valley) == [0.0]
    assert slopes(chain("ferry"), lambda x, y: x) == [0.0]


def test_a_long_road_over_a_hill_climbs_though_both_ends_are_as_high():
    """1 km with a ridge of 50 m in its middle: 10 % up, 10 % down."""
    pieces = climb(chain("road", each_m=1_000.0), Formula(lambda x, y: 50 - 0.1 * np.abs(x - 500)))
    assert pieces.slope.max() == pytest.approx(0.1)
    assert pieces.slope.min() == pytest.approx(-0.1)
    assert pieces.length_m.sum() == pytest.approx(1_000)


def on_hills(folder: Path, height: hills.Height, case: str = hills.CASE, **options: Any) -> tuple[Case, Layers]:
    path = board.write_board(folder, case=case)
    hills.write_heights(folder / "dem.tif", height, **options)
    read = read_case(path)
    return read, complete_units(read_layers(read), read)


def by_foot(layers: Layers, case: Case) -> dict[str, float]:
    times = measure_travel(layers, case, ["H1"], what_if=False)
    return dict(zip(layers.cells["unit_id"], times.nearest_walk["primary"].round(4), strict=True))


def test_walkers_choose_the_way_down_and_cars_do_not_mind(tmp_path: Path):
    """u01 lies between the health centres of u00, downhill, and u02, uphill: 12.5 minutes, as on the level. Minutes by car stay."""
    flat_case, flat = on_hills(tmp_path / "flat", lambda x, y: 50.0 + 0 * x + 0 * y)
    case, layers = on_hills(tmp_path / "hill", hills.rising_east)
    assert by_foot(layers, case)["u01"] == pytest.approx(by_foot(flat, flat_case)["u01"], abs=1e-3) == 12.5
    cars = [measure_travel(*each, ["H1"], what_if=False).cell_minutes for each in ((flat, flat_case), (layers, case))]
    assert np.array_equal(*cars)


def test_the_way_up_is_longer_by_hand(tmp_path: Path):
    """Only the health centre of u34 is left: u30 climbs four squares of 12.5 x exp(0.35) minutes, u35 goes down one of 12.5."""
    facilities = board.board_facilities()
    kept = facilities[(facilities["kind"] != "chc") | (facilities["facility_id"] == "C5")]
    path = board.write_board(tmp_path, facilities=kept, case=hills.CASE)
    hills.write_heights(tmp_path / "dem.tif", hills.rising_east)
    case = read_case(path)
    found = by_foot(complete_units(read_layers(case), case), case)
    assert found["u30"] == pytest.approx(4 * 12.5 * UP, rel=1e-3)
    assert found["u35"] == pytest.approx(12.5, rel=1e-3)
    assert found["u04"] == pytest.approx(3 * 12.5, rel=1e-3)
    cycled = by_foot(complete_units(read_layers(case), case), case.changed(travel={"primary_by": "bike"}))
    assert cycled["u30"] == pytest.approx(4 * 60 / 14 / (1 - 0.6659), rel=1e-3)
    assert cycled["u35"] == pytest.approx(60 / 14 / (1 + 0.3958), rel=1e-3)


def rolling(x: Any, y: Any) -> Any:
    """Hills of 80 m, 2.5 km from top to top."""
    return 200 + 40 * np.sin((x - hills.WEST) / 400) + 40 * np.cos((y - hills.SOUTH) / 400)


def test_minutes_over_rolling_hills_are_those_of_another_program(tmp_path: Path):
    """Heights from the formula itself every metre, Tobler typed anew, networkx: the nearest health centre of each square."""
    case, layers = on_hills(tmp_path, rolling)
    found = by_foot(layers, case)
    graph = nx.DiGraph()
    for line in board.board_roads().geometry:
        (ax, ay), (bx, by) = line.coords
        share = np.linspace(0, 1, 1_001)
        height = rolling(ax + share * (bx - ax), ay + share * (by - ay))
        for here, there, way in (((ax, ay), (bx, by), 1), ((bx, by), (ax, ay), -1)):
            grade = way * np.diff(height)
            kmh = 4.8 * np.exp(-3.5 * np.abs(grade + 0.05)) / np.exp(-3.5 * 0.05)
            graph.add_edge(here, there, minutes=float((0.06 / kmh).sum()))
    centres = {board.centre(unit) for unit in ("u00", "u02", "u04", "u20", "u22", "u34")}
    wanted = nx.multi_source_dijkstra_path_length(graph.reverse(), centres, weight="minutes")
    for unit in board.unit_ids():
        assert found[unit] == pytest.approx(wanted[board.centre(unit)], rel=0.003, abs=0.01)
    assert max(wanted.values()) > 1.05 * 12.5


def test_steps_and_alpine_paths_count_their_climb_once(tmp_path: Path):
    """Up 10 % on steps: 1 / 0.4 of the level, not 1.42 / 0.4; up 35 % the slope counts, exp(1.225) = 3.4 times."""
    from gridplan.travel.pricing import RoadRules, price_roads
    from tests.travel.test_pricing import roads

    frame = roads((0, 1), (1, 2), (2, 3), road_class=["steps", "steps", "residential"])
    steep = np.array([UP, np.exp(3.5 * 0.35), UP])
    priced = price_roads(frame.assign(walk_along=steep, walk_against=[1.0, 1.0, 1.0]), RoadRules("walk"))
    assert priced.forward / 60_000 == pytest.approx([12.5 / 0.4, 12.5 * np.exp(1.225), 12.5 * UP], rel=1e-4)
    assert priced.backward / 60_000 == pytest.approx([12.5 / 0.4, 12.5 / 0.4, 12.5], rel=1e-4)
    for mode in ("drive", "ebike", "ambulance"):
        flat, climbed = (
            price_roads(each, RoadRules(mode)) for each in (frame, frame.assign(walk_along=steep, bike_along=steep))
        )
        assert np.array_equal(flat.forward, climbed.forward)


def told(folder: Path, severity: str) -> list[tuple[str, str, str]]:
    checked = check_inputs(folder / "case.toml")
    return [(p.file, p.field, p.found.en) for p in checked.problems if p.severity == severity]


def test_check_tells_how_much_of_the_roads_has_heights_and_how_steep_they_are(tmp_path: Path):
    """West of 2.5 km no data: of 38 roads of 1 km, 14 lie there. All roads to the east climb 10 %."""

    def half(x: Any, y: Any) -> Any:
        return np.where(x + 0 * y < hills.WEST + 2_500, -32768, hills.rising_east(x, y))

    on_hills(tmp_path, half, nodata=-32768)
    checked = check_inputs(tmp_path / "case.toml", language="en")
    assert checked.ready is not None
    (account,) = [account for account in checked.totals if account.subject.key == "road_heights"]
    assert account.held == pytest.approx(38.0)
    assert account.used == pytest.approx(24.0, abs=0.4)
    assert account.unexplained == pytest.approx(0.0)
    assert checked.roads is not None
    assert "the steepest is 10.0 %" in checked.roads.en.replace("10.0%", "10.0 %")
    ((_, _, found),) = [row for row in told(tmp_path, "warning") if row[0] == "dem.tif"]
    assert "of the roads (14 km) without any" in found


def test_heights_that_no_road_reaches_or_that_cannot_be_read_are_errors(tmp_path: Path):
    def nowhere(x: Any, y: Any) -> Any:
        return np.full(np.broadcast(x, y).shape, -32768.0)

    with pytest.raises(LayerError, match="without any"):
        on_hills(tmp_path / "a", nowhere, nodata=-32768)
    path = board.write_board(tmp_path / "b", case=hills.CASE)
    with pytest.raises(LayerError, match="no such file"):
        read_layers(read_case(path))
    (tmp_path / "b" / "dem.tif").write_bytes(b"no raster at all")
    with pytest.raises(LayerError, match=r"dem\.tif"):
        read_layers(read_case(path))


def test_heights_in_feet_that_nobody_mentioned_are_doubted(tmp_path: Path):
    """10 % in metres is 33 % in feet: no town has such streets throughout."""
    on_hills(tmp_path, lambda x, y: hills.rising_east(x, y) / 0.3048)
    ((_, field, found),) = [row for row in told(tmp_path, "warning") if row[0] == "dem.tif"]
    assert (field, "steeper than 15 %" in found) == ("unit", True)


def test_a_plan_says_that_slopes_count_and_hashes_the_heights(tmp_path: Path):
    from gridplan.pipeline import plan

    case, _ = on_hills(tmp_path, hills.rising_east)
    provenance = plan(case).provenance
    assert "dem.tif" in provenance.input_hashes
    assert [said.en for said in provenance.modelled if "Tobler 1993" in said.en]


def test_heights_that_change_no_minutes_are_told(tmp_path: Path):
    path = board.write_board(tmp_path, case=hills.CASE)
    hills.write_heights(tmp_path / "dem.tif", hills.rising_east)
    case = read_case(path)
    for by, told in (("walk", 0), ("ebike", 1)):
        problems = read_layers(case.changed(travel={"primary_by": by})).problems
        assert sum("Heights change nothing" in problem.remedy.en for problem in problems) == told
