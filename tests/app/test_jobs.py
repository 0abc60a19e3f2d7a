"""Jobs run one after another; their stages are heard, their errors become problems, and each can be ended at any moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gridplan.app.jobs import Job, Lane
from gridplan.words.text import Text
from tests.app import errands

TITLE = Text(zh="一件事", en="an errand")


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    lane = Lane(errands.run, lambda job: None)
    yield lane
    lane.close()


def run(lane: Lane, **item: object) -> Job:
    job = lane.add(Job("errand", TITLE, dict(item)))
    assert job.done.wait(60)
    return job


def test_a_job_tells_its_stages_and_returns_its_value(lane: Lane):
    job = run(lane, value=7, stages=["one", "two"])
    assert (job.status, job.value) == ("done", 7)
    assert [name.en for name, _ in job.stages] == ["one", "two"]
    assert 0 <= job.stages[0][1] <= job.stages[1][1] <= job.seconds
    assert [one["figure"] for one in job.heard] == [7]
    assert 0 <= job.heard[0]["at"] <= job.seconds + 0.05, "told in tenths of a second"


def test_mistakes_of_the_user_are_problems_and_those_of_the_program_are_named(lane: Lane):
    assert [problem.file for problem in run(lane, refuse="people.xlsx").problems] == ["people.xlsx"]
    failed = run(lane, crash="of ours")
    assert failed.status == "failed"
    assert "of ours" in failed.problems[0].found.en
    assert run(lane, value=1).status == "done"


def test_the_worker_stays_between_jobs(lane: Lane):
    assert run(lane, process=True).value == run(lane, process=True).value


def test_a_job_at_work_is_cancelled_and_the_next_one_begins(lane: Lane):
    long = lane.add(Job("errand", TITLE, {"stages": ["begun"], "sleep": 600}))
    while not long.stages:
        threading.Event().wait(0.05)
    waiting, after = (lane.add(Job("errand", TITLE, {"value": number})) for number in (1, 2))
    assert lane.cancel(waiting.number)
    assert lane.cancel(long.number)
    assert after.done.wait(60)
    assert [job.status for job in (long, waiting, after)] == ["cancelled", "cancelled", "done"]
    assert not lane.cancel(after.number)


def test_a_job_that_is_asked_to_end_ends_with_what_it_has_and_the_next_is_not_hurried(lane: Lane):
    long = lane.add(Job("errand", TITLE, {"stages": ["begun"], "sleep": 600, "value": 5}))
    while not long.stages:
        threading.Event().wait(0.05)
    waiting = lane.add(Job("errand", TITLE, {"value": 1}))
    assert not lane.finish(waiting.number), "what has not begun has nothing to end with"
    assert lane.finish(long.number)
    assert long.done.wait(60)
    assert (long.status, long.value, long.ending) == ("done", 5, True)
    after = run(lane, sleep=0.3, value=2)
    assert after.seconds >= 0.3
    assert not lane.finish(long.number)


def test_a_job_whose_worker_is_killed_once_is_done_again(lane: Lane, tmp_path):
    job = run(lane, die_once=str(tmp_path / "mark"), value=3)
    assert (job.status, job.value) == ("done", 3)


def test_a_job_that_kills_every_worker_fails_in_words(lane: Lane):
    job = run(lane, die=True)
    assert job.status == "failed"
    assert "中断" in job.problems[0].found.zh


def test_only_the_last_jobs_are_remembered(lane: Lane):
    jobs = [run(lane, value=number) for number in range(33)]
    kept = lane.jobs
    assert kept[-1] is jobs[-1]
    assert len(kept) <= 31


def test_whoever_hears_of_a_job_cannot_end_the_lane():
    def deaf(_job: Job) -> None:
        raise OSError("a full disk")

    lane = Lane(errands.run, deaf)
    try:
        assert [run(lane, value=number).value for number in (1, 2)] == [1, 2]
        failing = Job("errand", TITLE, {"value": 1}, then=lambda value: {}["nothing"])
        assert lane.add(failing).done.wait(60)
        assert (failing.status, run(lane, value=3).value) == ("failed", 3)
    finally:
        lane.close()
