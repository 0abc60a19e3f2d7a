"""Threads: how many the work may use, and the large arrays they write on."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt


def count_workers() -> int:
    """Return the number of processors this process may run on, at most `OMP_NUM_THREADS` where that is set."""
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(given, int(wanted)) if wanted.isdecimal() else given)


class Desks:
    """Arrays to work on, lent to one thread at a time and kept for the next: making them anew costs as much as a sweep."""

    def __init__(self) -> None:
        self._free: defaultdict[Any, deque[Any]] = defaultdict(lambda: deque(maxlen=count_workers()))

    def __reduce__(self) -> tuple[type[Desks], tuple[()]]:
        return Desks, ()

    @contextmanager
    def lend(self, n: int, lanes: int) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]]:
        """Lend a buffer (n, lanes) with anything in it, and marks that are all off and must be left so."""
        with self._one((n, lanes), lambda: (np.empty((n, lanes), dtype=np.uint32), np.zeros(n, dtype=bool))) as desk:
            yield desk

    @contextmanager
    def lend_places(self, n: int) -> Iterator[npt.NDArray[np.uint32]]:
        """Lend an array of n places with anything in it."""
        with self._one(n, lambda: np.empty(n, dtype=np.uint32)) as desk:
            yield desk

    @contextmanager
    def _one(self, kind: Any, make: Callable[[], Any]) -> Iterator[Any]:
        free = self._free[kind]
        try:
            desk = free.pop()
        except IndexError:
            desk = make()
        yield desk
        free.append(desk)
