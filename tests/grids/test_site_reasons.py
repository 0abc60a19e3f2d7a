"""What other leads of the chessboard would cost, in words."""

from __future__ import annotations

from gridplan.grids.site_reasons import explain_sites
from gridplan.ground.joined import formulate_scopes, restrict_travel
from tests import board
from tests.checks.laid_out import lay_out, the_board


def test_every_candidate_is_told_what_it_would_cost_and_who_gives_way() -> None:
    """H2 has to lead; without H1 only H3 is left, which takes it for itself: the same exchange from both sides."""
    plan = lay_out(the_board(), board.BY_STREET, grids={"required_leads": ["H2"], "k": 2})
    sites = ["H1", "H2", "H3"]
    within = restrict_travel(plan.travel, plan.layers.units.index, sites)
    problems = formulate_scopes(plan.layers, plan.adjacency, within, plan.leads.loc[sites], plan.case)
    told = explain_sites(plan, problems)["site_prices"].set_index("lead_id")
    assert told["in_plan"].tolist() == [1, 1, 0]
    assert told.loc["H2", "message_zh"] == "按方案文件必须牵头。"
    assert told.loc["H1", "instead"] == "H3"
    assert told.loc["H3", "instead"] == "H1"
    assert told.loc["H1", "price_high"] == told.loc["H3", "price_high"] > 0
    assert told.loc["H1", "message_en"].startswith("Without it 区中医院 would lead at best")
    assert explain_sites(plan, ()) == {}
