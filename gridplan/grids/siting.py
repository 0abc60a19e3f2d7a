"""Where shared centres might stand: p-median and covering problems over minutes between facilities, solved to proof.

Clients are the health centres that answer for residents, weighted by these; hosts are the hospitals that might hold a centre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridplan.grids.centres import able_hosts, serving
from gridplan.ground.access.between import Between
from gridplan.layers.facilities.services import offers

if TYPE_CHECKING:
    import geopandas as gpd

Floats = npt.NDArray[np.float64]

UNREACHED_MIN = 10_000.0
"""Minutes that a resident counts with whom no chosen centre reaches: more than any drive, so that as few as possible are."""


@dataclass(frozen=True)
class Choice:
    """Sites chosen and how far they are: positions of the hosts, minutes over the weight that is reached, weight that is not.

    `proven` is True if no other choice is better. Minutes are NaN where nobody is reached.
    """

    hosts: tuple[int, ...]
    mean_min: float
    worst_min: float
    unreached: float
    proven: bool = True


def choose_sites(minutes: npt.ArrayLike, weights: npt.ArrayLike, p: int) -> Choice:
    """Choose p of m hosts so that the weighted mean minutes from n clients to the nearest of them are least (p-median).

    Parameters
    ----------
    minutes : (n, m), inf where unreachable; weights : n numbers of at least 0.
    p : 1..m.

    Raises
    ------
    ValueError
        If p is not within 1..m.

    Examples
    --------
    >>> choose_sites([[0, 9], [8, 0], [9, 1]], [1, 1, 1], 1).hosts
    (1,)
    """
    table, weight = _checked(minutes, weights)
    if not 1 <= p <= table.shape[1]:
        msg = f"p is {p}; it needs to be within 1 and the {table.shape[1]} hosts"
        raise ValueError(msg)
    cost = np.where(np.isfinite(table), table, UNREACHED_MIN) * (weight / max(weight.sum(), 1e-300))[:, None]
    if p in (1, table.shape[1]):
        best = int(np.argmin(cost.sum(axis=0)))
        return measure_choice(table, weight, [best] if p == 1 else list(range(p)))
    hosts, proven = _p_median(cost, p)
    return measure_choice(table, weight, hosts, proven=proven)


def cover_sites(minutes: npt.ArrayLike, weights: npt.ArrayLike, limit_min: float) -> Choice:
    """Choose the fewest hosts so that every client is within `limit_min` minutes of one (set covering).

    Clients that no host reaches within the limit count as unreached. No host is chosen where there are no others.
    """
    from scipy.sparse import csc_matrix

    table, weight = _checked(minutes, weights)
    near = (table <= limit_min) & (weight > 0)[:, None]
    wanted = near[near.any(axis=1)].astype(float)
    if not len(wanted):
        return Choice((), float("nan"), float("nan"), float(weight.sum()))
    rows = csc_matrix(wanted)
    chosen, proven = _solve(rows, np.ones(len(wanted)), np.full(len(wanted), np.inf), np.ones(table.shape[1]))
    in_time = np.where(table <= limit_min, table, np.inf)
    return measure_choice(in_time, weight, list(np.flatnonzero(chosen > 0.5)), proven=proven)


def measure_choice(table: Floats, weight: Floats, hosts: list[int], *, proven: bool = True) -> Choice:
    """Return the minutes from the clients to the nearest of the hosts."""
    nearest = table[:, hosts].min(axis=1, initial=np.inf)
    reached = np.isfinite(nearest) & (weight > 0)
    total = float(weight[reached].sum())
    mean = float((weight * np.where(reached, nearest, 0.0))[reached].sum() / total) if total else float("nan")
    worst = float(nearest[reached].max()) if total else float("nan")
    return Choice(tuple(map(int, hosts)), mean, worst, float(weight.sum() - total), proven)


def _checked(minutes: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(minutes, dtype=np.float64), np.asarray(weights, dtype=np.float64)


def _p_median(cost: Floats, p: int) -> tuple[list[int], bool]:
    """Solve the p-median by ranks of distance (Elloumi 2010, doi:10.1007/s10878-008-9162-0).

    y[j]: host j is open; z[i, r]: client i has no open host among its r + 1 nearest, which costs the step to the next one.
    Among its m - p + 1 nearest one is open in any case.
    """
    from scipy.sparse import coo_matrix

    n, m = cost.shape
    steps = m - p
    order = np.argsort(cost, axis=1, kind="stable")[:, : steps + 1]
    step_cost = np.diff(np.take_along_axis(cost, order, axis=1), axis=1)
    row = np.arange(n * steps)
    rank = row % max(steps, 1)
    later = row[rank > 0]
    entries = [
        (row, m + row, 1.0),
        (row, order[:, :steps].ravel(), 1.0),
        (later, m + later - 1, -1.0),
        (np.full(m, n * steps), np.arange(m), 1.0),
    ]
    at_row, column, value = (
        np.concatenate(parts) for parts in zip(*[(r, c, np.full(len(r), v)) for r, c, v in entries], strict=True)
    )
    rows = coo_matrix((value, (at_row, column)), shape=(n * steps + 1, m + n * steps)).tocsc()
    low = np.append(np.where(rank == 0, 1.0, 0.0), p)
    high = np.append(np.full(n * steps, np.inf), p)
    values, proven = _solve(rows, low, high, np.concatenate([np.zeros(m), step_cost.ravel()]), n_binary=m)
    return [int(j) for j in np.flatnonzero(values[:m] > 0.5)], proven


def _solve(rows: Any, low: Floats, high: Floats, cost: Floats, *, n_binary: int | None = None) -> tuple[Floats, bool]:
    """Solve a 0-1 program with HiGHS to proof; return the values, and whether they are proven best."""
    import highspy

    from gridplan.solver.programs.highs import minimise

    n = len(cost)
    whole = np.arange(n) < (n if n_binary is None else n_binary)
    options = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-9}
    highs = minimise(rows, cost, np.ones(n), low, high, whole=whole, options=options)
    return np.array(highs.getSolution().col_value), highs.getModelStatus() == highspy.HighsModelStatus.kOptimal


@dataclass(frozen=True, eq=False)
class Demand:
    """Who is to be served: residents of each health centre (index facility_id), its grid, and the minutes to the hosts."""

    people: pd.Series
    grid: pd.Series
    between: Between

    def minutes(self, hosts: list[str], grid_id: str | None = None) -> Floats:
        """Return minutes (clients, hosts), of one grid's clients or of all; inf where not known."""
        clients = self.people.index if grid_id is None else self.clients(grid_id)
        table = self.between.minutes.reindex(index=clients, columns=hosts).to_numpy(float)
        return np.where(np.isnan(table), np.inf, table)

    def clients(self, grid_id: str) -> pd.Index:
        """Return the clients of a grid."""
        return self._clients_by_grid.get(grid_id, self.people.index[:0])

    @cached_property
    def _clients_by_grid(self) -> dict[str, pd.Index]:
        grid = self.grid.reindex(self.people.index)
        return {str(grid_id): rows.index for grid_id, rows in self.people.groupby(grid)}

    def weights(self, grid_id: str | None = None) -> Floats:
        """Return the residents of one grid's clients, or of all."""
        people = self.people if grid_id is None else self.people[self.clients(grid_id)]
        return people.to_numpy(float)


