"""`python -m gridplan` is the command line."""

from __future__ import annotations

import subprocess
import sys
import textwrap
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


def test_a_mistake_of_the_program_never_looks_like_a_plan_with_findings():
    """1 means that a plan was made: whatever breaks ends with 2, told in words below its traceback."""
    program = """
        import sys
        from gridplan import cli

        @cli.app.command()
        def broken():
            raise KeyError("unit_id")

        sys.argv = ["gridplan", "broken"]
        cli.main()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "KeyError" in done.stderr
    assert "请把以上内容连同命令反馈给我们" in done.stderr
