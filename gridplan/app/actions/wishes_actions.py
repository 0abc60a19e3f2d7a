"""Wishes: keys of the case, hospitals that must or must not lead, exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked, list_in, one_of, words_in
from gridplan.app.bench import Bench
from gridplan.app.settings import drop_key, put_key
from gridplan.app.wishes import asked, conversion_words
from gridplan.words.vocabulary import KINDS, SERVICES


def wishes(bench: Bench, _asked: Asked) -> Any:
    """Return the wishes, and the hospitals that may lead."""
    last = next((version for version in reversed(bench.versions.all()) if version.origin == "plan"), None)
    return asked(bench.settings.tree) | {
        "ground": None if bench.checked is None else bench.checked["ground"],
        "last": None if last is None else {"name": last.name, "card": last.card},
        "undo": bench.can_undo,
        "closing": _closing(bench),
        **conversion_words(),
    }


def _closing(bench: Bench) -> list[str]:
    """Return the files of lines and areas that nothing else is made of: they may close roads."""
    layers = [] if bench.looked is None else bench.looked["layers"]
    return sorted({str(one["file"]) for one in layers if not one["section"] and one["shape"] in ("line", "polygon")})


def wish(bench: Bench, content: Asked) -> Any:
    """Set a key of the case; None: its default holds again."""
    key = words_in(content["key"])
    rows = asked(bench.settings.tree)
    known = {row["key"]: row for row in (*rows["wishes"], *(row for group in rows["groups"] for row in group["rows"]))}
    if key not in known:
        raise ValueError(key)
    path = tuple(key.split("."))
    if content["value"] is None:
        bench.settings.unset(path)
    else:
        bench.settings.set(path, content["value"])
    return True


def lead(bench: Bench, content: Asked) -> Any:
    """Say of a hospital that it must lead, must not, or that the program chooses."""
    hospital, choice = words_in(content["id"]), one_of(content["choice"], ("free", "required", "forbidden"))
    grids = bench.settings.tree.get("grids", {})

    def edit(document: Any) -> None:
        for name in ("required", "forbidden"):
            key = ("grids", f"{name}_leads")
            before = [str(one) for one in grids.get(key[1], [])]
            after = [one for one in before if one != hospital] + ([hospital] if choice == name else [])
            if after != before:
                put_key(document, key, after) if after else drop_key(document, key)

    bench.settings.change(edit)
    return True


def waive(bench: Bench, content: Asked) -> Any:
    """Add an exception to a rule, with its reason."""
    told = {
        key: words_in(content[key], empty=key == "subject") for key in ("rule", "subject", "reason", "author", "date")
    }
    count = len(bench.settings.get(("rules", "waivers"), []))
    bench.settings.set(("rules", "waivers", count), {key: text for key, text in told.items() if text})
    return True


def unwaive(bench: Bench, content: Asked) -> Any:
    """Remove an exception."""
    number, count = content["number"], len(bench.settings.get(("rules", "waivers"), []))
    if not isinstance(number, int) or not 0 <= number < count:
        raise ValueError(number)
    bench.settings.unset(("rules", "waivers", number))
    return True


def scenario(bench: Bench, content: Asked) -> Any:
    """Add a scenario, or change one: what is out of use, by the names that planners know; what is not sent stays as it is written."""
    held = bench.settings.get(("scenarios",), [])
    number = content.get("number")
    if number is not None and not _is_of(number, held):
        raise ValueError(number)
    at = len(held) if number is None else number
    keys = _SCENARIO if number is None else [key for key in _SCENARIO if key in content]
    told = {key: _SCENARIO[key](bench, content[key]) for key in keys}

    def edit(document: Any) -> None:
        if number is None:
            put_key(document, ("scenarios", at), {"name": told["name"]})
        for key, value in told.items():
            path = ("scenarios", at, _KEYS.get(key, key))
            if not value:
                drop_key(document, path)
            elif bench.settings.get((*path, "path")) != content[key]:
                put_key(document, path, value)

    bench.settings.change(edit)
    return True


def unscenario(bench: Bench, content: Asked) -> Any:
    """Remove a scenario."""
    if not _is_of(content["number"], bench.settings.get(("scenarios",), [])):
        raise ValueError(content["number"])
    bench.settings.unset(("scenarios", content["number"]))
    return True


def conversion(bench: Bench, content: Asked) -> Any:
    """Add a facility of another kind or with other services to a scenario, to a new one of a `name`, or change one; comments stay."""
    held = bench.settings.get(("scenarios",), [])
    at, number = content["scenario"], content["number"]
    if at is not None and not _is_of(at, held):
        raise ValueError(at)
    changes = [] if at is None else held[at].get("changes", [])
    if number is not None and not _is_of(number, changes):
        raise ValueError(number)
    said = _conversion(bench, content)
    place = ("scenarios", len(held) if at is None else at)
    name = words_in(content["name"]) if at is None else ""

    def edit(document: Any) -> None:
        if at is None:
            put_key(document, place, {"name": name})
        own = (*place, "changes", len(changes) if number is None else number)
        if number is None:
            put_key(document, own, {"facility": said["facility"]})
        for key, value in said.items():
            if value is None:
                drop_key(document, (*own, key))
            else:
                put_key(document, (*own, key), value)

    bench.settings.change(edit)
    return True


def _conversion(bench: Bench, content: Asked) -> dict[str, Any]:
    """Return what is said of a facility as the case has it, in the words of its language; None is not written."""
    language = bench.language
    kind = one_of(content["kind"], ("", *KINDS))
    services = content["services"]
    names = None if services is None else [one_of(key, tuple(SERVICES)) for key in list_in(services)]
    return {
        "facility": _facility(bench, words_in(content["facility"]).strip()),
        "kind": KINDS.label(kind).in_language(language) if kind else None,
        "services": None if names is None else [SERVICES.label(key).in_language(language) for key in names],
    }


def unconvert(bench: Bench, content: Asked) -> Any:
    """Take a facility out of a scenario, and with the last one the scenario."""
    at, number = content["scenario"], content["number"]
    held = bench.settings.get(("scenarios",), [])
    changes = held[at].get("changes", []) if _is_of(at, held) else []
    if not _is_of(number, changes):
        raise ValueError(at, number)
    bench.settings.unset(("scenarios", at, "changes", number) if len(changes) > 1 else ("scenarios", at))
    return True


def _is_of(number: Any, listed: list[Any]) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(listed)


_BETWEEN = re.compile(r"[,，、;；\n]+")


def _listed(text: Any) -> list[str]:
    """Return names that stand in one line."""
    return [name.strip() for name in _BETWEEN.split(words_in(text, empty=True)) if name.strip()]


def _facility(bench: Bench, name: str) -> str:
    """Return the id of a hospital by its name; what is no name of one is taken for an id, which Check looks up."""
    ground = None if bench.checked is None else bench.checked["ground"]
    sites = [] if ground is None else ground["sites"]
    return next((str(site["id"]) for site in sites if site["name"] == name), name)


_SCENARIO: dict[str, Callable[[Bench, Any], Any]] = {
    "name": lambda _bench, text: words_in(text),
    "links": lambda _bench, text: _listed(text),
    "lost": lambda bench, text: [_facility(bench, name) for name in _listed(text)],
    "closed": lambda _bench, text: {"path": text} if words_in(text, empty=True) else None,
}
"""What a page may say of a scenario."""
_KEYS = {"lost": "facilities_lost"}
READS: dict[str, Callable[[Bench, Asked], Any]] = {"wishes": wishes}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "wishes/set": wish,
    "wishes/lead": lead,
    "wishes/waive": waive,
    "wishes/unwaive": unwaive,
    "wishes/scenario": scenario,
    "wishes/unscenario": unscenario,
    "wishes/conversion": conversion,
    "wishes/unconvert": unconvert,
}
