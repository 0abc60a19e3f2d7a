"""How the search's inner functions are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core.options import DefaultOptions

from gridplan.words.machine_code import machine_code

# Counting references to the forty arrays of a state costs more than a move itself: without it, annealing is three times
# as fast. numba does not document the option; a release without it gives slower kernels, not wrong ones.
_UNCOUNTED: dict[str, Any] = {"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that reads and writes the arrays it is given, and makes none of its own."""
    return machine_code(**_UNCOUNTED)(function)


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile such a function for other kernels only."""
    return machine_code(inner=True, **_UNCOUNTED)(function)


@inner
def put(values, into):  # type: ignore[no-untyped-def]
    """Copy numbers; `into[:] = values` would make numba compile what it says of shapes that differ, a second each."""
    for i in range(len(into)):
        into[i] = values[i]


@inner
def put_all(value, into):  # type: ignore[no-untyped-def]
    """Set all numbers to one."""
    for i in range(len(into)):
        into[i] = value
