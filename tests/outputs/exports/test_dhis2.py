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

    Refused are ids of another form, codes that another object of the kind has, names too (but for organisation units), long names
    and codes, references to nothing, and an organisation unit in two groups of a set.
    """
    held = {**server, **{item["id"]: {**item, "kind": kind} for kind, items in tree.items() for item in items}}
    for field in ("code", "name", "shortName"):
        own = [item for item in held.values() if field == "code" or item["kind"] != "organisationUnits"]
        stated = [(item["kind"], item[field]) for item in own if field in item]
        assert len(set(stated)) == len(stated)
    for group_set in (item for item in held.values() if item["kind"] == "organisationUnitGroupSets"):
        groups = [held[group["id"]] for group in group_set["organisationUnitGroups"]]
        inside = [unit["id"] for group in groups for unit in group["organisationUnits"]]
        assert len(set(inside)) == len(inside)
    for key, item in held.items():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{10}", key)
        assert 0 < len(item["name"].strip()) <= len(item["name"]) <= 230
        assert 0 < len(item["shortName"]) <= 50
        assert len(item.get("code", "")) <= 50
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


def test_grids_of_one_name_or_that_begin_alike_are_told_apart(board_proposal: Proposal, tmp_path: Path):
    """Names and short names of groups are unique on a server; a grid may even be called as a role is."""
    for number, names in enumerate((("同名", "同名"), ("名" * 60 + "一", "名" * 60 + "二"), ("成员单位", ""))):
        grids = board_proposal.grids.assign(name=list(names))
        held = imported({}, metadata(replace(board_proposal, grids=grids), tmp_path / str(number)))
        assert sum(item["kind"] == "organisationUnitGroups" for item in held.values()) == 2 + 4


def test_two_places_stand_side_by_side_on_a_server(board_proposal: Proposal, tmp_path: Path):
    """Their grids have the same ids and names and so have their roles; the codes of units and institutions are their own."""
    units, facilities = (
        board_proposal.units.rename(index="b{}".format),
        board_proposal.facilities.rename(index="b{}".format),
    )
    other = replace(
        board_proposal, units=units, facilities=facilities, case=board_proposal.case.changed(place={"name": "邻市"})
    )
    first = imported({}, metadata(board_proposal, tmp_path / "a"))
    both = imported(first, metadata(other, tmp_path / "b"))
    assert len(both) == 2 * len(first) - 1
