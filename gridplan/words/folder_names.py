"""Names that cannot be a folder of results, on the system at hand."""

from __future__ import annotations

import re
import sys
from pathlib import PurePath

from gridplan.words.signs import has_hidden
from gridplan.words.text import Text

_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_LONGEST = 259
"""Characters of a path that Windows takes everywhere, in Explorer and Excel too."""
_OUR_LONGEST = len(".new/comparison.json")
"""What is added to the name of a folder of results."""


def refused_name(place: PurePath) -> Text | None:
    """Return why a full path cannot be a folder of results on this system, or None."""
    if not place.name:
        return Text(zh="一个磁盘的根目录", en="the root of a disk")
    if has_hidden(place.name):
        return Text(zh="含有看不见的字符的名称", en="a name with signs that nobody sees")
    return windows_refuses(place) if sys.platform == "win32" else None


def windows_refuses(place: PurePath) -> Text | None:
    """Return why Windows would not take a full path, or would open a device or another name instead, or None."""
    parts = place.parts[1:]
    device = next((part for part in parts if _DEVICES.fullmatch(part.rstrip(" ."))), None)
    if device is not None:
        return Text(zh=f"Windows 的设备名 {device}", en=f"{device}, the name of a device in Windows")
    dotted = next((part for part in parts if part != part.rstrip(" .")), None)
    if dotted is not None:
        return Text(zh=f"以句点或空格结尾的名称「{dotted}」", en=f"'{dotted}', which ends with a dot or a blank")
    if any(_FORBIDDEN.search(part) for part in parts):
        return Text(zh='含有 < > : " | ? * 的名称', en='a name with one of < > : " | ? *')
    if len(str(place)) + _OUR_LONGEST > _LONGEST:
        return Text(
            zh=f"长达 {len(str(place))} 字的路径，Windows 只允许 {_LONGEST} 字",
            en=f"a path of {len(str(place))} characters where Windows takes {_LONGEST}",
        )
    return None
