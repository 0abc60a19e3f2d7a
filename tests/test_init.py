"""The public face: one list of names, known to type checkers, the same whatever was imported first."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gridplan as gp
from gridplan.words import errors

ROOT = Path(__file__).parent.parent
CODE = ROOT / "gridplan"


def run(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_dir_shows_the_public_names_alone():
    assert dir(gp) == sorted(gp.__all__)
    assert len(set(gp.__all__)) == len(gp.__all__)


def test_every_public_name_is_there_from_its_home():
    for name in gp.__all__:
        assert getattr(gp, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        getattr(gp, "nonsense")  # noqa: B009


def test_every_error_is_public():
    classes = {name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, Exception)}
    assert "CaseError" in classes
    assert classes <= set(gp.__all__)


def test_the_stub_tells_type_checkers_the_same_names_and_homes():
    tree = ast.parse((CODE / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    told = {alias.asname: node.module for node in imports for alias in node.names if alias.asname == alias.name}
    assert sum(len(node.names) for node in imports) == len(told)
    assert told == {name: f"gridplan.{home}" for name, home in gp._HOMES.items()}


def test_no_room_or_module_shadows_a_public_name():
    top = {path.stem for path in CODE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert top & set(gp.__all__) == set()


@pytest.mark.parametrize(
    "first", ["gridplan.solver.flow", "gridplan.checks.rule_book", "gridplan.outputs.exports.formats"]
)
def test_a_name_is_the_same_thing_whatever_was_imported_first(first):
    code = f"import {first}, gridplan as gp; print(gp.solve.__module__, gp.export.__module__, gp.plan.__module__)"
    assert run(code) == "gridplan.solver.solver gridplan.outputs.exports.formats gridplan.pipeline"


def test_importing_gridplan_loads_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'geopandas', 'folium', 'numba', 'highspy', 'gridplan.pipeline'}"
    assert run(f"import sys, gridplan; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_the_pipeline_loads_what_searches_and_solves_only_when_it_does():
    heavy = "{'numba', 'highspy', 'scipy', 'sklearn', 'networkx', 'rasterio', 'folium', 'matplotlib', 'xlsxwriter'}"
    assert run(f"import sys, gridplan.pipeline; print(sorted({heavy} & set(sys.modules)))") == "[]"
