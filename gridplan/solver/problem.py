"""The planning problem as aligned arrays: what a solver sees, and all it sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gridplan.solver.activity import Activity
from gridplan.solver.arguments import BoolArray, FloatArray, IntArray, read_arguments
from gridplan.solver.change import Change
from gridplan.words.cards import Card
from gridplan.words.numbers import minutes, people
from gridplan.words.text import Text

__all__ = ["Activity", "BoolArray", "FloatArray", "IntArray", "Problem"]

_TOLD = ("balance", "balance_price", "max_minutes", "max_minutes_price", "compactness_price", "habit_price")


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """Units with people, sites where a lead may stand, minutes between them, and the rules of the plan.

    Build it with `Problem.from_arrays`, which checks everything and tells what each part means; arrays are read-only.
    Positions are those of `unit_ids` (n) and `lead_ids` (m); -1 stands for "none".
    `lost_minutes` count for a resident whom no lead reaches (None: a day, or ten times the longest drive if that is more).

    Examples
    --------
    >>> gp.Problem.from_arrays(
    ...     unit_ids=["a", "b"], population=[10, 20], lead_ids=["x"], lead_unit=[1],
    ...     minutes=[[5.0], [1.0]], edges=[(0, 1)]).n_units
    2
    """

    unit_ids: tuple[str, ...]
    population: FloatArray
    lead_ids: tuple[str, ...]
    unit_names: tuple[str, ...]
    lead_names: tuple[str, ...]
    lead_unit: IntArray
    minutes: FloatArray
    edges: IntArray
    k_min: int
    k_max: int
    choosing: bool
    hospital: IntArray
    hospital_names: tuple[str, ...]
    lead_price: FloatArray
    required: tuple[int, ...]
    forbidden: tuple[int, ...]
    balance: float | None
    balance_price: float | None
    population_min: FloatArray
    population_max: FloatArray
    max_minutes: float | None
    max_minutes_price: float | None
    whole: IntArray
    whole_names: tuple[str, ...]
    locked: IntArray
    barred: BoolArray
    change: Change
    compactness_price: float | None
    share_within: FloatArray | None
    habit: FloatArray | None = None
    habit_price: float | None = None
    lost_minutes: float | None = None
    activities: tuple[Activity, ...] = ()

    def __repr__(self) -> str:
        return self._card().as_text()

    def _repr_html_(self) -> str:
        return self._card().as_html()

    def _card(self) -> Card:
        k = f"{self.k_min}" if self.k_min == self.k_max else f"{self.k_min}-{self.k_max}"
        told = {name: getattr(self, name) for name in _TOLD} | {
            "move_price": self.change.price,
            "most_moved": self.change.most,
        }
        stated = {name: value for name, value in told.items() if value is not None}
        finite = self.minutes[np.isfinite(self.minutes)]
        return Card(
            kind="Problem",
            facts=(
                (Text(zh="单元", en="units"), f"{self.n_units:,}"),
                (Text(zh="人口", en="residents"), people(self.total_population)),
                (Text(zh="候选牵头医院", en="sites"), f"{self.n_leads:,}"),
                (Text(zh="网格数", en="grids"), k),
                (Text(zh="邻边", en="edges"), f"{len(self.edges):,}"),
                (Text(zh="最长分钟", en="longest minutes"), minutes(float(finite.max(initial=0.0)))),
                (Text(zh="到不了", en="unreachable"), f"{self.minutes.size - finite.size:,}"),
                (Text(zh="规则", en="rules"), ", ".join(f"{name} {value:g}" for name, value in stated.items()) or "-"),
            ),
        )

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.unit_ids)

    @property
    def n_leads(self) -> int:
        """Number of candidate sites."""
        return len(self.lead_ids)

    @cached_property
    def unit_position(self) -> dict[str, int]:
        """Position of each unit id."""
        return {unit: i for i, unit in enumerate(self.unit_ids)}

    @cached_property
    def lead_position(self) -> dict[str, int]:
        """Position of each lead id."""
        return {lead: j for j, lead in enumerate(self.lead_ids)}

    @cached_property
    def total_population(self) -> float:
        """All residents."""
        return float(self.population.sum())

    @classmethod
    def from_arrays(
        cls,
        *,
        unit_ids: Sequence[str],
        population: ArrayLike,
        lead_ids: Sequence[str],
        lead_unit: ArrayLike,
        minutes: ArrayLike,
        edges: ArrayLike,
        choose: int | tuple[int, int] | None = None,
        lead_hospital: Sequence[object] | None = None,
        lead_price: ArrayLike | None = None,
        required: Iterable[str] = (),
        forbidden: Iterable[str] = (),
        balance: float | None = None,
        balance_price: float | None = None,
        population_min: ArrayLike | None = None,
        population_max: ArrayLike | None = None,
        max_minutes: float | None = None,
        max_minutes_price: float | None = None,
        whole: Sequence[object] | None = None,
        locked: Mapping[str, str] | None = None,
        barred: Mapping[str, Iterable[str]] | None = None,
        incumbent: Mapping[str, str] | None = None,
        move_price: float | None = None,
        most_moved: float | None = None,
        compactness_price: float | None = None,
        share_within: ArrayLike | None = None,
        habit: ArrayLike | None = None,
        habit_price: float | None = None,
        activities: Sequence[Activity] = (),
        unit_names: Sequence[str] | None = None,
        lead_names: Sequence[str] | None = None,
    ) -> Problem:
        """Build a problem from arrays; everything that is wrong is told at once.

        Numbers may be of any size up to 1e30; those below 1e-30 count as 0.

        Parameters
        ----------
        unit_ids, population
            n texts, all different, and n numbers of residents (>= 0, some above 0).
        lead_ids, lead_unit
            m texts, all different, and m unit positions: the unit where each site stands.
        minutes
            (n, m) drive minutes of a unit's residents to a site; `inf` where unreachable.
        edges
            (e, 2) unit positions that touch: barriers cut, links in. Direction and repetition do not matter.
        choose
            None: every site leads a grid. `k` or `(k_min, k_max)`: that many are chosen among the sites.
        lead_hospital
            m labels: at most one site of a hospital leads. Without it each site is its own hospital.
        lead_price
            m prices for opening a site, in resident-minutes (may be negative: a reward for strength).
        required, forbidden
            Lead ids that must, or must not, lead a grid.
        balance, balance_price
            Tolerance relative to total / k, and the price a resident beyond it; no price: the limit is hard.
        population_min, population_max
            Hard limits of a grid's residents, one number or one a site.
        max_minutes, max_minutes_price
            Access cap, and the price a resident whose unit lies beyond it; no price: the cap is hard.
        whole
            n labels: units with the same label stay together; None or "" leaves a unit free.
        locked, barred
            {unit id: lead id} and {unit id: [lead ids]}.
        incumbent, move_price, most_moved
            {unit id: lead id} of the plan in force, the price a resident who changes lead, and how many residents may.
            Units not named there have no lead to lose; those of a lead that is no candidate change lead in any case.
        compactness_price
            Price of each contiguity edge that a grid border cuts.
        share_within
            (n, m) shares 0..1 of a unit's residents within the case's time limit of a site; only reported.
        habit, habit_price
            (n, m) shares 0..1 of a unit's care that its residents seek at the hospital of a site, and the price of a resident
            who seeks all of it elsewhere than at the own lead; a row of 1 leaves a unit without any habit to lose.
        activities
            What a grid has beside its residents, with limits of its own: residents of an age, beds, providers of a service.
        unit_names, lead_names
            n and m names by which explanations tell units and leads; without them, and where empty, by their ids.

        Returns
        -------
        Problem
            What `solve` and `improve` take.

        Raises
        ------
        ProblemError
            If any argument is missing, malformed or contradicts another.

        Examples
        --------
        >>> problem = Problem.from_arrays(
        ...     unit_ids=["a", "b"], population=[10, 20], lead_ids=["x"], lead_unit=[1],
        ...     minutes=[[5.0], [1.0]], edges=[(0, 1)])
        >>> problem.total_population
        30.0
        """
        given: dict[str, Any] = {name: value for name, value in locals().items() if name != "cls"}
        return cls(**read_arguments(given))
