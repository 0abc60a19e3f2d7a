"""A FHIR R4B transaction for hospital and regional platforms: institutions, groups, their areas, and who belongs to whom.

A facility is an Organization (prov) with its Location, a grid is an Organization (ntwk) with a Location that has its boundary and a
Group that counts its residents, a unit is a Location within that of its grid. A membership is an OrganizationAffiliation of a
facility with its grid, whose code is the role and whose second code is the tie. Every entry is a PUT to an id made of place and
id: sent twice, it changes nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from gridplan.outputs.exports.exchange import WGS84, exchanged, stable_id
from gridplan.proposal.files import write_tree
from gridplan.proposal.proposal import Proposal
from gridplan.words.vocabulary import ROLES, TIES

_HL7 = "http://terminology.hl7.org/CodeSystem/"
_BOUNDARY = "http://hl7.org/fhir/StructureDefinition/location-boundary-geojson"
_OURS = "urn:gridplan:"
_DIGITS = 6


def write_fhir(proposal: Proposal, folder: Path) -> list[Path]:
    """Write the whole proposal as one transaction Bundle of FHIR R4B."""
    resources = [*_grids(proposal), *_units(proposal), *_facilities(proposal)]
    known = {resource["id"] for resource in resources}
    entries = [_entry(resource) for resource in (*resources, *_affiliations(proposal, known))]
    path = folder / "bundle.json"
    write_tree({"resourceType": "Bundle", "type": "transaction", "entry": entries}, path)
    return [path]


def _entry(resource: dict[str, Any]) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    filled = {name: value for name, value in resource.items() if value not in ("", [], None)}
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": filled, "request": {"method": "PUT", "url": url}}


def _grids(proposal: Proposal) -> Iterator[dict[str, Any]]:
    for row in exchanged(proposal, "grids", WGS84).itertuples():
        group, area = _key(proposal, "group", row.grid_id), _key(proposal, "grid", row.grid_id)
        named = {"identifier": [_identifier("grid", row.grid_id)], "name": row.group_name or row.name}
        yield _organization(group, "ntwk", "Network", named)
        yield {
            **_location(area, "area", "Area"),
            "identifier": [_identifier("grid", row.grid_id)],
            "name": row.name,
            "managingOrganization": _reference("Organization", group),
            "extension": [{"url": _BOUNDARY, "valueAttachment": _boundary(row.geometry)}],
        }
        yield {
            "resourceType": "Group",
            "id": _key(proposal, "residents", row.grid_id),
            "identifier": [_identifier("grid", row.grid_id)],
            "active": True,
            "type": "person",
            "actual": True,
            "name": row.name,
            "quantity": round(row.population) if pd.notna(row.population) else None,
            "managingEntity": _reference("Organization", group),
        }


def _units(proposal: Proposal) -> Iterator[dict[str, Any]]:
    frame = exchanged(proposal, "units", WGS84)
    for row, point in zip(frame.itertuples(), frame.representative_point(), strict=True):
        inside = row.grid_id in proposal.grids.index
        yield {
            **_location(_key(proposal, "unit", row.unit_id), "jdn", "Jurisdiction"),
            "identifier": [_identifier("unit", row.unit_id)],
            "name": row.name,
            "position": _position(point),
            "partOf": _reference("Location", _key(proposal, "grid", row.grid_id)) if inside else None,
        }


def _facilities(proposal: Proposal) -> Iterator[dict[str, Any]]:
    for row in exchanged(proposal, "facilities", WGS84).itertuples():
        organization = _key(proposal, "facility", row.facility_id)
        named = {"identifier": [_identifier("facility", row.facility_id)], "name": row.name}
        parent = row.parent_id if row.parent_id in proposal.facilities.index else ""
        yield {
            **_organization(organization, "prov", "Healthcare Provider", named),
            "telecom": [{"system": "phone", "value": row.telephone}] if row.telephone else [],
            "address": [{"text": row.address}] if row.address else [],
            "partOf": _reference("Organization", _key(proposal, "facility", parent)) if parent else None,
        }
        yield {
            **_location(_key(proposal, "site", row.facility_id), "si", "Site"),
            **named,
            "position": _position(row.geometry),
            "managingOrganization": _reference("Organization", organization),
        }


def _affiliations(proposal: Proposal, known: set[str]) -> Iterator[dict[str, Any]]:
    for row in exchanged(proposal, "facilities").itertuples():
        group = _key(proposal, "group", row.grid_id)
        if row.role in ("", "none") or group not in known:
            continue
        yield {
            "resourceType": "OrganizationAffiliation",
            "id": _key(proposal, "membership", row.facility_id),
            "identifier": [_identifier("membership", row.facility_id)],
            "active": True,
            "organization": _reference("Organization", group),
            "participatingOrganization": _reference("Organization", _key(proposal, "facility", row.facility_id)),
            "code": [
                _concept("role", row.role, ROLES[row.role].label.zh),
                *([_concept("tie", row.tie, TIES[row.tie].label.zh)] if row.tie else []),
            ],
            "location": [_reference("Location", _key(proposal, "grid", row.grid_id))],
        }


def _organization(key: str, code: str, display: str, named: dict[str, Any]) -> dict[str, Any]:
    kind = {"coding": [{"system": f"{_HL7}organization-type", "code": code, "display": display}]}
    return {"resourceType": "Organization", "id": key, **named, "active": True, "type": [kind]}


def _location(key: str, code: str, display: str) -> dict[str, Any]:
    kind = {"coding": [{"system": f"{_HL7}location-physical-type", "code": code, "display": display}]}
    return {"resourceType": "Location", "id": key, "status": "active", "mode": "instance", "physicalType": kind}


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"system": f"{_OURS}{kind}", "value": value}


def _concept(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_OURS}{system}", "code": code, "display": text}], "text": text}


def _key(proposal: Proposal, kind: str, name: str) -> str:
    return str(stable_id(proposal, kind, name))


def _reference(kind: str, key: str) -> dict[str, str]:
    return {"reference": f"{kind}/{key}"}


def _position(point: Any) -> dict[str, float]:
    return {"longitude": round(point.x, _DIGITS), "latitude": round(point.y, _DIGITS)}


def _boundary(shape: Any) -> dict[str, str]:
    rounded = shapely.transform(shape, lambda xy: xy.round(_DIGITS))
    text = json.dumps(json.loads(shapely.to_geojson(rounded)), separators=(",", ":"))
    return {"contentType": "application/geo+json", "data": base64.b64encode(text.encode()).decode()}
