"""The runner's contract: order, errors, lost workers, memory and cancelling, the same on processes and on a Dask cluster."""

from __future__ import annotations

import functools
import io
import logging
import operator
import os
import pickle
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gridplan import __version__
from gridplan.batch import cluster as cluster_module
from gridplan.batch.contract import Ended, Progress, Tally, Task, Told, biggest_first, told_end
from gridplan.batch.local_pool import StandingWorker
from gridplan.batch.runner import Cluster, Processes, refuse_unusable, run_tasks
from gridplan.batch.worker_process import ENOUGH, _listen, write_frame
from gridplan.words.errors import ArgumentError, LayerError
from tests.batch import chores
from tests.batch.clusters import ROOT, OwnCluster, as_settings, self_made_certificates
from tests.batch.faults import kill_a_worker

MEGABYTE = 1_000_000
On = Processes | Cluster


@pytest.fixture(params=["processes", "cluster"])
def on(request: pytest.FixtureRequest) -> On:
    """Two processes, or a cluster."""
    if request.param == "processes":
        return Processes(count=2)
    return Cluster(request.getfixturevalue("scheduler"))


def named(items: list[Any]) -> list[Task]:
    return [Task(item, name=str(item)) for item in items]


def test_values_come_in_the_order_of_the_tasks_and_tasks_are_heard(on: On):
    news: list[Progress | Told] = []
    ends = run_tasks(chores.square, named(list(range(12))), on=on, listener=news.append)
    assert [ended.value for ended in ends] == [number * number for number in range(12)]
    assert [ended.how for ended in ends] == ["done"] * 12
    ended = [told for told in news if isinstance(told, Progress)]
    assert [told.n_ended for told in ended] == list(range(1, 13))
    assert ended[-1].remaining_s == 0 < ended[0].remaining_s
    messages = {(told.task.name, told.message) for told in news if isinstance(told, Told)}
    assert messages <= {(str(number), f"squaring {number}") for number in range(12)}
    assert isinstance(on, Cluster) or len(messages) == 12, "a pipe loses nothing"


def test_a_partial_function_carries_what_all_tasks_share(on: On):
    ends = run_tasks(functools.partial(operator.add, 100), named([1, 2, 3]), on=on)
    assert [ended.value for ended in ends] == [101, 102, 103]


def test_an_error_is_told_in_its_place_and_the_others_go_on(on: On):
    ends = run_tasks(chores.refuse, named([1, 2, 3, 4]), on=on)
    assert [ended.how for ended in ends] == ["done", "done", "failed", "done"]
    assert isinstance(ends[2].error, LayerError)
    assert ends[2].error.render("zh") == "需要人口；发现无。补上。"
    assert "refuse" in ends[2].trace


def test_a_task_whose_worker_is_killed_runs_again(on: On, tmp_path: Path):
    ends = run_tasks(chores.die_once, named([(tmp_path, number) for number in range(3)]), on=on)
    assert [ended.value for ended in ends] == list(range(3))
    if isinstance(on, Processes):
        assert [ended.losses for ended in ends] == [1, 0, 1]


def test_a_task_that_kills_every_worker_is_named_and_the_others_are_done(on: On):
    ends = run_tasks(chores.die, named([0, 1, 2]), on=on)
    assert [ended.how for ended in ends] == ["done", "lost", "done"]
    assert ends[1].losses > 3


def test_work_is_single_threaded(on: On):
    assert [ended.value for ended in run_tasks(chores.threads, named([0, 1]), on=on)] == [1, 1]


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (2, 1), (4, 3)])
def test_a_worker_that_stands_there_leaves_one_processor_to_whoever_waits(processors, threads, monkeypatch):
    monkeypatch.setattr("gridplan.batch.local_pool.count_workers", lambda: processors)
    worker = StandingWorker(chores.wished_threads)
    try:
        ended = worker.run(
            Task(0, "a task"), listener=lambda _: None, cancel=threading.Event(), enough=threading.Event()
        )
    finally:
        worker.close()
    assert ended.value == str(threads)


def test_a_task_that_eats_the_memory_is_stopped_and_named():
    """600 megabytes where all may hold 400: the one that needs more than it said goes, not its neighbours."""
    tasks = [Task(megabytes, memory=60 * MEGABYTE) for megabytes in (10, 600, 20, 10)]
    ends = run_tasks(chores.eat, tasks, on=Processes(count=2, memory=400 * MEGABYTE))
    assert [ended.how for ended in ends] == ["done", "memory", "done", "done"]
    assert ends[1].peak_bytes > 200 * MEGABYTE


