"""Licences of everything that an install of gridplan brings, from the packages' own metadata.

python docs/licences.py     writes docs/shared/licences.md
"""

from __future__ import annotations

from configparser import ConfigParser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "shared" / "licences.md"
UNTOLD = "see its files"


def installed() -> dict[str, Distribution]:
    """Return every package that the program needs, with what those need, by name."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = [Requirement(line) for line in setup["options"]["install_requires"].split("\n") if line.strip()]
    found: dict[str, Distribution] = {}
    while wanted:
        needed = wanted.pop()
        name = canonicalize_name(needed.name)
        if name in found or (needed.marker and not needed.marker.evaluate({"extra": ""})):
            continue
        found[name] = distribution(name)
        wanted += map(Requirement, found[name].requires or ())
    return dict(sorted(found.items()))


def licence(package: Distribution) -> str:
    """Return the licence a package states: its expression, else its classifiers, else the first line of the old field."""
    told = package.metadata
    if told["License-Expression"]:
        return str(told["License-Expression"])
    classified = [
        value.rsplit(" :: ", 1)[1] for value in told.get_all("Classifier", ()) if value.startswith("License :: ")
    ]
    named = [name for name in classified if name != "OSI Approved"]
    first = (told["License"] or "").strip().splitlines()[:1]
    return ", ".join(named) or "".join(first)[:60] or UNTOLD


def table() -> str:
    """Return the list as a table of the site."""
    rows = [f"| {name} | {licence(package)} |" for name, package in installed().items()]
    return "\n".join(["| package | licence |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8", newline="\n")
