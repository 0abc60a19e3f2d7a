"""Machine code is kept on disk where the user may write, and made anew, with a word, where not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridplan.words import machine_code
from gridplan.words.errors import GridplanWarning
from gridplan.words.hearing import heard_by
from tests import board

ROOT = Path(__file__).parent.parent.parent
READS_ALL_WRITES_NOTHING = (
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
)  # fmt: skip
"""Another user than the one that installed the program: every file can be read, those that are its own be written."""

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"),
    reason="becoming another user needs root and setpriv",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may write; those of pytest are its user's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def as_another_user(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the installed program as a user without a home, in a folder that it may write."""
    environment = {**os.environ, "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    command = [*READS_ALL_WRITES_NOTHING, sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@needs_root
def test_a_loop_runs_and_says_that_it_is_not_kept(folder):
    """The search of travel times, which is compiled, answers; the word stands once, not once a function."""
    program = (
        "import numpy as np, gridplan as gp;"
        "print(gp.RoadNetwork.from_edges([0, 1], [1, 2], [1.0, 2.0]).minutes_to([2]).gather(np.arange(3)).ravel())"
    )
    done = as_another_user(folder, "-c", program)
    assert done.stdout.split() == ["[3.", "2.", "0.]"], done.stderr
    assert done.stderr.count("GridplanWarning: ") == 1


@pytest.mark.long
@needs_root
def test_a_read_only_install_checks_a_case(folder):
    done = as_another_user(folder, "-m", "gridplan", "check", str(board.write_board(folder / "city")))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "machine_code.py" not in done.stderr


LOOP = """\
from gridplan.words.machine_code import machine_code

@machine_code()
def twice(number):
    return 2 * number
"""


INNER = """\
from gridplan.words.machine_code import machine_code

@machine_code(inner=True)
def twice(number):
    return 2 * number

@machine_code()
def fourfold(number):
    return twice(twice(number))

print(fourfold(2), twice(2), twice(2.5))
"""


def test_an_inner_loop_answers_python_too(tmp_path):
    """Nothing leads from Python into its machine code: a call would end the process."""
    (tmp_path / "loops.py").write_text(INNER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in ("compiled", "kept"):
        done = subprocess.run(
            [sys.executable, "loops.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "8 4 5.0\n"), done.stderr


def load_loop(path: Path):
    """Import the module anew, as another run would."""
    spec = importlib.util.spec_from_file_location("a_loop", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.twice


@pytest.fixture
def loop(tmp_path):
    (tmp_path / "a_loop.py").write_text(LOOP, encoding="utf-8")
    machine_code._announce_once.cache_clear()
    machine_code._tell_once.cache_clear()
    yield tmp_path / "a_loop.py"
    machine_code._announce_once.cache_clear()
    machine_code._tell_once.cache_clear()


def test_that_loops_are_compiled_is_told_once_and_not_where_they_are_kept(loop):
    heard = []
    with heard_by(heard.append):
        assert load_loop(loop)(2) == 4
        assert load_loop(loop)(2.5) == 5.0
        assert heard == [machine_code.COMPILING]
        machine_code._announce_once.cache_clear()
        assert load_loop(loop)(3) == 6
    assert heard == [machine_code.COMPILING]


def test_a_run_goes_on_where_its_compiled_code_cannot_be_kept(loop):
    """The folder goes after the loop was met, as a disk becomes full: a word instead of an error, and the answer is there."""
    twice = load_loop(loop)
    folder = Path(twice._cache.cache_path)
    for file in folder.glob("a_loop*"):
        file.unlink()
    folder.rmdir()
    folder.touch()
    with pytest.warns(GridplanWarning, match="compiled code cannot be kept"):
        assert twice(2) == 4
