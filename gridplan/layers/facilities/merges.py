"""What the planner decided about rows of facility tables: merged into others, campuses, left out; each applied and told."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import FacilitySource, Source
from gridplan.layers.facilities.suggestions import DECISIONS
from gridplan.layers.files.columns import Column, Picked, map_values, pick_columns, read_ids, read_text, require_text
from gridplan.layers.files.tables import read_table, sheet_names
from gridplan.words.ledger import Subject
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS

MERGE_COLUMNS = (
    Column("facility_id", Text(zh="机构编号", en="facility id"), ("机构编号", "机构代码", "编号", "id"), required=True),
    Column("decision", Text(zh="决定", en="decision"), ("决定", "处理"), required=True),
    Column(
        "target_id",
        Text(zh="并入或所属机构的编号", en="id merged into, or parent"),
        ("并入编号", "归并编号", "所属机构编号"),
    ),
    Column("kind", Text(zh="机构类别", en="kind of facility"), ("类别", "机构类别")),
    Column("reason", Text(zh="理由", en="reason"), ("理由",)),
)


FACILITY_ROWS = Subject("facility_rows", Text(zh="机构表的行", en="facility rows"))
MERGE_SHEET = Text(zh="归并", en="merges")
MERGE_SHEETS = (MERGE_SHEET.zh, MERGE_SHEET.en)


@dataclass(frozen=True, eq=False)
class FacilityTable:
    """A facility table as opened: features, our columns of it, the coordinates' headers; ids and parents on its rows."""

    source: FacilitySource
    frame: gpd.GeoDataFrame
    picked: Picked
    field: str
    parents: pd.Series

    @property
    def ids(self) -> pd.Series:
        """Ids of the rows as text."""
        return read_text(self.picked, "facility_id")

    @property
    def names(self) -> pd.Series:
        """Names of the rows."""
        return read_text(self.picked, "name")

    def rows(self, wanted: pd.Series) -> FacilityTable:
        """Return the table with some of its rows only."""
        keep = wanted.to_numpy(bool)
        picked = replace(self.picked, frame=self.picked.frame[keep])
        return replace(self, frame=self.frame[keep], picked=picked, parents=self.parents[keep])


@dataclass(frozen=True, eq=False)
class _Decided:
    """The decisions of one workbook: `frame` on facility_id (decision, target, kind, row), and where they were read."""

    frame: pd.DataFrame
    picked: Picked


@dataclass(frozen=True, eq=False)
class Outcome:
    """What becomes of the rows of a table: decision ("" where none), the id it ends in, and the reason given, on its rows."""

    table: FacilityTable
    decided: _Decided
    decision: pd.Series
    end: pd.Series
    reason: pd.Series


def decide_rows(case: Case, tables: list[FacilityTable], problems: Problems) -> list[Outcome | None]:
    """Return what becomes of the rows of each table by the decisions that its source names; None where it names none.

    Unknown, contradicting and missing decisions are told where they stand.
    """
    decided = [_read(case, table.source.merges, problems) if table.source.merges else None for table in tables]
    if not any(decided):
        return [None] * len(tables)
    known = pd.Index([facility_id for table in tables for facility_id in table.ids])
    everything = pd.concat([one.frame for one in decided if one is not None])
    everything = everything[~everything.index.duplicated()]
    settled = settle_decisions(everything)
    outcomes: list[Outcome | None] = []
    for table, one in zip(tables, decided, strict=True):
        if one is not None:
            _tell_contradictions(one, table, known, settled["end"])
        outcomes.append(None if one is None else _outcome(table, one, settled))
    return outcomes


