"""A proposal means the same however its rows lie; what was changed is refused; older formats are read, newer ones named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from gridplan.pipeline import revise
from gridplan.proposal.edits import read_edits
from gridplan.proposal.files import read_cells, read_proposal
from gridplan.proposal.frames import ADDED_IN_2, FIRST_FORMAT, FORMAT, FRAMES, SEQ, from_file, in_format, to_file
from gridplan.proposal.manifest import changed_files
from gridplan.proposal.proposal import Proposal, proposal_digest
from gridplan.words.errors import ProposalError

FIRST = Path(__file__).parent.parent / "data" / "proposal-1"
"""Folders, edits and case of format 1, as version 0.1.0 wrote them, and what it told of the revised plan."""
CITIES = ("yunxiu", "chessboard")


@pytest.fixture
def folder(board_proposal: Proposal, tmp_path: Path) -> Path:
    return board_proposal.save(tmp_path / "out")


def layers_of(base: Path) -> list[str]:
    return [name for name, _ in pyogrio.list_layers(base) if name != "layer_styles"]


def rewritten(base: Path, change) -> None:
    """Write every layer of a GeoPackage again, each frame as `change` returns it."""
    shapes = {name: kind is not None for name, kind in pyogrio.list_layers(base)}
    frames = {name: pyogrio.read_dataframe(base, layer=name, read_geometry=shapes[name]) for name in shapes}
    base.unlink()
    for name, frame in frames.items():
        pyogrio.write_dataframe(change(name, frame), base, layer=name, driver="GPKG", append=base.exists())


@pytest.mark.parametrize("seed", range(4))
def test_rows_in_any_order_are_the_same_proposal(board_proposal, folder, seed):
    """Rows of every layer and table shuffled, columns reversed, as programs that save again may do."""
    rewritten(
        folder / "proposal.gpkg", lambda _, frame: frame.sample(frac=1, random_state=seed)[[*frame.columns[::-1]]]
    )
    cells = pq.read_table(folder / "cells.parquet")
    order = np.random.default_rng(seed).permutation(cells.num_rows)
    pq.write_table(cells.take(order).select(cells.column_names[::-1]), folder / "cells.parquet")
    read = read_proposal(folder)
    assert read.equals(board_proposal)
    assert proposal_digest(read) == proposal_digest(board_proposal)


def test_a_layer_saved_again_by_a_gis_passes(board_proposal, folder):
    """Polygons become multi-polygons, a column of the GIS stands beside ours, empty text becomes missing."""

    def saved_again(name, frame):
        if name in FRAMES and FRAMES[name].shaped:
            frame = frame.set_geometry([in_many(shape) for shape in frame.geometry])
        text = [column for column in frame.columns if column != "geometry" and frame[column].dtype.kind not in "iufb"]
        return frame.assign(**{column: frame[column].replace("", None) for column in text}, fid_1=range(len(frame)))

    rewritten(folder / "proposal.gpkg", saved_again)
    assert read_proposal(folder).equals(board_proposal)


def in_many(shape: Any) -> Any:
    """A shape as the only part of a multi-shape, its rings turned round."""
    many = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString, "Point": shapely.MultiPoint}
    return many[shape.geom_type]([shape.reverse() if shape.geom_type == "Polygon" else shape])


def changed_cell(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """One value of the last row of a frame changed: the first column that can be."""
    other = frame.copy()
    for column in frame.columns:
        if column in ("geometry", SEQ):
            continue
        value = frame[column].iloc[-1]
        other.loc[other.index[-1], column] = value + 1 if frame[column].dtype.kind in "if" and value == value else "？"
        if frame[column].dtype.kind not in "if" or value == value:
            return other
    return other


@pytest.mark.parametrize(
    "name", ["units", "grids", "facilities", "adjacency", "minutes", "findings", "alternatives", "isochrones"]
)
def test_one_changed_cell_of_any_layer_is_refused_by_name(folder, name):
    rewritten(folder / "proposal.gpkg", lambda layer, frame: changed_cell(layer, frame) if layer == name else frame)
    with pytest.raises(ProposalError) as caught:
        read_proposal(folder)
    assert [(problem.file, problem.layer) for problem in caught.value.problems] == [("proposal.gpkg", name)]


@pytest.mark.parametrize("name", ["units", "minutes", "facility_minutes"])
def test_a_lost_or_doubled_row_is_refused(folder, name):
    for spoil in (lambda frame: frame.iloc[1:], lambda frame: pd.concat([frame, frame.iloc[:1]])):
        again = folder.with_name(f"again-{name}")
        shutil.copytree(folder, again)
        rewritten(again / "proposal.gpkg", lambda layer, frame, s=spoil: s(frame) if layer == name else frame)
        with pytest.raises(ProposalError) as caught:
            read_proposal(again)
        assert caught.value.problems[0].layer == name
        shutil.rmtree(again)


def test_moved_geometry_swapped_cells_and_edited_json_are_told_together(folder):
    def moved(name, frame):
        return frame.set_geometry(frame.geometry.translate(1)) if name == "units" else frame

    rewritten(folder / "proposal.gpkg", moved)
    cells = pq.read_table(folder / "cells.parquet")
    pq.write_table(cells.set_column(1, "population", pc.add(cells["population"], 1.0)), folder / "cells.parquet")
    tree = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
    tree["seed"] = 7
    (folder / "proposal.json").write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ProposalError) as caught:
        read_proposal(folder)
    told = [(problem.file, problem.layer) for problem in caught.value.problems]
    assert told == [("proposal.json", ""), ("proposal.gpkg", "units"), ("cells.parquet", "")]


def test_a_folder_without_its_manifest_is_not_whole(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(ProposalError) as caught:
        read_proposal(folder)
    assert caught.value.problems[0].file == "manifest.json"


def test_files_for_people_are_told_when_changed_and_still_read(board_proposal, folder):
    assert changed_files(folder) == ()
    (folder / "tables.xlsx").write_bytes(b"edited")
    (folder / "map.html").unlink()
    assert read_proposal(folder).equals(board_proposal)
    assert [(problem.severity, problem.file) for problem in changed_files(folder)] == [
        ("warning", "map.html"),
        ("warning", "tables.xlsx"),
    ]


def test_layout_of_the_json_does_not_matter(board_proposal, folder):
    path = folder / "proposal.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(dict(reversed(tree.items()))), encoding="utf-8")
    assert read_proposal(folder).equals(board_proposal)


def test_a_newer_format_names_the_version_it_needs(folder):
    path = folder / "proposal.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree |= {"format": "gridplan-proposal/3", "versions": {"gridplan": "0.9.0"}}
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ProposalError) as caught:
        read_proposal(folder)
    assert "gridplan 0.9.0" in caught.value.render("zh")
    assert "gridplan 0.9.0" in caught.value.render("en")


@pytest.mark.parametrize("city", CITIES)
def test_a_proposal_of_format_1_is_read_and_says_what_it_cannot_know(city):
    read = read_proposal(FIRST / city)
    for name, columns in ADDED_IN_2.items():
        frame = getattr(read, name)
        for column in columns:
            assert frame[column].replace("", None).isna().all(), (name, column)
    assert read.reasons.empty
    assert read.alternative_units.empty
    assert {finding.cause for finding in read.findings} == {""}
    note = read.provenance.input_notes[-1]
    assert FIRST_FORMAT in note.found.zh
    assert FIRST_FORMAT in note.found.en


@pytest.mark.parametrize("city", CITIES)
def test_a_migrated_proposal_is_saved_in_todays_format(city, tmp_path):
    first = read_proposal(FIRST / city)
    out = first.save(tmp_path / city)
    assert json.loads((out / "proposal.json").read_text(encoding="utf-8"))["format"] == FORMAT
    again = read_proposal(out)
    assert again.equals(first)
    assert len(again.provenance.input_notes) == len(first.provenance.input_notes)


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("saved", [False, pytest.param(True, marks=pytest.mark.long)])
def test_edits_made_on_a_map_of_format_1_give_the_plan_they_gave_then(city, saved, tmp_path):
    parent = read_proposal(FIRST / city)
    if saved:
        parent = read_proposal(parent.save(tmp_path / city))
    told = json.loads((FIRST / f"{city}-revised.json").read_text(encoding="utf-8"))
    revised = revise(parent, read_edits(FIRST / f"{city}-edits.json", parent))
    assert revised.units["lead_id"].to_dict() == told["lead_of_unit"]
    assert revised.units["minutes_to_lead"].to_dict() == pytest.approx(told["minutes_to_lead"], abs=1e-6)
    assert revised.objective.terms["travel"] == pytest.approx(told["travel"])
    assert revised.provenance.revision is not None
    assert revised.provenance.revision.moved == told["moved"]
    rows = {(f.rule, f.subject_id, f.status, f.measured) for f in revised.findings if f.status != "not_evaluated"}
    found = sorted((row for row in rows if row[0] in OF_THE_LINES), key=str)
    before = sorted((tuple(row) for row in told["findings"] if row[0] in OF_THE_LINES), key=str)
    assert [row[:3] for row in found] == [row[:3] for row in dict.fromkeys(before)]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in dict.fromkeys(before)])


OF_THE_LINES = {f"R-{n:02d}" for n in (*range(1, 12), 60, 61, 62)}
"""Rules that judge where the lines run and how far people have; members and services are judged by the rule book of today."""


def test_the_digest_does_not_depend_on_the_order_of_units(board_proposal):
    turned = replace(board_proposal, units=board_proposal.units.iloc[::-1], grids=board_proposal.grids.iloc[::-1])
    assert proposal_digest(turned) == proposal_digest(board_proposal)


def test_every_frame_has_its_declared_columns(board_proposal, folder):
    for name, declared in FRAMES.items():
        frame = getattr(board_proposal, name)
        told = [frame.index.name, *frame.columns] if declared.indexed else [*frame.columns]
        assert [column for column in told if column != "geometry"] == declared.names, name
        if declared.key:
            keyed = frame.reset_index() if declared.indexed else frame
            assert not keyed.duplicated(list(declared.key)).any(), name
    assert {*layers_of(folder / "proposal.gpkg")} >= {*FRAMES, "findings"}
    assert list(read_cells(folder / "cells.parquet")[SEQ]) == list(range(1, len(board_proposal.cells) + 1))


def test_keys_are_a_tuple_in_memory_and_joined_in_a_file() -> None:
    table = {"services": [("icu", "ed"), ()], "level": [3, 0], "geometry": None}
    kept = in_format(pd.DataFrame(table, index=["H1", "C1"]), "facilities")
    written = to_file(kept.rename_axis("facility_id"), "facilities")
    assert written[["facility_id", "services"]].to_numpy().tolist() == [["H1", "icu;ed"], ["C1", ""]]
    assert written["services"].dtype == object, "like every other text, or GeoParquet has another type"
    assert from_file(written, "facilities")["services"].tolist() == [("icu", "ed"), ()]
