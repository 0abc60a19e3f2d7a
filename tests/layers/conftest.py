"""A case around one small hand-made file, and reading it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gridplan.case.case import Case, parse_case
from gridplan.case.sources import Source
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import InputProblem

TREE: dict[str, Any] = {
    "place": {"name": "小城", "crs": "EPSG:4549"},
    "layers": {
        "units": {"path": "units.gpkg"},
        "population": {"kind": "table", "path": "people.csv"},
        "facilities": [{"path": "facilities.csv", "datum": "wgs84"}],
    },
}


@pytest.fixture
def small_case(tmp_path: Path) -> Case:
    """A case in an empty folder; its files do not exist."""
    return parse_case(TREE, folder=tmp_path)


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Reading]:
    """Make the reading of a file of the folder, with its own list of problems."""

    def make(path: str, **keys: Any) -> Reading:
        source = Source(path=path, **keys)
        return Reading(source, tmp_path / path, layer=source.layer or "")

    return make


def told(problems: list[InputProblem], severity: str = "error") -> list[tuple[str, tuple[int, ...]]]:
    """Field and rows of the problems of one severity."""
    return [(problem.field, problem.rows) for problem in problems if problem.severity == severity]
