"""A share of the loops compiled by a process of its own while this one works: a first run takes both cores."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Thread

from gridplan.words.side_by_side import count_workers

PACKAGE = "gridplan.solver.draw"
"""Half of the work of compiling for a plan, and needed last."""
_PROGRAM = f"{PACKAGE}.compiling"
LONGEST_S = 120.0
"""Then whoever waits compiles for themselves."""


class Beside:
    """What a function that is not compiled yet does about the process beside: starts it, waits for it, or neither.

    `begin` starts it and returns what waits for its end; None where there is to be none.
    """

    def __init__(self, begin: Callable[[], Callable[[], None] | None]) -> None:
        self._begin = cache(begin)
        self._met = False

    def may_have(self, module: str) -> bool:
        """Return whether the process beside may have compiled a function of `module` in the meantime; waits until it has ended.

        The first function that is met starts it, unless that is one of its own: it would only begin with what is wanted at once.
        """
        if not module.startswith("gridplan."):
            return False
        first, self._met = not self._met, True
        its_own = module.startswith(PACKAGE)
        if first and its_own:
            self._begin = cache(lambda: None)
        wait = self._begin()
        if wait is None or not its_own:
            return False
        wait()
        return True


def begin() -> Callable[[], None] | None:
    """Start the process; returns what waits for its end.

    None where it would not help, with one core, or where this program is no Python that could be started again (QGIS and others hold
    one inside).
    """
    if count_workers() < 2 or not Path(sys.executable or "").stem.lower().startswith("python"):
        return None
    thread = Thread(target=_run, daemon=True)
    thread.start()
    return lambda: thread.join(LONGEST_S)


def _run() -> None:
    here = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    subprocess.run(
        [sys.executable, "-m", _PROGRAM],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, here))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=False,
    )
