"""Given travel times: a table of minutes, unit x facility."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.case import Case
from gridplan.layers.columns import Column, check_known, pick_columns, read_ids, read_numbers
from gridplan.layers.reading import Problems, Reading
from gridplan.layers.tables import read_table
from gridplan.text import Text

_UNIT = Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码"), required=True)


def read_given_minutes(
    case: Case, problems: Problems, *, units: pd.Index | None = None, facilities: pd.Index | None = None
) -> pd.DataFrame:
    """Read the case's travel table: minutes (inf where empty), one row a unit, one column a facility id.

    Unit codes are checked against `units`, headers against `facilities`; an empty frame if the case has no table.
    """
    source = case.layers.travel_table
    opened = None if source is None else read_table(case, source, problems)
    if opened is None or opened.frame.empty:
        return pd.DataFrame()
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
        _tell_strange(strange, reading)
    minutes = pd.DataFrame({name: read_numbers(picked, name, minimum=0) for name in targets}, index=picked.index)
    minutes.index = pd.Index(ids, name="unit_id")
    return minutes.fillna(np.inf)


def _tell_strange(strange: list[str], reading: Reading) -> None:
    if strange:
        reading.tell(
            Text(zh="每列的表头是机构编号", en="a facility id at the head of each column"),
            Text(
                zh=f"{len(strange)} 个表头不是（{'、'.join(strange[:5])}）",
                en=f"{len(strange)} others ({', '.join(strange[:5])})",
            ),
            Text(zh="这些列未采用。", en="These columns are left out."),
            severity="warning",
            field=strange[0],
            values=strange,
        )
