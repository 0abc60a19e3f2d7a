"""A task at work: done with one thread, its value or its error brought home, and what it tells on the way."""

from __future__ import annotations

import os
import pickle
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

Teller = Callable[[Any], None]
_TELLER: ContextVar[Teller | None] = ContextVar("teller", default=None)


def tell(message: Any) -> None:
    """Tell whoever listens to the run what the task at work has to say; outside of a run nobody hears it.

    Parameters
    ----------
    message
        Anything that can be pickled; the listener gets it as `Told`.
    """
    teller = _TELLER.get()
    if teller is not None:
        teller(message)


def done_by(function: Callable[[Any], Any], item: Any, teller: Teller) -> dict[str, Any]:
    """Do one task and return its value or its error, with the time and the memory it took."""
    begun, used, token = time.perf_counter(), time.process_time(), _TELLER.set(teller)
    answer: dict[str, Any] = {"how": "done", "value": None, "error": None, "trace": ""}
    try:
        answer["value"] = function(item)
    except Exception as error:
        answer |= {"how": "failed", "error": _portable(error), "trace": traceback.format_exc()}
    finally:
        _TELLER.reset(token)
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
