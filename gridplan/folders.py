"""A folder of results is replaced as a whole: written beside, then swapped in; a killed run is put right later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MARKER = ".gridplan-writing"


def recover_folder(folder: Path, ours: frozenset[str]) -> None:
    """Put right what a killed `replaced_folder` left behind: `folder`.new or `folder`.old.

    Parameters
    ----------
    folder : the folder of results.
    ours : names of the files that this program writes there; all others are kept.
    """
    new, old = _beside(folder, "new"), _beside(folder, "old")
    if (new / _MARKER).exists():
        shutil.rmtree(new)
    if old.exists() and not folder.exists():
        (new if new.exists() else old).rename(folder)
    if old.exists():
        _move_others(old, folder, ours)
        shutil.rmtree(old)


@contextmanager
def replaced_folder(folder: Path, ours: frozenset[str]) -> Iterator[Path]:
    """Give a fresh folder to write into; when the block ends without an error it takes the place of `folder`.

    Files in `folder` that are not `ours` stay. On an error `folder` is left exactly as it was.
    """
    recover_folder(folder, ours)
    new, old = _beside(folder, "new"), _beside(folder, "old")
    new.mkdir(parents=True)
    (new / _MARKER).touch()
    try:
        yield new
    except BaseException:
        shutil.rmtree(new)
        raise
    (new / _MARKER).unlink()
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    if old.exists():
        _move_others(old, folder, ours)
        shutil.rmtree(old)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}.{suffix}")


def _move_others(old: Path, folder: Path, ours: frozenset[str]) -> None:
    for path in sorted(old.iterdir()):
        if path.name not in ours and not (folder / path.name).exists():
            path.rename(folder / path.name)
