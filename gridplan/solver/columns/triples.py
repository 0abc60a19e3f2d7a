"""Which triples of atoms halved grids break: of any three atoms, at most one grid of a plan has two or more.

These are the subset rows of Jepsen, Petersen, Spoorendonk, Pisinger (2008), which bring the bound of a program over grids close to the best plan.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from gridplan.solver.columns.grid_table import GridTable
from gridplan.solver.problem import FloatArray, IntArray

# Triples at a time, how often an atom may stand in these, and by how much grids in shares must break one.
AT_A_TIME, AN_ATOM, BROKEN = 40, 5, 0.02
# Of the most broken ones, how many are looked at.
LOOKED_AT = 5_000


def triple_rows(triples: IntArray, grids: GridTable, n_atoms: int) -> csr_matrix:
    """Row of each triple (n_rows, 3) over the grids: 1 where one has two or more of it."""
    row = np.repeat(np.arange(len(triples)), 3)
    inside = csr_matrix((np.ones(len(row), np.int8), (row, triples.ravel())), shape=(len(triples), n_atoms))
    of_grid = csr_matrix((np.ones(len(grids.atoms), np.int8), grids.atoms, grids.start), shape=(len(grids), n_atoms))
    both = inside @ of_grid.T
    both.data = (both.data >= 2).astype(np.int8)
    both.eliminate_zeros()
    return csr_matrix(both, dtype=float)


def broken_triples(grids: GridTable, share: FloatArray, n_atoms: int) -> IntArray:
    """Triples (n, 3) of which the grids, taken in these shares, have two or more more than once in sum; the most broken first."""
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
        if len(out) == AT_A_TIME:
            break
    return np.array(out, dtype=np.int64).reshape(-1, 3)
