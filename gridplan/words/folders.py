"""A folder of results is replaced as a whole, by one writer at a time: written beside, then moved in; a killed run is put right later.

OUT.new is written and carries a mark from its first moment; whole, its files take the places of the earlier ones, which stand in
OUT.old until all are moved. OUT itself stays, with its links, rights and the files of others. Only a writer, under its lock, puts
right what a killed run left; a reader says what stands (`told_standing`).
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.folder_names import refused_name
from gridplan.words.locks import only_writer
from gridplan.words.text import Text
from gridplan.words.writing import settle, telling_failure, told_name, unwritable

WRITING_MARK = ".gridplan-writing"
_COMPLETE = ".gridplan-complete"
_PLACING = ".gridplan-placing"
_EARLIER = ".gridplan-earlier"
"""Marks: OUT.new is half written; whole; moving into its place. OUT.old holds the earlier files. Without a mark it is not ours."""
_MARKS = frozenset({WRITING_MARK, _COMPLETE, _PLACING, _EARLIER})
_MAKING = ".gridplan-making"
"""Ends the name of a folder that gets its mark before it gets its own name."""
_PROBE = ".gridplan-probe"
"""Stands in OUT for a moment, to tell whether files can be moved there."""
BESIDE = ("new", "old", "stopped")
"""Ends, after a dot, the names that are needed beside OUT while it is written."""
_TRIES, _PAUSE_S = 6, 0.15
"""A file that a virus scanner or a cloud drive holds for a moment is tried again."""


@dataclass(frozen=True)
class OwnFiles:
    """Which files of a folder of results this program wrote.

    - names: of files that it writes there; all others stay
    - known_by: where none of these stands, files of the same names are somebody else's; empty: any folder will do
    - listed: gives the further files, as relative paths, that an earlier run recorded as its own
    - never_beside: where one of these stands, the folder holds results of another kind, which are not mixed with these
    """

    names: frozenset[str] = frozenset()
    known_by: frozenset[str] = frozenset()
    listed: Callable[[Path], Iterable[str]] = lambda folder: ()
    never_beside: frozenset[str] = frozenset()

    def found_in(self, folder: Path) -> list[str]:
        """Return those that stand in a folder, as relative paths."""
        wanted = {*self.names, *self.listed(folder)}
        return sorted(name for name in wanted if os.path.lexists(folder / name))


@contextmanager
def replaced_folder(folder: str | Path, own: OwnFiles) -> Iterator[Path]:
    """Give a fresh folder to write into; when the block ends without an error its files take their place in `folder`.

    The lock is held, and `folder`.new stands with its mark, from the first moment: whoever computes for minutes does so inside the
    block and knows before that it can be written. Files in `folder` that are not `own` stay. On an error `folder` is left
    exactly as it was; if only the last step failed, the whole result stays in `folder`.new, and the message says so.

    Raises
    ------
    OutputError
        If nothing can be written there, another run is writing there, or files of somebody else's stand in the way.
    """
    place = place_of(folder)
    with made_parents(place), only_writer(place):
        with telling_failure(place):
            _put_right(place)
            _refuse_strangers(place, own)
            new = _started(place)
        try:
            yield new
            with telling_failure(place):
                _completed(new)
        except BaseException:
            _removed(new)
            raise
        with _telling_where(place):
            _swap(place, own)
        _removed(_beside(place, "stopped"))


@contextmanager
def added_files(folder: str | Path) -> Iterator[Path]:
    """Hold the lock of a folder of results while files are added to it; what a killed run left is put right first.

    Raises
    ------
    OutputError
        If another run is writing there, or nothing can be written.
    """
    place = place_of(folder)
    with made_parents(place), only_writer(place):
        with telling_failure(place):
            _put_right(place)
        yield place


def place_of(folder: str | Path) -> Path:
    """Return the folder that a path names, its links followed.

    Raises
    ------
    OutputError
        If the path is empty, no folder of its own, or cannot be one.
    """
    if not str(folder).strip() or "\0" in str(folder):
        raise OutputError(unwritable("", Text(zh="空白", en="nothing"), _NAME_IT))
    with telling_failure(folder):
        try:
            place = Path(folder).resolve()
        except RuntimeError:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder)) from None
        refused = refused_name(place)
        if refused is not None:
            raise OutputError(unwritable(folder, refused, _NAME_IT))
        if not place.is_dir() and os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    return place


_NAME_IT = Text(zh="写出一个文件夹的名称，如 maps/方案。", en="Name a folder, such as maps/plan.")


def is_half_moved(folder: Path) -> bool:
    """Tell whether a run is moving its files into a folder, or was stopped while it did: the folder is neither old nor new."""
    place = folder.resolve()
    new, old = _beside(place, "new"), _beside(place, "old")
    return (new / _PLACING).exists() or ((new / _COMPLETE).exists() and (old / _EARLIER).exists())


def told_standing(folder: Path) -> tuple[InputProblem, ...]:
    """Return, as warnings, what of an interrupted or running write stands beside a folder of results; nothing is changed."""
    try:
        place = folder.resolve()
        new, stopped = _beside(place, "new"), _beside(place, "stopped")
        if is_half_moved(folder):
            return (_standing(new, _HALF_MOVED, _WRITE_AGAIN),)
        finished = [path for path in (new, stopped) if (path / _COMPLETE).exists()]
        told = [_standing(path, _FINISHED, _TAKE_IT) for path in finished]
        if not place.exists() and (new / WRITING_MARK).exists():
            told.append(_standing(new, _AT_WORK, _WAIT))
        if not place.exists() and _beside(place, "old").exists():
            told.append(_standing(_beside(place, "old"), _PUT_AWAY, _RENAME_IT))
    except (OSError, RuntimeError, ValueError):
        return ()
    return tuple(told)


_HALF_MOVED = Text(zh="一次运行在换上新结果时中断", en="a run that was stopped while its files were moving in")
_WRITE_AGAIN = Text(
    zh="再运行一次写到这里的命令（如 gridplan export）即可复原；没有丢失任何内容。",
    en="The next command that writes there, such as gridplan export, puts it right; nothing is lost.",
)
_FINISHED = Text(
    zh="一次中断的运行的完整结果", en="the whole result of a run that was stopped before it took its place"
)
_TAKE_IT = Text(
    zh="它没有换上。可以按这个名称打开；要保留就改名，下次写到这里成功后会删除它。",
    en="It did not take its place. Open it under this name; rename it to keep it: the next run that succeeds here removes it.",
)
_AT_WORK = Text(zh="一次正在进行或已中断的运行", en="a run at work, or one that was stopped")
_WAIT = Text(zh="等它结束，或重新运行。", en="Wait until it ends, or run it again.")
_PUT_AWAY = Text(zh="一份移开的文件夹", en="a folder that was put away")
_RENAME_IT = Text(zh="若是这个方案，把它改回原名。", en="If it is this proposal, rename it back.")


def _standing(path: Path, found: Text, remedy: Text) -> InputProblem:
    needed = Text(zh="没有中断的写入", en="no write that was interrupted")
    return InputProblem("warning", needed, found, remedy, file=told_name(path))


@contextmanager
def made_parents(place: Path) -> Iterator[None]:
    """Make the folders above a place; where nothing came of it, those that were made go again."""
    missing = [parent for parent in place.parents if not parent.exists()]
    with telling_failure(place):
        place.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()


def _put_right(place: Path) -> None:
    """Finish or take back what a killed run left; the caller holds the lock."""
    new, old = _beside(place, "new"), _beside(place, "old")
    for started in (_making(place), place / _PROBE, *((new,) if (new / WRITING_MARK).exists() else ())):
        _removed(started)
    if (new / _PLACING).exists():
        _move_files(_files_in(new), new, place)
        _removed(old)
        _removed(new)
    elif (new / _COMPLETE).exists():
        if (old / _EARLIER).exists():
            _move_files(_files_in(old), old, place)
        elif old.exists() and not place.exists():
            old.rename(place)
        _keep_stopped(place)
    _removed(old)
    with suppress(FileNotFoundError):
        (place / _COMPLETE).unlink()


def _keep_stopped(place: Path) -> None:
    """Put aside the whole result of a run that was stopped, until another one succeeds."""
    stopped = _beside(place, "stopped")
    _removed(stopped)
    _refuse_occupied(stopped)
    _moved(_beside(place, "new"), stopped)


def _refuse_strangers(place: Path, own: OwnFiles) -> None:
    """Refuse names beside or in the place that belong to somebody else; ask each of our own files whether it can be moved."""
    for path in (_beside(place, "new"), _beside(place, "old")):
        _refuse_occupied(path)
    if not place.is_dir():
        return
    other = sorted(name for name in own.never_beside if os.path.lexists(place / name))
    if other:
        raise OutputError(unwritable(place, _OTHER_RESULTS.format(n=other[0]), _ANOTHER))
    standing = own.found_in(place)
    folders = [name for name in standing if (place / name).is_dir() and not (place / name).is_symlink()]
    if folders:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place / folders[0]))
    if standing and own.known_by and not own.known_by & set(standing):
        raise OutputError(unwritable(place, _OF_OTHERS.format(n=told_name(standing[0])), _MOVE_THEM))
    for name in standing:
        (place / name).rename(place / name)


_OTHER_RESULTS = Text(zh="另一种结果的文件夹（其中有 {n}）", en="a folder of other results ({n} stands there)")
_ANOTHER = Text(zh="换一个文件夹，原有的结果会保留。", en="Choose another folder; those results are kept.")
_OF_OTHERS = Text(zh="不是 gridplan 写出的同名文件 {n}", en="a file {n} that gridplan did not write")
_MOVE_THEM = Text(zh="换一个文件夹，或把这个文件移到别处。", en="Choose another folder, or move that file elsewhere.")


def _refuse_occupied(path: Path) -> None:
    """Refuse a folder of somebody else's under a name that is needed; an empty one is no loss."""
    with suppress(OSError):
        path.rmdir()
    if _mark_in(path) is not None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if os.path.lexists(path):
        found = Text(zh="不是 gridplan 写出的文件夹或文件", en="a folder or file that gridplan did not write")
        rename = Text(zh="给它改名，或换一个位置。", en="Rename it, or choose another place.")
        raise OutputError(unwritable(path, found, rename))


