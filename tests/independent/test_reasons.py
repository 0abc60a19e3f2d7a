"""Why units are where they are, what their nearest lead and their borders would cost: recomputed from the tables of the proposal with another solver.

GRIDPLAN_PRICED=200 recomputes the prices of so many units instead of a few.
"""

import os

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.sparse

N_PRICED = int(os.environ.get("GRIDPLAN_PRICED", "2"))
BALANCE, BALANCE_PRICE = 0.25, 30.0
CLOSE = 1e-6


class Table:
    """Atoms (streets that stay whole, or units) by chosen leads: drives in resident-minutes, residents, homes, contacts."""

    def __init__(self, city, output):
        self.reasons = output.layer("reasons").set_index("unit_id")
        self.borders = output.layer("border_prices")
        units, leads = output.units, list(output.grids["lead_id"])
        self.lead = units["lead_id"]
        minutes = output.layer("minutes").pivot(index="unit_id", columns="lead_id", values="minutes")
        self.minutes = minutes.loc[units.index, leads].fillna(np.inf)
        self.people = units["population"]
        self.leads = leads
        contacts = output.layer("adjacency")
        self.graph = nx.Graph(list(zip(contacts["unit_a"], contacts["unit_b"], strict=True)))
        self.graph.add_nodes_from(units.index)
        whole = units["street_id"] if city.name == "binhai" else pd.Series(units.index, index=units.index)
        inside = nx.Graph((a, b) for a, b in self.graph.edges if whole[a] == whole[b])
        inside.add_nodes_from(units.index)
        self.atom = pd.Series(
            {unit: i for i, piece in enumerate(nx.connected_components(inside)) for unit in piece}
        ).reindex(units.index)
        drives = self.minutes.where(np.isfinite(self.minutes), 1e4).mul(self.people, axis=0)
        self.cost = drives.groupby(self.atom).sum().to_numpy()
        self.load = self.people.groupby(self.atom).sum().to_numpy()
        stands = output.facilities["unit_id"]
        self.home = [int(self.atom[stands[lead]]) for lead in leads]
        own = units["lead_id"].map(leads.index)
        self.own = own.groupby(self.atom).first().to_numpy()

    def holds_around(self, low, high, atom, lead):
        """Whether no division of people with an atom at a lead is dearer than `high` allows, nor the best connected one cheaper than `low`."""
        value = self.objective(self.own)
        bound, plan = self.best(atom, lead)
        slack = 1e-6 * value
        dearer = plan is not None and self.connected(plan) and low > self.objective(plan) - value + slack
        return 0 <= low <= high and bound - value <= high + slack and not dearer

    def objective(self, lead):
        """Drives and residents beyond the tolerated band, of the lead of each atom."""
        load = np.bincount(lead, weights=self.load, minlength=len(self.leads))
        mean = self.load.sum() / len(self.leads)
        beyond = np.maximum(load - mean * (1 + BALANCE), 0) + np.maximum(mean * (1 - BALANCE) - load, 0)
        return self.cost[np.arange(len(lead)), lead].sum() + BALANCE_PRICE * beyond.sum()

    def best(self, atom, lead):
        """Bound and, where the solver ends, plan of the best division with an atom at a lead, connected or not."""
        n, k = self.cost.shape
        mean = self.load.sum() / k
        goes = scipy.sparse.csr_array(np.kron(np.eye(n), np.ones(k)))
        loads = scipy.sparse.csr_array(np.kron(self.load, np.eye(k)))
        nothing = scipy.sparse.csr_array((n, 2 * k))
        rows = scipy.sparse.vstack(
            [
                scipy.sparse.hstack([goes, nothing]),
                scipy.sparse.hstack([loads, -scipy.sparse.eye_array(k), scipy.sparse.csr_array((k, k))]),
                scipy.sparse.hstack([loads, scipy.sparse.csr_array((k, k)), scipy.sparse.eye_array(k)]),
            ]
        )
        low = np.concatenate([np.ones(n), np.full(k, -np.inf), np.full(k, mean * (1 - BALANCE))])
        high = np.concatenate([np.ones(n), np.full(k, mean * (1 + BALANCE)), np.full(k, np.inf)])
        least = np.zeros((n, k))
        least[atom, lead] = 1
        for j, home in enumerate(self.home):
            least[home, j] = 1
        found = scipy.optimize.milp(
            np.concatenate([self.cost.ravel(), np.full(2 * k, BALANCE_PRICE)]),
            constraints=scipy.optimize.LinearConstraint(rows, low, high),
            bounds=scipy.optimize.Bounds(np.concatenate([least.ravel(), np.zeros(2 * k)]), np.inf),
            integrality=np.concatenate([np.ones(n * k), np.zeros(2 * k)]),
            options={"time_limit": 3.0},
        )
        plan = None if found.x is None else found.x[: n * k].reshape(n, k).argmax(axis=1)
        return found.mip_dual_bound, plan

    def connected(self, lead):
        """Whether every grid hangs together with its home."""
        of_unit = pd.Series(np.asarray(lead)[self.atom], index=self.atom.index)
        return all(nx.is_connected(self.graph.subgraph(units)) for units in of_unit.groupby(of_unit).groups.values())


