"""edits.json from strangers: what is right is read, what is wrong is told in words, all of it, and nothing runs."""

from __future__ import annotations

import json

import pytest

from gridplan.proposal.edits import (
    MAX_AUTHOR,
    MAX_BYTES,
    MAX_COMMENTS,
    MAX_TEXT,
    apply_edits,
    parse_edits,
    read_edits,
    write_edits,
)
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import proposal_digest
from gridplan.words.errors import EditsError

SCRIPT = "<script>alert(1)</script>"


def document(base, **parts):
    return {"format": "gridplan-edits/1", "proposal": proposal_digest(base), **parts}


def comment(**parts):
    return {"subject_kind": "unit", "subject_id": "u00", "author": "王", "text": "好", **parts}


def as_bytes(tree):
    return json.dumps(tree, ensure_ascii=False).encode()


def refused(content, proposal):
    with pytest.raises(EditsError) as caught:
        parse_edits(content, proposal)
    assert all(problem.render("zh") and problem.render("en") for problem in caught.value.problems)
    return caught.value.render("en")


def test_edits_are_read(board_proposal, tmp_path):
    grid = board_proposal.units["grid_id"]["u00"]
    tree = document(
        board_proposal,
        moves={"u05": grid},
        leads={grid: "H3"},
        locks=["u00", "u00", "u01"],
        comments=[comment(), {"subject_kind": "plan", "text": "第一行\r\n第二行\v第三行"}],
    )
    (tmp_path / "edits.json").write_bytes(b"\xef\xbb\xbf" + as_bytes(tree))
    edits = read_edits(tmp_path / "edits.json", board_proposal)
    assert edits.moves == {"u05": grid}
    assert edits.leads == {grid: "H3"}
    assert edits.locks == ("u00", "u01")
    assert [(c.subject_kind, c.subject_id, c.author, c.text) for c in edits.comments] == [
        ("unit", "u00", "王", "好"),
        ("plan", "", "", "第一行\n第二行\n第三行"),
    ]


def test_nothing_but_the_proposal_is_needed(board_proposal):
    edits = parse_edits(as_bytes(document(board_proposal)), board_proposal)
    assert (edits.moves, edits.leads, edits.locks, edits.comments) == ({}, {}, (), ())


def test_script_in_a_comment_stays_text(board_proposal):
    given = document(board_proposal, comments=[comment(author=SCRIPT, text=f"=HYPERLINK() {SCRIPT}")])
    (read,) = parse_edits(as_bytes(given), board_proposal).comments
    assert (read.author, read.text) == (SCRIPT, f"=HYPERLINK() {SCRIPT}")


def test_the_digest_survives_saving_and_tells_proposals_apart(board_proposal, tmp_path):
    again = read_proposal(board_proposal.save(tmp_path / "out"))
    assert proposal_digest(again) == proposal_digest(board_proposal)
    written = json.loads((tmp_path / "out" / "proposal.json").read_text(encoding="utf-8"))
    assert written["digest"] == proposal_digest(board_proposal)
    grids = board_proposal.units["grid_id"]
    from dataclasses import replace

    other = replace(board_proposal, units=board_proposal.units.assign(grid_id=grids.to_numpy()[::-1]))
    assert proposal_digest(other) != proposal_digest(board_proposal)


