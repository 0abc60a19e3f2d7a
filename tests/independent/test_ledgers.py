"""Money, reserved capacity and indicators of the bundled city, added up again from its workbook of records."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from tests.independent.runs import ONLY_BINHAI

FEN = 100


def sheet(city, name):
    """One sheet of the records, every cell as text."""
    return pd.read_excel(city.raw_folder / "records.xlsx", sheet_name=name, dtype=str, engine="openpyxl")


def annex(output, name):
    """One annex of proposal.json."""
    return pd.DataFrame(output.tree["annexes"][name]["rows"])


def fen(yuan):
    return round(Fraction(str(yuan)) * FEN)


@ONLY_BINHAI
def test_budgets_are_heads_times_rates_and_add_up_to_the_fen(city, output):
    """No part is a fen or more from its quota, and all together are the city's total."""
    rules = output.rules["budget"]
    rates = {rate["category"]: rate for rate in rules["rates"]}
    table = sheet(city, "参保")
    grid = table["社区代码"].map(output.units["grid_id"])
    quota = {}
    for grid_id, category, heads in zip(grid, table["参保类别"], table["参保人数"], strict=True):
        for part in ("outpatient", "inpatient_drg", "per_diem"):
            worth = int(heads) * Fraction(str(rates[category][part]))
            quota[grid_id, part] = quota.get((grid_id, part), 0) + worth
    whole, total = sum(quota.values()), fen(rules["total_yuan"])
    told = annex(output, "budgets").set_index("grid_id")
    shared = {key: fen(told.loc[key[0], key[1]]) for key in quota}
    assert sum(shared.values()) == sum(fen(value) for value in told["budget"]) == total
    for key, worth in quota.items():
        assert abs(shared[key] - total * worth / whole) < 1, key


@ONLY_BINHAI
def test_spending_and_settlement_keep_every_fen(city, output):
    """Spent by the people of a grid; surplus less overrun is budget less spending; 70% kept, 50% borne."""
    table = sheet(city, "基金支出")
    paid = table["基金支付（元）"].map(fen).groupby(table["参保地单元代码"].map(output.units["grid_id"])).sum()
    told = annex(output, "budgets").set_index("grid_id")
    for grid_id, row in told.iterrows():
        budget, spent, surplus, overrun = (fen(row[name]) for name in ("budget", "spent", "surplus", "overrun"))
        assert spent == paid[grid_id]
        assert surplus - overrun == budget - spent
        assert min(surplus, overrun) == 0
        assert abs(fen(row["retained"]) - Fraction(7, 10) * surplus) <= Fraction(1, 2)
        assert abs(fen(row["borne"]) - Fraction(1, 2) * overrun) <= Fraction(1, 2)
    elsewhere = annex(output, "care_elsewhere")
    assert sum(map(fen, elsewhere["yuan"])) == paid.sum()
    group = output.facilities["grid_id"].where(output.facilities["role"].isin(["lead", "member"]), "")
    at = table["就诊机构编号"].map(group).fillna("")
    flows = table["基金支付（元）"].map(fen).groupby([table["参保地单元代码"].map(output.units["grid_id"]), at]).sum()
    assert {(row.grid_id, row.at_grid_id): fen(row.yuan) for row in elsewhere.itertuples()} == flows.to_dict()


@ONLY_BINHAI
def test_leads_reserve_a_third_and_a_quarter_and_centres_share_it(city, output):
    """Required is the share rounded up; parts add up and are within one of the quota by signed residents."""
    table = sheet(city, "号源床位").set_index("机构代码")
    signed = sheet(city, "家庭医生签约").dropna(subset="机构代码").set_index("机构代码")["签约人数"].astype(int)
    parent = output.facilities["parent_id"].where(output.facilities["parent_id"] != "", output.facilities.index)
    shares = annex(output, "reserve_shares")
    for row in annex(output, "reserves").itertuples():
        lead = output.grids.loc[row.grid_id, "lead_id"]
        own = output.facilities.index[(parent == parent[lead]) & (output.facilities["grid_id"] == row.grid_id)]
        there, kept, n = ("号源总数", "预留号源", 3) if row.kind == "slots" else ("开放床位", "预留床位", 4)
        rows = table[table.index.isin(own)]
        total, reserved = rows[there].astype(int).sum(), rows[kept].astype(int).sum()
        required = -(-total // n)
        assert (row.total, row.reserved, row.required) == (total, reserved, required)
        assert row.status == ("met" if n * reserved >= total else "violated")
        parts = shares[shares["grid_id"] == row.grid_id].set_index("facility_id")[row.kind]
        weights = signed[parts.index]
        assert parts.sum() == required
        assert (abs(parts - required * weights / weights.sum()) < 1).all()


@ONLY_BINHAI
def test_indicators_are_numerator_over_denominator(city, output):
    """Value and trend of each observed pair of years."""
    seen = sheet(city, "监测指标").set_index(["地区", "指标", "时期"])
    leads = output.grids["lead_id"].to_dict()
    told = annex(output, "indicators")
    assert len(told) == len(seen)
    for row in told.itertuples():
        area = {"plan": "全市", "grid": leads.get(row.area_id), "other": row.area}[row.area_kind]
        pair = seen.loc[(area, row.indicator, row.period)]
        assert row.value == int(pair["分子"]) / int(pair["分母"])


@ONLY_BINHAI
def test_choice_counts_every_hospital_of_level_2_and_3(city, output):
    """R-42 from the minutes kept by cell: residents within 30 minutes of hospitals of two grids."""
    table = pq.read_table(output.folder / "cells.parquet")
    whole = {field.name for field in table.schema if str(field.type) == "int32"}
    cells = table.to_pandas()
    hospitals = output.facilities[
        output.facilities["kind"].isin(["general", "tcm", "maternity", "specialist"])
        & (output.facilities["level"] >= 2)
        & output.facilities["role"].isin(["lead", "member"])
    ]
    kept = {name.split(":", 1)[1]: name for name in cells if name.startswith(("site:", "hospital:"))}
    assert set(hospitals.index) <= set(kept)
    near = pd.DataFrame(
        {own: cells[kept[own]] <= 30 * (60_000 if kept[own] in whole else 1) for own in hospitals.index}
    )
    groups = sum(near[ids].any(axis=1).astype(int) for ids in hospitals.groupby("grid_id").groups.values())
    share = cells["population"][groups >= 2].sum() / cells["population"].sum()
    (found,) = output.findings[output.findings["rule"] == "R-42"]["measured"]
    assert np.isclose(found, share)
