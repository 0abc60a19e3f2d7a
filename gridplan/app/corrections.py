"""Cells of the planner's own tables corrected from the pages: written whole or not at all, the first state kept, the last ones undone."""

from __future__ import annotations

import hashlib
import stat
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from gridplan.app.refusal import RefusedError
from gridplan.app.remembered import FOLDER
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file, telling_failure, told_name

ORIGINALS = "originals"
"""Beneath the notes: each file as it was before the first correction, by its name and a digest of where it lies."""
_SHORT = 8
_OWN = 0o600
"""Rights of the owner alone to read and write."""
_MOST_BYTES = 400_000_000
"""Of states that can be gone back to."""


MOST_BYTES = 20_000_000
"""Larger tables are not corrected: all of one is read again, and compared, for each cell that changes."""


def is_writable(path: Path) -> bool:
    """Tell whether cells of a file can be corrected, as its format and size go."""
    from gridplan.layers.files.cell_writing import CELL_WRITERS

    try:
        return path.suffix.lower() in CELL_WRITERS and path.stat().st_size <= MOST_BYTES
    except OSError:
        return False


@dataclass(frozen=True)
class _State:
    path: Path
    content: bytes
    made: str
    at: float


class Corrections:
    """The corrections of the files of a folder.

    Parameters
    ----------
    folder
        The folder of the place.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: list[_State] = []
        self._known: dict[Path, tuple[tuple[int, int], str]] = {}
        self.lock = threading.RLock()

    def read(self, path: Path) -> bytes:
        """Return the content of a file that is to be corrected.

        Raises
        ------
        RefusedError
            If it cannot be read, or is too large.
        """
        try:
            if path.stat().st_size > MOST_BYTES:
                raise RefusedError(_refused(path, _A_FILE, _LARGE, _THERE))
            return path.read_bytes()
        except OSError:
            raise RefusedError(_refused(path, _A_FILE, _GONE, _AGAIN)) from None

    def write(self, path: Path, content: bytes, *, seen: bytes) -> None:
        """Write the new content of a file, made of the content that was `seen`.

        Raises
        ------
        RefusedError
            If the file lies outside the folder, is open in a program, or somebody else has saved it since it was seen.
        OutputError
            If it cannot be written; nothing has changed then.
        """
        if not path.resolve().is_relative_to(self._folder):
            raise RefusedError(
                _refused(path, Text(zh="这个文件夹里的文件", en="a file in this folder"), _ELSEWHERE, _MOVE)
            )
        with self.lock:
            _refuse_open(path)
            before = self.read(path)
            if before != seen:
                raise RefusedError(_refused(path, _A_FILE, _SAVED, _AGAIN))
            if content == before:
                return
            self._keep_original(path, before)
            _swap(path, content)
            states = [*self._before, _State(path, before, _digest(content), time.monotonic())]
            while sum(len(state.content) for state in states) > _MOST_BYTES:
                states.pop(0)
            self._before = states

    @property
    def last_at(self) -> float:
        """When the last correction was made, whether or not it can be undone; -1 where there is none."""
        return self._before[-1].at if self._before else -1.0

    @property
    def can_undo(self) -> bool:
        """Whether the last correction is still what stands there."""
        if not self._before:
            return False
        try:
            return self._digest_of(self._before[-1].path) == self._before[-1].made
        except OSError:
            return False

    def _digest_of(self, path: Path) -> str:
        """Return the digest of a file; it is read again only when its time or its size is another."""
        held = path.stat()
        stamp = (held.st_mtime_ns, held.st_size)
        if path not in self._known or self._known[path][0] != stamp:
            self._known[path] = (stamp, _digest(path.read_bytes()))
        return self._known[path][1]

    def undo(self) -> bool:
        """Take the last correction back; False where there is none, or somebody else has saved the file since.

        Raises
        ------
        RefusedError
            If the file is open in a program.
        OutputError
            If it cannot be written.
        """
        with self.lock:
            self._known.clear()  # to be sure, whatever its time says
            if not self.can_undo:
                return False
            last = self._before[-1]
            _refuse_open(last.path)
            _swap(last.path, last.content)
            self._before.pop()
            return True

    def _keep_original(self, path: Path, content: bytes) -> None:
        inside = path.resolve().relative_to(self._folder).as_posix()
        name = f"{path.stem}-{_digest(inside.encode())[:_SHORT]}{path.suffix}"
        kept = self._folder / FOLDER / ORIGINALS / name
        if kept.exists():
            return
        with telling_failure(kept):
            kept.parent.mkdir(parents=True, exist_ok=True)
        _swap(kept, content, rights=path.stat().st_mode)


_NOTED_OPEN = ("~${name}", ".~{name}", ".~lock.{name}#")
"""What Excel, WPS and LibreOffice put beside a file as long as it is open there."""


def _refuse_open(path: Path) -> None:
    """Refuse a file that is open: what is saved there later would write over the correction."""
    for pattern in _NOTED_OPEN:
        note = path.with_name(pattern.format(name=path.name))
        if note.exists():
            shown = told_name(note)
            found = Text(
                zh=f"它正在 Excel、WPS 或 LibreOffice 中打开（旁边有 {shown}）",
                en=f"that it is open in Excel, WPS or LibreOffice ({shown} stands beside it)",
            )
            remedy = Text(
                zh="在那里保存并关闭后再改；若没有打开，删去这个文件。",
                en="Save and close it there, and correct it then; where it is not open, delete that file.",
            )
            raise RefusedError(_refused(path, _A_FILE, found, remedy))


def _swap(path: Path, content: bytes, *, rights: int = 0) -> None:
    """Put content in the place of a file, read by nobody else while it is written; `rights` are those of a file that is new."""
    with replaced_file(path) as beside:
        beside.touch(mode=_OWN)
        beside.write_bytes(content)
        if rights:
            beside.chmod(stat.S_IMODE(rights) | _OWN)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_A_FILE = Text(zh="能改的文件", en="a file that can be corrected")
_GONE = Text(zh="读不到它", en="that it cannot be read")
_LARGE = Text(zh=f"超过 {MOST_BYTES // 1_000_000} MB 的文件", en=f"one of more than {MOST_BYTES // 1_000_000} MB")
_THERE = Text(zh="在做出它的程序里改好并保存。", en="Correct and save it in the program that made it.")
_SAVED = Text(zh="别处刚刚保存过它", en="that it has just been saved elsewhere")
_AGAIN = Text(zh="等本页更新后再改一次。", en="Correct it again when the page has been brought up to date.")
_ELSEWHERE = Text(zh="别处的文件，这里只读", en="one elsewhere, which is only read here")
_MOVE = Text(zh="在它的位置改好，或把它放进这个文件夹。", en="Change it where it lies, or put it into this folder.")


def _refused(path: Path, needed: Text, found: Text, remedy: Text) -> InputProblem:
    return InputProblem("error", needed, found, remedy, file=path.name)
