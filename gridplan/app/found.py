"""A plan at work on the ground: the grids of the best plan found so far of a number of grids, drawn while the work goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.app.sight import AREA
from gridplan.app.studies import asked_case
from gridplan.case.case import Case
from gridplan.ground.city_and_counties import scopes_of
from gridplan.proposal.palette import TINTS
from gridplan.words.pictures import Ink, draw_placed_svg

if TYPE_CHECKING:
    from gridplan.layers.layers import Layers

_EDGE, _WATER = "#16191D", "#9DBFD3"


@dataclass(frozen=True, eq=False)
class _Ground:
    """What is drawn of a case: units with their districts and shapes, facilities with names and places, water."""

    units: Any
    facilities: Any
    barriers: Any


_KEPT: dict[str, _Ground] = {}
"""The ground of the case that was checked last: it is there when a plan of it is drawn."""


def keep_ground(case: Case, layers: Layers) -> None:
    """Remember what a plan of a case is drawn on."""
    _KEPT.clear()
    _KEPT[case.model_dump_json()] = _Ground(
        layers.units[["district_id", "district", "geometry"]],
        layers.facilities[["name", "geometry"]],
        layers.barriers.geometry.to_numpy(),
    )


def draw_found(item: dict[str, Any]) -> dict[str, Any]:
    """Return the picture of a plan that was found.

    Parameters
    ----------
    item
        `case` and `text`, as the plan was asked for; `scope`, its part of the place; `leads`, and `lead_of`, the place in them of the lead of each
        unit of the scope, as the plan told it.

    Returns
    -------
    dict
        `svg` ("" where the files have changed since the plan began), and of each grid `lead`, the `name` and the place `x`, `y` of its lead in the picture, and its `tint`.
    """
    case = asked_case(item)
    ground = _ground_of(case)
    none = ground.units.index[:0]
    units = next((scope.units for scope in scopes_of(ground.units, case) if scope.name == item["scope"]), none)
    lead_of, leads = np.asarray(item["lead_of"]), item["leads"]
    if len(units) != len(lead_of) or not set(leads) <= set(ground.facilities.index):
        return {"svg": "", "grids": []}
    shapes = ground.units.geometry.loc[units].to_numpy()
    tints = [TINTS[number % len(TINTS)] for number in range(len(leads))]
    grids = [
        Ink([shapely.union_all(shapes[lead_of == number])], fill=tint, line=_EDGE, width=0.6)
        for number, tint in enumerate(tints)
    ]
    others = ground.units.geometry.drop(units).to_numpy()
    water = shapely.clip_by_rect(ground.barriers, *ground.units.total_bounds)
    svg, at = draw_placed_svg([Ink(others, fill=AREA), *grids, Ink(water, line=_WATER, width=1.2)])
    assert at is not None, "a plan has units"
    sites = ground.facilities.loc[leads]
    pixels = at.pixels(shapely.get_coordinates(sites.geometry.to_numpy())).tolist()
    return {
        "svg": svg,
        "grids": [
            {"lead": lead, "name": str(name), "x": x, "y": y, "tint": tint}
            for lead, name, (x, y), tint in zip(leads, sites["name"], pixels, tints, strict=True)
        ],
    }


def _ground_of(case: Case) -> _Ground:
    """Return the ground of a case; read anew where another one was checked since."""
    key = case.model_dump_json()
    if key not in _KEPT:
        from gridplan.pipeline import survey

        keep_ground(case, survey(case).layers)
    return _KEPT[key]
