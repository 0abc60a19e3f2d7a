"""Metadata for DHIS2: the place, its units and its facilities as organisation units, grids and roles as groups of them.

UIDs are made of place and id: imported twice, nothing changes; a revised plan changes the groups and leaves the units where they are.
Names of groups and sets are unique on a server, which may hold many places: the place stands before them.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Mapping
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
_RESIDENTS = "gRidpLanPop"
"""UID of the attribute that holds residents, one for all places."""
_DIGITS = 6


def write_dhis2(proposal: Proposal, folder: Path) -> list[Path]:
    """Write metadata.json: organisation units with geometry, groups by grid and by role, residents as an attribute."""
    units, grids = exchanged(proposal, "units", WGS84), exchanged(proposal, "grids", WGS84)
    facilities = exchanged(proposal, "facilities", WGS84)
    residents = {"id": _RESIDENTS}
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
    names = [
        *(_of_place(proposal, row.name or row.grid_id) for row in grids.itertuples()),
        *(_of_place(proposal, term.label.zh) for term in ROLES.values()),
    ]
    named = [
        {"name": name, "shortName": short}
        for name, short in zip(_apart(names, _NAME), _apart(names, _SHORT), strict=True)
    ]
    by_grid = [
        {"id": uid(proposal, "grid", row.grid_id), **own, **_code(f"{proposal.case.place.name}:{row.grid_id}")}
        | _members(proposal, {"unit": units, "facility": facilities}, "grid_id", row.grid_id)
        | _count(residents, row)
        for row, own in zip(grids.itertuples(), named[: len(grids)], strict=True)
    ]
    by_role = [
        {"id": uid(proposal, "role", role), **own} | _members(proposal, {"facility": facilities}, "role", role)
        for role, own in zip(ROLES, named[len(grids) :], strict=True)
    ]
    tree = {
        "attributes": [_attribute()],
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


def _of_place(proposal: Proposal, name: str) -> str:
    """Return the name of a group among those of other places on a server."""
    place = proposal.case.place.name
    return name if name.startswith(place) else f"{place} {name}"


def _fitting(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _apart(names: Iterable[str], most: int) -> list[str]:
    """Return names of at most so many signs; equal ones are numbered."""
    given: list[str] = []
    for name in names:
        fitting, n = _fitting(name, most), 2
        while fitting in given:
            fitting, n = f"{_fitting(name, most - len(str(n)) - 2)}（{n}）", n + 1
        given.append(fitting)
    return given


def _code(code: str) -> dict[str, str]:
    """Return a code, none where DHIS2 would cut it."""
    return {"code": code} if len(code) <= _CODE else {}


def _unit(
    proposal: Proposal, kind: str, key: str, name: str, shape: Any, taken: set[str] | frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return an organisation unit; its code is the id, with the kind before it where a unit has the same one."""
    code = f"{kind}:{key}" if key in taken else key
    rounded = shapely.transform(shape, lambda xy: xy.round(_DIGITS))
    return {
        **_named(proposal, kind, key, name),
        **_code(code),
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


def _attribute() -> dict[str, Any]:
    return {
        "id": _RESIDENTS,
        "name": "常住人口（gridplan）",
        "shortName": "常住人口",
        "valueType": "INTEGER_ZERO_OR_POSITIVE",
        "organisationUnitAttribute": True,
        "organisationUnitGroupAttribute": True,
    }


def _group_set(proposal: Proposal, key: str, name: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **_named(proposal, "group set", key, _of_place(proposal, name)),
        "compulsory": False,
        "includeSubhierarchyInAnalytics": False,
        "organisationUnitGroups": [{"id": group["id"]} for group in groups],
    }
