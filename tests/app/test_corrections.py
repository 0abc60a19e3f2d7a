"""Corrections of files: the first state is kept, each can be taken back unless somebody else has saved the file since."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.app.corrections import Corrections
from gridplan.app.refusal import RefusedError


def test_corrections_are_taken_back_one_by_one_and_the_first_state_is_kept(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    assert (corrections.can_undo, corrections.last_at, corrections.undo()) == (False, -1.0, False)
    for content in (b"1", b"2", b"2"):
        corrections.write(path, content)
    assert (tmp_path / ".gridplan" / "originals" / "a.csv").read_bytes() == b"0"
    assert corrections.undo()
    assert path.read_bytes() == b"1"
    assert corrections.undo()
    assert path.read_bytes() == b"0"
    assert not corrections.undo()


def test_what_somebody_else_has_saved_since_is_not_taken_back(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    corrections.write(path, b"1")
    path.write_bytes(b"theirs")
    assert not corrections.can_undo
    assert not corrections.undo()
    assert path.read_bytes() == b"theirs"


def test_files_of_other_folders_are_only_read(tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_bytes(b"0")
    (tmp_path / "own").mkdir()
    link = tmp_path / "own" / "link.csv"
    link.symlink_to(other)
    for path in (other, link):
        with pytest.raises(RefusedError, match="elsewhere"):
            Corrections(tmp_path / "own").write(path, b"1")
    assert other.read_bytes() == b"0"
