"""The QGIS project: opened by QGIS where it is installed; its parts fit each other everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from gridplan.outputs.exports.formats import export
from gridplan.proposal.proposal import Proposal

SCRIPT = Path(__file__).with_name("open_in_qgis.py")
PYTHON = "/usr/bin/python3"


def has_qgis() -> bool:
    asked = [PYTHON, "-c", "import qgis.core"]
    return Path(PYTHON).exists() and subprocess.run(asked, capture_output=True, env={}).returncode == 0


def opened_in_qgis(folder: Path) -> dict[str, Any]:
    """What QGIS tells of the project of a folder; it draws the first page into page.png there."""
    env = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    command = [PYTHON, SCRIPT, folder / "gridplan.qgz", folder / "page.png"]
    done = subprocess.run(command, capture_output=True, env=env, text=True, check=True, timeout=120)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.qgis
def test_qgis_opens_and_draws_it(board_proposal: Proposal, tmp_path: Path):
    """Every layer is valid, coloured by grid and labelled; the atlas has a page a grid with its lead and residents."""
    if not has_qgis():
        pytest.skip("needs QGIS")
    lines = board_proposal.units.boundary.iloc[:2].reset_index(drop=True)
    roads = gpd.GeoDataFrame({"road_class": ["primary", "ferry"]}, geometry=lines, crs=board_proposal.units.crs)
    export(replace(board_proposal, roads=roads), "qgis", target=tmp_path)
    told, picture = opened_in_qgis(tmp_path), tmp_path / "page.png"
    assert (told["opened"], told["crs"], told["pages"], told["rendered"]) == (True, "EPSG:4549", 2, True)
    layers = told["layers"]
    assert all(layer["valid"] for layer in layers.values())
    assert {key: layer["rows"] for key, layer in layers.items()}["gridplan_units"] == 24
    assert [layers[f"gridplan_{name}"]["symbols"] for name in ("grids", "units", "facilities")] == [2, 2, 1]
    assert layers["gridplan_roads"]["symbols"] == 2  # ferries and all other roads
    assert {key for key, layer in layers.items() if layer["labelled"]} == {"gridplan_grids", "gridplan_facilities"}
    assert any("市第一医院" in label and "12,000" in label for label in told["labels"])
    assert any("界线不作为划界依据" in label for label in told["labels"])
    assert picture.stat().st_size > 5_000


@pytest.mark.qgis
def test_a_page_for_the_public_has_no_residents_and_asks_for_the_map_approval(board_proposal: Proposal, tmp_path: Path):
    """An expression whose value is not there leaves nothing behind, no "NULL" and no half sentence."""
    if not has_qgis():
        pytest.skip("needs QGIS")
    export(board_proposal, "qgis", target=tmp_path, audience="public")
    told = opened_in_qgis(tmp_path)
    assert told["rendered"]
    assert "牵头医院 市第一医院　第 1 页，共 2 页" in told["labels"]
    assert any(label.startswith("审图号【待填】") for label in told["labels"])


def test_every_layer_of_the_project_stands_in_the_file_beside_it(board_proposal: Proposal, tmp_path: Path):
    export(board_proposal, "qgis", target=tmp_path)
    with zipfile.ZipFile(tmp_path / "gridplan.qgz") as archive:
        root = ET.fromstring(archive.read("gridplan.qgs"))
    layers = {layer.findtext("id"): layer.findtext("datasource") for layer in root.iter("maplayer")}
    held = {name for name, _ in pyogrio.list_layers(tmp_path / "gridplan.gpkg")}
    assert {source.partition("layername=")[2] for source in layers.values()} == held - {"layer_styles"}
    assert all(source.startswith("./gridplan.gpkg|") for source in layers.values())
    assert root.find(".//Atlas").get("coverageLayer") in layers
