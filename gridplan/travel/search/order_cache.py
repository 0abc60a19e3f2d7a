"""Orders of elimination kept on disk between runs, by a hash of the topology.

A file is written beside its place and moved there in one step, and carries its version and its own checksum: several processes
may write the same order at once, and a file cut short, or one that orders no nodes, is noticed, ignored and written again. Nothing here may fail a job:
where the folder cannot be used, there is no cache.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from gridplan.travel.search.graph import Nodes, Topology
from gridplan.words.small_files import read_whole

VERSION = b"gridplan-order/2"
KEPT_FILES = 40
FOLDER_VARIABLE = "GRIDPLAN_CACHE"
DIGEST = 32
_HEAD = VERSION + b"\n"


def cache_folder() -> Path:
    """Return the folder of orders: `GRIDPLAN_CACHE`, or the user's cache folder.

    Raises
    ------
    OSError
        If neither is there: a user that a service or a container runs as may have no home.
    """
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen) / "orders"
    import platformdirs

    try:
        own = Path(platformdirs.user_cache_dir("gridplan", appauthor=False))
    except RuntimeError:
        own = Path()
    if not own.is_absolute():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "~")
    return own / "orders"


def topology_key(topology: Topology, method: str) -> str:
    """Return a hash of the adjacency and of how it is ordered."""
    digest = hashlib.blake2b(VERSION + method.encode() + str(topology.n_nodes).encode(), digest_size=DIGEST)
    digest.update(np.ascontiguousarray(topology.indptr).tobytes())
    digest.update(np.ascontiguousarray(topology.heads).tobytes())
    return digest.hexdigest()


def is_stored(key: str, *, folder: Path | None = None) -> bool:
    """Whether a file is kept under `key`."""
    try:
        return _file(key, folder).is_file()
    except OSError:
        return False


def load_order(key: str, n_nodes: int, *, folder: Path | None = None) -> Nodes | None:
    """Return the order kept under `key`, or None where there is none that can be trusted."""
    try:
        content = read_whole(_file(key, folder))
    except OSError:
        return None
    head, body = content[: len(_HEAD) + DIGEST], content[len(_HEAD) + DIGEST :]
    if len(body) != 4 * n_nodes or head != _HEAD + hashlib.blake2b(body, digest_size=DIGEST).digest():
        return None
    order: Nodes = np.frombuffer(body, dtype="<i4").astype(np.int32)
    return order if is_permutation(order) else None


def is_permutation(order: Nodes) -> bool:
    """Tell whether an order holds each node once: compiled code goes by it without looking."""
    n = len(order)
    if n and (int(order.min()) < 0 or int(order.max()) >= n):
        return False
    return bool((np.bincount(order, minlength=n) == 1).all())


def store_order(key: str, order: Nodes, *, folder: Path | None = None) -> None:
    """Keep an order under `key`; the oldest files beyond a fixed number go."""
    body = np.asarray(order, dtype="<i4").tobytes()
    with contextlib.suppress(OSError):
        path = _file(key, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_HEAD + hashlib.blake2b(body, digest_size=DIGEST).digest() + body)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _drop_oldest(path.parent)


def _file(key: str, folder: Path | None) -> Path:
    return (folder or cache_folder()) / f"{key}.order"


def _drop_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.order"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT_FILES:]:
        path.unlink(missing_ok=True)
