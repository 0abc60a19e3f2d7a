"""Scopes: the parts of a plan that are planned apart, the city and each of its counties (rule R-54).

A prefecture city may be divided into urban grids while each of its counties has communities of its own (Sanming: 2 and
10). The counties are the districts that `[county] districts` names; what lies in none of them is the scope with the id "".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from gridplan.case.case import Case
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.nearest import did_you_mean
from gridplan.words.text import Text

REST = ""
"""Id of the scope of all units that lie in no county named by the case."""


@dataclass(frozen=True, eq=False)
class Scope:
    """A part of the plan: its id (the county's district code, or `REST`), its units, and the case as it holds there.

    `name` is the county's; "" for the rest.
    """

    id: str
    name: str
    units: pd.Index
    case: Case

    @property
    def mode(self) -> Literal["city", "county"]:
        """Whether its grids are urban groups or county communities."""
        return self.case.place.mode


def scope_of_unit(units: pd.DataFrame, case: Case) -> pd.Series:
    """Return the scope id of each unit, on its index.

    Parameters
    ----------
    units : index unit_id; district_id, district.
    case : its `county.districts` name the counties by code or name.

    Raises
    ------
    CaseError
        If a county named is no district of the units.
    """
    code = units["district_id"].astype(object)
    wanted = set(district_codes(case.county.districts, units, "county.districts"))
    return code.where(code.isin(wanted), REST).rename("scope_id")


def scopes_of(units: pd.DataFrame, case: Case) -> list[Scope]:
    """Return the scopes of a plan: the city first, then the counties as the case lists them; parts without units are none.

    Raises
    ------
    CaseError
        If a county named is no district of the units.
    """
    scope = scope_of_unit(units, case)
    counties = list(dict.fromkeys(district_codes(case.county.districts, units, "county.districts")))
    k_of = dict(
        zip(district_codes(tuple(case.county.k_of), units, "county.k_of"), case.county.k_of.values(), strict=True)
    )
    found = []
    for scope_id in (REST, *counties):
        inside = units.index[scope == scope_id]
        if not len(inside):
            continue
        name = "" if scope_id == REST else str(units.loc[inside, "district"].iloc[0] or scope_id)
        own = case if scope_id == REST else _case_of_county(case, name, k_of.get(scope_id, case.county.k))
        found.append(Scope(scope_id, name, inside, own))
    return found


def told_limits(case: Case) -> str:
    """Return the minutes to the own lead as one says them: those of the city, and those of its counties after a stroke.

    >>> told_limits(case)
    '60'
    """
    limits = [case.travel.limit_min, *([case.county.limit_min] if case.county.districts else [])]
    return "/".join(dict.fromkeys(f"{limit:g}" for limit in limits))


def limit_of_unit(units: pd.DataFrame, case: Case) -> pd.Series:
    """Return the minutes within which each unit's people should reach their own lead, on its index."""
    limit = pd.Series(case.travel.limit_min, index=units.index, name="limit_min")
    return limit.where(scope_of_unit(units, case) == REST, case.county.limit_min)


def scope_of_grid(grid_of_unit: pd.Series, scope: pd.Series) -> pd.Series:
    """Return the scope of each grid, index grid_id: where most of its units lie.

    Parameters
    ----------
    grid_of_unit : grid ids on unit ids; scope : of `scope_of_unit`.
    """
    own = scope.reindex(grid_of_unit.index).fillna(REST)
    count = own.groupby([grid_of_unit.to_numpy(object), own.to_numpy(object)]).size().unstack(fill_value=0)
    return count.idxmax(axis=1).rename_axis("grid_id").rename("scope_id")


def _case_of_county(case: Case, name: str, k: int | tuple[int, int]) -> Case:
    keys = case.county_keys()
    county: dict[str, Any] = {"districts": (), "k": k, "k_of": {}}
    return case.changed(
        place={"mode": "county", "name": name, "name_en": ""},
        travel=keys["travel"],
        grids={**keys["grids"], "k": k},
        county=county,
    )


def district_codes(named: tuple[str, ...], units: pd.DataFrame, field: str) -> list[str]:
    """Return the codes of districts named by code or name in a field of the case.

    Raises
    ------
    CaseError
        If one is no district of the units.
    """
    if not named:
        return []
    pairs = units[["district", "district_id"]].drop_duplicates()
    pairs = pairs[pairs["district_id"] != ""]
    code = {str(name): str(own) for name, own in pairs.itertuples(index=False) if name}
    code |= {str(own): str(own) for own in pairs["district_id"]}
    strange = [name for name in named if name not in code]
    if strange:
        raise CaseError(_unknown(strange, list(code), field))
    return [code[name] for name in named]


def _unknown(strange: list[str], known: list[str], field: str) -> InputProblem:
    told = known[:12]
    every = Text(
        zh=f"单元图层中的区县：{'、'.join(told)}。" if told else "在单元图层中给出区代码（district_id）和区名称。",
        en=f"Districts of the unit layer: {', '.join(told)}." if told else "Give the unit layer a column district_id.",
    )
    return InputProblem(
        "error",
        Text(zh="单元图层中的区县代码或名称", en="codes or names of districts of the unit layer"),
        Text(zh="、".join(strange[:5]), en=", ".join(strange[:5])),
        did_you_mean(strange, known) or every,
        file="case.toml",
        field=field,
        values=tuple(strange[:5]),
    )
