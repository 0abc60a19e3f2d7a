"""The large arrays that threads write on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.words.side_by_side import count_workers


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
