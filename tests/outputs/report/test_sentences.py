"""The text of the document: every number in it is the proposal's, what nobody told is a gap, and each state has its sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.checks.finding import Finding
from gridplan.outputs.report.blocks import Document
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.gaps import GAPS, gaps_in, mark
from gridplan.outputs.report.notes import change_notice, data_notes, drafting_notes
from gridplan.outputs.report.official_document import document_parts
from gridplan.outputs.report.sentences import document_name, grid_sentence, proof_sentence, title_lines
from gridplan.words.text import Text
from tests.outputs.conftest import no_baseline
from tests.outputs.report.papers import NUMBER, paragraphs, tables


def text_of(proposal, audience="internal", language="zh"):
    figures = figures_of(proposal, proposal)
    document = Document(document_name(figures), document_parts(figures, audience))
    return "\n".join(text for _, text in document.told(language))


def test_every_number_of_the_document_is_one_of_the_proposal(told_board, handed_out):
    """Recomputed here from the frames: people, shares, minutes and counts, each rounded as the document rounds."""
    units, grids, places = told_board.units, told_board.grids, told_board.facilities
    plan, people = told_board.scores["plan"], units["population"]
    moved = units["baseline_lead_id"] != units["lead_id"]
    longer = moved & (units["minutes_to_lead"] > units["baseline_minutes"] + 1e-9)
    shorter = moved & (units["minutes_to_lead"] < units["baseline_minutes"] - 1e-9)
    to_leads = told_board.minutes.pivot(index="unit_id", columns="lead_id", values="minutes")
    far = units["minutes_to_lead"] > told_board.case.travel.limit_min
    nearest = to_leads.loc[units.index, list(grids["lead_id"])].min(axis=1)
    within = told_board.minutes.set_index(["unit_id", "lead_id"])["share_within"]
    today = [within[unit, lead] for unit, lead in units["baseline_lead_id"].items()]
    beds = places["beds"].where(places["kind"].isin(("general", "tcm", "maternity", "specialist")))
    streets = units.assign(moved=moved).groupby("street")
    told = {
        *(f"{value / 1e4:.2f}" for value in (
            people.sum(), people[moved].sum(), people[longer].sum(), people[shorter].sum(), people[far].sum(),
            grids["population"].mean(), *grids["population"], people[units["minutes_to_lead"] > nearest + 1e-9].sum(),
        )),
        *(f"{value:.0f}" for value in (
            people[longer & (units["minutes_to_lead"] >= units["baseline_minutes"] + 10)].sum(), people[longer].sum(), people[shorter].sum(),
            people[moved].sum(), people[far].sum(), people[units["minutes_to_lead"] > nearest + 1e-9].sum(), units["population_65"].sum(),
            places.loc[list(grids["lead_id"]), "beds"].sum(), 65, 10,
        )),
        *(f"{value:.1f}" for value in (
            plan["mean_minutes"], 100 * plan["share_within"], 100 * units["population_65"].sum() / people.sum(), 100 * people[moved].sum() / people.sum(), 100 * np.average(today, weights=people),
            np.average(units["baseline_minutes"], weights=people), *grids["mean_minutes"], *grids["p90_minutes"],
            *(abs(100 * value) for value in grids["deviation"]), *told_board.alternatives["mean_minutes"],
            *(100 * told_board.alternatives["share_within"]), abs(100 * (0.9 - plan["share_within"])),
            *(np.average(units[name][who], weights=people[who]) for who in (longer, shorter) if who.any() for name in ("baseline_minutes", "minutes_to_lead")),
            *(np.average(own[name], weights=own["population"]) for _, own in streets for name in ("baseline_minutes", "minutes_to_lead")),
        )),
        *(str(value) for value in (
            len(units), len(grids), units["street"].nunique(), units["district"].nunique(), *grids["n_units"], int(far.sum()),
            int((places["unit_id"] != "").sum()), int(beds.sum()), 25, 90, 4, units["baseline_lead_id"].nunique(), "1", "2", "3",
        )),
        f"{beds.sum() / people.sum() * 1000:.2f}",
        str(int((places["kind"].isin(("general", "tcm", "maternity", "specialist")) & (places["level"] == 3)).sum())),
        *listed_matters(handed_out / "内部稿" / "方案.docx"),
    }  # fmt: skip
    said = paragraphs(handed_out / "内部稿" / "方案.docx")
    body = said[: said.index("附件1")]
    assert {number for line in body for number in NUMBER.findall(line)} - told == set()


def listed_matters(path):
    """How many matters annex 6 lists, under each heading and in all but the exceptions that were granted."""
    rows = next(table for table in tables(path) if table[0][0] == "问题")[1:]
    heads = [place for place, row in enumerate(rows) if len(row) == 1]
    counts = [after - place - 1 for place, after in zip(heads, [*heads[1:], len(rows)], strict=True)]
    open_ones = [n for n, place in zip(counts, heads, strict=True) if not rows[place][0].startswith("已批准")]
    return {str(number) for number in (*open_ones, sum(open_ones))}


def test_the_english_document_has_the_same_gaps_and_its_own_words(told_board):
    text = text_of(told_board, language="en")
    assert "2 Aims" in text
    assert text.count("[TO FILL: ") == text_of(told_board).count("【待填：")


def test_gaps_are_counted_in_order_with_who_knows(told_board):
    figures = figures_of(told_board, told_board)
    document = Document(Text(zh="方案", en="plan"), document_parts(figures, "internal"))
    gaps = gaps_in("方案.docx", document.told("zh"), "zh")
    text = text_of(told_board)
    assert len(gaps) == text.count("【待填：")
    assert gaps[0].what == "国家和省有关文件名称、文号"
    assert {gap.who for gap in gaps} <= {gap.who.zh for gap in GAPS.values()}
    assert next(gap for gap in gaps if gap.what == "指导思想").part == "二、总体要求"


def test_without_a_grouping_in_force_the_document_says_so_and_nobody_changes(told_board):
    text = text_of(no_baseline(told_board))
    assert text.count("本次未提供现行分组，不作对照。") == 2
    assert "改换牵头医院" not in text


def test_without_findings_all_requirements_are_met(told_board):
    near = told_board.units.assign(minutes_to_lead=1.0)
    text = text_of(replace(told_board, findings=(), units=near))
    assert "各项要求均已达到，无需列入的事项。" in text


def test_losers_are_told_inside_and_only_the_net_outside(told_board):
    from gridplan.outputs.audiences import seen_by

    inside = text_of(told_board)
    assert "延长最多的是" in inside
    shown = seen_by(told_board, "consultation")
    figures = figures_of(shown, told_board)
    outside = "\n".join(t for _, t in Document(Text(zh="", en=""), document_parts(figures, "consultation")).told("zh"))
    assert "的车程延长" not in outside
    assert "居民到本组牵头医院平均" in outside


def test_a_far_community_is_a_gap_in_supply_only_where_no_possible_lead_is_near(told_board):
    """u05 is far from its own lead; H3 stands 2 squares away, so that it is a choice of the plan; without any near one, of supply."""
    units = told_board.units.copy()
    units.loc["u05", "minutes_to_lead"] = 9.0
    far = figures_of(*2 * (replace(told_board, units=units),)).far
    assert (far.n, far.n_plan, far.n_supply, far.residents_plan) == (1, 1, 0, 1000.0)
    minutes = told_board.minutes.assign(minutes=9.0)
    far = figures_of(*2 * (replace(told_board, units=units, minutes=minutes),)).far
    assert (far.n_plan, far.n_supply, far.residents_supply) == (0, 1, 1000.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"status": "optimal", "gap": 0.0}, "已由计算证明为最优"), ({"status": "feasible", "gap": 0.00312}, "相差不超过0.4%"),
     ({"status": "feasible", "gap": None}, "没有证明"), ({"status": "given", "gap": None}, "给定的划分"), ({"status": "infeasible", "gap": None}, "不能同时满足"),
     ({"status": "unknown", "gap": None}, "也没有证明不存在")],
)  # fmt: skip
def test_what_is_proven_is_said_with_its_conditions_and_a_bound_is_rounded_up(told_board, changes, said):
    shown = replace(told_board, objective=replace(told_board.objective, **changes))
    sentence = proof_sentence(figures_of(shown, shown)).zh
    assert said in sentence
    assert "最优" not in sentence or "数据、规则和权重之下" in sentence


def test_over_twelve_grids_there_is_no_paragraph_a_grid(told_board):
    many = pd.concat([told_board.grids] * 30, ignore_index=True)
    many.index = [f"G{row + 1}" for row in range(len(many))]
    many.loc["G7", "population"] += 500
    text = text_of(replace(told_board, grids=many))
    assert "60个网格中，人口最多的第七网格1.25万人" in text
    assert "1.第一网格。" not in text


def test_a_long_title_breaks_before_the_word_and_a_short_one_does_not():
    long = Text(zh="呼伦贝尔市紧密型城市医疗集团网格化布局方案", en="Plan")
    assert [line.zh for line in title_lines(long)] == ["呼伦贝尔市紧密型城市医疗集团", "网格化布局方案"]
    short = Text(zh="滨海市紧密型城市医疗集团网格化布局方案", en="Plan")
    assert len(title_lines(short)) == 1


def test_the_notice_tells_what_moved_and_a_plan_that_replaces_none_has_no_notice(told_board, board_proposal):
    notice = change_notice(figures_of(told_board, told_board))
    text = "\n".join(said for _, said in notice.told("zh"))
    assert "涉及居民共2000人" in text
    assert mark("notice").zh in text
    assert change_notice(figures_of(board_proposal, board_proposal)) is None


def test_the_notes_tell_weights_and_the_data_every_input(told_board):
    figures = figures_of(told_board, told_board)
    notes = "\n".join(said for _, said in drafting_notes(figures, "internal").told("zh"))
    assert "权重由编制单位设定，不是测量值。" in notes
    assert "谁得益，谁受影响" in notes
    assert "谁得益" not in "\n".join(said for _, said in drafting_notes(figures, "consultation").told("zh"))
    data = "\n".join(said for _, said in data_notes(figures).told("zh"))
    for name, digest in told_board.provenance.input_hashes.items():
        assert name in data
        assert digest in data


def test_few_people_are_told_in_no_sentence(told_board):
    finding = Finding(
        "R-06",
        "should",
        "violated",
        "plan",
        "",
        1,
        0,
        "pieces",
        "D",
        "1 个单元（7 人）断开",
        "1 unit (7 residents) apart",
    )
    units = told_board.units.copy()
    units.loc["u05", ["population", "minutes_to_lead"]] = [7.0, 99.0]
    shown = replace(told_board, units=units, findings=(finding,))
    assert "不足10人" in text_of(shown)
    stricter = replace(shown, case=shown.case.changed(rules={"fewest_shown": 30}))
    assert "不足30人" in text_of(stricter)
    assert "不足10人" not in text_of(stricter)
    assert re.search(r"(?<!\d)[1-9]人(?!及)", text_of(shown)) is None


def test_units_that_we_cut_ourselves_are_counted_by_district_and_not_listed(told_board):
    """G1 has twelve units; districts are named with how many of them they have."""
    case = told_board.case
    cut = case.model_copy(update={"layers": case.layers.model_copy(update={"units": None})})
    figures = figures_of(*2 * (replace(told_board, case=cut),))
    told = grid_sentence(figures, 0, "G1").zh
    inside = told_board.units[told_board.units["grid_id"] == "G1"]
    for district, n in inside["district"].value_counts().items():
        assert f"{district}{n}个" in told
    assert "12个规划单元" in told
    assert "S0" not in told
