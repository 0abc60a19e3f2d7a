"""What is wrong with a case file, in the planner's words: unknown and missing keys, values that do not fit, broken TOML."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from datetime import time as clock
from typing import Annotated, Any

from pydantic import BaseModel

from gridplan.words.errors import InputProblem
from gridplan.words.nearest import did_you_mean
from gridplan.words.signs import has_hidden, shown_line
from gridplan.words.text import Text

_HOLDERS = (typing.Union, types.UnionType, tuple, dict, Annotated)


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the section of the case that a field holds, one, many or by name; None for plain values."""
    if typing.get_origin(annotation) in _HOLDERS:
        return next((found for found in map(section_of, typing.get_args(annotation)) if found), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def case_problem(file: str, field: str, needed: Text, found: str, remedy: Text) -> InputProblem:
    """Return an error of the case file: what was needed in `field`, what stands there, what to do."""
    return InputProblem("error", needed, Text(zh=found, en=found), remedy, file=file, field=field)


def explain_value(details: Any, file: str, case: type[BaseModel]) -> InputProblem:
    """Return one of pydantic's complaints (`details`) in words, with the nearest known key of `case`."""
    keys = [str(part) for part in details["loc"] if part != "int" and not str(part).startswith("tuple[")]
    field = ".".join(keys)
    if details["type"] == "extra_forbidden":
        known = _known_keys(keys[:-1], case)
        every = Text(zh=f"可用的键：{'、'.join(known)}。", en=f"Known keys: {', '.join(known)}.")
        remedy = did_you_mean(keys[-1:], known) or every
        return case_problem(file, field, Text(zh="已知的键", en="a known key"), keys[-1], remedy)
    if details["type"] == "missing":
        return InputProblem(
            "error",
            Text(zh=f"键 {field}", en=f"the key {field}"),
            Text(zh="没有写", en="nothing"),
            Text(zh="补上这个键，写法见 docs/zh/formats/case.md。", en="Add it; docs/en/formats/case.md shows how."),
            file=file,
            field=field,
        )
    one_or_two = tuple(keys[:2]) in _RANGES and details["type"] != "value_error"
    needed = _K if one_or_two else _wanted(details["type"], details.get("ctx", {}), str(details["msg"]))
    return case_problem(
        file,
        field,
        needed,
        _as_written(details["input"])[:80],
        Text(
            zh="改正这个值，写法见 docs/zh/formats/case.md。",
            en="Correct the value; docs/en/formats/case.md shows how.",
        ),
    )


def _as_written(value: Any) -> str:
    """Return a value as it stands in a case file."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | clock) else repr(value)


_LARGEST, _SMALLEST = 1e15, 1e-12
"""Numbers of a case are 0 or lie between these, whatever their sign."""
_DEEPEST = 50
"""Tables and lists of a case lie not deeper in each other."""
_OF_FILES = frozenset({"path", "data_folder"})
"""Keys whose values have to match the name of a file as it is."""


def explain_monsters(tree: Any, file: str) -> Iterator[InputProblem]:
    """Yield a problem for each value that no case needs: numbers no arithmetic survives, file names with hidden signs, deep nesting."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), tree)]
    while waiting:
        at, value = waiting.pop()
        if len(at) > _DEEPEST:
            yield nesting_problem(file)
            return
        if isinstance(value, dict):
            waiting += [((*at, str(key)), inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*at, str(number)), inner) for number, inner in enumerate(value)]
        elif _is_monster(value):
            yield case_problem(file, ".".join(at), _SENSIBLE, _told_number(value), _USUAL)
        elif isinstance(value, str) and at[-1:] and at[-1] in _OF_FILES and has_hidden(value):
            yield case_problem(file, ".".join(at), _PLAIN_NAME, shown_line(value)[:80], _RENAME)


