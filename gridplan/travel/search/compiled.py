"""How the search's loops are compiled: what is divided by nothing is infinite, not an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from gridplan.words.machine_code import machine_code

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a loop on first use."""
    return cast(F, machine_code(error_model="numpy")(function))


def inner(function: F) -> F:
    """Compile a loop for other loops only."""
    return cast(F, machine_code(inner=True, error_model="numpy")(function))
