"""Opinions that cannot both be followed: one unit to two grids, one grid with two leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any


def wishes_of(opinion: dict[str, Any]) -> list[tuple[tuple[str, str], str]]:
    """Return what an opinion wants of each unit, or of a grid."""
    if opinion["lead"]:
        return [(("grid", opinion["grid"]), opinion["lead"])]
    return [(("unit", unit), opinion["grid"]) for unit in opinion["units"]]


def contradicted(opinions: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return the units and grids of which opinions want different things."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for opinion in opinions:
        for subject, wish in wishes_of(opinion):
            wanted[subject].add(wish)
    return {subject for subject, wishes in wanted.items() if len(wishes) > 1}


def contradictions(opinions: list[dict[str, Any]]) -> list[str]:
    """Return, in words, the opinions that contradict others among these."""
    against = contradicted(opinions)
    return [str(one["text"][0]) for one in opinions if any(subject in against for subject, _ in wishes_of(one))]
