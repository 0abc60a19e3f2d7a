"""Loops as machine code, kept on disk between runs where this user may write; where not, each run compiles anew and says so."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from numba import njit

Function = Callable[..., Any]

NOT_KEPT = (
    "编译结果无处保存，每次运行要多等约一分钟；把环境变量 NUMBA_CACHE_DIR 设为可写的文件夹即可 · "
    "compiled code cannot be kept, so each run takes about a minute longer; set NUMBA_CACHE_DIR to a folder you may write"
)


def machine_code(**options: Any) -> Callable[[Function], Function]:
    """Return a decorator that compiles a function on first use, with numba's options."""

    def compile_function(function: Function) -> Function:
        try:
            compiled: Function = njit(cache=True, **options)(function)
        except RuntimeError:  # numba may write neither beside the module nor in the user's cache folder
            _tell_once()
            compiled = njit(**options)(function)
        return compiled

    return compile_function


@cache
def _tell_once() -> None:
    warnings.warn(NOT_KEPT, stacklevel=1)
