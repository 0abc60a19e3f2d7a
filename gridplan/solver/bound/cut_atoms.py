"""Which atom every way from a home to another passes last, by one depth-first search (numba kernel)."""

from __future__ import annotations

from gridplan.solver.kernels import kernel
from gridplan.solver.problem import BoolArray, IntArray


@kernel
def last_passed(
    indptr: IntArray, indices: IntArray, inside: BoolArray, home: int, last: IntArray, scratch: IntArray
) -> None:
    """Write into `last` what every way over `inside` from the home to each atom passes last before it; -1 where there is no way.

    The home has itself. Contacts go both ways, so that is the top of the block in which the atom is met (Hopcroft, Tarjan 1973): where
    nothing met through an atom touches anything met before its parent, every way passes the parent. `scratch` has five rows.
    """
    met, earliest, parent, following, order = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    for atom in range(len(last)):
        met[atom], last[atom], following[atom] = -1, -1, indptr[atom]
    met[home], earliest[home], parent[home], order[0] = 0, 0, home, home
    n_met = 1
    atom = home
    while True:
        if following[atom] < indptr[atom + 1]:
            other = indices[following[atom]]
            following[atom] += 1
            if inside[other] and met[other] < 0:
                met[other], earliest[other], parent[other], order[n_met] = n_met, n_met, atom, other
                n_met += 1
                atom = other
            elif met[other] >= 0:
                earliest[atom] = min(earliest[atom], met[other])
        elif atom == home:
            break
        else:
            above = parent[atom]
            earliest[above] = min(earliest[above], earliest[atom])
            atom = above
    last[home] = home
    for place in range(1, n_met):
        atom = order[place]
        above = parent[atom]
        last[atom] = above if earliest[atom] >= met[above] else last[above]
