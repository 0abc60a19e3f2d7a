"""The assignment model in HiGHS over a chosen list of arcs: as a linear program for prices, as a MIP for proofs."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np

from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.linear import LEAST_GAP, LinearModel


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS returned: shares of the arcs (None: none found), objective, bound, prices a lead, toll a resident who changes lead and reduced costs of the arcs (LP), steps of the simplex method (MIP)."""

    shares: FloatArray | None
    value: float
    bound: float
    price: FloatArray | None
    infeasible: bool
    steps: int = 0
    toll: float = 0.0
    reduced: FloatArray | None = None


@dataclass(eq=False)
class ArcModel:
    """Atoms `arc_atom` may go to leads `arc_lead` (columns of `leads`); k given: leads are opened by binary choice.

    Arcs that no plan may use are closed, but for `open_all`: then they stand at their large price.

    Rows and columns are appended as the model is built; `solve` hands them to HiGHS.
    """

    instance: Instance
    limits: Limits
    leads: IntArray
    arc_atom: IntArray
    arc_lead: IntArray
    k: int | None = None
    open_all: bool = False
    linear: LinearModel = field(init=False, default_factory=LinearModel)
    offset: float = field(init=False, default=0.0)
    load_rows: dict[int, list[int]] = field(init=False, default_factory=dict)
    change_row: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        instance, d = self.instance, self.arc_lead
        table = instance.costs_of(self.leads) if self.k is None else instance.search_cost[:, self.leads]
        closed = instance.closed(self.leads, homes=self.k is None)
        if self.open_all:
            closed[:] = False
        # What is closed is left without its large price, beside which HiGHS could not tell the others apart.
        cost, free = np.where(closed, instance.cost[:, self.leads], table), np.where(closed, 0.0, 1.0)
        self.linear.columns(cost[self.arc_atom, d], free[self.arc_atom, d], whole=True)
        if self.k is not None:
            self.linear.columns(instance.problem.lead_price[self.leads], 1.0, whole=True)
        else:
            self.offset = float(instance.problem.lead_price[self.leads].sum())
        self._assign_rows()
        self._load_rows()
        self._activity_rows()
        self._change_row()
        if instance.edge_weight.any():
            self._cut_rows()
        if self.k is not None:
            self._choice_rows(self.k)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.arc_atom)

    def open_column(self, d: int) -> int:
        """Column of "lead d is open"."""
        return self.n_arcs + d

    def _assign_rows(self) -> None:
        atoms, row = np.unique(self.arc_atom, return_inverse=True)
        self.linear.rows(row, np.arange(self.n_arcs), np.ones(self.n_arcs), 1.0, 1.0, count=len(atoms))

    def _load_rows(self) -> None:
        people, limits = self.instance.population, self.limits.of(self.leads)
        for d in range(len(self.leads)):
            arcs = np.flatnonzero(self.arc_lead == d)
            load = people[self.arc_atom[arcs]]
            self.load_rows[d] = []
            self._load_pair(d, arcs, load, float(limits.hard_low[d]), float(limits.hard_high[d]))
            if limits.price > 0:
                columns = np.append(arcs, self.linear.columns([limits.price] * 2, np.inf, whole=False))
                values = np.append(load, [-1.0, 1.0])
                self._load_pair(d, columns, values, float(limits.soft_low[d]), float(limits.soft_high[d]))

    def _load_pair(self, d: int, columns: IntArray, values: FloatArray, low: float, high: float) -> None:
        """A pair of rows whose prices are those of a resident."""
        self.load_rows[d] += self._pair(d, columns, values, low, high)

    def _pair(self, d: int, columns: IntArray, values: FloatArray, low: float, high: float) -> list[int]:
        """Low x open <= sum <= high x open; returns the row where the lead is open in any case."""
        if self.k is None:
            return [self.linear.row(columns, values, low, high)]
        with_open = np.append(columns, self.open_column(d))
        self.linear.row(with_open, np.append(values, -high), -np.inf, 0.0)
        if low > 0:
            self.linear.row(with_open, np.append(values, -low), 0.0, np.inf)
        return []

    def _activity_rows(self) -> None:
        """Limits of activities, hard ones or at their price a unit of amount beyond."""
        limits = self.limits.of(self.leads).activities
        for q, price in enumerate(limits.price.tolist()):
            for d in range(len(self.leads)):
                columns = np.flatnonzero(self.arc_lead == d)
                values = self.instance.amounts[q, self.arc_atom[columns]]
                if not limits.weight[q]:
                    columns = np.append(columns, self.linear.columns([price] * 2, np.inf, whole=False))
                    values = np.append(values, [-1.0, 1.0])
                self._pair(d, columns, values, float(limits.low[q, d]), float(limits.high[q, d]))

    def _change_row(self) -> None:
        """Residents who change lead <= the ceiling."""
        most = self.instance.problem.change.most
        moving = self.instance.moving[self.arc_atom, self.leads[self.arc_lead]]
        arcs = np.flatnonzero(moving)
        if most is not None and len(arcs):
            self.change_row = self.linear.row(arcs, moving[arcs], -np.inf, most)

    def _choice_rows(self, k: int) -> None:
        instance, problem = self.instance, self.instance.problem
        opens = np.array([self.open_column(d) for d in range(len(self.leads))])
        self.linear.row(opens, np.ones(len(opens)), float(k), float(k))
        arcs = np.arange(self.n_arcs)
        pairs = np.column_stack([arcs, opens[self.arc_lead]]).ravel()
        self.linear.rows(
            np.repeat(arcs, 2), pairs, np.tile([1.0, -1.0], self.n_arcs), -np.inf, 0.0, count=self.n_arcs
        )  # fmt: skip
        for key in (problem.hospital[self.leads], instance.home[self.leads]):
            for value in np.unique(key):
                same = np.flatnonzero(key == value)
                if len(same) > 1:
                    self.linear.row(opens[same], np.ones(len(same)), -np.inf, 1.0)
        for d, j in enumerate(self.leads):
            if int(j) in instance.must:
                self.linear.row(opens[[d]], np.ones(1), 1.0, 1.0)
            home = np.flatnonzero((self.arc_lead == d) & (self.arc_atom == instance.home[j]))
            self.linear.row(np.append(home, opens[d]), np.append(np.ones(len(home)), -1.0), 0.0, 0.0)

    def _cut_rows(self) -> None:
        """Price a contiguity edge whose ends lie in two grids: z >= x[u, d] - x[v, d] for each lead."""
        instance = self.instance
        column = {(int(u), int(d)): i for i, (u, d) in enumerate(zip(self.arc_atom, self.arc_lead, strict=True))}
        tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
        for u, v, weight in zip(tails.tolist(), instance.indices.tolist(), instance.edge_weight.tolist(), strict=True):
            if u >= v:
                continue
            cut = int(self.linear.columns([weight], np.inf, whole=False)[0])
            for d in range(len(self.leads)):
                a, b = column.get((u, d)), column.get((v, d))
                for x, y in ((a, b), (b, a)):
                    if x is not None:
                        columns = [x, cut] if y is None else [x, cut, y]
                        values = [1.0, -1.0] if y is None else [1.0, -1.0, -1.0]
                        self.linear.row(np.array(columns), np.array(values), -np.inf, 0.0)

    def seek_balance(self, mean: float) -> None:
        """Ask for the smallest worst deviation from a mean grid instead of the least cost (sites are chosen)."""
        self.linear.forget_costs()
        worst = int(self.linear.columns([1.0], np.inf, whole=False)[0])
        for d in range(len(self.leads)):
            arcs = np.flatnonzero(self.arc_lead == d)
            columns = np.append(arcs, [self.open_column(d), worst])
            share = self.instance.population[self.arc_atom[arcs]] / mean
            self.linear.row(columns, np.append(share, [-1.0, -1.0]), -np.inf, 0.0)
            self.linear.row(columns, np.append(share, [-1.0, 1.0]), 0.0, np.inf)

    def solve(self, *, integer: bool, nodes: int = 0, gap: float = LEAST_GAP) -> Answer:
        """Solve the model; `nodes` limits the MIP search, which is over when its plan is within `gap` of the best."""
        highs = self.linear.run(integer=integer, nodes=nodes, gap=gap, deadline=self.instance.deadline)
        status = highs.getModelStatus()
        info, solution = highs.getInfo(), highs.getSolution()
        nowhere = status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
        if nowhere:
            return Answer(None, np.inf, np.inf, None, infeasible=True)
        found = info.primal_solution_status == 2
        shares = np.array(solution.col_value[: self.n_arcs]) if found else None
        value = float(info.objective_function_value) + self.offset if found else np.inf
        if integer:
            bound, steps = float(info.mip_dual_bound) + self.offset, int(info.simplex_iteration_count)
            return Answer(shares, value, bound, None, infeasible=False, steps=steps)
        price, toll, reduced = None, 0.0, None
        if status == highspy.HighsModelStatus.kOptimal and self.k is None:
            dual = np.array(solution.row_dual)
            price = np.array([-sum(dual[r] for r in self.load_rows[d]) for d in range(len(self.leads))])
            reduced = np.array(solution.col_dual[: self.n_arcs])
            toll = 0.0 if self.change_row is None else max(0.0, -float(dual[self.change_row]))
        optimal = status == highspy.HighsModelStatus.kOptimal
        return Answer(shares, value, value if optimal else -np.inf, price, infeasible=False, toll=toll, reduced=reduced)

    def labels(self, shares: FloatArray) -> IntArray:
        """Column of the lead that each atom has the largest share of."""
        order = np.lexsort((-self.arc_lead, shares))
        label = np.zeros(self.instance.n_atoms, dtype=np.int64)
        label[self.arc_atom[order]] = self.arc_lead[order]
        return label
