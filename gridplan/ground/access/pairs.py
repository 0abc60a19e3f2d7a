"""Tables of one row a pair <-> matrices on ids: nothing depends on the order of rows, nothing is missing, nothing stands twice."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.text import Text


def pairs_table(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a pair of matrices on the same index and columns.

    Parameters
    ----------
    frames : name of the value -> frame; the names of index and columns become those of the id columns.
    """
    first = next(iter(frames.values()))
    n_rows, n_columns = first.shape
    ids = {
        str(first.index.name): np.repeat(first.index.to_numpy(object), n_columns),
        str(first.columns.name): np.tile(first.columns.to_numpy(object), n_rows),
    }
    return pd.DataFrame(ids | {name: frame.to_numpy().ravel() for name, frame in frames.items()})


def pivot_pairs(
    table: pd.DataFrame,
    by: tuple[str, str],
    values: Iterable[str],
    *,
    rows: pd.Index | None = None,
    columns: pd.Index | None = None,
) -> dict[str, pd.DataFrame]:
    """Return a matrix for each value column of a table of pairs, by ids.

    Parameters
    ----------
    table : one row a pair, in any order.
    by : the two id columns: those of the rows and those of the columns of the matrices.
    values : numeric columns.
    rows, columns : ids that must be there, each with each, in the order wanted; None: those of the table, as they first occur.

    Raises
    ------
    LayerError
        If a pair is missing or stands twice, or an id is unknown.
    """
    index = (rows if rows is not None else pd.Index(table[by[0]].unique())).rename(by[0])
    heads = (columns if columns is not None else pd.Index(table[by[1]].unique())).rename(by[1])
    row, column = index.get_indexer(pd.Index(table[by[0]])), heads.get_indexer(pd.Index(table[by[1]]))
    known = (row >= 0) & (column >= 0)
    count = np.zeros((len(index), len(heads)), dtype=np.int64)
    np.add.at(count, (row[known], column[known]), 1)
    if not known.all() or (count != 1).any():
        raise LayerError(_incomplete(table, by, known, index, heads, count))
    matrices = {}
    for name in values:
        filled = np.empty(count.shape)
        filled[row, column] = table[name].to_numpy(float)
        matrices[name] = pd.DataFrame(filled, index=index, columns=heads)
    return matrices


def _incomplete(
    table: pd.DataFrame,
    by: tuple[str, str],
    known: np.ndarray,
    index: pd.Index,
    heads: pd.Index,
    count: np.ndarray,
) -> InputProblem:
    strange = [f"{first} → {second}" for first, second in table.loc[~known, list(by)].itertuples(index=False)]
    missing, twice = (
        [f"{index[i]} → {heads[j]}" for i, j in zip(*np.nonzero(wrong), strict=True)]
        for wrong in (count == 0, count > 1)
    )
    return InputProblem(
        "error",
        Text(zh=f"{by[0]} 与 {by[1]} 的每一对恰好一行", en=f"one row for each pair of {by[0]} and {by[1]}"),
        Text(
            zh=f"缺 {len(missing)} 对，重复 {len(twice)} 对，编号未知 {len(strange)} 行（{'、'.join((missing + twice + strange)[:5])}）",
            en=f"{len(missing)} missing, {len(twice)} repeated, {len(strange)} with unknown ids ({', '.join((missing + twice + strange)[:5])})",
        ),
        Text(zh="从完整的副本恢复这张表。", en="Restore the table from a whole copy."),
        field=f"{by[0]}, {by[1]}",
        values=tuple((missing + twice + strange)[:5]),
    )
