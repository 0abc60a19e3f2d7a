"""A folder of results is replaced as a whole by one writer; what a killed run left is put right by the next writer, never by a reader."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridplan.words import folders
from gridplan.words.errors import OutputError
from gridplan.words.folders import OwnFiles, added_files, place_of, replaced_folder, told_standing

OWN = OwnFiles(frozenset({"a.txt", "b.txt"}))
COMPLETE, PLACING, EARLIER, WRITING = (f".gridplan-{name}" for name in ("complete", "placing", "earlier", "writing"))


def fill(folder: Path, *marks: str, **files: str) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.txt").write_text(content)
    for mark in marks:
        (folder / mark).touch()
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted(folder.iterdir())}


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(out: Path, own: OwnFiles = OWN, **files: str) -> None:
    with replaced_folder(out, own) as new:
        for name, content in files.items():
            (new / f"{name}.txt").write_text(content)


def found(caught: pytest.ExceptionInfo[OutputError]) -> str:
    return caught.value.render("en")


# ---- a run that ends well, or with an error -------------------------------------------------------------------------


def test_a_new_folder_replaces_our_files_and_keeps_those_of_others(tmp_path: Path):
    out = fill(tmp_path / "out", a="old", b="old", notes="mine")
    write(out, a="new")
    assert contents(out) == {"a": "new", "notes": "mine"}
    assert beside(tmp_path) == ["out"]


def test_the_folder_itself_stays_so_that_links_and_shells_in_it_do(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    before = out.stat().st_ino
    write(out, a="new")
    assert out.stat().st_ino == before


def test_an_error_leaves_the_folder_as_it_was_and_nothing_beside(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    with pytest.raises(ZeroDivisionError), replaced_folder(out, OWN) as new:
        (new / f"{1 / 0}.txt").touch()
    assert contents(out) == {"a": "old"}
    with pytest.raises(ZeroDivisionError), replaced_folder(tmp_path / "far" / "away", OWN):
        assert 1 / 0
    assert beside(tmp_path) == ["out"]


def test_files_recorded_as_our_own_go_with_the_plan_they_belong_to(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    fill(out / "export", units="old", mine="mine")
    write(out, OwnFiles(OWN.names, listed=lambda folder: ["export/units.txt", "export/gone.txt"]), a="new")
    assert contents(out / "export") == {"mine": "mine"}
    (out / "export" / "mine.txt").rename(out / "export" / "units.txt")
    write(out, OwnFiles(OWN.names, listed=lambda folder: ["export/units.txt"]), a="newer")
    assert beside(out) == ["a.txt"]


# ---- OUT as it comes ------------------------------------------------------------------------------------------------


def test_a_link_is_followed_and_stays(tmp_path: Path):
    target = fill(tmp_path / "target", a="old")
    (tmp_path / "out").symlink_to(target)
    write(tmp_path / "out", a="new")
    assert (tmp_path / "out").is_symlink()
    assert contents(target) == {"a": "new"}
    assert beside(tmp_path) == ["out", "target"]


def test_a_link_to_nowhere_makes_its_target(tmp_path: Path):
    (tmp_path / "out").symlink_to(tmp_path / "far" / "target")
    write(tmp_path / "out", a="new")
    assert contents(tmp_path / "far" / "target") == {"a": "new"}


def test_the_current_folder_will_do_and_stays_the_current_folder(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(fill(tmp_path / "here", a="old", notes="mine"))
    write(Path(), a="new")
    assert contents(Path()) == {"a": "new", "notes": "mine"}
    assert beside(tmp_path) == ["here"]


def loop(folder: Path) -> Path:
    (folder / "loop").symlink_to(folder / "loop")
    return folder / "loop"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("empty", lambda folder: ""),
        ("root", lambda folder: Path("/")),
        ("a file", lambda folder: fill(folder / "x", a="mine") / "a.txt"),
        ("inside a file", lambda folder: fill(folder / "x", a="mine") / "a.txt" / "out"),
        ("5,000 characters", lambda folder: folder / ("x" * 5000)),
        ("5,000 characters deep", lambda folder: folder.joinpath(*["0123456789"] * 500)),
        ("a name that leaves no room", lambda folder: folder / ("x" * 250)),
        ("a null", lambda folder: str(folder / "a\0b")),
        ("links in a circle", loop),
        ("a folder under the name of a file", lambda folder: fill(folder / "a.txt", x="mine").parent),
    ],
)
def test_a_path_that_is_no_folder_is_refused_in_words(tmp_path: Path, name: str, make):
    path = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError) as caught:
        write(path, a="new")
    assert "needs" in found(caught)
    assert len(found(caught)) < 400
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("is_made", [True, False])
def test_files_are_added_to_a_folder_whose_parents_do_not_stand_yet(tmp_path: Path, is_made: bool):
    """A batch makes its folder itself, wherever it is; where nothing comes of it, no empty folders are left."""
    with added_files(tmp_path / "maps" / "batch") as place:
        assert place.parent.is_dir()
        if is_made:
            place.mkdir()
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == (
        ["maps", "maps/batch"] if is_made else []
    )


def test_files_of_others_under_our_names_are_not_taken_for_ours(tmp_path: Path):
    out = fill(tmp_path / "out", a="mine")
    known = OwnFiles(OWN.names, known_by=frozenset({"b.txt"}))
    with pytest.raises(OutputError) as caught:
        write(out, known, a="new")
    assert "a.txt" in found(caught)
    assert contents(out) == {"a": "mine"}
    (out / "b.txt").touch()
    write(out, known, a="new")
    assert contents(out) == {"a": "new"}


@pytest.mark.parametrize("name", ["out.new", "out.old"])
def test_a_folder_of_somebody_else_beside_ours_is_left_alone_and_named(tmp_path: Path, name: str):
    out, own = fill(tmp_path / "out", a="old"), fill(tmp_path / name, a="mine")
    with pytest.raises(OutputError) as caught:
        write(out, a="new")
    assert name in found(caught)
    assert contents(own) == {"a": "mine"}
    assert contents(out) == {"a": "old"}


def test_an_old_folder_that_somebody_put_away_is_not_taken_back(tmp_path: Path):
    fill(tmp_path / "out.old", a="mine")
    with pytest.raises(OutputError):
        write(tmp_path / "out", a="new")
    assert contents(tmp_path / "out.old") == {"a": "mine"}


# ---- what a killed run left -----------------------------------------------------------------------------------------


def test_killed_while_writing_the_half_written_folder_goes(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    fill(tmp_path / "out.new", WRITING, a="half")
    with added_files(out):
        assert contents(out) == {"a": "old"}
    assert beside(tmp_path) == ["out"]


@pytest.mark.parametrize("left", [".out.gridplan-making", "out.new", "out.old"])
def test_killed_before_there_was_a_mark_nothing_is_blocked(tmp_path: Path, left: str):
    out = fill(tmp_path / "out", a="old")
    (tmp_path / left).mkdir()
    write(out, a="new")
    assert contents(out) == {"a": "new"}
    assert beside(tmp_path) == ["out"]


def test_killed_when_whole_but_before_its_place_the_result_is_kept_until_another_succeeds(tmp_path: Path):
    out = fill(tmp_path / "out", a="old", notes="mine")
    fill(tmp_path / "out.new", COMPLETE, a="stopped")
    with pytest.raises(ZeroDivisionError), replaced_folder(out, OWN):
        assert 1 / 0
    assert contents(out) == {"a": "old", "notes": "mine"}
    assert (tmp_path / "out.stopped" / "a.txt").read_text() == "stopped"
    assert [problem.file for problem in told_standing(out)] == ["out.stopped"]
    write(out, a="new")
    assert contents(out) == {"a": "new", "notes": "mine"}
    assert beside(tmp_path) == ["out"]


def test_killed_while_the_earlier_files_were_put_away_they_come_back(tmp_path: Path):
    out = fill(tmp_path / "out", b="old", notes="mine")
    fill(tmp_path / "out.old", EARLIER, a="old")
    fill(tmp_path / "out.new", COMPLETE, a="stopped")
    with added_files(out):
        assert contents(out) == {"a": "old", "b": "old", "notes": "mine"}
    assert beside(tmp_path) == ["out", "out.stopped"]


def test_killed_while_the_new_files_moved_in_the_rest_follows(tmp_path: Path):
    out = fill(tmp_path / "out", a="new", notes="mine")
    fill(tmp_path / "out.old", EARLIER, a="old", b="old")
    fill(tmp_path / "out.new", PLACING, b="new")
    assert [problem.file for problem in told_standing(out)] == ["out.new"]
    with added_files(out):
        assert contents(out) == {"a": "new", "b": "new", "notes": "mine"}
    assert beside(tmp_path) == ["out"]


def test_killed_when_all_was_moved_only_the_earlier_files_go(tmp_path: Path):
    out = fill(tmp_path / "out", a="new")
    fill(tmp_path / "out.old", EARLIER, a="old")
    write(out, a="newer")
    assert contents(out) == {"a": "newer"}
    assert beside(tmp_path) == ["out"]


def test_killed_between_the_renames_of_an_older_version_the_folder_comes_back(tmp_path: Path):
    fill(tmp_path / "out.old", a="old", notes="mine")
    fill(tmp_path / "out.new", COMPLETE, a="stopped")
    with added_files(tmp_path / "out"):
        assert contents(tmp_path / "out") == {"a": "old", "notes": "mine"}
    assert beside(tmp_path) == ["out", "out.stopped"]


@pytest.mark.parametrize("stop", range(1, 40))
def test_stopped_at_any_step_of_the_swap_the_folder_is_old_or_new_after_the_next_writer(
    tmp_path: Path, stop: int, monkeypatch
):
    """Every rename, removal and mark is a step; the process ends at step `stop` as if killed, and never cleans up."""
    out = fill(tmp_path / "out", a="old", b="old", notes="mine")
    pid = os.fork()
    if pid == 0:
        steps = 0

        def audit(event: str, arguments: object) -> None:
            nonlocal steps
            steps += event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree")
            if steps == stop:
                os._exit(9)

        sys.addaudithook(audit)
        write(out, a="new", b="new")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with added_files(out):
        assert contents(out) in (
            {"a": "old", "b": "old", "notes": "mine"},
            {"a": "new", "b": "new", "notes": "mine"},
        )
    assert status == 9 or contents(out)["a"] == "new"
    write(out, a="last")
    assert contents(out) == {"a": "last", "notes": "mine"}
    assert beside(tmp_path) == ["out"]


# ---- one writer -----------------------------------------------------------------------------------------------------


def test_a_second_writer_is_refused_by_name_of_the_first(tmp_path: Path):
    out = fill(tmp_path / "out", a="old")
    with replaced_folder(out, OWN) as new:
        (new / "a.txt").write_text("first")
        for second in (lambda: write(out, a="second"), lambda: added_files(out).__enter__()):
            with pytest.raises(OutputError) as caught:
                second()
            assert str(os.getpid()) in found(caught)
    assert contents(out) == {"a": "first"}
    assert beside(tmp_path) == ["out"]


def test_the_lock_of_a_dead_process_is_none(tmp_path: Path):
    holds = (
        "import os, sys; from pathlib import Path; from gridplan.words.locks import only_writer\n"
        "held = only_writer(Path(sys.argv[1])); held.__enter__(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", holds, str(tmp_path / "out")], check=True)
    assert beside(tmp_path) == [".out.gridplan-lock"]
    write(tmp_path / "out", a="new")
    assert beside(tmp_path) == ["out"]


# ---- Windows: a file that another program has open cannot be moved ---------------------------------------------------


class OpenElsewhere:
    """Raises PermissionError for a path that is open elsewhere, as Windows does; `times` ends it after so many tries."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path, times: int = 1000) -> None:
        self.path, self.left = path, times
        for name in ("rename", "replace", "unlink", "rmdir"):
            monkeypatch.setattr(os, name, self._guarded(getattr(os, name)))
        monkeypatch.setattr(folders, "_PAUSE_S", 0.0)

    def _guarded(self, real):
        def guarded(path, *others, **keywords):
            names = [Path(name) for name in (path, *others) if isinstance(name, str | os.PathLike)]
            if self.left > 0 and any(name == self.path or name in self.path.parents for name in names):
                self.left -= 1
                raise PermissionError(13, "The process cannot access the file", str(path))
            return real(path, *others, **keywords)

        return guarded


