"""Pieces of work on several threads: each once, in their order, heard and ended like the caller's own."""

from __future__ import annotations

import threading
import time

import pytest

from gridplan.words.hearing import heard_by, is_enough, tell
from gridplan.words.side_by_side import count_workers, side_by_side


@pytest.fixture
def two_processors(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert count_workers() == 2


@pytest.mark.usefixtures("two_processors")
def test_two_pieces_are_at_work_at_once_and_answers_keep_their_order():
    """Each of the first two waits for the other: one after the other they would wait for ever."""
    meeting = threading.Barrier(2, timeout=30)

    def find(piece: int) -> int:
        if piece < 2:
            meeting.wait()
        return 10 * piece

    assert side_by_side(find, range(5)) == [0, 10, 20, 30, 40]


@pytest.mark.usefixtures("two_processors")
def test_whoever_hears_the_caller_hears_the_threads_and_may_have_enough():
    heard: list[int] = []
    with heard_by(heard.append, enough=lambda: True):
        assert side_by_side(lambda piece: (tell(piece), is_enough())[1], range(3)) == [True, True, True]
    assert sorted(heard) == [0, 1, 2]


@pytest.mark.usefixtures("two_processors")
def test_an_error_is_raised_and_what_has_not_begun_does_not_begin():
    begun: list[int] = []
    failed = threading.Event()

    def find(piece: int) -> None:
        begun.append(piece)
        if piece == 0:
            failed.set()
            raise ValueError
        failed.wait(timeout=30)
        time.sleep(0.01)

    with pytest.raises(ValueError):  # noqa: PT011
        side_by_side(find, range(1000))
    assert len(begun) < 1000


def test_one_processor_takes_one_piece_after_the_other_in_the_callers_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    here = threading.get_ident()
    assert side_by_side(lambda _: threading.get_ident(), range(3)) == [here] * 3
