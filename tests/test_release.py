"""What is handed out: the wheel, its version, and the sample proposal beside the code."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import gridplan
from gridplan.case.case import read_case
from gridplan.case.examples import example_path
from gridplan.layers.layers import hash_file
from gridplan.proposal.files import read_proposal

ROOT = Path(__file__).parent.parent
LIMIT_BYTES = 3_000_000
"""A wheel is sent by mail and kept on intranets without an index."""
SAMPLE_LIMIT_BYTES = 8_000_000
UNBUILT = (".*", "build", "dist", "maps", "node_modules", "*.egg-info", "__pycache__")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy of it without network."""
    folder = tmp_path_factory.mktemp("release")
    shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*UNBUILT))
    build = "from setuptools import build_meta; print(build_meta.build_wheel('..'))"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=folder / "source", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def packed(wheel: Path) -> set[str]:
    """Names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_module_and_asset_is_in_the_wheel(packed):
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "gridplan").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert wanted <= packed
    assert "gridplan/py.typed" in packed


def test_the_bundled_cities_are_in_the_wheel_without_the_scripts_that_made_them(packed):
    bundled = {name for name in packed if name.startswith("gridplan/data/")}
    for city in ("binhai", "yunxiu"):
        layers = {path.name for path in (ROOT / "data" / city).iterdir() if path.is_file() and path.suffix != ".py"}
        assert {"case.toml", "SOURCE.md"} < layers
        assert {name for name in bundled if name.split("/")[2] == city} == {
            f"gridplan/data/{city}/{name}" for name in layers
        }
    assert not any(name.endswith(".py") for name in bundled)


def test_the_wheel_holds_the_package_alone(packed):
    assert {name.split("/")[0] for name in packed} == {"gridplan", f"gridplan-{gridplan.__version__}.dist-info"}


def test_the_wheel_is_small(wheel):
    assert wheel.stat().st_size <= LIMIT_BYTES


def test_the_metadata_tell_version_licence_and_python(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(archive.read(name).decode())
        entry_points = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert (told["Name"], told["Version"]) == ("gridplan", gridplan.__version__)
    assert told["License-Expression"] == "BSD-3-Clause"
    assert told["Requires-Python"] == ">=3.11"
    assert "gridplan = gridplan.cli:main" in entry_points


def test_the_cities_of_a_wheel_are_planned_from_where_it_is_unpacked(wheel, tmp_path):
    """Without a checkout beside it, the installed package finds its own copy of both cities."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    probe = "from gridplan.case.examples import example_path as case; print(case('binhai'), case('yunxiu'), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert [Path(line).relative_to(tmp_path.resolve()).as_posix() for line in done.stdout.splitlines()] == [
        "gridplan/data/binhai/case.toml",
        "gridplan/data/yunxiu/case.toml",
    ]


@pytest.mark.parametrize("city", ["binhai", "yunxiu"])
def test_a_checkout_plans_the_cities_of_its_own_data_folder(city):
    assert example_path(city).samefile(Path(str(files("gridplan"))).parent / "data" / city / "case.toml")
    assert read_case(example_path(city)).place.synthetic


def test_version_changelog_citation_and_readmes_agree():
    told = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert told is not None
    assert told[1] == gridplan.__version__
    cited = dict(
        line.split(": ", 1)
        for line in (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
        if re.match(r"[a-z-]+: ", line)
    )
    assert cited["version"] == gridplan.__version__
    assert cited["license"] == "BSD-3-Clause"
    for name in ("README.md", "README.zh-CN.md"):
        assert f"gridplan-{gridplan.__version__}-py3-none-any.whl" in (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sample() -> Path:
    """The proposal of the bundled city that visitors find in the repository; `make sample` writes it."""
    return ROOT / "maps" / "sample"


def test_the_sample_is_a_whole_proposal_of_the_bundled_city(sample):
    """It reads back, and was made from the layers of data/binhai as they are."""
    proposal = read_proposal(sample)
    assert proposal.case.place.name == "滨海市"
    assert not proposal.must_stands
    layers = {name: hash_file(ROOT / "data" / "binhai" / name) for name in proposal.provenance.input_hashes}
    assert layers == dict(proposal.provenance.input_hashes)


def test_the_map_of_the_sample_is_one_file(sample):
    """Nothing is loaded from a file beside it or from a host: no script, style, image or frame with an address."""
    page = (sample / "map.html").read_text(encoding="utf-8")
    loaded = re.findall(
        r"""<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)\s*=\s*["']?(?!data:)[^"'>\s]+""", page
    )
    imported = re.findall(r"""@import\b|url\(\s*["']?(?!data:|#)[^)]{1,80}""", page)
    assert (loaded, imported) == ([], [])


def test_the_sample_tells_nothing_of_the_machine_that_made_it(sample):
    assert not (sample / "run.log").exists()


def test_the_sample_is_small(sample):
    assert sum(path.stat().st_size for path in sample.iterdir()) <= SAMPLE_LIMIT_BYTES


def test_what_pyproject_leaves_to_setup_cfg_is_said_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project) == {"name", "requires-python", "dynamic"}


def requirements(section: str, key: str) -> list[Requirement]:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return [Requirement(line) for line in setup[section][key].split("\n") if line.strip()]


@pytest.mark.parametrize("extra", [None, "test", "docs", "release"])
def test_every_dependency_has_a_lowest_and_a_highest_release(extra):
    """`make oldest` tries the lowest, `make test` the newest; the peers of `bench` are measured, not depended on."""
    listed = requirements("options.extras_require", extra) if extra else requirements("options", "install_requires")
    bounds = {one.name: sorted(bound.operator for bound in one.specifier) for one in listed}
    assert {name for name, ends in bounds.items() if ends != ["<", ">="]} == set()


def test_the_list_of_licences_names_what_an_install_brings():
    """`python docs/licences.py` writes it; what only some systems or releases need may stand there or not."""
    listed = set(re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs/shared/licences.md").read_text("utf-8"), re.MULTILINE))
    needed = {canonicalize_name(one.name) for one in requirements("options", "install_requires")}
    assert needed <= listed
    assert set(runpy.run_path(str(ROOT / "docs" / "licences.py"))["installed"]()) <= listed
