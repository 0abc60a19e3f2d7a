"""What is said of borders: sums of the tables by hand, and nothing where the tables are not there."""

from __future__ import annotations

import pandas as pd

from gridplan.outputs.firm_words import tell_border_prices, tell_firmness

GRIDS = pd.DataFrame({"residents_nearer": [1000.0, 3000.0], "minutes_more": [2000.0, 10000.0]})
PRICES = pd.DataFrame({"border_m": [6000.0, 1000.0, 3000.0], "each_high": [5.0, 0.5, float("nan")]})


def test_prices_of_borders_are_told_by_length_and_by_those_who_drive_on():
    """12,000 resident-minutes over 4,000 residents are 3 min each; 6 of 10 km cost 3 min or more, 1 of 10 less than 1."""
    driven, moved = tell_border_prices({"grid_borders": GRIDS, "border_prices": PRICES})
    assert "4,000" in driven.en
    assert "3 min more each" in driven.en
    assert "60% of their length" in moved.en
    assert "10% less than 1 min" in moved.en
    assert moved.en.startswith("In the plans found")


def test_nothing_is_said_of_what_nobody_found_out():
    assert tell_border_prices({}) == []
    assert tell_border_prices({"grid_borders": GRIDS, "border_prices": PRICES.assign(border_m=0.0)}) == []
    assert tell_firmness({}, pd.Series(dtype=float)) == []
