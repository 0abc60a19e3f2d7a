"""Layers, neighbours and minutes -> the `Problem` that a solver sees: ids and numbers, no geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.activities import activities_of
from gridplan.ground.habit_price import habit_arguments
from gridplan.ground.in_force import change_arguments
from gridplan.ground.leads import lead_prices
from gridplan.layers.layers import Layers
from gridplan.solver.problem import Problem
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.numbers import counted
from gridplan.words.text import Text

if TYPE_CHECKING:
    import networkx as nx

TRIED_K = (2, 8)
"""Numbers of grids that are tried when the case states none."""


def wanted_k(case: Case) -> tuple[int, int]:
    """Return the smallest and largest number of grids that the case asks for."""
    k = case.grids.k
    if k is None:
        k = case.county.k if case.place.mode == "county" else TRIED_K
    return k if isinstance(k, tuple) else (k, k)


def formulate(layers: Layers, graph: nx.Graph, travel: TravelTimes, candidates: pd.DataFrame, case: Case) -> Problem:
    """Return the planning problem of a case.

    Parameters
    ----------
    layers : with units, cells and facilities placed.
    graph : neighbours of the units.
    travel : minutes to the candidate sites.
    candidates : sites that may lead, see `leads.choose_candidates`.
    case : rules and wishes.

    Raises
    ------
    LayerError
        If no hospital inside the area may lead, or fewer than the grids wanted.
    """
    candidates = candidates.loc[list(travel.sites)]
    few = too_few_leads(candidates, case)
    if few is not None:
        raise LayerError(few)
    stay = case.change.leads_stay
    k_min, k_max = (len(candidates), len(candidates)) if stay else wanted_k(case)
    k_max = min(k_max, len(candidates) if stay else candidates["hospital_id"].nunique())
    units = layers.units
    position = {unit: i for i, unit in enumerate(units.index)}
    stands = layers.facilities.loc[candidates.index, "unit_id"].map(position).to_numpy(int)
    people = units["population"].to_numpy(float)
    rules = case.grids
    return Problem.from_arrays(
        unit_ids=list(units.index),
        unit_names=list(units["name"]),
        population=people,
        lead_ids=list(candidates.index),
        lead_names=list(layers.facilities.loc[candidates.index, "name"]),
        lead_unit=stands,
        minutes=travel.unit_minutes.to_numpy(float),
        share_within=travel.unit_share.to_numpy(float),
        edges=contact_edges(graph, layers, set(stands.tolist())),
        choose=None if stay else (k_min, k_max),
        lead_hospital=None if stay else list(candidates["hospital_id"]),
        lead_price=lead_prices(candidates, rules, people.sum() / k_max),
        required=[site for site in rules.required_leads if site in candidates.index],
        balance=rules.balance,
        balance_price=None if rules.balance_hard else rules.balance_price_min,
        whole=_labels(units, rules.keep_whole),
        activities=activities_of(layers, case),
        **habit_arguments(layers, candidates, case),
        **change_arguments(layers, candidates, case),
    )


def contact_edges(graph: nx.Graph, layers: Layers, home_units: set[int]) -> np.ndarray:
    """Return neighbour pairs as positions (e, 2); pieces of the graph without any candidate lead hang on the nearest unit.

    Such a piece (an island without ferry) must belong to some grid; the contact assumed here is not part of the neighbour
    graph, so that rule R-06 still tells of it.
    """
    import networkx as nx

    position = {unit: i for i, unit in enumerate(layers.units.index)}
    pairs = {tuple(sorted((position[a], position[b]))) for a, b in graph.edges}
    pieces = [sorted(position[unit] for unit in piece) for piece in nx.connected_components(graph)]
    shapes = np.asarray(layers.units.geometry.array, dtype=object)
    led = np.array(sorted(i for piece in pieces if home_units & set(piece) for i in piece), dtype=int)
    for piece in sorted(pieces):
        if not home_units & set(piece) and len(led):
            distance = shapely.distance(shapes[piece][:, None], shapes[led][None, :])
            a, b = np.unravel_index(int(np.argmin(distance)), distance.shape)
            pairs.add(tuple(sorted((int(piece[a]), int(led[b])))))
    return np.array(sorted(pairs), dtype=int).reshape(-1, 2)


def _labels(units: pd.DataFrame, keep_whole: str) -> list[str] | None:
    """Return the label of each unit whose area stays together; units without one are labelled by their own id."""
    if keep_whole == "none":
        return None
    label = units[f"{keep_whole}_id"]
    if (label == "").all():
        return None
    return list(label.where(label != "", units.index.to_series()))


def too_few_leads(candidates: pd.DataFrame, case: Case) -> InputProblem | None:
    """Return what is wrong where fewer hospitals may lead than grids are wanted, or none at all; else None.

    Parameters
    ----------
    candidates : sites that may lead, see `leads.choose_candidates`.
    """
    hospitals = candidates["hospital_id"].nunique()
    k_min = 1 if case.change.leads_stay else max(1, wanted_k(case)[0])
    if hospitals >= k_min:
        return None
    return InputProblem(
        "error",
        Text(
            zh=f"{case.place.name}范围内至少 {k_min} 家可牵头的医院",
            en=f"at least {counted(k_min, 'hospital').en} inside {case.place.name_en or case.place.name} that may lead",
        ),
        Text(zh=f"{hospitals} 家", en=f"{hospitals}"),
        Text(
            zh="检查机构表的等级、类别、所有制、隶属关系，放宽 grids.lead_min_level、lead_admin_levels，或用 required_leads 指定。",
            en="Check level, kind, ownership and affiliation of the facilities, relax grids.lead_min_level or lead_admin_levels, or name required_leads.",
        ),
        file=case.layers.facilities[0].path,
        field="level",
    )
