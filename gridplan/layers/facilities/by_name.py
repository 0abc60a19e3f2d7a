"""Facilities by their names, for tables that write names where ids are wanted."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gridplan.layers.files.columns import Picked
from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise


def ids_by_name(names: pd.Series | None) -> dict[str, str]:
    """Return the id of each facility by its name (`names` by id), those of names that several have left out."""
    if names is None:
        return {}
    spelled = names.map(lambda name: normalise(str(name)))
    once = spelled[~spelled.duplicated(keep=False) & (spelled != "")]
    return {name: str(own) for own, name in once.items()}


def with_ids(picked: Picked, name: str, text: pd.Series, by_name: Mapping[str, str]) -> pd.Series:
    """Return the names of facilities in a column as their ids, and say so."""
    ids = set(by_name.values())
    found = text.map(lambda value: "" if value in ids else by_name.get(normalise(value), "")).astype(object)
    named = (found != "").to_numpy(bool)
    picked.reading.tell_rows(
        text.index[named],
        Text(zh="机构编号", en="ids of facilities"),
        Text(zh="机构名称，已按机构表换成编号", en="names, taken as the facilities of these names"),
        Text(zh="核对；有编号的话改用编号。", en="Check them; write ids where there are any."),
        severity="repair",
        field=picked.header(name),
        values=(text + " → " + found)[named],
    )
    return text.where(~named, found)
