"""Rows of a map service that show one and the same institution: suggestions with their evidence, never merges.

A crawl lists a hospital five to a hundred times: its gates, buildings, departments, campuses, signboards. Rows belong
together if they are named alike (see `names`), if one name ends with the other and both stand close by, or if
two names stand on one ground: at least half, and at least two, of the rows of one within 60 m of rows of the other.
A single point is never enough for that. The planner decides on each row; see `merges`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.layers.facilities.names import SPECIAL, Form, Name, Places, find_places, parse_name

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Decision = Literal["keep", "merge", "campus", "leave_out"]

ALIAS_M = 60.0
"""Rows of two names this near stand on one ground (notes on Wuhan: pair precision 1.000 against hand labels)."""
NEAR_M = 300.0
"""A name that ends with another name, this near, is the same institution with its place or owner before it."""
_BARE_M = 500.0
_SECOND_M = 400.0
_SAME_NAME_M: dict[Form, float] = {"chc": 3_000, "thc": 2_000, "chs": 600, "care": 600, "ems": 300, "clinic": 100}
"""Rows of one name are one institution within this distance; hospitals are one in all the city."""
_GROUPED: tuple[Form, ...] = ("hospital", "chc", "chs", "thc", "care", "ems")
_ANOTHER = re.compile(r"第?[东西南北中上下新老一二三四五六七八九十]")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]+")
_BESIDE = re.compile(r"对面|附近|旁|侧|交叉|\d米|门口")
"""An address that says where a place lies from a hospital does not say that it belongs to it."""
_CAMPUS_ALONE = re.compile(r"(?P<short>[\u4e00-\u9fff]{2}).{1,6}(?:院区|分院)$")


@dataclass
class NamedRows:
    """The rows while they are put together: names, places, and the group of each row.

    `written` are the names as they stand; `evidence` says for some rows by what they came into their group (a key of
    the reasons in `suggestions`), with how many of how many points.
    """

    names: list[Name]
    written: list[str]
    address: list[str]
    category: list[str]
    listed: NDArray[np.bool_]
    xy: Floats
    keys: NDArray[np.object_]
    form: NDArray[np.object_]
    part: NDArray[np.object_]
    group: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    evidence: dict[int, tuple[str, int, int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def of_form(self, *forms: Form) -> Ints:
        """Positions of the rows of some forms that are no signboards."""
        return np.flatnonzero(np.isin(self.form, forms) & (self.part != "signboard"))


def group_rows(frame: pd.DataFrame) -> NamedRows:
    """Return the rows with the group of each: rows of one group show one institution; -1 where it is none.

    Parameters
    ----------
    frame : columns name, address, category, listed (True in an official list), x and y in metres.
    """
    places = find_places(frame["name"])
    names = [parse_name(name, places) for name in frame["name"]]
    rows = NamedRows(
        names,
        frame["name"].tolist(),
        frame["address"].tolist(),
        frame["category"].tolist(),
        frame["listed"].to_numpy(bool),
        frame[["x", "y"]].to_numpy(np.float64),
        np.array([name.key for name in names], dtype=object),
        np.array([name.form for name in names], dtype=object),
        np.array([name.part for name in names], dtype=object),
    )
    _place_bare_names(rows)
    _keep_wings_apart(rows)
    _group_by_name(rows)
    _join_longer_names(rows)
    _join_names_on_one_ground(rows)
    _attach_unnamed(rows, places)
    return rows


def _place_bare_names(rows: NamedRows) -> None:
    """Give names without a place (第三医院急诊) the key of the nearest full name, or of the only one in the table."""
    hospitals = rows.of_form("hospital")
    full: dict[str, list[int]] = {}
    for at in hospitals:
        if rows.names[at].plain and rows.names[at].place:
            full.setdefault(rows.names[at].core, []).append(int(at))
    for at in hospitals:
        name = rows.names[at]
        known = full.get(name.core, []) if name.plain and not name.place else []
        if not known:
            continue
        distance = np.hypot(*(rows.xy[known] - rows.xy[at]).T)
        nearest = known[int(distance.argmin())]
        if distance.min() <= _BARE_M or len({rows.names[other].key for other in known}) == 1:
            rows.keys[at] = rows.keys[nearest]
            rows.evidence[int(at)] = ("bare", 0, 0)


def _keep_wings_apart(rows: NamedRows) -> None:
    """A hospital named behind another (仁爱医院河口医院) is that hospital where it is known, else one of its own.

    If rows of the first name stand as near as those of the second, both are names of one hospital.
    """
    hospitals = rows.of_form("hospital")
    single = np.array([at for at in hospitals if not rows.names[at].second], dtype=np.int64)
    for at in hospitals:
        second = rows.names[at].second
        if not second or second == rows.keys[at]:
            continue
        away = {key: _nearest_of(rows, int(at), single[rows.keys[single] == key]) for key in (rows.keys[at], second)}
        if away[second] == np.inf:
            rows.keys[at] = f"{rows.keys[at]}/{second}"
        elif away[second] < _SECOND_M < away[rows.keys[at]]:
            rows.keys[at] = second
            rows.evidence[int(at)] = ("bare", 0, 0)


def _nearest_of(rows: NamedRows, at: int, others: Ints) -> float:
    return float(np.hypot(*(rows.xy[others] - rows.xy[at]).T).min()) if len(others) else np.inf


def _group_by_name(rows: NamedRows) -> None:
    """Group rows of one form and one key; other forms than hospitals, and plain names, only within a distance."""
    group = np.full(len(rows), -1, dtype=np.int64)
    members: dict[tuple[Form, str], list[int]] = {}
    for at in rows.of_form(*_GROUPED):
        if rows.names[at].core:
            members.setdefault((rows.form[at], _key_of(rows, int(at))), []).append(int(at))
    start = 0
    for (form, key), positions in members.items():
        at = np.array(positions)
        if form == "hospital" and not key.startswith("|"):
            labels, count = np.zeros(len(at), dtype=np.int64), 1
        else:
            labels, count = connect(rows.xy[at], _BARE_M if form == "hospital" else _SAME_NAME_M[form])
        group[at] = start + labels
        start += count
    rows.group = group


def _key_of(rows: NamedRows, at: int) -> str:
    """Stations of emergency services and nameless centres are told apart by their whole name."""
    if rows.form[at] == "ems" or (rows.names[at].plain and rows.form[at] != "hospital"):
        return rows.names[at].text
    return str(rows.keys[at])


def connect(xy: Floats, radius: float) -> tuple[Ints, int]:
    """Return the label of each point, points within `radius` of each other sharing one, and their number."""
    if len(xy) == 1:
        return np.zeros(1, dtype=np.int64), 1
    pairs = pairs_within(xy, radius)
    return _labels(len(xy), pairs[:, 0], pairs[:, 1])


def pairs_within(xy: Floats, radius: float) -> Ints:
    """Return the positions of every two points within `radius` of each other."""
    from scipy.spatial import cKDTree  # loads for as long as all of pandas

    pairs: Ints = cKDTree(xy).query_pairs(radius, output_type="ndarray")
    return pairs


def _labels(count: int, first: Ints, second: Ints) -> tuple[Ints, int]:
    """Return the label of each of `count` things, joined ones sharing one, and how many labels there are."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    parts, labels = connected_components(graph, directed=False)
    return labels.astype(np.int64), int(parts)


