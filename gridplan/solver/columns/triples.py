"""Triples of atoms: of any three, at most one grid of a plan has two or more. Which ones halved grids break, and what grids pay for them.

These are the subset rows of Jepsen, Petersen, Spoorendonk, Pisinger (2008), which bring the bound of a program over grids close to the best plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from gridplan.solver.columns.grid_table import GridTable
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.words.machine_code import machine_code

# How often an atom may stand in triples found at a time, and by how much grids in shares must break one.
AN_ATOM, BROKEN = 5, 0.02
# Of the most broken ones, how many are looked at.
LOOKED_AT = 5_000

NO_TRIPLES: IntArray = np.zeros((0, 3), np.int64)


@dataclass(frozen=True, eq=False)
class Triples:
    """Triples of atoms (n, 3), and what a grid pays that has two or more of one (n,): not below 0."""

    atoms: IntArray = field(default_factory=lambda: NO_TRIPLES)
    price: FloatArray = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.price)

    def with_others(self, atoms: IntArray) -> Triples:
        """These and some others, which cost nothing yet."""
        return Triples(np.concatenate([self.atoms, atoms]), np.concatenate([self.price, np.zeros(len(atoms))]))

    def of_atoms(self, n_atoms: int) -> tuple[IntArray, IntArray]:
        """Where the triples of each atom stand (n_atoms + 1,), and these triples one atom after the other."""
        order = np.argsort(self.atoms, axis=None, kind="stable")
        start = np.searchsorted(self.atoms.ravel()[order], np.arange(n_atoms + 1))
        return start.astype(np.int64), (order // 3).astype(np.int64)

    def paid(self, grids: GridTable, n_atoms: int) -> FloatArray:
        """What each grid pays."""
        paid: FloatArray = np.zeros(len(grids))
        if len(self):
            _pay(grids.atoms, grids.start, *self.of_atoms(n_atoms), self.price, paid)
        return paid


@machine_code()
def _pay(atoms, start, triple_at, triple_of, price, paid):  # type: ignore[no-untyped-def]
    """Add to `paid` what each grid pays."""
    had = np.zeros(len(price), np.int64)
    for g in range(len(paid)):
        for u in atoms[start[g] : start[g + 1]]:
            for t in triple_of[triple_at[u] : triple_at[u + 1]]:
                had[t] += 1
                if had[t] == 2:
                    paid[g] += price[t]
        for u in atoms[start[g] : start[g + 1]]:
            for t in triple_of[triple_at[u] : triple_at[u + 1]]:
                had[t] = 0


def triple_rows(triples: IntArray, grids: GridTable, n_atoms: int) -> csr_matrix:
    """Row of each triple (n_rows, 3) over the grids: 1 where one has two or more of it."""
    row = np.repeat(np.arange(len(triples)), 3)
    inside = csr_matrix((np.ones(len(row), np.int8), (row, triples.ravel())), shape=(len(triples), n_atoms))
    of_grid = csr_matrix((np.ones(len(grids.atoms), np.int8), grids.atoms, grids.start), shape=(len(grids), n_atoms))
    both = inside @ of_grid.T
    both.data = (both.data >= 2).astype(np.int8)
    both.eliminate_zeros()
    return csr_matrix(both, dtype=float)


def broken_triples(grids: GridTable, share: FloatArray, n_atoms: int, most: int) -> IntArray:
    """Triples (n, 3), at `most` so many, of which the grids, taken in these shares, have two or more more than once in sum; the most broken first."""
    rows = np.flatnonzero(share > 1e-6)
    some = grids.take(rows)
    split = np.unique(some.take(share[rows] < 1.0 - 1e-6).atoms)
    of_grid = csr_matrix((np.ones(len(some.atoms)), some.atoms, some.start), shape=(len(some), n_atoms))
    inside = of_grid.toarray()[:, split]
    taken = inside * share[rows][:, None]
    pair = taken.T @ inside
    found = [np.zeros((0, 4))]
    for a in range(len(split) - 2):
        has = inside[:, a] > 0.0
        three = taken[has, a + 1 :].T @ inside[has, a + 1 :]
        # Grids with two of a, b, c: those of each pair, less those with all three, counted three times instead of once.
        more = pair[a, a + 1 :][:, None] + pair[a, a + 1 :] + pair[a + 1 :, a + 1 :] - 2.0 * three - 1.0
        b, c = np.nonzero(np.triu(more > BROKEN, 1))
        found.append(np.column_stack([more[b, c], np.full(len(b), split[a]), split[a + 1 :][b], split[a + 1 :][c]]))
    every = np.concatenate(found)
    every = every[np.lexsort((every[:, 3], every[:, 2], every[:, 1], -np.round(every[:, 0], 9)))][:LOOKED_AT]
    times, out = np.zeros(n_atoms, np.int64), []
    for triple in every[:, 1:].astype(np.int64):
        if times[triple].max() < AN_ATOM:
            out.append(triple)
            times[triple] += 1
        if len(out) == most:
            break
    return np.array(out, dtype=np.int64).reshape(-1, 3)
