"""What is kept on disk between runs, by a key that says what it was made from: orders of road networks, layers as they were read.

A file is written beside its place and moved there in one step, and carries its version and its own checksum: several processes may
write the same one at once, and one cut short is noticed, ignored and written again. Nothing here may fail a job: where the folder
cannot be used, nothing is kept.

Objects are kept as pickles in the user's own cache folder, as those of numba are: who may write there may run code as the user already.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import pickle
import tempfile
import time
from pathlib import Path
from typing import TypeVar

from gridplan.words.small_files import read_whole

FOLDER_VARIABLE = "GRIDPLAN_CACHE"
MOST_BYTES = 400_000_000
"""Larger objects are made anew: they would fill the disk."""
MOST_BYTES_IN_ALL = 2_000_000_000
"""What the files of a folder take together at most."""
_WRITING, _ABANDONED_S = ".writing-", 86_400
"""Files that are being written; after a day nobody does any more."""
_DIGEST = 32
_Thing = TypeVar("_Thing")


def cache_folder() -> Path:
    """Return the folder of all that is kept: `GRIDPLAN_CACHE`, or the user's cache folder.

    Raises
    ------
    OSError
        If neither is there: a user that a service or a container runs as may have no home.
    """
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    try:
        own = Path(platformdirs.user_cache_dir("gridplan", appauthor=False))
    except RuntimeError:
        own = Path()
    if not own.is_absolute():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "~")
    return own


def load_kept(path: Path, version: bytes) -> bytes | None:
    """Return what is kept in a file of this version, or None where there is nothing that can be trusted."""
    try:
        if _is_of_another(path):
            return None
        content = read_whole(path)
    except OSError:
        return None
    start = len(version) + 1 + _DIGEST
    head, body = content[:start], content[start:]
    return body if head == _head(version, body) else None


def _is_of_another(path: Path) -> bool:
    """Tell whether a file belongs to another user, who could run code by what is loaded from it; administrators' files are trusted."""
    return hasattr(os, "getuid") and path.stat().st_uid not in (os.getuid(), 0)


def store_kept(path: Path, version: bytes, body: bytes, *, most_files: int) -> None:
    """Keep bytes in a file; of its folder's files with the same suffix only the last `most_files` stay."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_WRITING)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(version, body))
                file.write(body)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _drop_oldest(path.parent, path.suffix, most_files)


def load_kept_object(folder: str, key: str, version: bytes, kind: type[_Thing]) -> _Thing | None:
    """Return the object of a kind that is kept under a key in a folder of the cache folder; None where there is none to be trusted."""
    with contextlib.suppress(OSError):
        path = _object_path(folder, key)
        body = load_kept(path, version)
        if body is not None:
            with contextlib.suppress(OSError):  # on a disk that cannot be written it is used all the same
                os.utime(path)
            return _unpickled(body, kind)
    return None


def store_kept_object(folder: str, key: str, version: bytes, thing: object, *, most_files: int) -> None:
    """Keep an object under a key in a folder of the cache folder, where it is not too large."""
    try:
        body = pickle.dumps(thing, protocol=5)
    except Exception:  # whatever an object raises that cannot be pickled, memory that runs out included
        return
    if len(body) <= MOST_BYTES:
        with contextlib.suppress(OSError):
            store_kept(_object_path(folder, key), version, body, most_files=most_files)


def _object_path(folder: str, key: str) -> Path:
    return cache_folder() / folder / f"{key}.{folder}"


def _unpickled(body: bytes, kind: type[_Thing]) -> _Thing | None:
    try:
        thing = pickle.loads(body)
    except Exception:  # whatever another release of a library raises about its own objects
        return None
    return thing if isinstance(thing, kind) else None


def _head(version: bytes, body: bytes) -> bytes:
    return version + b"\n" + hashlib.blake2b(body, digest_size=_DIGEST).digest()


def _drop_oldest(folder: Path, suffix: str, most_files: int) -> None:
    """Remove the oldest files beyond a number, and beyond so many bytes in all, and what runs that were cut off left half-written."""
    stats = [(path, path.stat()) for path in folder.glob(f"*{suffix}")]
    stats.sort(key=lambda one: one[1].st_mtime, reverse=True)
    total = 0
    for place, (path, stat) in enumerate(stats):
        total += stat.st_size
        if place >= most_files or (place and total > MOST_BYTES_IN_ALL):
            path.unlink(missing_ok=True)
    for path in folder.glob(f"{_WRITING}*"):
        if path.stat().st_mtime < time.time() - _ABANDONED_S:
            path.unlink(missing_ok=True)
