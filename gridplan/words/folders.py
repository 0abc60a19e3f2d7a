"""A folder of results is replaced as a whole: written beside, then swapped in; a killed run is put right later."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WRITING_MARK = ".gridplan-writing"
_COMPLETE = ".gridplan-complete"
"""Marks in OUT.new: half written, or whole and waiting for its place. A folder without a mark is somebody else's."""


def recover_folder(folder: Path, ours: frozenset[str]) -> None:
    """Put right what a killed `replaced_folder` left behind: `folder`.new or `folder`.old.

    Parameters
    ----------
    folder : the folder of results.
    ours : names of the files that this program writes there; all others are kept.
    """
    new, old = _beside(folder, "new"), _beside(folder, "old")
    if (new / WRITING_MARK).exists():
        shutil.rmtree(new)
    if (new / _COMPLETE).exists():
        _swap(folder, ours)
    elif old.exists() and not folder.exists():
        old.rename(folder)
    elif old.exists() and (folder / _COMPLETE).exists():
        _finish(folder, ours)


@contextmanager
def replaced_folder(folder: Path, ours: frozenset[str]) -> Iterator[Path]:
    """Give a fresh folder to write into; when the block ends without an error it takes the place of `folder`.

    Files in `folder` that are not `ours` stay. On an error `folder` is left exactly as it was.

    Raises
    ------
    OSError
        If `folder`.new or `folder`.old is a folder of somebody else's, or nothing can be written there.
    """
    recover_folder(folder, ours)
    new, old = _beside(folder, "new"), _beside(folder, "old")
    if old.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), old.name)
    new.mkdir(parents=True)
    (new / WRITING_MARK).touch()
    try:
        yield new
    except BaseException:
        shutil.rmtree(new)
        raise
    (new / WRITING_MARK).rename(new / _COMPLETE)
    _swap(folder, ours)


def _swap(folder: Path, ours: frozenset[str]) -> None:
    """Put the whole OUT.new in its place; each step leaves a state that `recover_folder` can finish."""
    new, old = _beside(folder, "new"), _beside(folder, "old")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    _finish(folder, ours)


def _finish(folder: Path, ours: frozenset[str]) -> None:
    old = _beside(folder, "old")
    if old.exists():
        _move_others(old, folder, ours)
        shutil.rmtree(old)
    (folder / _COMPLETE).unlink(missing_ok=True)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}.{suffix}")


def _move_others(old: Path, folder: Path, ours: frozenset[str]) -> None:
    for path in sorted(old.iterdir()):
        if path.name not in ours and not (folder / path.name).exists():
            path.rename(folder / path.name)
