"""Layers as they were read last time, kept on disk by the content of their files, the case and the program.

Reading and completing the layers takes most of `check` and much of `plan`, and a planner runs both many times over with the same files. They are made
from a case that holds nothing but what they may depend on (`_as_read`), so that what it leaves out cannot change them, and its
keys, the hashes of all files and every library are their key. What cannot be used is read anew, errors always.

The files are pickles in the user's own cache folder, as those of numba are: who may write there may run code as the user already.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import pickle
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gridplan
from gridplan.case.case import Case
from gridplan.case.sections import Outputs, SolverSettings
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, hash_inputs, input_files, read_layers
from gridplan.words.kept_files import cache_folder, load_kept, store_kept

KEPT_FILES = 24
MOST_BYTES = 400_000_000
"""Larger layers are read anew: they would fill the disk."""
_VERSION = b"gridplan-layers/1"
_COUNTS = ("format", "place", "area", "layers", "units", "travel", "scenarios")
"""Sections that layers may depend on; of [outputs] the CRS does too, of [solver] the seed."""


def read_complete_layers(case: Case) -> Layers:
    """Return all layers of a case with their units, as `read_layers` and `complete_units` give them.

    Raises
    ------
    LayerError
        See `read_layers`.
    """
    as_read = _as_read(case)
    hashes = _hashes(as_read)
    key = None if hashes is None else _key(as_read, hashes)
    kept = None if key is None else _load(key)
    if kept is not None:
        return kept
    layers = complete_units(read_layers(as_read), as_read)
    if key is not None and layers.hashes == hashes:
        _store(key, layers)
    return layers


def _as_read(case: Case) -> Case:
    """Return the case with all its keys stated, and at its default everything that layers do not depend on."""
    default = type(case).model_construct(place=case.place, layers=case.layers)
    sections = type(case).model_fields
    left_out = {name: getattr(default, name) for name in sections if name not in (*_COUNTS, "data_folder")}
    kept = {"outputs": Outputs(crs=case.outputs.crs), "solver": SolverSettings(seed=case.solver.seed)}
    return case.changed().model_copy(update={**left_out, **kept})


def _hashes(as_read: Case) -> dict[str, str] | None:
    """Return the hash of every file; None where one cannot be read, or not twice."""
    files = input_files(as_read).values()
    if any(path.exists() and not (path.is_file() or path.is_dir()) for path in files):
        return None
    try:
        return hash_inputs(as_read)
    except OSError:
        return None


def _key(as_read: Case, hashes: dict[str, str]) -> str:
    """Return a hash of all that the layers are made from."""
    tree: dict[str, Any] = as_read.resolved()
    del tree["data_folder"]
    made_from = [tree, hashes, _program()]
    text = json.dumps(made_from, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.cache
def _program() -> tuple[str, ...]:
    """Return what tells this program from another: its files, the interpreter, and the libraries that layers go through."""
    root = Path(gridplan.__file__).parent
    files = sorted(root.rglob("*.py"))
    stamps = [f"{path.relative_to(root).as_posix()} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files]
    libraries = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio", "exactextract", "osmium")
    others = ("scikit-learn", "scipy", "networkx", "pyarrow", "python-calamine")
    return (*stamps, sys.version, *(f"{name} {version(name)}" for name in (*libraries, *others)))


def _load(key: str) -> Layers | None:
    with contextlib.suppress(OSError):
        path = _file(key)
        body = load_kept(path, _VERSION)
        if body is not None:
            os.utime(path)
            return _unpickled(body)
    return None


def _unpickled(body: bytes) -> Layers | None:
    try:
        layers = pickle.loads(body)
    except Exception:  # whatever another release of a library raises about its own objects
        return None
    return layers if isinstance(layers, Layers) else None


def _store(key: str, layers: Layers) -> None:
    body = pickle.dumps(layers, protocol=5)
    if len(body) <= MOST_BYTES:
        with contextlib.suppress(OSError):
            store_kept(_file(key), _VERSION, body, most_files=KEPT_FILES)


def _file(key: str) -> Path:
    return cache_folder() / "layers" / f"{key}.layers"
