"""What all exports share: the layers that are handed on, short names of fields, tables of fields and codes, stable ids, archives without a clock."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.layers.area.validity import reproject
from gridplan.outputs.workbook import guard_name
from gridplan.proposal.frames import FRAMES, to_file
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.signs import FORMULA_START, shown_text
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, OWNERSHIPS, ROLE_SOURCES, ROLES, TIES, Vocabulary

LAYERS = ("units", "grids", "facilities")
WGS84, CGCS2000 = "EPSG:4326", "EPSG:4490"
_DECIMALS = 6
"""Of numbers: 218,300 residents are no 218,299.99999999997 to whoever adds up a table."""
_FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_IDS = uuid.UUID("6b1f5c1e-2f0a-5d3b-9c55-7a1d0c0f9e21")
"""Namespace of the stable ids; a change would make every record in the systems that took a plan over a new one."""


def exchanged(proposal: Proposal, name: str, crs: str | None = None) -> Any:
    """Return a layer as other systems get it: ids as text, unreachable and not known empty, hidden signs shown, no dust of sums.

    Parameters
    ----------
    proposal : whose layer it is.
    name : of `LAYERS`.
    crs : that the other system wants; None: the proposal's own.
    """
    flat = to_file(getattr(proposal, name), name)
    texts = FRAMES[name].of_kind("text") + FRAMES[name].of_kind("keys")
    shown = flat.assign(
        **{column: flat[column].map(shown_text).astype(object) for column in texts},
        **{column: flat[column].round(_DECIMALS) for column in flat.select_dtypes("float").columns},
    )
    return shown if crs is None else reproject(shown, crs)


def write_file(frame: Any, path: Path, layer: str, driver: str, **options: Any) -> None:
    """Write a layer that is one file as `write_layer` does; GDAL fills a file in memory, as a full disk cuts its files silently."""
    held = io.BytesIO()
    write_layer(frame, held, layer, driver, **options)
    path.write_bytes(held.getvalue())


def write_layer(frame: Any, place: Path | io.BytesIO, layer: str, driver: str, **options: Any) -> None:
    """Write a layer with a driver of GDAL: whole numbers in 32 bits, which every format has; areas as multi-polygons.

    A layer without rows is one of points: only facilities may all be left out, and some formats must be told.
    """
    import pyogrio

    whole = frame.select_dtypes("int64").columns
    areas = frame.geom_type.isin(["Polygon", "MultiPolygon"]).any()
    pyogrio.write_dataframe(
        frame.astype(dict.fromkeys(whole, np.int32)),
        place,
        layer=layer,
        driver=driver,
        **({"promote_to_multi": areas} | options),
        geometry_type=None if len(frame) else "Point",
    )


def short_names(names: Iterable[str], most: int) -> dict[str, str]:
    """Return a name of at most `most` letters for each name: the longest words lose their vowels; equal ones are numbered.

    >>> short_names(["population", "minutes_to_lead"], 10)
    {'population': 'population', 'minutes_to_lead': 'mnts_to_ld'}
    """
    given: dict[str, str] = {}
    for name in names:
        short, n = _shortened(name, most), 2
        while short in given.values():
            short, n = f"{_shortened(name, most - len(str(n)))}{n}", n + 1
        given[name] = short
    return given


def _shortened(name: str, most: int) -> str:
    words = name.split("_")
    for i in sorted(range(len(words)), key=lambda i: -len(words[i])):
        if len("_".join(words)) > most:
            words[i] = words[i][0] + "".join(letter for letter in words[i][1:] if letter not in "aeiou")
    return "_".join(words)[:most]


def field_table(names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return what each field of each layer means, in both languages.

    Parameters
    ----------
    names : layer -> column of the proposal -> name of its field.
    """
    rows = [
        (layer, names[layer][column.name], column.name, column.kind, column.about.zh, column.about.en)
        for layer in names
        for column in FRAMES[layer].columns
    ]
    return pd.DataFrame(rows, columns=["layer", "field", "column", "kind", "zh", "en"])


_CODED: dict[tuple[str, str], Vocabulary] = {
    ("facilities", "kind"): KINDS,
    ("facilities", "ownership"): OWNERSHIPS,
    ("facilities", "admin_level"): ADMIN_LEVELS,
    ("facilities", "role"): ROLES,
    ("facilities", "role_source"): ROLE_SOURCES,
    ("facilities", "tie"): TIES,
}
"""(layer, column) -> what its words mean."""


def code_table() -> pd.DataFrame:
    """Return what each word of a coded column means, in both languages; levels are numbers that their column explains."""
    rows = [
        (layer, column, code, term.label.zh, term.label.en)
        for (layer, column), words in _CODED.items()
        for code, term in words.items()
    ]
    return pd.DataFrame(rows, columns=["layer", "column", "code", "zh", "en"])


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV that Excel opens: UTF-8 with a mark, lines as Windows ends them."""
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of which a spreadsheet takes no cell for a formula: such a name has an apostrophe before it.

    Raises
    ------
    OutputError
        If an id begins like a formula: an apostrophe would make it another one.
    """
    texts = table.select_dtypes(exclude="number").columns
    for column in texts[texts.str.endswith("_id")]:
        n_formulas = int(table[column].str.startswith(FORMULA_START).sum())
        if n_formulas:
            raise unfit_ids(
                Text(zh="不以 = + - @ 开头的代码", en="ids that do not start with = + - @"), column, n_formulas
            )
    return table.assign(**{column: table[column].map(guard_name) for column in texts})


def unfit_ids(needed: Text, column: str, n_unfit: int) -> OutputError:
    """Return the error of a format that cannot hold some ids of a column as they are."""
    found = Text(zh=f"{n_unfit} 个不符合", en=f"{n_unfit} that are not")
    other = Text(zh="改用 geojson、filegdb 等格式。", en="Use another format, such as geojson or filegdb.")
    return OutputError(InputProblem("error", needed, found, other, field=column))


@cache
def holds_sign(encoding: str, sign: str) -> bool:
    """Tell whether an encoding has a sign."""
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def stable_id(proposal: Proposal, kind: str, name: str) -> uuid.UUID:
    """Return the same UUID for the same thing of the same place in every export."""
    return uuid.uuid5(_IDS, "\n".join((proposal.case.place.name, kind, name)))


def write_archive(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a ZIP archive of the members in their order; no clock goes into it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _FIRST_ZIP_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, content)
    path.write_bytes(held.getvalue())
    return path
