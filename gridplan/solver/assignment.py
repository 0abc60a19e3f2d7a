"""Which lead each unit belongs to: the plan itself, edited by units and grids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gridplan.words.errors import AssignmentError, InputProblem
from gridplan.words.problems import Problems
from gridplan.words.text import Text


@dataclass(frozen=True, eq=False)
class Assignment:
    """The lead of each unit and the id of each lead's grid. Editing returns a new assignment.

    Parameters
    ----------
    lead_of_unit
        Lead ids on index unit_id, each unit once.
    grid_of_lead
        Lead id -> grid id; see `from_leads`.

    Examples
    --------
    >>> plan = Assignment.from_leads({"u1": "h1", "u2": "h1", "u3": "h2"})
    >>> plan.move(["u2"], to="h2").lead_of_unit.to_dict()
    {'u1': 'h1', 'u2': 'h2', 'u3': 'h2'}
    >>> plan.grid_of_unit.to_dict()
    {'u1': 'G1', 'u2': 'G1', 'u3': 'G2'}
    """

    lead_of_unit: pd.Series[str]
    grid_of_lead: Mapping[str, str]

    @classmethod
    def from_leads(
        cls, lead_of_unit: Mapping[str, str] | pd.Series[str], grid_ids: Mapping[str, str] | None = None
    ) -> Assignment:
        """Build an assignment from unit id -> lead id.

        Parameters
        ----------
        lead_of_unit
            Unit id -> lead id.
        grid_ids
            Lead id -> grid id, for the grids that have one already; the others are numbered G1, G2 ... in the order of
            their lead ids, so that the order of rows does not matter.

        Returns
        -------
        Assignment
            Every unit in the grid of its lead.

        Raises
        ------
        AssignmentError
            If a unit is listed twice or has no lead, or two leads share a grid id.

        Examples
        --------
        >>> dict(Assignment.from_leads({"u1": "h2", "u2": "h1"}).grid_of_lead)
        {'h1': 'G1', 'h2': 'G2'}
        """
        series = pd.Series(
            dict(lead_of_unit) if not isinstance(lead_of_unit, pd.Series) else lead_of_unit, dtype=object
        )
        series = series.rename_axis("unit_id").rename("lead_id")
        if series.empty:
            needed, found = Text(zh="至少一个单元", en="at least one unit"), Text(zh="一个也没有", en="none")
            raise AssignmentError(InputProblem("error", needed, found, _MEND, field="unit_id"))
        twice = series.index[series.index.duplicated()].unique()
        _refuse(twice, ("每个单元一行", "one row a unit"), field="unit_id")
        empty = series.index[[not isinstance(lead, str) or not lead for lead in series]]
        _refuse(empty, ("每个单元一家牵头医院", "a lead for each unit"), field="lead_id")
        given = dict(grid_ids or {})
        leads = sorted(set(series))
        grids = {lead: given[lead] for lead in leads if lead in given}
        shared = [grid for grid in set(grids.values()) if list(grids.values()).count(grid) > 1]
        _refuse(sorted(shared), ("每个网格一家牵头医院", "one lead a grid"), field="grid_id")
        free = iter(_fresh_names(len(leads), set(given.values())))
        return cls(series, {lead: grids.get(lead) or next(free) for lead in leads})

    @property
    def grid_of_unit(self) -> pd.Series[str]:
        """Grid id of each unit, on the index of `lead_of_unit`."""
        return self._grid_of_unit.copy()

    @cached_property
    def _grid_of_unit(self) -> pd.Series[str]:
        return self.lead_of_unit.map(dict(self.grid_of_lead)).rename("grid_id")

    @property
    def lead_of_grid(self) -> pd.Series[str]:
        """Lead id of each grid."""
        return self._lead_of_grid.copy()

    @cached_property
    def _lead_of_grid(self) -> pd.Series[str]:
        pairs = {grid: lead for lead, grid in self.grid_of_lead.items()}
        return pd.Series(pairs, dtype=object, name="lead_id").rename_axis("grid_id")

    def units_of(self, grid: str) -> tuple[str, ...]:
        """Return the unit ids of a grid.

        Parameters
        ----------
        grid
            Its grid id, or the id of its lead.

        Returns
        -------
        tuple of str
            In the order of `lead_of_unit`.

        Raises
        ------
        AssignmentError
            If the grid is unknown.

        Examples
        --------
        >>> Assignment.from_leads({"u1": "h1", "u2": "h2", "u3": "h1"}).units_of("G1")
        ('u1', 'u3')
        """
        lead = self._lead(grid)
        return tuple(self.lead_of_unit.index[self.lead_of_unit == lead])

    def move(self, units: Iterable[str], *, to: str) -> Assignment:
        """Give units to another grid.

        Parameters
        ----------
        units
            Unit ids, or one.
        to
            A grid id or a lead id; a lead id that is new opens a grid.

        Returns
        -------
        Assignment
            The changed plan; the other grids keep their ids, a grid without units is gone.

        Raises
        ------
        AssignmentError
            If a unit id is unknown.

        Examples
        --------
        >>> Assignment.from_leads({"u1": "h1", "u2": "h1"}).move("u2", to="h9").lead_of_unit.to_dict()
        {'u1': 'h1', 'u2': 'h9'}
        """
        listed = [units] if isinstance(units, str) else list(units)
        unknown = [unit for unit in listed if unit not in self.lead_of_unit.index]
        _refuse(unknown, ("本方案中的单元", "units of this plan"), field="unit_id")
        lead = {grid: x for x, grid in self.grid_of_lead.items()}.get(to, to)
        series = self.lead_of_unit.copy()
        series.loc[listed] = lead
        return Assignment.from_leads(series, self.grid_of_lead)

    def merge(self, grid: str, *, into: str) -> Assignment:
        """Dissolve a grid into another.

        Parameters
        ----------
        grid, into
            The one that goes and the one that grows, each by grid id or lead id.

        Returns
        -------
        Assignment
            The changed plan.

        Raises
        ------
        AssignmentError
            If a grid is unknown.

        Examples
        --------
        >>> Assignment.from_leads({"u1": "h1", "u2": "h2"}).merge("G2", into="G1").lead_of_unit.to_dict()
        {'u1': 'h1', 'u2': 'h1'}
        """
        return self.move(self.units_of(grid), to=self._lead(into))

    def relabel(self, leads: Mapping[str, str]) -> Assignment:
        """Give grids another lead; the grid ids stay.

        Parameters
        ----------
        leads
            Lead id or grid id -> new lead id.

        Returns
        -------
        Assignment
            The changed plan.

        Raises
        ------
        AssignmentError
            If a grid is unknown, or two grids would get the same lead.

        Examples
        --------
        >>> dict(Assignment.from_leads({"u1": "h1", "u2": "h2"}).relabel({"G1": "h3"}).grid_of_lead)
        {'h2': 'G2', 'h3': 'G1'}
        """
        new = {self._lead(old): lead for old, lead in leads.items()}
        target = [new.get(lead, lead) for lead in self.grid_of_lead]
        twice = sorted({lead for lead in target if target.count(lead) > 1})
        _refuse(twice, ("每家医院至多牵头一个网格", "a lead of one grid at most"), field="lead_id")
        grids = {new.get(lead, lead): grid for lead, grid in self.grid_of_lead.items()}
        return Assignment.from_leads(self.lead_of_unit.map(lambda lead: new.get(lead, lead)), grids)

    def _lead(self, name: str) -> str:
        """Lead of a grid named by grid id or lead id."""
        leads = {grid: lead for lead, grid in self.grid_of_lead.items()} | {x: x for x in self.grid_of_lead}
        _refuse([name] if name not in leads else [], ("本方案中的网格", "a grid of this plan"), field="grid_id")
        return leads[name]


_MEND = Text(zh="请改正。", en="Correct them.")


def _refuse(bad: Iterable[object], needed: tuple[str, str], *, field: str) -> None:
    problems = Problems()
    problems.tell_some(bad, needed, _MEND, field=field)
    problems.refuse(AssignmentError)


def _fresh_names(count: int, taken: set[str]) -> list[str]:
    width = len(str(count + len(taken)))
    names = (f"G{i:0{width}d}" for i in range(1, count + len(taken) + 1))
    return [name for name in names if name not in taken]
