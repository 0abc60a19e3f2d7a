"""Annexes of county communities: the tree as a table, and who answers to whom as lines on the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import shapely

from gridplan.grids.county_tree import pattern_of, tree_of
from gridplan.grids.plan import Plan
from gridplan.words.annex_tables import make_annex

Rows = Iterator[dict[str, Any]]


def draw_up_communities(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes county_tree and county_lines of a plan that has counties; nothing for a city alone."""
    tree = tree_of(plan)
    if tree.empty:
        return {}
    return {
        "county_tree": make_annex("county_tree", _nodes(plan, tree)),
        "county_lines": make_annex("county_lines", _lines(plan, tree), crs=plan.layers.crs),
    }


def _nodes(plan: Plan, tree: pd.DataFrame) -> Rows:
    name_of = plan.layers.facilities["name"]
    below = tree["parent_id"].value_counts()
    for row in _each(tree):
        county = plan.scopes[row["scope_id"]].name or plan.case.place.name
        top = row["level"] == "committee"
        yield {
            **row,
            "county": county,
            "name": county if top else name_of.get(row["facility_id"], row["facility_id"]),
            "above": name_of.get(row["parent_id"], county if row["parent_id"] else ""),
            "n_below": below.get(row["node_id"], 0),
            "pattern": pattern_of(tree[tree["scope_id"] == row["scope_id"]]) if top else "",
        }


def _lines(plan: Plan, tree: pd.DataFrame) -> Rows:
    facilities = plan.layers.facilities
    for row in _each(tree[tree["level"].isin(("centre", "clinic"))]):
        if row["parent_id"] in facilities.index:
            ends = facilities.geometry[row["facility_id"]], facilities.geometry[row["parent_id"]]
            yield {
                **row,
                "name": facilities["name"][row["facility_id"]],
                "above": facilities["name"][row["parent_id"]],
                "geometry": shapely.LineString(ends),
            }


def _each(tree: pd.DataFrame) -> Rows:
    for row in tree.to_dict(orient="records"):
        yield {str(name): value for name, value in row.items()}