def _started(place: Path) -> Path:
    """Make OUT.new, with its mark from its first moment; moved into OUT and out again, it tells whether this can be done."""
    making, new = _making(place), _beside(place, "new")
    making.mkdir()
    (making / WRITING_MARK).touch()
    if place.is_dir():
        _moved(making, place / _PROBE)
        _moved(place / _PROBE, making)
    _moved(making, new)
    return new


def _completed(new: Path) -> None:
    for name in _files_in(new):
        settle(new / name)
    _moved(new / WRITING_MARK, new / _COMPLETE)


def _swap(place: Path, own: OwnFiles) -> None:
    """Move the whole OUT.new into its place; after each step `_put_right` can finish or take back."""
    new, old = _beside(place, "new"), _beside(place, "old")
    if not place.exists():
        _moved(new, place)
        (place / _COMPLETE).unlink()
        return
    names = _files_in(new)
    earlier = sorted({*own.found_in(place), *(name for name in names if os.path.lexists(place / name))})
    making = _making(place)
    making.mkdir()
    (making / _EARLIER).touch()
    _moved(making, old)
    try:
        _move_files(earlier, place, old)
        _moved(new / _COMPLETE, new / _PLACING)
    except OSError:
        _move_files(_files_in(old), old, place)
        _removed(old)
        raise
    _move_files(names, new, place)
    _drop_empty(place, earlier)
    _removed(old)
    _removed(new)


