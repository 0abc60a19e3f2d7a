"""What the border between the two grids of the chessboard costs."""

from __future__ import annotations

import pytest

from gridplan.grids.border_reasons import explain_borders
from gridplan.grids.unit_reasons import explain_units
from gridplan.ground.joined import formulate_scopes, restrict_travel
from tests import board
from tests.checks.laid_out import lay_out, the_board


def explained():
    """The annexes of the plan by streets, H1 and H2 leading."""
    plan = lay_out(the_board(), board.BY_STREET, grids={"required_leads": ["H1", "H2"], "balance_price_min": 20.0})
    within = restrict_travel(plan.travel, plan.layers.units.index, ["H1", "H2"])
    problems = formulate_scopes(plan.layers, plan.adjacency, within, plan.leads.loc[["H1", "H2"]], plan.case)
    return explain_borders(plan, problems, explain_units(plan, problems)), explain_borders(
        plan, (), explain_units(plan, ())
    )


def test_each_grid_is_told_what_its_border_makes_people_drive_and_where_it_moves_for_least():
    """Only u13 (1,000 people) is nearer to H2, by 1 min; the only border is that between the two grids, told from both sides."""
    told, nothing = explained()
    prices, grids = told["border_prices"], told["grid_borders"].set_index("grid_id")
    beside = [(f"u{y}{x}", f"u{y + down}{x + 1 - down}") for y in range(4) for x in range(6) for down in (0, 1)]
    cut = [(a, b) for a, b in beside if b in board.BY_STREET and board.BY_STREET[a] != board.BY_STREET[b]]
    assert len(prices) == len(cut)
    assert grids["residents_nearer"].tolist() == [1000.0, 0.0]
    assert grids["minutes_more"].tolist() == [1000.0, 0.0]
    assert grids["contacts"].tolist() == [len(cut)] * 2
    assert grids["least"].tolist() == [prices["each_high"].min()] * 2
    assert grids["least_with"].tolist() == grids.index.tolist()[::-1]
    for name, low, high in (("0", 0, 1), ("1", 1, 3), ("3", 3, 10), ("10", 10, 1e9)):
        within = prices["each_high"].between(low, high, inclusive="left")
        assert grids[f"km_{name}"].tolist() == pytest.approx([prices["border_m"][within].sum() / 1000] * 2)
    lengths = grids[["km_10", "km_3", "km_1", "km_0", "km_unknown"]]
    assert lengths.sum(axis=1).tolist() == pytest.approx(grids["km"].tolist())
    assert grids["km"].tolist() == pytest.approx([prices["border_m"].sum() / 1000] * 2)
    assert nothing == {}
