"""The city and its counties on the page: names, limits, and which grids and units belong to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.ground.city_and_counties import REST, Scope, scopes_of
from gridplan.outputs.map.page_words import WORDS

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def parts_content(proposal: Proposal) -> dict[str, Any]:
    """Return the scopes (name, mode, limit in minutes), the place of each unit among them, and that of each grid."""
    scopes = scopes_of(proposal.units, proposal.case)
    row = {scope.id: place for place, scope in enumerate(scopes)}
    of_unit = {unit: row[scope.id] for scope in scopes for unit in scope.units}
    told = proposal.grids["scope_id"] if "scope_id" in proposal.grids else [REST] * len(proposal.grids)
    return {
        "scopes": [
            {"name": _name(scope), "mode": scope.mode, "limit": scope.case.travel.limit_min, "id": scope.id}
            for scope in scopes
        ],
        "ofUnit": [of_unit[unit] for unit in proposal.units.index],
        "ofGrid": [row.get(str(scope_id), 0) for scope_id in told],
    }


def _name(scope: Scope) -> list[str]:
    if scope.id == REST:
        return [WORDS["city_part"].zh, WORDS["city_part"].en]
    return [scope.name, scope.name]