@pytest.fixture
def open_elsewhere(monkeypatch):
    return lambda path, times=1000: OpenElsewhere(monkeypatch, path, times)


def test_a_result_open_in_excel_is_told_before_anything_is_computed(tmp_path: Path, open_elsewhere):
    out = fill(tmp_path / "out", a="old", b="old")
    open_elsewhere(out / "b.txt")
    with pytest.raises(OutputError) as caught, replaced_folder(out, OWN):
        pytest.fail("the block ran")
    assert "b.txt" in found(caught)
    assert contents(out) == {"a": "old", "b": "old"}
    assert beside(tmp_path) == ["out"]


def test_opened_while_the_run_computed_the_earlier_plan_stays_and_the_result_is_kept(tmp_path: Path, open_elsewhere):
    out = fill(tmp_path / "out", a="old", b="old", notes="mine")
    held = open_elsewhere(out / "b.txt", times=0)

    def compute() -> None:
        with replaced_folder(out, OWN) as new:
            (new / "a.txt").write_text("new")
            held.left = 1000

    with pytest.raises(OutputError) as caught:
        compute()
    assert contents(out) == {"a": "old", "b": "old", "notes": "mine"}
    assert "out.new" in found(caught)
    assert (tmp_path / "out.new" / "a.txt").read_text() == "new"
    held.left = 0
    write(out, a="next")
    assert contents(out) == {"a": "next", "notes": "mine"}
    assert beside(tmp_path) == ["out"]


