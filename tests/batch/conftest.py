"""One cluster of this machine for all tests of the room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """The address of a cluster of this machine with one worker process over TCP; it gives up a task with its first lost worker."""
    distributed = pytest.importorskip("distributed", reason="needs Dask")
    import dask

    with (
        dask.config.set(
            {"distributed.scheduler.allowed-failures": 0, "distributed.deploy.lost-worker-timeout": "600s"}
        ),
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            memory_limit="1500MB",
            dashboard_address=":0",
            silence_logs=50,
            host="127.0.0.1",
        ) as cluster,
    ):
        yield cluster.scheduler_address
