"""Small files from outside, read whole: regular files of a sensible size only, so that a pipe or a device never holds a run up."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from gridplan.words.signs import shown_line

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
    ValueError
        If it is no JSON, nested too deeply, or holds numbers of thousands of digits.
    """
    try:
        return json.loads(read_whole(path).decode("utf-8-sig"))
    except RecursionError:
        msg = "nested too deeply"
        raise ValueError(msg) from None


def told_reason(error: BaseException) -> str:
    """Return what an error says, short and on one line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return shown_line(said)[:200]
