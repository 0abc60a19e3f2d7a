"""The language that a case file states, read before the case is: a broken case is told in it as well."""

from __future__ import annotations

import re
from pathlib import Path

from gridplan.words.small_files import read_whole
from gridplan.words.text import Language

_STATED = re.compile(r"""^\s*language\s*=\s*["'](zh|en)["']""")
_MOST_BYTES = 10_000_000


def stated_language(path: Path) -> Language:
    """Return the language that a line of a case file states before its first section; Chinese where none does.

    Parameters
    ----------
    path : of a case file, whole or broken; one that cannot be read states nothing.
    """
    try:
        lines = read_whole(path, _MOST_BYTES).decode("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return "zh"
    for line in lines:
        if line.lstrip().startswith("["):
            break
        found = _STATED.match(line)
        if found is not None:
            return "en" if found[1] == "en" else "zh"
    return "zh"
