"""The same case, seed and versions give the same bytes, wherever and whenever the command runs."""

import shutil
from pathlib import Path

import pytest

from tests.independent import runs
from tests.independent.cities import ROOT, data_folder

MAY_DIFFER = {"run.log"}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in MAY_DIFFER}


@pytest.mark.parametrize(
    "name", [pytest.param("binhai", marks=pytest.mark.long), pytest.param("wuhan", marks=pytest.mark.shared_data)]
)
def test_planning_twice_gives_the_same_bytes(name, tmp_path, tmp_path_factory):
    """Two processes, two working folders, two output folders; the second case file is a copy elsewhere."""
    if name == "wuhan" and not (data_folder() / "wuhan").is_dir():
        pytest.skip("needs the real layers; GRIDPLAN_DATA names their folder")
    first = runs.planned(name, tmp_path_factory).folder
    if name == "binhai":
        copy = tmp_path / "elsewhere" / "a copy"
        shutil.copytree(ROOT / "data" / "binhai", copy, ignore=shutil.ignore_patterns("making", "*.py", "__pycache__"))
        case = Path("a copy") / "case.toml"
    else:
        case = runs.raw(name).case
        (tmp_path / "elsewhere").mkdir()
    runs.gridplan("plan", case, "-o", tmp_path / "深" / "again", cwd=tmp_path / "elsewhere")
    one, two = files(first), files(tmp_path / "深" / "again")
    assert {"proposal.json", "proposal.gpkg", "assignment.csv", "tables.xlsx", "map.html"} <= set(one)
    assert [name for name in sorted(one | two) if one.get(name) != two.get(name)] == []
