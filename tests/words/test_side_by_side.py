"""Pieces of work on several threads: each once, in their order, heard and ended like the caller's own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from gridplan.words.hearing import heard_by, is_enough, tell
from gridplan.words.side_by_side import beside, count_workers, in_turn, side_by_side


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


@pytest.mark.usefixtures("two_processors")
def test_what_is_found_first_is_there_while_others_are_sought_and_the_first_of_them_is_waited_for():
    """The second ends before the first, which waits for it; the third is at work while the first is handed over."""
    second, handed = threading.Event(), threading.Event()

    def find(piece: int, _unwanted) -> int:
        if piece == 0:
            assert second.wait(timeout=30)
        if piece == 1:
            second.set()
        if piece == 2:
            assert handed.wait(timeout=30)
        return piece

    found = in_turn(find, range(3))
    assert next(found) == 0
    handed.set()
    assert list(found) == [1, 2]


@pytest.mark.usefixtures("two_processors")
@pytest.mark.parametrize("ended", ["closed", "error"])
def test_what_nobody_waits_for_any_more_is_told_so(ended):
    told: list[int] = []
    begun = threading.Event()

    def find(piece: int, unwanted) -> None:
        if piece == 0:
            assert begun.wait(timeout=30)
            if ended == "error":
                raise ValueError
            return
        begun.set()
        for _ in range(3000):
            if unwanted():
                told.append(piece)
                return
            time.sleep(0.01)

    found = in_turn(find, range(50))
    if ended == "closed":
        next(found)
        found.close()
    else:
        with pytest.raises(ValueError):  # noqa: PT011
            next(found)
    assert told
    assert len(told) <= 3, "what had not begun does not begin"


def test_one_processor_finds_a_piece_when_it_is_asked_for(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    begun: list[int] = []
    found = in_turn(lambda piece, unwanted: (begun.append(piece), unwanted())[1], range(3))
    assert not begun
    assert next(found) is False
    assert begun == [0]


def test_one_processor_takes_one_piece_after_the_other_in_the_callers_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    here = threading.get_ident()
    assert side_by_side(lambda _: threading.get_ident(), range(3)) == [here] * 3


@pytest.mark.usefixtures("two_processors")
def test_what_is_found_beside_is_at_work_while_the_block_is_and_is_heard():
    meeting, heard = threading.Barrier(2, timeout=30), list[str]()

    def find(_unwanted) -> bool:
        meeting.wait()
        tell("from beside")
        return is_enough()

    with heard_by(heard.append, enough=lambda: True), beside(find) as found:
        meeting.wait()
        assert found() is True
    assert heard == ["from beside"]


@pytest.mark.usefixtures("two_processors")
def test_after_an_error_of_the_block_nobody_wants_what_is_sought_beside():
    ended = threading.Event()

    def find(unwanted) -> None:
        for _ in range(500):
            if unwanted():
                ended.set()
                return
            time.sleep(0.01)

    with pytest.raises(ValueError), beside(find):  # noqa: PT011
        raise ValueError
    assert ended.is_set(), "the block ended before the thread"


@pytest.mark.usefixtures("two_processors")
def test_an_error_beside_is_raised_where_the_block_asks():
    with pytest.raises(ZeroDivisionError), beside(lambda _: 1 / 0) as found:
        found()


def test_with_one_processor_what_is_asked_for_is_found_when_it_is_asked_for(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    begun: list[int] = []
    with beside(lambda unwanted: (begun.append(threading.get_ident()), unwanted())[1]) as found:
        assert begun == []
        assert found() is False
    assert begun == [threading.get_ident()]


def test_a_module_that_is_loaded_while_the_block_runs_is_there_after_it_and_one_that_is_missing_is_left_out():
    code = (
        "import sys, os\n"
        "os.sched_getaffinity = lambda _: {0, 1}\n"
        "from gridplan.words.side_by_side import loading\n"
        "assert 'wave' not in sys.modules\n"
        "with loading('no_such_module', 'wave'): pass\n"
        "assert 'wave' in sys.modules\n"
    )
    free = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    subprocess.run([sys.executable, "-c", code], check=True, env=free)
