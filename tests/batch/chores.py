"""Pieces of work for the tests of the runner, found by their names in a worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.folders import OwnFiles, replaced_folder
from gridplan.words.hearing import tell
from gridplan.words.side_by_side import count_workers
from gridplan.words.text import Text


def square(item: int) -> int:
    """The square of a number, told on the way."""
    tell(f"squaring {item}")
    return item * item


def refuse(item: int) -> int:
    """Refuses 3 as an input that cannot be used."""
    if item == 3:
        raise LayerError(InputProblem("error", Text("人口", "people"), Text("无", "none"), Text("补上。", "Add them.")))
    return item


class Homebound:
    """A value that can be read by the process alone that made it."""

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return _only_in, (os.getpid(),)


def _only_in(process: int) -> Homebound:
    if os.getpid() != process:
        raise ValueError("read elsewhere")
    return Homebound()


def homebound(_item: int) -> Homebound:
    """Make such a value."""
    return Homebound()


def die_once(item: tuple[Path, int]) -> int:
    """Kills its own worker the first time that an even number comes; a file in the folder remembers."""
    folder, number = item
    mark = folder / str(number)
    if number % 2 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(item: int) -> int:
    """Kills its own worker whenever 1 comes."""
    if item == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def eat(item: int) -> int:
    """Takes so many megabytes and keeps them: many until it is stopped, some for a second."""
    held = [bytearray(b"x" * 10_000_000) for _ in range(item // 10)]
    time.sleep(60.0 if item > 500 else 1.0 if item > 100 else 0.0)
    return len(held)


def clean_up(item: Path) -> None:
    """Works until it is ended; a file tells that it began, another that it put things in order."""
    (item / "begun").touch()
    try:
        time.sleep(60)
    finally:
        (item / "in order").touch()


def threads(_item: Any) -> int:
    """How many threads the work may use."""
    return count_workers()


def wished_threads(_item: Any) -> str:
    """How many threads the work is asked to use at most, however many processors there are."""
    return os.environ["OMP_NUM_THREADS"]


def write_whole(item: Path) -> str:
    """Writes a folder of two files, slowly, in whole."""
    with replaced_folder(item, OwnFiles(frozenset({"first", "last"}))) as new:
        (new / "first").write_text("first")
        time.sleep(0.15)
        (new / "last").write_text("last")
    return item.name


def die_at_the_last_byte(item: Path) -> str:
    """Writes a folder in whole and, the first time, kills its own worker when all is in its place, before anybody is told."""
    first = not item.exists()
    name = write_whole(item)
    if first:
        os.kill(os.getpid(), signal.SIGKILL)
    return name
