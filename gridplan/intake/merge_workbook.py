"""The workbook in which a planner decides which rows of a map service are one institution: suggestions prefilled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import FacilitySource
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.facilities.merges import MERGE_SHEET
from gridplan.layers.facilities.suggestions import CONFIDENCES, DECISIONS, ROLES, suggest_merges
from gridplan.layers.files.columns import Column, pick_columns, plain_text, read_text
from gridplan.layers.files.osm_places import HEALTHCARE
from gridplan.layers.files.vectors import read_vector
from gridplan.words.problems import Problems
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import KINDS, Vocabulary
from gridplan.words.workbooks import written_workbook

TableKey = tuple[str, str]
"""File and sheet of a facility table; "" for its first sheet."""
_BAD_IN_NAMES = re.compile(r"[^\w-]+")
MERGE_BOOK = Text(zh="归并建议.xlsx", en="merges.xlsx")
_WORTH = 0.02
"""A table of which this share of the rows looks like parts of others is worth a workbook."""
_WANTED = (
    *(column for column in FACILITY_COLUMNS if column.name in ("facility_id", "name", "level")),
    Column("address", Text(zh="地址", en="address"), ("地址", "详细地址", "机构地址", "addr")),
    Column("phone", Text(zh="电话", en="phone"), ("电话", "联系电话", "tel", "telephone")),
    Column("category", Text(zh="分类", en="category"), ("类型", "分类", "type", "大类", "category")),
)
_FILLS = {"low": "#FFE699", "medium": "#FFF7DC", "high": ""}
MERGE_TITLES = {
    "confidence": (Text(zh="可信度", en="confidence"), 8),
    "name": (Text(zh="名称", en="name"), 38),
    "role": (Text(zh="看来是", en="looks like"), 16),
    "decision": (Text(zh="决定", en="decision"), 10),
    "target_id": (Text(zh="并入编号", en="target_id"), 16),
    "target_name": (Text(zh="并入或所属机构", en="institution"), 30),
    "reason": (Text(zh="理由", en="reason"), 52),
    "kind": (Text(zh="类别", en="kind"), 18),
    "distance_m": (Text(zh="相距（米）", en="distance (m)"), 10),
    "same": (Text(zh="门牌或电话相同", en="same address or phone"), 10),
    "address": (Text(zh="地址", en="address"), 32),
    "facility_id": (Text(zh="机构编号", en="facility_id"), 16),
    "row": (Text(zh="原表行号", en="row"), 9),
}
"""Columns of the sheet of decisions, with their titles and widths."""
_NOTES = {
    "decision": Text(
        zh="保留：自成一家；并入：同一家机构的重复点、楼栋、科室，不再单列；院区：单列，归属本部；不采用：不作机构",
        en="keep: an institution; merge: part or repeat of another; campus: a site of another, kept; leave out: no institution",
    ),
    "target_id": Text(zh="决定为并入或院区时必填：机构编号", en="needed to merge and for a campus: a facility id"),
    "kind": Text(zh="保留和院区的机构类别，可改", en="kind of facility of rows that are kept; may be changed"),
    "confidence": Text(zh="低的排在最前，先核对", en="doubtful rows come first: check these"),
}
_GUIDE = (
    Text(zh="这张表由程序按名称、距离、地址给出建议，一行对应原表一行；没有改动原表。", en="Suggestions by name, distance and address, one line for each row of the table, which is left as it is."),
    Text(zh="「决定」列已填入建议，可直接改；保存后运行 gridplan check 生效。", en="The decision is filled in with the suggestion: change what is wrong, save, and run gridplan check."),
    Text(zh="可信度低的排在最前：只有一个点的依据不自动归并，请逐行核对。", en="Doubtful lines come first: a single point is never merged unless you say so."),
    Text(zh="删去的行按原样采用，并会提示；多出的编号、互相矛盾的决定会逐行指出。", en="Rows you delete are used as they stand, and told; unknown ids and contradicting decisions are named."),
    Text(zh="类别一栏可以改；「其他机构」可改成合适的类别。", en="Kinds may be changed as well."),
)  # fmt: skip


def propose_merges(case: Case) -> dict[TableKey, pd.DataFrame]:
    """Suggest merges for the facility tables of a case that have no decisions yet and look like map-service rows.

    A table that states levels is taken for an official list: its rows are what others are merged into. Returns by file and
    sheet the suggestions (see `suggest_merges`) with name, address and row of each; tables with few suggestions are left out.
    """
    if all(source.merges is not None for source in case.layers.facilities):
        return {}
    ignored = Problems()
    read = [(source, _rows(case, source, ignored)) for source in case.layers.facilities]
    frames = [frame for _, frame in read if frame is not None and len(frame)]
    if not frames or all(frame["listed"].any() for frame in frames):
        return {}
    crs = frames[0].estimate_utm_crs()
    together = pd.concat([frame.to_crs(crs) for frame in frames])
    together = together[~together.index.duplicated() & (together.index != "")]
    together = together.assign(x=together.geometry.x, y=together.geometry.y)
    suggested = suggest_merges(together)
    suggested["target_name"] = suggested["target"].map(together["name"]).fillna("")
    proposed = {}
    for source, frame in read:
        if frame is None or frame.empty or source.merges is not None or frame["listed"].any():
            continue
        own = suggested.loc[[index for index in frame.index if index in suggested.index]]
        if own["decision"].isin(["merge", "campus"]).mean() >= _WORTH:
            proposed[source.path, source.layer or ""] = own.join(together[["name", "address", "row"]])
    return proposed


def _rows(case: Case, source: FacilitySource, ignored: Problems) -> Any:
    """Return the located rows of a facility table on facility_id, or None."""
    opened = read_vector(case, source, ignored, osm_layer=HEALTHCARE)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, _WANTED)
    if "facility_id" not in picked or "name" not in picked:
        return None
    frame = opened.frame[["geometry"]].copy()
    for name in ("name", "address", "phone", "category", "facility_id"):
        frame[name] = read_text(picked, name)
    frame["address"] = frame["address"].replace("[]", "")
    frame["listed"] = bool((read_text(picked, "level") != "").any())
    frame["row"] = frame.index
    there = ~(frame.geometry.isna() | frame.geometry.is_empty)
    frame = frame[there].set_index("facility_id")
    frame["geometry"] = frame.geometry.representative_point()
    return frame


def write_merge_books(
    folder: Path, suggested: Mapping[TableKey, pd.DataFrame], language: Language
) -> dict[TableKey, Path]:
    """Write a workbook into `folder` for each table with suggestions; one that is there stays."""
    name, written = MERGE_BOOK.in_language(language), {}
    for key, frame in suggested.items():
        own = "_".join(["", Path(key[0]).stem, *_BAD_IN_NAMES.split(key[1])]).rstrip("_")
        book = folder / (name if len(suggested) == 1 else name.replace(".xlsx", f"{own}.xlsx"))
        if not book.exists():
            write_merge_book(book, frame, language)
        written[key] = book
    return written


def write_merge_book(path: Path, suggested: pd.DataFrame, language: Language) -> Path:
    """Write the suggestions for one table: doubtful ones first, decisions and kinds with drop-down lists, a guide."""
    lines = _lines(suggested, language)
    with written_workbook(path, nan_inf_to_errors=True) as book:
        sheet = book.add_worksheet(MERGE_SHEET.in_language(language))
        guide = book.add_worksheet(Text(zh="说明", en="guide").in_language(language))
        lists = book.add_worksheet(Text(zh="选项", en="choices").in_language(language))
        _write_header(book, sheet, language)
        _write_lines(book, sheet, suggested, lines)
        for at, vocabulary in (
            (list(MERGE_TITLES).index("decision"), DECISIONS),
            (list(MERGE_TITLES).index("kind"), KINDS),
        ):
            _offer(sheet, lists, at, vocabulary, len(lines), language)
        guide.set_column(0, 0, 110)
        for row, line in enumerate(_GUIDE):
            guide.write_string(row, 0, line.in_language(language))
    return path


def order_of(suggested: pd.DataFrame) -> list[int]:
    """Return the positions of the rows as the workbook lists them: doubtful first, then institution by institution."""
    keys = pd.DataFrame(
        {
            "confidence": suggested["confidence"].map(list(CONFIDENCES).index),
            "out": suggested["decision"] == "leave_out",
            "of": suggested["target"].where(suggested["target"] != "", suggested.index.to_series()),
            "id": suggested.index,
            "at": range(len(suggested)),
        }
    )
    return [int(at) for at in keys.sort_values(["confidence", "out", "of", "id"])["at"]]


def _lines(suggested: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    yes = Text(zh="是", en="yes").in_language(language)
    ordered = suggested.iloc[order_of(suggested)]
    return [
        {
            "confidence": CONFIDENCES.label(row["confidence"]).in_language(language),
            "name": row["name"],
            "role": ROLES.label(row["role"]).in_language(language),
            "decision": DECISIONS.label(row["decision"]).in_language(language),
            "target_id": row["target"],
            "target_name": row["target_name"],
            "reason": row["reason"].in_language(language),
            "kind": KINDS.label(row["kind"]).in_language(language) if row["decision"] in ("keep", "campus") else "",
            "distance_m": row["distance_m"],
            "same": yes if row["same_address"] or row["same_phone"] else "",
            "address": row["address"],
            "facility_id": str(index),
            "row": row["row"],
        }
        for index, row in zip(ordered.index, ordered.to_dict("records"), strict=True)
    ]


def _write_header(book: Any, sheet: Any, language: Language) -> None:
    plain = book.add_format({"bold": True, "bg_color": "#EDEDED"})
    asked = book.add_format({"bold": True, "bg_color": "#C6E0B4"})
    text = book.add_format({"num_format": "@"})
    for at, (name, (title, width)) in enumerate(MERGE_TITLES.items()):
        sheet.set_column(at, at, width, text if name.endswith("_id") else None)
        sheet.write_string(
            0, at, title.in_language(language), asked if name in ("decision", "target_id", "kind") else plain
        )
        if name in _NOTES:
            sheet.write_comment(0, at, _NOTES[name].in_language(language), {"x_scale": 2.5})
    sheet.freeze_panes(1, 4)


def _write_lines(book: Any, sheet: Any, suggested: pd.DataFrame, lines: list[dict[str, Any]]) -> None:
    fills = {name: book.add_format({"bg_color": colour} if colour else {}) for name, colour in _FILLS.items()}
    confidence = suggested["confidence"].iloc[order_of(suggested)]
    for row, (line, sure) in enumerate(zip(lines, confidence, strict=True), 1):
        for at, (name, value) in enumerate(line.items()):
            if name == "distance_m":
                if value == value:
                    sheet.write_number(row, at, round(float(value)))
            elif name == "row":
                sheet.write_number(row, at, int(value))
            else:
                sheet.write_string(row, at, plain_text(value), fills[sure] if at <= 3 else None)
    sheet.autofilter(0, 0, max(len(lines), 1), len(MERGE_TITLES) - 1)


def _offer(sheet: Any, lists: Any, at: int, vocabulary: Vocabulary, rows: int, language: Language) -> None:
    """Write the choices to the last sheet and offer them in a drop-down list."""
    from xlsxwriter.utility import xl_range_abs

    choices = [term.label.in_language(language) for term in vocabulary.values()]
    lists.write_column(0, at, choices)
    source = f"='{lists.get_name()}'!{xl_range_abs(0, at, len(choices) - 1, at)}"
    sheet.data_validation(1, at, max(rows, 1) + 500, at, {"validate": "list", "source": source})