@pytest.mark.long
def test_a_task_that_eats_the_memory_of_a_dask_worker_is_named_for_it(scheduler: str):
    """Its nanny stops a worker that holds nearly 1,500 megabytes; the task is not tried again, and the others are done."""
    tasks = [Task(megabytes, memory=60 * MEGABYTE) for megabytes in (10, 1600, 20)]
    ends = run_tasks(chores.eat, tasks, on=Cluster(scheduler))
    assert [ended.how for ended in ends] == ["done", "memory", "done"]
    assert ends[1].peak_bytes > 1200 * MEGABYTE
    assert "GB of memory taken" in told_end("memory", 0, ends[1].peak_bytes).en


def test_memory_decides_what_runs_side_by_side():
    """Two tasks of which each needs more than half of the memory never run at once; one that needs more than all runs alone."""
    tasks = [Task(megabytes, memory=need * MEGABYTE) for megabytes, need in ((120, 350), (120, 350), (10, 5000))]
    ends = run_tasks(chores.eat, tasks, on=Processes(count=2, memory=600 * MEGABYTE))
    assert [ended.how for ended in ends] == ["done"] * 3


def test_cancelling_ends_tasks_in_order_and_begins_none(tmp_path: Path):
    cancel, folders = threading.Event(), [tmp_path / str(number) for number in range(2)]
    for folder in folders:
        folder.mkdir()
    watch = threading.Thread(target=lambda: (_wait_for((folders[0] / "begun").exists), cancel.set()))
    watch.start()
    ends = run_tasks(chores.clean_up, named(folders), on=Processes(count=1), cancel=cancel)
    watch.join()
    assert [ended.how for ended in ends] == ["cancelled", "cancelled"]
    assert (folders[0] / "in order").exists()
    assert not (folders[1] / "begun").exists()


def _wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.02)


def test_a_value_that_cannot_be_read_here_is_a_failure_of_its_task(on: On):
    """It would not be read the next time either: nothing is done anew for it."""
    ends = run_tasks(chores.homebound, named([1]), on=on)
    assert (ends[0].how, str(ends[0].error)) == ("failed", "read elsewhere")


def test_what_cannot_be_pickled_back_is_a_failure_of_its_task():
    ends = run_tasks(_lock, named([1]), on=Processes(count=1))
    assert ends[0].how == "failed"
    assert "pickle" in str(ends[0].error)


def _lock(_item: int) -> Any:
    return threading.Lock()


def test_the_biggest_begin_first_and_equals_stay_in_order():
    tasks = [Task(0, memory=1), Task(1, memory=9), Task(2, memory=1), Task(3, memory=5)]
    assert biggest_first(tasks) == [1, 3, 0, 2]


def test_the_remaining_time_goes_by_size():
    """Of 40 bytes 30 are done after 6 s: 10 more take 2 s."""
    tasks = [Task(0, memory=30), Task(1, memory=10)]
    tally = Tally(tasks)
    assert tally.count(Ended(tasks[0], "done"), 6.0).remaining_s == pytest.approx(2.0)
    assert tally.count(Ended(tasks[1], "done"), 8.0).remaining_s == 0.0


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "health.example:8786"])
def test_a_remote_scheduler_without_tls_is_refused(address: str):
    with pytest.raises(ArgumentError, match=r"begins with tls://.*--insecure"):
        run_tasks(chores.square, named([1]), on=Cluster(address))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("distributed", reason="needs Dask")
    monkeypatch.setattr(cluster_module, "_ANSWER_S", 1.0)
    with pytest.raises(ArgumentError, match=r"no answer from tcp://127.0.0.1:9"):
        run_tasks(chores.square, named([1]), on=Cluster("tcp://127.0.0.1:9"))


def test_errors_come_through_a_pickle_with_their_problems():
    with pytest.raises(LayerError) as raised:
        chores.refuse(3)
    assert pickle.loads(pickle.dumps(raised.value)).problems == raised.value.problems


def test_workers_killed_at_random_lose_nothing_and_do_nothing_twice(tmp_path: Path):
    """Of 20 tasks each writes a folder of its own in whole; meanwhile a worker is killed every 0.4 s, six times in all."""
    out = tmp_path / "out"
    killer = threading.Thread(target=kill_some, args=(6, 0.4))
    killer.start()
    ends = run_tasks(chores.write_whole, named([out / str(number) for number in range(20)]), on=Processes(2))
    killer.join()
    assert [ended.how for ended in ends] == ["done"] * 20
    assert sorted(path.name for path in out.iterdir()) == sorted(map(str, range(20)))
    assert {tuple(sorted(path.name for path in folder.iterdir())) for folder in out.iterdir()} == {("first", "last")}


