"""Minutes without a car on the chessboard, by hand and by another program."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from gridplan.case.case import read_case
from gridplan.ground.access.minutes import TravelTimes, measure_travel
from gridplan.ground.units import complete_units
from gridplan.layers.layers import read_layers
from gridplan.pipeline import assess, plan
from gridplan.proposal.proposal import Proposal
from tests import board
from tests.layers.test_buses import HEADER, stop

CASE = board.CASE.replace(
    "[travel]", '[layers.buses]\npath = "buses.csv"\ncrs = "EPSG:4549"\n[travel]\nbus_limit_min = 30'
)
WALK = 12.5
"""Minutes on foot a square."""


def city(folder: Path, table: str, case: str = CASE) -> Path:
    path = board.write_board(folder, case=case)
    (folder / "buses.csv").write_text(HEADER + table, encoding="utf-8")
    return path


def measured(
    folder: Path, table: str, sites: list[str], case: str = CASE
) -> tuple[TravelTimes, dict[str, float], dict[str, float]]:
    read = read_case(city(folder, table, case))
    layers = complete_units(read_layers(read), read)
    times = measure_travel(layers, read, sites, what_if=False)
    units = layers.cells["unit_id"]
    return times, *(dict(zip(units, frame[sites[0]].round(3), strict=True)) for frame in (times.on_foot, times.by_bus))


LINE = stop("1路", "1", "u05", "6", "10") + stop("1路", "2", "u02", "4") + stop("1路", "3", "u00", "")


def test_one_waits_half_a_headway_rides_and_walks_the_rest(tmp_path: Path) -> None:
    """To H1 in u01: from u05 wait 5, ride 6 to u02, walk 12.5 = 23.5 instead of 50; u15 walks to u05 first; u02 and u03 walk.

    The bus runs west only: from u00 one walks.
    """
    _, on_foot, by_bus = measured(tmp_path, LINE, ["H1"])
    assert [on_foot[unit] for unit in ("u05", "u15", "u02", "u00")] == pytest.approx(
        [4 * WALK, 5 * WALK, WALK, WALK], abs=0.01
    )
    wanted = {
        "u05": 5 + 6 + WALK,
        "u15": WALK + 5 + 6 + WALK,
        "u04": WALK + 5 + 6 + WALK,
        "u03": 2 * WALK,
        "u02": WALK,
        "u00": WALK,
    }
    assert {unit: by_bus[unit] for unit in wanted} == pytest.approx(wanted, abs=0.01)
    _, _, there = measured(tmp_path / "east", LINE, ["P1"])
    assert there["u00"] == pytest.approx(5 * WALK, abs=0.01)


def test_a_change_costs_another_wait(tmp_path: Path) -> None:
    """To H2 in u24: 2路 from u05's stop north to u25 every 20 minutes in 3: 10 + 3 + 12.5; from u00 no line leads there."""
    north = stop("2路", "1", "u02", "5", "8") + stop("2路", "2", "u24", "")
    _, _, by_bus = measured(tmp_path, LINE + north, ["H2"])
    assert by_bus["u05"] == pytest.approx(min(5 + 6 + 4 + 5, 3 * WALK), abs=0.01)
    assert by_bus["u02"] == pytest.approx(4 + 5, abs=0.01)


