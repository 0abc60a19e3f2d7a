"""Annexes 7 to 9, of what records and networks tell: slots and beds reserved, budgets, shared centres and telemedicine."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.outputs.report.annex_parts import column, missing
from gridplan.outputs.report.blocks import Annex, Row, Table, TotalRow
from gridplan.outputs.report.figures import Figures
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.text import Text


def reserves_annex(figures: Figures) -> Annex:
    """Return annex 7: slots and beds that leads reserve."""
    title = Text(zh="号源床位下沉表", en="Slots and beds reserved")
    reserves, shares = _frame(figures, "reserves"), _frame(figures, "reserve_shares")
    if reserves is None:
        return Annex(7, title, absent=missing("牵头医院的号源和床位", "slots and beds of the leads"))
    return Annex(7, title, (_reserved(figures, reserves), *([] if shares is None else [_shared_out(figures, shares)])))


def _reserved(figures: Figures, reserves: pd.DataFrame) -> Table:
    columns = (
        column("网格", "Grid", 26, "code"), column("项目", "Item", 20, "code"), column("总数", "Total", 24, "whole"),
        column("已预留", "Reserved", 22, "whole"), column("占比", "Share", 20, "share"), column("应预留", "Required", 22, "whole"),
        column("结果", "Result", 22, "code"),
    )  # fmt: skip
    rows = tuple(
        (
            _label(figures, row["grid_id"]), _word("reserves", "kind", row["kind"]), row["total"], row["reserved"], row["share"],
            row["required"], _word("reserves", "status", row["status"]),
        )
        for row in reserves.to_dict("records")
    )  # fmt: skip
    return Table(columns, rows, name=Text(zh="各牵头医院预留", en="What leads reserve"))


def _shared_out(figures: Figures, shares: pd.DataFrame) -> Table:
    columns = (
        column("网格", "Grid", 24, "code"), column("机构", "Health centre", 56), column("分配依据", "Shared by", 24, "code"),
        column("人数（万人）", "People", 20, "people"), column("号源", "Slots", 16, "whole"), column("床位", "Beds", 16, "whole"),
    )  # fmt: skip
    rows = tuple(
        (
            _label(figures, row["grid_id"]), row["facility"], _word("reserve_shares", "by", row["by"]), row["weight"], row["slots"], row["beds"],
        )
        for row in shares.to_dict("records")
    )  # fmt: skip
    return Table(columns, rows, name=Text(zh="应预留数分配到基层", en="Shared out to health centres"))


def budgets_annex(figures: Figures) -> Annex:
    """Return annex 8: budgets of the insurance fund."""
    title = Text(zh="医保总额测算表", en="Budgets of the insurance fund")
    budgets = _frame(figures, "budgets")
    if budgets is None:
        return Annex(8, title, absent=missing("医保人均费率和支出", "rates and spending of the insurance fund"))
    columns = (
        column("网格", "Grid", 22, "code"), column("参保人数（万人）", "Insured", 18, "people"), column("总额", "Budget", 20, "money"),
        column("支出", "Spent", 20, "money"), column("结余", "Surplus", 18, "money"), column("集团留用", "Kept", 18, "money"),
        column("超支", "Overrun", 18, "money"), column("集团分担", "Borne", 18, "money"),
    )  # fmt: skip
    names = ("budget", "spent", "surplus", "retained", "overrun", "borne")
    rows: list[Row] = [
        (_label(figures, row["grid_id"]), row["heads"], *(row[name] for name in names))
        for row in budgets.to_dict("records")
    ]
    total = tuple(float(budgets[name].sum(min_count=1)) for name in ("heads", *names))
    rows.append(TotalRow((Text(zh="合计", en="Total"), *total)))
    note = Text(zh="注：供医保部门研究，不作为核定依据。", en="For the insurance authority to study; it sets nothing.")
    unit = Text(zh="单位：万元", en="10,000 yuan")
    return Annex(8, title, (Table(columns, tuple(rows), unit=unit, note=note),))


def centres_annex(figures: Figures) -> Annex:
    """Return annex 9: shared centres, telemedicine, networks."""
    title = Text(zh="共享中心与远程医疗清单", en="Shared centres and telemedicine")
    made = (("centres", _shared_centres), ("telemedicine", _remote), ("networks", _networks))
    frames = [(make, _frame(figures, name)) for name, make in made]
    tables = tuple(make(figures, frame) for make, frame in frames if frame is not None)
    if not tables:
        return Annex(9, title, absent=missing("共享中心、网络登记", "centres and networks on record"))
    return Annex(9, title, tables, turned=True)


def _shared_centres(figures: Figures, centres: pd.DataFrame) -> Table:
    columns = (
        column("类别", "Kind", 30), column("状态", "Status", 18, "code"), column("所在机构", "Host", 70),
        column("服务范围", "Serves", 46), column("平均分钟", "Mean minutes", 26, "minutes"), column("最远分钟", "Longest", 26, "minutes"),
    )  # fmt: skip
    rows = tuple(
        (
            _word("centres", "kind", row["kind"]), _word("centres", "status", row["status"]), row["facility"],
            _label(figures, row["grid_id"]) if row["grid_id"] else _word("centres", "scope", row["scope"]),
            row["mean_minutes"], row["worst_minutes"],
        )
        for row in centres.to_dict("records")
    )  # fmt: skip
    return Table(columns, rows, name=Text(zh="资源共享中心", en="Shared centres"))


def _remote(figures: Figures, remote: pd.DataFrame) -> Table:
    columns = (
        column("机构", "Facility", 62), column("网格", "Grid", 26, "code"), column("偏远原因", "Why remote", 28, "code"),
        column("到牵头医院分钟", "Minutes to the lead", 28, "minutes"), column("状态", "Status", 22, "code"), column("接入中心", "Hub", 50),
    )  # fmt: skip
    rows = tuple(
        (
            row["facility"], _label(figures, row["grid_id"]), _word("telemedicine", "reason", row["reason"]), row["minutes"],
            _word("telemedicine", "status", row["status"]), row["hub"],
        )
        for row in remote.to_dict("records")
    )  # fmt: skip
    return Table(columns, rows, name=Text(zh="偏远机构远程医疗", en="Telemedicine of remote places"))


def _networks(figures: Figures, networks: pd.DataFrame) -> Table:
    columns = (
        column("类别", "Kind", 30, "code"), column("名称", "Network", 44), column("成员", "Member", 62),
        column("所在网格", "Its grid", 24, "code"), column("牵头机构或市外单位", "Hub or partner outside", 56),
    )  # fmt: skip
    rows = tuple(
        (
            _word("networks", "kind", row["kind"]),
            row["name"],
            row["member"],
            _label(figures, row["member_grid"]),
            row["hub"],
        )
        for row in networks.to_dict("records")
    )
    return Table(columns, rows, name=Text(zh="网格间的网络", en="Networks across grids"))


def _frame(figures: Figures, name: str) -> pd.DataFrame | None:
    frame = figures.proposal.annexes.get(name)
    return None if frame is None or not len(frame) else frame


def _word(name: str, field: str, value: str) -> Any:
    words = next(own.words for own in ANNEXES[name].columns if own.name == field)
    return words.label(value) if words is not None and value else value


def _label(figures: Figures, grid: str) -> Any:
    return figures.labels.get(grid, grid)
