"""The loops of the program compiled once a machine before many workers would each do it: one of them does, the others wait."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import gridplan
from gridplan.words.errors import GridplanError, OutputError
from gridplan.words.hearing import only_stages
from gridplan.words.kept_files import cache_folder
from gridplan.words.locks import only_writer

_LOOK_S = 0.5


def compile_once() -> None:
    """Have the bundled county planned by the first worker of this machine, version and place of installation, which compiles the loops.

    Nothing here may fail a job: where the cache folder cannot be used, every worker compiles for itself.
    """
    with suppress(OSError, GridplanError):
        mark = _mark()
        mark.parent.mkdir(parents=True, exist_ok=True)
        while not mark.exists():
            try:
                with only_writer(mark):
                    if not mark.exists():
                        _plan_county()
                        mark.touch()
            except OutputError:
                if not os.access(mark.parent, os.W_OK):
                    return
                time.sleep(_LOOK_S)


def _plan_county() -> None:
    from gridplan.case.examples import example_case
    from gridplan.pipeline import plan

    with only_stages():
        plan(example_case("yunxiu"))


def _mark() -> Path:
    import numba

    basis = (
        gridplan.__version__,
        str(Path(gridplan.__file__).parent),
        numba.__version__,
        sys.version,
        os.environ.get("NUMBA_CACHE_DIR", ""),
    )
    return cache_folder() / "compiled" / hashlib.sha256("\n".join(basis).encode()).hexdigest()[:16]
