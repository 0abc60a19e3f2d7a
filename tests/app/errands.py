"""Work for the tests of the queue, found by its name in a worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.hearing import is_enough, tell
from gridplan.words.text import Text


def run(item: dict[str, Any]) -> Any:
    """Do what the item says."""
    for stage in item.get("stages", []):
        tell(Text(zh=stage, en=stage))
    if "refuse" in item:
        said = Text(zh="数", en="numbers")
        raise LayerError(InputProblem("error", said, said, said, file=item["refuse"]))
    if "crash" in item:
        raise RuntimeError(item["crash"])
    if "die_once" in item and not Path(item["die_once"]).exists():
        Path(item["die_once"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "die" in item:
        os.kill(os.getpid(), signal.SIGKILL)
    until = time.monotonic() + item.get("sleep", 0)
    while time.monotonic() < until and not is_enough():
        time.sleep(0.02)
    tell({"figure": item.get("value")})
    return os.getpid() if "process" in item else item.get("value")
