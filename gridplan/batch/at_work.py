"""A task at work: done with one thread, its value or its error brought home, and what it tells on the way."""

from __future__ import annotations

import os
import pickle
import time
import traceback
from collections.abc import Callable
from typing import Any

from gridplan.words.hearing import Hearer, heard_by, never


def done_by(
    function: Callable[[Any], Any], item: Any, hearer: Hearer, enough: Callable[[], bool] = never
) -> dict[str, Any]:
    """Do one task and return its value or its error, with the time and the memory it took; `enough` asks it to end with what it has."""
    begun, used = time.perf_counter(), time.process_time()
    answer: dict[str, Any] = {"how": "done", "value": None, "error": None, "trace": ""}
    try:
        with heard_by(hearer, enough):
            answer["value"] = function(item)
    except Exception as error:
        answer |= {"how": "failed", "error": _portable(error), "trace": traceback.format_exc()}
    spent = {"seconds": time.perf_counter() - begun, "processor_s": time.process_time() - used}
    return answer | spent | {"peak_bytes": _resident(), "worker": str(os.getpid())}


def single_threaded() -> dict[str, str]:
    """Return the environment in which the libraries use one thread: the tasks are what runs side by side."""
    names = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA", "VECLIB_MAXIMUM")
    return {f"{name}_NUM_THREADS": "1" for name in names}


def _portable(error: Exception) -> Exception:
    """Return an error that comes through a pickle as it is, or one of its kind of words."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
