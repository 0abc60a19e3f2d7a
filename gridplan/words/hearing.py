"""What work at hand says of itself on the way, to whoever listens: an alternative that was found, a stage, a line of a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Hearer = Callable[[Any], None]
_HEARER: ContextVar[Hearer | None] = ContextVar("hearer", default=None)


def tell(message: Any) -> None:
    """Tell whoever listens; where nobody does nothing happens, and no result depends on it.

    Parameters
    ----------
    message
        Anything that can be pickled.

    >>> with heard_by(print):
    ...     tell("half way")
    half way
    """
    hearer = _HEARER.get()
    if hearer is not None:
        hearer(message)


@contextmanager
def heard_by(hearer: Hearer) -> Iterator[None]:
    """Have everything that is told in the block heard."""
    token = _HEARER.set(hearer)
    try:
        yield
    finally:
        _HEARER.reset(token)