@pytest.fixture(scope="module")
def table(city, output):
    return Table(city, output)


def test_the_nearest_chosen_lead_is_the_nearest_and_only_then_needs_no_other_reason(table):
    told, least = table.reasons, table.minutes.min(axis=1)
    units = told.index
    nearest = np.array([table.minutes.loc[unit, lead] for unit, lead in told["nearest_lead_id"].items()])
    own = np.array([table.minutes.loc[unit, lead] for unit, lead in told["lead_id"].items()])
    assert nearest == pytest.approx(least[units].to_numpy(), abs=CLOSE)
    assert ((told["reason"] == "nearest") == (own <= nearest + CLOSE)).all()


def test_prices_hold_against_another_solver(table):
    """No division of people is cheaper than a price says at most; where the best one hangs together, the price lies around it."""
    priced = _some(table.reasons[table.reasons["price_high"].notna()])
    assert len(priced)
    for unit, row in priced.iterrows():
        to = table.leads.index(row["nearest_lead_id"])
        assert table.holds_around(row["price_low"], row["price_high"], int(table.atom[unit]), to)


def _some(priced):
    return priced.iloc[np.unique(np.linspace(0, len(priced) - 1, min(N_PRICED, len(priced))).astype(int))]


def test_prices_of_borders_hold_against_another_solver(table):
    """Every contact between two grids is told once; the price of the side that moves lies around the best division of people with it."""
    told = table.borders
    cut = {frozenset(pair) for pair in table.graph.edges if table.lead[pair[0]] != table.lead[pair[1]]}
    assert len(told) == len(cut)
    assert {frozenset(pair) for pair in zip(told["unit_a"], told["unit_b"], strict=True)} == cut
    moves = told[told["how"] != "none"]
    atoms = table.atom[moves["unit_id"]].to_numpy()
    assert moves["residents"].to_numpy() == pytest.approx(table.load[atoms])
    assert moves["each_high"].to_numpy() == pytest.approx(moves["price_high"].to_numpy() / table.load[atoms])
    assert (moves["each_low"] <= moves["each_high"] + CLOSE).all()
    other = np.where(table.lead[moves["unit_a"]].to_numpy() == moves["lead_id"], moves["unit_a"], moves["unit_b"])
    assert (table.lead[other].to_numpy() == moves["lead_id"]).all()
    for _, row in _some(moves[moves["how"] == "drawn"]).iterrows():
        to = table.leads.index(row["lead_id"])
        assert table.holds_around(row["price_low"], row["price_high"], int(table.atom[row["unit_id"]]), to)


def test_the_border_of_each_grid_adds_up(table, output):
    """Residents nearer to another lead, what they drive beyond it, and lengths by price, counted from units, minutes and contacts."""
    lengths = output.layer("adjacency").set_index(["unit_a", "unit_b"])["border_m"]
    told = table.borders.assign(
        km=lengths.loc[list(zip(table.borders["unit_a"], table.borders["unit_b"], strict=True))].to_numpy() / 1000
    )
    least = table.minutes.min(axis=1)
    own = pd.Series({unit: table.minutes.loc[unit, lead] for unit, lead in table.lead.items()})
    for grid, row in output.layer("grid_borders").set_index("grid_id").iterrows():
        mine = told[(told["grid_a"] == grid) | (told["grid_b"] == grid)]
        inside = (output.units["grid_id"] == grid) & (own > least + CLOSE)
        assert row["residents_nearer"] == pytest.approx(table.people[inside].sum())
        assert row["minutes_more"] == pytest.approx((table.people * (own - least))[inside].sum())
        assert row["contacts"] == len(mine)
        for name, low, high in (("0", 0, 1), ("1", 1, 3), ("3", 3, 10), ("10", 10, np.inf)):
            assert row[f"km_{name}"] == pytest.approx(
                mine["km"][mine["each_high"].between(low, high, inclusive="left")].sum()
            )
        assert row["km"] == pytest.approx(mine["km"].sum())
        assert row["least"] == pytest.approx(mine["each_high"].min(), nan_ok=True)


def test_a_unit_held_by_balance_goes_to_its_nearest_lead_where_nobody_counts_people(table):
    """Without balance every atom takes the lead with the least drive; that plan is the best where it hangs together."""
    free = table.cost.argmin(axis=1)
    free[table.home] = np.arange(len(table.leads))
    held = table.reasons[table.reasons["reason"].isin(["full", "short"])]
    if table.connected(free):
        assert all(table.leads[free[table.atom[unit]]] == lead for unit, lead in held["nearest_lead_id"].items())
