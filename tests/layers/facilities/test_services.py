"""Services in memory: keys in the order told, asked by one function; silence is not a lack."""

from __future__ import annotations

import pandas as pd

from gridplan.layers.facilities.services import offers, tell_services

TABLE = pd.DataFrame({"services": [("icu", "ed"), (), ("medical",)]}, index=["H1", "C1", "H2"])


def test_a_service_is_a_whole_key() -> None:
    assert offers(TABLE, "ed").tolist() == [True, False, False], "medical ends in ed and is none"
    assert offers(TABLE, "icu").index.equals(TABLE.index)


def test_silence_is_told_apart() -> None:
    assert tell_services(TABLE).tolist() == [True, False, True]


def test_no_facilities_offer_nothing() -> None:
    none = TABLE.iloc[:0]
    assert (offers(none, "ed").dtype, tell_services(none).dtype) == (bool, bool)
