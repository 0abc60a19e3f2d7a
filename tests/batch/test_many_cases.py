"""A batch: the same bytes as `plan`, one row a case, kept where nothing changed, one failure holds nobody up."""

from __future__ import annotations

import json
import os
import resource
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan.batch import cluster
from gridplan.batch.case_list import Job
from gridplan.batch.case_run import may_stand, stands
from gridplan.batch.contract import Progress
from gridplan.batch.many_cases import Batch, is_province, run_batch
from gridplan.batch.runner import Cluster, Processes
from gridplan.layers.layers import hash_file
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import ArgumentError, OutputError
from gridplan.words.folders import added_files
from tests.reliability.disks import small_disk


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for what tells of clocks."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.log")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def jobs(board_case: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    """The chessboard city twice, and between them once without residents."""
    root = tmp_path_factory.mktemp("cases")
    made = [Job(name, root / name / "case.toml") for name in ("east", "poisoned", "west")]
    for job in made:
        shutil.copytree(board_case.parent, job.path.parent)
    (root / "poisoned" / "people.csv").write_bytes(b"\x00\xff\x00 no table")
    return made


@pytest.fixture(scope="module")
def planned(jobs: list[Job], tmp_path_factory: pytest.TempPathFactory) -> tuple[Batch, Path]:
    """The batch on one process, into a folder whose parent is made as well."""
    out = tmp_path_factory.mktemp("batch") / "made" / "out"
    return run_batch(jobs, out, on=Processes(1)), out


def test_a_failed_case_is_one_row_and_the_others_are_done(planned: tuple[Batch, Path]):
    batch, out = planned
    table = pd.read_csv(out / "batch.csv", encoding="utf-8-sig")
    assert table["case"].tolist() == ["east", "poisoned", "west"]
    assert table["status"].tolist() == ["done", "failed", "done"]
    assert "people.csv" in table["message"][1]
    assert table["mean_minutes"].notna().tolist() == [True, False, True]
    assert batch.status == 2
    assert not (out / "poisoned").exists()


def test_the_folders_are_those_of_plan_byte_for_byte(
    planned: tuple[Batch, Path], board_proposal: Proposal, tmp_path: Path
):
    board_proposal.save(tmp_path / "alone")
    alone = bytes_of(tmp_path / "alone")
    assert bytes_of(planned[1] / "east") == alone


def test_what_a_case_may_need_in_memory_bounds_what_it_took(planned: tuple[Batch, Path]):
    """The estimate is above the most that its worker held, by a factor of two at most."""
    for ended in planned[0].ends:
        if ended.how == "done":
            assert ended.peak_bytes <= ended.task.memory <= 2 * ended.peak_bytes


def test_different_places_make_up_a_province(planned: tuple[Batch, Path]):
    page = (planned[1] / "province.html").read_text(encoding="utf-8")
    assert page.count('href="east/map.html"') == 2
    assert "poisoned" in page, "the case without a plan is told"


def test_runs_of_one_case_are_no_province(jobs: list[Job]):
    assert is_province(jobs)
    assert not is_province([jobs[0], replace(jobs[0], name="again")])
    assert not is_province(jobs[:1])


@pytest.mark.long
def test_a_cluster_makes_the_same_bytes_as_processes(
    planned: tuple[Batch, Path], jobs: list[Job], tmp_path: Path, scheduler: str
):
    batch = run_batch(jobs[1:], tmp_path / "out", on=Cluster(scheduler))
    assert batch.rows == planned[0].rows[1:]
    assert bytes_of(tmp_path / "out" / "west") == bytes_of(planned[1] / "west")


def test_what_stands_is_kept_and_what_is_torn_is_planned_again(
    planned: tuple[Batch, Path], jobs: list[Job], tmp_path: Path, scheduler: str
):
    """East stands; of west the map was removed; both have the same rows as before."""
    out = tmp_path / "out"
    shutil.copytree(planned[1], out)
    (out / "west" / "map.html").unlink()
    before = os.stat(out / "east" / "proposal.json").st_mtime_ns
    again = run_batch([jobs[0], jobs[2]], out, on=Cluster(scheduler))
    assert again.n_kept == 1
    assert again.rows == [planned[0].rows[0], planned[0].rows[2]]
    assert os.stat(out / "east" / "proposal.json").st_mtime_ns == before
    assert (out / "west" / "map.html").exists()


@pytest.mark.parametrize("change", ["input", "roads", "key", "version", "torn", "revised"])
def test_another_input_key_or_version_does_not_stand(
    planned: tuple[Batch, Path], jobs: list[Job], tmp_path: Path, change: str
):
    root, folder = tmp_path / "city", tmp_path / "plan"
    shutil.copytree(jobs[0].path.parent, root)
    shutil.copytree(planned[1] / "east", folder)
    job = Job("east", root / "case.toml")
    case = job.read()
    assert stands(folder, case)
    assert may_stand(folder, job, language=None, hash_of=hash_file)
    if change == "input":
        with (root / "people.csv").open("a") as file:
            file.write("\n")
    elif change == "roads":
        with (root / "roads.gpkg").open("ab") as file:
            file.write(b"\0")
    elif change == "key":
        job = replace(job, changes=(("solver.seed", 1),))
        case = job.read()
    elif change == "torn":
        (folder / "cells.parquet").unlink()
    else:
        tree = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
        tree |= {"versions": tree["versions"] | {"gridplan": "0.0.1"}} if change == "version" else {"revision": {}}
        (folder / "proposal.json").write_text(json.dumps(tree), encoding="utf-8")
    assert not stands(folder, case)
    told_before = change not in ("input", "torn")
    assert may_stand(folder, job, language=None, hash_of=hash_file) == (not told_before), (
        "roads are cut for those alone"
    )


def test_a_refused_scheduler_leaves_nothing(jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "_ANSWER_S", 1.0)
    for address in ("tcp://10.0.0.7:8786", "tcp://127.0.0.1:9"):
        with pytest.raises(ArgumentError):
            run_batch(jobs, tmp_path / "made" / "out", on=Cluster(address))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_cancelled_batch_has_a_row_for_every_case_and_no_half_folder(jobs: list[Job], tmp_path: Path):
    cancel = threading.Event()

    def stop(news: Progress) -> None:
        cancel.set()

    batch = run_batch([jobs[1], jobs[0], jobs[2]], tmp_path / "out", on=Processes(1), listener=stop, cancel=cancel)
    table = pd.read_csv(tmp_path / "out" / "batch.csv", encoding="utf-8-sig")
    assert table["status"].tolist().count("cancelled") == 2
    assert batch.status == 2
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.endswith(".new")] == []


