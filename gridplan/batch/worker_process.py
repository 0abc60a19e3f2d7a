"""A worker of the local runner: `python -m gridplan.batch.worker_process` does the tasks that come on its standard input.

Frames are pickles after their length. One that says nothing asks the task at work to end with what it has. What the tasks print goes to standard error. SIGTERM ends a task as an error would, so that
whatever it holds is put in order; SIGINT is left to the process that started it.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
import traceback
import warnings
from queue import SimpleQueue
from typing import Any, BinaryIO

from gridplan.batch.at_work import done_by

_LENGTH = struct.Struct("<Q")
ENOUGH = b""
"""The frame that asks the task at work to end with what it has."""


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame; None where the other side is gone, with or without half a frame."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    content = stream.read(_LENGTH.unpack(head)[0])
    return content if len(content) == _LENGTH.unpack(head)[0] else None


def _work(tasks: BinaryIO, answers: BinaryIO) -> None:
    lock = threading.Lock()

    def send(kind: str, content: Any) -> None:
        frame = pickle.dumps((kind, pickle.dumps(content)))
        with lock:
            write_frame(answers, frame)

    start = read_frame(tasks)
    if start is None:
        return
    path, function = pickle.loads(start)
    sys.path[:] = path
    function = pickle.loads(function)
    send("ready", None)
    enough = threading.Event()
    waiting: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, waiting, enough), daemon=True).start()
    while (frame := waiting.get()) is not None:
        answer = done_by(function, pickle.loads(frame), lambda message: send("told", message), enough.is_set)
        try:
            send("ended", answer)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            failed = {
                "how": "failed",
                "value": None,
                "error": RuntimeError(str(error)),
                "trace": traceback.format_exc(),
            }
            send("ended", answer | failed)


def _listen(tasks: BinaryIO, waiting: SimpleQueue[bytes | None], enough: threading.Event) -> None:
    """Take what comes while a task is at work: the next one, or that there is enough of this one."""
    frame: bytes | None = ENOUGH
    while frame is not None:
        frame = read_frame(tasks)
        if frame == ENOUGH:
            enough.set()
            continue
        if frame is not None:
            enough.clear()  # what was said of the last task; what comes from here on is said of this one
        waiting.put(frame)


def main() -> None:
    """Do the tasks of one run."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        _work(os.fdopen(os.dup(0), "rb"), answers)
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
