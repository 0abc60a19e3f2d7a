"""What a line layer says of its roads: class, direction, speed, minutes, bridges; wrong values are named by row and field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridplan.case.sections import MOST_KMH
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import parse_number
from gridplan.layers.roads import osm_tags
from gridplan.layers.roads.road_access import CLASSES, Access, read_access
from gridplan.travel.speeds import is_fast
from gridplan.words.text import Text

CLASS_COLUMNS = ("road_class", "highway", "fclass")
ACCESS_COLUMNS = ("access", "vehicle", "motor_vehicle", "motorcar", "foot", "bicycle", "motorroad", "sidewalk")
"""Tags of OpenStreetMap that say who uses a road and whether it is entered along its way."""
TAG_COLUMNS = (*ACCESS_COLUMNS, "layer", "sac_scale")
COLUMN_NAMES = ("road_class", "oneway", "maxspeed_kmh", "minutes", "bridge", "tunnel", "name", *TAG_COLUMNS)
"""Columns a line layer may have, or that the case may map."""
_OTHER_HEADERS: Mapping[str, tuple[str, ...]] = {"maxspeed_kmh": ("maxspeed",)}
"""OpenStreetMap's own names of our columns."""
_MAX_MINUTES = 24 * 60.0
_FORWARD = ("1", "true", "yes", "y", "t", "ft", "是", "有", "单行", "单向", "正向")
_BACKWARD = ("-1", "reverse", "tf", "反向", "逆向")
_BOTH = ("", "0", "false", "f", "no", "n", "b", "否", "无", "双行", "双向", "reversible", "alternating", "none", "nan")
ONEWAY_WORDS: Mapping[str, int] = {
    **dict.fromkeys(_FORWARD, 1),
    **dict.fromkeys(_BACKWARD, -1),
    **dict.fromkeys(_BOTH, 0),
}
_NO_WORDS = ("", "0", "false", "no", "n", "f", "否", "无", "none", "nan")
_YES_WORDS = (
    *("1", "true", "t", "yes", "y", "是", "有"),
    *("viaduct", "cantilever", "movable", "aqueduct", "boardwalk", "trestle", "low_water_crossing"),
    *("covered", "building_passage", "culvert", "avalanche_protector", "flooded"),
)
"""The later ones are OpenStreetMap's kinds of bridges and tunnels."""
FLAG_WORDS: Mapping[str, bool] = {**dict.fromkeys(_NO_WORDS, False), **dict.fromkeys(_YES_WORDS, True)}
_NO_LIMIT = frozenset({"none", "signals", "variable", "walk", "unposted", "default", "implicit"})
"""OpenStreetMap's words for a speed without a number."""


