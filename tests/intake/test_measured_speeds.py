"""Measured trips become text for the case, from the files to the terminal."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.measured_speeds import measure_speeds
from gridplan.intake.speed_report import case_text
from gridplan.words.errors import LayerError
from tests import board

TRIPS = '\n[layers.trips]\npath = "trips.csv"\ncrs = "EPSG:4549"\n'


def write_trips(folder: Path, *, kmh: dict[str, float], n: int = 80, shuffle: bool = False) -> Path:
    """A board whose case says 60 km/h, and trips along its streets at other speeds by period, with five per cent of noise."""
    case = board.write_board(folder, case=board.CASE + TRIPS)
    rng = np.random.default_rng(3)
    rows = []
    for period, speed in kmh.items():
        squares = rng.integers(0, (board.COLUMNS, board.ROWS), (n, 2, 2))
        ends = np.array(board.ORIGIN) + (squares + 0.5) * board.SIDE_M
        km = np.abs(ends[:, 0] - ends[:, 1]).sum(axis=1) / 1000
        minutes = km / speed * 60 * np.exp(rng.normal(0, 0.05, n))
        minutes = rng.permutation(minutes) if shuffle else minutes
        rows += [[*start, *end, spent, period] for (start, end), spent in zip(ends, minutes, strict=True)]
    names = ["from_lon", "from_lat", "to_lon", "to_lat", "minutes", "period"]
    pd.DataFrame(rows, columns=names).to_csv(folder / "trips.csv", index=False)
    return case


def test_speeds_of_both_periods_are_proposed_and_the_case_takes_them(tmp_path: Path) -> None:
    """45 km/h off-peak and 30 at peak, from the command to the keys; the case file is not touched, and reads with them.

    The case says 60 off-peak and nothing of the peak, whose speeds then are 0.85 times as much: 51.
    """
    case = write_trips(tmp_path, kmh={"off_peak": 45, "peak": 30})
    before = case.read_bytes()
    run = CliRunner().invoke(app, ["calibrate", str(case), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert "held out" in run.stdout
    assert case.read_bytes() == before
    keys = tomllib.loads((tmp_path / "out" / "speeds.toml").read_text(encoding="utf-8"))["travel"]
    assert keys["drive_kmh"]["residential"] == pytest.approx(45, rel=0.02)
    assert keys["peak_kmh"]["residential"] == pytest.approx(30, rel=0.02)
    assert keys["speeds_from"].startswith("measured: ")
    changed = read_case(case).changed(travel=keys)
    assert changed.travel.speeds_from == keys["speeds_from"]
    trips = pd.read_csv(tmp_path / "out" / "trips.csv")
    used = trips[trips["part"].isin(["fit", "held_out"])]
    assert set(trips["part"]) <= {"fit", "held_out", "short"}
    assert (used["after"] / used["minutes"]).median() == pytest.approx(1.0, abs=0.03)
    assert (used["before"] / used["minutes"])[used["period"] == "peak"].median() == pytest.approx(30 / 51, abs=0.03)


def test_shuffled_trips_leave_the_speeds_as_they_are(tmp_path: Path) -> None:
    measured = measure_speeds(read_case(write_trips(tmp_path, kmh={"off_peak": 45}, shuffle=True)))
    assert not measured.gains
    assert tomllib.loads(case_text(measured)) == {}


def test_too_few_trips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="40"):
        measure_speeds(read_case(write_trips(tmp_path, kmh={"off_peak": 45}, n=20)))


def test_speeds_say_nothing_where_minutes_are_given(tmp_path: Path) -> None:
    case = read_case(write_trips(tmp_path, kmh={"off_peak": 45})).changed(travel={"source": "straight_line"})
    with pytest.raises(LayerError, match=r"travel\.source"):
        measure_speeds(case)
