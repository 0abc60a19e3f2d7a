"""City and county on one map: every live number of a grid is against its own part of the plan."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.outputs.map.city_parts import parts_content
from gridplan.pipeline import assess
from tests import board

LEADS = {unit: "H1" if unit[2] < "3" else "H3" if unit[2] == "3" else "H2" for unit in board.unit_ids()}
"""The city is the western half, one grid; column 3 of the county goes to H3, columns 4 and 5 to H2."""
EAST_PEOPLE = 500
browser = pytest.mark.browser


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """12,000 residents in the city, 6,000 in the county; 2 minutes in the city, 3 in the county."""
    text = board.CASE.replace("k = 2", "k = 1").replace("limit_min = 4", "limit_min = 2")
    text += '[county]\ndistricts = ["东区"]\nk = 2\nlimit_min = 3\n'
    people = [1000 if unit[2] < "3" else EAST_PEOPLE for unit in board.unit_ids()]
    table = pd.DataFrame({"unit_id": board.unit_ids(), "population": people, "population_65": 0})
    path = board.write_board(tmp_path_factory.mktemp("mixed"), people=table, case=text)
    return assess(read_case(path), pd.Series(LEADS))


def test_parts_are_told_with_their_limits(mixed):
    told = parts_content(mixed)
    assert [(scope["mode"], scope["limit"]) for scope in told["scopes"]] == [("city", 2.0), ("county", 3.0)]
    assert told["ofUnit"] == [int(unit[2] >= "3") for unit in mixed.units.index]
    assert told["ofGrid"] == [int(lead != "H1") for lead in mixed.grids["lead_id"]]


def deviations(page, mixed):
    told = page.evaluate("gridplan.edit.measure()")["grids"]
    return {lead: own["deviation"] for lead, own in zip(mixed.grids["lead_id"], told, strict=True)}


@browser
def test_live_deviations_are_from_the_mean_of_the_grid_s_own_part(open_page, mixed):
    """The county's mean is 3,000: H3 has 2,000 and H2 4,000; one unit more makes them 2,500 and 3,500."""
    page = open_page(mixed)
    page.click("[data-tab=edit]")
    assert deviations(page, mixed) == pytest.approx(mixed.grids.set_index("lead_id")["deviation"].to_dict())
    assert deviations(page, mixed) == pytest.approx({"H1": 0.0, "H3": -1 / 3, "H2": 1 / 3})
    to = list(mixed.grids["lead_id"]).index("H3")
    page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [board.unit_ids().index("u14"), to])
    assert deviations(page, mixed) == pytest.approx({"H1": 0.0, "H3": -1 / 6, "H2": 1 / 6})
    assert page.complaints == []


@browser
def test_a_unit_moved_across_counts_with_its_new_grid_but_in_its_own_part_s_mean(open_page, mixed):
    """u02 of the city goes to H3: 3,000 of a mean of 3,000, and 11,000 of the city's 12,000."""
    page = open_page(mixed)
    page.click("[data-tab=edit]")
    to = list(mixed.grids["lead_id"]).index("H3")
    page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [board.unit_ids().index("u02"), to])
    assert deviations(page, mixed) == pytest.approx({"H1": -1 / 12, "H3": 0.0, "H2": 1 / 3})
    away = [check for check in page.evaluate("gridplan.edit.checks()") if check["rule"] == "R-54"]
    assert [(check["grid"], check["units"]) for check in away] == [(to, [board.unit_ids().index("u02")])]


@browser
def test_live_time_limits_are_those_of_the_part(open_page, mixed):
    """u05 lies 3 minutes from H2, which holds in the county; u21, u30, u31 and others lie 3 or 4 from H1, which is too far in the city."""
    page = open_page(mixed)
    page.click("[data-tab=edit]")
    over = {
        check["grid"]: check["units"] for check in page.evaluate("gridplan.edit.checks()") if check["rule"] == "R-60"
    }
    limit = {"H1": 2.0, "H2": 3.0, "H3": 3.0}
    expected = {}
    for number, lead in enumerate(mixed.grids["lead_id"]):
        own = mixed.units[mixed.units["lead_id"] == lead]
        far = own.index[own["minutes_to_lead"].round(2) > limit[lead]]
        if len(far):
            expected[number] = [board.unit_ids().index(unit) for unit in far]
    assert list(expected) == [list(mixed.grids["lead_id"]).index("H1")]
    assert mixed.units["minutes_to_lead"]["u05"] == pytest.approx(3.0, abs=0.005)
    assert over == expected
    for lead, minutes in (("H1", "2"), ("H2", "3")):
        page.click("[data-tab=grids]")
        page.click(f"tr[data-grid='{list(mixed.grids['lead_id']).index(lead)}']")
        assert f"{minutes} 分钟内居民" in page.inner_text(".figures"), "a card tells the limit of its part"
