"""Edits become a new proposal: checked again, numbers those of scoring the edited plan from its layers, ids kept."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.pipeline import assess, plan, revise
from gridplan.proposal.edits import Edits, apply_edits
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import FILES, proposal_digest
from gridplan.proposal.reconstruction import restore_adjacency, restore_layers, restore_travel
from gridplan.words.errors import ProblemError, ProposalError
from tests import board


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def without_revision(proposal):
    return replace(proposal, provenance=replace(proposal.provenance, revision=None))


@pytest.fixture(scope="module")
def saved(board_proposal, tmp_path_factory):
    """The chessboard city's proposal, as read from its folder: the input layers are out of reach."""
    return read_proposal(board_proposal.save(tmp_path_factory.mktemp("revise") / "out"))


def edits_on(proposal, **parts):
    return Edits(proposal_digest(proposal), **parts)


def test_without_edits_the_proposal_stays_as_it_is(saved):
    again = revise(saved, edits_on(saved))
    assert again.provenance.revision.parent == proposal_digest(saved)
    assert again.provenance.revision.moved == {}
    assert without_revision(again).equals(saved)
    assert proposal_digest(again) == proposal_digest(saved)


def assert_same_grids(one, other):
    frames = [proposal.grids.drop(columns="geometry") for proposal in (one, other)]
    pd.testing.assert_frame_equal(*frames, check_index_type=False, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:32650"])
def test_without_edits_it_stays_in_another_output_crs_too(tmp_path, crs):
    case = board.write_board(tmp_path / "city", case=board.CASE + f'[outputs]\ncrs = "{crs}"\n')
    saved = read_proposal(plan(read_case(case)).save(tmp_path / "out"))
    again = revise(saved, edits_on(saved))
    assert_same_grids(again, saved)
    assert again.units.geometry.geom_equals_exact(saved.units.geometry, 0).all()
    assert [finding.message_en for finding in again.findings] == [finding.message_en for finding in saved.findings]


def test_what_is_restored_is_what_was_measured(board_case, saved):
    from gridplan.ground.access.minutes import measure_travel
    from gridplan.pipeline import survey

    case = read_case(board_case)
    place = survey(case)
    sites = list(dict.fromkeys(saved.minutes["lead_id"]))
    travel, again = measure_travel(place.layers, case, sites), restore_travel(saved)
    np.testing.assert_array_equal(again.cell_minutes, travel.cell_minutes)
    np.testing.assert_array_equal(again.unit_minutes, travel.unit_minutes)
    np.testing.assert_array_equal(again.unit_share, travel.unit_share)
    pd.testing.assert_frame_equal(again.to_others, travel.to_others, check_column_type=False)
    np.testing.assert_array_equal(again.nearest_walk["primary"], travel.nearest_walk["primary"])
    np.testing.assert_array_equal(again.nearest_drive["ed"], travel.nearest_drive["ed"])
    assert list(restore_travel(saved, sites=sites[1:]).unit_minutes.columns) == sites[1:]
    graph = restore_adjacency(saved)
    assert set(graph.nodes) == set(place.adjacency.nodes)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in place.adjacency.edges}
    layers = restore_layers(saved)
    assert list(layers.facilities["tie"]) == list(place.layers.facilities["tie"])
    assert layers.units.geometry.geom_equals(place.layers.units.geometry).all()


def test_a_proposal_without_cells_cannot_be_revised(saved):
    with pytest.raises(ProposalError, match="cells"):
        revise(replace(saved, cells=saved.cells.iloc[:0]), edits_on(saved))


