"""The annexes: eleven in every state, their reasons computed, their numbers the frames'."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.outputs.report.annexes import annexes_of
from gridplan.outputs.report.blocks import GroupRow, TotalRow
from gridplan.outputs.report.figures import figures_of
from gridplan.words.annex_tables import make_annex
from gridplan.words.text import Text
from tests.outputs.conftest import no_baseline


def annex(proposal, number, audience="internal", **choices):
    return annexes_of(figures_of(proposal, proposal), audience, **choices)[number - 1]


def rows_of(table):
    return [row for row in table.rows if not isinstance(row, GroupRow | TotalRow)]


def test_every_annex_keeps_its_number_whatever_is_missing(told_board):
    bare = replace(no_baseline(told_board), findings=(), alternatives=told_board.alternatives.iloc[:0], annexes={})
    for proposal in (told_board, bare):
        made = annexes_of(figures_of(proposal, proposal), "internal")
        assert [own.number for own in made] == list(range(1, 12))
    told = {own.number: own.absent.zh for own in made if not own.tables}
    assert told.keys() == {3, 4, 6, 7, 8, 9, 10}
    assert "现行分组" in told[4]
    assert told[6] == "各项要求均已达到，无需列入的事项。"


def test_grids_add_up_to_the_whole_and_tell_their_streets(told_board):
    table = annex(told_board, 1).tables[0]
    rows = rows_of(table)
    total = table.rows[-1].values
    assert sum(row[7] for row in rows) == total[7] == 24_000
    assert sum(row[6] for row in rows) == total[6] == 24
    streets = "、".join(row[5].zh for row in rows)
    assert sorted(streets.split("、")) == sorted(told_board.units["street"].unique())


def test_each_institution_stands_once_in_its_grid_and_leads_come_first(told_board):
    table = annex(told_board, 2).tables[-1]
    rows = rows_of(table)
    codes = [row[1] for row in rows]
    assert sorted(codes) == sorted(told_board.facilities.index)
    first = [table.rows[place + 1] for place, row in enumerate(table.rows) if isinstance(row, GroupRow)]
    assert [row[1] for row in first] == list(told_board.grids["lead_id"])


def test_who_has_not_joined_is_named_inside_alone(told_board):
    inside = {row[1] for row in rows_of(annex(told_board, 2).tables[-1])}
    outside = {row[1] for row in rows_of(annex(told_board, 2, "consultation").tables[-1])}
    assert {"P1", "N1"} <= inside - outside
    assert "H3" in outside
    assert len(annex(told_board, 2, "consultation").tables[-1].columns) == 9


def test_reasons_of_a_change_are_computed(told_board):
    """H3 leads no longer; a street of H1 that goes to H2 is nearer to it, or would overload H1's grid."""
    table = annex(told_board, 4).tables[0]
    reasons, group = {}, ""
    for row in table.rows:
        if isinstance(row, GroupRow):
            group = row.label.zh
        elif not isinstance(row, TotalRow) and isinstance(row[-1], Text):
            reasons.setdefault(group.split(" → ")[0], set()).add(row[-1].zh)
    assert reasons["区中医院"] >= {"原牵头医院不再牵头"}
    assert set(reasons.get("市第一医院", {"距新牵头医院较近"})) <= {"距新牵头医院较近", "【待填：调整理由】"} | {
        reason for reason in reasons.get("市第一医院", ()) if reason.startswith("若不调整")
    }
    moved = told_board.units["baseline_lead_id"] != told_board.units["lead_id"]
    total = next(row for row in table.rows if isinstance(row, TotalRow))
    assert total.values[1] == told_board.units["population"][moved].sum()


