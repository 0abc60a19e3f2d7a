"""Work that is many independent pieces, done on as many processors as this process may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from importlib import import_module
from threading import Event
from typing import TypeVar

from gridplan.words.hearing import never

_Piece = TypeVar("_Piece")
_Found = TypeVar("_Found")


def count_workers() -> int:
    """Return the number of processors this process may run on, at most `OMP_NUM_THREADS` where that is set."""
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(given, int(wanted)) if wanted.isdecimal() else given)


def side_by_side(find: Callable[[_Piece], _Found], pieces: Iterable[_Piece]) -> list[_Found]:
    """Return what `find` gives for each piece, in their order; threads share the work, which pays where it is machine code.

    Whoever hears the caller, and may have enough, does so from every thread. An error of one piece is raised, and no further piece begun.

    >>> side_by_side(lambda n: n * n, [1, 2, 3])
    [1, 4, 9]
    """
    return list(in_turn(lambda piece, _unwanted: find(piece), pieces))


def in_turn(
    find: Callable[[_Piece, Callable[[], bool]], _Found], pieces: Iterable[_Piece]
) -> Generator[_Found, None, None]:
    """Yield what `find` gives for each piece, in their order and as soon as it is there, while threads are at work on the next.

    `find` is given what says that nobody waits any more, as after an error of another piece, or where the generator was closed; it does not close
    before the pieces at work have ended. With one processor a piece is found when it is asked for.

    >>> list(in_turn(lambda n, _unwanted: n * n, [1, 2, 3]))
    [1, 4, 9]
    """
    pieces = list(pieces)
    workers = min(count_workers(), len(pieces))
    if workers < 2:
        for piece in pieces:
            yield find(piece, never)
        return
    left = Event()
    with ThreadPoolExecutor(workers) as pool:
        found = [pool.submit(copy_context().run, find, piece, left.is_set) for piece in pieces]
        try:
            for one in found:
                yield one.result()
        finally:
            left.set()
            for one in found:
                one.cancel()


@contextmanager
def beside(find: Callable[[Callable[[], bool]], _Found]) -> Iterator[Callable[[], _Found]]:
    """Have something found by a thread of its own while the block runs; the block is given what waits for it and returns it.

    `find` is given what says that nobody waits any more, as after an error of the block, which does not end before the thread. With one processor
    it is found when the block asks for it.

    >>> with beside(lambda _unwanted: 6 * 7) as found:
    ...     found()
    42
    """
    left = Event()
    if count_workers() < 2:
        yield lambda: find(left.is_set)
        return
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(copy_context().run, find, left.is_set).result
        finally:
            left.set()


@contextmanager
def loading(*modules: str) -> Iterator[None]:
    """Import modules that are needed later while the block runs, which pays where that is machine code.

    One that cannot be imported is left to whoever needs it.
    """

    def load(unwanted: Callable[[], bool]) -> None:
        for name in modules:
            with suppress(ImportError):
                import_module(name)

    with beside(load):
        yield
