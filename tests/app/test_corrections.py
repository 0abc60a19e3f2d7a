"""Corrections of files: the first state is kept, each can be taken back unless somebody else has saved the file since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gridplan.app.actions.cells_actions import write_cells
from gridplan.app.bench import Bench
from gridplan.app.corrections import MOST_BYTES, Corrections, is_writable
from gridplan.app.refusal import RefusedError


def test_corrections_are_taken_back_one_by_one_and_the_first_state_is_kept(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    assert (corrections.can_undo, corrections.last_at, corrections.undo()) == (False, -1.0, False)
    for content in (b"1", b"2", b"2"):
        corrections.write(path, content, seen=path.read_bytes())
    assert [kept.read_bytes() for kept in (tmp_path / ".gridplan" / "originals").glob("a-*.csv")] == [b"0"]
    assert corrections.undo()
    assert path.read_bytes() == b"1"
    assert corrections.undo()
    assert path.read_bytes() == b"0"
    assert not corrections.undo()


def test_what_somebody_else_has_saved_since_is_not_taken_back(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    corrections.write(path, b"1", seen=b"0")
    path.write_bytes(b"theirs")
    assert not corrections.can_undo
    assert not corrections.undo()
    assert path.read_bytes() == b"theirs"


def test_the_first_states_of_two_files_of_one_name_are_kept(tmp_path: Path):
    corrections = Corrections(tmp_path)
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_bytes(folder.encode())
        corrections.write(tmp_path / folder / "a.csv", b"1", seen=folder.encode())
    kept = (tmp_path / ".gridplan" / "originals").iterdir()
    assert sorted(path.read_bytes() for path in kept) == [b"x", b"y"]


def test_files_of_other_folders_are_only_read(tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_bytes(b"0")
    (tmp_path / "own").mkdir()
    link = tmp_path / "own" / "link.csv"
    link.symlink_to(other)
    for path in (other, link):
        with pytest.raises(RefusedError, match="elsewhere"):
            Corrections(tmp_path / "own").write(path, b"1", seen=b"0")
    assert other.read_bytes() == b"0"


def test_what_somebody_else_has_saved_since_it_was_seen_is_not_written_over(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"theirs")
    with pytest.raises(RefusedError, match="saved elsewhere"):
        Corrections(tmp_path).write(path, b"1", seen=b"0")
    assert path.read_bytes() == b"theirs"
    with pytest.raises(RefusedError, match="cannot be read"):
        Corrections(tmp_path).read(tmp_path / "gone.csv")


class _SavedAfterALook(Corrections):
    """Excel saves right after the file was looked at."""

    def read(self, path: Path) -> bytes:
        content = super().read(path)
        path.write_bytes(b"id,name\n1,a\n2,theirs\n")
        return content


def test_a_table_that_is_saved_while_a_cell_is_written_keeps_what_was_saved(tmp_path: Path):
    (tmp_path / "case.toml").write_text('[layers.population]\nkind = "table"\npath = "p.csv"\n', encoding="utf-8")
    path = tmp_path / "p.csv"
    path.write_bytes(b"id,name\n1,a\n")
    bench = Bench(tmp_path)
    bench.corrections = _SavedAfterALook(tmp_path)
    try:
        with pytest.raises(RefusedError, match="saved elsewhere"):
            write_cells(bench, "p.csv", "", {(2, 1): "b"}, {(2, 1): "a"})
    finally:
        bench.close()
    assert path.read_bytes() == b"id,name\n1,a\n2,theirs\n"


def test_a_large_table_is_refused_with_the_limit(tmp_path: Path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert not is_writable(path)
    with pytest.raises(RefusedError, match="more than 20 MB"):
        Corrections(tmp_path).read(path)
    os.truncate(path, MOST_BYTES)
    assert is_writable(path)


def test_a_page_that_asks_for_the_state_does_not_read_the_file_and_undo_does(tmp_path: Path):
    """Somebody has saved other content of one size and put the time back: only a reader sees it."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    corrections.write(path, b"1", seen=b"0")
    assert corrections.can_undo
    held = path.stat()
    path.write_bytes(b"2")
    os.utime(path, ns=(held.st_atime_ns, held.st_mtime_ns))
    assert corrections.can_undo
    assert not corrections.undo()
    assert path.read_bytes() == b"2"
    assert not corrections.can_undo


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in the folder")
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o640])
def test_who_may_read_a_table_may_read_it_afterwards_and_nobody_else(tmp_path: Path, mode: int):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    path.chmod(mode)
    corrections = Corrections(tmp_path)
    seen = []
    corrections.write(path, b"1", seen=b"0")
    seen.append(path.stat().st_mode & 0o777)
    corrections.undo()
    seen.append(path.stat().st_mode & 0o777)
    seen += [kept.stat().st_mode & 0o777 for kept in (tmp_path / ".gridplan" / "originals").rglob("*.csv")]
    assert seen == [mode] * 3


@pytest.mark.parametrize("note", ["~$a.csv", ".~a.csv", ".~lock.a.csv#"])
def test_a_file_that_is_open_in_a_program_is_neither_corrected_nor_taken_back(tmp_path: Path, note: str):
    path = tmp_path / "a.csv"
    path.write_bytes(b"0")
    corrections = Corrections(tmp_path)
    corrections.write(path, b"1", seen=b"0")
    (tmp_path / note).touch()
    with pytest.raises(RefusedError, match="open in Excel"):
        corrections.write(path, b"2", seen=b"1")
    with pytest.raises(RefusedError, match="open in Excel"):
        corrections.undo()
    assert path.read_bytes() == b"1"
    (tmp_path / note).unlink()
    assert corrections.undo()
