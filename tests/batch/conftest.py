"""One cluster of this machine for all tests of the room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """The address of a cluster of this machine with two worker processes over TCP; it gives up a task after two lost workers."""
    distributed = pytest.importorskip("distributed", reason="needs Dask")
    import dask

    with (
        dask.config.set(
            {"distributed.scheduler.allowed-failures": 1, "distributed.deploy.lost-worker-timeout": "600s"}
        ),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50, host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address
