"""What work at hand says of itself on the way, to whoever listens, and whether they have enough of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from gridplan.words.text import Text

Hearer = Callable[[Any], None]
_HEARER: ContextVar[Hearer | None] = ContextVar("hearer", default=None)


def never() -> bool:
    """Want all of it."""
    return False


_ENOUGH: ContextVar[Callable[[], bool]] = ContextVar("enough", default=never)


def tell(message: Any) -> None:
    """Tell whoever listens; where nobody does nothing happens, and no result depends on it.

    Parameters
    ----------
    message
        Anything that can be pickled: an alternative that was found, a stage, a line of a log.

    >>> with heard_by(print):
    ...     tell("half way")
    half way
    """
    hearer = _HEARER.get()
    if hearer is not None:
        hearer(message)


def is_enough() -> bool:
    """Whether whoever listens has enough: work that can end early ends with what it has, and says so.

    >>> with heard_by(print, enough=lambda: True):
    ...     is_enough()
    True
    >>> is_enough()
    False
    """
    return _ENOUGH.get()()


@contextmanager
def unheard() -> Iterator[None]:
    """Have nothing that is told in the block heard; whoever has enough still has.

    >>> with heard_by(print), unheard():
    ...     tell("half way")
    """
    token = _HEARER.set(None)
    try:
        yield
    finally:
        _HEARER.reset(token)


@contextmanager
def only_stages() -> Iterator[None]:
    """Have of what is told in the block only names of stages heard: what is found there is no news of the work at hand.

    >>> with heard_by(lambda message: print(message.en)), only_stages():
    ...     tell({"k": 3})
    ...     tell(Text(zh="编译", en="Compiling"))
    Compiling
    """
    hearer = _HEARER.get()
    token = _HEARER.set(
        None if hearer is None else lambda message: hearer(message) if isinstance(message, Text) else None
    )
    try:
        yield
    finally:
        _HEARER.reset(token)


@contextmanager
def heard_by(hearer: Hearer, enough: Callable[[], bool] = never) -> Iterator[None]:
    """Have everything that is told in the block heard; `enough` says when no more than there is is wanted."""
    token, wish = _HEARER.set(hearer), _ENOUGH.set(enough)
    try:
        yield
    finally:
        _HEARER.reset(token)
        _ENOUGH.reset(wish)
