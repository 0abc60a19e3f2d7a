"""What a plan rests on is not known exactly: speeds, residents, their need of care and prices, drawn within stated ranges.

A factor is drawn between 1 / (1 + range) and 1 + range, all ratios alike, so that twice as much is as likely as half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gridplan.case.case import Case
from gridplan.case.sections import FirmnessRules
from gridplan.ground.access.minutes import TravelTimes, summarise_units
from gridplan.ground.access.rulers import RoadRuler, Ruler, make_ruler
from gridplan.ground.city_and_counties import Scope
from gridplan.layers.layers import Layers
from gridplan.solver.problem import Problem
from gridplan.solver.restated import Numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRICES = ("balance_price", "strength_price", "change_price")


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw: factors on speeds, on minutes (areas, sites), on residents (units) and on prices.

    `care_65` is how many others a resident aged 65 or over counts as.
    """

    speed: float
    by_class: dict[str, float]
    minutes: Floats
    people: Floats
    care_65: float
    prices: dict[str, float]

    @property
    def told(self) -> dict[str, float]:
        """The single numbers of the draw, by name."""
        classes = {f"speed_{name}": factor for name, factor in self.by_class.items()}
        return {"speed": self.speed, **classes, "care_65": self.care_65, **self.prices}


@dataclass(frozen=True, eq=False)
class Uncertain:
    """A place whose numbers are drawn.

    - sites: candidates of all scopes; ruler: measures the minutes to them
    - classes: road classes whose speeds are drawn, ramps with their roads; none where minutes are not those of roads
    - area, area_of_cell: number of the district (or street) of each unit and each cell; older: share of each unit's residents aged 65
      and over, None where it is not known
    """

    layers: Layers
    case: Case
    sites: list[str]
    ruler: Ruler
    classes: tuple[str, ...]
    area: Ints
    area_of_cell: Ints
    older: Floats | None

    @property
    def rules(self) -> FirmnessRules:
        """The ranges."""
        return self.case.firmness

    def ranges(self) -> dict[str, tuple[float, int]]:
        """Return (range, how many factors) of all that is drawn, by its key of the case; 0 factors: it is not known here."""
        rules, by_roads = self.rules, bool(self.classes)
        priced = {"balance_price": self.case.grids.balance is not None and not self.case.grids.balance_hard}
        priced |= {"strength_price": True, "change_price": bool(self.case.change.price_min)}
        return {
            "speed_range": (rules.speed_range, 1),
            "class_range": (rules.class_range, len(self.classes)),
            "minutes_range": (rules.minutes_range, 0 if by_roads else self.n_areas * len(self.sites)),
            "area_range": (rules.area_range, self.n_areas if self.n_areas < len(self.area) else 0),
            "unit_range": (rules.unit_range, len(self.area)),
            "care_65": (rules.care_65, 0 if self.older is None else 1),
            "price_range": (rules.price_range, sum(priced.values())),
        }

    def draw(self, seed: int, number: int) -> Draw:
        """Return one draw; the same seed and number give the same one."""
        rng = np.random.default_rng([seed, number])
        rules, ranges = self.rules, self.ranges()

        def factors(name: str, n: int) -> Floats:
            width = np.log1p(getattr(rules, name)) if ranges[name][1] else 0.0
            drawn: Floats = np.exp(rng.uniform(-1.0, 1.0, n) * width)
            return drawn

        speed = float(factors("speed_range", 1)[0])
        by_class = dict(zip(self.classes, factors("class_range", len(self.classes)).tolist(), strict=True))
        minutes = factors("minutes_range", self.n_areas * len(self.sites)).reshape(self.n_areas, len(self.sites))
        people = factors("area_range", self.n_areas)[self.area] * factors("unit_range", len(self.area))
        care = float(rng.uniform(1.0, rules.care_65))
        if self.older is None:
            care = 1.0
        else:
            people = people * (1.0 + (care - 1.0) * self.older)
        return Draw(
            speed,
            by_class,
            minutes,
            people,
            care,
            dict(zip(PRICES, factors("price_range", len(PRICES)).tolist(), strict=True)),
        )

    def numbers(self, drawn: Draw, problems: Sequence[tuple[Scope, Problem]]) -> list[Numbers]:
        """Return what a draw makes of the problem of each scope."""
        travel = self._travel(drawn)
        rows, columns = self.layers.units.index, list(travel.sites)
        found = []
        for _, problem in problems:
            at = np.ix_(rows.get_indexer(list(problem.unit_ids)), [columns.index(lead) for lead in problem.lead_ids])
            people = problem.population * drawn.people[at[0].ravel()]
            share = None if problem.share_within is None else travel.unit_share.to_numpy()[at]
            found.append(Numbers(people, travel.unit_minutes.to_numpy()[at], share, **drawn.prices))
        return found

    def _travel(self, drawn: Draw) -> TravelTimes:
        minutes = self.ruler.at_speeds(drawn.speed, drawn.by_class).to_sites(self.sites)
        return summarise_units(self.layers, self.case, self.sites, minutes * drawn.minutes[self.area_of_cell])

    @cached_property
    def n_areas(self) -> int:
        """Number of districts, or streets."""
        return int(self.area.max(initial=-1)) + 1


def uncertain_place(layers: Layers, case: Case, sites: list[str]) -> Uncertain:
    """Return the place ready to be drawn from.

    Parameters
    ----------
    layers : with cells and facilities placed in units; case : with the ranges; sites : candidates of all scopes.
    """
    units = layers.units
    ruler, _ = make_ruler(layers, case, layers.facilities[layers.facilities["unit_id"] != ""])
    by_roads = isinstance(ruler, RoadRuler)
    named = next((name for name in ("district_id", "street_id") if units[name].nunique() > 1), None)
    area = np.arange(len(units)) if named is None else np.unique(units[named].astype(str), return_inverse=True)[1]
    older = (units["population_65"] / units["population"]).replace([np.inf, -np.inf], np.nan)
    return Uncertain(
        layers,
        case,
        sites,
        ruler,
        _classes(layers) if by_roads else (),
        area,
        area[units.index.get_indexer(layers.cells["unit_id"])],
        older.fillna(older.mean()).to_numpy(float) if older.notna().any() else None,
    )


def _classes(layers: Layers) -> tuple[str, ...]:
    driven = layers.roads.loc[layers.roads["drive"].astype(bool), "road_class"].astype(str)
    return tuple(sorted({name.removesuffix("_link") for name in driven} - {"ferry"}))
