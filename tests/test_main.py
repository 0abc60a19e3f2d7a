"""`python -m gridplan` is the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gridplan

ROOT = Path(__file__).parent.parent


def test_the_package_runs_as_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "gridplan", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"gridplan {gridplan.__version__}\n")


def test_wrong_usage_exits_with_two():
    done = subprocess.run([sys.executable, "-m", "gridplan", "nonsense"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
