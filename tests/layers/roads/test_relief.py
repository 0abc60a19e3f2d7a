"""Heights from rasters as planners have them: other CRS, no data, feet, nonsense, too coarse, too fine, elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio import Affine

from gridplan.case.sources import ElevationSource
from gridplan.layers.files.reading import Reading
from gridplan.layers.roads.relief import FINEST_M, Relief, read_relief
from tests import board, hills

BOUNDS = (hills.WEST, hills.SOUTH, hills.WEST + 6_000, hills.SOUTH + 4_000)
PLACES = np.array([(hills.WEST + x, hills.SOUTH + y) for x, y in ((100, 100), (2_345, 1_234), (5_990, 3_990))])


def read(path: Path, bounds: Any = BOUNDS, **keys: Any) -> tuple[Relief | None, list[tuple[str, str, str]]]:
    """The relief, and what was told: severity, field and what was found."""
    reading = Reading(ElevationSource(path=path.name, **keys), path)
    relief = read_relief(reading, bounds, board.CRS)
    return relief, [(told.severity, told.field, told.found.en) for told in reading.problems]


def test_heights_are_those_of_the_place_between_the_middles_of_cells(tmp_path: Path):
    relief, told = read(hills.write_heights(tmp_path / "dem.tif", hills.rising_east))
    assert relief is not None
    assert relief.at(PLACES) == pytest.approx(hills.rising_east(*PLACES.T), abs=0.01)
    assert (told, relief.cell_m) == ([], pytest.approx(30.0))


def test_a_place_outside_the_raster_has_no_height(tmp_path: Path):
    relief, _ = read(hills.write_heights(tmp_path / "dem.tif", hills.rising_east))
    assert relief is not None
    assert np.isnan(relief.at(np.array([(hills.WEST - 9_000, hills.SOUTH), (hills.WEST, hills.SOUTH + 9_000)]))).all()


def test_a_raster_in_another_crs_is_read_at_the_same_places(tmp_path: Path):
    """Cells of one second are 25 by 31 m here: the shorter side counts."""
    relief, told = read(hills.write_heights_in_degrees(tmp_path / "dem.tif", hills.rising_east))
    assert relief is not None
    assert relief.at(PLACES) == pytest.approx(hills.rising_east(*PLACES.T), abs=0.05)
    assert told == []
    assert 23 < relief.cell_m < 27


def test_a_raster_from_south_to_north_is_read_at_the_same_places(tmp_path: Path):
    def tilted(x: Any, y: Any) -> Any:
        return 100 + 0.02 * (x - hills.WEST) + 0.05 * (y - hills.SOUTH)

    x = hills.WEST - 500 + (np.arange(250) + 0.5) * 30
    y = hills.SOUTH - 500 + (np.arange(200) + 0.5) * 30
    grid = tilted(x[None, :], y[:, None])
    upwards = Affine(30, 0, hills.WEST - 500, 0, 30, hills.SOUTH - 500)
    path = hills.write_raster(tmp_path / "dem.tif", grid, upwards, board.CRS)
    relief, _ = read(path)
    assert relief is not None
    assert relief.at(PLACES) == pytest.approx(tilted(*PLACES.T), abs=0.01)


def test_feet_are_metres_where_the_file_or_the_case_says_so(tmp_path: Path):
    def feet(x: Any, y: Any) -> Any:
        return hills.rising_east(x, y) / 0.3048

    said = hills.write_heights(tmp_path / "said.tif", feet, unit="feet")
    unsaid = hills.write_heights(tmp_path / "unsaid.tif", feet)
    wanted = pytest.approx(hills.rising_east(*PLACES.T), abs=0.02)
    for path, keys, told in (
        (said, {}, [("repair", "unit", "feet, as the file says")]),
        (unsaid, {"unit": "ft"}, []),
    ):
        relief, found = read(path, **keys)
        assert relief is not None
        assert (relief.at(PLACES), found) == (wanted, told)
    assert read(said, unit="m")[0].at(PLACES) == pytest.approx(feet(*PLACES.T), abs=0.02)


def test_no_data_and_nonsense_are_no_heights_and_nonsense_is_told(tmp_path: Path):
    """West of 1 km no data; between 1 and 2 km -9999 that nobody marked: neither has a height, the first in silence."""

    def holed(x: Any, y: Any) -> Any:
        east = x - hills.WEST + 0 * y
        return np.where(east < 1_000, -32768, np.where(east < 2_000, -9_999, 100 + 0 * east))

    relief, told = read(hills.write_heights(tmp_path / "dem.tif", holed, nodata=-32768))
    assert relief is not None
    at = np.array([(hills.WEST + x, hills.SOUTH + 500) for x in (500, 1_500, 2_500)])
    assert relief.at(at).tolist() == pytest.approx([np.nan, np.nan, 100.0], nan_ok=True)
    ((severity, _, found),) = told
    assert (severity, "of -9,999" in found) == ("warning", True)


@pytest.mark.parametrize(("ground", "holes"), [(300.0, True), (20.0, False)])
def test_zeros_are_no_data_where_no_other_height_is_near_0(tmp_path: Path, ground: float, holes: bool):
    """At 300 m a zero is a hole; in a town by the sea, 20 m high, it is the sea."""

    def part(x: Any, y: Any) -> Any:
        return np.where(x - hills.WEST + 0 * y < 2_000, 0.0, ground)

    relief, told = read(hills.write_heights(tmp_path / "dem.tif", part))
    assert relief is not None
    assert np.isnan(relief.at(PLACES[:1])).all() == holes
    assert len(told) == holes


def test_coarse_cells_are_told_and_fine_ones_read_no_finer_than_needed(tmp_path: Path):
    relief, told = read(hills.write_heights(tmp_path / "coarse.tif", hills.rising_east, cell_m=250.0))
    assert relief is not None
    assert [(severity, found) for severity, _, found in told] == [("warning", "cells of about 250 m")]
    assert relief.at(PLACES) == pytest.approx(hills.rising_east(*PLACES.T), abs=0.05)
    fine, told = read(hills.write_heights(tmp_path / "fine.tif", hills.rising_east, cell_m=8.0))
    assert fine is not None
    assert told == []
    assert FINEST_M <= fine.cell_m < 2 * FINEST_M
    assert fine.at(PLACES) == pytest.approx(hills.rising_east(*PLACES.T), abs=1.0)


def test_a_raster_elsewhere_or_without_a_crs_is_an_error(tmp_path: Path):
    path = hills.write_heights(tmp_path / "dem.tif", hills.rising_east)
    relief, told = read(path, (BOUNDS[0] + 1e6, BOUNDS[1], BOUNDS[2] + 1e6, BOUNDS[3]))
    assert (relief, told) == (None, [("error", "", "a raster that lies elsewhere")])
    lost = hills.write_raster(tmp_path / "lost.tif", np.ones((9, 9)), Affine(1, 0, 0, 0, -1, 9), None)
    relief, told = read(lost)
    assert relief is None
    assert [severity for severity, *_ in told] == ["error"]


def test_fine_heights_are_means_of_their_cells_and_not_one_of_them(tmp_path: Path):
    """Of cells of 8 m three by three are one of 24 m, no finer than stated; walls 9 m high on every third cell raise it by 3 m and not by 9."""
    x = hills.WEST - 500 + (np.arange(876) + 0.5) * 8
    grid = np.where(np.arange(876) % 3 == 1, 109.0, 100.0) * np.ones((627, 1))
    path = hills.write_raster(tmp_path / "dem.tif", grid, Affine(8, 0, x[0] - 4, 0, -8, hills.SOUTH + 4_500), board.CRS)
    relief, _ = read(path)
    assert relief is not None
    assert relief.cell_m == pytest.approx(24.0)
    assert relief.cell_m >= FINEST_M
    assert relief.at(PLACES) == pytest.approx(103.0, abs=0.5)


def test_overviews_beside_a_raster_do_not_count(tmp_path: Path):
    """They are no part of the hash of the file, and may be of another raster: those here lie at 5,000 m."""
    import rasterio

    x = np.arange(876)
    affine = Affine(8, 0, hills.WEST - 500, 0, -8, hills.SOUTH + 4_500)
    path = hills.write_raster(tmp_path / "dem.tif", np.full((627, len(x)), 100.0), affine, board.CRS)
    hills.write_raster(tmp_path / "high.tif", np.full((627, len(x)), 5_000.0), affine, board.CRS)
    with rasterio.Env(TIFF_USE_OVR=True), rasterio.open(tmp_path / "high.tif", "r+") as raster:
        raster.build_overviews([2, 3])
    (tmp_path / "high.tif.ovr").rename(tmp_path / "dem.tif.ovr")
    relief, _ = read(path)
    assert relief is not None
    assert relief.at(PLACES) == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("Foot_US", ("repair", "unit", "feet, as the file says")),
        ("International foot", ("repair", "unit", "feet, as the file says")),
        ("feet (US)", ("repair", "unit", "feet, as the file says")),
        ("cm", ("warning", "unit", "the unit 'cm', as the file says")),
    ],
)
def test_units_under_other_names_are_feet_or_told(tmp_path: Path, unit: str, told: tuple[str, str, str]):
    path = hills.write_heights(tmp_path / "dem.tif", hills.rising_east, unit=unit)
    assert read(path)[1] == [told]
    assert read(path, unit="m")[1] == []


def test_keys_that_heights_have_no_use_for_are_told(tmp_path: Path):
    path = hills.write_heights(tmp_path / "dem.tif", hills.rising_east)
    assert read(path, datum="gcj02")[1] == [("warning", "datum", "datum, which have no effect")]
