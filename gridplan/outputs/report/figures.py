"""The numbers that a report tells: sums and weighted means over the proposal's frames; nothing is planned or judged here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.grids.county_tree import township_of_unit
from gridplan.grids.members import hospital_of_site
from gridplan.ground.city_and_counties import limit_of_unit, told_limits
from gridplan.outputs.report.wording import people, people_cell, short_name, whole
from gridplan.words.grid_titles import title_grids
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS

if TYPE_CHECKING:
    from gridplan.checks.finding import Finding
    from gridplan.proposal.proposal import Proposal

SAME = 1e-9
_FERRY = r"(?i)ferry|轮渡|渡轮|渡船|交通船"


_ONE = {
    "planning units": "planning unit",
    "communities": "community",
    "townships": "township",
    "streets or townships": "street or township",
    "communities of care": "community of care",
    "grids": "grid",
}
"""What units, streets and grids are called, by what many of them are."""


def _with_noun(count: float, noun: Text) -> Text:
    told = whole(count)
    return Text(zh=f"{told.zh}个{noun.zh}", en=f"{told.en} {_ONE[noun.en] if told.en == '1' else noun.en}")


@dataclass(frozen=True)
class Change:
    """How residents fare whose lead is another one than today; minutes are None where today's are not told.

    - residents, share: who change; unchanged: grids whose units and lead stay
    - nearer, farther: residents and their mean minutes before and after; longer: residents whose drive gets ten minutes longer
    - worst: street with the largest growth, and its minutes before and after
    """

    residents: float
    share: float
    gone: tuple[str, ...]
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    nearer: tuple[float, float, float] | None
    farther: tuple[float, float, float] | None
    longer: float
    worst: tuple[str, float, float] | None


@dataclass(frozen=True)
class Today:
    """The grouping in force, measured like the plan."""

    n_leads: int
    mean_minutes: float | None
    share_within: float | None


@dataclass(frozen=True)
class Far:
    """Communities whose mean drive is beyond the limit: all, those without any possible lead within it, those with one."""

    n: int
    residents: float
    n_supply: int
    residents_supply: float
    n_plan: int
    residents_plan: float
    streets_plan: tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False)
class Figures:
    """A proposal as documents tell it; see `figures_of`.

    `today` is told apart, so that an audience may see the mean of all without seeing who loses.
    """

    proposal: Proposal
    today: Today | None

    @property
    def county(self) -> bool:
        """Whether the plan is of a county."""
        return self.proposal.case.place.mode == "county"

    @property
    def limit(self) -> str:
        """Minutes within which people should reach their lead, as one says them."""
        return told_limits(self.proposal.case)

    @property
    def fewest(self) -> int:
        """Counts of persons below this are not shown."""
        return self.proposal.case.rules.fewest_shown

    def people(self, count: float) -> Text:
        """Return residents as a sentence has them."""
        return people(count, self.fewest)

    def people_cell(self, count: float) -> Text:
        """Return residents as a table has them."""
        return people_cell(count, self.fewest)

    @cached_property
    def streets(self) -> pd.DataFrame:
        """One row a street in the order of the units: name, district, population, n_units, grids (positions)."""
        units = pd.DataFrame(self.proposal.units.drop(columns="geometry"))
        key = township_of_unit(units)
        row_of = {grid: row for row, grid in enumerate(self.proposal.grids.index)}
        rows = []
        for street, own in units.groupby(key, sort=False):
            first = own.iloc[0]
            rows.append(
                {
                    "street": street,
                    "name": str(first["street"] or first["name"] or street),
                    "district": str(first["district"]),
                    "population": float(own["population"].sum()),
                    "n_units": len(own),
                    "grids": tuple(sorted({row_of[grid] for grid in own["grid_id"] if grid in row_of})),
                }
            )
        return pd.DataFrame(rows).set_index("street")

    @cached_property
    def street_of_unit(self) -> pd.Series:
        """Key of the street of each unit."""
        return township_of_unit(self.proposal.units)

    @property
    def named_units(self) -> bool:
        """Whether units are places that people know by name, and not cut by us."""
        return self.proposal.case.layers.units is not None

    @property
    def unit_noun(self) -> Text:
        """What the units are called, many of them."""
        if not self.named_units:
            return Text(zh="规划单元", en="planning units")
        if self.has_streets:
            return Text(zh="村（社区）" if self.county else "社区（村）", en="communities")
        return self.street_noun

    @property
    def street_noun(self) -> Text:
        """What streets are called, many of them."""
        if self.county:
            return Text(zh="乡镇（街道）", en="townships")
        return Text(zh="街道（乡镇）", en="streets or townships")

    @property
    def grid_noun(self) -> Text:
        """What grids are called, many of them."""
        return Text(zh="医共体", en="communities of care") if self.county else Text(zh="网格", en="grids")

    def n_units(self, count: float) -> Text:
        """Return a count of units."""
        return _with_noun(count, self.unit_noun)

    def n_streets(self, count: float) -> Text:
        """Return a count of streets."""
        return _with_noun(count, self.street_noun)

    def n_grids(self, count: float) -> Text:
        """Return a count of grids."""
        return _with_noun(count, self.grid_noun)

    @property
    def has_streets(self) -> bool:
        """Whether units are parts of streets."""
        return len(self.streets) < len(self.proposal.units)

    @cached_property
    def labels(self) -> dict[str, Text]:
        """What each grid is called, as on the map."""
        grids = self.proposal.grids
        return title_grids(grids.index, set(grids["group_name"]))

    @cached_property
    def groups(self) -> dict[str, Text]:
        """Name of the group of each grid, provisional where the proposal has none."""
        noun = Text(zh="医共体", en="medical community") if self.county else Text(zh="医疗集团", en="medical group")
        told = {}
        for grid, row in self.proposal.grids.iterrows():
            given, lead = str(row["group_name"] or ""), short_name(str(row["lead_name"]), self.proposal.case.place.name)
            proposed = Text(zh=f"{lead}{noun.zh}", en=f"{noun.en} of {lead}")
            told[str(grid)] = Text(zh=given, en=given) if given else proposed
        return told

    @property
    def groups_provisional(self) -> bool:
        """Whether some group's name is only proposed."""
        return bool(self.proposal.grids["group_source"].isin(["", "proposed"]).any())

    @cached_property
    def n_districts(self) -> int:
        """Number of districts."""
        return int(self.proposal.units["district"].replace("", np.nan).nunique())

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Facilities inside the area, or in a grid."""
        facilities = self.proposal.facilities
        return pd.DataFrame(facilities[(facilities["unit_id"] != "") | (facilities["grid_id"] != "")])

    def count(self, kinds: tuple[str, ...], *, level: int | None = None) -> int:
        """Return how many institutions of these kinds there are, campuses not counted."""
        own = self.placed[self.placed["kind"].isin(kinds) & ~self._campus]
        return len(own if level is None else own[own["level"] == level])

    @cached_property
    def _campus(self) -> pd.Series:
        kind = self.proposal.facilities["kind"]
        above = self.placed["parent_id"].map(kind)
        return above.isin(HOSPITAL_KINDS) & self.placed["kind"].isin(HOSPITAL_KINDS)

    @cached_property
    def beds(self) -> float:
        """Hospital beds inside the area; NaN where none tells."""
        return float(self.placed["beds"].where(self.placed["kind"].isin(HOSPITAL_KINDS)).sum(min_count=1))

    @property
    def n_hospitals(self) -> int:
        """Tertiary hospitals."""
        return self.count(HOSPITAL_KINDS, level=3)

    @property
    def n_centres(self) -> int:
        """Health centres of communities and townships."""
        return self.count(CENTRE_KINDS)

    @cached_property
    def lead_moves(self) -> pd.Series:
        """Whether each unit's lead is of another hospital than today; False where today's is not known."""
        units = self.proposal.units
        return units["baseline_lead_id"].ne("") & (
            self._hospital(units["baseline_lead_id"]) != self._hospital(units["lead_id"])
        )

    def _hospital(self, sites: pd.Series) -> pd.Series:
        hospital = hospital_of_site(self.proposal.facilities)
        return sites.map(hospital).fillna(sites)

    @property
    def has_baseline(self) -> bool:
        """Whether a grouping in force is known."""
        return bool(self.proposal.units["baseline_lead_id"].ne("").any())

    @cached_property
    def change(self) -> Change | None:
        """How residents fare whose lead changes; None without a grouping in force."""
        if not self.has_baseline:
            return None
        units, moves = self.proposal.units, self.lead_moves
        people = units["population"]
        before, after = units["baseline_minutes"], units["minutes_to_lead"]
        told = moves & np.isfinite(before) & np.isfinite(after)
        nearer, farther = told & (after < before - SAME), told & (after > before + SAME)
        old, new = self._hospital(units["baseline_lead_id"]), self._hospital(units["lead_id"])
        olds, news = set(old[old != ""]), set(new[new != ""])
        return Change(
            residents=float(people[moves].sum()),
            share=float(people[moves].sum() / people.sum()),
            gone=tuple(self.name_of(lead) for lead in dict.fromkeys(old) if lead and lead not in news),
            new=tuple(self.name_of(lead) for lead in dict.fromkeys(new) if lead and lead not in olds),
            unchanged=self._unchanged(old, new),
            nearer=_fared(people, before, after, nearer),
            farther=_fared(people, before, after, farther),
            longer=float(people[told & (after >= before + 10)].sum()),
            worst=self._worst(told),
        )

    def _unchanged(self, old: pd.Series, new: pd.Series) -> tuple[str, ...]:
        grid = self.proposal.units["grid_id"]
        return tuple(
            str(name)
            for name in self.proposal.grids.index
            if (old[grid == name] == new[grid == name]).all()
            and not (old.isin(new[grid == name]) & (grid != name)).any()
        )

    def _worst(self, told: pd.Series) -> tuple[str, float, float] | None:
        rows = self.street_changes(told)
        if rows.empty:
            return None
        worst = rows.iloc[int((rows["after"] - rows["before"]).to_numpy().argmax())]
        grows = worst["after"] > worst["before"] + SAME
        return (str(worst["name"]), float(worst["before"]), float(worst["after"])) if grows else None

    def street_changes(self, chosen: pd.Series) -> pd.DataFrame:
        """Return streets of the chosen units: name, population, mean minutes before and after (NaN where not told)."""
        units = self.proposal.units[chosen]
        key = self.street_of_unit[chosen]
        rows = []
        for street, own in units.groupby(key, sort=False):
            people = own["population"]
            rows.append(
                {
                    "street": street,
                    "name": str(self.streets["name"][street]),
                    "population": float(people.sum()),
                    "before": _mean(people, own["baseline_minutes"]),
                    "after": _mean(people, own["minutes_to_lead"]),
                }
            )
        columns = ["street", "name", "population", "before", "after"]
        return pd.DataFrame(rows, columns=columns).set_index("street")

    def name_of(self, facility: str) -> str:
        """Return the name of a facility; its id where it is not in the proposal."""
        return str(self.proposal.facilities["name"].get(facility, facility))

    @cached_property
    def to_leads(self) -> pd.DataFrame:
        """Minutes of units (rows) to every candidate site (columns)."""
        table = self.proposal.minutes
        if not len(table):
            return pd.DataFrame(index=self.proposal.units.index, dtype=float)
        return table.pivot(index="unit_id", columns="lead_id", values="minutes").reindex(self.proposal.units.index)

    @cached_property
    def not_nearest(self) -> float:
        """Residents who are not in the grid of the nearest of the plan's leads."""
        units, grids = self.proposal.units, self.proposal.grids
        answer = 0.0
        for _, own in grids.groupby("scope_id"):
            leads = [lead for lead in own["lead_id"] if lead in self.to_leads]
            inside = units[units["grid_id"].isin(own.index)]
            if leads and len(inside):
                nearest = self.to_leads.loc[inside.index, leads].min(axis=1)
                answer += float(inside["population"][inside["minutes_to_lead"] > nearest + SAME].sum())
        return answer

    @cached_property
    def held_by_reason(self) -> dict[str, float]:
        """Residents who are not with the nearest lead, by the reason that was found, most first; a full and a short grid are both balance."""
        told = self.proposal.reasons[self.proposal.reasons["reason"] != "nearest"]
        reason = told["reason"].replace("short", "full")
        number = self.proposal.units["population"].reindex(told["unit_id"]).set_axis(reason.index).groupby(reason).sum()
        return {str(name): float(count) for name, count in number.sort_values(ascending=False, kind="stable").items()}

    @cached_property
    def far(self) -> Far | None:
        """Communities beyond the limit; None where there is none."""
        units = self.proposal.units
        limit = limit_of_unit(units, self.proposal.case)
        far = units["minutes_to_lead"] > limit
        if not far.any():
            return None
        reached = self.to_leads.min(axis=1).reindex(units.index).fillna(np.inf) if self.to_leads.shape[1] else np.inf
        own_fault = far & (reached <= limit)
        supply = far & ~own_fault
        people = units["population"]
        by_street = self.street_of_unit[own_fault].map(self.streets["name"]).value_counts(sort=False)
        return Far(
            n=int(far.sum()),
            residents=float(people[far].sum()),
            n_supply=int(supply.sum()),
            residents_supply=float(people[supply].sum()),
            n_plan=int(own_fault.sum()),
            residents_plan=float(people[own_fault].sum()),
            streets_plan=tuple((str(name), int(n)) for name, n in by_street.items()),
        )

    @cached_property
    def standing(self) -> tuple[Finding, ...]:
        """Findings that are not met and matter to a plan: must and should."""
        return tuple(f for f in self.proposal.findings if f.status == "violated" and f.severity != "note")

    @cached_property
    def ferry_units(self) -> frozenset[str]:
        """Units from which one gets to the lead by boat: no land border, bridge or tunnel joins them to its unit."""
        return frozenset(_behind_water(self.proposal))

    def score(self, name: str) -> Any:
        """Return a number of the whole plan."""
        return self.proposal.scores["plan"].get(name)