def settle_decisions(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return what becomes of rows by the decisions on all of them: `decision` and `end`, the institution each ends in.

    Parts and campuses of institutions that are left out are left out with them; `end` is None where merges run in a circle.

    Parameters
    ----------
    decisions : index facility_id, each once; decision, and target ("" where none).
    """
    end = pd.Series({row: _end_of(row, decisions) for row in decisions.index}, index=decisions.index, dtype=object)
    out = decisions.index[decisions["decision"] == "leave_out"]
    return pd.DataFrame({"decision": decisions["decision"].mask(end.isin(out), "leave_out"), "end": end})


def _outcome(table: FacilityTable, one: _Decided, settled: pd.DataFrame) -> Outcome:
    ids = table.ids
    end = ids.map(settled["end"]).fillna("")
    left_out = ids.map(settled["decision"]) == "leave_out"
    decision = ids.map(one.frame["decision"]).fillna("").mask(left_out, "leave_out")
    return Outcome(table, one, decision, end.mask(end == ids, ""), ids.map(one.frame["reason"]).fillna(""))


def apply_merges(case: Case, tables: list[FacilityTable], problems: Problems) -> list[FacilityTable]:
    """Apply the decisions of the case's `merges` to the rows of the tables, and tell what becomes of every row.

    Rows that are merged or left out are gone from the tables returned; campuses have their parent, decided kinds stand
    in the kind column.
    """
    outcomes = decide_rows(case, tables, problems)
    names = {key: name for table in reversed(tables) for key, name in zip(table.ids, table.names, strict=True)}
    return [
        table if outcome is None else _apply(outcome, names) for table, outcome in zip(tables, outcomes, strict=True)
    ]


def _read(case: Case, source: Source, problems: Problems) -> _Decided | None:
    opened = read_table(case, decision_sheet(case, source), problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, MERGE_COLUMNS)
    if "facility_id" not in picked or "decision" not in picked:
        return None
    require_text(picked, "decision", MERGE_COLUMNS[1].label)
    decision = map_values(picked, "decision", find=DECISIONS.find, choices=DECISIONS.choices)
    kind = map_values(picked, "kind", find=KINDS.find, choices=KINDS.choices)
    frame = pd.DataFrame(
        {
            "facility_id": read_ids(picked, "facility_id"),
            "decision": decision.where(decision.notna(), ""),
            "target": read_text(picked, "target_id"),
            "kind": kind.where(kind.notna(), ""),
            "reason": read_text(picked, "reason"),
            "row": picked.index,
        }
    )
    frame["target"] = frame["target"].where(frame["decision"].isin(["merge", "campus"]), "")
    return _Decided(frame[~frame["facility_id"].duplicated()].set_index("facility_id"), picked)


def decision_sheet(case: Case, source: Source) -> Source:
    """The decisions stand in the first sheet of the workbook that init writes; the others are its guide and choices."""
    path = case.locate(source)
    if source.layer is not None or not path.is_file():
        return source
    try:
        names = sheet_names(path)
    except Exception:  # what is wrong with the file is told when it is read
        return source
    return source.model_copy(update={"layer": names[0]}) if names and names[0] in MERGE_SHEETS else source


def _end_of(facility_id: str, decisions: pd.DataFrame) -> str | None:
    """Return the institution that a row ends in, following merges and parents; None where they run in a circle."""
    seen = {facility_id}
    at = facility_id
    while at in decisions.index and decisions.at[at, "target"] != "":
        at = str(decisions.at[at, "target"])
        if at in seen:
            return None
        seen.add(at)
    return at


def _tell_contradictions(one: _Decided, table: FacilityTable, known: pd.Index, ends: pd.Series) -> None:
    frame, picked = one.frame, one.picked
    reading, field = picked.reading, picked.header("target_id")
    needs = frame["decision"].isin(["merge", "campus"])
    end = frame.index.to_series().map(ends)
    told = (
        (needs & (frame["target"] == ""), *_NO_TARGET),
        (needs & (frame["target"] != "") & ~frame["target"].isin(known), *_UNKNOWN_TARGET),
        (needs & end.isna(), *_CIRCLE),
    )
    for wrong, needed, found, remedy in told:
        values = [f"{row} → {target or '∅'}" for row, target in frame.loc[wrong, "target"].items()]
        reading.tell_rows(frame.loc[wrong, "row"], needed, found, remedy, field=field, values=values)
    strange = ~frame.index.isin(table.ids)
    reading.tell_rows(
        frame.loc[strange, "row"],
        Text(zh="「{f}」中的机构编号", en="facility ids of {f}").format(f=table.source.path),
        Text(zh="表中没有的编号，这些决定没有用上", en="ids that it does not have: these decisions were not used"),
        Text(
            zh="改正编号；若原表已更新，删去这些行。",
            en="Correct the ids, or delete the rows if the table has changed.",
        ),
        severity="warning",
        field=picked.header("facility_id"),
        values=frame.index[strange],
    )


def _apply(outcome: Outcome, names: dict[str, str]) -> FacilityTable:
    table, decision = outcome.table, outcome.decision
    _tell_rows(table, decision, outcome.end.map(names).fillna(""))
    if "kind" in table.picked:
        kind = table.ids.map(outcome.decided.frame["kind"]).fillna("")
        frame = table.picked.frame.assign(kind=table.picked.frame["kind"].where(kind == "", kind))
        table = replace(table, picked=replace(table.picked, frame=frame))
    parents = outcome.end.where(decision == "campus", "").astype(str)
    return replace(table, parents=parents).rows(~decision.isin(_GONE))


def _tell_rows(table: FacilityTable, decision: pd.Series, into: pd.Series) -> None:
    """Tell what became of the rows, and which of them nobody decided on."""
    reading, names = table.picked.reading, table.names
    field = table.picked.header("facility_id")
    for key, found in _TOLD.items():
        rows = (decision == key).to_numpy(bool)
        if key in _GONE:
            reading.enter(FACILITY_ROWS, rows.sum(), found)
        values = [
            f"{name} → {target}" if target else name for name, target in zip(names[rows], into[rows], strict=True)
        ]
        reading.tell_rows(
            table.frame.index[rows],
            Text(zh="一行一家机构", en="one institution a row"),
            found,
            Text(
                zh="按归并表「{f}」处理；逐行的去向在 check.xlsx。",
                en="As {f} decides; check.xlsx tells it row by row.",
            ).format(f=table.source.merges.path if table.source.merges else ""),
            severity="repair",
            field=field,
            values=values,
        )
    rows = (decision == "").to_numpy(bool)
    reading.tell_rows(
        table.frame.index[rows],
        Text(zh="每行都有归并决定", en="a decision on every row"),
        Text(zh="归并表中没有的行，按原样采用", en="rows without one, used as they stand"),
        Text(zh="需要时在归并表中补上。", en="Add them to the merge table if need be."),
        severity="warning",
        field=field,
        values=names[rows],
    )


_GONE = ("merge", "leave_out")
_TOLD = {
    "merge": Text(zh="已并入其他机构的行", en="rows merged into others"),
    "campus": Text(zh="作为院区的行", en="rows that are campuses of others"),
    "leave_out": Text(zh="决定不采用的行（连同其楼栋、科室）", en="rows left out by decision, with their parts"),
}
_NO_TARGET = (
    Text(zh="并入哪家机构的编号", en="the id of the institution to merge into"),
    Text(zh="决定为并入或院区、却没有写编号的行", en="rows to merge, or campuses, without it"),
    Text(zh="补上编号，或把决定改为保留。", en="Fill in the id, or decide to keep the row."),
)
_UNKNOWN_TARGET = (
    Text(zh="机构表中的编号", en="ids of the facility tables"),
    Text(zh="不存在的并入编号", en="unknown ids to merge into"),
    Text(zh="改正编号。", en="Correct the ids."),
)
_CIRCLE = (
    Text(zh="最终归到一家保留的机构", en="merges that end in an institution that is kept"),
    Text(zh="互相并入、绕成一圈的行", en="rows that are merged in a circle"),
    Text(zh="把其中一行的决定改为保留。", en="Decide to keep one of them."),
)