def nearest_of(known: Floats, xy: Floats) -> tuple[Floats, Ints]:
    """Return the distance from each point to the nearest known one, and which that is."""
    from scipy.spatial import cKDTree

    away, nearest = cKDTree(known).query(xy)
    return np.asarray(away, dtype=np.float64), np.asarray(nearest, dtype=np.int64)


def _near_groups(rows: NamedRows, radius: float, forms: tuple[Form, ...]) -> pd.DataFrame:
    """Return pairs of rows of different groups and one form within `radius`: positions a, b and their groups."""
    at = rows.of_form(*forms)
    at = at[rows.group[at] >= 0]
    pairs = at[pairs_within(rows.xy[at], radius)] if len(at) > 1 else np.zeros((0, 2), int)
    near = pd.DataFrame(pairs.reshape(-1, 2), columns=["a", "b"])
    near["group_a"], near["group_b"] = rows.group[near["a"]], rows.group[near["b"]]
    same_form = rows.form[near["a"]] == rows.form[near["b"]]
    return near[(near["group_a"] != near["group_b"]).to_numpy() & same_form]


def _join(rows: NamedRows, pairs: list[tuple[int, int]]) -> None:
    """Make one group of each two."""
    if not pairs:
        return
    count = int(rows.group.max()) + 1
    a, b = np.array(pairs).T
    labels, _ = _labels(count, a, b)
    rows.group = np.where(rows.group >= 0, labels[rows.group], -1)


