"""Who reaches the own lead without a car, by grid: on foot, by bus, or by car alone, all within one limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.words.annex_tables import make_annex
from gridplan.words.text import Text


def draw_up_bus_reach(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annex bus_reach: one row a grid and one for all; nothing where no buses are given."""
    if plan.travel.by_bus.columns.empty:
        return {}
    return {"bus_reach": make_annex("bus_reach", _rows(plan))}


_ALL = Text(zh="全部", en="all")


def _rows(plan: Plan) -> Iterator[dict[str, Any]]:
    cells, travel, within = plan.layers.cells, plan.travel, plan.case.travel.bus_limit_min
    lead = cells["unit_id"].map(plan.assignment.lead_of_unit)
    grid = cells["unit_id"].map(plan.assignment.grid_of_unit)
    column = pd.Index(travel.sites).get_indexer(pd.Index(lead.fillna("")))
    led, row = column >= 0, np.arange(len(cells))

    def own(minutes: Any) -> Any:
        return np.where(led, minutes[row, np.maximum(column, 0)], np.inf)

    on_foot, by_bus = (
        own(frame[list(travel.sites)].to_numpy(float)) <= within for frame in (travel.on_foot, travel.by_bus)
    )
    by_car = own(travel.cell_minutes) <= within
    people = cells["population"].to_numpy(float)
    groups = {
        "residents": np.ones(len(cells), dtype=bool),
        "on_foot": on_foot,
        "by_bus": by_bus & ~on_foot,
        "car_only": by_car & ~by_bus,
        "bus_not_car": by_bus & ~by_car,
        "neither": ~by_bus & ~by_car,
    }
    for grid_id in (*dict.fromkeys(sorted(grid[led])), ""):
        here = (grid == grid_id).to_numpy(bool) if grid_id else led
        counted = {name: float(people[here & chosen].sum()) for name, chosen in groups.items()}
        share = (counted["on_foot"] + counted["by_bus"]) / counted["residents"] if counted["residents"] else 0.0
        name = plan.grid_named(str(grid_id)) if grid_id else _ALL.in_language(plan.case.language)
        yield {"grid_id": grid_id, "name": name, "minutes": within, **counted, "share_without_car": share}
