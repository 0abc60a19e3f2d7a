"""How the search's loops are compiled: without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from gridplan.words.machine_code import machine_code

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a loop on first use; threads may run it side by side."""
    return cast(F, machine_code(nogil=True, error_model="numpy")(function))


def inner(function: F) -> F:
    """Compile a loop for other loops only."""
    return cast(F, machine_code(inner=True, nogil=True, error_model="numpy")(function))