def _join_longer_names(rows: NamedRows) -> None:
    """Join groups close by where one name ends with the other: an owner or a place stands before it."""
    near = _near_groups(rows, NEAR_M, ("hospital", "chc", "chs", "thc"))
    near["core_a"] = [rows.names[at].core for at in near["a"]]
    near["core_b"] = [rows.names[at].core for at in near["b"]]
    near = near.drop_duplicates(["core_a", "core_b", "group_a", "group_b"])[["a", "b", "group_a", "group_b"]]
    joined = []
    for a, b, group_a, group_b in near.itertuples(index=False):
        short, long = sorted((rows.names[a], rows.names[b]), key=lambda name: len(name.core))
        if len(short.core) < 2 or short.plain or long.plain:
            continue
        if long.core.endswith(short.core) or _specialty_of(short, long) or _same_start(rows, a, b, short, long):
            joined.append((int(group_a), int(group_b)))
            rows.evidence.setdefault(int(a if rows.names[a] is long else b), ("longer", 0, 0))
    _join(rows, joined)


def _specialty_of(short: Name, long: Name) -> bool:
    """A hospital named after another and a specialty (仁爱骨科医院 beside 仁爱医院) is a department of it."""
    stem = short.core.removesuffix("医院")
    between = long.core.removeprefix(stem).removesuffix("医院")
    return (
        short.form == "hospital"
        and len(stem) >= 2
        and stem != short.core
        and long.core.startswith(stem)
        and SPECIAL.search(between) is not None
        and SPECIAL.sub("", between).strip("外内科中心整形美容关节") == ""
    )


def _same_start(rows: NamedRows, a: int, b: int, short: Name, long: Name) -> bool:
    """Two primary-care names on one ground of which one goes on where the other ends are one; not 东, 西, 第二."""
    near = float(np.hypot(*(rows.xy[a] - rows.xy[b]))) <= ALIAS_M
    more = long.core.removeprefix(short.core)
    return near and short.form in ("chc", "thc") and more != long.core and _ANOTHER.match(more) is None


def _join_names_on_one_ground(rows: NamedRows) -> None:
    """Join hospitals of which at least half, and at least two, rows of one stand within 60 m of the other's."""
    near = _near_groups(rows, ALIAS_M, ("hospital",))
    if near.empty:
        return
    swapped = near.rename(columns={"a": "b", "b": "a", "group_a": "group_b", "group_b": "group_a"})
    both = pd.concat([near, swapped], ignore_index=True)
    shared = both.groupby(["group_a", "group_b"])["a"].nunique()
    size = pd.Series(rows.group[rows.group >= 0]).value_counts()
    joined = []
    for one, other, count in shared.reset_index().to_numpy(np.int64).tolist():
        of = int(size[one])
        if count >= 2 and count >= of / 2 and size[other] >= 2 and not _contradict(rows, one, other):
            joined.append((int(one), int(other)))
            for at in np.flatnonzero(rows.group == one):
                rows.evidence.setdefault(int(at), ("ground", int(count), of))
    _join(rows, joined)