def test_a_street_that_would_overload_its_grid_says_by_how_much(told_board):
    """H2's grid of 12,000 with a mean of 12,000 and 4,000 more would stand 33.3% above it, beyond 25%."""
    units = told_board.units.copy()
    own = units.index[units["lead_id"] == "H1"][:4]
    units["baseline_lead_id"] = units["lead_id"]
    units.loc[own, "baseline_lead_id"] = "H2"
    units["street_id"] = np.where(units.index.isin(own), "T", units["street_id"])
    minutes = told_board.minutes.assign(
        minutes=told_board.minutes["minutes"].where(told_board.minutes["lead_id"] != "H1", 30.0)
    )
    table = annex(replace(told_board, units=units, minutes=minutes), 4).tables[0]
    reason = rows_of(table)[0][-1].zh
    assert reason == "若不调整，第二网格人口将高于平均33.3%，超过25%"


def test_beds_that_nobody_told_are_not_told_and_none_is_none(told_board):
    grids = told_board.grids.assign(rehabilitation_beds=[50.0, np.nan], nursing_beds=np.nan)
    rows = rows_of(annex(replace(told_board, grids=grids), 5).tables[0])
    assert [row[8] for row in rows] == [50.0, Text(zh="缺", en="none")]
    assert {row[9].zh for row in rows} == {"未提供"}


def test_annex_5_tells_who_needs_a_car_where_buses_are_known(told_board):
    counted = {"residents": 9e3, "on_foot": 4e3, "by_bus": 2e3, "car_only": 2e3, "bus_not_car": 1e3, "neither": 1e3}
    grid = told_board.grids.index[0]
    rows = [{"grid_id": one, "name": "", "minutes": 60.0, "share_without_car": 2 / 3, **counted} for one in (grid, "")]
    told = replace(told_board, annexes={"bus_reach": make_annex("bus_reach", rows)})
    assert len(annex(told_board, 5).tables) == 1
    _, table = annex(told, 5).tables
    (row,) = rows_of(table)
    assert row[1:] == (9e3, 4e3, 2e3, 2 / 3, 2e3, 1e3, 1e3)
    assert table.rows[-1].values[1:] == row[1:]
    assert "60 minutes" in table.note.en


def test_findings_of_one_rule_and_cause_are_one_row_under_their_cause(told_board):
    table = annex(told_board, 6).tables[0]
    heads = [row.label.zh for row in table.rows if isinstance(row, GroupRow)]
    assert heads[0].startswith("供给缺口")
    assert heads[-1] == "已批准的例外"
    bases = [(row[2].zh, row[0].zh) for row in rows_of(table)]
    assert len(bases) == len(set(bases))
    waiver = rows_of(table)[-1]
    assert waiver[3].zh == "不调整：豁免的缘由"
    assert waiver[-1].zh == "批准人甲，2026-03-01"


def test_alternatives_tell_what_is_proven_and_what_was_not_kept(told_board):
    rows = rows_of(annex(told_board, 10).tables[0])
    assert len(rows) == len(told_board.alternatives)
    own = next(row for row in rows if "本方案" in row[0].zh)
    assert own[7].zh == "已证明最优"
    assert own[5] == figures_of(told_board, told_board).change.residents


def test_a_long_list_counts_stations_in_their_centre_s_row_and_the_workbook_names_each(told_board):
    facilities = told_board.facilities
    centre = facilities.loc[["C0"]]
    many = pd.concat([centre.assign(kind="chs", parent_id="C0").rename(index={"C0": f"S{n}"}) for n in range(301)])
    crowd = replace(told_board, facilities=pd.concat([facilities, many]))
    short, full = annex(crowd, 2).tables[-1], annex(crowd, 2, in_full=True).tables[-1]
    assert len(rows_of(full)) - len(rows_of(short)) == 301
    assert next(row for row in rows_of(short) if row[1] == "C0")[0].zh.endswith("（含站、室301家）")
    assert "附件工作簿" in short.note.zh


def test_comments_are_inside_alone_and_the_form_has_eight_rows_at_least(told_board):
    from gridplan.outputs.audiences import seen_by

    assert rows_of(annex(told_board, 11).tables[0])[0][1:3] == ("审阅人乙", "意见内容丙")
    shown = rows_of(annex(seen_by(told_board, "consultation"), 11, "consultation").tables[0])
    assert len(shown) == 8
    assert {row[1] for row in shown} == {""}
