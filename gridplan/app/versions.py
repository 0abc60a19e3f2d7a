"""The versions of a plan: a proposal folder each, and one small file that says what people know of them."""

from __future__ import annotations

import json
import re
import shutil
import threading
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from gridplan.app.refusal import RefusedError
from gridplan.words.errors import InputProblem
from gridplan.words.run_log import clock
from gridplan.words.signs import shown_line
from gridplan.words.small_files import read_json
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file, telling_failure

FOLDER = "versions"
BOOK = "versions.json"
_FORMAT = "gridplan-versions/1"
_ID = re.compile(r"v\d{1,4}")
_MOST_SIGNS = 400
Stage = Literal["draft", "consultation", "published"]
Origin = Literal["in force", "plan", "step", "revision", "repair"]


@dataclass(frozen=True)
class Version:
    """One version: the name of its folder, what people call it, who made it of what, how far it is in its life.

    `basis` are digests of the settings and of the files when it was planned; `card` its few figures; `published` the date and the
    number of the document with which it was adopted.
    """

    id: str
    name: str
    origin: Origin
    made: str = ""
    note: str = ""
    author: str = ""
    parent: str = ""
    stage: Stage = "draft"
    published: str = ""
    basis: dict[str, str] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)


class Versions:
    """The versions of a folder.

    Parameters
    ----------
    folder
        The folder of the place.
    """

    def __init__(self, folder: Path) -> None:
        self.place = folder / FOLDER
        self._lock = threading.RLock()

    def all(self) -> list[Version]:
        """Return the versions whose proposal is there, oldest first."""
        return [version for version in self._written() if (self.path(version.id) / "proposal.json").is_file()]

    def get(self, number: str) -> Version:
        """Return one version.

        Raises
        ------
        OutputError
            If there is none of that name.
        """
        found = next((version for version in self.all() if version.id == number), None)
        if found is None:
            raise RefusedError(_gone(number))
        return found

    def path(self, number: str) -> Path:
        """Return the proposal folder of a version.

        Raises
        ------
        OutputError
            If that is no name of a version.
        """
        if _ID.fullmatch(number) is None:
            raise RefusedError(_gone(number))
        return self.place / number

    def next_id(self) -> str:
        """Return the name of the folder for a new version: one that no version has had."""
        used = [version.id for version in self._written()]
        used += [path.name for path in self.place.glob("v*")] if self.place.is_dir() else []
        numbers = [int(name[1:]) for name in used if _ID.fullmatch(name)]
        return f"v{max(numbers, default=0) + 1}"

    def add(self, version: Version) -> Version:
        """Note a version whose proposal has been written."""
        made = replace(
            version, made=clock(), name=_line(version.name), note=_line(version.note), author=_line(version.author)
        )
        with self._lock:
            self._write([*(other for other in self._written() if other.id != made.id), made])
        return made

    def change(self, number: str, **changes: Any) -> Version:
        """Change what people know of a version: its name, note, stage.

        Raises
        ------
        OutputError
            If there is none of that name, it is published, or nothing can be written.
        """
        old = self.get(number)
        if old.stage == "published":
            raise RefusedError(_published(old))
        lines: Any = {key: _line(value) for key, value in changes.items()}
        new = replace(old, **lines)
        with self._lock:
            self._write([new if version.id == number else version for version in self._written()])
        return new

    def remove(self, number: str) -> None:
        """Remove a version that nothing was derived from and that is not published.

        Raises
        ------
        OutputError
            If it has to stay, or cannot be removed.
        """
        old = self.get(number)
        if old.stage == "published":
            raise RefusedError(_published(old))
        with self._lock:
            self._write([version for version in self._written() if version.id != number])
        with telling_failure(self.path(number)):
            shutil.rmtree(self.path(number))

    def _written(self) -> list[Version]:
        try:
            tree = read_json(self.place / BOOK)
        except (OSError, ValueError):
            tree = {}
        known = set(Version.__dataclass_fields__)
        listed = tree.get("versions", []) if isinstance(tree, dict) else []
        versions = [
            Version(**{key: value for key, value in one.items() if key in known})
            for one in listed
            if isinstance(one, dict) and _is_sound(one)
        ]
        noted = {version.id for version in versions}
        return versions + [
            _unnoted(path) for path in sorted(self.place.glob("v*")) if path.name not in noted and _is_version(path)
        ]

    def _write(self, versions: list[Version]) -> None:
        tree = {"format": _FORMAT, "versions": [asdict(version) for version in versions]}
        with replaced_file(self.place / BOOK) as beside:
            beside.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _is_sound(one: dict[str, Any]) -> bool:
    """Tell whether what is noted of a version has the shape that it was written in."""
    shapes = {"basis": dict, "card": dict}
    return (
        {"id", "name", "origin"} <= one.keys()
        and _ID.fullmatch(str(one["id"])) is not None
        and all(isinstance(value, shapes.get(key, str)) for key, value in one.items())
    )


def _is_version(path: Path) -> bool:
    return _ID.fullmatch(path.name) is not None and (path / "proposal.json").is_file()


def _unnoted(path: Path) -> Version:
    """Return a version that was written and not noted, as a kill between the two leaves it: a plan is never lost."""
    return Version(path.name, path.name, "plan")


def _line(value: Any) -> str:
    return shown_line(str(value))[:_MOST_SIGNS].strip()


def _gone(number: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="一个还在的版本", en="a version that is there"),
        Text(zh="没有这个版本", en="none of that name"),
        Text(zh="刷新页面再试。", en="Load the page again."),
        file=number[:40],
    )


def _published(version: Version) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="没有发布的版本", en="a version that is not published"),
        Text(zh="已发布的版本，不能再改", en="a published one, which stays as it is"),
        Text(zh="从它另存一个版本再改。", en="Save another version from it and change that."),
        file=version.name,
    )