def read_road_columns(frame: Any, reading: Reading, road_classes: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes of each line, those that are not told with their defaults.

    Unknown classes, directions and flags are warnings and count as unclassified, both ways and no; speeds and minutes
    that are no usable numbers are errors; zeros count as not stated, which is told.

    Parameters
    ----------
    frame : lines with the planner's columns, and `_row`: from 0, which row of the file each is a part of.
    reading : of the layer; its source maps our columns to theirs.
    road_classes : their class -> ours (OpenStreetMap highway values).
    """
    road_class, in_use = _classes(frame, reading, road_classes)
    oneway = _oneway(frame, reading)
    bridge = _words(frame, reading, "bridge", FLAG_WORDS, False, *_FLAG).to_numpy(bool)
    access = _access(frame, reading, road_class, bridge)
    return {
        "road_class": road_class,
        "oneway": oneway,
        "oneway_bike": oneway,
        "maxspeed_kmh": _numbers(frame, reading, "maxspeed_kmh", MOST_KMH, read_other=osm_tags.read_speed),
        "minutes": _numbers(frame, reading, "minutes", _MAX_MINUTES, read_other=osm_tags.read_duration),
        "bridge": bridge,
        "tunnel": _words(frame, reading, "tunnel", FLAG_WORDS, False, *_FLAG).to_numpy(bool),
        "drive": access["drive"].to_numpy(bool)
        & in_use
        & ~_text(frame, reading, "oneway").str.lower().isin(osm_tags.CHANGING).to_numpy(bool),
        "walk": access["walk"].to_numpy(bool) & in_use,
        "bike": access["bike"].to_numpy(bool) & in_use,
        "destination": access["destination"].to_numpy(bool),
        "entry": access["entry"].to_numpy(np.int8),
        "sac_scale": _text(frame, reading, "sac_scale").to_numpy(dtype=object),
        "name": _text(frame, reading, "name").to_numpy(dtype=object),
    }


def _access(
    frame: Any, reading: Reading, road_class: npt.NDArray[np.object_], bridge: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Return what the class and the tags of each line say of who may use it, every different set of them read once.

    A line may be a bridge in part only, as merged lines are: where roads of its class serve houses, not all of it counts as raised.
    """
    viaduct = (_text(frame, reading, "bridge") == "viaduct").to_numpy(bool)
    above = _each(_text(frame, reading, "layer"), osm_tags.above_ground).to_numpy(bool)
    fast = np.array([is_fast(str(name)) for name in road_class], dtype=bool)
    told = pd.DataFrame({"road_class": road_class, "raised": viaduct | ((bridge | above) & fast)})
    for name in ACCESS_COLUMNS:
        if _header(frame, reading, name):
            told[name] = _text(frame, reading, name).str.lower().to_numpy(dtype=object)
    if "motorroad" in told:
        told["motorroad"] = np.where(told["motorroad"].map(FLAG_WORDS.get).eq(True), "yes", "")
    number, different = pd.factorize(pd.MultiIndex.from_frame(told))
    read = [read_access(**dict(zip(told.columns, row, strict=True))) for row in different]
    return pd.DataFrame(read, columns=Access._fields).take(number)


def tell_mapped_columns(frame: Any, reading: Reading) -> None:
    """Tell mapped columns that the layer does not have, and names of ours that are none."""
    have = [str(name) for name in frame.columns if str(name) not in ("geometry", "_row")]
    for ours, theirs in reading.source.columns.items():
        if ours not in COLUMN_NAMES:
            reading.tell(
                Text(zh="道路的列：{n}", en="a column of roads: {n}").format(n=", ".join(COLUMN_NAMES)),
                Text(zh=ours, en=ours),
                _CHECK_COLUMNS,
                field=ours,
            )
        elif theirs not in frame.columns:
            reading.tell(
                Text(zh="列映射中写的列「{c}」", en="the column '{c}' named in the mapping").format(c=theirs),
                Text(zh="没有（现有 {have}）", en="none (there are {have})").format(have=", ".join(have)),
                _CHECK_COLUMNS,
                field=theirs,
            )


def first_word(value: object) -> str:
    """Return a value as text; of a list (OSMnx writes lists for merged edges) the first."""
    if isinstance(value, (list, tuple, np.ndarray)) and len(value):
        value = value[0]
    word = "" if value is None or value is pd.NA or value != value else str(value).strip()
    return word.strip("[]").split(",")[0].strip("' \"") if word.startswith("[") else word


def _header(frame: Any, reading: Reading, name: str) -> str:
    """Return the planner's header of a column, "" where the layer has none."""
    mapped = reading.source.columns.get(name)
    known = (name, *_OTHER_HEADERS.get(name, ())) if mapped is None else (mapped,)
    return next((theirs for theirs in known if theirs in frame.columns), "")


def _text(frame: Any, reading: Reading, name: str) -> pd.Series:
    header = _header(frame, reading, name)
    if not header:
        return pd.Series([""] * len(frame), dtype=object)
    return frame[header].map(first_word).astype(object)


def _each(text: pd.Series, read: Callable[[str], Any]) -> pd.Series:
    """Return what each text says, every different one read once."""
    return text.map({word: read(word) for word in text.unique()})


def _tell(
    reading: Reading, frame: Any, header: str, rows: npt.NDArray[np.bool_], told: tuple[Any, ...], text: pd.Series
) -> None:
    severity, needed, found, remedy = told
    reading.tell_rows(
        frame["_row"].to_numpy()[rows] + 1,
        needed,
        found,
        remedy,
        severity=severity,
        field=header,
        values=text.to_numpy()[rows],
    )


def _classes(
    frame: Any, reading: Reading, road_classes: Mapping[str, str]
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Return the class of each line, and whether it is a road in use."""
    header = reading.source.columns.get("road_class") or next((n for n in CLASS_COLUMNS if n in frame.columns), "")
    if not header:
        reading.tell(
            Text(zh="道路等级列", en="a column of road classes"),
            Text(zh="没有", en="none"),
            _MAP_CLASSES,
            severity="warning",
        )
        return np.full(len(frame), "unclassified", dtype=object), np.ones(len(frame), dtype=bool)
    raw = frame[header].map(first_word).astype(object)
    road_class = _each(raw, lambda word: road_classes.get(word, word)).to_numpy(dtype=object)
    unopened = np.isin(road_class.astype(str), list(_UNOPENED))
    _tell(reading, frame, header, unopened, ("warning", *_NOT_OPEN), raw)
    unknown = ~unopened & ~np.isin(road_class.astype(str), list(CLASSES))
    needed, found = Text(zh="已知的道路等级", en="known road classes"), Text(zh="不认识的等级", en="unknown classes")
    _tell(reading, frame, header, unknown, ("warning", needed, found, _MAP_CLASSES), raw)
    return np.where(unknown | unopened, "unclassified", road_class), ~unopened


def _oneway(frame: Any, reading: Reading) -> npt.NDArray[np.int8]:
    """Return 1, -1 or 0; F and T mean forward and against the line beside B (Geofabrik's shapefiles), else false and true."""
    letters = set(_text(frame, reading, "oneway").str.upper().unique())
    words = {**ONEWAY_WORDS, "f": 1, "t": -1} if "B" in letters and letters <= {"B", "F", "T", ""} else ONEWAY_WORDS
    return _words(frame, reading, "oneway", words, 0, *_ONEWAY).to_numpy(np.int8)


def _words(
    frame: Any, reading: Reading, name: str, words: Mapping[str, Any], otherwise: Any, needed: Text, remedy: Text
) -> pd.Series:
    text = _text(frame, reading, name)
    read = _each(text, lambda word: words.get(word.lower().removesuffix(".0")))
    unknown = read.isna().to_numpy(bool)
    found = Text(zh="不认识的值", en="unknown values")
    _tell(reading, frame, _header(frame, reading, name), unknown, ("warning", needed, found, remedy), text)
    return read.where(~unknown, otherwise)


def _numbers(
    frame: Any, reading: Reading, name: str, maximum: float, *, read_other: Callable[[str], float]
) -> npt.NDArray[np.float64]:
    text = _text(frame, reading, name)

    def read(word: str) -> float:
        """Return the number, NaN where none is stated, -1 where it is wrong."""
        typed = parse_number(word)
        value = read_other(word) if typed.wrong else typed.value
        if value == value:
            return value
        return -1.0 if typed.wrong and word.lower() not in _NO_LIMIT and ":" not in word else float("nan")

    numbers = _each(text, read).to_numpy(np.float64)
    header = _header(frame, reading, name)
    if name == "maxspeed_kmh":
        numbers = _in_kmh(numbers, frame, header, reading)
    wrong = (numbers < 0) | (numbers > maximum)
    needed = Text(zh="大于 0、不超过 {m:g} 的数", en="numbers above 0, at most {m:g}").format(m=maximum)
    _tell(reading, frame, header, wrong, ("error", needed, *_WRONG_NUMBER), text)
    zero = numbers == 0
    _tell(reading, frame, header, zero, ("repair", needed, *_ZERO), text)
    return np.where(wrong | zero, np.nan, numbers)


def _in_kmh(numbers: npt.NDArray[np.float64], frame: Any, header: str, reading: Reading) -> npt.NDArray[np.float64]:
    """Return speeds in km/h where the header says mph; tell those that look like miles though nothing says so.

    Limits in km/h end in 0, those in miles as often in 5 (25, 35, 45).
    """
    stated = numbers > 0
    rows = frame["_row"].to_numpy()[stated] + 1
    needed = Text(zh="公里/小时", en="km/h")
    if "mph" in header.lower() or "英里" in header:
        found = Text(zh="表头写明单位是英里，已 × 1.609", en="mph in the header, so × 1.609")
        reading.tell_rows(rows, needed, found, _CHECK_UNIT, severity="repair", field=header)
        return np.where(stated, numbers * osm_tags.MPH, numbers)
    in_miles = stated & (numbers % 10 == 5)
    if in_miles.sum() > _MILES_SHARE * stated.sum():
        found = Text(zh="多数以 5 结尾的速度，像是英里/小时", en="speeds that mostly end in 5, as those in mph do")
        values = numbers[in_miles]
        reading.tell_rows(
            rows, needed, found, _STATE_MPH, severity="warning", field=header, values=map("{:g}".format, values)
        )
    return numbers


_MILES_SHARE = 0.4
"""More of the speeds than this that end in 5 are miles (D)."""
_CHECK_UNIT = Text(zh="核对换算结果。", en="Check how they were read.")
_STATE_MPH = Text(
    zh="若是英里，在表头中写 mph，或写成 25 mph；现按公里读取。",
    en="If they are miles, write mph in the header, or 25 mph in the cells; they were read as km/h.",
)
_CHECK_COLUMNS = Text(zh="请在 [layers.roads.columns] 中改正。", en="Correct [layers.roads.columns].")
_MAP_CLASSES = Text(
    zh="按 unclassified 处理；请在 [layers.roads.values] 中映射。",
    en="They count as unclassified; map them in [layers.roads.values].",
)
_UNOPENED = frozenset(
    {"construction", "proposed", "planned", "abandoned", "disused", "razed", "在建", "规划", "停用", "废弃"}
)
"""Classes of lines that are no roads yet, or any more."""
_NOT_OPEN = (
    Text(zh="在用的道路", en="roads in use"),
    Text(zh="在建、规划或停用的道路", en="roads under construction, planned or out of use"),
    Text(
        zh="不作为道路使用；已经通车的，改正等级。", en="Nobody may use them; correct the class of those that are open."
    ),
)
_ONEWAY = (
    Text(zh="单行方向：1 顺向、-1 逆向、0 双向", en="directions: 1 along the line, -1 against it, 0 both"),
    Text(zh="按双向处理；请改正。", en="They count both ways; correct them."),
)
_FLAG = (
    Text(zh="是或否", en="yes or no"),
    Text(zh="按否处理；请改正。", en="They count as no; correct them."),
)
_WRONG_NUMBER = (
    Text(zh="不能用的值", en="values that cannot be used"),
    Text(zh="改成数字，或留空。", en="Write a number, or leave it empty."),
)
_ZERO = (
    Text(zh="0", en="zeros"),
    Text(zh="按没有写明处理，用道路等级的默认值。", en="They count as not stated: the default of the class holds."),
)