def assert_same_as_assessed(revised, case):
    """Numbers of a revision are those of scoring its assignment from the layers; grids are matched by their lead."""
    fresh = assess(case, revised.units["lead_id"])
    by_lead = [proposal.grids.set_index("lead_id").sort_index() for proposal in (revised, fresh)]
    numbers = [name for name in by_lead[0].columns if by_lead[0][name].dtype.kind in "if"]
    pd.testing.assert_frame_equal(by_lead[0][numbers], by_lead[1][numbers], rtol=1e-12, check_index_type=False)
    loosely = {"check_index_type": False, "check_dtype": False}
    columns = ["lead_id", "minutes_to_lead", "share_within", "minutes_primary", "population"]
    pd.testing.assert_frame_equal(revised.units[columns], fresh.units[columns], rtol=1e-12, **loosely)
    pd.testing.assert_frame_equal(revised.facilities[["role", "tie"]], fresh.facilities[["role", "tie"]], **loosely)
    assert revised.scores["plan"] == pytest.approx(fresh.scores["plan"], rel=1e-12)
    assert revised.objective.terms["travel"] == pytest.approx(fresh.objective.terms["travel"], rel=1e-12)
    lead_of = [proposal.grids["lead_id"].to_dict() for proposal in (revised, fresh)]
    told = [
        sorted(
            (
                f.rule,
                f.severity,
                f.status,
                f.subject_kind,
                leads.get(f.subject_id, f.subject_id),
                f.measured or 0.0,
                f.unit,
            )
            for f in proposal.findings
        )
        for proposal, leads in zip((revised, fresh), lead_of, strict=True)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("seed", range(10))
def test_random_edits_give_the_numbers_of_scoring_from_scratch(saved, board_case, seed):
    rng = np.random.default_rng(seed)
    grids, sites = list(saved.grids.index), sorted(set(saved.minutes["lead_id"]))
    moves = {str(unit): str(rng.choice(grids)) for unit in rng.choice(board.unit_ids(), rng.integers(0, 12))}
    leads = map(str, rng.permutation(sites)[: len(grids)])
    edits = edits_on(saved, moves=moves, leads=dict(zip(grids, leads, strict=True)))
    revised = revise(saved, edits)
    expected = apply_edits(saved, edits)
    assert revised.units["lead_id"].to_dict() == expected.lead_of_unit.to_dict()
    assert list(revised.grids.index) == [grid for grid in grids if grid in set(expected.grid_of_unit)]
    changed = revised.units["grid_id"] != saved.units["grid_id"]
    assert revised.provenance.revision.moved == saved.units["grid_id"][changed].to_dict()
    if changed.any() or revised.provenance.revision.leads:
        assert revised.objective.status == "given"
        assert_same_as_assessed(revised, read_case(board_case))


def test_the_grouping_in_force_is_remembered(tmp_path):
    stated = board.CASE.replace("[travel]", '[layers.baseline]\npath = "old.csv"\n[travel]')
    case = board.write_board(tmp_path / "city", case=stated)
    old = "".join(f"{unit},{lead}\n" for unit, lead in board.WEST_EAST.items())
    (case.parent / "old.csv").write_text("unit_id,lead_id\n" + old, encoding="utf-8")
    saved = read_proposal(assess(read_case(case), pd.Series(board.BY_STREET)).save(tmp_path / "out"))
    assert [f.status for f in saved.findings if f.rule == "R-27"] != ["not_evaluated"]
    assert without_revision(revise(saved, edits_on(saved))).equals(saved)


def test_memberships_that_a_given_plan_states_hold_on(board_case, tmp_path):
    given = tmp_path / "members.csv"
    grid_of = {
        "C0": "H1",
        "C1": "H1",
        "C2": "H2",
        "C3": "H1",
        "C4": "H2",
        "C5": "H2",
        "R1": "H2",
        "H1": "H1",
        "H2": "H2",
    }
    rows = "".join(f"{facility},{lead},紧密\n" for facility, lead in grid_of.items())
    given.write_text("机构代码,牵头医院,紧密程度\n" + rows, encoding="utf-8")
    stated = read_proposal(assess(read_case(board_case), given).save(tmp_path / "out"))
    lead_of_grid = stated.grids["lead_id"]
    assert lead_of_grid[stated.facilities["grid_id"]["R1"]] == "H2"
    again = revise(stated, edits_on(stated))
    for column in ("grid_id", "role", "tie"):
        assert again.facilities[column].to_dict() == stated.facilities[column].to_dict()
    unit = stated.units.index[stated.units["grid_id"] == stated.facilities["grid_id"]["R1"]][0]
    other = stated.units["grid_id"]["u01"]
    moved = revise(stated, edits_on(stated, moves={unit: other}))
    assert moved.facilities["grid_id"]["R1"] == stated.facilities["grid_id"]["R1"]


def test_a_lead_outside_its_grid_is_a_finding_not_an_error(saved):
    grid = saved.units["grid_id"]["u01"]
    other = next(name for name in saved.grids.index if name != grid)
    revised = revise(saved, edits_on(saved, moves={"u01": other}))
    broken = [finding for finding in revised.findings if finding.rule == "R-04" and finding.stands]
    assert [finding.subject_id for finding in broken] == [grid]
    assert revised.must_stands


def test_repair_reconnects_with_locked_units_in_place(saved):
    grid = saved.units["grid_id"]["u00"]
    other = next(name for name in saved.grids.index if name != grid)
    edits = edits_on(saved, moves={"u00": other}, locks=("u35",))
    split = revise(saved, edits)
    assert [f.subject_id for f in split.findings if f.rule == "R-06" and f.status == "violated"] == [other]
    mended = revise(saved, edits, repair=True)
    assert not [f for f in mended.findings if f.rule in ("R-02", "R-04", "R-06") and f.status == "violated"]
    assert list(mended.grids.index) == list(saved.grids.index)
    assert mended.grids["lead_id"].to_dict() == saved.grids["lead_id"].to_dict()
    assert mended.units["grid_id"]["u35"] == saved.units["grid_id"]["u35"]
    assert mended.provenance.revision.repaired
    people = saved.units["population"]
    assert people[mended.units["grid_id"] != split.units["grid_id"]].sum() <= 1000
    assert revise(saved, edits, repair=True).equals(mended)


def test_a_repair_without_edits_costs_what_the_proposal_costs_by_the_same_bound(saved):
    mended = revise(saved, edits_on(saved), repair=True)
    assert mended.units["grid_id"].to_dict() == saved.units["grid_id"].to_dict()
    assert dict(mended.objective.terms) == pytest.approx(dict(saved.objective.terms))
    assert mended.objective.bound == saved.objective.bound


def test_a_repair_brings_back_the_balance_and_the_street_that_an_edit_broke(saved):
    """Three streets go to the other grid but for a square of the last: 8 of 24 squares too many, and a split street."""
    grid = saved.grids.index[0]
    others = list(saved.units.index[saved.units["grid_id"] != grid])
    lead = str(saved.facilities["unit_id"][saved.grids["lead_id"].iloc[1]])
    moves = dict.fromkeys(
        [unit for unit in others if unit != lead and board.street_of(unit) != board.street_of(lead)], grid
    )
    edits = edits_on(saved, moves=moves)
    worst = saved.grids["deviation"].abs().max()
    assert revise(saved, edits).grids["deviation"].abs().max() > max(0.25, worst)
    mended = revise(saved, edits, repair=True)
    assert mended.grids["deviation"].abs().max() <= max(0.25, worst) + 1e-9
    together = saved.units.groupby("street_id")["grid_id"].nunique()
    assert (mended.units.groupby("street_id")["grid_id"].nunique() <= together).all()
    assert mended.objective.bound == saved.objective.bound
    assert mended.objective.value >= mended.objective.bound - 1e-6


def test_a_repair_tells_the_moves_it_undid_and_offers_them_locked(saved, tmp_path):
    """u00 went to a grid that it does not touch; the repair takes it back; locked, it stays, apart as it is."""
    folder = saved.save(tmp_path / "out")
    grid = saved.units["grid_id"]["u00"]
    other = next(name for name in saved.grids.index if name != grid)
    told = {"format": "gridplan-edits/1", "proposal": proposal_digest(saved), "moves": {"u00": other}}
    (tmp_path / "edits.json").write_text(json.dumps(told), encoding="utf-8")
    result = run(
        "revise", folder, "--edits", tmp_path / "edits.json", "--repair", "-o", tmp_path / "new", "--lang", "en"
    )
    assert "u00" in result.output
    suggested = tmp_path / "new-edits.json"
    assert json.loads(suggested.read_text(encoding="utf-8"))["locks"] == ["u00"]
    run("revise", folder, "--edits", suggested, "--repair", "-o", tmp_path / "kept")
    assert read_proposal(tmp_path / "kept").units["grid_id"]["u00"] == other


def test_repair_finds_room_for_a_moved_unit_that_is_locked(saved):
    grid = saved.units["grid_id"]["u00"]
    other = next(name for name in saved.grids.index if name != grid)
    mended = revise(saved, edits_on(saved, moves={"u00": other}, locks=("u00",)), repair=True)
    assert mended.units["grid_id"]["u00"] == other


def test_locks_that_take_a_lead_from_its_grid_are_told(saved):
    grid = saved.units["grid_id"]["u01"]
    other = next(name for name in saved.grids.index if name != grid)
    lead_stands = saved.facilities["unit_id"][saved.grids["lead_id"][grid]]
    with pytest.raises(ProblemError):
        revise(saved, edits_on(saved, moves={lead_stands: other}, locks=(lead_stands,)), repair=True)


def test_a_revision_is_kept_when_saved_and_can_be_revised_again(saved, tmp_path):
    grid = saved.grids.index[0]
    once = revise(saved, edits_on(saved, moves={"u33": grid}, locks=("u00",)))
    again = read_proposal(once.save(tmp_path / "once"))
    assert again.equals(once)
    assert again.provenance.revision.locks == ("u00",)
    back = revise(again, edits_on(again, moves=dict(again.provenance.revision.moved)))
    assert back.provenance.revision.parent == proposal_digest(once)
    assert_same_grids(back, saved)


def edits_file(path, base, **parts):
    tree = {"format": "gridplan-edits/1", "proposal": proposal_digest(base), **parts}
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.long
def test_the_command_writes_a_checked_proposal_and_its_comparison_twice_the_same(saved, tmp_path):
    out = saved.save(tmp_path / "out")
    grid = saved.units["grid_id"]["u02"]
    other = next(name for name in saved.grids.index if name != grid)
    note = {"subject_kind": "unit", "subject_id": "u02", "author": "<b>", "text": "=1+1 <script>alert(1)</script>"}
    edits = edits_file(tmp_path / "edits.json", saved, moves={"u02": other}, comments=[note])
    done = run("revise", out, "--edits", edits, "-o", tmp_path / "new")
    assert done.exit_code in (0, 1), done.stderr
    assert "单元 1 个" in done.stdout
    tree = json.loads((tmp_path / "new" / "comparison.json").read_text(encoding="utf-8"))
    assert tree["totals"]["units_moved"] == 1
    assert tree["units"][0]["unit_id"] == "u02"
    assert (tree["units"][0]["grid_before"], tree["units"][0]["grid_after"]) == (grid, other)
    assert tree["comments"] == [{**note, "decision": "", "decision_reason": ""}]
    assert "<script>alert(1)" not in (tmp_path / "new" / "map.html").read_text(encoding="utf-8")
    assert read_proposal(tmp_path / "new").provenance.revision.moved == {"u02": grid}
    assert run("revise", out, "--edits", edits).exit_code == done.exit_code
    unsigned = [{**note, "author": "批准人甲"}]
    named = edits_file(tmp_path / "named.json", saved, moves={"u02": other}, comments=unsigned)
    assert run("revise", out, "--edits", named, "--no-authors", "-o", tmp_path / "handed").exit_code == done.exit_code
    assert [path for path in (tmp_path / "handed").iterdir() if "批准人甲".encode() in path.read_bytes()] == []
    written = {path.name for path in (tmp_path / "new").iterdir()}
    assert written == (FILES - {"report.docx"}) | {"comparison.json", "comparison.xlsx"}
    for name in written - {"run.log"}:
        assert (tmp_path / "new" / name).read_bytes() == (tmp_path / "out-revised" / name).read_bytes(), name


def test_edits_of_another_proposal_are_refused_and_nothing_is_written(saved, tmp_path):
    out = saved.save(tmp_path / "out")
    edits = edits_file(tmp_path / "edits.json", saved, proposal="0" * 64)
    done = run("revise", out, "--edits", edits, "-o", tmp_path / "new", "--lang", "en")
    assert done.exit_code == 2
    assert "another proposal" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()
    assert run("revise", tmp_path / "none", "--edits", edits).exit_code == 2
    edits = edits_file(tmp_path / "edits.json", saved)
    assert run("revise", out, "--edits", edits, "-o", out).exit_code == 2


def test_planning_again_into_the_folder_removes_the_old_comparison(saved, tmp_path):
    from gridplan.outputs.proposal_folder import fill_folder, new_folder
    from gridplan.proposal.comparison import compare_proposals

    with new_folder(tmp_path / "out") as new:
        fill_folder(saved, new, comparison=compare_proposals(saved, saved))
    assert (tmp_path / "out" / "comparison.json").exists()
    saved.save(tmp_path / "out")
    assert not (tmp_path / "out" / "comparison.json").exists()
