"""Every failure to write, in words: what was needed, what was found, what to do; and one way to write a single file whole."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.signs import shown_line
from gridplan.words.text import Text

_CHOOSE = Text(zh="换一个位置。", en="Choose another place.")
_RENAME = Text(zh="给它改名或移开，或换一个位置。", en="Rename it or move it away, or choose another place.")
_CLOSE = Text(
    zh="关闭正在打开它的程序（如 Excel、QGIS）后重试，或换一个位置。",
    en="Close the program that has it open, such as Excel or QGIS, and try again, or choose another place.",
)
_FREE = Text(zh="清理磁盘后重试，或换到另一个磁盘。", en="Free some space and try again, or choose another disk.")
_AGAIN = Text(
    zh="检查磁盘或网络连接后重试，或换一个位置。",
    en="Check the disk or the connection and try again, or choose another place.",
)
_FULL = (Text(zh="磁盘已满", en="a full disk"), _FREE)
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: (Text(zh="存储配额已用完", en="a used-up quota"), _FREE),
    errno.EFBIG: (Text(zh="超过这里允许的文件大小", en="a file larger than allowed there"), _FREE),
    errno.EACCES: (
        Text(zh="没有写入权限，或文件正被打开", en="no permission, or a file that is open elsewhere"),
        _CLOSE,
    ),
    errno.EPERM: (Text(zh="不允许写入", en="that it is not allowed"), _CLOSE),
    errno.EBUSY: (Text(zh="正在使用", en="that it is in use"), _CLOSE),
    errno.EROFS: (Text(zh="只读的磁盘或文件夹", en="a read-only disk or folder"), _CHOOSE),
    errno.ENOTDIR: (Text(zh="路径中有一个文件", en="a file where a folder has to be"), _RENAME),
    errno.EEXIST: (Text(zh="同名的文件", en="a file of that name"), _RENAME),
    errno.ENOTEMPTY: (Text(zh="其中有别人的文件", en="files of others in it"), _RENAME),
    errno.EISDIR: (Text(zh="同名的文件夹", en="a folder of that name"), _RENAME),
    errno.ENAMETOOLONG: (Text(zh="太长的名称或路径", en="a name or path that is too long"), _CHOOSE),
    errno.ENOENT: (Text(zh="没有这个文件夹或磁盘", en="no such folder or disk"), _CHOOSE),
    errno.ELOOP: (Text(zh="互相指向的链接", en="links that point at each other"), _CHOOSE),
    errno.EINVAL: (Text(zh="这里不允许的名称", en="a name that is not allowed there"), _CHOOSE),
    errno.EXDEV: (Text(zh="单独的磁盘或挂载点", en="a disk or mount of its own"), _CHOOSE),
    errno.EIO: (Text(zh="读写出错", en="a disk error"), _AGAIN),
}
"""What an operating system says, in words, and what to do about it."""
_LIBRARIES = ("pyogrio", "xlsxwriter", "pyarrow", "fiona", "docx")
"""Libraries whose own errors, while something is written, mean that it could not be."""
_WRITTEN = itertools.count()
"""Files that this process writes have names of their own, whichever thread writes them."""
_LITTLE = 2_000_000
"""Below so many free bytes a library that failed to write has met a full disk."""
_SHOWN_NAME = 80


@contextmanager
def telling_failure(place: str | Path) -> Iterator[None]:
    """Turn every failure to write at `place` into an `OutputError` in three parts; the block holds nothing else than writing.

    Raises
    ------
    OutputError
        If the operating system, or a library that writes for us, refuses.
    """
    try:
        yield
    except OutputError:
        raise
    except Exception as error:
        found = _found(error, Path(place))
        if found is None:
            raise
        raise OutputError(unwritable(place, *found)) from None


def unwritable(place: str | Path, found: Text, remedy: Text = _CHOOSE) -> InputProblem:
    """Return the problem of a place where nothing can be written."""
    return InputProblem(
        "error", Text(zh="可以写入的位置", en="a place that can be written"), found, remedy, file=told_name(place)
    )


def told_name(place: str | Path) -> str:
    """Return the name of a place as messages show it: on one line, cut where it is very long."""
    name = shown_line(Path(place).name or str(place))
    return name if len(name) <= _SHOWN_NAME else f"{name[: _SHOWN_NAME - 1]}…"


def _found(error: Exception, place: Path) -> tuple[Text, Text] | None:
    """Return in words what stood against writing, and what to do; None where an error tells of something else."""
    if isinstance(error, OSError):
        return _of_system(error)
    if not type(error).__module__.startswith(_LIBRARIES):
        return None
    inner = next(
        (part for part in (error.__cause__, error.__context__, *error.args) if isinstance(part, OSError)), None
    )
    if inner is not None and inner.errno is not None:
        return _of_system(inner)
    if _free_bytes(place) < _LITTLE:
        return _FULL
    said = shown_line(str(error))[:200]
    return Text(zh=said, en=said), _AGAIN


def _of_system(error: OSError) -> tuple[Text, Text]:
    said, remedy = _REASONS.get(error.errno or 0, (None, _AGAIN))
    if said is None:
        words = shown_line(error.strerror or str(error) or type(error).__name__)[:200]
        said = Text(zh=words, en=words)
    named = [told_name(name) for name in (error.filename,) if isinstance(name, str) and name]
    return (Text(zh=f"{said.zh}（{named[0]}）", en=f"{said.en} ({named[0]})") if named else said), remedy


def _free_bytes(place: Path) -> float:
    for folder in (place, *place.parents):
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return float("inf")


@contextmanager
def replaced_file(path: str | Path) -> Iterator[Path]:
    """Give a name beside `path` to write to; when the block ends without an error the file takes its place at once.

    Who may read and write what stood there may do so with what takes its place.

    Raises
    ------
    OutputError
        If it cannot be written; what stood at `path` stays as it was.
    """
    path = Path(path)
    with telling_failure(path):
        path = path.resolve()
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".gridplan-writing-{os.getpid()}-{next(_WRITTEN)}{path.suffix}")
        try:
            yield beside
            settle(beside)
            with suppress(OSError):  # nothing was there, or its disk knows no rights
                shutil.copymode(path, beside)
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise


def settle(path: Path) -> None:
    """Have a file written to the disk for good, so that a power cut after the swap cannot empty it."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
