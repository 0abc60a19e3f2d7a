"""The columns of a source under our names, and the ways to read them: ids, numbers, words of the vocabulary, text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridplan.layers.files.lost_digits import explain_unknown
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import Typed, parse_number, stated_scale, without_unit
from gridplan.words.errors import Severity
from gridplan.words.nearest import did_you_mean, nearest
from gridplan.words.problems import Problems
from gridplan.words.signs import FORMULA_START, HIDDEN_CODES
from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise

_RUINED_CODE = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_INVISIBLE = dict.fromkeys([*map(ord, "\u200b\u200c\u200d\ufeff\u2060"), *(set(HIDDEN_CODES) - {13})])
_BREAKS = re.compile(r"[\t\r\n]+")
_SAME_LENGTH_SHARE = 0.9
_MEASURED = frozenset({"population", "population_65", "chronic", "insured"})
"""Counts for which a unit that the title of a table states counts: people."""
TIME_HEADERS = (
    "分钟",
    "分钟数",
    "时间",
    "时长",
    "出行时间",
    "行车时间",
    "time",
    "travel_time",
    "duration",
    "seconds",
    "秒",
    "秒数",
    "hours",
    "小时",
)
"""Headers of a column of travel times; those of another unit are read in it."""
ID_SEPARATOR = ";"
"""Stands between the ids of a list in one cell, so that no id may hold it."""


@dataclass(frozen=True)
class Column:
    """A column we need: our name, its label, headers it is known by, and whether one can do without it."""

    name: str
    label: Text
    headers: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Picked:
    """The wanted columns of one source: `frame` under our names, `headers` ours -> theirs."""

    reading: Reading
    frame: pd.DataFrame
    headers: Mapping[str, str]

    def __contains__(self, name: str) -> bool:
        return name in self.headers

    @property
    def index(self) -> pd.Index:
        """Row numbers."""
        return self.frame.index

    def header(self, name: str) -> str:
        """Return the planner's own header of a column; our name where the column is absent."""
        return self.headers.get(name, self.reading.source.columns.get(name, name))


def pick_columns(frame: pd.DataFrame, reading: Reading, wanted: Iterable[Column]) -> Picked:
    """Return the wanted columns that are there; a required or mapped one that is missing is an error."""
    theirs = spelled_headers(frame)
    columns: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for column in wanted:
        header = find_header(theirs, column, reading.source.columns)
        if header is not None:
            columns[column.name], headers[column.name] = frame[header], header
        elif reading.source.columns.get(column.name) or column.required:
            _tell_missing(reading, column, [str(name) for name in frame.columns if str(name) != "geometry"])
    return Picked(reading, pd.DataFrame(columns, index=frame.index), headers)


def spelled_headers(frame: pd.DataFrame) -> dict[str, str]:
    """Return the headers of a table by their compared spelling, with and without a unit of measure that they state in brackets."""
    headers = [str(name) for name in reversed(frame.columns)]
    bare = {_spelling(without_unit(header)): header for header in headers}
    return bare | {_spelling(header): header for header in headers}


def _spelling(header: str) -> str:
    """Return a header as it is compared: Unit id, unit_id and UNITID are one."""
    return normalise(header).replace("_", "") or normalise(header)


def find_header(theirs: Mapping[str, str], column: Column, mapped: Mapping[str, str]) -> str | None:
    """Return the header of a column: the mapped one ("" for none), or the first that the column is known by; its labels are among these."""
    labels = (column.label.zh, column.label.en)
    if mapped.get(column.name) == "":
        return None
    known = (mapped[column.name],) if column.name in mapped else (column.name, *column.headers, *labels)
    return next((theirs[_spelling(name)] for name in known if _spelling(name) in theirs), None)


def _tell_missing(reading: Reading, column: Column, headers: list[str]) -> None:
    mapped = reading.source.columns.get(column.name) or None
    guesses = [mapped] if mapped else [column.name, *column.headers]
    near = nearest(guesses, headers, most=2)
    needed = (
        Text(zh=f"{column.label.zh}列「{mapped}」", en=f"the {column.label.en} in column '{mapped}'")
        if mapped is not None
        else Text(zh=f"{column.label.zh}列", en=f"a column with the {column.label.en}")
    )
    shown = headers[:15]
    rest = len(headers) - len(shown)
    reading.tell(
        needed,
        Text(
            zh=f"现有的列：{'、'.join(shown)}{f' 等 {len(headers)} 列' if rest else ''}",
            en=f"the columns {', '.join(shown)}{f' and {rest} more' if rest else ''}",
        )
        if headers
        else Text(zh="没有任何列", en="no columns"),
        _remedy_of_headers(reading, column, near),
        field=mapped or column.name,
    )


