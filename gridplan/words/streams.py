"""The terminal as it comes: closed, absent (pythonw), a pipe whose reader has left, a file on a full disk."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

_GONE = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)
"""What a pipe without a reader answers."""


class Listened:
    """A text stream that goes on in silence when its reader has left; everything else is that of the stream itself."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text, to nowhere if nobody reads any more."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._left(error)
        return len(text)

    def flush(self) -> None:
        """Send on what was written."""
        try:
            self._stream.flush()
        except OSError as error:
            self._left(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _left(self, error: OSError) -> None:
        if error.errno not in _GONE:
            raise error
        self.drop()

    def drop(self) -> None:
        """Point the stream to nowhere, so that what waits in it harms nobody."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def open_streams() -> None:
    """Give closed standard streams an end, and let those that are there outlive their readers.

    A closed stream leaves its number free, and the next file that is opened would get it, with all that libraries print.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  lives as long as we do
        setattr(sys, name, Listened(stream))


def drop_broken() -> None:
    """Point every standard stream that cannot be written to nowhere, so that the interpreter ends in peace."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            if isinstance(stream, Listened):
                stream.drop()
