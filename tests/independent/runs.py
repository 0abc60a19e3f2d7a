"""Runs of the command line in processes of their own, and their output files read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from tests.independent.cities import City, data_folder, read_binhai, read_wuhan

ONLY_BINHAI = pytest.mark.parametrize("city", ["binhai"], indirect=True)
ONLY_WUHAN = pytest.mark.parametrize("city", [pytest.param("wuhan", marks=pytest.mark.shared_data)], indirect=True)
READERS = {"binhai": read_binhai, "wuhan": read_wuhan}
MADE, LONGEST_S = "made", 900
_made: dict[str, object] = {}


def gridplan(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line and return what it did; only exit status 0 and 1 are a result."""
    done = _run(*words, cwd=cwd)
    assert done.returncode in (0, 1), f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done


def failing(*words: str | Path, cwd: Path) -> str:
    """Run the command line where it has to refuse: exit status 2, in words; return them."""
    done = _run(*words, cwd=cwd)
    assert done.returncode == 2, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stderr


def _run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GRIDPLAN_DATA": str(data_folder())}
    command = [sys.executable, "-m", "gridplan.cli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


@dataclass(frozen=True)
class Output:
    """A proposal folder, as any GIS or spreadsheet reader sees it."""

    folder: Path

    @cached_property
    def tree(self) -> dict:
        """proposal.json."""
        return json.loads((self.folder / "proposal.json").read_text(encoding="utf-8"))

    @cached_property
    def assignment(self) -> pd.DataFrame:
        """assignment.csv, every cell as text."""
        return pd.read_csv(self.folder / "assignment.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)

    def layer(self, name: str) -> gpd.GeoDataFrame | pd.DataFrame:
        """Return one layer or table of the GeoPackage."""
        return _layer(self.folder / "proposal.gpkg", name)

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Units, index unit_id."""
        return self.layer("units").set_index("unit_id")

    @cached_property
    def grids(self) -> gpd.GeoDataFrame:
        """Grids, index grid_id."""
        return self.layer("grids").set_index("grid_id")

    @cached_property
    def facilities(self) -> gpd.GeoDataFrame:
        """Facilities, index facility_id."""
        return self.layer("facilities").set_index("facility_id")

    @cached_property
    def minutes(self) -> pd.DataFrame:
        """Minutes, unit x lead; empty (NaN) where unreachable."""
        return self.layer("minutes").pivot(index="unit_id", columns="lead_id", values="minutes")

    @cached_property
    def share_within(self) -> pd.DataFrame:
        """Share of each unit's people within the limit of each lead."""
        return self.layer("minutes").pivot(index="unit_id", columns="lead_id", values="share_within")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Findings of proposal.json."""
        return pd.DataFrame(self.tree["findings"])

    @property
    def rules(self) -> dict:
        """The resolved case."""
        return self.tree["case"]


def _layer(path: Path, name: str):
    kinds = dict(pyogrio.list_layers(path))
    frame = pyogrio.read_dataframe(path, layer=name, read_geometry=kinds[name] is not None)
    text = [column for column in frame.columns if column != "geometry" and frame[column].dtype.kind not in "iufb"]
    return frame.assign(**{column: frame[column].fillna("").astype(object) for column in text})


def raw(name: str) -> City:
    """The raw layers of a city, read once a session."""
    return once(f"raw {name}", READERS[name])


def planned(name: str, tmp_path_factory) -> Output:
    """The proposal of a city, made once a run by `gridplan plan`, whichever of the test processes needs it first."""

    def make() -> Output:
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
        folder = shared / f"planned-{name}"
        try:
            folder.mkdir()
        except FileExistsError:
            _wait_for(folder / MADE)
        else:
            try:
                gridplan("plan", raw(name).case, "-o", folder / "proposal", cwd=folder)
            finally:
                (folder / MADE).touch()
        return Output(folder / "proposal")

    return once(f"planned {name}", make)


def _wait_for(mark: Path) -> None:
    until = time.monotonic() + LONGEST_S
    while not mark.exists():
        assert time.monotonic() < until, f"nobody made {mark.parent.name}"
        time.sleep(0.1)


def once(key: str, make):
    if key not in _made:
        _made[key] = make()
    return _made[key]
