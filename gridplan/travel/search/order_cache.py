"""Orders of elimination kept on disk between runs, by a hash of the topology; a file that orders no nodes is ignored."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from gridplan.travel.search.graph import Nodes, Topology
from gridplan.words.kept_files import cache_folder, load_kept, store_kept

VERSION = b"gridplan-order/2"
KEPT_FILES = 40


def topology_key(topology: Topology, method: str) -> str:
    """Return a hash of the adjacency and of how it is ordered."""
    digest = hashlib.blake2b(VERSION + method.encode() + str(topology.n_nodes).encode(), digest_size=32)
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
        body = load_kept(_file(key, folder), VERSION)
    except OSError:
        return None
    if body is None or len(body) != 4 * n_nodes:
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
    try:
        path = _file(key, folder)
    except OSError:
        return
    store_kept(path, VERSION, np.asarray(order, dtype="<i4").tobytes(), most_files=KEPT_FILES)


def _file(key: str, folder: Path | None) -> Path:
    return (folder or cache_folder() / "orders") / f"{key}.order"
