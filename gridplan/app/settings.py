"""case.toml changed key by key: comments and order stay, a change that the case cannot hold is refused, the last ones can be undone."""

from __future__ import annotations

import itertools
import threading
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file

Key = Sequence[str | int]
"""Where a value stands: ("grids", "k"), ("layers", "facilities", 0, "datum")."""
_MOST_UNDONE = 200


class Settings:
    """The settings of a place, as they stand on the disk.

    Parameters
    ----------
    path
        The case.toml; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._before: list[tuple[str, str, float]] = []

    @property
    def text(self) -> str:
        """What the file says; empty where there is none or it cannot be read, which `change` refuses."""
        try:
            return self._read()
        except CaseError:
            return ""

    def _read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ""
        except (UnicodeDecodeError, OSError):
            raise CaseError(_unreadable(self.path.name)) from None

    @property
    def tree(self) -> dict[str, Any]:
        """The keys that are written; empty where the file cannot be read as TOML."""
        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}

    def get(self, key: Key, instead: Any = None) -> Any:
        """Return a value that is written, or `instead`."""
        found: Any = self.tree
        for part in key:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return instead
        return found

    def set(self, key: Key, value: Any) -> None:
        """Write a value.

        Raises
        ------
        CaseError
            If the case is wrong with it where it was not before, or cannot be read; nothing is written.
        OutputError
            If the file cannot be written.
        """
        self.change(lambda document: put_key(document, key, value))

    def unset(self, key: Key) -> None:
        """Take a value away, so that its default holds; see `set`."""
        self.change(lambda document: drop_key(document, key))

    def change(self, edit: Callable[[tomlkit.TOMLDocument], None]) -> None:
        """Change the document; see `set`."""
        with self.lock:
            try:
                document = tomlkit.parse(self._read())
            except (tomlkit.exceptions.ParseError, RecursionError):
                raise CaseError(_unreadable(self.path.name)) from None
            edit(document)
            self.write(tomlkit.dumps(document))

    def write(self, text: str, *, check: bool = True, undoable: bool = True) -> None:
        """Write the whole text; see `set`. Without `check` it only has to be TOML; what is not `undoable` leaves nothing to undo."""
        with self.lock:
            before = self._read()
            if text == before:
                return
            if not _is_toml(text):
                raise CaseError(_unreadable(self.path.name))
            standing = _mistakes(before, self.path)
            with replaced_file(self.path) as beside:
                beside.write_text(text, encoding="utf-8", newline="\n")
                fresh = [problem for problem in _mistakes(text, self.path) if problem not in standing] if check else []
                if fresh:
                    raise CaseError(fresh)
            self._before = [*self._before, (before, text, time.monotonic())][-_MOST_UNDONE:] if undoable else []

    @property
    def can_undo(self) -> bool:
        """Whether the last change is still what stands there."""
        return bool(self._before) and self._before[-1][1] == self.text

    @property
    def last_at(self) -> float:
        """When the last change was made, whether or not it can be undone; -1 where there is none."""
        return self._before[-1][2] if self._before else -1.0

    def undo(self) -> bool:
        """Take the last change back; False where there is none, or somebody else has changed the file since."""
        with self.lock:
            if not self.can_undo:
                return False
            before = self._before[-1][0]
            with replaced_file(self.path) as beside:
                beside.write_text(before, encoding="utf-8", newline="\n")
            self._before.pop()
            return True


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return True


def _mistakes(text: str, path: Path) -> list[InputProblem]:
    """Return what is wrong with a case as it is written, the files it names apart."""
    from gridplan.case.case import parse_case

    try:
        parse_case(tomllib.loads(text), folder=path.parent, file=path.name)
    except CaseError as error:
        return list(error.problems)
    except (tomllib.TOMLDecodeError, RecursionError):
        return [_unreadable(path.name)]
    return []


def _unreadable(name: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="能读懂的设置文件", en="a settings file that can be read"),
        Text(zh="写错的地方", en="a mistake in its spelling"),
        Text(zh="到“检查”里看是哪一行，改好后再试。", en="See under Check which line it is, and try again."),
        file=name,
    )


def put_key(document: Any, key: Key, value: Any) -> None:
    """Write a value into a document, with the sections that it needs."""
    place = document
    for part, following in itertools.pairwise(key):
        if isinstance(part, str) and part not in place:
            place[part] = tomlkit.aot() if isinstance(following, int) else tomlkit.table()
        place = place[part]
    last = key[-1]
    if isinstance(last, int) and last == len(place):
        place.append(_as_table(value, inline=isinstance(place, tomlkit.items.Array)))
    elif isinstance(last, int):
        place[last] = _as_table(value)
    else:
        place[last] = value


def _as_table(value: Any, *, inline: bool = False) -> Any:
    table = tomlkit.inline_table() if inline else tomlkit.table()
    table.update(value)
    return table


def drop_key(document: Any, key: Key) -> None:
    """Take a key out of a document, with the sections that it leaves empty."""
    parents = [document]
    try:
        for part in key[:-1]:
            parents.append(parents[-1][part])
        del parents[-1][key[-1]]
    except (KeyError, IndexError, tomlkit.exceptions.NonExistentKey):
        return
    for parent, part in zip(reversed(parents[:-1]), reversed(key[:-1]), strict=True):
        if len(parent[part]) == 0 and isinstance(part, str) and "#" not in _shown(parent[part]):
            del parent[part]


def _shown(item: Any) -> str:
    return item.as_string() if hasattr(item, "as_string") else ""