def test_held_for_a_moment_by_a_scanner_it_is_tried_again(tmp_path: Path, open_elsewhere):
    out = fill(tmp_path / "out", a="old")
    with replaced_folder(out, OWN) as new:
        (new / "a.txt").write_text("new")
        open_elsewhere(out / "a.txt", times=3)
    assert contents(out) == {"a": "new"}


@pytest.mark.parametrize("earlier", [True, False])
def test_every_file_in_turn_open_elsewhere_leaves_old_or_new(tmp_path: Path, open_elsewhere, earlier: bool):
    for number, name in enumerate(("out/a.txt", "out/b.txt", "out.new/a.txt", "out.old/a.txt", "out")):
        home = tmp_path / str(number)
        home.mkdir()
        if earlier:
            fill(home / "out", a="old", b="old")
        held = None
        try:
            with replaced_folder(home / "out", OWN) as new:
                (new / "a.txt").write_text("new")
                held = open_elsewhere(home / name)
        except OutputError:
            pass
        held.left = 0
        with added_files(home / "out"):
            standing = contents(home / "out") if (home / "out").exists() else {}
        assert standing in ({"a": "old", "b": "old"} if earlier else {}, {"a": "new"})


@pytest.mark.parametrize(("new", "old"), [(PLACING, EARLIER), (COMPLETE, EARLIER)])
def test_what_is_neither_old_nor_new_is_told_as_that(tmp_path: Path, new: str, old: str):
    out = fill(tmp_path / "out", a="old")
    fill(tmp_path / "out.new", new, b="new")
    assert folders.is_half_moved(out) == (new == PLACING)
    fill(tmp_path / "out.old", old, b="old")
    assert folders.is_half_moved(out)
    assert "moving in" in told_standing(out)[0].found.en


def test_a_reader_changes_nothing(tmp_path: Path):
    fill(tmp_path / "out.old", EARLIER, a="old")
    fill(tmp_path / "out.new", PLACING, a="new")
    (tmp_path / ".out.gridplan-lock").touch()
    before = sorted(tmp_path.rglob("*"))
    assert told_standing(tmp_path / "out")
    assert sorted(tmp_path.rglob("*")) == before
    assert place_of(tmp_path / "out") == tmp_path / "out"
