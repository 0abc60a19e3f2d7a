"""What run.log says, the only file that may tell of clocks and paths: when, what, which version, and how long each stage took."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from gridplan import __version__
from gridplan.words.text import Language, Text


class StageLog:
    """Notes when each stage of a run begins."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._begun: list[tuple[str, float]] = []

    def __call__(self, stage: Text) -> str:
        """Note that a stage begins, and return its name."""
        self._begun.append((stage.in_language(self._language), time.perf_counter()))
        return self._begun[-1][0]

    @property
    def n_stages(self) -> int:
        """Number of stages that began."""
        return len(self._begun)

    def text(self, source: Path) -> str:
        """Return what run.log says of a run on `source`."""
        ends = [at for _, at in self._begun[1:]]
        lines = [f"{clock()}  gridplan {__version__}  {source.resolve()}"]
        lines += [f"{end - at:8.2f} s  {name}" for (name, at), end in zip(self._begun, ends, strict=False)]
        return "\n".join(lines) + "\n"


def clock() -> str:
    """Return the time of the wall, with its zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
