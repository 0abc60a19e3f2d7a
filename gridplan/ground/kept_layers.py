"""Layers as they were read last time, kept on disk by the content of their files, the case and the program.

Reading and completing the layers takes most of `check` and much of `plan`, and a planner runs both many times over with the same files. They are made
from a case that holds nothing but what they may depend on (`depending_on`), so that what it leaves out cannot change them, and its
keys, the hashes of all files and every library are their key. What cannot be used is read anew, errors always.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gridplan
from gridplan.case.case import Case
from gridplan.case.sections import Outputs, SolverSettings
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, hash_inputs, input_files, read_layers
from gridplan.words.kept_files import load_kept_object, store_kept_object

KEPT_FILES = 24
_FOLDER = "layers"
_VERSION = b"gridplan-layers/1"
LAYER_SECTIONS = ("format", "place", "area", "layers", "units", "travel", "scenarios")
"""Sections that layers may depend on; of [outputs] the CRS does too, of [solver] the seed."""


@dataclass(frozen=True, eq=False)
class AsRead:
    """Layers as they were read, and a key of everything that they were made from; "" where nothing may be kept of them."""

    layers: Layers
    key: str

    def is_of(self, layers: Layers) -> bool:
        """Tell whether these are the layers that were read, whatever was said of them since: each of their tables the very one."""
        names = [known.name for known in fields(Layers) if known.name != "problems"]
        return all(getattr(layers, name) is getattr(self.layers, name) for name in names)


def read_complete_layers(case: Case) -> Layers:
    """Return all layers of a case with their units, as `read_layers` and `complete_units` give them.

    Raises
    ------
    LayerError
        See `read_layers`.
    """
    return read_keyed_layers(case).layers


def read_keyed_layers(case: Case) -> AsRead:
    """Return all layers of a case as `read_complete_layers` does, with the key of what they were made from.

    Raises
    ------
    LayerError
        See `read_layers`.
    """
    as_read = depending_on(case, LAYER_SECTIONS)
    hashes = _hashes(as_read)
    key = "" if hashes is None else key_of(as_read, hashes)
    kept = load_kept_object(_FOLDER, key, _VERSION, Layers) if key else None
    if kept is not None:
        return AsRead(kept, key)
    layers = complete_units(read_layers(as_read), as_read)
    if layers.hashes != hashes:
        return AsRead(layers, "")
    store_kept_object(_FOLDER, key, _VERSION, layers, most_files=KEPT_FILES)
    return AsRead(layers, key)


def depending_on(case: Case, counts: Collection[str]) -> Case:
    """Return the case with all its keys stated, and at its default everything but some sections and what layers depend on of others."""
    default = type(case).model_construct(place=case.place, layers=case.layers)
    sections = type(case).model_fields
    left_out = {name: getattr(default, name) for name in sections if name not in (*counts, "data_folder")}
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


def key_of(reduced: Case, made_with: Any) -> str:
    """Return a hash of a case as `depending_on` gives it, of plain values that something is made with beside it, and of the program."""
    tree: dict[str, Any] = reduced.resolved()
    del tree["data_folder"]
    made_from = [tree, made_with, _program()]
    text = json.dumps(made_from, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _program() -> tuple[str, ...]:
    """Return what tells this program from another: its files as they were loaded, the interpreter, and the libraries that layers and minutes go through."""
    libraries = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio", "exactextract", "osmium")
    others = ("scikit-learn", "scipy", "networkx", "pyarrow", "python-calamine", "numba")
    return (*_LOADED, sys.version, *(f"{name} {version(name)}" for name in (*libraries, *others)))


def _files_of(root: Path) -> tuple[str, ...]:
    """Return name, date and size of every file of a program: modules, and the tables that come with it."""
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".csv", ".json", ".toml"))
    return tuple(
        f"{path.relative_to(root).as_posix()} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files
    )


_LOADED = (gridplan.__version__, *_files_of(Path(gridplan.__file__).parent))
"""Taken when this is imported: a program that is updated while it runs goes on as it was, and keeps nothing under the name of the new one."""
