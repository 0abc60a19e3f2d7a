"""A large city without planning one: the chessboard's proposal with many grids of many members, long names, no baseline, findings or records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridplan.proposal.proposal import Proposal

SIDE = 4
"""Units on a side of a grid; each is a kilometre square."""
_KINDS = ("general", "chc", "chs", "chs", "village_clinic")
"""Kinds of members in turn."""


def crowded(proposal: Proposal, n_grids: int, n_members: int) -> Proposal:
    """Return a proposal of square grids of 16 units in rows, `n_members` institutions shared out over them; names have 19 to 25 letters."""
    across = int(np.ceil(np.sqrt(n_grids)))
    corners = [(number % across * SIDE, number // across * SIDE) for number in range(n_grids)]
    squares = [
        (number, x + place % SIDE, y + place // SIDE)
        for number, (x, y) in enumerate(corners)
        for place in range(SIDE**2)
    ]
    units = _repeated(proposal.units, "unit_id", [f"u{x:03d}{y:03d}" for _, x, y in squares]).assign(
        name=[f"滨海经济技术开发区临港第{x * 100 + y:04d}社区" for _, x, y in squares],
        street_id=[f"S{number}-{x // 2}-{y // 2}" for number, x, y in squares],
        street=[f"滨海经济技术开发区{number + 1}号{x // 2 % 2}{y // 2 % 2}街道" for number, x, y in squares],
        district_id="D1",
        district="滨海经济技术开发区",
        population=1_000.0,
        population_65=180.0,
        grid_id=[f"G{number + 1}" for number, _, _ in squares],
        lead_id=[f"F{number + 1:02d}-000" for number, _, _ in squares],
        baseline_lead_id="",
        baseline_minutes=np.nan,
        centre_id="",
    )
    units = units.set_geometry([_square(x, y) for _, x, y in squares], crs=proposal.units.crs)
    leads = [f"滨海经济技术开发区第{number + 1}人民医院（临港总院）" for number in range(n_grids)]
    grids = _repeated(proposal.grids, "grid_id", [f"G{number + 1}" for number in range(n_grids)]).assign(
        name=leads,
        lead_name=leads,
        lead_id=[f"F{number + 1:02d}-000" for number in range(n_grids)],
        group_name="",
        group_source="proposed",
        n_units=SIDE**2,
        population=1_000.0 * SIDE**2,
        population_65=180.0 * SIDE**2,
        deviation=0.0,
    )
    shapes = [shapely.box(*_point(x, y), *_point(x + SIDE, y + SIDE)) for x, y in corners]
    facilities = _members(proposal, corners, leads, n_members)
    known = {(x, y): f"u{x:03d}{y:03d}" for _, x, y in squares}
    steps = [((x, y), (x + dx, y + dy)) for x, y in known for dx, dy in ((1, 0), (0, 1)) if (x + dx, y + dy) in known]
    return replace(
        proposal,
        units=units,
        grids=grids.set_geometry(shapes, crs=proposal.grids.crs),
        facilities=facilities,
        adjacency=pd.DataFrame(
            {"unit_a": [known[a] for a, _ in steps], "unit_b": [known[b] for _, b in steps], "border_m": 1000.0, "kind": "border", "minutes": np.nan, "name": ""}
        ),
        minutes=pd.DataFrame(
            {"unit_id": units.index, "lead_id": units["lead_id"].to_numpy(), "minutes": 5.0, "share_within": 1.0}
        ),
        alternatives=proposal.alternatives.iloc[:1].assign(k=n_grids, leads=", ".join(grids["lead_id"])),
        alternative_units=proposal.alternative_units.iloc[:0],
        reasons=proposal.reasons.iloc[:0],
        facility_minutes=proposal.facility_minutes.iloc[:0],
        roads=proposal.roads.iloc[:0],
        barriers=proposal.barriers.iloc[:0],
        findings=(),
        annexes={},
        records={},
        cells=proposal.cells.iloc[:0],
    )  # fmt: skip


def _members(proposal: Proposal, corners: list[tuple[int, int]], leads: list[str], n_members: int) -> Any:
    """Return institutions, the lead of each grid first; those of a grid stand in a spiral around its middle."""
    places = [(number % len(corners), number // len(corners)) for number in range(n_members)]
    frame = _repeated(proposal.facilities, "facility_id", [f"F{grid + 1:02d}-{own:03d}" for grid, own in places])
    kinds = ["general" if own == 0 else _KINDS[own % len(_KINDS)] for _, own in places]
    points = [
        shapely.Point(_point(corners[grid][0] + 2 + own**0.5 / 3 * np.cos(own), corners[grid][1] + 2 + own**0.5 / 3 * np.sin(own)))
        for grid, own in places
    ]  # fmt: skip
    told = frame.assign(
        name=[leads[grid] if own == 0 else f"滨海经济技术开发区临港第{grid:02d}{own:03d}社区卫生服务中心" for grid, own in places],
        kind=kinds,
        level=[3 if kind == "general" else 1 for kind in kinds],
        ownership="government",
        grid_id=[f"G{grid + 1}" for grid, _ in places],
        unit_id=[f"u{corners[grid][0]:03d}{corners[grid][1]:03d}" for grid, _ in places],
        role=["lead" if own == 0 else "member" for _, own in places],
        parent_id="",
        beds=[500.0 if kind == "general" else np.nan for kind in kinds],
    )  # fmt: skip
    return told.set_geometry(points, crs=proposal.facilities.crs)


def _repeated(frame: Any, index: str, keys: list[str]) -> Any:
    """Return the first row of a frame as many times as there are keys."""
    return frame.iloc[[0] * len(keys)].set_axis(pd.Index(keys, name=index))


def _point(x: float, y: float) -> tuple[float, float]:
    return 500_000 + 1000 * x, 3_950_000 + 1000 * y


def _square(x: int, y: int) -> Any:
    return shapely.box(*_point(x, y), *_point(x + 1, y + 1))
