"""Given travel times: a table of minutes, wide (unit x facility) or long (one row a pair)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.files.columns import (
    TIME_HEADERS,
    Column,
    Picked,
    check_known,
    find_header,
    pick_columns,
    read_ids,
    read_numbers,
    spelled_headers,
)
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import Opened, read_table
from gridplan.layers.files.typed import parse_number
from gridplan.words.errors import Severity
from gridplan.words.nearest import did_you_mean
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems
from gridplan.words.text import Text

MINUTES_COLUMNS = (
    Column(
        "unit_id",
        Text(zh="单元代码", en="unit code"),
        ("代码", "社区代码", "单元代码", "起点", "起点代码"),
        required=True,
    ),
    Column(
        "facility_id",
        Text(zh="机构编号", en="facility id"),
        ("机构代码", "机构编号", "机构编码", "终点", "终点代码"),
        required=True,
    ),
    Column(
        "minutes",
        Text(zh="分钟", en="minutes"),
        TIME_HEADERS,
        required=True,
    ),
)
_UNIT = MINUTES_COLUMNS[0]
_NEVER = re.compile(r"9{3,}(\.9+)?")


def read_given_minutes(
    case: Case, problems: Problems, *, units: pd.Index | None = None, facilities: pd.Index | None = None
) -> pd.DataFrame:
    """Read the case's travel table: minutes (inf where there are none), one row a unit, one column a facility id.

    A table with columns for unit, facility and minutes is long; any other has units down and facilities across. Unit codes
    are checked against `units`, facilities against `facilities`; an empty frame if the case has no table, which is an error where
    the minutes are to come from it.
    """
    source = case.layers.travel_table
    if source is None and case.travel.source == "table":
        problems.tell(
            Text(zh="出行时间表（layers.travel_table）", en="a travel table (layers.travel_table)"),
            Text(zh="没有写", en="none"),
            Text(
                zh='给出出行时间表，或写 travel.source = "roads" 或 "straight_line"。',
                en='Give one, or write travel.source = "roads" or "straight_line".',
            ),
            file="case.toml",
            field="layers.travel_table",
        )
    opened = None if source is None else read_table(case, source, problems)
    if opened is None or opened.frame.empty:
        return pd.DataFrame()
    if _is_long(opened):
        return _read_long(opened, units, facilities)
    return _read_wide(opened, units, facilities)


def _is_long(opened: Opened) -> bool:
    theirs = spelled_headers(opened.frame)
    mapped = opened.reading.source.columns
    unit, facility, minutes = (find_header(theirs, column, mapped) is not None for column in MINUTES_COLUMNS)
    return facility and (unit or minutes)


def _read_long(opened: Opened, units: pd.Index | None, facilities: pd.Index | None) -> pd.DataFrame:
    picked = pick_columns(opened.frame, opened.reading, MINUTES_COLUMNS)
    if "unit_id" not in picked:
        return pd.DataFrame()
    pairs = pd.DataFrame({name: read_ids(picked, name, unique=False) for name in ("unit_id", "facility_id")})
    check_known(pairs["unit_id"], picked, "unit_id", units)
    pairs["minutes"] = _reachable(picked, "minutes")
    if facilities is not None:
        strange = ~pairs["facility_id"].isin(facilities) & (pairs["facility_id"] != "")
        _tell_strange_rows(pairs[strange], picked, facilities)
        pairs = pairs[~strange]
    _tell_repeated(pairs, picked)
    pairs = pairs[~pairs.duplicated(["unit_id", "facility_id"])]
    table = pairs.pivot(index="unit_id", columns="facility_id", values="minutes")
    table = table.reindex(index=pairs["unit_id"].unique(), columns=pairs["facility_id"].unique())
    _tell_missing_pairs(table, units, opened.reading)
    table.columns.name = None
    return table.fillna(np.inf)


def _reachable(picked: Picked, name: str) -> pd.Series:
    """Return the minutes of a column; those of nines alone (999, 99999), which say that there is no way, are told and infinite."""
    minutes = read_numbers(picked, name, minimum=0, minutes=True)
    typed = picked.frame[name].map(lambda value: parse_number(value).value) if name in picked else minutes
    never = typed.map(lambda value: _NEVER.fullmatch(f"{value:.10g}") is not None).to_numpy(bool)
    picked.reading.tell_rows(
        minutes.index[never],
        Text(zh="分钟数；到不了的留空", en="minutes, and nothing where there is no way"),
        Text(zh="表示到不了的数", en="numbers that stand for no way"),
        Text(
            zh="按无法到达处理；若真是分钟数，改正。", en="They count as unreachable; correct them if they are minutes."
        ),
        severity="warning",
        field=picked.header(name),
        values=typed[never].map("{:.10g}".format),
    )
    return minutes.mask(never, np.inf)


def _tell_strange_rows(pairs: pd.DataFrame, picked: Picked, facilities: pd.Index) -> None:
    picked.reading.tell_rows(
        pairs.index,
        Text(zh="机构表中的机构编号", en="facility ids of the facility tables"),
        Text(zh="不存在的机构编号", en="unknown facility ids"),
        _or_mean(pairs["facility_id"].unique(), facilities, _ROWS_LEFT_OUT),
        severity="warning",
        field=picked.header("facility_id"),
        values=pairs["facility_id"],
    )


_ROWS_LEFT_OUT = Text(zh="这些行未采用；改正编号。", en="These rows are left out; correct the ids.")


def _or_mean(strange: Iterable[str], facilities: pd.Index, left_out: Text) -> Text:
    """Return what becomes of facilities that nobody knows, with the one that may be meant."""
    question = did_you_mean(strange, facilities)
    return left_out if question is None else question.then(left_out)


def _tell_repeated(pairs: pd.DataFrame, picked: Picked) -> None:
    """Tell pairs that stand in several rows: with different minutes an error, with the same a repair."""
    keys = ["unit_id", "facility_id"]
    repeated = pairs[pairs.duplicated(keys, keep=False) & (pairs["unit_id"] != "") & (pairs["facility_id"] != "")]
    differ = repeated.groupby(keys)["minutes"].transform(lambda minutes: minutes.nunique(dropna=False)) > 1
    told: tuple[tuple[pd.DataFrame, Text, Text, Severity], ...] = (
        (repeated[differ], *_CONTRADICTION, "error"),
        (repeated[~differ], *_REPETITION, "repair"),
    )
    for rows, found, remedy, severity in told:
        picked.reading.tell_rows(
            rows.index,
            Text(zh="每对单元与机构一行", en="one row for each pair of unit and facility"),
            found,
            remedy,
            severity=severity,
            field=picked.header("minutes"),
            values=rows["unit_id"] + " → " + rows["facility_id"],
        )


_CONTRADICTION = (
    Text(zh="重复而分钟数不同的行", en="repeated pairs with different minutes"),
    Text(zh="只留正确的一行。", en="Keep the right row."),
)
_REPETITION = (
    Text(zh="完全重复的行", en="rows that repeat others"),
    Text(zh="只计一次。", en="They count once."),
)


def _tell_missing_pairs(table: pd.DataFrame, units: pd.Index | None, reading: Reading) -> None:
    """Tell pairs of a unit and a facility of the table that have no minutes: they count as unreachable."""
    whole = table if units is None else table.reindex(units)
    at = np.argwhere(whole.isna().to_numpy())
    if not len(at):
        return
    shown = [f"{whole.index[row]} → {whole.columns[column]}" for row, column in at[:5]]
    reading.tell(
        Text(zh="每个单元到每家机构的分钟数", en="minutes from every unit to every facility"),
        Text(zh="{n}没有（{s}）", en="{n} without ({s})").format(
            n=counted(len(at), "pair", measure="对"), s=Text(zh="、".join(shown), en=", ".join(shown))
        ),
        Text(zh="按无法到达处理；若不对，补上。", en="They count as unreachable; add them if that is wrong."),
        severity="warning",
        field="minutes",
        values=shown,
    )


def _read_wide(opened: Opened, units: pd.Index | None, facilities: pd.Index | None) -> pd.DataFrame:
    table, reading = opened.frame, opened.reading
    columns = [Column(name, Text(zh=name, en=name)) for name in map(str, table.columns[1:])]
    first = Column("unit_id", _UNIT.label, (*_UNIT.headers, str(table.columns[0])), required=True)
    picked = pick_columns(table, reading, [first, *columns])
    ids = read_ids(picked, "unit_id")
    check_known(ids, picked, "unit_id", units)
    targets = [column.name for column in columns if column.name != picked.header("unit_id")]
    if facilities is not None:
        strange = [name for name in targets if name not in facilities]
        targets = [name for name in targets if name in facilities]
        _tell_strange(strange, reading, facilities)
    minutes = pd.DataFrame({name: _reachable(picked, name) for name in targets}, index=picked.index)
    minutes.index = pd.Index(ids, name="unit_id")
    minutes = minutes[~minutes.index.duplicated()]
    _tell_missing_pairs(minutes, units, reading)
    return minutes.fillna(np.inf)


def _tell_strange(strange: list[str], reading: Reading, facilities: pd.Index) -> None:
    if strange:
        reading.tell(
            Text(zh="每列的表头是机构编号", en="a facility id at the head of each column"),
            Text(
                zh=f"{len(strange)} 个表头不是（{'、'.join(strange[:5])}）",
                en=f"{counted(len(strange), 'other').en} ({', '.join(strange[:5])})",
            ),
            _or_mean(strange, facilities, Text(zh="这些列未采用。", en="These columns are left out.")),
            severity="warning",
            field=strange[0],
            values=strange,
        )
