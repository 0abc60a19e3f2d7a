"""The list of wrong changes that tests must notice is true: texts, files and tests are there. `mutations.py` runs it."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.mutations import MUTATIONS, ROOT, Mutation, choose, try_mutation


@cache
def functions_of(file: Path) -> frozenset[str]:
    """Names of the functions of a test module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_changes_its_file_and_names_tests(mutation: Mutation) -> None:
    source = (ROOT / mutation.file).read_text(encoding="utf-8")
    changed = mutation.apply(source)
    assert changed != source
    if mutation.file.endswith(".py"):
        ast.parse(changed)
    assert mutation.tests
    for test in mutation.tests:
        file, name = test.split("::")
        assert name.split("[")[0] in functions_of(ROOT / file), test


def test_there_are_many_in_every_room_and_each_has_one_name() -> None:
    assert len(MUTATIONS) >= 80
    assert max(Counter(mutation.name for mutation in MUTATIONS).values()) == 1
    assert len({mutation.file for mutation in MUTATIONS}) >= 40


def test_a_text_that_is_not_there_is_refused() -> None:
    lost = Mutation("lost", MUTATIONS[0].file, "no such text", "", ("x",))
    with pytest.raises(ValueError, match="0 times"):
        lost.apply("some text")


def test_mutations_are_chosen_by_name_or_file() -> None:
    assert choose([]) == list(MUTATIONS)
    assert choose([MUTATIONS[3].name]) == [MUTATIONS[3]]
    assert {mutation.file for mutation in choose([MUTATIONS[0].file])} == {MUTATIONS[0].file}


@pytest.mark.parametrize(("expected", "status"), [("3", "killed"), ("1", "survived"), ("1 +", "broken")])
def test_a_change_is_noticed_by_a_test_or_survives(tmp_path: Path, expected: str, status: str) -> None:
    """A project of one line, `three = 3`, which becomes 1."""
    (tmp_path / "one.py").write_text("three = 3\n", encoding="utf-8")
    (tmp_path / "test_one.py").write_text(
        f"from one import three\n\n\ndef test_it():\n    assert three == {expected}\n", encoding="utf-8"
    )
    mutation = Mutation("one for three", "one.py", "3", "1", ("test_one.py::test_it",))
    assert try_mutation(mutation, tmp_path).status == status
    assert (tmp_path / "one.py").read_text(encoding="utf-8") == "three = 3\n"
