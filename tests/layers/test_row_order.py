"""The order of rows in the files changes nothing: layers are put in an order of their own right after reading."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridplan.layers.row_order import in_order
from tests.reliability import rows


@pytest.mark.parametrize("city", ["chessboard", pytest.param("districts and points", marks=pytest.mark.long)])
def test_shuffled_rows_give_the_same_bytes(city, tmp_path):
    """Every kind of layer, squares that lap over each other, and units built of districts; for real cities `reliability rows`."""
    case = rows.WRITTEN[city](tmp_path / "city")
    other = rows.shuffled(case.parent, tmp_path / "shuffled", seed=3)
    files = [path for path in sorted(case.parent.iterdir()) if path.suffix in (".csv", ".gpkg")]
    assert len([path for path in files if path.read_bytes() != (other.parent / path.name).read_bytes()]) >= 4
    one, two = rows.save_without_hashes(case, tmp_path / "one"), rows.save_without_hashes(other, tmp_path / "two")
    assert {"proposal.json", "proposal.gpkg", "cells.parquet", "tables.xlsx", "map.html"} <= set(one)
    assert [name for name in sorted(one | two) if one.get(name) != two.get(name)] == []


@pytest.mark.parametrize("seed", range(3))
def test_rows_without_an_id_go_by_their_values(seed):
    """Points at one place with other people, twice the same row, and a hole."""
    points = gpd.points_from_xy([2, 1, 1, 1], [0, 0, 0, 0])
    frame = gpd.GeoDataFrame({"people": [1.0, np.nan, 2.0, 2.0]}, geometry=points)
    ordered = in_order(frame.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(ordered, in_order(frame))
    assert ordered.index.tolist() == [0, 1, 2, 3]
