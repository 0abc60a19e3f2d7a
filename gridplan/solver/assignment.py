"""Which lead each unit belongs to: the plan itself, edited by units and grids, kept in csv or xlsx by unit id."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridplan.words.errors import AssignmentError, InputProblem
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file

COLUMNS = {
    "unit_id": ("unit_id", "单元编号", "单元ID", "规划单元编号"),
    "lead_id": ("lead_id", "牵头医院编号", "牵头医院ID", "牵头单位编号"),
    "grid_id": ("grid_id", "网格编号", "网格ID"),
}


@dataclass(frozen=True, eq=False)
class Assignment:
    """The lead of each unit and the id of each lead's grid. Editing returns a new assignment.

    Examples
    --------
    >>> plan = Assignment.from_leads({"u1": "h1", "u2": "h1", "u3": "h2"})
    >>> plan.move(["u2"], to="h2").lead_of_unit.to_dict()
    {'u1': 'h1', 'u2': 'h2', 'u3': 'h2'}
    >>> plan.grid_of_unit.to_dict()
    {'u1': 'G1', 'u2': 'G1', 'u3': 'G2'}
    """

    lead_of_unit: pd.Series[str]
    grid_of_lead: Mapping[str, str]

    @classmethod
    def from_leads(
        cls, lead_of_unit: Mapping[str, str] | pd.Series[str], grid_ids: Mapping[str, str] | None = None
    ) -> Assignment:
        """Build an assignment from unit id -> lead id.

        Parameters
        ----------
        lead_of_unit
            Unit id -> lead id.
        grid_ids
            Lead id -> grid id, for the grids that have one already; the others are numbered G1, G2 ... in the order of
            their lead ids, so that the order of rows does not matter.

        Raises
        ------
        AssignmentError
            If a unit is listed twice or has no lead, or two leads share a grid id.
        """
        series = pd.Series(
            dict(lead_of_unit) if not isinstance(lead_of_unit, pd.Series) else lead_of_unit, dtype=object
        )
        series = series.rename_axis("unit_id").rename("lead_id")
        _require(not series.empty, "unit_id", ("至少一个单元", "at least one unit"), [])
        twice = series.index[series.index.duplicated()].unique()
        _require(len(twice) == 0, "unit_id", ("每个单元一行", "one row a unit"), twice)
        empty = series.index[[not isinstance(lead, str) or not lead for lead in series]]
        _require(len(empty) == 0, "lead_id", ("每个单元一家牵头医院", "a lead for each unit"), empty)
        given = dict(grid_ids or {})
        leads = sorted(set(series))
        grids = {lead: given[lead] for lead in leads if lead in given}
        shared = [grid for grid in set(grids.values()) if list(grids.values()).count(grid) > 1]
        _require(not shared, "grid_id", ("每个网格一家牵头医院", "one lead a grid"), sorted(shared))
        free = iter(_fresh_names(len(leads), set(given.values())))
        return cls(series, {lead: grids.get(lead) or next(free) for lead in leads})

    @property
    def grid_of_unit(self) -> pd.Series[str]:
        """Grid id of each unit, on the index of `lead_of_unit`."""
        return self.lead_of_unit.map(dict(self.grid_of_lead)).rename("grid_id")

    @property
    def lead_of_grid(self) -> pd.Series[str]:
        """Lead id of each grid."""
        pairs = {grid: lead for lead, grid in self.grid_of_lead.items()}
        return pd.Series(pairs, dtype=object, name="lead_id").rename_axis("grid_id")

    def units_of(self, grid: str) -> tuple[str, ...]:
        """Unit ids of a grid, named by its grid id or its lead id."""
        lead = self._lead(grid)
        return tuple(self.lead_of_unit.index[self.lead_of_unit == lead])

    def move(self, units: Iterable[str], *, to: str) -> Assignment:
        """Give units to another grid, named by its grid id or lead id; a lead id that is new opens a grid.

        Raises
        ------
        AssignmentError
            If a unit id is unknown.
        """
        listed = [units] if isinstance(units, str) else list(units)
        unknown = [unit for unit in listed if unit not in self.lead_of_unit.index]
        _require(not unknown, "unit_id", ("本方案中的单元", "units of this plan"), unknown)
        lead = {grid: x for x, grid in self.grid_of_lead.items()}.get(to, to)
        series = self.lead_of_unit.copy()
        series.loc[listed] = lead
        return Assignment.from_leads(series, self.grid_of_lead)

    def merge(self, grid: str, *, into: str) -> Assignment:
        """Dissolve a grid into another; both named by grid id or lead id.

        Raises
        ------
        AssignmentError
            If a grid is unknown.
        """
        return self.move(self.units_of(grid), to=self._lead(into))

    def relabel(self, leads: Mapping[str, str]) -> Assignment:
        """Give grids another lead, {lead or grid id: new lead id}; the grid ids stay.

        Raises
        ------
        AssignmentError
            If a grid is unknown, or two grids would get the same lead.
        """
        new = {self._lead(old): lead for old, lead in leads.items()}
        target = [new.get(lead, lead) for lead in self.grid_of_lead]
        twice = sorted({lead for lead in target if target.count(lead) > 1})
        _require(not twice, "lead_id", ("每家医院至多牵头一个网格", "a lead of one grid at most"), twice)
        grids = {new.get(lead, lead): grid for lead, grid in self.grid_of_lead.items()}
        return Assignment.from_leads(self.lead_of_unit.map(lambda lead: new.get(lead, lead)), grids)

    def write(self, path: str | Path) -> None:
        """Write unit_id, grid_id, lead_id as csv (utf-8-sig) or xlsx, by the name's ending.

        Raises
        ------
        AssignmentError
            If the ending is neither .csv nor .xlsx.
        OutputError
            If the file cannot be written.
        """
        path = Path(path)
        frame = pd.DataFrame({"grid_id": self.grid_of_unit, "lead_id": self.lead_of_unit}).reset_index()
        ending = _ending(path)
        content = io.BytesIO()
        if ending == ".csv":
            frame.to_csv(content, index=False, encoding="utf-8-sig", lineterminator="\n")
        else:
            frame.to_excel(content, index=False, engine="xlsxwriter")
        with replaced_file(path) as beside:
            beside.write_bytes(content.getvalue())

    def _lead(self, name: str) -> str:
        """Lead of a grid named by grid id or lead id."""
        leads = {grid: lead for lead, grid in self.grid_of_lead.items()} | {x: x for x in self.grid_of_lead}
        _require(name in leads, "grid_id", ("本方案中的网格", "a grid of this plan"), [name])
        return leads[name]


def read_assignment(
    path: str | Path, *, units: Iterable[str] | None = None, leads: Iterable[str] | None = None
) -> Assignment:
    """Read the lead of each unit from a csv or xlsx file, matched by unit id.

    Parameters
    ----------
    path
        A file with the columns unit_id and lead_id (or 单元编号, 牵头医院编号), optionally grid_id.
    units, leads
        The ids that must be there (every unit once) and the leads that may be used; None skips the test.

    Raises
    ------
    AssignmentError
        If the file cannot be read, lacks a column, repeats or misses units, or names unknown ids; all told together.
    """
    path = Path(path)
    frame = _columns(_frame(path), path.name)
    problems: list[InputProblem] = []
    problems += _blank_rows(frame, path.name)
    twice = frame["unit_id"].duplicated(keep=False) & (frame["unit_id"] != "")
    problems += _rows(frame, twice, path.name, "unit_id", ("每个单元一行", "one row a unit"))
    for column, ids in (("unit_id", units), ("lead_id", leads)):
        if ids is not None:
            known = set(ids)
            unknown = ~frame[column].isin(known) & (frame[column] != "")
            problems += _rows(frame, unknown, path.name, column, ("已知的编号", "ids that exist"), known=known)
    missing = sorted(set(units or ()) - set(frame["unit_id"]))
    if missing:
        problems.append(_problem("unit_id", ("每个单元一行", "a row for each unit"), missing, file=path.name))
    if "grid_id" in frame.columns:
        pairs = frame.loc[frame["grid_id"] != "", ["grid_id", "lead_id"]].drop_duplicates()
        mixed = pairs["grid_id"].duplicated(keep=False) | pairs["lead_id"].duplicated(keep=False)
        if mixed.any():
            names = sorted(set(pairs.loc[mixed, "grid_id"]))
            need = ("每个网格一家牵头医院，每家医院一个网格", "one lead a grid and one grid a lead")
            problems.append(_problem("grid_id", need, names, file=path.name))
    if problems:
        raise AssignmentError(problems)
    grids = {}
    if "grid_id" in frame.columns:
        grids = {x: g for x, g in zip(frame["lead_id"], frame["grid_id"], strict=True) if g}
    return Assignment.from_leads(pd.Series(frame["lead_id"].to_numpy(), index=frame["unit_id"], dtype=object), grids)


def _frame(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise AssignmentError(_problem("", ("一个文件", "a file"), ["—"], file=str(path.name)))
    if _ending(path) == ".xlsx":
        return pd.read_excel(path, dtype=str, engine="calamine", keep_default_na=False)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(path, dtype=str, encoding=encoding, keep_default_na=False, skipinitialspace=True)
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise AssignmentError(_problem("", ("一张表", "a table"), [str(error)], file=path.name)) from error
    raise AssignmentError(_problem("", ("UTF-8 或 GB18030 文本", "UTF-8 or GB18030 text"), ["?"], file=path.name))


def _columns(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the known columns under their own names, as stripped text."""
    found = {}
    for name, aliases in COLUMNS.items():
        match = [c for c in frame.columns if str(c).strip() in aliases]
        if match:
            found[name] = frame[match[0]].fillna("").astype(str).str.strip()
    missing = [name for name in ("unit_id", "lead_id") if name not in found]
    if missing:
        have = ", ".join(map(str, frame.columns))
        needed = Text(zh=f"列 {', '.join(missing)}", en=f"the columns {', '.join(missing)}")
        got = Text(zh=f"列 {have}", en=f"the columns {have}")
        remedy = Text(zh="请改列名为 unit_id、lead_id。", en="Name the columns unit_id and lead_id.")
        raise AssignmentError(InputProblem("error", needed, got, remedy, file=file))
    return pd.DataFrame(found)


