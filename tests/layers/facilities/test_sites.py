"""Sites of an institution: which rows stand together, which row stands for them, and which site is the main one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from gridplan.layers.facilities.repeats import NamedRows, group_rows
from gridplan.layers.facilities.sites import find_sites, same_house

FIRST = "江城市第一医院"


def rows_at(*rows: tuple[str, float], listed: Sequence[int] = (), apart: Sequence[int] = ()) -> NamedRows:
    """Rows of one institution (name, metres along a street); some in an official list, some `apart` in no group."""
    frame = pd.DataFrame({"name": [name for name, _ in rows], "address": "", "category": "", "y": 0.0})
    frame["x"] = [at for _, at in rows]
    frame["listed"] = [place in listed for place in range(len(rows))]
    found = group_rows(frame)
    found.group = np.array([-1 if place in apart else 0 for place in range(len(rows))])
    return found


def sites(rows: NamedRows) -> tuple[list[int], list[int]]:
    site, main = find_sites(rows)
    return site.tolist(), main.tolist()


def test_rows_within_400_m_are_one_site_and_beyond_another() -> None:
    """0 and 400 m hang together, as do 801 and 802 m; the row at 400 is 401 m from the next."""
    site, main = sites(rows_at((FIRST, 0), (FIRST, 400), (FIRST, 801), (FIRST, 802), (FIRST, 803)))
    assert site[:2] == [0, 0]
    assert len(set(site[2:])) == 1
    assert set(main) == {site[2]}, "the site with most rows is the main one"


def test_rows_in_no_group_have_no_site() -> None:
    assert sites(rows_at((FIRST, 0), (FIRST, 10), ("无名", 20), apart=[2])) == ([0, 0, -1], [0, 0, -1])


def test_the_plainest_name_stands_for_a_site_before_the_middle_one() -> None:
    site, main = sites(rows_at((f"{FIRST}-东门", 10), (f"{FIRST}急诊科", 10), (FIRST, 30)))
    assert (site, main) == ([2, 2, 2], [2, 2, 2])


def test_of_equal_names_the_middle_one_stands_for_the_site() -> None:
    site, _ = sites(rows_at((FIRST, 0), (FIRST, 90), (FIRST, 200)))
    assert site == [1, 1, 1]


@pytest.mark.parametrize(("away", "belongs"), [(1_000, True), (1_001, False)])
def test_rows_within_a_kilometre_of_a_listed_one_belong_to_it(away: float, belongs: bool) -> None:
    """The listed row stands for itself and for the institution, however many rows stand elsewhere."""
    site, main = sites(rows_at((FIRST, away), (FIRST, away), (FIRST, 0), listed=[2]))
    assert site == ([2, 2, 2] if belongs else [0, 0, 2])
    assert main == [2, 2, 2]


def test_a_row_belongs_to_the_nearest_of_two_listed_ones() -> None:
    site, _ = sites(rows_at((FIRST, 0), (FIRST, 900), (FIRST, 600), listed=[0, 1]))
    assert site == [0, 1, 1]


def test_of_two_sites_with_as_many_rows_the_one_that_names_no_campus_is_the_main_one() -> None:
    assert sites(rows_at((f"{FIRST}东院区", 0), (FIRST, 5_000)))[1] == [1, 1]
    assert sites(rows_at((FIRST, 0), (FIRST, 5_000)))[1] == [0, 0], "else the first"


def test_a_house_number_is_the_same_with_and_without_its_last_word() -> None:
    assert same_house("解放大道1277号", "解放大道1277（地铁站旁）")
    assert not same_house("解放大道1277号", "解放大道1278号")
    assert not same_house("解放大道", "解放大道"), "no number, no house"
    assert not same_house("", "")
