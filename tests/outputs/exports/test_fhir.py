"""The FHIR bundle is valid, closed in itself, and the same thing has the same id whatever the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gridplan.outputs.exports.formats import export
from gridplan.proposal.proposal import Proposal


def bundle(proposal: Proposal, folder: Path) -> dict[str, Any]:
    (path,) = export(proposal, "fhir", target=folder)
    return json.loads(path.read_text(encoding="utf-8"))


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for part in value for found in references(part)]
    if not isinstance(value, dict):
        return []
    return [value["reference"]] if "reference" in value else references(list(value.values()))


def test_the_bundle_is_valid_fhir_r4b(board_proposal: Proposal, tmp_path: Path):
    """fhir.resources reads every resource by the rules of R4B: names, kinds of values and how often each may stand."""
    r4b = pytest.importorskip("fhir.resources.R4B.bundle", reason="needs fhir.resources")
    tree = bundle(board_proposal, tmp_path)
    read = r4b.Bundle.model_validate(tree)
    assert len(read.entry) == len(tree["entry"])


def test_every_reference_stands_in_the_bundle(board_proposal: Proposal, tmp_path: Path):
    entries = bundle(board_proposal, tmp_path)["entry"]
    urls = [entry["request"]["url"] for entry in entries]
    assert len(set(urls)) == len(urls)
    named = references(entries)
    assert set(named) <= set(urls)
    assert len(named) > 50


def test_each_member_is_affiliated_once_with_its_role_and_tie(board_proposal: Proposal, tmp_path: Path):
    resources = [entry["resource"] for entry in bundle(board_proposal, tmp_path)["entry"]]
    told = {
        r["identifier"][0]["value"]: [concept["coding"][0]["code"] for concept in r["code"]]
        for r in resources
        if r["resourceType"] == "OrganizationAffiliation"
    }
    joined = board_proposal.facilities[board_proposal.facilities["role"].ne("none")]
    assert told == {
        key: [row["role"], *([row["tie"]] if row["tie"] else [])] for key, row in joined.to_dict("index").items()
    }


def test_ids_are_those_of_the_place_and_not_of_the_plan(board_proposal: Proposal, tmp_path: Path):
    """A unit that moves to the other grid is the same Location, part of another one; in another city it is another Location."""
    units = board_proposal.units.copy()
    units.loc["u00", "grid_id"] = "G2"
    before, after = bundle(board_proposal, tmp_path / "a"), bundle(replace(board_proposal, units=units), tmp_path / "b")
    urls = [[entry["request"]["url"] for entry in tree["entry"]] for tree in (before, after)]
    assert urls[0] == urls[1]
    changed = [a["resource"] for b, a in zip(before["entry"], after["entry"], strict=True) if a != b]
    assert [resource["identifier"][0]["value"] for resource in changed] == ["u00"]
    elsewhere = replace(board_proposal, case=board_proposal.case.changed(place={"name": "别处"}))
    assert not {entry["request"]["url"] for entry in bundle(elsewhere, tmp_path / "c")["entry"]} & set(urls[0])
