"""The manifest of a folder: the same content has the same digest however it is stored, any other content another."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.proposal.manifest import (
    MANIFEST,
    announce_files,
    changed_files,
    content_entry,
    edited_files,
    file_digest,
    is_inside,
    plain_values,
    read_manifest,
    sign_files,
    tree_digest,
    unchanged_files,
    write_manifest,
)
from gridplan.words.errors import ProposalError

FRAME = pd.DataFrame({"unit_id": ["a", "b"], "population": [1.0, np.nan], "name": ["甲", None]})


def digest(frame: pd.DataFrame) -> str:
    return content_entry(frame)["sha256"]


def test_an_entry_tells_rows_and_columns_in_order() -> None:
    entry = content_entry(FRAME)
    assert (entry["rows"], entry["columns"]) == (2, ["unit_id", "population", "name"])


@pytest.mark.parametrize(
    "same",
    [
        FRAME[["name", "unit_id", "population"]],
        FRAME.assign(population=[1.0, np.inf]),
        FRAME.assign(name=["甲", ""]),
        FRAME.assign(name=["甲", np.nan]),
        FRAME.set_axis(["x", "y"]),
        FRAME.astype({"population": "float32"}),
    ],
)
def test_the_same_content_has_the_same_digest(same: pd.DataFrame) -> None:
    """Columns in another order, unreachable as not known, missing text as empty text, another index, another width of floats."""
    assert digest(same) == digest(FRAME)


def test_whole_numbers_and_truths_count_as_numbers_and_minus_zero_as_zero() -> None:
    assert digest(pd.DataFrame({"n": [0, 1]})) == digest(pd.DataFrame({"n": [False, True]}))
    assert digest(pd.DataFrame({"n": [0, 1]})) == digest(pd.DataFrame({"n": [-0.0, 1.0]}))


@pytest.mark.parametrize(
    "other",
    [
        FRAME.assign(population=[2.0, np.nan]),
        FRAME.assign(name=["乙", None]),
        FRAME.iloc[::-1],
        FRAME.iloc[:1],
        FRAME.rename(columns={"name": "label"}),
        FRAME.assign(unit_id=["ab", ""]),
        FRAME.drop(columns="name"),
        FRAME.assign(population=["1.0", ""]),
    ],
)
def test_other_content_has_another_digest(other: pd.DataFrame) -> None:
    assert digest(other) != digest(FRAME)


def layer(*shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"unit_id": [str(i) for i in range(len(shapes))]}, geometry=list(shapes))


def test_a_shape_is_the_same_from_any_corner_with_heights_and_as_its_only_part() -> None:
    square = shapely.box(0, 0, 2, 1)
    turned = shapely.Polygon([(2, 1), (2, 0), (0, 0), (0, 1)])
    high = shapely.force_3d(square, 7.0)
    alone = shapely.MultiPolygon([square])
    line = shapely.LineString([(0, 0), (1, 1)])
    first = digest(layer(square, line, None))
    for same in (turned, high, alone):
        assert digest(layer(same, line, None)) == first
    assert digest(layer(shapely.MultiPolygon([square, shapely.box(5, 5, 6, 6)]), line, None)) != first
    assert digest(layer(shapely.box(0, 0, 2, 1.001), line, None)) != first
    assert digest(layer(square, None, line)) != first


def test_plain_values_have_no_numpy_and_no_infinity() -> None:
    given = {1: np.float64("inf"), "a": (np.int64(3), [float("nan"), "x", None]), "b": {"c": np.bool_(True), "d": 0.5}}
    plain = plain_values(given)
    assert plain == {"1": None, "a": [3, [None, "x", None]], "b": {"c": True, "d": 0.5}}
    assert json.loads(json.dumps(plain)) == plain


def test_a_tree_is_the_same_in_any_order_of_its_keys_and_not_of_its_lists() -> None:
    assert tree_digest({"a": 1, "b": [1, 2]}) == tree_digest({"b": [1, 2], "a": 1})
    assert tree_digest({"a": 1, "b": [1, 2]}) != tree_digest({"a": 1, "b": [2, 1]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a map, a document in a folder of its own, the content `proposal.gpkg`, and a log that is not signed."""
    (tmp_path / "report").mkdir()
    for name in ("map.html", "report/a.docx", "proposal.gpkg", "run.log"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    write_manifest(tmp_path, {"proposal.gpkg": {"units": content_entry(FRAME)}}, frozenset({"run.log", MANIFEST}))
    return tmp_path


def test_a_manifest_has_the_hash_of_every_file_but_content_and_the_unsigned(folder: Path) -> None:
    tree = read_manifest(folder)
    assert tree["bytes"] == {name: file_digest(folder / name) for name in ("map.html", "report/a.docx")}
    assert tree["content"]["proposal.gpkg"]["units"]["rows"] == 2


def test_files_that_were_changed_or_removed_are_told_and_the_others_not(folder: Path) -> None:
    assert changed_files(folder) == ()
    (folder / "map.html").write_text("other", encoding="utf-8")
    (folder / "run.log").write_text("other", encoding="utf-8")
    (folder / "report/a.docx").unlink()
    told = changed_files(folder)
    assert [(one.severity, one.file) for one in told] == [("warning", "map.html"), ("warning", "report/a.docx")]
    assert told[0].found != told[1].found
    assert unchanged_files(folder) == []


def test_files_as_they_were_written_are_known(folder: Path) -> None:
    assert unchanged_files(folder) == ["map.html", "report/a.docx"]
    (folder / "map.html").unlink()
    (folder / "map.html").symlink_to(folder / "report/a.docx")
    assert unchanged_files(folder) == ["report/a.docx"], "a link is no file of ours"


def test_a_folder_without_a_manifest_has_nothing_to_tell(tmp_path: Path) -> None:
    assert changed_files(tmp_path) == ()
    assert unchanged_files(tmp_path) == []
    sign_files(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProposalError):
        read_manifest(tmp_path)


def test_new_files_are_signed_beside_the_old(folder: Path) -> None:
    (folder / "a.csv").write_text("1", encoding="utf-8")
    (folder / "map.html").write_text("drawn again", encoding="utf-8")
    sign_files(folder, [folder / "a.csv", folder / "map.html"])
    assert list(read_manifest(folder)["bytes"]) == ["a.csv", "map.html", "report/a.docx"]
    assert changed_files(folder) == ()


def test_what_is_about_to_move_in_is_known_before_and_after_it_does(folder: Path, tmp_path: Path) -> None:
    """Announced, then killed: both the earlier file and the coming one are ours, and neither is told as changed."""
    new = tmp_path / "new"
    new.mkdir()
    (new / "a.docx").write_text("second", encoding="utf-8")
    (new / "b.docx").write_text("second", encoding="utf-8")
    (new / ".mark").touch()
    announce_files(folder, new, folder / "report", frozenset({".mark"}))
    assert "report/a.docx" in unchanged_files(folder)
    assert changed_files(folder) == ()
    for name in ("a.docx", "b.docx"):
        (new / name).replace(folder / "report" / name)
    assert {"report/a.docx", "report/b.docx"} <= set(unchanged_files(folder))
    assert changed_files(folder) == ()
    sign_files(folder, [folder / "report" / "a.docx", folder / "report" / "b.docx"])
    assert "coming" not in read_manifest(folder)
    assert {"report/a.docx", "report/b.docx"} <= set(read_manifest(folder)["bytes"])


def test_files_that_somebody_edited_are_named_and_those_that_are_gone_are_not(folder: Path) -> None:
    assert edited_files(folder) == []
    (folder / "report" / "a.docx").write_text("filled in", encoding="utf-8")
    (folder / "map.html").unlink()
    assert edited_files(folder) == ["report/a.docx"]


@pytest.mark.parametrize("key", ["content", "bytes", "format"])
def test_a_manifest_that_was_edited_is_refused(folder: Path, key: str) -> None:
    tree = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**tree, key: {}}), encoding="utf-8")
    with pytest.raises(ProposalError):
        read_manifest(folder)
    assert unchanged_files(folder) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "gridplan-manifest/2"}'])
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ProposalError):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("a.csv", True), ("report/a..b.docx", True), ("/etc/hosts", False), ("../a", False), ("report/../../a", False),
        ("..\\a", False), ("C:a", False),
    ],
)  # fmt: skip
def test_a_path_of_a_manifest_stays_in_its_folder(name: str, inside: bool) -> None:
    assert is_inside(name) is inside
