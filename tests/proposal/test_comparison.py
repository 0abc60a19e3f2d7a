"""Two proposals side by side: nothing differs from itself, one way mirrors the other, hand-checked numbers hold."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.checks.finding import Finding
from gridplan.outputs.comparison_files import summarise_comparison, write_comparison
from gridplan.outputs.proposal_folder import write_comparison_folder
from gridplan.pipeline import assess, revise
from gridplan.proposal.comparison import GRID_INDICATORS, compare_proposals, match_grids
from gridplan.proposal.edits import Edits
from gridplan.proposal.proposal import proposal_digest
from gridplan.words.errors import ProposalError
from tests import board

OPPOSITE = {"gained": "lost", "lost": "gained", "worse": "better", "better": "worse", "changed": "changed"}


@pytest.fixture(scope="module")
def west_east(board_case):
    """Left half to H1, right half to H2."""
    return assess(read_case(board_case), pd.Series(board.WEST_EAST))


@pytest.fixture(scope="module")
def by_street(board_case):
    """Three whole streets to each: against WEST_EAST, u02 and u12 go from H1 to H2, u23 and u33 from H2 to H1... and back."""
    return assess(read_case(board_case), pd.Series(board.BY_STREET))


def assert_mirrors(there, back):
    assert (there.first, there.second) == (back.second, back.first)
    assert {*there.grid_pairs.itertuples(index=False, name=None)} == {
        (a, b) for b, a in back.grid_pairs.itertuples(index=False, name=None)
    }
    assert (there.only_first, there.only_second) == (back.only_second, back.only_first)
    swapped = back.units.rename(columns=lambda name: _other_side(name))
    pd.testing.assert_frame_equal(there.units.sort_index(), swapped[there.units.columns].sort_index())
    assert there.adjusted_rand == pytest.approx(back.adjusted_rand)
    one, two = dict(there.totals), dict(back.totals)
    one["residents_nearer"], one["residents_farther"] = one["residents_farther"], one["residents_nearer"]
    assert one == two
    pd.testing.assert_frame_equal(there.plan, back.plan.rename(columns=_other_side)[["before", "after"]])
    subjects = ["rule", "change", "subject_before", "subject_after"]
    mirrored = back.findings.rename(columns=_other_side).assign(change=back.findings["change"].map(OPPOSITE))
    assert sorted(map(tuple, there.findings[subjects].to_numpy())) == sorted(map(tuple, mirrored[subjects].to_numpy()))


def _other_side(name):
    if name.endswith("before"):
        return name.replace("before", "after")
    return name.replace("after", "before")


def test_a_proposal_does_not_differ_from_itself(board_proposal):
    same = compare_proposals(board_proposal, board_proposal)
    assert same.is_empty
    assert same.adjusted_rand == 1.0
    assert set(same.totals.values()) == {0}


def test_west_east_against_whole_streets_by_hand(west_east, by_street):
    there = compare_proposals(west_east, by_street)
    moved = {unit for unit in board.unit_ids() if board.WEST_EAST[unit] != board.BY_STREET[unit]}
    assert set(there.units.index) == moved
    assert there.totals["units_moved"] == len(moved)
    assert there.totals["residents_moved"] == 1000 * len(moved)
    assert there.flows["residents"].sum() == 1000 * len(moved)
    assert there.totals["leads_changed"] == 0
    assert list(there.units["minutes_before"]) == [
        west_east.units["minutes_to_lead"][unit] for unit in there.units.index
    ]
    lost = there.findings[there.findings["change"] == "lost"]
    assert "R-09" in set(lost["rule"])
    assert_mirrors(there, compare_proposals(by_street, west_east))


def test_facilities_and_beds_move_with_their_unit(board_proposal):
    grid = board_proposal.units["grid_id"]["u13"]
    other = next(name for name in board_proposal.grids.index if name != grid)
    revised = revise(board_proposal, Edits(proposal_digest(board_proposal), {"u13": other}))
    there = compare_proposals(board_proposal, revised)
    assert there.matched_by == "ids"
    assert list(there.facilities.index) == ["H3"]
    assert (there.totals["facilities_moved"], there.totals["beds_moved"]) == (1, 300)
    assert_mirrors(there, compare_proposals(revised, board_proposal))


def test_a_changed_lead_moves_its_people_and_regroups_nobody(board_proposal):
    grid = board_proposal.units["grid_id"]["u13"]
    old = board_proposal.grids["lead_id"][grid]
    new = "H3" if old != "H3" else "H1"
    there = compare_proposals(
        board_proposal, revise(board_proposal, Edits(proposal_digest(board_proposal), leads={grid: new}))
    )
    own = board_proposal.units.index[board_proposal.units["grid_id"] == grid]
    assert set(there.units.index) == set(own), "another lead, unit by unit"
    assert there.regrouped.empty, "the same group of units"
    assert (there.totals["residents_moved"], there.totals["residents_regrouped"]) == (1000 * len(own), 0)
    assert list(there.leads[["grid_before", "grid_after", "lead_before", "lead_after"]].iloc[0]) == [
        grid,
        grid,
        old,
        new,
    ]
    assert set(there.facilities.index) >= {old, new} - {""}
    assert there.facilities["moved"].any()
    assert not there.facilities["regrouped"].any()
    assert there.totals["residents_nearer"] + there.totals["residents_farther"] > 0


def test_a_hospital_that_only_changes_its_role_takes_no_beds_along(board_proposal):
    """H3 of 300 beds leads its grid in place of another: told among the facilities, but nothing is in another group."""
    grid = board_proposal.units["grid_id"]["u13"]
    new = "H3" if board_proposal.grids["lead_id"][grid] != "H3" else "H1"
    led = revise(board_proposal, Edits(proposal_digest(board_proposal), leads={grid: new}))
    there = compare_proposals(board_proposal, led)
    assert there.facilities["beds"].sum() > 0
    assert (there.totals["facilities_regrouped"], there.totals["beds_regrouped"]) == (0, 0)
    carried = board_proposal.facilities["grid_id"] == grid
    assert there.totals["facilities_moved"] == carried.sum()


def test_grids_with_other_ids_are_matched_by_their_residents(west_east):
    renamed = {"G1": "G2", "G2": "G1"}
    other = replace(
        west_east,
        units=west_east.units.assign(grid_id=west_east.units["grid_id"].map(renamed)),
        grids=west_east.grids.rename(index=renamed),
        facilities=west_east.facilities.assign(grid_id=west_east.facilities["grid_id"].map(renamed).fillna("")),
        findings=tuple(
            replace(finding, subject_id=renamed.get(finding.subject_id, finding.subject_id))
            for finding in west_east.findings
        ),
    )
    there = compare_proposals(west_east, other)
    assert there.matched_by == "residents"
    assert there.units.empty
    assert there.findings.empty
    assert there.leads.empty
    assert there.adjusted_rand == 1.0


def test_grids_that_share_most_residents_go_together(west_east, by_street):
    """West and G1 of the streets share ten squares of twelve, east and G2 ten; ids changed over, the pairs follow."""
    renamed = {"G1": "G2", "G2": "G1"}
    other = replace(
        by_street,
        units=by_street.units.assign(grid_id=by_street.units["grid_id"].map(renamed)),
        grids=by_street.grids.rename(index=renamed),
    )
    for second, pairs in ((by_street, [("G1", "G1"), ("G2", "G2")]), (other, [("G1", "G2"), ("G2", "G1")])):
        found = match_grids(west_east, second, by_ids=False)
        assert list(found.itertuples(index=False, name=None)) == pairs


def test_residents_and_not_squares_decide_which_grids_go_together(west_east):
    """The grids change places but for one square of each, where most of their residents live."""
    units = west_east.units
    stay = units.index.isin(["u00", "u35"])
    units = units.assign(population=units["population"].mask(stay, 100_000.0))
    swapped = units["grid_id"].map({"G1": "G2", "G2": "G1"}).mask(stay, units["grid_id"])
    found = match_grids(
        replace(west_east, units=units), replace(west_east, units=units.assign(grid_id=swapped)), by_ids=False
    )
    assert list(found.itertuples(index=False, name=None)) == [("G1", "G1"), ("G2", "G2")]


def test_another_number_of_grids(board_case, west_east):
    three = assess(read_case(board_case), pd.Series({**board.WEST_EAST, "u13": "H3", "u12": "H3"}))
    there = compare_proposals(west_east, three)
    assert set(there.units.index) == {"u12", "u13"}
    assert list(there.grid_pairs.itertuples(index=False, name=None))[-1] == ("", three.grids.index[2])
    assert there.leads["lead_after"].tolist() == ["H3"]
    assert_mirrors(there, compare_proposals(three, west_east))


def finding(measured, limit, status="violated", places=(), unit="u00"):
    return Finding(
        "R-08", "must", status, "unit", unit, measured, limit, "residents", "none", "人口", "people", places=places
    )


def test_a_finding_is_worse_the_farther_its_measure_lies_beyond_its_limit(west_east):
    """Above a largest value, below a smallest one, beyond a deviation to either side, or in more places."""
    cases = [
        ((130.0, 100.0), (140.0, 100.0), "worse"),
        ((130.0, 100.0), (120.0, 100.0), "better"),
        ((70.0, 100.0), (60.0, 100.0), "worse"),
        ((70.0, 100.0), (80.0, 100.0), "better"),
        ((-0.3, 0.2), (-0.4, 0.2), "worse"),
        ((-0.4, 0.2), (0.3, 0.2), "better"),
        ((70.0, 100.0), (130.0, 100.0), None),
        ((None, None, "violated", ("u00",)), (None, None, "violated", ("u00", "u01")), "worse"),
        ((None, None, "violated", ("u00", "u01")), (None, None, "violated", ("u00",)), "better"),
        ((90.0, 100.0, "met"), (130.0, 100.0), "gained"),
        ((130.0, 100.0), (130.0, 100.0, "waived"), "lost"),
        ((90.0, 100.0, "met"), (80.0, 100.0, "met"), None),
        ((90.0, 100.0, "met"), (90.0, 100.0, "not_evaluated"), "changed"),
    ]
    units = board.unit_ids()[: len(cases)]
    before, after = (
        tuple(finding(*case[side], unit=unit) for unit, case in zip(units, cases, strict=True)) for side in (0, 1)
    )
    there = compare_proposals(replace(west_east, findings=before), replace(west_east, findings=after))
    told = dict(zip(there.findings["subject_after"], there.findings["change"], strict=True))
    assert told == {unit: change for unit, (_, _, change) in zip(units, cases, strict=True) if change is not None}


def test_a_grid_that_shrank_is_no_better_where_the_same_is_wrong_with_what_it_lost(west_east):
    """Three bare units, all with G1, then two with G1 and one with G2: nothing is better; where the third is served, it is."""

    def bare(grid: str, *places: str) -> Finding:
        return Finding(
            "R-31",
            "note",
            "violated",
            "grid",
            grid,
            len(places),
            0,
            "community grids",
            "S2",
            "无",
            "none",
            places=places,
        )

    before = replace(west_east, findings=(bare("G1", "u00", "u01", "u02"), bare("G2", "u05")))
    moved = replace(west_east, findings=(bare("G1", "u00", "u01"), bare("G2", "u02", "u05")))
    served = replace(west_east, findings=(bare("G1", "u00", "u01"), bare("G2", "u05")))
    assert compare_proposals(before, moved).findings.empty
    assert compare_proposals(before, served).findings["change"].tolist() == ["better"]


def test_a_lost_finding_is_told_as_it_was(west_east):
    there = compare_proposals(replace(west_east, findings=(finding(130.0, 100.0),)), replace(west_east, findings=()))
    (row,) = there.findings.itertuples()
    assert (row.change, row.measured_before, row.limit, row.subject_before, row.subject_after) == (
        "lost",
        130.0,
        100.0,
        "u00",
        "",
    )


def test_flows_count_the_residents_of_the_second_and_beds_those_of_hospitals(west_east, by_street):
    """A health centre with beds in u02 moves with it: its beds are none of a hospital."""
    kinds = west_east.facilities["kind"]
    later = replace(
        by_street,
        units=by_street.units.assign(population=2000.0),
        facilities=by_street.facilities.assign(beds=by_street.facilities["beds"].where(kinds != "chc", 99.0)),
    )
    there = compare_proposals(west_east, later)
    assert there.totals["residents_moved"] == 2000 * len(there.units)
    assert there.totals["facilities_moved"] == len(there.facilities[there.facilities["moved"]]) > 0
    hospital = there.facilities["kind"] != "chc"
    assert there.totals["beds_moved"] == there.facilities["beds"][there.facilities["moved"] & hospital].sum()


def test_units_that_one_of_them_lacks_are_told_and_left_out(tmp_path, west_east):
    units = board.board_units()
    case = board.write_board(tmp_path / "city", units=units[units["unit_id"] != "u35"])
    given = pd.Series({unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u35"})
    facilities = board.board_facilities()
    smaller = assess(
        read_case(board.write_board(tmp_path / "city", units=units[units["unit_id"] != "u35"], facilities=facilities)),
        given,
    )
    assert case.exists()
    there = compare_proposals(west_east, smaller)
    assert (there.only_first, there.only_second) == (("u35",), ())
    assert there.units.empty
    assert not there.is_empty
    assert any("u35" in text or "1" in text for text in [said.en for said in summarise_comparison(there)])
    assert_mirrors(there, compare_proposals(smaller, west_east))


def test_proposals_without_a_common_unit_are_refused(west_east):
    other = replace(west_east, units=west_east.units.rename(index=lambda unit: f"x{unit}"))
    with pytest.raises(ProposalError, match="in common"):
        compare_proposals(west_east, other)


@pytest.mark.parametrize("seed", range(8))
def test_one_way_mirrors_the_other(board_proposal, seed):
    rng = np.random.default_rng(seed)
    grids, sites = list(board_proposal.grids.index), sorted(set(board_proposal.minutes["lead_id"]))
    versions = []
    for _ in range(2):
        moves = {str(unit): str(rng.choice(grids)) for unit in rng.choice(board.unit_ids(), 6)}
        leads = dict(zip(grids, map(str, rng.permutation(sites)), strict=False))
        versions.append(revise(board_proposal, Edits(proposal_digest(board_proposal), moves, leads)))
    assert_mirrors(compare_proposals(*versions), compare_proposals(*reversed(versions)))
    assert compare_proposals(versions[0], versions[0]).is_empty


def test_the_files_hold_everything_and_no_formula(west_east, by_street, tmp_path):
    named = replace(by_street, units=by_street.units.assign(name="=1+1"))
    there = compare_proposals(west_east, named)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_comparison(there, tmp_path / folder, "zh")
    for name in ("comparison.json", "comparison.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    tree = json.loads((tmp_path / "a" / "comparison.json").read_text(encoding="utf-8"))
    assert tree["format"] == "gridplan-comparison/2"
    assert len(tree["units"]) == tree["totals"]["units_moved"]
    assert {f"{name}_after" for name in GRID_INDICATORS} <= set(tree["grids"][0])
    book = openpyxl.load_workbook(tmp_path / "a" / "comparison.xlsx")
    assert book.sheetnames == [
        "概览",
        "网格",
        "牵头医院",
        "改换牵头医院的单元",
        "改换流向",
        "改换集团的单元",
        "机构",
        "检查结果变化",
        "意见",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_comparison_of_its_own_has_a_map_and_spares_proposals(west_east, by_street, tmp_path):
    there = compare_proposals(west_east, by_street)
    folder = write_comparison_folder(there, by_street, tmp_path / "difference")
    assert {path.name for path in folder.iterdir()} == {"comparison.json", "comparison.xlsx", "map.html"}
    by_street.save(tmp_path / "plan")
    with pytest.raises(ProposalError, match="folder of other results"):
        write_comparison_folder(there, by_street, tmp_path / "plan")


def test_residents_that_are_nearer_are_counted_by_hand(west_east, by_street):
    there = compare_proposals(west_east, by_street)
    before, after = west_east.units["minutes_to_lead"], by_street.units["minutes_to_lead"]
    assert there.totals["residents_nearer"] == 1000 * (after < before - 1e-6).sum()
    assert there.totals["residents_farther"] == 1000 * (after > before + 1e-6).sum()
    slower = replace(by_street, units=by_street.units.assign(minutes_to_lead=before + 1.0))
    all_farther = compare_proposals(west_east, slower).totals
    assert (all_farther["residents_nearer"], all_farther["residents_farther"]) == (0.0, 24_000.0)


def test_a_waived_finding_is_told_with_what_it_was(west_east):
    """A lost finding keeps the words and the limit under which it was violated."""
    old, new = finding(130.0, 100.0), replace(finding(130.0, 150.0, "met"), message_en="fine")
    (row,) = compare_proposals(
        replace(west_east, findings=(old,)), replace(west_east, findings=(new,))
    ).findings.itertuples()
    assert (row.change, row.limit, row.message_en) == ("lost", 100.0, "people")