def test_a_case_that_takes_more_memory_than_there_is_is_stopped_and_named(jobs: list[Job], tmp_path: Path):
    """A hundred megabytes are less than the libraries take."""
    batch = run_batch(jobs[:1], tmp_path / "out", on=Processes(1, memory=100_000_000), language="en")
    assert batch.rows[0].status == "failed"
    assert "GB of memory taken, more than there is" in batch.rows[0].message
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["batch.csv", "run.log"]


def test_two_batches_into_one_folder(jobs: list[Job], tmp_path: Path):
    with added_files(tmp_path / "out"), pytest.raises(OutputError, match="another run that is writing it"):
        run_batch(jobs, tmp_path / "out", on=Processes(1))
    assert list(tmp_path.iterdir()) == []


def test_a_proposal_folder_is_no_place_for_a_batch(planned: tuple[Batch, Path], jobs: list[Job]):
    with pytest.raises(OutputError, match="the folder of a proposal"):
        run_batch(jobs, planned[1] / "east", on=Processes(1))


def test_a_full_disk_fails_the_case_and_the_table_says_so(
    jobs: list[Job], tmp_path: Path, request: pytest.FixtureRequest
):
    """Where no small disk may be mounted, no file may grow beyond a size, as with a quota."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with small_disk(tmp_path / "disk", 200) as mounted:
        on = Cluster(request.getfixturevalue("scheduler")) if mounted else Processes(1)
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
        try:
            batch = run_batch(jobs[:1], tmp_path / "disk" / "out", on=on, language="en")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        table = pd.read_csv(tmp_path / "disk" / "out" / "batch.csv", encoding="utf-8-sig")
    assert batch.status == 2
    assert ("a full disk" if mounted else "larger than allowed") in table["message"][0]