HOSTILE = {
    "not json": (b"{", "JSON"),
    "empty": (b"", "JSON"),
    "not utf-8": (b'{"format": "\xff\xfe"}', "UTF-8"),
    "a list": (b"[]", "JSON object"),
    "a number": (b"1", "JSON object"),
    "huge": (b" " * (MAX_BYTES + 1), "at most"),
    "nested too deeply": (b"[" * 200_000, "JSON"),
    "nested objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "JSON"),
    "nan": (b'{"format": NaN}', "NaN"),
    "infinity": (b'{"format": -Infinity}', "Infinity"),
    "endless number": (b'{"format": ' + b"9" * 10_000 + b"}", "JSON"),
    "no format": (b"{}", "gridplan-edits/1"),
    "other version": (b'{"format": "gridplan-edits/2"}', "gridplan-edits/1"),
    "other kind of file": (b'{"format": "gridplan-proposal/1"}', "gridplan-edits/1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_edits_is_refused(board_proposal, name):
    content, told = HOSTILE[name]
    assert told in refused(content, board_proposal)


PARTS = {
    "moves as a list": ({"moves": [["u00", "G1"]]}, "an object"),
    "moves to a number": ({"moves": {"u00": 1}}, "moves"),
    "moves to nothing": ({"moves": {"u00": None}}, "moves"),
    "moves of a nameless unit": ({"moves": {"": "G1"}}, "moves"),
    "moves of a very long id": ({"moves": {"u" * 300: "G1"}}, "moves"),
    "unknown unit": ({"moves": {"u0O": "G1"}}, "Did you mean u"),
    "unknown grid": ({"moves": {"u00": "G9"}}, "G9"),
    "moves to a lead": ({"moves": {"u00": "H1"}}, "grid ids"),
    "unknown lead": ({"leads": {"G1": "H9"}}, "H9"),
    "a lead that is no candidate": ({"leads": {"G1": "C0"}}, "candidate"),
    "a lead of an unknown grid": ({"leads": {"G9": "H3"}}, "G9"),
    "one lead for two grids": ({"leads": {"G1": "H3", "G2": "H3"}}, "one grid at most"),
    "leads as text": ({"leads": "G1"}, "an object"),
    "locks as an object": ({"locks": {"u00": True}}, "a list"),
    "locks of numbers": ({"locks": [1, True]}, "locks"),
    "locks of unknown units": ({"locks": ["nowhere"]}, "nowhere"),
    "locks of a prototype": ({"locks": ["__proto__"]}, "__proto__"),
    "comments as text": ({"comments": SCRIPT}, "a list"),
    "comments of text": ({"comments": [SCRIPT]}, "comments[0]"),
    "too many comments": ({"comments": [comment()] * (MAX_COMMENTS + 1)}, "at most"),
    "a comment without text": ({"comments": [{"subject_kind": "plan"}]}, "comments[0].text"),
    "an empty comment": ({"comments": [comment(text="  \n ")]}, "words"),
    "a comment too long": ({"comments": [comment(text="长" * (MAX_TEXT + 1))]}, "at most"),
    "an author too long": ({"comments": [comment(author="长" * (MAX_AUTHOR + 1))]}, "author"),
    "an author of two lines": ({"comments": [comment(author="a\nb")]}, "control"),
    "a comment with an escape sequence": ({"comments": [comment(text="\x1b[2J")]}, "control"),
    "a comment that reorders text": ({"comments": [comment(text="a\u202eb")]}, "control"),
    "a comment on a road": ({"comments": [comment(subject_kind="road")]}, "one of plan"),
    "a comment on a list": ({"comments": [comment(subject_kind=["unit"])]}, "one of plan"),
    "a comment on an unknown unit": ({"comments": [comment(subject_id="u99")]}, "u99"),
    "a comment on an unknown facility": ({"comments": [comment(subject_kind="facility")]}, "u00"),
    "a comment with more keys": ({"comments": [comment(onclick="alert(1)")]}, "onclick"),
    "an unknown key": ({"move": {}}, "Did you mean moves"),
    "another proposal": ({"proposal": "0" * 64}, "another proposal"),
    "a proposal that is a list": ({"proposal": []}, "another proposal"),
    "an id that clears the terminal": ({"locks": ["\x1b[2J"]}, "\\u001b[2J"),
}


@pytest.mark.parametrize("name", PARTS)
def test_wrong_parts_are_told_in_words(board_proposal, name):
    parts, told = PARTS[name]
    said = refused(as_bytes(document(board_proposal, **parts)), board_proposal)
    assert told in said
    assert "\x1b" not in said


def test_half_a_sign_is_refused(board_proposal):
    content = json.dumps(document(board_proposal, comments=[comment(text="\ud800")])).encode("ascii")
    assert "control" in refused(content, board_proposal)


def test_a_key_written_twice_is_refused(board_proposal):
    digest = proposal_digest(board_proposal)
    content = (
        f'{{"format": "gridplan-edits/1", "proposal": "{digest}", "moves": {{"u00": "G1", "u00": "G2"}}}}'.encode()
    )
    assert "each key once" in refused(content, board_proposal)


def test_no_proposal_is_told(board_proposal):
    assert "the key proposal" in refused(b'{"format": "gridplan-edits/1"}', board_proposal)


def test_all_problems_are_told_together(board_proposal):
    parts = {
        "moves": {"x": "G1"},
        "leads": {"G1": "y"},
        "locks": ["z"],
        "comments": [comment(subject_id="w")],
        "more": 1,
    }
    said = refused(as_bytes(document(board_proposal, **parts)), board_proposal)
    assert all(f"({name})" in said for name in "xyzw")
    assert "more" in said


def test_ids_are_not_looked_up_for_edits_of_another_proposal(board_proposal):
    said = refused(
        as_bytes(document(board_proposal, proposal="0" * 64, moves={"other": "G7"}, locks=[1])), board_proposal
    )
    assert "another proposal" in said
    assert "locks" in said
    assert "G7" not in said


def test_a_missing_file_is_told(board_proposal, tmp_path):
    with pytest.raises(EditsError, match="can be read"):
        read_edits(tmp_path / "none.json", board_proposal)


def test_leads_change_before_units_move_and_grids_keep_their_order(board_proposal):
    first, second = board_proposal.grids.index
    leads = board_proposal.grids["lead_id"]
    swapped = {first: leads[second], second: leads[first]}
    unit = board_proposal.units.index[board_proposal.units["grid_id"] == first][0]
    given = document(board_proposal, leads=swapped, moves={unit: second})
    plan = apply_edits(board_proposal, parse_edits(as_bytes(given), board_proposal))
    assert list(plan.lead_of_grid.index) == [first, second]
    assert plan.lead_of_grid.to_dict() == swapped
    assert plan.grid_of_unit[unit] == second
    assert plan.lead_of_unit[unit] == leads[first]


def test_a_grid_without_units_is_gone(board_proposal):
    first, second = board_proposal.grids.index
    units = board_proposal.units.index[board_proposal.units["grid_id"] == first]
    given = document(board_proposal, moves=dict.fromkeys(units, second))
    plan = apply_edits(board_proposal, parse_edits(as_bytes(given), board_proposal))
    assert list(plan.lead_of_grid.index) == [second]
    assert len(plan.lead_of_unit) == 24


def test_comments_stay_and_their_authors_go_on_request(board_proposal):
    given = parse_edits(as_bytes(document(board_proposal, moves={"u00": "G1"}, comments=[comment()])), board_proposal)
    handed = given.without_authors()
    assert [(c.subject_id, c.author, c.text) for c in handed.comments] == [("u00", "", "好")]
    assert (handed.moves, handed.locks, handed.proposal) == (given.moves, given.locks, given.proposal)


def test_what_became_of_comments_is_read_and_written_back(board_proposal, tmp_path):
    """A file that the program wrote is one that it reads: comments without a decision stay as the map writes them."""
    decided = comment(decision="adopted", decision_reason="近")
    edits = parse_edits(as_bytes(document(board_proposal, comments=[comment(), decided])), board_proposal)
    assert [(c.decision, c.decision_reason) for c in edits.comments] == [("", ""), ("adopted", "近")]
    write_edits(edits, tmp_path / "edits.json")
    assert read_edits(tmp_path / "edits.json", board_proposal) == edits
    assert json.loads((tmp_path / "edits.json").read_text(encoding="utf-8"))["comments"] == [comment(), decided]
    assert "decision" in refused(
        as_bytes(document(board_proposal, comments=[comment(decision="maybe")])), board_proposal
    )
