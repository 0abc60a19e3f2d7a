"""One workbench on the bundled county, planned once, for all tests that only read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridplan.case.examples import example_path
from tests.app.served import Client, workbench


def county(folder: Path) -> Path:
    """Copy the files of the bundled county."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in example_path("yunxiu").parent.iterdir():
        if path.is_file() and path.suffix not in (".py", ".md"):
            shutil.copyfile(path, folder / path.name)
    return folder


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """The county in a folder of its own, checked and planned in the workbench."""
    folder = county(tmp_path_factory.mktemp("bench") / "云岫")
    with workbench(folder) as client:
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        client.until(lambda: client.get("check")["checked"])
        client.post("plan")
        client.until(lambda: client.get("versions")["versions"])
        yield client, folder
