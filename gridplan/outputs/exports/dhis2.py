"""Metadata for DHIS2: the place, its units and its facilities as organisation units, grids and roles as groups of them.

UIDs are made of place and id: imported twice, nothing changes; a revised plan changes the groups and leaves the units where they are.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from gridplan.outputs.exports.exchange import WGS84, exchanged, stable_id
from gridplan.proposal.files import write_tree
from gridplan.proposal.proposal import Proposal
from gridplan.words.vocabulary import ROLES

_LETTERS = string.ascii_letters
_SIGNS = string.ascii_letters + string.digits
_OPENED = "1970-01-01"
"""DHIS2 wants a date on which a unit began; a plan knows none."""
_NAME, _SHORT, _CODE = 230, 50, 50
"""The most signs of a name, a short name and a code in DHIS2."""
_DIGITS = 6


def write_dhis2(proposal: Proposal, folder: Path) -> list[Path]:
    """Write metadata.json: organisation units with geometry, groups by grid and by role, residents as an attribute."""
    units, grids = exchanged(proposal, "units", WGS84), exchanged(proposal, "grids", WGS84)
    facilities = exchanged(proposal, "facilities", WGS84)
    residents = {"id": uid(proposal, "attribute", "population")}
    root = _named(proposal, "place", "", proposal.case.place.name) | {"openingDate": _OPENED}
    places = [
        _unit(proposal, "unit", row.unit_id, row.name, row.geometry)
        | {"parent": {"id": root["id"]}, **_count(residents, row)}
        for row in units.itertuples()
    ]
    taken = set(units["unit_id"])
    sites = [
        _unit(proposal, "facility", row.facility_id, row.name, row.geometry, taken)
        | {"parent": {"id": uid(proposal, "unit", row.unit_id) if row.unit_id in taken else root["id"]}}
        for row in facilities.itertuples()
    ]
    by_grid = [
        _named(proposal, "grid", row.grid_id, row.name)
        | {
            "code": _fitting(row.grid_id, _CODE),
            **_members(proposal, {"unit": units, "facility": facilities}, "grid_id", row.grid_id),
        }
        | _count(residents, row)
        for row in grids.itertuples()
    ]
    by_role = [
        _named(proposal, "role", role, term.label.zh) | _members(proposal, {"facility": facilities}, "role", role)
        for role, term in ROLES.items()
    ]
    tree = {
        "attributes": [_attribute(residents["id"])],
        "organisationUnits": [root, *places, *sites],
        "organisationUnitGroups": [*by_grid, *by_role],
        "organisationUnitGroupSets": [
            _group_set(proposal, "grids", "服务网格", by_grid),
            _group_set(proposal, "roles", "网格中的角色", by_role),
        ],
    }
    write_tree(tree, folder / "metadata.json")
    return [folder / "metadata.json"]


def uid(proposal: Proposal, kind: str, name: str) -> str:
    """Return the UID of a thing: a letter and ten letters or digits, the same in every export of the place."""
    number = stable_id(proposal, f"dhis2 {kind}", name).int
    number, first = divmod(number, len(_LETTERS))
    signs = [_LETTERS[first]]
    for _ in range(10):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)


def _named(proposal: Proposal, kind: str, key: str, name: str) -> dict[str, Any]:
    shown = name or key
    return {"id": uid(proposal, kind, key), "name": _fitting(shown, _NAME), "shortName": _fitting(shown, _SHORT)}


def _fitting(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _unit(
    proposal: Proposal, kind: str, key: str, name: str, shape: Any, taken: set[str] | frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return an organisation unit; its code is the id, with the kind before it where a unit has the same one."""
    code = f"{kind}:{key}" if key in taken else key
    rounded = shapely.transform(shape, lambda xy: xy.round(_DIGITS))
    return {
        **_named(proposal, kind, key, name),
        **({"code": code} if len(code) <= _CODE else {}),
        "openingDate": _OPENED,
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }


def _count(attribute: dict[str, str], row: Any) -> dict[str, Any]:
    if pd.isna(row.population):
        return {}
    return {"attributeValues": [{"attribute": attribute, "value": str(round(row.population))}]}


def _members(proposal: Proposal, frames: Mapping[str, pd.DataFrame], column: str, value: str) -> dict[str, Any]:
    """Return the organisation units of the frames (by kind, ids first) that have a value in a column."""
    inside = [
        {"id": uid(proposal, kind, key)}
        for kind, frame in frames.items()
        for key in frame.loc[frame[column].eq(value)].iloc[:, 0]
    ]
    return {"organisationUnits": inside}


def _attribute(key: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": "常住人口（gridplan）",
        "shortName": "常住人口",
        "valueType": "INTEGER_ZERO_OR_POSITIVE",
        "organisationUnitAttribute": True,
        "organisationUnitGroupAttribute": True,
    }


def _group_set(proposal: Proposal, key: str, name: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **_named(proposal, "group set", key, name),
        "compulsory": False,
        "includeSubhierarchyInAnalytics": False,
        "organisationUnitGroups": [{"id": group["id"]} for group in groups],
    }
