"""The data package says of itself what its tables hold."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gridplan.outputs.exports.formats import export
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import OutputError


def test_the_package_is_valid(board_proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """frictionless checks every cell against the stated kinds, keys, and references between the tables."""
    frictionless = pytest.importorskip("frictionless", reason="needs frictionless")
    export(board_proposal, "csv", target=tmp_path)
    monkeypatch.chdir(tmp_path)
    report = frictionless.validate("datapackage.json")
    assert report.flatten(["rowNumber", "fieldName", "message"]) == []
    assert [task.name for task in report.tasks] == ["units", "grids", "facilities"]


def test_the_dictionary_has_every_column_in_both_languages(board_proposal: Proposal, tmp_path: Path):
    export(board_proposal, "csv", target=tmp_path)
    stated = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    for resource in stated:
        with (tmp_path / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            heads = next(csv.reader(file))
        assert [field["name"] for field in resource["schema"]["fields"]] == heads
        assert all(field["title"] and field["description"] for field in resource["schema"]["fields"])


def test_a_formula_in_a_name_is_held_back(board_proposal: Proposal, tmp_path: Path):
    units = board_proposal.units.copy()
    units.loc["u00", "name"] = "=1+1"
    export(replace(board_proposal, units=units), "csv", target=tmp_path)
    with (tmp_path / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["name"] == "'=1+1"


@pytest.mark.parametrize(("to", "layer"), [("csv", "units"), ("csv", "facilities"), ("dxf", "grids")])
def test_an_id_that_is_a_formula_is_in_no_table(board_proposal: Proposal, tmp_path: Path, to: str, layer: str):
    """An apostrophe before it would make it another id."""
    frame = getattr(board_proposal, layer)
    with pytest.raises(OutputError) as caught:
        export(replace(board_proposal, **{layer: frame.rename(index={frame.index[0]: "＝1+1"})}), to, target=tmp_path)
    assert caught.value.problems[0].field == frame.index.name
    assert list(tmp_path.iterdir()) == []
