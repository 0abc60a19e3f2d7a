"""Entries of a ledger become accounts that add up, or say by how much they do not."""

from __future__ import annotations

import pytest

from gridplan.words.ledger import CENSUS, HELD, NOT_SELECTED, OUTSIDE, PEOPLE, ROAD_KM, USED, Ledger, settle


def test_entries_of_one_layer_and_subject_make_one_account() -> None:
    """100 held, 60 used, 30 outside in two steps: 10 are missing, and the account says so; roads are another account."""
    ledger = Ledger()
    ledger.enter("a.csv", "", PEOPLE, 100, HELD)
    ledger.enter("a.csv", "", PEOPLE, 10, OUTSIDE)
    ledger.enter("roads.gpkg", "", ROAD_KM, 1.5, HELD)
    ledger.enter_where_held(PEOPLE, 20, OUTSIDE)
    ledger.enter_where_held(PEOPLE, 60, USED)
    people, roads = settle(ledger)
    assert (people.file, people.held, people.used, people.left_out) == ("a.csv", 100, 60, ((OUTSIDE, 30),))
    assert people.unexplained == 10
    assert roads.unexplained == pytest.approx(1.5)


def test_nothing_left_out_is_no_entry_and_nothing_used_is_one() -> None:
    ledger = Ledger()
    ledger.enter("a.csv", "", PEOPLE, 0, HELD)
    ledger.enter("a.csv", "", PEOPLE, 0, NOT_SELECTED)
    ledger.enter_where_held(PEOPLE, 0, USED)
    assert [entry.fate for entry in ledger] == [HELD, USED]


def test_what_no_layer_holds_has_no_account() -> None:
    ledger = Ledger()
    ledger.enter_where_held(PEOPLE, 5, USED)
    assert settle(ledger) == []


def test_people_of_points_are_told_to_be_places_only_where_a_census_has_their_number() -> None:
    ledger = Ledger()
    ledger.enter("villages.csv", "", PEOPLE, 10, HELD)
    alone = settle(ledger)[0].subject.label
    ledger.enter("census.xlsx", "", CENSUS, 9, HELD)
    beside = {account.file: account.subject.label for account in settle(ledger)}
    assert alone == PEOPLE.label
    assert "人数以普查为准" in beside["villages.csv"].zh
    assert beside["census.xlsx"] == CENSUS.label