def _is_monster(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value != 0 and (abs(value) > _LARGEST or abs(value) < _SMALLEST)


def _told_number(value: float) -> str:
    digits = value.bit_length() * 0.30103 if isinstance(value, int) else 0
    return f"~1e{digits:.0f}" if digits > 20 else repr(value)


_PLAIN_NAME = Text(zh="不含控制字符的文件名", en="the name of a file without control characters")
_RENAME = Text(zh="给文件改名，再改正这里。", en="Rename the file, and correct the name here.")
_SENSIBLE = Text(zh="0，或大小在 1e-12 与 1e15 之间的数", en="0, or a number between 1e-12 and 1e15 in size")
_USUAL = Text(
    zh="改正这个值，写法见 docs/zh/formats/case.md。", en="Correct the value; docs/en/formats/case.md shows how."
)


def nesting_problem(file: str) -> InputProblem:
    """Return the problem of a case file that no reader gets through."""
    return InputProblem(
        "error",
        Text(zh="正常大小的数和层次的方案文件", en="a case file with numbers and nesting of usual size"),
        Text(zh="层层嵌套的表，或有几千位的数", en="tables nested very deeply, or a number of thousands of digits"),
        Text(
            zh="用 gridplan init 重新生成，或删去这样的内容。",
            en="Make it again with gridplan init, or remove such parts.",
        ),
        file=file,
    )


_WANTED = {
    "literal_error": Text(zh="下列值之一：{expected}", en="one of {expected}"),
    "greater_than": Text(zh="大于 {gt} 的数", en="a number greater than {gt}"),
    "greater_than_equal": Text(zh="不小于 {ge} 的数", en="a number of at least {ge}"),
    "less_than": Text(zh="小于 {lt} 的数", en="a number less than {lt}"),
    "less_than_equal": Text(zh="不大于 {le} 的数", en="a number of at most {le}"),
    "string_type": Text(zh="带引号的文字", en="a text in quotes"),
    "string_too_short": Text(zh="不为空的文字", en="a text that is not empty"),
    "string_pattern_mismatch": Text(zh="形如 {pattern} 的文字", en="a text like {pattern}"),
    "int_type": Text(zh="整数", en="a whole number"),
    "int_parsing": Text(zh="整数", en="a whole number"),
    "int_from_float": Text(zh="整数", en="a whole number"),
    "float_type": Text(zh="数字", en="a number"),
    "float_parsing": Text(zh="数字", en="a number"),
    "finite_number": Text(zh="有限的数", en="a finite number"),
    "bool_type": Text(zh="true 或 false", en="true or false"),
    "bool_parsing": Text(zh="true 或 false", en="true or false"),
    "dict_type": Text(zh="一节，如 [layers.units]", en="a table such as [layers.units]"),
    "model_type": Text(zh="一节，如 [layers.units]", en="a table such as [layers.units]"),
    "tuple_type": Text(zh="方括号中的列表", en="a list in brackets"),
    "too_short": Text(zh="至少 {min_length} 项", en="at least {min_length:item|items}"),
    "too_long": Text(zh="至多 {max_length} 项", en="at most {max_length:item|items}"),
    "value_error": Text(zh="{error}", en="{error}"),
}
"""What a value has to be, by pydantic's kind of error."""
_RANGES = {("grids", "k"), ("county", "k"), ("county", "k_of")}
"""Keys whose value is a number or a range."""
_K = Text(zh="整数，或 [最少, 最多]", en="a whole number, or [fewest, most]")


def _wanted(kind: str, context: dict[str, Any], message: str) -> Text:
    if kind == "needed":
        return Text(**context)
    wording = _WANTED.get(kind)
    if wording is None:
        return Text(zh=f"合适的值（{message}）", en=f"a value that fits ({message})")
    expected = str(context.get("expected", ""))
    context = {**context, "pattern": "R-20" if "R-" in str(context.get("pattern")) else context.get("pattern", "")}
    listed = Text(zh=expected.replace(" or ", "、").replace(", ", "、"), en=expected)
    return wording.format(**{**context, "expected": listed})


def explain_syntax(message: str, file: str) -> InputProblem:
    """Return a complaint of the TOML reader in words, with the line where it can be told."""
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    row, column = (int(place[1]), int(place[2])) if place else (0, 0)
    end = "(at end of document)" in message
    twice = "overwrite" in message or "Cannot declare" in message
    found = (
        Text(zh=f"第 {row} 行第 {column} 列有误", en=f"a mistake in line {row}, column {column}")
        if place
        else Text(zh="文件末尾不完整", en="an incomplete end of the file")
        if end
        else Text(zh=message, en=message)
    )
    remedy = Text(
        zh="同一节中每个键、每个节名只能写一次：删去多余的。"
        if twice
        else "检查引号是否成对、是否用了英文标点；路径用 / 而不用 \\。",
        en="Each key and each table may stand only once: remove the second."
        if twice
        else "Look for missing quotes, for full-width punctuation, and write / instead of \\ in paths.",
    )
    return InputProblem(
        "error",
        Text(zh="符合 TOML 写法的方案文件", en="a case file in TOML syntax"),
        found,
        remedy,
        file=file,
        rows=(row,) if row else (),
    )


def _known_keys(path: list[str], case: type[BaseModel]) -> list[str]:
    """Return the keys known where `path` leads; numbers and names given by the planner are passed over."""
    section: type[BaseModel] | None = case
    for part in path:
        fields = {(field.alias or name): field for name, field in section.model_fields.items()} if section else {}
        if part in fields:
            section = section_of(fields[part].annotation)
    return [field.alias or name for name, field in section.model_fields.items()] if section else []
