"""One writer at a time: a lock of the operating system on a file beside a folder of results.

The system drops the lock of a process that ends, however it ends, so that nothing has to be guessed about stale locks; the file
itself is removed by the last writer, and one left by a killed run means nothing.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.signs import shown_line
from gridplan.words.text import Text
from gridplan.words.writing import telling_failure, told_name

_NOT_FOR_US = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)
"""What file systems without locks answer: there, a run goes on without one."""
_FAR = 1 << 30
"""The byte that Windows locks: beyond the text, which others read."""


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of results while the block runs.

    Raises
    ------
    OutputError
        If another run holds it, or nothing can be written beside the folder.
    """
    path = lock_file(folder)
    with telling_failure(path.parent):
        handle = _acquired(path, folder)
    try:
        yield
    finally:
        _release(handle, path)


def lock_file(folder: Path) -> Path:
    """Return the file whose lock a writer of `folder` holds."""
    return folder.with_name(f".{folder.name}.gridplan-lock")


def _acquired(path: Path, folder: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if not _locked(handle):
            holder = _holder(handle)
            os.close(handle)
            raise OutputError(_busy(folder, holder))
        if _still_there(handle, path):
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()} {socket.gethostname()}".encode())
            return handle
        os.close(handle)


def _still_there(handle: int, path: Path) -> bool:
    """Tell whether the locked file is the one that stands there: its last holder may have removed it just before."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

    def _release(handle: int, path: Path) -> None:
        os.close(handle)
        with suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in _NOT_FOR_US
        return True

    def _release(handle: int, path: Path) -> None:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        return shown_line(os.read(handle, 200).decode("utf-8", "replace"))
    except OSError:
        return ""


def _busy(folder: Path, holder: str) -> InputProblem:
    process, _, host = holder.partition(" ")
    who = Text(zh=f"（进程 {process}，计算机 {host}）", en=f" (process {process} on {host})") if host else Text("", "")
    return InputProblem(
        "error",
        Text(zh="没有别的运行正在写的文件夹", en="a folder that no other run is writing"),
        Text(zh=f"另一个正在写它的运行{who.zh}", en=f"another run that is writing it{who.en}"),
        Text(zh="等它结束，或换一个位置。", en="Wait until it ends, or choose another place."),
        file=told_name(folder),
    )
