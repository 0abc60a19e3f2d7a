"""Small files from outside, read whole: regular files of a sensible size only, so that a pipe or a device never holds a run up."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from gridplan.words.signs import shown_line
from gridplan.words.text import Text

MAX_BYTES = 1_000_000_000


def read_whole(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes.

    Raises
    ------
    OSError
        If it is absent, no regular file (a folder, a pipe, a device), larger, or cannot be read.
    """
    if path.exists() and not path.is_file():
        code = errno.EISDIR if path.is_dir() else errno.EINVAL
        raise OSError(code, os.strerror(code) if code == errno.EISDIR else "not a regular file", str(path))
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def read_json(path: Path) -> Any:
    """Return the plain values of a JSON file in UTF-8.

    Raises
    ------
    OSError
        As `read_whole` does.
    NotJsonError
        If it is no JSON, nested too deeply, or holds numbers of thousands of digits.
    """
    return parse_json(read_whole(path))


class NotJsonError(ValueError):
    """What cannot be read as JSON, and why, in words."""

    def __init__(self, told: Text) -> None:
        super().__init__(told.en)
        self.told = told


def parse_json(content: bytes, **hooks: Any) -> Any:
    """Return the plain values of JSON in UTF-8; `hooks` are those of `json.loads`.

    Raises
    ------
    NotJsonError
        If it is no JSON, nested too deeply, or holds numbers of thousands of digits.
    """
    try:
        return json.loads(content.decode("utf-8-sig"), **hooks)
    except NotJsonError:
        raise
    except UnicodeDecodeError:
        told = Text(zh="别的编码", en="another encoding than UTF-8")
    except RecursionError:
        told = Text(zh="层层嵌套", en="nesting that is too deep")
    except json.JSONDecodeError as error:
        told = Text(zh="第 {l} 行第 {c} 列有误", en="an error in line {l}, column {c}")
        told = told.format(l=error.lineno, c=error.colno)
    except ValueError:
        told = Text(zh="几千位的数", en="a number of thousands of digits")
    raise NotJsonError(told)


_REASONS = {
    errno.ENOENT: Text(zh="没有这个文件或文件夹", en="no such file or folder"),
    errno.ENOTDIR: Text(zh="路径中有一个文件", en="a file where a folder has to be"),
    errno.EISDIR: Text(zh="一个文件夹", en="a folder"),
    errno.EACCES: Text(zh="没有读取权限", en="no permission to read it"),
    errno.EPERM: Text(zh="不允许读取", en="that it may not be read"),
    errno.EFBIG: Text(zh="太大的文件", en="a file that is too large"),
    errno.EINVAL: Text(zh="不是普通文件", en="no regular file"),
    errno.ENAMETOOLONG: Text(zh="太长的名称或路径", en="a name or path that is too long"),
    errno.ELOOP: Text(zh="互相指向的链接", en="links that point at each other"),
    errno.EIO: Text(zh="读写出错", en="a disk error"),
}
"""What an operating system says when something cannot be read, in words; `writing` has those for writing."""


def told_reason(error: BaseException) -> Text:
    """Return what an error says, short and on one line; in words where the operating system is known to say it."""
    if isinstance(error, OSError) and error.errno in _REASONS:
        return _REASONS[error.errno]
    if isinstance(error, NotJsonError):
        return error.told
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    shown = shown_line(said)[:200]
    return Text(zh=shown, en=shown)
