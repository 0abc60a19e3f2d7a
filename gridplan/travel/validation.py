"""Arrays from outside become clean arrays, or a `NetworkError` that says what is wrong with which rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, MS_PER_MIN, Floats, Ints
from gridplan.travel.pricing import PricedRoads
from gridplan.travel.search.graph import Nodes
from gridplan.words.errors import InputProblem, NetworkError
from gridplan.words.text import Text

LONGEST_MIN = float(FAR - 1) / MS_PER_MIN


@dataclass(frozen=True, eq=False)
class Edges:
    """Arrays that passed the checks."""

    tail: Nodes
    head: Nodes
    minutes: Floats
    n_nodes: int
    xy: Floats | None
    problems: tuple[InputProblem, ...]


def check_edges(
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    minutes: npt.ArrayLike,
    *,
    n_nodes: int | None,
    xy: npt.ArrayLike | None,
) -> Edges:
    """Check the arrays of `RoadNetwork.from_edges`; every fault is told, not only the first.

    Raises
    ------
    NetworkError
        Lengths differ, nodes out of range, minutes negative or not a number; all problems are told together.
    """
    problems: list[InputProblem] = []
    tails, heads, times = np.asarray(tail).ravel(), np.asarray(head).ravel(), np.asarray(minutes, dtype=float).ravel()
    if not len(tails) == len(heads) == len(times):
        found = Text(zh="长度 {sizes}", en="lengths {sizes}").format(sizes=f"{len(tails)}, {len(heads)}, {len(times)}")
        raise NetworkError(_problem(SAME_LENGTH, found, "tail, head, minutes"))
    for name, values in (("tail", tails), ("head", heads)):
        if len(values) and not np.issubdtype(values.dtype, np.integer):
            found = Text(zh="类型 {kind}", en="type {kind}").format(kind=values.dtype)
            problems.append(_problem(NODE_NUMBERS, found, name))
    if problems:
        raise NetworkError(problems)
    coordinates = None if xy is None else check_points(xy)
    largest = int(max(tails.max(initial=-1), heads.max(initial=-1)))
    size = n_nodes if n_nodes is not None else (len(coordinates) if coordinates is not None else largest + 1)
    if coordinates is not None and len(coordinates) != size:
        found = Text(zh="{rows} 行坐标、{n} 个节点", en="{rows:coordinate|coordinates} for {n:node|nodes}").format(
            rows=len(coordinates), n=size
        )
        problems.append(_problem(ONE_PER_NODE, found, "xy"))
    for name, values in (("tail", tails), ("head", heads)):
        bad = np.flatnonzero((values < 0) | (values >= size))
        if len(bad):
            problems.append(_problem(IN_RANGE.format(last=size - 1), _rows_found(values, bad), name, values[bad]))
    bad = np.flatnonzero(np.isnan(times) | (times < 0))
    if len(bad):
        problems.append(_problem(MINUTES, _rows_found(times, bad), "minutes", times[bad]))
    if problems:
        raise NetworkError(problems)
    return Edges(tails.astype(np.int32), heads.astype(np.int32), times, int(size), coordinates, tuple(_too_long(times)))


def check_minutes(minutes: npt.ArrayLike, *, n_edges: int) -> Floats:
    """Check one number of minutes for each edge.

    Raises
    ------
    NetworkError
        Not one number of at least 0 for each edge.
    """
    times = np.asarray(minutes, dtype=np.float64).ravel()
    if len(times) != n_edges:
        found = Text(zh="{n} 个", en="{n}").format(n=len(times))
        raise NetworkError(_problem(SAME_LENGTH, found, "minutes"))
    bad = np.flatnonzero(np.isnan(times) | (times < 0))
    if len(bad):
        raise NetworkError(_problem(MINUTES, _rows_found(times, bad), "minutes", times[bad]))
    return times


def check_numbers(values: npt.ArrayLike, *, count: int, field: str) -> Floats:
    """Check one finite number for each of `count` rows.

    Raises
    ------
    NetworkError
        Not one finite number a row.
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    if len(numbers) != count:
        found = Text(zh="{n} 个，应为 {count} 个", en="{n} for {count:row|rows}").format(n=len(numbers), count=count)
        raise NetworkError(_problem(ONE_PER_ROW, found, field))
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        raise NetworkError(_problem(ONE_PER_ROW, _rows_found(numbers, bad), field))
    return numbers


