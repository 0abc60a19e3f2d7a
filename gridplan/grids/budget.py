"""Capitated budgets (R-45): a city's insurance fund shared over its grids to the cent, and what was spent against it.

B_g is the sum over categories c of insured people of insured_{g,c} x rate_c x adjustment_c x (1 + growth_c). A rate is what the fund plans to pay a
head and year in three components: outpatient care per head, inpatient care by diagnosis-related groups, inpatient care per diem.
The rule is that of S0, S2 and S4; every rate and share is the planner's own (provenance none). All sums are whole cents (fen).
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from gridplan.case.sections import Budget
from gridplan.grids.plan import Plan, once_a_plan
from gridplan.words.apportionment import share_out
from gridplan.words.text import Text
from gridplan.words.vocabulary import Term, Vocabulary

FEN = 100
"""Fen (cents) of a yuan."""

COMPONENTS = Vocabulary(
    Term("outpatient", Text(zh="门诊按人头", en="outpatient, per head")),
    Term("inpatient_drg", Text(zh="住院按病种分组（DRG）", en="inpatient, by DRG")),
    Term("per_diem", Text(zh="住院按床日", en="inpatient, per diem")),
)
"""Components of a budget (S0, S2)."""

RESIDENTS = ""
"""Category of residents of a place that tells nothing of how its people are insured, at the mean of the stated rates."""


def count_insured(
    insured: pd.DataFrame | None, residents: pd.Series, grid_of_unit: pd.Series | None = None
) -> pd.DataFrame:
    """Return the insured people by unit and category, and which of them are estimated because nobody tells of the unit.

    A silent unit has as many insured of each category a resident as the told units of its grid, or of the whole place where its
    grid tells nothing; where no unit tells anything, its residents count (category "").

    Parameters
    ----------
    insured : unit_id, category, insured; None if there is no such table.
    residents : residents on index unit_id; grid_of_unit : grid on index unit_id, None where grids do not matter.

    Returns
    -------
    Frame with unit_id, category, insured, estimated. Units without residents and without a row have none.
    """
    names = ["unit_id", "category", "insured"]
    told = (insured[names] if insured is not None else pd.DataFrame(columns=names)).assign(estimated=False)
    silent = residents[~residents.index.isin(told["unit_id"]) & (residents > 0)]
    grids = pd.Series("", residents.index) if grid_of_unit is None else grid_of_unit.reindex(residents.index).fillna("")
    whole = _mix(told, residents)
    mixes = {str(grid): _mix(told[told["unit_id"].isin(own.index)], residents) for grid, own in grids.groupby(grids)}
    filled = pd.DataFrame(
        [
            (unit, category, count * heads, True)
            for unit, count in silent.items()
            for category, heads in (mixes[str(grids.at[unit])] or whole or {RESIDENTS: 1.0}).items()
        ],
        columns=told.columns,
    )
    parts = [part for part in (told, filled) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else told


def _mix(told: pd.DataFrame, residents: pd.Series) -> dict[str, float]:
    """Return the insured of each category a resident of the units told; nothing where they have no residents."""
    people = float(residents.reindex(told["unit_id"].unique()).fillna(0.0).sum())
    if people <= 0:
        return {}
    return {str(category): math.fsum(own) / people for category, own in told.groupby("category")["insured"]}


def rate_of_categories(rules: Budget) -> dict[str, dict[str, Fraction]]:
    """Return the yuan a head, adjustment and growth included, by category and component; "" is their mean over the categories."""
    rates = {
        rate.category: {
            key: _decimal(getattr(rate, key)) * _decimal(rate.adjustment) * (1 + _decimal(rate.growth))
            for key in COMPONENTS
        }
        for rate in rules.rates
    }
    mean = (
        {key: sum((own[key] for own in rates.values()), Fraction()) / len(rates) for key in COMPONENTS} if rates else {}
    )
    return {**rates, RESIDENTS: mean}


def _decimal(value: float) -> Fraction:
    """Return the number as it was written, so that 0.1 is a tenth."""
    return Fraction(repr(value))


def share_budget(people: pd.DataFrame, grid_of_unit: pd.Series, rules: Budget) -> pd.DataFrame:
    """Return the budget of each grid and component in fen; all cells together are the city's total, exactly.

    Parameters
    ----------
    people : unit_id, category, insured (see `count_insured`); categories without a rate do not count.
    grid_of_unit : grid on index unit_id; units that no grid has share in the total as grid "".
    rules : rates and the city's total; without a total the budgets are the sum of heads x rates, rounded to the fen as a whole.

    Returns
    -------
    Frame of int64, index grid_id (sorted), a column a component: cells by largest remainder. Empty if nobody is insured at a rate.
    """
    rates = rate_of_categories(rules)
    grid = people["unit_id"].map(grid_of_unit).fillna("").astype(str)
    value: dict[tuple[str, str], Fraction] = {}
    for category, own in people.groupby("category"):
        heads = own["insured"].groupby(grid[own.index]).agg(math.fsum)
        for component, rate in rates.get(str(category), {}).items():
            for grid_id, count in heads.items():
                cell = (str(grid_id), component)
                value[cell] = value.get(cell, Fraction()) + Fraction(float(count)) * rate
    whole = sum(value.values(), Fraction())
    if not whole:
        return pd.DataFrame(columns=list(COMPONENTS), dtype="int64").rename_axis("grid_id")
    total = round(whole * FEN) if rules.total_yuan is None else round(_decimal(rules.total_yuan) * FEN)
    cells = share_out(
        total, pd.Series(list(value.values()), index=pd.MultiIndex.from_tuples(list(value)), dtype=object)
    )
    return cells.unstack().reindex(columns=list(COMPONENTS)).rename_axis("grid_id").astype("int64")


def count_spending(spending: pd.DataFrame, grid_of_unit: pd.Series, grid_of_facility: pd.Series) -> pd.DataFrame:
    """Return what the fund paid, in fen, by the grid of the insured (rows) and the grid of the facility (columns).

    Parameters
    ----------
    spending : unit_id (where the insured live), facility_id ("" or a name that no facility has: outside the city), yuan.
    grid_of_unit, grid_of_facility : grids on index unit_id and facility_id; "" or missing for none.

    Returns
    -------
    Frame of int64, index and columns grid ids; "" stands for units and facilities outside every grid.
    """
    home = spending["unit_id"].map(grid_of_unit).fillna("").astype(str).to_numpy(object)
    there = spending["facility_id"].map(grid_of_facility).fillna("").astype(str).to_numpy(object)
    fen = pd.Series([round(_decimal(yuan) * FEN) for yuan in spending["yuan"].tolist()], dtype="int64")
    return fen.groupby([home, there]).sum().unstack(fill_value=0).astype("int64")


def settle(budget: pd.Series, spent: pd.Series, rules: Budget) -> pd.DataFrame:
    """Return how surplus and overrun of each grid are shared between group and fund, in fen.

    Parameters
    ----------
    budget, spent : fen on index grid_id.
    rules : `retained_share` of a surplus stays with the group, `overrun_share` of an overrun is borne by it.

    Returns
    -------
    Frame of int64 on that index: surplus, retained (by the group; the rest goes back to the fund), overrun, borne (by the group;
    the rest is the fund's). The group's part is rounded half up, so parts and rest add up exactly.
    """
    surplus, overrun = (budget - spent).clip(lower=0), (spent - budget).clip(lower=0)
    frame = {
        "surplus": surplus,
        "retained": _part(surplus, rules.retained_share),
        "overrun": overrun,
        "borne": _part(overrun, rules.overrun_share),
    }
    return pd.DataFrame(frame, index=budget.index).astype("int64")


def advance(budget: pd.Series, rules: Budget) -> pd.Series:
    """Return what the fund pays each grid ahead, in fen: the stated months of a twelfth of its budget, their sum conserved.

    Parameters
    ----------
    budget : fen on index grid_id; rules : `advance_months` of a year are paid ahead.
    """
    whole = math.floor(int(budget.sum()) * _decimal(rules.advance_months) / 12 + Fraction(1, 2))
    if not whole:
        return pd.Series(0, index=budget.index, dtype="int64")
    return share_out(whole, pd.Series([Fraction(int(fen)) for fen in budget], index=budget.index, dtype=object))


def _part(amount: pd.Series, share: float) -> np.ndarray:
    exact = _decimal(share)
    return np.array([math.floor(int(fen) * exact + Fraction(1, 2)) for fen in amount], dtype="int64")


@once_a_plan
def insured_of(plan: Plan) -> pd.DataFrame:
    """Return the insured people of a plan's units, estimated where nobody tells (see `count_insured`)."""
    return count_insured(plan.records.get("insured"), plan.layers.units["population"], plan.assignment.grid_of_unit)


@once_a_plan
def budget_of(plan: Plan) -> pd.DataFrame:
    """Return the budget of each grid and component in fen; grid "" is what lies in no grid (see `share_budget`)."""
    return share_budget(insured_of(plan), plan.assignment.grid_of_unit, plan.case.budget)


@once_a_plan
def spending_of(plan: Plan) -> pd.DataFrame | None:
    """Return what the fund paid, in fen, grid of the insured x grid of the facility; None if nothing is on record."""
    table = plan.records.get("spending")
    if table is None or table.empty:
        return None
    return count_spending(table, plan.assignment.grid_of_unit, plan.grid_of_facility)
