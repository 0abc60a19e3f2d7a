"""Our ES modules as one script: each once, after what it takes, and nothing left of the words that only modules know."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from gridplan.outputs.map.modules import join_modules
from gridplan.outputs.map.offline import own_file

PAGES = (("start.js", "gridplan.outputs.map"), ("residents.js", "gridplan.outputs.report"))


@pytest.mark.parametrize(("entry", "package"), PAGES)
def test_nothing_is_left_of_imports_and_exports(entry, package):
    assert not re.search(r"^\s*(import|export)\b", join_modules(entry, package), re.MULTILINE)


def test_a_module_stands_once_and_after_those_it_takes_from():
    """dom.js takes nothing and comes first; start.js takes from all others and comes last."""
    script = join_modules("start.js")
    first, last = own_file("dom.js").splitlines()[0], own_file("start.js").splitlines()[0]
    assert script.startswith(first)
    assert script.count(last) == 1
    assert script.index(own_file("base.js").splitlines()[0]) < script.index(own_file("edit.js").splitlines()[0])


def test_every_module_beside_the_page_is_part_of_it():
    script = join_modules("start.js")
    heads = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0]
        for path in files("gridplan.outputs.map").iterdir()
        if path.name.endswith(".js")
    }
    assert [name for name, head in heads.items() if head not in script] == []


@pytest.mark.parametrize(("entry", "package"), PAGES)
def test_no_two_modules_declare_one_name(entry, package):
    """Joined they share one scope, where a second declaration is an error and no page opens."""
    declared = re.findall(r"^(?:async )?(?:const|let|function) (\w+)", join_modules(entry, package), re.MULTILINE)
    assert [name for name, n in Counter(declared).items() if n > 1] == []