def test_a_worker_killed_at_its_last_byte(tmp_path: Path):
    """The folder is whole, nobody was told: the task runs again and the folder holds the same."""
    ends = run_tasks(chores.die_at_the_last_byte, named([tmp_path / "out"]), on=Processes(1))
    assert (ends[0].how, ends[0].losses) == ("done", 1)
    assert [(path.name, path.read_text()) for path in sorted((tmp_path / "out").iterdir())] == [
        ("first", "first"),
        ("last", "last"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def kill_some(times: int, pause_s: float) -> None:
    """Kill a worker of this very process now and then."""
    for _ in range(times):
        time.sleep(pause_s)
        kill_a_worker()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnCluster, dict[str, str]]]:
    """A scheduler and two workers, separate processes that speak TLS on loopback, and the settings of who may speak with them."""
    pytest.importorskip("distributed", reason="needs Dask")
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make certificates")
    certificates = self_made_certificates(tmp_path_factory.mktemp("certificates"))
    with OwnCluster(2, certificates) as cluster:
        yield cluster, as_settings(certificates)


def test_who_has_no_certificates_is_told(secure: tuple[OwnCluster, dict[str, str]]):
    """None at all, and one that is not there."""
    import dask

    cluster, settings = secure
    on = Cluster(cluster.address)
    with pytest.raises(ArgumentError, match="TLS certificates in the configuration of Dask; found none"):
        refuse_unusable(on)
    gone = settings | {"distributed.comm.tls.ca-file": "gone.pem"}
    with dask.config.set(gone), pytest.raises(ArgumentError, match="no such file"):
        refuse_unusable(on)


@pytest.mark.parametrize(
    ("frames", "hurried"),
    [([b"first", ENOUGH], True), ([b"first", ENOUGH, b"second"], False), ([b"first", b"second", ENOUGH], True)],
)
def test_enough_is_said_of_the_task_that_was_sent_last(frames: list[bytes], hurried: bool):
    """It may come before the task has begun, and does not stay for the next one."""
    stream, waiting, enough = io.BytesIO(), SimpleQueue(), threading.Event()
    for frame in frames:
        write_frame(stream, frame)
    stream.seek(0)
    _listen(stream, waiting, enough)
    tasks = [waiting.get_nowait() for _ in range(waiting.qsize())]
    assert tasks == [*(frame for frame in frames if frame != ENOUGH), None]
    assert enough.is_set() == hurried


def test_a_scheduler_killed_and_started_again_loses_nothing(secure: tuple[OwnCluster, dict[str, str]], tmp_path: Path):
    """After the first result the scheduler and both workers are killed and started anew; Dask's client prints nothing of its own."""
    import dask

    cluster, settings = secure
    again = threading.Event()
    printed: list[logging.LogRecord] = []
    logger = logging.getLogger("distributed.client")
    logger.addFilter(lambda record: bool(printed.append(record)))

    def restart(news: Progress | Told) -> None:
        if not again.is_set():
            again.set()
            cluster.restart()

    tasks = named([tmp_path / str(number) for number in range(6)])
    with dask.config.set(settings):
        ends = run_tasks(chores.write_whole, tasks, on=Cluster(cluster.address), listener=restart)
    logger.filters.clear()
    assert [ended.how for ended in ends] == ["done"] * 6
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(str, range(6)))
    assert printed == []


@pytest.mark.long
def test_a_scheduler_that_is_back_before_anybody_asks_gets_the_work_anew(tmp_path: Path):
    """Nothing is under way when it is killed, and the client meets the new one by itself: its worker never got the function."""
    distributed = pytest.importorskip("distributed", reason="needs Dask")
    with OwnCluster(1) as cluster:
        again = threading.Event()

        def restart(news: Progress | Told) -> None:
            if isinstance(news, Progress) and not again.is_set():
                again.set()
                cluster.restart()
                with distributed.Client(cluster.address, set_as_default=False) as client:
                    client.wait_for_workers(1)

        tasks = named([tmp_path / str(number) for number in range(3)])
        ends = run_tasks(chores.write_whole, tasks, on=Cluster(cluster.address), listener=restart)
    assert [(ended.how, ended.value) for ended in ends] == [("done", "0"), ("done", "1"), ("done", "2")]


def test_a_worker_of_another_version_is_refused_and_one_that_comes_late_does_nothing(
    secure: tuple[OwnCluster, dict[str, str]], tmp_path: Path
):
    """Its gridplan is 0.0.1: it would make other bytes under the name of this version. The others go away before anybody asks."""
    import dask

    other = tmp_path / "gridplan"
    shutil.copytree(ROOT / "gridplan", other, ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css"))
    face = other / "__init__.py"
    text = face.read_text(encoding="utf-8")
    face.write_text(text.replace(f'__version__ = "{__version__}"', '__version__ = "0.0.1"'), encoding="utf-8")
    cluster, settings = secure
    cluster.hire(PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT))))
    for process in cluster.processes[1:3]:
        process.kill()
    with dask.config.set(settings):
        ends = run_tasks(chores.square, named([3]), on=Cluster(cluster.address))
        with pytest.raises(
            ArgumentError, match=rf"workers with gridplan {re.escape(__version__)}; found 0\.0\.1 at tls"
        ):
            refuse_unusable(Cluster(cluster.address))
    assert ends[0].how == "failed"
    assert "found 0.0.1 at tls" in str(ends[0].error)