def _drop_empty(place: Path, names: Iterable[str]) -> None:
    """Remove the folders that held files of an earlier plan and hold nothing any more."""
    held = {folder for name in names for folder in (place / name).parents if place in folder.parents}
    for folder in sorted(held, key=lambda folder: -len(folder.parts)):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def _telling_where(place: Path) -> Iterator[None]:
    """Say, where the last step fails, that the result is whole and where it is."""
    try:
        with telling_failure(place):
            yield
    except OutputError as error:
        raise OutputError((*error.problems, *told_standing(place))) from None


def _files_in(folder: Path) -> list[str]:
    """Return the files of a folder and its subfolders as relative paths, without marks."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in found if path.name not in _MARKS)


def _move_files(names: Iterable[str], source: Path, target: Path) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        _moved(source / name, target / name)


def _moved(source: Path, target: Path) -> None:
    for attempt in range(_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _removed(folder: Path) -> None:
    """Remove a folder of ours, its mark last, as far as it goes: what another program holds open goes next time."""
    mark = _mark_in(folder)
    if mark is None and not folder.name.endswith(_MAKING):
        return
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path != mark:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.rmtree(folder)


def _mark_in(folder: Path) -> Path | None:
    return next((folder / name for name in sorted(_MARKS) if (folder / name).exists()), None)


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f"{place.name}.{suffix}")


def _making(place: Path) -> Path:
    return place.with_name(f".{place.name}{_MAKING}")
