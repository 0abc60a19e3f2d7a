"""Files and folders opened with the programs of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gridplan.app.refusal import RefusedError
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

_DOCUMENTS = frozenset(
    [
        ".xlsx",
        ".xls",
        ".xlsm",
        ".csv",
        ".txt",
        ".tsv",
        ".toml",
        ".json",
        ".geojson",
        ".docx",
        ".pdf",
        ".html",
        ".png",
        ".gpkg",
        ".shp",
        ".kml",
        ".kmz",
        ".dxf",
        ".qgz",
        ".log",
        ".md",
        ".xml",
    ]
)
"""What is opened: nothing that a double click would run."""


def open_on_machine(path: Path) -> None:
    """Open a file or a folder as a double click would.

    Raises
    ------
    RefusedError
        If it is not there, or nothing opens it.
    """
    if not path.exists():
        raise RefusedError(not_there(path.name))
    if path.is_file() and path.suffix.lower() not in _DOCUMENTS:
        raise RefusedError(_no_program(path.name))
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            program = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.Popen([program, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        raise RefusedError(_no_program(path.name)) from None


def not_there(name: str) -> InputProblem:
    """Return the problem of a file that is gone."""
    return InputProblem(
        "error",
        Text(zh="还在的文件", en="a file that is there"),
        Text(zh="没有这个文件", en="no such file"),
        Text(zh="刷新页面再试。", en="Load the page again."),
        file=name,
    )


def _no_program(name: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="能打开它的程序", en="a program that opens it"),
        Text(zh="这台电脑没有", en="none on this machine"),
        Text(zh="到文件夹里打开。", en="Open it from its folder."),
        file=name,
    )
