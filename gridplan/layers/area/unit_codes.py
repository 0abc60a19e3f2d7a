"""Units that merged, split or changed their codes since: from a table in old codes to the units of this case."""

from __future__ import annotations

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.files.columns import Column, check_known, pick_columns, read_ids, read_numbers
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import read_table
from gridplan.words.numbers import counted, listed, people
from gridplan.words.problems import Problems
from gridplan.words.text import Text

CODE_COLUMNS = (
    Column(
        "old_unit_id", Text(zh="原单元代码", en="former unit code"), ("原代码", "旧代码", "原社区代码"), required=True
    ),
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("现代码", "新代码", "代码", "社区代码"), required=True),
    Column("residents", Text(zh="居民", en="residents"), ("人口", "常住人口", "居民人数", "population")),
)


def read_unit_codes(
    case: Case, source: Source, problems: Problems, *, units: pd.Index | None = None
) -> pd.DataFrame | None:
    """Read which unit each former one became: old_unit_id, unit_id, residents (1 where not told); a row for each part."""
    opened = read_table(case, source, problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, CODE_COLUMNS)
    old, new = read_ids(picked, "old_unit_id", unique=False), read_ids(picked, "unit_id", unique=False)
    check_known(new, picked, "unit_id", units)
    residents = read_numbers(picked, "residents", minimum=0) if "residents" in picked else pd.Series(dtype=float)
    return pd.DataFrame({"old_unit_id": old, "unit_id": new, "residents": residents.reindex(old.index).fillna(1.0)})


def in_new_codes(
    rows: pd.DataFrame, codes: pd.DataFrame, units: pd.Index | None, reading: Reading, header: str
) -> pd.DataFrame:
    """Return rows (unit_id and more) by the units that they became, with their residents; rows that became none are told; the index stays that of the rows.

    A unit that the table does not name keeps its code.
    """
    merged = rows.rename_axis("row").reset_index()
    joined = merged.merge(codes, left_on="unit_id", right_on="old_unit_id", how="left", suffixes=("_then", ""))
    joined = joined.set_index("row")
    same = joined["old_unit_id"].isna()
    joined["unit_id"] = joined["unit_id"].where(~same, joined["unit_id_then"])
    lost = same & ~joined["unit_id"].isin(units) if units is not None else same & False
    gone = list(map(str, joined.loc[lost, "unit_id_then"]))
    if gone:
        reading.tell(
            Text(
                zh="对照表中的原单元代码，或现有的单元代码",
                en="codes of the correspondence table, or of units of today",
            ),
            Text(zh="{n} 个对不上（{s}）", en="{n} that match none ({s})").format(
                n=counted(len(gone), "unit"), s=listed(gone, most=5)
            ),
            Text(
                zh="它们不计入；在对照表（layers.unit_codes）中补上。",
                en="They are left out; add them to layers.unit_codes.",
            ),
            severity="warning",
            field=header,
            values=gone,
        )
    kept = joined.loc[~lost].assign(residents=joined["residents"].fillna(1.0))
    return kept.drop(columns=["unit_id_then", "old_unit_id"])


def one_lead_each(rows: pd.DataFrame, reading: Reading, header: str) -> pd.DataFrame:
    """Return one row a unit: that of the lead which most of its residents have, the first of equals; units of several are told.

    Parameters
    ----------
    rows : unit_id, lead_id, residents and more.
    """
    led = rows[(rows["unit_id"] != "") & (rows["lead_id"] != "")]
    total = led.groupby(["unit_id", "lead_id"], sort=False)["residents"].sum()
    several = total[total.groupby("unit_id", sort=False).transform("size") > 1]
    best = total.groupby("unit_id", sort=False).idxmax().map(lambda pair: pair[1])
    if len(several):
        units = list(dict.fromkeys(map(str, several.index.get_level_values(0))))
        least = float(several.groupby("unit_id").sum().sum() - several.groupby("unit_id").max().sum())
        known = bool((rows["residents"] != 1.0).any())
        others = Text(zh="，其中 {p}属于别组", en="; {p} of them in another one") if known else Text(zh="", en="")
        reading.tell(
            Text(zh="每个单元属于一个网格", en="every unit in one grid"),
            Text(zh="{n} 个属于两个以上（{s}）{o}", en="{n} in two or more ({s}){o}").format(
                n=counted(len(units), "unit"), s=listed(units, most=5), o=others.format(p=people(least))
            ),
            Text(
                zh="按多数居民的牵头医院计；人数不明或相等时按第一行。",
                en="The lead that most of their residents have counts; the first row where that is not known or equal.",
            ),
            severity="warning",
            field=header,
            rows=led.index[led["unit_id"].isin(units)].unique(),
            values=units,
        )
    chosen = rows["unit_id"].map(best)
    own = rows[(rows["lead_id"] == chosen) | chosen.isna()]
    return own.drop_duplicates("unit_id").drop(columns="residents")
