"""The files of a GTFS feed (zip or folder) as text, and every row of them that cannot be right told."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from gridplan.layers.files.archives import refuse_hostile
from gridplan.layers.files.reading import Reading, tell_no_rows, tell_unreadable
from gridplan.words.errors import LayerError
from gridplan.words.problems import first_few
from gridplan.words.text import Text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id",),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_sequence", "stop_id", "departure_time"),
}
_IF_THERE = {
    "calendar.txt": ("service_id", *WEEKDAYS, "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
}
_ALSO_READ = {
    "routes.txt": ("route_type",),
    "stop_times.txt": ("arrival_time", "pickup_type", "drop_off_type"),
}
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5]?[0-9])(?::([0-5]?[0-9]))?")
_DATE = re.compile(r"[0-9]{8}")
_KEYS = ("layer", "crs", "columns", "values", "select")
"""Keys of a source that a feed has no use for: its files, columns and WGS 84 are laid down."""
_CORRECT = Text(zh="改正这些行。", en="Correct these rows.")


@dataclass(frozen=True, eq=False)
class Feed:
    """The files of a feed, their rows numbered as an editor shows them and without a fault; an absent one is an empty frame.

    `minutes` are those after midnight of each row of stop_times.txt (NaN: untimed), `span` (n, 3) begin, end and headway of each row of
    frequencies.txt in minutes.
    """

    files: dict[str, pd.DataFrame]
    minutes: pd.Series
    span: np.ndarray


def is_gtfs(path: Path) -> bool:
    """Whether a file or folder is a GTFS feed: a zip or a folder with stop_times.txt."""
    if path.is_dir():
        return (path / "stop_times.txt").exists()
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return bool(_folders(archive))


def read_feed(reading: Reading) -> Feed | None:
    """Read the files of a feed; None where one cannot be used, with the reason in the problems."""
    try:
        refuse_hostile(reading)
        files = _read_folder(reading) if reading.path.is_dir() else _read_zip(reading)
    except LayerError as error:
        reading.problems.extend(error.problems)
        return None
    except (UnicodeDecodeError, LookupError):
        _tell_encoding(reading)
        return None
    except Exception as error:  # whatever zipfile and pandas raise about a damaged file
        tell_unreadable(reading, error)
        return None
    if files is None or not _complete(files, reading):
        return None
    reading.tell_unused_keys(_KEYS)
    return _checked(files, reading)


def _read_folder(reading: Reading) -> dict[str, pd.DataFrame]:
    files = {}
    for name in (*_NEEDED, *_IF_THERE):
        path = reading.path / name
        if path.exists():
            source = reading.source.model_copy(update={"path": f"{reading.source.path}/{name}"})
            refuse_hostile(replace(reading, path=path, source=source))
            files[name] = _read(path, name, reading)
    return files


def _read_zip(reading: Reading) -> dict[str, pd.DataFrame] | None:
    """Read a zip of one feed: all files from the folder in which its stop_times.txt lies."""
    with zipfile.ZipFile(reading.path) as archive:
        folders = _folders(archive)
        if len(folders) > 1:
            reading.tell(
                Text(zh="一个 GTFS", en="one feed"),
                Text(zh="{n} 个：{f}", en="{n}: {f}").format(n=len(folders), f=", ".join(first_few(folders))),
                Text(zh="分成几个压缩包，写其中一个。", en="Make a zip of each, and name one of them."),
            )
            return None
        present = set(archive.namelist())
        files = {}
        for name in (*_NEEDED, *_IF_THERE):
            inside = str(PurePosixPath(folders[0]) / name)
            if inside in present:
                with archive.open(inside) as file:
                    files[name] = _read(file, name, reading)
    return files


def _folders(archive: zipfile.ZipFile) -> list[str]:
    """Return the folders of an archive that hold a feed; what macOS adds is none."""
    paths = [PurePosixPath(name) for name in archive.namelist() if "__MACOSX" not in name]
    return sorted({str(path.parent) for path in paths if path.name == "stop_times.txt"})


def _read(file: Any, name: str, reading: Reading) -> pd.DataFrame:
    """Return the columns of a file that count, as text without blanks at its ends."""
    wanted = {*_NEEDED.get(name, ()), *_IF_THERE.get(name, ()), *_ALSO_READ.get(name, ())}
    frame = pd.read_csv(
        file,
        dtype=str,
        keep_default_na=False,
        encoding=reading.source.encoding or "utf-8-sig",
        index_col=False,
        skip_blank_lines=False,
        usecols=lambda header: header.strip().lstrip("\ufeff") in wanted,
    )
    frame = frame.rename(columns=lambda header: header.strip().lstrip("\ufeff")).fillna("")
    frame = frame.apply(lambda column: column.str.strip()).set_axis(frame.index + 2)
    return frame[(frame != "").any(axis=1)] if len(frame.columns) else frame


def _tell_encoding(reading: Reading) -> None:
    stated = reading.source.encoding
    reading.tell(
        Text(zh="能读出文字的编码", en="an encoding in which the files can be read"),
        Text(zh="{e} 读不出", en="{e}, in which they cannot").format(e=stated or "UTF-8"),
        Text(zh='改正 encoding（如 "gb18030"）。', en='Correct encoding ("gb18030", say).')
        if stated
        else Text(zh='在方案中写 encoding = "gb18030" 等。', en='State encoding in the case, such as "gb18030".'),
        field="encoding",
    )


def _complete(files: dict[str, pd.DataFrame], reading: Reading) -> bool:
    """Tell whether all files, their columns and at least one row are there."""
    errors = len(reading.problems.errors)
    for name, columns in (_NEEDED | {name: of for name, of in _IF_THERE.items() if name in files}).items():
        missing = [column for column in columns if column not in files.get(name, ())]
        if missing:
            reading.of_layer(name).tell(
                Text(zh="GTFS 的文件和列", en="the files and columns of GTFS"),
                Text(zh="缺少 {n}：{m}", en="{n}: {m} missing").format(n=name, m=", ".join(missing)),
                Text(
                    zh="换用完整的 GTFS，或写成公交表（线路、站序、站名、经纬度、分钟、间隔）。",
                    en="Use a complete feed, or a table of lines and stops.",
                ),
            )
        elif name in _NEEDED:
            tell_no_rows(files[name], reading.of_layer(name))
    return len(reading.problems.errors) == errors


def _checked(files: dict[str, pd.DataFrame], reading: Reading) -> Feed | None:
    """Return the feed, or None where rows of it cannot be right: all of them are told."""
    errors = len(reading.problems.errors)
    files = {name: files.get(name, pd.DataFrame(columns=list(of))) for name, of in (_NEEDED | _IF_THERE).items()}
    _check_stops(files["stops.txt"], files["stop_times.txt"], reading.of_layer("stops.txt"))
    _tell(
        files["trips.txt"],
        "trip_id",
        files["trips.txt"].duplicated("trip_id", keep=False),
        _TWICE,
        reading.of_layer("trips.txt"),
    )
    minutes = _check_times(files, reading.of_layer("stop_times.txt"))
    _check_days(files, reading)
    span = _check_frequencies(files, reading.of_layer("frequencies.txt"))
    return Feed(files, minutes, span) if len(reading.problems.errors) == errors else None


def _tell(frame: pd.DataFrame, field: str, bad: Any, words: tuple[Text, Text], told: Reading) -> None:
    rows = np.asarray(bad, dtype=bool)
    told.tell_rows(frame.index[rows], *words, _CORRECT, field=field, values=frame[field][rows])


def _check_stops(stops: pd.DataFrame, times: pd.DataFrame, told: Reading) -> None:
    """Tell stops that stand there twice, and those that trips call at without a place; entrances and the like may have none."""
    _tell(stops, "stop_id", stops.duplicated("stop_id", keep=False), _TWICE, told)
    lon, lat = (pd.to_numeric(stops[name], errors="coerce") for name in ("stop_lon", "stop_lat"))
    bad = ~(lon.between(-180, 180) & lat.between(-90, 90)) & stops["stop_id"].isin(times["stop_id"])
    told.tell_rows(
        stops.index[bad],
        Text(zh="每站的经纬度", en="longitude and latitude of every stop"),
        Text(zh="空白，或不是度数", en="blanks, or no degrees"),
        Text(zh="补上或改正。", en="Fill them in, or correct them."),
        field="stop_lon, stop_lat",
        values=stops["stop_id"][bad],
    )


def _check_times(files: dict[str, pd.DataFrame], told: Reading) -> pd.Series:
    """Return minutes after midnight of every call: its departure, or its arrival where that is blank."""
    times = files["stop_times.txt"]
    order = pd.to_numeric(times["stop_sequence"], errors="coerce")
    field = pd.Series("departure_time", index=times.index)
    stated = times["departure_time"]
    if "arrival_time" in times:
        field = field.where(stated != "", "arrival_time")
        stated = stated.where(stated != "", times["arrival_time"])
    minutes = clocks(stated)
    for name in ("departure_time", "arrival_time"):
        if name in times:
            _tell(times, name, minutes.isna() & (stated != "") & (field == name), (_TIMES, _NO_CLOCK), told)
    _tell(times, "stop_sequence", order.isna(), (_TIMES, Text(zh="不是数字", en="no number")), told)
    twice = order.notna() & pd.DataFrame({"trip": times["trip_id"], "order": order}).duplicated(keep=False)
    _tell(times, "stop_sequence", twice, (_TIMES, Text(zh="同一车次重复的站序", en="the same twice in a trip")), told)
    strange = ~times["stop_id"].isin(files["stops.txt"]["stop_id"])
    unknown = Text(zh="stops.txt 中没有的站", en="stops that stops.txt does not have")
    _tell(times, "stop_id", strange, (_TIMES, unknown), told)
    timed = pd.DataFrame({"trip": times["trip_id"], "order": order, "at": minutes}).dropna()
    timed = timed.sort_values(["trip", "order"], kind="stable")
    back = timed.index[timed.groupby("trip")["at"].diff() < 0]
    _tell(times, "departure_time", times.index.isin(back), _BACKWARDS, told)
    return minutes


def _check_days(files: dict[str, pd.DataFrame], reading: Reading) -> None:
    calendar, dates = files["calendar.txt"], files["calendar_dates.txt"]
    told = reading.of_layer("calendar.txt")
    for name in WEEKDAYS:
        flag = Text(zh="不是 0 或 1", en="neither 0 nor 1")
        _tell(calendar, name, ~calendar[name].isin(["0", "1"]), (_DAYS, flag), told)
    for frame, name, of in (
        (calendar, "start_date", told),
        (calendar, "end_date", told),
        (dates, "date", reading.of_layer("calendar_dates.txt")),
    ):
        _tell(frame, name, frame[name].map(day_number).isna(), (_DAYS, _NO_DATE), of)
    strange = ~dates["exception_type"].isin(["1", "2"])
    neither = Text(zh="不是 1 或 2", en="neither 1 nor 2")
    _tell(dates, "exception_type", strange, (_DAYS, neither), reading.of_layer("calendar_dates.txt"))


def _check_frequencies(files: dict[str, pd.DataFrame], told: Reading) -> np.ndarray:
    often = files["frequencies.txt"]
    begin, end = clocks(often["start_time"]), clocks(often["end_time"])
    seconds = pd.to_numeric(often["headway_secs"], errors="coerce")
    needed = Text(zh="每段的起止时刻和发车间隔", en="begin, end and headway of every row")
    for bad, field, found in (
        (begin.isna(), "start_time", _NO_CLOCK),
        (end.isna(), "end_time", _NO_CLOCK),
        (begin >= end, "end_time", Text(zh="不晚于开始时刻", en="an end that is not after the begin")),
        (
            ~((seconds >= 1) & (seconds <= 86_400)),
            "headway_secs",
            Text(zh="不是 1 到 86400 的秒数", en="no seconds of 1 to 86400"),
        ),
        (
            ~often["trip_id"].isin(files["trips.txt"]["trip_id"]),
            "trip_id",
            Text(zh="trips.txt 中没有的车次", en="trips that trips.txt does not have"),
        ),
    ):
        _tell(often, field, bad, (needed, found), told)
    return np.column_stack([begin.to_numpy(float), end.to_numpy(float), seconds.to_numpy(float) / 60.0])


def clocks(texts: pd.Series) -> pd.Series:
    """Return minutes after midnight of HH:MM:SS, NaN of all else; each text is read once."""
    return texts.map({text: _clock(text) for text in texts.unique()}).astype(float)


def _clock(text: str) -> float:
    """Return minutes after midnight.

    >>> _clock("08:30:30"), _clock("25:00:00"), _clock("soon"), _clock("1²:05:00")
    (510.5, 1500.0, nan, nan)
    """
    found = _CLOCK.fullmatch(text)
    if found is None:
        return np.nan
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 60.0 + minutes + seconds / 60.0


def day_number(text: str) -> float:
    """Return the number of a day written YYYYMMDD, Mondays being 1 and a multiple of 7 more; NaN of all else.

    >>> day_number("00010101"), day_number("20260105") % 7, day_number("2026-01-05"), day_number("20260230")
    (1.0, 1.0, nan, nan)
    """
    try:
        whole = _DATE.fullmatch(text) is not None
        return float(date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()) if whole else np.nan
    except ValueError:
        return np.nan


_TWICE = (Text(zh="不重复的编号", en="ids that occur once"), Text(zh="重复的编号", en="repeated ids"))
_TIMES = Text(zh="每次停靠的站、站序和时刻", en="stop, order and time of every call")
_NO_CLOCK = Text(zh="不是 HH:MM:SS", en="no HH:MM:SS")
_BACKWARDS = (
    Text(
        zh="一个车次中不早于前一站的时刻（半夜之后写 24:03）",
        en="times of a trip that are not before those of the stop before (24:03 after midnight)",
    ),
    Text(zh="更早的时刻", en="earlier ones"),
)
_DAYS = Text(zh="YYYYMMDD 的日期、0 或 1 的星期", en="dates as YYYYMMDD, and 0 or 1 for each weekday")
_NO_DATE = Text(zh="不是 YYYYMMDD 的日期", en="no date as YYYYMMDD")
