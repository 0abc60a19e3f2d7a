"""Exports hold the proposal's numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest

from gridplan.outputs.exports.formats import export, export_into
from gridplan.outputs.report.report import report
from gridplan.proposal.manifest import changed_files
from gridplan.words.errors import GridplanWarning, OutputError, ProposalError


def test_geojson_is_in_degrees_with_text_ids(board_proposal, tmp_path):
    paths = export(board_proposal, "geojson", target=tmp_path)
    assert [path.name for path in paths] == ["units.geojson", "grids.geojson", "facilities.geojson"]
    tree = json.loads((tmp_path / "units.geojson").read_text(encoding="utf-8"))
    first = tree["features"][0]
    assert first["properties"]["unit_id"] == "u00"
    lon, lat = first["geometry"]["coordinates"][0][0]
    assert 119 < lon < 121
    assert 35 < lat < 36
    assert len(str(lon).split(".")[1]) <= 6


def test_geoparquet_reads_back_with_crs_and_numbers(board_proposal, tmp_path):
    export(board_proposal, "GeoParquet", target=tmp_path)
    grids = gpd.read_parquet(tmp_path / "grids.parquet")
    assert grids.crs == board_proposal.units.crs
    assert grids["population"].sum() == pytest.approx(24_000)


def test_an_unknown_format_is_told_with_the_known_ones(board_proposal, tmp_path):
    with pytest.raises(ProposalError) as caught:
        export(board_proposal, "pdf", target=tmp_path)
    assert "geojson" in caught.value.render("zh")


@pytest.mark.parametrize("target", ["", "  ", "http://host/place", "postgresql://user@host/base", "plan\u202e"])
def test_what_is_no_folder_is_refused(board_proposal, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProposalError):
        export(board_proposal, "geojson", target=target)
    assert list(tmp_path.iterdir()) == []


def test_a_proposal_folder_is_not_written_into(board_proposal, tmp_path):
    """An export beside proposal.json would stay when the next plan comes, a report would take the place of its manifest."""
    folder = board_proposal.save(tmp_path / "plan")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for write in (
        lambda: export(board_proposal, "geojson", target=folder),
        lambda: export_into(folder, "geojson", folder),
        lambda: report(board_proposal, folder),
    ):
        with pytest.raises(OutputError, match=r"proposal\.gpkg"):
            write()
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_an_edited_export_of_an_earlier_proposal_is_kept_and_named(board_proposal, tmp_path):
    folder = board_proposal.save(tmp_path / "plan")
    edited, *_ = export_into(folder, "geojson")
    edited.write_text("edited", encoding="utf-8")
    with pytest.warns(GridplanWarning, match="export/units.geojson"):
        board_proposal.save(folder)
    assert [path.name for path in (folder / "export").iterdir()] == ["units.geojson"]
    assert changed_files(folder) == ()


def test_sums_of_fractions_leave_no_dust(board_proposal, tmp_path):
    """0.1 + 0.2 residents are 0.3, and not 0.30000000000000004."""
    grids = board_proposal.grids.assign(population=[218_299.99999999997, 0.1 + 0.2])
    export(replace(board_proposal, grids=grids), "csv", target=tmp_path)
    lines = (tmp_path / "grids.csv").read_text(encoding="utf-8-sig").splitlines()
    place = lines[0].split(",").index("population")
    assert [line.split(",")[place] for line in lines[1:]] == ["218300.0", "0.3"]


def test_unreachable_minutes_are_empty(board_proposal, tmp_path):
    units = board_proposal.units.copy()
    units.loc["u00", "minutes_to_lead"] = np.inf
    lost = replace(board_proposal, units=units)
    export(lost, "geoparquet", target=tmp_path)
    export(lost, "geojson", target=tmp_path)
    assert np.isnan(gpd.read_parquet(tmp_path / "units.parquet").set_index("unit_id")["minutes_to_lead"]["u00"])
    first = json.loads((tmp_path / "units.geojson").read_text(encoding="utf-8"))["features"][0]["properties"]
    assert (first["unit_id"], first["minutes_to_lead"]) == ("u00", None)
