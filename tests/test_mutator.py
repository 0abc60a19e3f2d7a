"""Damaged inputs: no traceback, no row lost without a word, the right field blamed.

Sixty kinds of damage by default; GRIDPLAN_MUTATIONS=500 makes as many cases of all kinds, at several places each.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.case import read_case
from gridplan.errors import InputProblem, LayerError
from gridplan.layers import Layers, read_layers
from gridplan.units import complete_units
from tests.mutator import KINDS, Kind, undamaged

CASES = int(os.environ.get("GRIDPLAN_MUTATIONS", 60))
ORDER = np.random.default_rng(0).permutation(len(KINDS))
PLANNED = [(KINDS[ORDER[number % len(KINDS)]], number) for number in range(CASES)]
ONE_UNIT = 20_000
"""No unit of the city has more people: a damaged count may change the sum by so much."""


def read(case: Path) -> tuple[Layers | None, tuple[InputProblem, ...]]:
    read_in = read_case(case)
    try:
        layers = complete_units(read_layers(read_in), read_in)
    except LayerError as error:
        return None, error.problems
    return layers, layers.problems


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    layers, problems = read(undamaged(tmp_path_factory.mktemp("sound")))
    assert layers is not None
    assert problems == ()
    return layers


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 40
    assert max(Counter(kind.name for kind in KINDS).values()) == 1


@pytest.mark.parametrize(("kind", "seed"), PLANNED, ids=[f"{kind.name} {seed}" for kind, seed in PLANNED])
def test_damage_is_told(tmp_path: Path, sound: Layers, kind: Kind, seed: int) -> None:
    case = undamaged(tmp_path, raster=kind.raster)
    damage = kind.apply(tmp_path, np.random.default_rng(seed))
    layers, problems = read(case)
    told = [p for p in problems if p.file == damage.file and p.field == damage.field]
    if damage.severity in ("error", "warning", "repair"):
        fitting = [p for p in told if p.severity == damage.severity]
        assert fitting, [problem.render("en") for problem in problems]
        if damage.row:
            assert any(damage.row in problem.rows for problem in fitting), fitting
    elif damage.severity == "":
        assert problems == (), [problem.render("en") for problem in problems]
    assert (layers is None) == any(problem.severity == "error" for problem in problems)
    for problem in problems:
        assert problem.render("zh")
        assert problem.render("en")
    if layers is not None:
        nothing_is_lost(layers, sound, problems)


def nothing_is_lost(layers: Layers, sound: Layers, problems: tuple[InputProblem, ...]) -> None:
    """Whoever is not in the layers is named by a problem."""
    assert set(layers.units.index) == set(sound.units.index)
    assert layers.units["population"].sum() == pytest.approx(sound.units["population"].sum(), abs=ONE_UNIT)
    named = {row for problem in problems if problem.file == "facilities.xlsx" for row in problem.rows}
    assert len(layers.facilities) + len(named) >= len(sound.facilities)
    pd.testing.assert_index_equal(layers.links.columns, sound.links.columns)
    assert len(layers.links) == len(sound.links)
    assert len(layers.baseline) == len(sound.baseline)
