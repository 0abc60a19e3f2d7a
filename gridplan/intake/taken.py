"""What the files of a folder are taken for, as its case says: which section names each layer, and how its columns are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from gridplan.intake.guessing import Guess
from gridplan.intake.inventory import Found, Shape
from gridplan.intake.signs_of_use import NOTHING, Role, Use
from gridplan.layers.records.records import RECORDS
from gridplan.words.text import Text

Key = tuple[str | int, ...]
"""Where a section of the case stands: ("layers", "facilities", 0)."""
_OF_SHAPE: dict[Shape, tuple[Use, ...]] = {
    "table": (
        ("facilities", ""),
        ("census", ""),
        ("population", "points"),
        ("population", "residences"),
        ("population", "table"),
        ("baseline", ""),
        ("links", ""),
        ("travel_table", ""),
        ("buses", ""),
    ),
    "point": (("facilities", ""), ("population", "points"), ("population", "residences")),
    "line": (("roads", ""), ("barriers", "")),
    "polygon": (("units", ""), ("boundaries", ""), ("population", "polygons"), ("facilities", ""), ("barriers", "")),
    "raster": (("population", "raster"), ("elevation", "")),
    "osm": (("roads", ""),),
}
"""What a layer of each shape can be."""


def uses_of(found: Found) -> list[Use]:
    """Return everything that a layer can be taken for; a table also for each of the records."""
    records: list[Use] = [("records", name) for name in RECORDS] if found.shape == "table" else []
    return [*_OF_SHAPE[found.shape], *records, NOTHING]


@dataclass(frozen=True, eq=False)
class Taken:
    """A layer of a file, what it is taken for, and the section of the case that says so.

    Without a section it is not used; `suggested` is then what it could be taken for, where that place is free.
    """

    guess: Guess
    section: Key = ()
    suggested: Guess | None = None


def taken_layers(tree: Mapping[str, Any], guesses: Sequence[Guess]) -> list[Taken]:
    """Return what each layer is taken for by a case as it is written; what the case does not name is not used.

    A layer that the case names twice stands there twice: polygons that are units and hold their residents.
    """
    sections = list(_sections(tree))
    taken = []
    for guess in guesses:
        named = [(key, section) for key, section in sections if _names(section, guess.found)]
        taken += [Taken(_as_written(guess, key, section), key) for key, section in named]
        if not named:
            unused = replace(guess, role="unused", kind="", columns={}, values={})
            taken.append(Taken(unused, suggested=guess if _is_free(guess, tree) else None))
    return taken


def _is_free(guess: Guess, tree: Mapping[str, Any]) -> bool:
    """Tell whether what a layer seems to be is nothing that another layer is already; a census counts as residents where there are none."""
    if guess.role == "unused":
        return False
    return not file_of(tree, section_of_use(guess.role, guess.kind, tree))


def section_of_use(role: Role, kind: str, tree: Mapping[str, Any]) -> Key:
    """Return where the section of a layer of some use stands, or would stand as a new one."""
    if role == "facilities":
        return "layers", "facilities", len(_layers(tree).get("facilities", ()))
    return ("layers", "records", kind) if role == "records" else ("layers", role)


def file_of(tree: Mapping[str, Any], key: Key) -> str:
    """Return the file that a section names; nothing where there is no such section."""
    found: Any = tree
    for part in key:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(found.get("path", "")) if isinstance(found, Mapping) else ""


def _layers(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    layers = tree.get("layers", {})
    return layers if isinstance(layers, Mapping) else {}


def _sections(tree: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for name, section in _layers(tree).items():
        if name == "facilities" and isinstance(section, list):
            yield from ((("layers", name, at), one) for at, one in enumerate(section) if isinstance(one, Mapping))
        elif name == "records" and isinstance(section, Mapping):
            yield from ((("layers", name, kind), one) for kind, one in section.items() if isinstance(one, Mapping))
        elif isinstance(section, Mapping):
            yield ("layers", name), section


def _names(section: Mapping[str, Any], found: Found) -> bool:
    layer = section.get("layer")
    return section.get("path") == found.file and (layer == found.layer if layer else True)


def _as_written(guess: Guess, key: Key, section: Mapping[str, Any]) -> Guess:
    role = cast(Role, key[1])
    kind = str(key[2]) if role == "records" else str(section.get("kind", ""))
    columns = {str(ours): str(theirs) for ours, theirs in dict(section.get("columns", {})).items()}
    merges = section.get("merges", "")
    same = (guess.role, guess.kind) == (role, kind) or (guess.role == "census" and kind == "table")
    return replace(
        guess,
        role=role,
        kind=kind if role in ("population", "records") else "",
        columns=columns,
        values={},
        datum=str(section.get("datum", "")),
        merges=merges if isinstance(merges, str) else str(merges.get("path", "")),
        doubts=guess.doubts if same else (),
        reasons=guess.reasons if same else (_WRITTEN,),
    )


_WRITTEN = Text(zh="按设置", en="as the settings say")
