"""Residents of coming years, and what a solver is asked when a plan is for them instead of for today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from gridplan.case.case import Case
from gridplan.ground.city_and_counties import Scope, district_codes
from gridplan.layers.layers import Layers
from gridplan.solver.problem import Problem
from gridplan.solver.restated import Numbers, restate
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from gridplan.words.text import Text

RECORD = "forecast"
_COUNTED = ("population", "population_65", "chronic")
_Problems = list[tuple[Scope, Problem]]


def residents_by_year(layers: Layers, case: Case) -> pd.DataFrame:
    """Return the residents of every unit in each coming year, units x years; no column where nothing is said of any.

    What the record says of a unit and year counts; elsewhere its district grows at its rate from the base year on; the rest stays.

    Raises
    ------
    CaseError
        If a district that grows is none.
    """
    rules, units = case.forecast, layers.units
    record = layers.records.get(RECORD)
    told = (
        pd.DataFrame(index=units.index)
        if record is None
        else record.pivot(index="unit_id", columns="year", values="population").reindex(units.index)
    )
    codes = district_codes(tuple(rules.growth), units, "forecast.growth")
    rate = units["district_id"].map(dict(zip(codes, rules.growth.values(), strict=True))).fillna(0.0)
    today = units["population"].astype(float)
    years = sorted({int(year) for year in told.columns} | set(rules.years))
    columns = {}
    for year in years:
        grown = today if rules.base_year is None else today * (1.0 + rate) ** (year - rules.base_year)
        columns[year] = told[year].fillna(grown) if year in told.columns else grown
    return pd.DataFrame(columns, index=units.index)


def with_residents(layers: Layers, residents: pd.Series) -> Layers:
    """Return the layers with other residents: units as stated, the people of their cells, the old and the ill in proportion."""
    today = layers.units["population"].astype(float)
    grown = (residents / today.where(today > 0)).fillna(1.0)
    units = layers.units.assign(
        **{name: layers.units[name] * grown for name in _COUNTED[1:] if name in layers.units},
        population=residents,
    )
    cells = layers.cells.assign(population=layers.cells["population"] * layers.cells["unit_id"].map(grown).fillna(1.0))
    return replace(layers, units=units, cells=cells)


def tell_no_years(layers: Layers, case: Case) -> Problems:
    """Return that a plan is asked for the years to come, but nothing is said of any."""
    problems = Problems()
    rules = case.forecast
    if rules.plan_for != "today" and not rules.years and RECORD not in layers.records:
        problems.append(
            InputProblem(
                "error",
                Text(
                    zh="以后年份的人口：forecast.years 和 growth，或记录表 forecast",
                    en="residents of coming years: forecast.years with growth, or the record forecast",
                ),
                Text(
                    zh="没有，而 forecast.plan_for 要为它们规划",
                    en="none, though forecast.plan_for asks for a plan for them",
                ),
                Text(zh="给出其中之一，或删去 plan_for。", en="Give one of them, or take plan_for out."),
                file="case.toml",
                field="forecast.plan_for",
            )
        )
    return problems


def pose_for_years(problems: _Problems, layers: Layers, case: Case) -> _Problems:
    """Return what a solver is asked: for today, or for the mean of today and the coming years."""
    if case.forecast.plan_for == "today":
        return problems
    return for_residents(problems, every_year(layers, case).mean(axis=1))


def every_year(layers: Layers, case: Case) -> pd.DataFrame:
    """Return the residents of every unit today (column 0) and in each coming year."""
    today = layers.units["population"].astype(float).rename(0)
    return pd.concat([today, residents_by_year(layers, case)], axis=1)


def for_residents(problems: _Problems, residents: pd.Series) -> _Problems:
    """Return the problems with other residents, index unit_id; prices a grid go with all residents."""
    return [
        (
            scope,
            restate(
                problem,
                Numbers(
                    residents.reindex(list(problem.unit_ids)).to_numpy(float), problem.minutes, problem.share_within
                ),
            ),
        )
        for scope, problem in problems
    ]


def coming_years(layers: Layers, case: Case) -> Iterator[tuple[int, Layers]]:
    """Give the layers with the residents of each coming year."""
    for year, residents in residents_by_year(layers, case).items():
        yield int(str(year)), with_residents(layers, residents)
