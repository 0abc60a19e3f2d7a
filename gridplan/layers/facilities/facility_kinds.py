"""What a facility is and which level it has: name, category and type code of a row weighed together."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.layers.facilities.names import Places, parse_name
from gridplan.layers.files.columns import Picked, read_text
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, KINDS, PRIMARY_KINDS, normalise

_PATH = re.compile(r"[;；|]")
"""Stands between the steps of a map service's category (医疗保健服务;综合医院;卫生院), and between several of them."""
_OPEN = frozenset({"医院", "hospital", "医疗机构", "医疗卫生机构", "healthfacility", "facility"})
"""Categories that leave open what kind of institution it is."""
_LEVEL = re.compile(r"[三二一]级(?:[甲乙丙特]等)?")
_TYPE_CODES = {"0901": "general", "0902": "specialist", "0903": "clinic", "0904": "ems", "0905": "other", "0906": "other", "0907": "other"}  # fmt: skip
"""First four digits of Amap's type codes."""
_WHOLE_CODES = {"090101": ("general", "三级甲等"), "090102": ("thc", "")}


def find_kind(value: object) -> str | None:
    """Return the kind that a category, a name or a type code of a map service says, or None; of several the first.

    >>> find_kind("医疗保健服务;综合医院;卫生院|医疗保健服务;诊所;诊所"), find_kind("090300"), find_kind("Doctors")
    ('thc', 'clinic', 'clinic')
    """
    first = normalise(value).split("|")[0]
    if first in _OPEN:
        return "general"
    if re.fullmatch(r"\d{6}", first):
        return _WHOLE_CODES[first][0] if first in _WHOLE_CODES else _TYPE_CODES.get(first[:4])
    return KINDS.find_within(first)


def weigh_kind(name: str, category: str) -> str | None:
    """Return the kind of a facility by its name and its category, or None where neither says one.

    A category is believed, but for two things that names say better: which of the kinds of primary care it is (a map service has
    one category for all health centres), and what it is where the category is a map service's or leaves it open.

    >>> weigh_kind("长青社区卫生服务中心", "卫生院"), weigh_kind("市中医院", "综合医院"), weigh_kind("青山卫生院", "卫生院")
    ('chc', 'general', 'thc')
    """
    stated, named = find_kind(category), KINDS.find_within(name)
    if named is None or named == stated:
        return stated
    vague = stated is None or _PATH.search(category) is not None or normalise(category) in _OPEN | {"其他", "other"}
    if vague or re.fullmatch(r"\d{6}", normalise(category)):
        return named
    return named if named in PRIMARY_KINDS and stated in CENTRE_KINDS else stated


def weigh_rows(picked: Picked) -> Picked:
    """Return a facility table whose kinds and levels are weighed; what a name overrules is told.

    Words that the case maps under `values.kind` stand as they are; a category's level counts where the table has no column of levels, for
    rows that show a whole institution.
    """
    if "kind" not in picked or "name" not in picked:
        return picked
    names, categories = read_text(picked, "name"), read_text(picked, "kind")
    mapped = {normalise(value) for value in picked.reading.source.values.get("kind", {})}
    kinds = pd.Series(
        [
            category if normalise(category) in mapped else weigh_kind(name, category) or category
            for name, category in zip(names, categories, strict=True)
        ],
        index=picked.index,
        dtype=object,
    )
    _tell_overruled(picked, kinds, names, categories)
    frame, headers = picked.frame.assign(kind=kinds), dict(picked.headers)
    levels = categories.map(_stated_level)
    if "level" not in picked and (levels != "").any():
        whole = names.map(lambda name: parse_name(name, Places()).part == "whole")
        frame, headers["level"] = frame.assign(level=levels.where(whole, "")), picked.header("kind")
    return replace(picked, frame=frame, headers=headers)


def _stated_level(category: str) -> str:
    """Return the level that a category states, "" for none."""
    if normalise(category) in _WHOLE_CODES:
        return _WHOLE_CODES[normalise(category)][1]
    stated = _LEVEL.search(normalise(category))
    return stated[0] if stated else ""


def _tell_overruled(picked: Picked, kinds: pd.Series, names: pd.Series, categories: pd.Series) -> None:
    overruled = np.array(
        [
            kind in KINDS and _PATH.search(category) is None and find_kind(category) != kind
            for kind, category in zip(kinds, categories, strict=True)
        ],
        dtype=bool,
    )
    picked.reading.tell_rows(
        picked.index[overruled],
        Text(zh="与名称一致的类别", en="kinds that agree with the names"),
        Text(
            zh="名称说的是另一类，或者类别空白、不认识", en="names that say another kind, or kinds blank or not known"
        ),
        Text(
            zh="已按名称取类别；不对的，在 values.kind 中写明。",
            en="The kind is taken from the name; where that is wrong, say so under values.kind.",
        ),
        severity="repair",
        field=picked.header("kind"),
        values=[f"{name} ({category})" for name, category in zip(names[overruled], categories[overruled], strict=True)],
    )