def _blank_rows(frame: pd.DataFrame, file: str) -> list[InputProblem]:
    problems = []
    for column in ("unit_id", "lead_id"):
        problems += _rows(frame, frame[column] == "", file, column, ("不为空的编号", "ids that are not empty"))
    return problems


def _rows(
    frame: pd.DataFrame,
    bad: pd.Series[bool],
    file: str,
    column: str,
    needed: tuple[str, str],
    known: set[str] | None = None,
) -> list[InputProblem]:
    """Describe the rows that are bad, with row numbers as a spreadsheet shows them."""
    if not bad.any():
        return []
    rows = tuple(int(i) + 2 for i in bad.to_numpy().nonzero()[0])
    values = frame.loc[bad, column].tolist()
    return [_problem(column, needed, values, file=file, rows=rows, known=known)]


def _problem(
    field: str,
    needed: tuple[str, str],
    values: Iterable[object],
    *,
    file: str = "",
    rows: tuple[int, ...] = (),
    known: set[str] | None = None,
) -> InputProblem:
    texts = [str(v) for v in values]
    first = ", ".join(texts[:5])
    where = f"（{'、'.join(map(str, rows[:5]))} 行）" if rows else ""
    at = f" (rows {', '.join(map(str, rows[:5]))})" if rows else ""
    found = Text(zh=f"{len(texts)} 处不符：{first}{where}", en=f"{len(texts)} that are not: {first}{at}")
    remedy = Text(zh="请改正后再读。", en="Mend them and read again.")
    if known and _numbers_lost_zeros(texts, known):
        remedy = Text(
            zh="编号的前导 0 似被电子表格去掉：请将该列设为文本。",
            en="A spreadsheet seems to have dropped leading zeros: format the column as text.",
        )
    return InputProblem(
        "error", Text(*needed), found, remedy, file=file, field=field, rows=rows, values=tuple(texts[:5])
    )


def _numbers_lost_zeros(values: list[str], known: set[str]) -> bool:
    bare = {name.lstrip("0") for name in known if name.startswith("0")}
    return any(value.removesuffix(".0") in bare for value in values)


def _require(holds: bool, field: str, needed: tuple[str, str], values: Iterable[object]) -> None:
    if not holds:
        raise AssignmentError(_problem(field, needed, values))


def _fresh_names(count: int, taken: set[str]) -> list[str]:
    width = len(str(count + len(taken)))
    names = (f"G{i:0{width}d}" for i in range(1, count + len(taken) + 1))
    return [name for name in names if name not in taken]


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise AssignmentError(_problem("", (".csv 或 .xlsx 文件", "a .csv or .xlsx file"), [path.name], file=path.name))
    return ending