def figures_of(shown: Proposal, whole: Proposal) -> Figures:
    """Return the figures of what an audience is shown; `whole` is the proposal before anything was left out."""
    return Figures(shown, _today(whole))


def _today(proposal: Proposal) -> Today | None:
    units = proposal.units
    known = units["baseline_lead_id"].ne("")
    if not known.any():
        return None
    people = units["population"][known]
    pairs = pd.MultiIndex.from_arrays([units.index[known], units["baseline_lead_id"][known]])
    within = proposal.minutes.set_index(["unit_id", "lead_id"])["share_within"].reindex(pairs).to_numpy(float)
    told = np.isfinite(within).all() and people.sum() > 0
    share = float((people * within).sum() / people.sum()) if told else None
    mean = _mean(people, units["baseline_minutes"][known])
    return Today(
        n_leads=int(units["baseline_lead_id"][known].nunique()),
        mean_minutes=None if np.isnan(mean) else mean,
        share_within=share,
    )


def _mean(people: pd.Series, values: pd.Series) -> float:
    told = np.isfinite(values) & (people > 0)
    return float((people[told] * values[told]).sum() / people[told].sum()) if told.any() else float("nan")


def _fared(people: pd.Series, before: pd.Series, after: pd.Series, who: pd.Series) -> tuple[float, float, float] | None:
    if not who.any():
        return None
    return float(people[who].sum()), _mean(people[who], before[who]), _mean(people[who], after[who])


def _behind_water(proposal: Proposal) -> set[str]:
    """Return units that borders and links other than ferries do not join, step by step, to the unit of their lead."""
    import networkx as nx

    table = proposal.adjacency
    by_land = ~(table["kind"].eq("link") & table["name"].str.contains(_FERRY))
    graph = nx.Graph()
    graph.add_nodes_from(proposal.units.index)
    graph.add_edges_from(zip(table["unit_a"][by_land], table["unit_b"][by_land], strict=True))
    part = {unit: number for number, units in enumerate(nx.connected_components(graph)) for unit in units}
    home = proposal.units["lead_id"].map(proposal.facilities["unit_id"])
    return {str(unit) for unit, own in home.items() if own in part and part[unit] != part[own]}