def hosts_by_grid(facilities: gpd.GeoDataFrame, members: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """Return the facilities of each grid that might hold a centre of a kind.

    They are the hospitals of level 2 and above that tell the service; where a grid has none, all of these hospitals; where it
    has none either, its lead.
    """
    able, told = able_hosts(facilities, members), offers(facilities, kind)
    hosts = {}
    for lead in sorted(members.index[members["role"] == "lead"]):
        grid_id = str(members.loc[lead, "grid_id"])
        own = able & (members["grid_id"] == grid_id)
        first = [sorted(facilities.index[rows]) for rows in (own & told, own)]
        hosts[grid_id] = next((list(map(str, names)) for names in first if names), [str(lead)])
    return hosts


def propose_centres(
    facilities: gpd.GeoDataFrame, members: pd.DataFrame, demand: Demand, centres: pd.DataFrame, kinds: tuple[str, ...]
) -> pd.DataFrame:
    """Return a proposed host for every grid that no centre of a kind serves: kind, facility_id, host_grid, serves, status.

    It is the host of the grid with the least mean minutes from its health centres (1-median); none is proposed for a grid
    whose health centres answer for nobody.
    """
    rows = []
    for kind in kinds:
        for grid_id, hosts in hosts_by_grid(facilities, members, kind).items():
            served = serving(centres[centres["kind"] == kind], grid_id)
            if len(served) or not len(demand.clients(grid_id)):
                continue
            best = choose_sites(demand.minutes(hosts, grid_id), demand.weights(grid_id), 1).hosts[0]
            rows.append((kind, hosts[best], grid_id, grid_id, "proposed"))
    return pd.DataFrame(rows, columns=centres.columns, dtype=object)


def compare_siting(
    facilities: gpd.GeoDataFrame,
    members: pd.DataFrame,
    demand: Demand,
    kinds: tuple[str, ...],
    *,
    sample_min: float | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of the annex "siting": for each kind, a centre in every grid, the leads holding them, and p city-wide, p = 1, 2, ...

    With `sample_min` also the fewest centres with every health centre within so many minutes. Hosts city-wide are those of all
    grids (see `hosts_by_grid`). Minutes are means and maxima over the residents of the health centres that are reached.
    """
    solved: dict[tuple[tuple[str, ...], ...], list[dict[str, Any]]] = {}
    rows: list[dict[str, Any]] = []
    for kind in kinds if len(demand.people) else ():
        hosts = {g: h for g, h in hosts_by_grid(facilities, members, kind).items() if len(demand.clients(g))}
        key = tuple(map(tuple, hosts.values()))
        if key not in solved:
            solved[key] = list(_arrangements(members, demand, hosts, sample_min))
        rows += [{"kind": kind, **row} for row in solved[key]]
    return rows


def _arrangements(
    members: pd.DataFrame, demand: Demand, hosts: dict[str, list[str]], sample_min: float | None
) -> Iterator[dict[str, Any]]:
    leads = members.index[(members["role"] == "lead") & members["grid_id"].isin(hosts)]
    every = [
        _one_each(demand, hosts),
        _one_each(demand, {str(members.loc[lead, "grid_id"]): [str(lead)] for lead in leads}),
    ]
    told = [("each_grid", *every[0]), ("leads", *every[1])]
    city = sorted({name for names in hosts.values() for name in names})
    table, weights = demand.minutes(city), demand.weights()
    found = [("city", choose_sites(table, weights, p)) for p in range(1, min(len(hosts), len(city)) + 1)]
    if sample_min is not None:
        found.append(("cover", cover_sites(table, weights, sample_min)))
    told += [(name, [city[j] for j in choice.hosts], choice) for name, choice in found if choice.hosts]
    for name, chosen, choice in told:
        yield {
            "arrangement": name,
            "n_centres": len(chosen),
            "mean_minutes": choice.mean_min,
            "worst_minutes": choice.worst_min,
            "unreached": choice.unreached,
            "centres_fewer": len(hosts) - len(chosen),
            "minutes_more_than_each": choice.mean_min - every[0][1].mean_min,
            "minutes_more_than_leads": choice.mean_min - every[1][1].mean_min,
            "hosts": tuple(chosen),
        }


def _one_each(demand: Demand, hosts: dict[str, list[str]]) -> tuple[list[str], Choice]:
    """Choose the best host of every grid for its own clients; minutes and people over all grids."""
    chosen, nearest, weight = [], [], []
    for grid_id, names in hosts.items():
        table, people = demand.minutes(names, grid_id), demand.weights(grid_id)
        best = choose_sites(table, people, 1).hosts[0]
        chosen.append(names[best])
        nearest.append(table[:, best])
        weight.append(people)
    return chosen, measure_choice(np.concatenate(nearest)[:, None], np.concatenate(weight), [0])
