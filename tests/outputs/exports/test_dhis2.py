"""DHIS2 metadata by the rules of its documentation: a model of them written here, not a server."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.outputs.exports.formats import export
from gridplan.proposal.proposal import Proposal


def metadata(proposal: Proposal, folder: Path) -> dict[str, Any]:
    (path,) = export(proposal, "dhis2", target=folder)
    return json.loads(path.read_text(encoding="utf-8"))


def imported(server: dict[str, Any], tree: dict[str, Any]) -> dict[str, Any]:
    """What a server holds after an import (CREATE_AND_UPDATE): an object of a known id is replaced, the others stay.

    Refused are ids of another form, codes that another object of the kind has, long names and references to nothing.
    """
    held = {**server, **{item["id"]: {**item, "kind": kind} for kind, items in tree.items() for item in items}}
    codes = [(item["kind"], item["code"]) for item in held.values() if "code" in item]
    assert len(set(codes)) == len(codes)
    for key, item in held.items():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{10}", key)
        assert len(item["name"]) <= 230
        assert len(item["shortName"]) <= 50
        named = [item.get("parent"), *item.get("organisationUnits", ()), *item.get("organisationUnitGroups", ())]
        named += [value["attribute"] for value in item.get("attributeValues", ())]
        assert {reference["id"] for reference in named if reference} <= held.keys()
    return held


def test_importing_twice_changes_nothing(board_proposal: Proposal, tmp_path: Path):
    tree = metadata(board_proposal, tmp_path)
    once = imported({}, tree)
    assert imported(once, tree) == once
    assert sum(item["kind"] == "organisationUnits" for item in once.values()) == 1 + 24 + 14


def test_a_revised_plan_changes_the_groups_alone(board_proposal: Proposal, tmp_path: Path):
    units = board_proposal.units.copy()
    units.loc["u00", "grid_id"] = "G2"
    before = imported({}, metadata(board_proposal, tmp_path / "a"))
    after = imported(before, metadata(replace(board_proposal, units=units), tmp_path / "b"))
    assert {item["kind"] for key, item in after.items() if item != before.get(key)} == {"organisationUnitGroups"}


def test_a_facility_with_the_id_of_a_unit_has_a_code_of_its_own(board_proposal: Proposal, tmp_path: Path):
    facilities = board_proposal.facilities.rename(index={"P1": "u00"})
    held = imported({}, metadata(replace(board_proposal, facilities=facilities), tmp_path))
    assert {"u00", "facility:u00"} <= {item.get("code") for item in held.values()}