def _contradict(rows: NamedRows, one: int, other: int) -> bool:
    """First and second hospital of one place are two, however near they stand."""
    a, b = (rows.names[int(np.flatnonzero(rows.group == group)[0])] for group in (one, other))
    numbers = [_ORDINAL.search(name.core) for name in (a, b)]
    return a.place == b.place and all(numbers) and a.core != b.core


def _attach_unnamed(rows: NamedRows, places: Places) -> None:
    """Attach rows that name no institution to one close by: by their name, by their address, or nameless centres."""
    _attach_by_mention(rows, places)
    _attach_campuses(rows)
    for form in ("chc", "chs"):
        at = rows.of_form(form)
        nameless = np.array([rows.names[row].plain for row in at], dtype=bool)
        known = at[~nameless]
        if not len(known) or not nameless.any():
            continue
        away, nearest = nearest_of(rows.xy[known], rows.xy[at[nameless]])
        close = away <= ALIAS_M
        rows.group[at[nameless][close]] = rows.group[known[nearest[close]]]
        rows.evidence.update(dict.fromkeys(at[nameless][close].tolist(), ("bare", 0, 0)))


def _attach_by_mention(rows: NamedRows, places: Places) -> None:
    hospitals = rows.of_form("hospital")
    hospitals = hospitals[rows.group[hospitals] >= 0]
    loose = np.flatnonzero(np.isin(rows.form, ("none", "clinic")) & (rows.part != "signboard"))
    if not len(hospitals) or not len(loose):
        return
    from scipy.spatial import cKDTree

    around = cKDTree(rows.xy[hospitals]).query_ball_point(rows.xy[loose], NEAR_M, return_sorted=True)
    for at, close in zip(loose.tolist(), np.asarray(around, dtype=object), strict=True):
        near = hospitals[np.array(close, dtype=np.int64)]
        away = np.hypot(*(rows.xy[near] - rows.xy[at]).T)
        how, to = _mention(rows, at, near[np.argsort(away, kind="stable")].tolist(), places)
        if to is not None:
            rows.group[at] = rows.group[to]
            rows.evidence[at] = (how, 0, 0)


def _mention(rows: NamedRows, at: int, near: list[int], places: Places) -> tuple[str, int | None]:
    """Return how a row mentions one of the hospitals near it: in its name ("named") or its address ("address")."""
    text = rows.names[at].text
    for other in near:
        name = rows.names[other]
        short = name.core.removesuffix("医院")
        if name.plain or len(short) < 2:
            continue
        if text.startswith(short) or f"({name.core}" in text:
            return "named", other
        if rows.form[at] == "none" and any(place + short in text for place in places.wide):
            return "named", other
    address = rows.address[at]
    if rows.form[at] == "clinic" or rows.part[at] == "other" or _BESIDE.search(address):
        return "", None
    for other in near:
        if len(rows.names[other].core) >= 4 and rows.names[other].core in address:
            return "address", other
    return "", None


def _attach_campuses(rows: NamedRows) -> None:
    """Attach a campus named without 医院 (仁爱河东院区) to the only hospital whose name it begins with."""
    short: dict[str, set[int]] = {}
    for at in rows.of_form("hospital"):
        name = rows.names[at]
        if not name.plain and len(name.core) >= 4:
            short.setdefault(name.core.removesuffix("医院"), set()).add(int(rows.group[at]))
    for at in np.flatnonzero((rows.form == "none") & (rows.group < 0)):
        match = _CAMPUS_ALONE.match(rows.names[at].text)
        groups = short.get(match["short"], set()) if match is not None else set()
        if len(groups) == 1:
            rows.group[at] = next(iter(groups))
            rows.part[at] = "campus"
            rows.evidence[int(at)] = ("named", 0, 0)
