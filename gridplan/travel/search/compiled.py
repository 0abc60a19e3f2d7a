"""The one place where Python becomes machine code: numba, cached on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a loop on first use; threads may run it side by side."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
