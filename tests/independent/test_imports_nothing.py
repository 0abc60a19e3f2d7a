"""The checks in this folder stay independent: their sources import no gridplan module."""

import ast
from pathlib import Path

import pytest

SOURCES = sorted(Path(__file__).parent.glob("*.py"))


def imported(source: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "." * node.level}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            names.add("imported by name")
    return names


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_sources_import_no_gridplan_module(source):
    """Neither gridplan itself, nor a test helper outside this folder that may import it."""
    own = "tests.independent"
    for name in imported(source):
        assert name.split(".")[0] not in ("gridplan", "imported by name"), name
        assert not name.startswith("tests") or name.startswith(own), name
