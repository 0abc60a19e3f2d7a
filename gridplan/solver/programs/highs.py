"""Linear and whole-number programs handed to HiGHS: silent, one thread, fixed seed. Heavy: imported where it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def minimise(
    table: Any,
    cost: Floats,
    most: Floats,
    low: Floats,
    high: Floats,
    *,
    whole: Bools | None = None,
    options: Mapping[str, float] | None = None,
) -> highspy.Highs:
    """Seek the least cost @ x with 0 <= x <= `most` and low <= table @ x <= high; the returned object has the answer.

    Parameters
    ----------
    table : (rows, columns) sparse matrix in compressed columns.
    cost, most : (columns,) cost and upper limit of each column.
    low, high : (rows,) limits of each row.
    whole : (columns,) which columns must be whole numbers; None: none.
    options : of HiGHS, such as node limits and gaps.
    """
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = table.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), most
    lp.row_lower_, lp.row_upper_ = low, high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = table.indptr, table.indices, table.data
    if whole is not None:
        kind = highspy.HighsVarType
        lp.integrality_ = [kind.kInteger if w else kind.kContinuous for w in whole.tolist()]
    with _MEETING:
        _meet()
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in ({"output_flag": False, "threads": 1, "random_seed": 0} | dict(options or {})).items():
        highs.setOptionValue(name, value)
    highs.passModel(lp)
    highs.run()
    return highs


def add_rows(highs: highspy.Highs, table: Any, low: Floats, high: Floats) -> None:
    """Add rows low <= table @ x <= high to a program that was solved, and solve it on from where it stood.

    Parameters
    ----------
    highs : what `minimise` returned.
    table : (rows, columns) sparse matrix in compressed rows.
    low, high : (rows,) limits of each row.
    """
    highs.addRows(table.shape[0], low, high, table.nnz, table.indptr[:-1], table.indices, table.data)
    highs.run()


def add_columns(highs: highspy.Highs, table: Any, cost: Floats) -> None:
    """Add columns from 0 on without an upper limit to a program that was solved, and solve it on from where it stood.

    Parameters
    ----------
    highs : what `minimise` returned.
    table : (rows, columns) sparse matrix in compressed columns.
    cost : (columns,) cost of each column.
    """
    count = table.shape[1]
    highs.addCols(
        count, cost, np.zeros(count), np.full(count, np.inf), table.nnz, table.indptr[:-1], table.indices, table.data
    )
    highs.run()


_MEETING = Lock()
"""Two threads that turn standard output away at once would not turn it back."""


@cache
def _meet() -> None:
    """Let HiGHS print its greeting, which no option silences and which comes once a process, to nowhere."""
    sys.stdout.flush()
    with suppress(OSError):  # a process may have no standard output
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        try:
            highspy.Highs()  # type: ignore[no-untyped-call]
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)
