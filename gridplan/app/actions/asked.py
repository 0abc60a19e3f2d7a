"""What a page sends, taken apart: anything else than what it may say is no request of ours."""

from __future__ import annotations

from typing import Any

Asked = dict[str, Any]
_LONGEST = 4_000


def words_in(value: Any, *, empty: bool = False) -> str:
    """Return a text; an empty one only where that says something.

    Raises
    ------
    TypeError
        If it is none, or too long.
    """
    if not isinstance(value, str) or len(value) > _LONGEST or not (empty or value.strip()):
        raise TypeError(value)
    return value


def one_of(value: Any, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words.

    Raises
    ------
    ValueError
        If it is another one.
    """
    if value not in allowed:
        raise ValueError(value)
    return str(value)


def list_in(value: Any) -> list[Any]:
    """Return a list.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(value, list):
        raise TypeError(value)
    return value
