"""The relaxation that knows contiguity: an atom may be with a lead only if the atoms that every way from its home passes are too."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridplan.solver.bound.cut_atoms import last_passed
from gridplan.solver.bound.fixed_leads import Relaxed
from gridplan.solver.bound.separators import Cut, add_cuts, separate, walls_between
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.programs.arc_model import ArcModel

# Shares at or above which an atom counts as being with a lead where broken contiguity is sought in a relaxation.
SUPPORTS = (1e-6, 0.3, 0.6)
# A share beyond what a separator holds that is worth a row.
BROKEN = 1e-3
# A round that closes less of the arcs, and raises the bound by less of the gap, is the last: with new rows found, and without.
STALLED, STALLED_WITHOUT = 0.002, 0.05
# Closed arcs of this share are worth a new program, in which more atoms follow others.
REBUILT = 0.1
# Steps of the simplex method without a limit.
ANY_STEPS = sys.maxsize
# Atoms of a piece without its home, those of the largest shares, that get a row.
ROWS_A_PIECE = 3


@dataclass(frozen=True, eq=False)
class Connected:
    """What the relaxation proves of plans better than `best`: their bound, the arcs they can use, rows that they hold.

    `shares` and `reduced` costs are those of the last relaxation, (n_atoms, leads); None: no plan is better, or there was no
    time for one.
    """

    bound: float
    arcs: BoolArray
    cuts: list[Cut]
    shares: FloatArray | None
    reduced: FloatArray | None

    @property
    def arcs_in_doubt(self) -> int:
        """Arcs of atoms that have more than one."""
        open_arcs = self.arcs.sum(axis=1)
        return int(open_arcs[open_arcs > 1].sum())

    def cheapest(self, most: int) -> Connected:
        """Restrict to about `most` arcs of the least reduced costs, among which good plans are found; their bound is that of plans over them."""
        assert self.reduced is not None
        dear = np.sort(self.reduced[self.arcs])[: max(most, 1)][-1]
        return replace(self, arcs=self.arcs & (self.reduced <= max(float(dear), 1e-9)))


def still_open(relaxed: Relaxed, best: float) -> Connected:
    """What the relaxation without contiguity leaves to plans better than `best`."""
    arcs = relaxed.slack <= (best - relaxed.bound) * (1 + 1e-9) + 1e-9 * abs(best)
    return Connected(relaxed.bound, arcs, [], None, None)


def tighten(
    instance: Instance, leads: IntArray, limits: Limits, relaxed: Relaxed, best: float, *, rounds: int
) -> Connected:
    """Solve the relaxation over the arcs that a plan better than `best` can use, with rows for contiguity, and close arcs by it.

    A row says that an atom follows its last cut vertex: on a map that is a tree they describe contiguity fully. Where a share
    still hangs together with no home, the atoms round it are a separator (Oehrlein, Haunert 2017; Validi, Buchanan, Lykhovyd 2022).
    """
    found, model = still_open(relaxed, best), None
    for _ in range(rounds):
        if instance.deadline.over():
            break
        if model is None:
            arcs, followed = follow(instance, leads, found.arcs)
            if not arcs.any(axis=1).all():
                return Connected(best, arcs, found.cuts, None, None)
            model = connected_model(instance, leads, limits, arcs, followed, found.cuts)
        answer = model.solve(integer=False)
        if answer.infeasible:
            return Connected(best, arcs, found.cuts, None, None)
        if answer.shares is None or answer.reduced is None:
            break
        shares, reduced = np.zeros(arcs.shape), np.full(arcs.shape, np.inf)
        shares[arcs], reduced[arcs] = answer.shares, answer.reduced
        bound = max(found.bound, min(answer.bound, best))
        kept = arcs & (answer.bound + reduced <= best + 1e-9 * abs(best))
        cuts = _broken(instance, leads, shares)
        gained = (bound - found.bound) / max(best - found.bound, 1e-300)
        closed = 1.0 - kept.sum() / found.arcs.sum()
        untried = bool(cuts) and not found.cuts
        found = Connected(bound, kept, found.cuts + cuts, shares, reduced)
        stalled = not untried and max(gained, closed) < (STALLED if cuts else STALLED_WITHOUT)
        if stalled or bound >= best - 1e-9 * abs(best):
            break
        if closed > REBUILT:
            model = None
        else:
            add_cuts(model, cuts)
    return found


@dataclass(frozen=True, eq=False)
class Proof:
    """A bound by MIP; `label` is a connected plan it found, if any, `near` the last plan, connected or not; rows that it added."""

    bound: float
    label: IntArray | None
    near: IntArray | None
    cuts: list[Cut]


def close(
    instance: Instance,
    leads: IntArray,
    limits: Limits,
    found: Connected,
    best: float,
    *,
    nodes: int,
    rounds: int,
    steps: int = ANY_STEPS,
) -> Proof:
    """Raise the bound towards `best` (the objective of a known plan) by whole assignments over the arcs that are left.

    No round begins once the programs of the instance have taken so many steps.

    Arcs that no better plan can use are left out; so the result is the smaller of `best` and the MIP's own bound.
    """
    bound, near, added = found.bound, None, list[Cut]()
    arcs, followed = follow(instance, leads, found.arcs)
    model = connected_model(instance, leads, limits, arcs, followed, found.cuts)
    for _ in range(rounds):
        if instance.deadline.over() or instance.steps.taken >= steps:
            break
        answer = model.solve(integer=True, nodes=nodes)
        instance.steps.taken += answer.steps
        if answer.infeasible:
            return Proof(best, None, near, added)
        bound = max(bound, min(answer.bound, best))
        if answer.shares is None:
            break
        near = model.labels(answer.shares)
        cuts = separate(instance, leads, near)
        if not cuts:
            return Proof(bound, near, near, added)
        if bound >= best - 1e-9 * abs(best):
            break
        added += cuts
        add_cuts(model, cuts)
    return Proof(bound, None, near, added)


def connected_model(
    instance: Instance, leads: IntArray, limits: Limits, arcs: BoolArray, followed: IntArray, cuts: list[Cut]
) -> ArcModel:
    """The assignment model over some arcs, whose atoms follow others (-1: none), with the rows of separators."""
    atoms, columns = np.nonzero(arcs)
    model = ArcModel(instance, limits, leads, atoms, columns)
    position = np.full(arcs.shape, -1, dtype=np.int64)
    position[atoms, columns] = np.arange(len(atoms))
    behind = np.flatnonzero(followed[atoms, columns] >= 0)
    if len(behind):
        ahead = position[followed[atoms[behind], columns[behind]], columns[behind]]
        pairs = np.column_stack([behind, ahead]).ravel()
        signs = np.tile([1.0, -1.0], len(behind))
        model.linear.rows(np.repeat(np.arange(len(behind)), 2), pairs, signs, -np.inf, 0.0, count=len(behind))
    add_cuts(model, cuts)
    return model


def follow(instance: Instance, leads: IntArray, arcs: BoolArray) -> tuple[BoolArray, IntArray]:
    """Close the arcs that no connected plan over `arcs` uses; and of each arc the last atom, but the home, that it cannot do without.

    Returns (n_atoms, leads) arcs, and (n_atoms, leads) atoms, -1 where there is none.
    """
    kept = arcs.copy()
    followed = np.full(arcs.shape, -1, dtype=np.int64)
    indptr, indices = instance.indptr.astype(np.int64), instance.indices.astype(np.int64)
    last, scratch = np.empty(instance.n_atoms, dtype=np.int64), np.empty((5, instance.n_atoms), dtype=np.int64)
    for d, home in enumerate(instance.home[leads].tolist()):
        here = instance.component == instance.component[home]
        inside = arcs[:, d] & here
        kept[here, d] = False
        if not inside[home]:
            continue
        last_passed(indptr, indices, inside, home, last, scratch)
        kept[here, d] = last[here] >= 0
        followed[:, d] = np.where(last == home, -1, last)
    return kept, followed


def _broken(instance: Instance, leads: IntArray, shares: FloatArray) -> list[Cut]:
    """Rows that the shares break: an atom has more of a lead than all atoms have that part it from the lead's home."""
    level, homes = np.tile(SUPPORTS, len(leads)), np.repeat(instance.home[leads], len(SUPPORTS))
    support = np.repeat(shares.T, len(SUPPORTS), axis=0) >= level[:, None]
    support[np.arange(len(homes)), homes] = True
    pieces = _pieces(instance, support)
    whole = pieces == pieces[np.arange(len(homes)), homes][:, None]
    cuts: dict[tuple[int, int, bytes], Cut] = {}
    for row in np.flatnonzero((support & ~whole).any(axis=1)).tolist():
        d, home, piece = row // len(SUPPORTS), int(homes[row]), pieces[row]
        core = np.flatnonzero(support[row] & whole[row])
        for part in np.unique(piece[support[row] & ~whole[row]]):
            inside = np.flatnonzero(support[row] & (piece == part))
            if instance.component[home] != instance.component[inside[0]]:
                continue
            most = inside[np.argsort(-shares[inside, d], kind="stable")][:ROWS_A_PIECE]
            for wall in walls_between(instance, home, core, inside):
                held = float(shares[wall, d].sum())
                for atom in most[shares[most, d] > held + BROKEN].tolist():
                    cuts.setdefault((atom, d, wall.tobytes()), (atom, d, wall))
    return list(cuts.values())


def _pieces(instance: Instance, support: BoolArray) -> IntArray:
    """Return to which piece of its row each atom of `support` (rows, n_atoms) belongs, all rows at once."""
    tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
    row, arc = np.nonzero(support[:, tails] & support[:, instance.indices])
    first, second = row * instance.n_atoms + tails[arc], row * instance.n_atoms + instance.indices[arc]
    graph = csr_array((np.ones(len(arc), dtype=np.int8), (first, second)), shape=(support.size,) * 2)
    piece: IntArray = connected_components(graph, directed=False)[1].reshape(support.shape).astype(np.int64)
    return piece
