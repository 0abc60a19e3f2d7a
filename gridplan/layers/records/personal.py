"""Columns that tell of single people: numbers of identity cards, telephones, names of patients. No table may have them."""

from __future__ import annotations

import re

import pandas as pd

from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import parse_number
from gridplan.words.text import Text

_NAMED = re.compile(
    r"身份证|证件号|患者(?:姓名|名)|病人(?:姓名|名)|病历号|住院号|门诊号(?!源)|就诊卡|社保卡?号|医保卡?号|^姓名$|出生(?:日期|年月)|邮箱|电子邮件|微信号?|家庭住址"
    r"|(?<![a-z])(?:patient[ _]?(?:name|id)|national[ _]?id|id[ _]?card|ssn|passport|mrn|date[ _]of[ _]birth|dob|e-?mail)(?![a-z])",
    re.IGNORECASE,
)
_PERSON = re.compile(r"患者|病人|就诊[人者]|参保人|(?:family|first|last|full|patient)[ _]?name|patient", re.IGNORECASE)
"""Headers that name people where their values are words, and count them where they are numbers."""
_PHONE_HEADER = re.compile(
    r"(?:患者|病人|联系|本人|家属)?(?:手机|电话)|(?<![a-z])(?:mobile|phone|tel|telephone)(?![a-z])", re.IGNORECASE
)
_IDENTITY = re.compile(r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_MOSTLY = 0.5
_ROWS = 500


def personal_columns(frame: pd.DataFrame, *, telephones: bool = False) -> list[str]:
    """Return the headers of columns that tell of single people, by header or by content.

    `telephones`: numbers of telephones and addresses of mail count as well; a list of institutions may have them.
    """
    return [
        str(name)
        for name in frame.columns
        if str(name) != "geometry" and _is_personal(str(name), frame[name], telephones)
    ]


def _is_personal(header: str, values: pd.Series, telephones: bool) -> bool:
    if _NAMED.search(header) or (telephones and _PHONE_HEADER.search(header)):
        return True
    texts = [text for text in values.head(_ROWS).map(plain_text) if text]
    if _PERSON.fullmatch(header.strip()) and any(parse_number(text).wrong for text in texts):
        return True
    telling = (_IDENTITY, _MOBILE, _MAIL) if telephones else (_IDENTITY,)
    return any(sum(sign.fullmatch(text) is not None for text in texts) > _MOSTLY * len(texts) for sign in telling)


def tell_personal(frame: pd.DataFrame, reading: Reading) -> bool:
    """Tell the columns of a table of records that are about single people, their values unseen; whether there are any."""
    headers = personal_columns(frame, telephones=True)
    for header in headers:
        reading.tell(
            Text(zh="不含个人信息的表", en="a table without personal data"),
            Text(zh="能认出个人的列", en="a column that tells of single people"),
            Text(
                zh="先汇总成按单元或按机构的数字，并删去这一列。",
                en="Aggregate the table to counts by unit or facility, without this column.",
            ),
            field=header,
        )
    return bool(headers)
