"""Contiguity as rows: an atom may be with a lead only if one of the atoms is that part it from the lead's home."""

from __future__ import annotations

import numpy as np

from gridplan.solver.instance import Instance
from gridplan.solver.problem import BoolArray, IntArray
from gridplan.solver.programs.arc_model import ArcModel

# An atom, the column of a lead, and the atoms one of which must be with that lead too.
Cut = tuple[int, int, IntArray]
# Atoms of a piece without its home, those of most people, that get a row.
ROWS_A_PIECE = 5


def separate(instance: Instance, leads: IntArray, label: IntArray, *, of_all: bool = False) -> list[Cut]:
    """Contiguity cuts that a plan breaks; with `of_all` a row of each other lead too, which may take the same piece next."""
    piece = instance.pieces(label)
    cuts = []
    for part in np.unique(piece):
        inside = np.flatnonzero(piece == part)
        d = int(label[inside[0]])
        home = int(instance.home[leads[d]])
        if piece[home] == part or instance.component[home] != instance.component[inside[0]]:
            continue
        most = inside[np.argsort(-instance.population[inside], kind="stable")][:ROWS_A_PIECE]
        for wall in walls_between(instance, home, np.flatnonzero(piece == piece[home]), inside):
            cuts += [(int(u), d, wall) for u in most]
        if of_all:
            others = np.flatnonzero(piece[instance.home[leads]] != part)
            cuts += _of_others(instance, leads, others[others != d], inside, int(most[0]))
    return cuts


def _of_others(instance: Instance, leads: IntArray, others: IntArray, inside: IntArray, atom: int) -> list[Cut]:
    """The row of an atom of a piece for each of other leads, none of which stands in it."""
    homes = instance.home[leads[others]]
    here = instance.component[homes] == instance.component[atom]
    return [
        (atom, int(d), separator(instance, int(home), inside))
        for d, home in zip(others[here], homes[here], strict=True)
    ]


def walls_between(instance: Instance, home: int, core: IntArray, inside: IntArray) -> list[IntArray]:
    """The separators next to a piece and next to the piece of its home, which may be one."""
    near, far = separator(instance, home, inside), separator(instance, int(inside[0]), core)
    return [near] if np.array_equal(near, far) else [near, far]


def separator(instance: Instance, home: int, inside: IntArray) -> IntArray:
    """The atoms round a piece that can be reached from an atom outside without passing another of them."""
    wall = np.setdiff1d(_neighbours(instance, inside), inside)
    reached = _reached(instance, home, wall)
    return np.array([w for w in wall if w == home or reached[_neighbours(instance, np.array([w]))].any()])


def add_cuts(model: ArcModel, cuts: list[Cut]) -> None:
    """Add the rows of cuts to a model."""
    column = {(int(u), int(d)): i for i, (u, d) in enumerate(zip(model.arc_atom, model.arc_lead, strict=True))}
    for u, d, wall in cuts:
        through = [column[int(s), d] for s in wall if (int(s), d) in column]
        if (u, d) in column:
            model.linear.row(np.array([column[u, d], *through]), np.array([1.0] + [-1.0] * len(through)), -np.inf, 0.0)


def _neighbours(instance: Instance, atoms: IntArray) -> IntArray:
    near = [instance.indices[instance.indptr[u] : instance.indptr[u + 1]] for u in atoms]
    return np.unique(np.concatenate(near)).astype(np.int64) if near else np.zeros(0, dtype=np.int64)


def _reached(instance: Instance, home: int, wall: IntArray) -> BoolArray:
    """Atoms that can be reached from `home` without passing `wall`."""
    seen = np.zeros(instance.n_atoms, dtype=np.bool_)
    blocked = np.zeros(instance.n_atoms, dtype=np.bool_)
    blocked[wall] = True
    if blocked[home]:
        return seen
    seen[home] = True
    stack = [home]
    while stack:
        u = stack.pop()
        for v in instance.indices[instance.indptr[u] : instance.indptr[u + 1]].tolist():
            if not seen[v] and not blocked[v]:
                seen[v] = True
                stack.append(v)
    return seen
