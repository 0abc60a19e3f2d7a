"""Damaged inputs: no traceback, no row lost without a word, the right field blamed.

A slice by default: some kinds of damage to the bundled city, several tables damaged in one folder and read once, and some to the
bundled county. GRIDPLAN_MUTATIONS=500 makes as many cases of all kinds, at several places each, every one in a folder of its own,
and a fifth of that on the county and on Wuhan's raw layers (where these are at hand).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, read_layers
from gridplan.pipeline import survey
from gridplan.words.errors import GridplanError, InputProblem, LayerError
from gridplan.words.ledger import settle
from tests import mutator_slips, mutator_wuhan, mutator_yunxiu
from tests.mutator import KINDS, Damage, Kind, undamaged

STATED = os.environ.get("GRIDPLAN_MUTATIONS")
CASES = int(STATED or 20)
WUHAN_CASES = CASES // 5 if STATED else 0


def planned(kinds: list[Kind], cases: int) -> list[tuple[Kind, int]]:
    order = np.random.default_rng(0).permutation(len(kinds))
    return [(kinds[order[number % len(kinds)]], number) for number in range(cases)]


def together(cases: list[tuple[Kind, int]]) -> list[list[tuple[Kind, int]]]:
    """Put damages of different tables into one folder: what is told of one hides nothing of the others."""
    folders: list[list[tuple[Kind, int]]] = []
    for kind, seed in cases:
        free = (one for one in folders if kind.file and all(other.file not in ("", kind.file) for other, _ in one))
        room = next(free, None)
        if room is None:
            folders.append([(kind, seed)])
        else:
            room.append((kind, seed))
    return folders


PLANNED = planned(KINDS, CASES - WUHAN_CASES)
FOLDERS = [[case] for case in PLANNED] if STATED else together(PLANNED)
IN_WUHAN = planned(mutator_wuhan.KINDS, WUHAN_CASES)
IN_YUNXIU = planned([*mutator_yunxiu.KINDS, *mutator_slips.KINDS], max(CASES // 5, 10))
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
    every = [*KINDS, *mutator_yunxiu.KINDS, *mutator_slips.KINDS, *mutator_wuhan.KINDS]
    assert len(every) >= 220
    assert max(Counter(kind.name for kind in every).values()) == 1


@pytest.mark.parametrize(
    "cases", FOLDERS, ids=[", ".join(f"{kind.name} {seed}" for kind, seed in one) for one in FOLDERS]
)
def test_damage_is_told(tmp_path: Path, sound: Layers, cases: list[tuple[Kind, int]]) -> None:
    case = undamaged(tmp_path, raster=any(kind.raster for kind, _ in cases))
    damages = [kind.apply(tmp_path, np.random.default_rng(seed)) for kind, seed in cases]
    layers, problems = read(case)
    for damage in damages:
        own = problems if len(damages) == 1 else tuple(p for p in problems if p.file == damage.file)
        check_told(damage, own, sound.problems)
    check_said(layers, problems)
    if layers is not None:
        nothing_is_lost(layers, sound, problems)


@pytest.fixture(scope="module")
def sound_wuhan(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Layers:
    layers = read_layers(read_case(mutator_wuhan.undamaged(shared_data, tmp_path_factory.mktemp("wuhan"))))
    assert [problem.severity for problem in layers.problems] == ["repair"], "only the rows left out by select"
    return layers


@pytest.mark.shared_data
@pytest.mark.parametrize(("kind", "seed"), IN_WUHAN, ids=[f"{kind.name} {seed}" for kind, seed in IN_WUHAN])
def test_damage_to_wuhan_is_told(tmp_path: Path, shared_data: Path, sound_wuhan: Layers, kind: Kind, seed: int) -> None:
    case = read_case(mutator_wuhan.undamaged(shared_data, tmp_path))
    damage = kind.apply(tmp_path, np.random.default_rng(seed))
    layers: Layers | None = None
    try:
        layers = read_layers(case)
        problems = layers.problems
    except LayerError as error:
        problems = error.problems
    check_told(damage, problems, sound_wuhan.problems)
    check_said(layers, problems)
    if layers is not None:
        named = {row for p in problems if p.file in ("hospital.csv", "hospital_sites.csv") for row in p.rows}
        assert len(layers.facilities) + len(named) >= len(sound_wuhan.facilities)
        people = layers.boundaries["population"].sum()
        assert layers.cells["population"].sum() == pytest.approx(people), "whoever has a district has a place"


def survey_yunxiu(case: Path) -> tuple[Layers | None, tuple[InputProblem, ...]]:
    try:
        layers = survey(read_case(case)).layers
    except GridplanError as error:
        return None, error.problems
    return layers, layers.problems


@pytest.fixture(scope="module")
def sound_yunxiu(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    layers, problems = survey_yunxiu(mutator_yunxiu.undamaged(tmp_path_factory.mktemp("yunxiu")))
    assert layers is not None
    assert [(problem.file, problem.rows) for problem in problems] == [("villages.csv", (111,))], (
        "one village lies outside"
    )
    return layers


@pytest.mark.parametrize(("kind", "seed"), IN_YUNXIU, ids=[f"{kind.name} {seed}" for kind, seed in IN_YUNXIU])
def test_damage_to_yunxiu_is_told(tmp_path: Path, sound_yunxiu: Layers, kind: Kind, seed: int) -> None:
    """What is told of the county is told as it is grave, and what layers hold adds up whatever happened."""
    case = mutator_yunxiu.undamaged(tmp_path)
    damage = kind.apply(tmp_path, np.random.default_rng(seed))
    layers, problems = survey_yunxiu(case)
    check_told(damage, problems, sound_yunxiu.problems)
    check_said(layers, problems)
    for account in settle(layers.ledger) if layers is not None else ():
        assert account.unexplained == pytest.approx(0, abs=1e-6 * max(account.held, 1)), account


@pytest.mark.parametrize("change", mutator_yunxiu.VARIANTS.values(), ids=mutator_yunxiu.VARIANTS)
def test_the_county_in_other_formats_and_encodings_has_nothing_to_tell(
    tmp_path: Path, sound_yunxiu: Layers, change: Callable[[Path], None]
) -> None:
    case = mutator_yunxiu.undamaged(tmp_path)
    change(tmp_path)
    layers, problems = survey_yunxiu(case)
    doubts = [problem for problem in problems if problem.field != "encoding"]
    assert [problem.needed for problem in doubts] == [problem.needed for problem in sound_yunxiu.problems]
    assert layers is not None
    assert layers.units["population"].sum() == pytest.approx(sound_yunxiu.units["population"].sum())


def check_told(damage: Damage, problems: tuple[InputProblem, ...], usual: tuple[InputProblem, ...]) -> None:
    """The damage is told in its file, under its field and as grave as it is."""
    allowed = damage.severity.split("-or-")
    if damage.severity and "nothing" not in allowed:
        told = [p for p in problems if p.file == damage.file and p.field == damage.field]
        fitting = [p for p in told if p.severity in allowed]
        assert fitting, [problem.render("en") for problem in problems]
        if damage.row:
            assert any(damage.row in problem.rows for problem in fitting), fitting
    elif damage.severity == "":
        assert [p.render("en") for p in problems] == [p.render("en") for p in usual]


def check_said(layers: Layers | None, problems: tuple[InputProblem, ...]) -> None:
    """Layers come back unless there is an error, and every problem is told in both languages."""
    assert (layers is None) == any(problem.severity == "error" for problem in problems)
    for problem in problems:
        assert problem.render("zh")
        assert problem.render("en")


def nothing_is_lost(layers: Layers, sound: Layers, problems: tuple[InputProblem, ...]) -> None:
    """Whoever is not in the layers is named by a problem."""
    assert set(layers.units.index) == set(sound.units.index)
    assert layers.units["population"].sum() == pytest.approx(sound.units["population"].sum(), abs=ONE_UNIT)
    named = {row for problem in problems if problem.file == "facilities.xlsx" for row in problem.rows}
    assert len(layers.facilities) + len(named) >= len(sound.facilities)
    pd.testing.assert_index_equal(layers.links.columns, sound.links.columns)
    assert len(layers.links) == len(sound.links)
    repeated = {row for problem in problems if problem.file == "baseline.xlsx" for row in problem.rows}
    assert len(layers.baseline) + len(repeated) >= len(sound.baseline)
