"""The order of rows in the files changes nothing: layers are put in an order of their own right after reading."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.layers.row_order import in_order
from gridplan.pipeline import plan


def shuffled(source: Path, target: Path, seed: int) -> Path:
    """Copy a city with the rows of every layer in another order; return its case."""
    shutil.copytree(source, target)
    for path in target.iterdir():
        if path.suffix == ".csv":
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            table.sample(frac=1, random_state=seed).to_csv(path, index=False)
        if path.suffix == ".gpkg":
            layer = gpd.read_file(path).sample(frac=1, random_state=seed)
            path.unlink()
            layer.to_file(path)
    return target / "case.toml"


def saved(case: Path, folder: Path) -> dict[str, bytes]:
    """Files of the proposal; the hashes of the inputs, which tell files with other bytes apart, are left out."""
    proposal = plan(read_case(case))
    proposal = replace(proposal, provenance=replace(proposal.provenance, input_hashes={}))
    return {path.name: path.read_bytes() for path in proposal.save(folder).iterdir() if path.name != "run.log"}


def test_shuffled_rows_give_the_same_bytes(board_case, tmp_path):
    other = shuffled(board_case.parent, tmp_path / "city", seed=3)
    one, two = saved(board_case, tmp_path / "one"), saved(other, tmp_path / "two")
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
