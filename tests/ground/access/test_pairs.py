"""Tables of pairs become matrices by ids, whatever the order of rows; gaps, repeats and strangers are told."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.ground.access.between import Between
from gridplan.ground.access.pairs import pairs_table, pivot_pairs
from gridplan.words.errors import LayerError

MATRIX = pd.DataFrame(
    [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    index=pd.Index(["u1", "u2"], name="unit_id"),
    columns=pd.Index(["b", "a", "c"], name="lead_id"),
)
TABLE = pairs_table({"minutes": MATRIX})
BY = ("unit_id", "lead_id")


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order):
    shuffled = TABLE.iloc[order]
    again = pivot_pairs(shuffled, BY, ["minutes"], rows=MATRIX.index, columns=MATRIX.columns)["minutes"]
    pd.testing.assert_frame_equal(again, MATRIX)
    free = pivot_pairs(shuffled, BY, ["minutes"])["minutes"]
    pd.testing.assert_frame_equal(free.loc[MATRIX.index, MATRIX.columns], MATRIX)


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        (TABLE.iloc[1:], "1 missing, 0 repeated, 0 with unknown ids (u1 → b)"),
        (pd.concat([TABLE, TABLE.iloc[[5]]]), "0 missing, 1 repeated, 0 with unknown ids (u2 → c)"),
        (TABLE.replace("u2", "u9"), "3 missing, 0 repeated, 3 with unknown ids"),
    ],
)
def test_gaps_repeats_and_strangers_are_told(spoiled, told):
    with pytest.raises(LayerError, match=r"needs one row for each pair of unit_id and lead_id") as caught:
        pivot_pairs(spoiled, BY, ["minutes"], rows=MATRIX.index)
    assert told in str(caught.value)


def test_minutes_between_facilities_are_read_by_ids():
    minutes = MATRIX.rename_axis(index="facility_id", columns="host_id")
    between = Between(minutes, minutes > 4)
    again = Between.from_table(between.table().iloc[::-1])
    pd.testing.assert_frame_equal(again.minutes.loc[minutes.index, minutes.columns], minutes)
    assert again.by_ferry.loc["u2", "a"]
    assert not again.by_ferry.loc["u1", "c"]
    with pytest.raises(LayerError):
        Between.from_table(between.table().iloc[1:])
