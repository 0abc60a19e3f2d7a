"""Capitated budgets: to the fen, whatever the heads and rates; settlement keeps every fen."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.sections import Budget
from gridplan.grids.budget import advance, count_insured, count_spending, rate_of_categories, settle, share_budget

RATES = [
    {"category": "职工", "outpatient": 900.1, "inpatient_drg": 1500.05, "per_diem": 100, "adjustment": 1.1},
    {"category": "居民", "outpatient": 300.3, "inpatient_drg": 700.0, "per_diem": 50.55},
]
GRIDS = {"u1": "G1", "u2": "G1", "u3": "G2", "u4": "G3"}


def people(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["unit_id", "category", "insured"])


rows = st.lists(
    st.tuples(st.sampled_from([*GRIDS, "u9"]), st.sampled_from(["职工", "居民"]), st.integers(1, 100_000)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(rows=rows, total=st.one_of(st.none(), st.integers(0, 10**12).map(lambda fen: fen / 100)), seed=st.randoms())
def test_budgets_add_up_to_the_total_and_are_free_of_order(rows: list, total: float | None, seed: object) -> None:
    rules = Budget(total_yuan=total, rates=RATES)
    table = people(*rows)
    budget = share_budget(table, pd.Series(GRIDS), rules)
    if total is not None:
        assert int(budget.to_numpy().sum()) == round(total * 100)
    shuffled = table.iloc[seed.sample(range(len(table)), len(table))].reset_index(drop=True)
    pd.testing.assert_frame_equal(share_budget(shuffled, pd.Series(GRIDS), rules), budget)


def test_a_budget_by_hand() -> None:
    """100 heads at 900 and 50 at 300 in G1, 200 at 300 in G2: 90,000 + 15,000 and 60,000 yuan."""
    rules = Budget(rates=[{"category": "职工", "outpatient": 900}, {"category": "居民", "outpatient": 300}])
    table = people(("u1", "职工", 100), ("u2", "居民", 50), ("u3", "居民", 200))
    budget = share_budget(table, pd.Series(GRIDS), rules)
    assert budget.sum(axis=1).to_dict() == {"G1": 10_500_000, "G2": 6_000_000}
    stated = share_budget(table, pd.Series(GRIDS), rules.model_copy(update={"total_yuan": 0.10}))
    assert stated.sum(axis=1).to_dict() == {"G1": 6, "G2": 4}, "10 fen by 105 : 60 are 6.36 and 3.64"


def test_a_third_of_a_fen_is_not_lost() -> None:
    """One yuan over three grids with one head each: 34, 33, 33 fen."""
    rules = Budget(total_yuan=1.0, rates=[{"category": "a", "per_diem": 5}])
    budget = share_budget(people(("u1", "a", 1), ("u3", "a", 1), ("u4", "a", 1)), pd.Series(GRIDS), rules)
    assert sorted(budget.sum(axis=1)) == [33, 33, 34]


def test_a_silent_unit_has_the_mix_of_its_grid() -> None:
    """Of u1's 20 residents 10 are employees and 5 others: u2's 30 in the same grid count as 15 and 7.5; u3 of another grid too."""
    told = people(("u1", "职工", 10), ("u1", "居民", 5))
    table = count_insured(told, pd.Series({"u1": 20.0, "u2": 30.0, "u3": 4.0, "u4": 0.0}), pd.Series(GRIDS))
    heads = {(unit, category): n for unit, category, n, guessed in table.itertuples(index=False) if guessed}
    assert heads == {("u2", "职工"): 15.0, ("u2", "居民"): 7.5, ("u3", "职工"): 2.0, ("u3", "居民"): 1.0}
    other = people(*told.itertuples(index=False, name=None), ("u3", "居民", 4))
    table = count_insured(other, pd.Series({"u1": 20.0, "u2": 30.0, "u3": 4.0}), pd.Series(GRIDS))
    assert table.loc[table["estimated"], "insured"].tolist() == [7.5, 15.0], "u3 tells of G2, not of G1"


def test_growth_is_a_factor_on_the_rate_and_what_is_paid_ahead_adds_up() -> None:
    """100 yuan and 5 % are 105; three months of 105 yuan and a fen over three grids are a quarter, to the fen."""
    rules = Budget(rates=[{"category": "a", "outpatient": 100, "growth": 0.05}], advance_months=3)
    assert float(rate_of_categories(rules)["a"]["outpatient"]) == 105
    ahead = advance(pd.Series({"G1": 3500, "G2": 3500, "G3": 3501}), rules)
    assert ahead.sum() == 2625
    assert ahead.max() - ahead.min() <= 1
    assert advance(pd.Series({"G1": 3500}), Budget()).tolist() == [0]


def test_residents_stand_in_where_nobody_tells() -> None:
    assert count_insured(None, pd.Series({"u1": 20.0}))["category"].tolist() == [""]
    mean = rate_of_categories(Budget(rates=RATES))[""]["outpatient"]
    assert float(mean) == (900.1 * 1.1 + 300.3) / 2


def test_spending_by_home_and_place_of_care() -> None:
    table = pd.DataFrame(
        [("u1", "H1", 10.01), ("u2", "H2", 5.0), ("u3", "省人民医院", 1.99)], columns=["unit_id", "facility_id", "yuan"]
    )
    flows = count_spending(table, pd.Series(GRIDS), pd.Series({"H1": "G1", "H2": "G2"}))
    assert flows.to_dict(orient="index") == {
        "G1": {"": 0, "G1": 1001, "G2": 500},
        "G2": {"": 199, "G1": 0, "G2": 0},
    }


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    budget=st.integers(0, 10**12),
    spent=st.integers(0, 10**12),
    kept=st.floats(0, 1, allow_nan=False),
    borne=st.floats(0, 1, allow_nan=False),
)
def test_settlement_keeps_every_fen(budget: int, spent: int, kept: float, borne: float) -> None:
    one = pd.Index(["G1"])
    rules = Budget(retained_share=kept, overrun_share=borne)
    row = settle(pd.Series([budget], one), pd.Series([spent], one), rules).loc["G1"]
    assert spent + row["surplus"] - row["overrun"] == budget
    assert 0 <= row["retained"] <= row["surplus"]
    assert 0 <= row["borne"] <= row["overrun"]
    assert not (row["surplus"] and row["overrun"])


def test_half_of_an_odd_surplus_is_rounded_up() -> None:
    one = pd.Index(["G1"])
    rules = Budget(retained_share=0.5, overrun_share=0.3)
    assert settle(pd.Series([101], one), pd.Series([0], one), rules).loc["G1"].tolist() == [101, 51, 0, 0]
    assert settle(pd.Series([0], one), pd.Series([101], one), rules).loc["G1"].tolist() == [0, 0, 101, 30]
