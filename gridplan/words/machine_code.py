"""Loops as machine code, kept on disk between runs where this user may write; where not, each run compiles anew and says so."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from numba import njit
from numba.core.options import DefaultOptions

from gridplan.words.compiled_beside import Beside, begin
from gridplan.words.errors import GridplanWarning
from gridplan.words.hearing import tell
from gridplan.words.text import Text

Function = Callable[..., Any]

NOT_KEPT = (
    "编译结果无处保存，每次运行要多等约一分钟；把环境变量 NUMBA_CACHE_DIR 设为可写的文件夹即可 · "
    "compiled code cannot be kept, so each run takes about a minute longer; set NUMBA_CACHE_DIR to a folder you may write"
)
COMPILING = Text(
    zh="首次运行：编译计算程序（每台电脑只需一次）", en="First run: compiling the loops, once on each computer"
)


# Ways into a function from C and from Python are a third of the work of compiling. numba does not document the options; a release without them
# takes longer the first time.
_NO_WAY_FROM_C = {"no_cfunc_wrapper": True} if hasattr(DefaultOptions, "no_cfunc_wrapper") else {}
_NO_WAY_FROM_PYTHON = {"no_cpython_wrapper": True} if hasattr(DefaultOptions, "no_cpython_wrapper") else {}


_BESIDE = Beside(begin)


def machine_code(*, inner: bool = False, **options: Any) -> Callable[[Function], Function]:
    """Return a decorator that compiles a function on first use, with numba's options; threads may run it side by side.

    An `inner` function is there for other compiled ones: Python that calls it runs it as Python, slowly.
    """
    options |= {"nogil": True} | _NO_WAY_FROM_C | (_NO_WAY_FROM_PYTHON if inner else {})

    def compile_function(function: Function) -> Function:
        try:
            compiled = njit(cache=True, **options)(function)
            compiled._cache = _Kept(compiled._cache, function.__module__)
        except RuntimeError:  # numba may write neither beside the module nor in the user's cache folder
            _tell_once()
            compiled = njit(**options)(function)
        if inner and _NO_WAY_FROM_PYTHON:
            _shut_to_python(compiled)
        loop: Function = compiled
        return loop

    return compile_function


def _shut_to_python(compiled: Any) -> None:
    """Have a call from Python run the function as Python: numba would follow an address that is not there."""
    compiled._insert = lambda *_: None
    compiled._compile_for_args = lambda *_: compiled.py_func


class _Kept:
    """What numba keeps of one function: says so when there is nothing and it has to be compiled, and ends no run that cannot keep it."""

    def __init__(self, kept: Any, module: str) -> None:
        self._kept, self._module = kept, module

    def load_overload(self, signature: Any, context: Any) -> Any:
        found = self._load(signature, context)
        if found is None:
            _announce_once()
            if _BESIDE.may_have(self._module):
                found = self._load(signature, context)
        return found

    def _load(self, signature: Any, context: Any) -> Any:
        with suppress(OSError):
            return self._kept.load_overload(signature, context)
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        try:
            self._kept.save_overload(signature, compiled)
        except OSError:  # a disk that is full, a folder that went
            _tell_once()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)


@cache
def _announce_once() -> None:
    tell(COMPILING)


@cache
def _tell_once() -> None:
    warnings.warn(NOT_KEPT, GridplanWarning, stacklevel=1)
