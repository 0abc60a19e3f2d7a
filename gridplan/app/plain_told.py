"""What pages are told: words in both languages and problems, as plain values."""

from __future__ import annotations

import hashlib
from typing import Any

from gridplan.words.errors import InputProblem
from gridplan.words.text import Text


def pair(text: Text) -> list[str]:
    """Return both wordings."""
    return [text.zh, text.en]


def key_of(*parts: str) -> str:
    """Return a short key of what parts say together."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def plain_problem(problem: InputProblem) -> dict[str, Any]:
    """Return a problem with a key by which it is known again after the next check."""
    rows, values = list(problem.rows), list(problem.values)
    return {
        "key": key_of(problem.file, problem.layer, problem.field, problem.needed.zh, problem.found.zh),
        "severity": problem.severity,
        "needed": pair(problem.needed),
        "found": pair(problem.found),
        "remedy": pair(problem.remedy),
        "file": problem.file,
        "layer": problem.layer,
        "field": problem.field,
        "rows": rows,
        "values": values,
    }