def _remedy_of_headers(reading: Reading, column: Column, near: Sequence[str]) -> Text:
    asked = Text(
        zh=f"是否为{'或'.join(f'「{name}」' for name in near)}？" if near else "",
        en=f"Is it {' or '.join(map(repr, near))}? " if near else "",
    )
    advice = reading.remedy(
        Text(zh="把表头改为「{zh}」或 {name}。", en="Call the column '{name}', or '{zh}'.").format(
            zh=next(iter(column.headers), column.label.zh), name=column.name
        ),
        Text(
            zh=f'改正表头，或在方案的 columns 中写 {column.name} = "表头"。',
            en=f'Correct the header, or write {column.name} = "header" under columns in the case.',
        ),
    )
    return Text(zh=asked.zh + advice.zh, en=asked.en + advice.en)


def read_text(picked: Picked, name: str) -> pd.Series:
    """Return a column as text on one line, "" where blank or absent."""
    if name not in picked:
        return pd.Series("", index=picked.index, dtype=str)
    return picked.frame[name].map(lambda value: _BREAKS.sub(" ", plain_text(value))).astype(str)


def plain_text(value: object) -> str:
    """Return a cell as text without blanks at its ends and without invisible signs; "" where empty."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).translate(_INVISIBLE).strip()


def require_text(picked: Picked, name: str, label: Text) -> pd.Series:
    """Return a column as text; blanks are errors."""
    text = read_text(picked, name)
    if name in picked:
        picked.reading.tell_rows(
            text.index[text == ""],
            Text(zh=f"每行都有{label.zh}", en=f"the {label.en} in every row"),
            Text(zh="空白", en="blanks"),
            Text(zh="补上后再试。", en="Fill them in."),
            field=picked.header(name),
        )
    return text


def read_numbers(
    picked: Picked,
    name: str,
    *,
    minimum: float | None = None,
    required: Text | None = None,
    minutes: bool = False,
) -> pd.Series:
    """Return numbers as floats (NaN where empty).

    What is no finite number, or below `minimum`, is an error; numbers that had to be interpreted are told, as are those that the
    header states in another unit (万人, seconds); where `required` names what the number is, blanks are errors as well. `minutes`:
    the numbers are times rather than counts.
    """
    if name not in picked:
        return pd.Series(np.nan, index=picked.index)
    values, reading, field = picked.frame[name], picked.reading, picked.header(name)
    typed = [parse_number(value) for value in values]
    numbers = pd.Series([number.value for number in typed], index=values.index, dtype=float)
    wrong = np.array([number.wrong for number in typed], dtype=bool)
    _tell_numbers(picked, name, typed, wrong)
    if minimum is not None:
        low = (numbers < minimum).to_numpy(bool) & ~wrong
        reading.tell_rows(
            values.index[low],
            Text(zh=f"不小于 {minimum:g} 的数", en=f"numbers of at least {minimum:g}"),
            Text(zh="更小的值", en="smaller values"),
            Text(zh="改正这些值。", en="Correct the values."),
            field=field,
            values=values[low],
        )
        wrong |= low
    numbers = _in_our_unit(picked, name, numbers.where(~wrong), minutes=minutes)
    if required is not None:
        reading.tell_rows(
            values.index[numbers.isna().to_numpy() & ~wrong],
            Text(zh=f"每行都有{required.zh}", en=f"the {required.en} in every row"),
            Text(zh="空白", en="blanks"),
            Text(zh="补上数字；没有的写 0。", en="Fill it in; write 0 where there is none."),
            field=field,
        )
    return numbers


def quiet_numbers(frame: pd.DataFrame, reading: Reading, column: Column) -> pd.Series:
    """Return the numbers of a column, those of at least 0, in rows that are not used: nothing is told of them."""
    aside = replace(reading, problems=Problems())
    return read_numbers(pick_columns(frame, aside, [column]), column.name, minimum=0)


def _in_our_unit(picked: Picked, name: str, numbers: pd.Series, *, minutes: bool) -> pd.Series:
    """Return numbers of a column whose header, or the title of its table, states 万人 or seconds as people or minutes; cells that say 万 themselves are left."""
    scale, unit = stated_scale(picked.header(name), minutes=minutes)
    if not unit and (minutes or name in _MEASURED):
        scale, unit = stated_scale(f"({picked.reading.unit})", minutes=minutes)
    if scale == 1:
        return numbers
    bare = ~picked.frame[name].astype(str).str.contains("万|分|min", regex=True).to_numpy(bool) & numbers.notna()
    factor = f"× {scale:,.10g}" if scale > 1 else f"÷ {1 / scale:,.10g}"
    picked.reading.tell_rows(
        numbers.index[bare],
        Text(zh="分钟数", en="minutes") if minutes else Text(zh="不带万、千的数", en="numbers in ones"),
        Text(zh=f"表头或标题写明单位是{unit}，已 {factor}", en=f"{unit} in header or title, so {factor}"),
        Text(zh="核对换算结果。", en="Check how they were read."),
        severity="repair",
        field=picked.header(name),
    )
    return numbers.where(~bare, numbers * scale)


def _tell_numbers(picked: Picked, name: str, typed: list[Typed], wrong: Any) -> None:
    values, reading, field = picked.frame[name], picked.reading, picked.header(name)
    reading.tell_rows(
        values.index[wrong],
        Text(zh="数字", en="a number"),
        Text(zh="不是数字的值", en="values that are no numbers"),
        Text(zh="改成数字，或留空。", en="Write a number, or leave it empty."),
        field=field,
        values=values[wrong],
    )
    read_as = np.array([number.interpreted for number in typed], dtype=bool)
    pairs = [
        f"{str(value).strip()} → {number.value:g}" if number.value == number.value else f"{str(value).strip()} → ∅"
        for value, number in zip(values, typed, strict=True)
        if number.interpreted
    ]
    reading.tell_rows(
        values.index[read_as],
        Text(zh="只含数字的单元格", en="cells with nothing but a number"),
        Text(zh="带有其他符号的数字，已换算", en="numbers with other signs, interpreted"),
        Text(zh="核对换算结果。", en="Check how they were read."),
        severity="repair",
        field=field,
        values=pairs,
    )


def read_ids(picked: Picked, name: str, *, unique: bool = True) -> pd.Series:
    """Return ids as text; empty, repeated, formula-like and Excel-ruined ids and those with a separator are errors."""
    ids = read_text(picked, name)
    if name not in picked:
        return ids
    filled = ids != ""
    ruined = ids.map(lambda text: _RUINED_CODE.fullmatch(text) is not None).astype(bool)
    told = [(~filled, *_EMPTY), (ids.str.startswith(FORMULA_START), *_FORMULA), (ruined, *_RUINED)]
    told.append((ids.str.contains(ID_SEPARATOR, regex=False), *_SEPARATED))
    told.append((_broken(picked, name), *_BROKEN))
    if unique:
        told.append((repeated_ids(ids), *_REPEATED))
    for bad, needed, found, remedy in told:
        rows = bad.to_numpy(bool)
        picked.reading.tell_rows(ids.index[rows], needed, found, remedy, field=picked.header(name), values=ids[rows])
    _tell_short_codes(picked, name, ids)
    return ids


def _broken(picked: Picked, name: str) -> pd.Series:
    """Tell which cells have a line break within: two ids, or one that wraps."""
    return picked.frame[name].map(lambda value: _BREAKS.search(plain_text(value)) is not None).astype(bool)


def repeated_ids(ids: pd.Series) -> pd.Series:
    """Tell for each id whether other rows have it as well; blank and Excel-ruined ids are not counted."""
    ruined = ids.map(lambda text: _RUINED_CODE.fullmatch(text) is not None).astype(bool)
    return ids.duplicated(keep=False) & (ids != "") & ~ruined


def tell_repeated(picked: Picked, name: str, ids: pd.Series) -> None:
    """Say which ids stand in several rows that are not of one thing; `ids` are those of the rows in question."""
    needed, found, remedy = _REPEATED
    picked.reading.tell_rows(ids.index, needed, found, remedy, field=picked.header(name), values=ids)


def _tell_short_codes(picked: Picked, name: str, ids: pd.Series) -> None:
    """Doubt codes that are one digit shorter than nearly all others: a spreadsheet drops leading zeros."""
    digits = ids[ids.map(lambda text: text.isdigit()).astype(bool)]
    lengths = digits.str.len()
    if len(digits) < 10 or lengths.nunique() < 2:
        return
    usual = int(lengths.mode().iloc[0])
    short = digits[lengths == usual - 1]
    if (lengths == usual).mean() >= _SAME_LENGTH_SHARE and len(short):
        picked.reading.tell_rows(
            short.index,
            Text(zh=f"{usual} 位的代码", en=f"codes of {usual} digits"),
            Text(zh="少一位的代码（可能丢了开头的 0）", en="codes one digit short (a leading 0 may be lost)"),
            Text(zh="核对；把该列设为文本格式后补上。", en="Check; format the column as text and complete them."),
            severity="warning",
            field=picked.header(name),
            values=short,
        )


def check_known(
    ids: pd.Series,
    picked: Picked,
    name: str,
    known: pd.Index | None,
    *,
    of: Literal["unit", "facility", "indicator"] = "unit",
) -> None:
    """Tell ids that are not among `known` ids of units, facilities or indicators; None: these could not be read, nothing is told."""
    if known is None or name not in picked:
        return
    strange = (~ids.isin(known) & (ids != "")).to_numpy(bool)
    if not strange.any():
        return
    needed, found, correct = _UNKNOWN[of]
    picked.reading.tell_rows(
        ids.index[strange],
        needed,
        found,
        explain_strange(ids[strange], known, correct),
        field=picked.header(name),
        values=ids[strange],
    )


def explain_strange(strange: pd.Series, known: Iterable[str], correct: Text) -> Text:
    """Return the remedy for ids that are not known: the nearest known one, then how digits were lost, else `correct`."""
    known = [str(name) for name in known]
    question, remedy = did_you_mean(strange.unique(), known), explain_unknown(strange, known) or correct
    return remedy if question is None else question.then(remedy)


def map_values(
    picked: Picked,
    name: str,
    *,
    find: Callable[[str], Any],
    choices: Text,
    values: pd.Series | None = None,
    severity: Severity = "error",
) -> pd.Series:
    """Return our word for each of the planner's values (None where empty); unknown values are told with `severity`.

    The case's own mapping `values.<name>` goes first; its key "*" stands for all that is not known otherwise.
    `values` replaces the column where a cell holds several words.
    """
    text = read_text(picked, name) if values is None else values.map(plain_text)
    stated = {normalise(key): value for key, value in picked.reading.source.values.get(name, {}).items()}
    fallback = stated.get("*")

    def word(value: str) -> Any:
        found = find(stated[normalise(value)]) if normalise(value) in stated else find(value)
        return found if found is not None or fallback is None else find(fallback)

    words = {value: word(value) for value in text.unique() if value}
    unknown = text.map(lambda value: bool(value) and words[value] is None).astype(bool)
    picked.reading.tell_rows(
        text.index[unknown],
        Text(zh=f"下列之一：{choices.zh}", en=f"one of {choices.en}"),
        Text(zh="不认识的值", en="unknown values"),
        picked.reading.remedy(
            Text(zh="改正这些值。", en="Correct them."),
            Text(
                zh=f"改正，或在方案的 values.{name} 中写明对应关系。",
                en=f"Correct them, or map them under values.{name}.",
            ),
        ),
        severity=severity,
        field=picked.header(name),
        values=text[unknown],
    )
    return text.map(lambda value: words.get(value)).astype(object)


_UNKNOWN = {
    "unit": (
        Text(zh="单元图层中的单元代码", en="unit codes of the unit layer"),
        Text(zh="不存在的单元代码", en="unknown unit codes"),
        Text(zh="改正代码，或在单元图层中补上该单元。", en="Correct the codes, or add the units to the unit layer."),
    ),
    "facility": (
        Text(zh="机构表中的机构编号", en="facility ids of the facility tables"),
        Text(zh="不存在的机构编号", en="unknown facility ids"),
        Text(zh="改正编号，或在机构表中补上该机构。", en="Correct the ids, or add the facilities to their table."),
    ),
    "indicator": (
        Text(
            zh="已定义的指标编号（M-01 至 M-20，或方案自己的）",
            en="ids of indicators (M-01 to M-20, or the case's own)",
        ),
        Text(zh="没有定义的指标", en="indicators without a definition"),
        Text(
            zh="改正编号，或在 [layers.records.indicators] 的表中定义它。",
            en="Correct the ids, or define them in the table of [layers.records.indicators].",
        ),
    ),
}
_EMPTY = (
    Text(zh="每行都有编号", en="an id in every row"),
    Text(zh="空的编号", en="empty ids"),
    Text(zh="补上编号。", en="Fill in the ids."),
)
_FORMULA = (
    Text(zh="不以 = + - @ 开头的编号", en="ids that do not start with = + - @"),
    Text(zh="会被表格当作公式的编号", en="ids that a spreadsheet would take for formulas"),
    Text(zh="改掉开头的符号。", en="Change the first sign."),
)
_SEPARATED = (
    Text(zh="不含分号（;）的编号", en="ids without a semicolon (;)"),
    Text(zh="含分号的编号", en="ids with one"),
    Text(
        zh="改掉分号；若一格中有多个编号，分成多行。",
        en="Change it; where one cell holds several ids, give each its row.",
    ),
)
_BROKEN = (
    Text(zh="一行的编号", en="ids on one line"),
    Text(zh="含换行的编号", en="ids with line breaks"),
    Text(
        zh="删去换行；若一格中有多个编号，分成多行。",
        en="Delete them; where one cell holds several ids, give each its row.",
    ),
)
_RUINED = (
    Text(zh="文本格式的完整编码", en="whole codes stored as text"),
    Text(zh="被 Excel 变成科学计数的编码", en="codes that Excel has turned into exponents"),
    Text(zh="把该列设为文本格式后重新填入编码。", en="Format the column as text and enter the codes again."),
)
_REPEATED = (
    Text(zh="不重复的编号", en="ids that occur once"),
    Text(zh="重复的编号", en="repeated ids"),
    Text(zh="改正编号或删去重复的行。", en="Correct the ids or delete the repeated rows."),
)