def check_points(xy: npt.ArrayLike) -> Floats:
    """Check coordinates: (n, 2), finite.

    Raises
    ------
    NetworkError
        Not an (n, 2) array of finite metres.
    """
    points = np.asarray(xy, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise NetworkError(_problem(POINTS, Text(zh="形状 {s}", en="shape {s}").format(s=points.shape), "xy"))
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        raise NetworkError(_problem(POINTS, _rows_found(points[:, 0], bad), "xy"))
    return points


def check_positions(values: npt.ArrayLike, *, n: int, what: str) -> Ints:
    """Check positions 0..n-1 (or a mask of n).

    Raises
    ------
    NetworkError
        Not whole numbers, or one out of range.
    """
    positions = np.asarray(values)
    if positions.dtype == bool and positions.shape == (n,):
        return np.flatnonzero(positions).astype(np.int64)
    positions = positions.ravel()
    if len(positions) and not np.issubdtype(positions.dtype, np.integer):
        raise NetworkError(_problem(NODE_NUMBERS, Text(zh="类型 {k}", en="type {k}").format(k=positions.dtype), what))
    positions = positions.astype(np.int64)
    bad = np.flatnonzero((positions < 0) | (positions >= n))
    if len(bad):
        raise NetworkError(_problem(IN_RANGE.format(last=n - 1), _rows_found(positions, bad), what, positions[bad]))
    return positions


def check_stretches(values: npt.ArrayLike, *, count: int) -> Floats:
    """Check two shares of 0..1 for each of `count` edges, the smaller first.

    Raises
    ------
    NetworkError
        Not two shares in order for each edge.
    """
    shares = np.asarray(values, dtype=np.float64)
    if shares.shape != (count, 2):
        raise NetworkError(_problem(STRETCHES, Text(zh="形状 {s}", en="shape {s}").format(s=shares.shape), "stretches"))
    bad = np.flatnonzero(~((shares[:, 0] >= 0) & (shares[:, 0] <= shares[:, 1]) & (shares[:, 1] <= 1)))
    if len(bad):
        raise NetworkError(_problem(STRETCHES, _rows_found(shares[:, 0], bad), "stretches"))
    return shares


def need_xy(xy: Floats | None) -> Floats:
    """Return the coordinates or say that they are needed.

    Raises
    ------
    NetworkError
        The network has no coordinates.
    """
    if xy is None:
        raise NetworkError(_problem(COORDINATES, Text(zh="没有坐标", en="none"), "xy"))
    return xy


def need_roads(priced: PricedRoads | None) -> PricedRoads:
    """Return the priced roads or say that the network has no road classes.

    Raises
    ------
    NetworkError
        The network was not made from a road frame.
    """
    if priced is None:
        found = Text(zh="由数组构建的路网", en="a network made from arrays")
        raise NetworkError(_problem(ROAD_CLASSES, found, "speeds"))
    return priced


def _too_long(minutes: Floats) -> list[InputProblem]:
    long = np.flatnonzero(np.isfinite(minutes) & (minutes > LONGEST_MIN))
    if len(long) == 0:
        return []
    return [
        InputProblem(
            severity="warning",
            needed=Text(zh="每条边不超过 24.8 天", en="at most 24.8 days on an edge"),
            found=_rows_found(minutes, long),
            remedy=Text(
                zh="这些边按封闭处理；请核对单位是否为分钟。",
                en="They count as closed; check that the unit is minutes.",
            ),
            field="minutes",
            values=tuple(str(v) for v in minutes[long[:5]]),
        )
    ]


SAME_LENGTH = Text(zh="每条边一个值", en="one value for each edge")
NODE_NUMBERS = Text(zh="整数编号", en="whole numbers")
ONE_PER_NODE = Text(zh="每个节点一对坐标", en="one pair of coordinates for each node")
IN_RANGE = Text(zh="0 至 {last} 的编号", en="numbers from 0 to {last}")
ONE_PER_ROW = Text(zh="每行一个有限的数", en="one finite number for each row")
MINUTES = Text(zh="不小于 0 的分钟数（封闭用 inf）", en="minutes of at least 0 (inf for closed)")
POINTS = Text(zh="有限的 (n, 2) 坐标，单位米", en="finite (n, 2) coordinates in metres")
STRETCHES = Text(zh="每条边两个 0 至 1 的位置，小的在前", en="two shares of 0 to 1 for each edge, the smaller first")
COORDINATES = Text(zh="节点坐标或道路图形", en="node coordinates or road geometry")
ROAD_CLASSES = Text(zh="带道路等级的路网（from_roads）", en="a network with road classes (from_roads)")
REMEDY = Text(zh="请更正数组。", en="Correct the arrays.")


def _rows_found(values: npt.NDArray[np.generic], bad: Ints) -> Text:
    first = ", ".join(f"{values[i]} @ {i}" for i in bad[:5])
    return Text(zh="{n} 处不符（{first}）", en="{n} that are not ({first})").format(n=len(bad), first=first)


def _problem(needed: Text, found: Text, field: str, values: npt.NDArray[np.generic] | None = None) -> InputProblem:
    shown = () if values is None else tuple(str(v) for v in values[:5])
    return InputProblem("error", needed, found, REMEDY, field=field, values=shown)
