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
