"""A folder of results is replaced as a whole, and a killed run is put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.words.folders import recover_folder, replaced_folder

OURS = frozenset({"a.txt", "b.txt"})


def fill(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.txt").write_text(content)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted(folder.iterdir())}


def test_a_new_folder_replaces_our_files_and_keeps_those_of_others(tmp_path: Path):
    out = fill(tmp_path / "out", a="old", b="old", notes="mine")
    with replaced_folder(out, OURS) as new:
        (new / "a.txt").write_text("new")
    assert contents(out) == {"a": "new", "notes": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_error_leaves_the_folder_as_it_was(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    with pytest.raises(ZeroDivisionError), replaced_folder(out, OURS) as new:
        (new / f"{1 / 0}.txt").touch()
    assert contents(out) == {"a": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_killed_while_writing_the_half_written_folder_goes(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    half = fill(tmp_path / "out.new", a="half")
    (half / ".gridplan-writing").touch()
    recover_folder(out, OURS)
    assert contents(out) == {"a": "old"}
    assert not half.exists()


def test_killed_between_the_two_renames_the_new_folder_is_swapped_in(tmp_path: Path):
    fill(tmp_path / "out.old", a="old", notes="mine")
    (fill(tmp_path / "out.new", a="new") / ".gridplan-complete").touch()
    recover_folder(tmp_path / "out", OURS)
    assert contents(tmp_path / "out") == {"a": "new", "notes": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_killed_after_the_swap_files_of_others_are_brought_over(tmp_path: Path):
    out = fill(tmp_path / "out", a="new")
    (out / ".gridplan-complete").touch()
    fill(tmp_path / "out.old", a="old", b="old", notes="mine")
    recover_folder(out, OURS)
    assert contents(out) == {"a": "new", "notes": "mine"}


@pytest.mark.parametrize("earlier", [True, False])
def test_killed_when_whole_but_before_the_first_rename_the_new_folder_is_swapped_in(tmp_path: Path, earlier: bool):
    if earlier:
        fill(tmp_path / "out", a="old", notes="mine")
    (fill(tmp_path / "out.new", a="new") / ".gridplan-complete").touch()
    recover_folder(tmp_path / "out", OURS)
    assert contents(tmp_path / "out") == ({"a": "new", "notes": "mine"} if earlier else {"a": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_killed_between_the_renames_without_a_new_folder_the_old_one_comes_back(tmp_path: Path):
    fill(tmp_path / "out.old", a="old")
    recover_folder(tmp_path / "out", OURS)
    assert contents(tmp_path / "out") == {"a": "old"}


def test_a_folder_of_somebody_else_beside_ours_is_left_alone(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    new, old = (fill(tmp_path / name, a="mine") for name in ("out.new", "out.old"))
    recover_folder(out, OURS)
    assert contents(new) == contents(old) == {"a": "mine"}
    for _ in range(2):
        with pytest.raises(FileExistsError), replaced_folder(out, OURS):
            pass
    assert contents(new) == contents(old) == {"a": "mine"}
    assert contents(out) == {"a": "old"}
