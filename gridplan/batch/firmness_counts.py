"""What many plans have in common with the plan of a case, counted unit by unit, border by border, site by site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from gridplan.batch.trials import Trial, Tried
from gridplan.ground.in_force import leads_in_force
from gridplan.pipeline import Posed
from gridplan.solver.solution import Solution

QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, eq=False)
class Counted:
    """What the plans have in common with the plan of the case, counted kind by kind."""

    posed: Posed
    solution: Solution
    trials: list[Trial]
    tried: list[Tried]

    @property
    def _ids(self) -> pd.Index:
        return self.posed.place.layers.units.index

    def _leads(self, *kinds: str) -> np.ndarray[Any, Any]:
        """Return the lead of each unit in each plan of some kinds, (plans, units), as texts."""
        table = np.full((len(self.trials), len(self._ids)), "", dtype=object)
        for at, (_, problem) in enumerate(self.posed.problems):
            columns = self._ids.get_indexer(pd.Index(problem.unit_ids))
            names = np.array(problem.lead_ids, dtype=object)
            table[:, columns] = names[np.stack([one.leads[at] for one in self.tried])]
        return table[[trial.kind in kinds for trial in self.trials]]

    @property
    def _own(self) -> pd.Series:
        """The lead of each unit in the plan of the case."""
        return self.solution.assignment.lead_of_unit.reindex(self._ids).fillna("")

    def _people(self) -> np.ndarray[Any, Any]:
        people: np.ndarray[Any, Any] = self.posed.place.layers.units["population"].to_numpy(float)
        return people

    def units(self) -> list[dict[str, Any]]:
        """Return a row for each unit and each lead that it has in any plan."""
        drawn, seeds, own = self._leads("drawn"), self._leads("seeds"), self._own
        rows = []
        for column, unit in enumerate(self._ids):
            rows += [
                {
                    "unit_id": unit,
                    "lead_id": lead,
                    "share": float((drawn[:, column] == lead).mean()),
                    "share_seeds": float((seeds[:, column] == lead).mean()),
                    "in_plan": int(lead == own.iloc[column]),
                }
                for lead in sorted({own.iloc[column], *drawn[:, column], *seeds[:, column]})
            ]
        return rows

    def borders(self) -> list[dict[str, Any]]:
        """Return a row for each pair of neighbours that is apart in any plan."""
        drawn, seeds, own = self._leads("drawn"), self._leads("seeds"), self._own.to_numpy(object)
        graph: nx.Graph = self.posed.place.adjacency
        rows = []
        for a, b in sorted(tuple(sorted((str(a), str(b)))) for a, b in graph.edges):
            i, j = self._ids.get_indexer(pd.Index([a, b]))
            share, by_seed = float((drawn[:, i] != drawn[:, j]).mean()), float((seeds[:, i] != seeds[:, j]).mean())
            apart = own[i] != own[j]
            if apart or share or by_seed:
                rows.append({"unit_a": a, "unit_b": b, "share": share, "share_seeds": by_seed, "in_plan": int(apart)})
        return rows

    def sites(self) -> list[dict[str, Any]]:
        """Return a row for each candidate site."""
        drawn, seeds, own = self._leads("drawn"), self._leads("seeds"), set(self._own)
        names, people = self.posed.place.layers.facilities["name"], self._people()
        rows = []
        for lead in dict.fromkeys(lead for _, problem in self.posed.problems for lead in problem.lead_ids):
            led = (drawn == lead).any(axis=1)
            load = (drawn[led] == lead) @ people
            low, mid, high = np.quantile(load, (0.05, 0.5, 0.95)) if len(load) else (np.nan,) * 3
            rows.append(
                {
                    "lead_id": lead,
                    "lead_name": names.get(lead, lead),
                    "share": float(led.mean()),
                    "share_seeds": float((seeds == lead).any(axis=1).mean()),
                    "in_plan": int(lead in own),
                    "population_p05": low,
                    "population_p50": mid,
                    "population_p95": high,
                }
            )
        return sorted(rows, key=lambda row: (-row["in_plan"], -row["share"], row["lead_id"]))

    def plans(self) -> pd.DataFrame:
        """Return a row for each plan: kind, number, seed, what was drawn, scores, leads."""
        leads = self._leads("drawn", "seeds", "again")
        moved, other = self._moved(leads), self._other(leads)
        rows = []
        for at, (trial, one) in enumerate(zip(self.trials, self.tried, strict=True)):
            rows.append(
                {
                    "kind": trial.kind,
                    "number": trial.number,
                    "seed": trial.seed,
                    **one.scores,
                    "residents_moved": moved[at],
                    "share_other": other[at],
                    "status": one.status,
                    "reproducible": int(one.reproducible),
                    "leads": ", ".join(sorted(set(leads[at]))),
                    **({} if trial.draw is None else trial.draw.told),
                }
            )
        return pd.DataFrame(rows)

    def scores(self) -> list[dict[str, Any]]:
        """Return the quantiles of every score, of drawn plans and of those with other seeds."""
        plans, own = self.plans(), self._own_scores()
        rows = []
        for score, value in own.items():
            for kind in ("drawn", "seeds"):
                told = plans.loc[plans["kind"] == kind, score].dropna()
                rows.append(_quantiles(score, kind, told.to_numpy(float), value))
        leads, again = self._leads("drawn"), self._leads("again")
        differs = (leads[: len(again)] != again) @ self._people() / self._people().sum()
        rows.append(_quantiles("share_other", "again", differs.astype(float), 0.0))
        return [row for row in rows if row["plans"]]

    def _own_scores(self) -> dict[str, float]:
        outcome, people = self.solution.outcome, self._people()
        own = self._own.to_numpy(object)
        load = pd.Series(people).groupby(own).sum()
        row = self.posed.travel.unit_share.columns.get_indexer(pd.Index(own))
        within = self.posed.travel.unit_share.to_numpy()[np.arange(len(own)), row]
        worst = max(_deviation(load.reindex(sorted(set(own[self._ids.isin(s.units)])))) for s, _ in self.posed.problems)
        return {
            "k": float(len(load)),
            "mean_minutes": outcome.terms["travel"] / people.sum(),
            "share_within": float((people * within).sum() / people.sum()),
            "worst_deviation": worst,
            "residents_moved": float(self._moved(own[None, :])[0]),
            "share_other": 0.0,
            "gap": np.nan if outcome.gap is None else outcome.gap,
        }

    def _moved(self, leads: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Residents with another lead than in force, NaN where nothing is in force."""
        held = leads_in_force(self.posed.place.layers)
        if held.empty:
            return np.full(len(leads), np.nan)
        before = held.reindex(self._ids)
        moved: np.ndarray[Any, Any] = ((leads != before.to_numpy(object)) & before.notna().to_numpy()) @ self._people()
        return moved

    def _other(self, leads: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        other: np.ndarray[Any, Any] = (leads != self._own.to_numpy(object)) @ self._people() / self._people().sum()
        return other


def _deviation(load: pd.Series) -> float:
    return float((load / load.mean() - 1.0).abs().max())


def _quantiles(score: str, kind: str, values: np.ndarray[Any, Any], own: float) -> dict[str, Any]:
    told = np.percentile(values, QUANTILES) if len(values) else np.full(len(QUANTILES), np.nan)
    quantiles = {f"p{q:02d}": float(value) for q, value in zip(QUANTILES, told, strict=True)}
    return {"score": score, "kind": kind, "plans": len(values), "this_plan": own, **quantiles}
