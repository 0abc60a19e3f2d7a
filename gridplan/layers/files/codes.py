"""Administrative and statistical codes checked by prefix: 6 digits of a district, 9 of a street, 12 of a community."""

from __future__ import annotations

import re

import pandas as pd

from gridplan.layers.files.columns import Picked
from gridplan.words.text import Text

DIGITS = {"district_id": 6, "street_id": 9, "unit_id": 12}
"""Digits of a code of each level (GB/T 2260; the 9 and 12 digits are those of the statistics bureau)."""
_LEVELS = {
    "district_id": Text(zh="区县代码", en="district codes"),
    "street_id": Text(zh="街道代码", en="street codes"),
    "unit_id": Text(zh="社区代码", en="community codes"),
}
_CODE = re.compile(r"[1-8]\d{5,}")
_MOSTLY = 0.8
"""A column of which fewer are codes has ids of its own making, about which nothing is known."""


def check_codes(frame: pd.DataFrame, picked: Picked) -> None:
    """Tell codes of units that do not begin with their street's and district's code, or have not the digits of their level.

    Trailing zeros of longer codes (420102001000 for a street) count as padding. Codes change over the years, so that
    these are warnings. Nothing is told of columns that hold other ids.

    Parameters
    ----------
    frame : unit_id, and street_id and district_id where given, as text; index of row numbers.
    """
    coded = [name for name in DIGITS if name in frame and _are_codes(frame[name])]
    for name in coded:
        _tell_digits(frame[name], picked, name)
    for position, name in enumerate(coded):
        if position:
            _tell_prefixes(frame[name], frame[coded[position - 1]], picked, (name, coded[position - 1]))


def _are_codes(codes: pd.Series) -> bool:
    given = codes[codes != ""]
    return len(given) > 0 and float(given.map(lambda code: _CODE.fullmatch(code) is not None).mean()) >= _MOSTLY


def _core(code: str, digits: int) -> str:
    """Return a code without the zeros that pad it to a longer one."""
    return code[:digits] if len(code) > digits and not code[digits:].strip("0") else code


def _tell_digits(codes: pd.Series, picked: Picked, name: str) -> None:
    digits = DIGITS[name]
    cores = codes.map(lambda code: _core(code, digits)).astype(str)
    usual = int(cores.str.len().mode().iloc[0])
    if usual != digits:
        return
    number = cores.map(str.isdigit).astype(bool)
    short, long = number & (cores.str.len() < digits), number & (cores.str.len() > digits)
    lost_one = short & (cores.str.len() == digits - 1)
    for rows, found in (
        (
            short & ~_told_already(codes, lost_one),
            Text(zh="位数不足的代码（像是被截断）", en="shorter codes (cut off, it seems)"),
        ),
        (long, Text(zh="位数过多的代码", en="longer codes")),
        (~number & (cores != ""), Text(zh="含有其他字符的代码", en="codes with other signs")),
        (
            _is_parent(cores, name),
            Text(zh="末三位为 000、属于上一级的代码", en="codes of the level above (they end in 000)"),
        ),
    ):
        picked.reading.tell_rows(
            codes.index[rows],
            Text(zh=f"{digits} 位的{_LEVELS[name].zh}", en=f"{_LEVELS[name].en} of {digits} digits"),
            found,
            Text(zh="核对；把该列设为文本格式后补全。", en="Check; format the column as text and complete them."),
            severity="warning",
            field=picked.header(name),
            values=codes[rows],
        )


def _told_already(codes: pd.Series, lost_one: pd.Series) -> pd.Series:
    """Codes one digit short are told by `read_ids` where nearly all others have the same length."""
    same = codes.str.len() == codes.str.len().mode().iloc[0]
    return lost_one & bool(len(codes) >= 10 and same.mean() >= 0.9)


def _is_parent(cores: pd.Series, name: str) -> pd.Series:
    return (cores.str.len() == DIGITS[name]) & cores.str.endswith("000") & (name != "district_id")


def _tell_prefixes(codes: pd.Series, parents: pd.Series, picked: Picked, names: tuple[str, str]) -> None:
    name, parent = names
    cores = parents.map(lambda code: _core(code, DIGITS[parent])).astype(str)
    differ = [
        code.isdigit() and core.isdigit() and not code.startswith(core) for code, core in zip(codes, cores, strict=True)
    ]
    rows = pd.Series(differ, index=codes.index, dtype=bool)
    picked.reading.tell_rows(
        codes.index[rows],
        Text(
            zh=f"以所属{_LEVELS[parent].zh}（{picked.header(parent)}）开头的{_LEVELS[name].zh}",
            en=f"{_LEVELS[name].en} that begin with their {_LEVELS[parent].en} ({picked.header(parent)})",
        ),
        Text(zh="开头不同的代码", en="codes that begin otherwise"),
        Text(
            zh="核对两列；代码逐年有变，两列应取同一年版。",
            en="Check both columns; codes change over the years: both should be of the same one.",
        ),
        severity="warning",
        field=picked.header(name),
        values=(codes + " / " + parents)[rows],
    )
