"""Where an institution stands: its sites, and the row of a table that stands for each of them."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from gridplan.layers.facilities.repeats import Ints, NamedRows, connect, nearest_of

SITE_M = 400.0
"""Rows of one institution that hang together within this distance stand on one site."""
_LISTED_M = 1_000.0
"""Rows of a hospital up to this far from a site of the official list belong to that site."""
_HOUSE = re.compile(r"[\u4e00-\u9fff]{2,}?(?:路|街|道|巷|大道|村|里)(?:特|附)?\d+号?")


def find_sites(rows: NamedRows) -> tuple[Ints, Ints]:
    """Return for each row the row that stands for its site, and the row that stands for its institution (-1: none).

    A row of an official list stands for itself; rows of a hospital near it belong to it. Else rows of a group that
    hang together within 400 m are a site, and the one with the plainest name, in the middle, stands for them.
    """
    site, main = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), -1, dtype=np.int64)
    order = np.argsort(rows.group, kind="stable")
    for positions in np.split(order, np.flatnonzero(np.diff(rows.group[order])) + 1):
        if not len(positions) or rows.group[positions[0]] < 0:
            continue
        anchors, rest = positions[rows.listed[positions]], positions[~rows.listed[positions]]
        site[anchors] = anchors
        if len(anchors) and len(rest):
            away, nearest = nearest_of(rows.xy[anchors], rows.xy[rest])
            close = away <= _LISTED_M
            site[rest[close]] = anchors[nearest[close]]
            rest = rest[~close]
        if len(rest):
            labels, count = connect(rows.xy[rest], SITE_M)
            for label in range(count):
                here = rest[labels == label]
                site[here] = _standing_for(rows, here)
        main[positions] = anchors[0] if len(anchors) else _main_site(rows, positions, site)
    return site, main


def _main_site(rows: NamedRows, positions: Ints, site: Ints) -> int:
    """Return the row of the site with most rows; of equal ones the one whose name names no campus."""
    count = Counter(site[positions].tolist())
    return max(count, key=lambda at: (count[at], rows.part[at] == "whole", -at))


_PLAINEST = {"whole": 0, "campus": 1, "building": 2, "department": 3, "outpost": 3, "other": 4, "gate": 5}


def _standing_for(rows: NamedRows, here: Ints) -> int:
    """Return the row with the plainest name, of the name most rows have, in the middle."""
    if len(here) == 1:
        return int(here[0])
    away = np.hypot(*(rows.xy[here] - np.median(rows.xy[here], axis=0)).T)
    usual = Counter(rows.keys[here].tolist())
    ranked = [
        (
            _only_mentions(rows, at),
            rows.names[at].closed,
            _PLAINEST[rows.part[at]],
            -usual[rows.keys[at]],
            round(float(away[index])),
            at,
        )
        for index, at in enumerate(here.tolist())
    ]
    return int(min(ranked)[-1])


def _only_mentions(rows: NamedRows, at: int) -> bool:
    """Tell whether a row only mentions its institution; such a row stands for no site where another does."""
    return rows.evidence.get(at, ("",))[0] in ("named", "address")


def same_house(one: str, other: str) -> bool:
    """Tell whether two addresses name the same house number."""
    a, b = (_HOUSE.search(address) for address in (one, other))
    return a is not None and b is not None and a[0].removesuffix("号") == b[0].removesuffix("号")