def test_a_stop_in_the_middle_of_a_street_is_entered_where_it_is(tmp_path: Path) -> None:
    """A stop 400 m east of the middle of u05's western neighbour: its people walk 5 minutes, those of u05 7.5."""
    (x, y), (far_x, far_y) = board.centre("u04"), board.centre("u00")
    line = f"1路,1,甲,{x + 400},{y},3,10,\n1路,2,乙,{far_x + 500},{far_y},,,\n"
    _, _, by_bus = measured(tmp_path, line, ["H1"])
    assert by_bus["u04"] == pytest.approx(5 + 5 + 3 + WALK / 2, abs=0.01)
    assert by_bus["u05"] == pytest.approx(7.5 + 5 + 3 + WALK / 2, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_minutes_are_those_of_another_program(tmp_path: Path, seed: int) -> None:
    """Random lines over random stops along the streets, and networkx over a graph made anew: every square to H1."""
    rng = np.random.default_rng(seed)
    streets = [[tuple(end) for end in line.coords] for line in board.board_roads().geometry]
    graph, table = nx.DiGraph(), ""
    on_street: dict[int, list[tuple[float, tuple[float, float]]]] = {}
    for line in range(4):
        headway, aboard = int(rng.integers(4, 40)), None
        for order in range(int(rng.integers(2, 6))):
            street, metres = int(rng.integers(len(streets))), float(rng.integers(0, 11) * 100)
            (ax, ay), (bx, by) = streets[street]
            place = (ax + (bx - ax) * metres / 1000, ay + (by - ay) * metres / 1000)
            on_street.setdefault(street, []).append((metres, place))
            ride = float(rng.integers(1, 9))
            table += f"L{line},{order},s{line}{order},{place[0]},{place[1]},{ride},{headway},\n"
            here = (line, order)
            graph.add_edge(place, here, minutes=headway / 2)
            graph.add_edge(here, place, minutes=0.0)
            if aboard is not None:
                graph.add_edge(aboard[0], here, minutes=aboard[1])
            aboard = here, ride
    for number, (a, b) in enumerate(streets):
        along = sorted({(0.0, a), (1000.0, b), *on_street.get(number, [])})
        for (start, here), (end, there) in pairwise(along):
            for one, other in ((here, there), (there, here)):
                graph.add_edge(one, other, minutes=(end - start) / 80.0)
    wanted = nx.single_source_dijkstra_path_length(graph.reverse(), board.centre("u01"), weight="minutes")
    _, _, by_bus = measured(tmp_path, table, ["H1"])
    assert by_bus == pytest.approx({unit: wanted[board.centre(unit)] for unit in board.unit_ids()}, abs=0.02)


def test_buses_never_make_a_way_longer_and_without_them_nothing_is_measured(tmp_path: Path) -> None:
    times, _, _ = measured(tmp_path, LINE, ["H1", "H2"])
    assert (times.by_bus <= times.on_foot).to_numpy().all()
    plain = read_case(board.write_board(tmp_path / "none"))
    layers = complete_units(read_layers(plain), plain)
    assert measure_travel(layers, plain, ["H1"], what_if=False).by_bus.columns.empty


def test_a_stop_that_no_road_reaches_is_told_and_nobody_gets_on_there(tmp_path: Path) -> None:
    away = (
        f"1路,1,海上,{board.ORIGIN[0] - 9_000},{board.ORIGIN[1]},9,10,\n"
        + stop("1路", "2", "u05", "2")
        + stop("1路", "3", "u02", "")
    )
    times, _, by_bus = measured(tmp_path, away, ["H1"])
    assert [note.file for note in times.notes if "bus stops" in note.needed.en] == ["buses.csv"]
    assert by_bus["u05"] == pytest.approx(5 + 2 + WALK, abs=0.01)


def counted(proposal: Proposal) -> list[tuple[float, ...]]:
    table = proposal.annexes["bus_reach"]
    return list(
        table[["residents", "on_foot", "by_bus", "car_only", "bus_not_car", "neither"]].itertuples(
            index=False, name=None
        )
    )


def test_the_annex_counts_who_needs_a_car(tmp_path: Path) -> None:
    """West to H1, east to H2, within 30 minutes on foot (two squares) and by car (everybody here, whatever the limit by car of the case).

    West: 12 squares, of which u30, u31 is 3 off; on foot (two squares): u00, u01, u02, u10, u11, u12, u20 (3: no), u21.
    """
    case = read_case(city(tmp_path, LINE)).changed(travel={"limit_min": 2})
    given = tmp_path / "given.csv"
    given.write_text(
        "unit_id,lead_id\n" + "\n".join(f"{u},{lead}" for u, lead in board.WEST_EAST.items()), encoding="utf-8"
    )
    proposal = assess(case, given)

    def squares(unit: str, home: str) -> int:
        return abs(int(unit[1]) - int(home[1])) + abs(int(unit[2]) - int(home[2]))

    near = {unit: squares(unit, "u01" if lead == "H1" else "u24") for unit, lead in board.WEST_EAST.items()}
    walks = sum(distance <= 2 for distance in near.values())
    *_, whole = counted(proposal)
    assert whole == (24_000, 1_000 * walks, 0, 1_000 * (24 - walks), 0, 0)
    proposal.save(tmp_path / "out")
    from gridplan.proposal.files import read_proposal

    assert counted(read_proposal(tmp_path / "out")) == counted(proposal)


def test_a_bus_takes_those_whom_no_car_brings_in_time(tmp_path: Path) -> None:
    """One grid for all, led by H1 in u01, within 3 minutes: by car 3 squares; a bus every 2 minutes takes those of u05 in one, and they walk nowhere."""
    line = stop("1路", "1", "u05", "1", "2") + stop("1路", "2", "u01", "")
    changed = {"limit_min": 9, "bus_limit_min": 3}
    case = read_case(city(tmp_path, line)).changed(grids={"k": 1, "required_leads": ["H1"]}, travel=changed)
    proposal = plan(case)
    (grid, whole) = counted(proposal)
    assert grid == whole
    residents, on_foot, by_bus, car_only, bus_not_car, neither = whole
    assert (residents, by_bus, bus_not_car) == (24_000, 1_000, 1_000)
    assert on_foot + by_bus + car_only + neither == residents
    assert [
        said.en
        for said in proposal.provenance.modelled
        if said.en.startswith("Buses count by their headways (buses.csv)")
    ]
