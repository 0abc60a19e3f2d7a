"""Programs handed to HiGHS: least cost within limits, whole where asked, and not a word on standard output."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csc_matrix

from gridplan.solver.programs.highs import minimise

# Three parcels of weight 5, 4 and 3, worth 10, 7 and 6 a piece; at most 7 may be carried.
WEIGHT, WORTH = np.array([[5.0, 4.0, 3.0]]), np.array([10.0, 7.0, 6.0])


def carried(whole):
    highs = minimise(csc_matrix(WEIGHT), -WORTH, np.ones(3), np.array([-np.inf]), np.array([7.0]), whole=whole)
    return -highs.getInfo().objective_function_value


def test_shares_fill_what_is_left_and_whole_parcels_do_not():
    assert carried(None) == pytest.approx(10 + 6 * 2 / 3)
    assert carried(np.array([True, True, True])) == pytest.approx(7 + 6)


def test_the_solver_says_nothing_on_standard_output():
    """The first HiGHS of a process greets on the standard output of C, which would end up in piped results."""
    code = (
        "import numpy as np; from scipy.sparse import csc_matrix; from gridplan.solver.programs.highs import minimise;"
        "minimise(csc_matrix(np.eye(1)), np.ones(1), np.ones(1), np.ones(1), np.ones(1)); print('done')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "done\n"
