"""The ten answers of the page: their numbers recomputed from layers and tables of the proposal."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from tests.independent.runs import ONLY_BINHAI

HOSPITALS = ("general", "tcm", "maternity", "specialist")


@pytest.fixture(scope="module")
def told(output):
    """Answers of the page by their place in the list: English words with their numbers."""
    page = (output.folder / "map.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script[^>]*id="gridplan-data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
    return [answer[1][1] for answer in data["answers"]]


def numbers(words):
    """The numbers of a sentence, in order; percentages as they stand."""
    return [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", words)]


def close(words, *wanted):
    """Whether a sentence has these numbers in this order, each as far as its digits go."""
    found = iter(numbers(words))
    return all(any(abs(one - number) <= (0.51 if number > 1000 else 0.0501) for one in found) for number in wanted)


def measured(lead, heads, minutes):
    """Mean minutes of a plan that gives each unit a lead, and the largest deviation of its grids in percent."""
    drive = np.array([minutes.loc[unit, own] for unit, own in lead.items()])
    load = heads.groupby(lead).sum()
    return (heads * drive).sum() / heads.sum(), 100 * (load / load.mean() - 1).abs().max()


@ONLY_BINHAI
def test_answers_are_what_units_and_tables_say(city, output, told):
    units, grids = output.units, output.grids
    heads = units["population"]
    alternatives = output.layer("alternatives").set_index("k")
    k = len(grids)
    each = (alternatives.loc[k - 1, "objective"] - alternatives.loc[k, "objective"]) / heads.sum()
    drawn = output.layer("alternative_units").pivot(index="k", columns="unit_id", values="lead_id")[units.index]
    fewer, this = (measured(drawn.loc[some], heads, output.minutes) for some in (k - 1, k))
    assert drawn.loc[k].tolist() == units["lead_id"].tolist()
    assert close(told[0], k - 1, fewer[0], k, this[0], fewer[1], this[1], each)
    objective = output.tree["objective"]
    assert ("no plan under these rules is better" in told[2]) == (objective["value"] <= objective["bound"] * (1 + 1e-6))
    before, after = units["baseline_lead_id"], units["lead_id"]
    away = (before != after) & (before != "")
    assert close(told[3], heads[away].sum(), 100 * heads[away].sum() / heads[before != ""].sum())
    gone = away & ~before.isin(grids["lead_id"])
    change = units["minutes_to_lead"] - units["baseline_minutes"]
    nearer = away & ~gone & (change < -1e-9)
    assert close(
        told[4], heads[away].sum(), heads[gone].sum(), heads[nearer].sum(), heads[away & ~gone & ~nearer].sum()
    )
    farther, shorter = change > 1e-9, change < -1e-9
    assert close(
        told[6],
        heads[shorter].sum(), -(heads * change)[shorter].sum() / heads[shorter].sum(),
        heads[farther].sum(), (heads * change)[farther].sum() / heads[farther].sum(), heads[change >= 10].sum(),
    )  # fmt: skip
    least = output.minutes[grids["lead_id"]].min(axis=1).reindex(units.index)
    held = units["minutes_to_lead"] > least + 1e-6
    reason = output.layer("reasons").set_index("unit_id")["reason"].reindex(units.index).replace("short", "full")
    by_reason = heads[held].groupby(reason[held]).sum().sort_values(ascending=False)
    assert close(told[7], heads[held].sum(), 100 * heads[held].sum() / heads.sum(), *by_reason)


@ONLY_BINHAI
def test_losses_of_leads_are_counted_from_the_raw_tables(city, output, told):
    """Residents and beds by the units of each lead before and after; visits of the last year from the raw table."""
    units, facilities = output.units, output.facilities
    known = units["baseline_lead_id"] != ""
    leads = {"before": units["baseline_lead_id"][known], "after": units["lead_id"][known]}
    table = output.layer("changed_leads").set_index("lead_id")
    beds = facilities["beds"].where(facilities["kind"].isin(HOSPITALS)).fillna(0.0)
    visits = pd.read_excel(
        city.raw_folder / "records.xlsx", sheet_name="诊疗人次", dtype={"机构代码": str}, engine="calamine"
    )
    last = visits[visits["年份"] == visits["年份"].max()].groupby("机构代码")["诊疗人次"].sum()
    for side, lead in leads.items():
        people = units["population"][known].groupby(lead).sum()
        here = facilities["unit_id"].map(lead)
        stand = beds.groupby(here).sum()
        assert table[f"residents_{side}"].to_dict() == pytest.approx(
            people.reindex(table.index, fill_value=0.0).to_dict()
        )
        assert table[f"beds_{side}"].to_dict() == pytest.approx(stand.reindex(table.index, fill_value=0.0).to_dict())
        counted = last.groupby(last.index.map(here)).sum().reindex(table.index, fill_value=0.0)
        assert table[f"visits_{side}"].to_dict() == pytest.approx(counted.to_dict())
    less = {
        name: (table[f"{name}_before"] - table[f"{name}_after"]).clip(lower=0).sum()
        for name in ("residents", "beds", "visits", "budget")
    }
    assert close(told[5], *less.values())
    assert table["lost"].sum() == pytest.approx(units["population"][known & (leads["before"] != leads["after"])].sum())
    assert np.isclose(table["budget_before"].sum(), table["budget_after"].sum())


@pytest.fixture(scope="module")
def places(output):
    """Where people live, with the lead of their unit; minutes and what disasters make of them in milliseconds, empty where there is no way."""
    table = pd.read_parquet(output.folder / "cells.parquet")
    return table[table["population"] > 0].assign(lead=lambda t: t["unit_id"].map(output.units["lead_id"]))


def drives(table, leads, stem):
    """(places, leads) minutes from columns of milliseconds; -60,000 stands for as every day."""
    today, told = (table[[f"{name}{lead}" for lead in leads]].to_numpy(float) for name in ("site:", stem))
    return np.nan_to_num(np.where(told == -60_000, today, told), nan=np.inf) / 60_000


def mean(minutes, heads):
    known = np.isfinite(minutes) & (heads > 0)
    return (minutes[known] * heads[known]).sum() / heads[known].sum()


@ONLY_BINHAI
def test_what_if_is_counted_place_by_place(output, told, places):
    """The lead whose residents lose most when the nearest other one takes each place; of each disaster who loses the own lead, and what the rest drive."""
    leads, heads = list(output.grids["lead_id"]), places["population"].to_numpy()
    own = np.array([leads.index(lead) for lead in places["lead"]])
    rows, today = np.arange(len(own)), drives(places, leads, "site:")
    losses = []
    for lead in range(len(leads)):
        here = own == lead
        others = np.delete(today[here], lead, axis=1).min(axis=1)
        after, before = mean(others, heads[here]), mean(today[here, lead], heads[here])
        losses.append(((after - before) * heads[here].sum(), heads[here].sum(), after, before))
    wanted = [*max(losses)[1:]]
    before = today[rows, own]
    for number, scenario in enumerate(s for s in output.rules["scenarios"] if not s["changes"]):
        then = drives(places, leads, f"what_if:{number}:site:")
        kept = then[rows, own]
        goes = np.where(np.isfinite(kept), kept, then.min(axis=1))
        off = heads[np.isinf(kept)].sum() - heads[np.isinf(before)].sum()
        wanted += [off, mean(goes, heads), mean(np.where(np.isfinite(goes), before, np.inf), heads)]
        assert scenario["name"] in told[8]
    assert close(told[8], *wanted)


def touched(finding, units):
    """Units whose residents a finding counts: its places, or all of its grid; none where it counts nobody."""
    if pd.isna(finding["people"]):
        return set()
    heads, own = units["population"], units.index[units["grid_id"] == finding["subject_id"]]
    here = next(some for some in (finding["places"], own) if np.isclose(heads.reindex(some).sum(), finding["people"]))
    return set(here)


@ONLY_BINHAI
def test_the_five_first_things_touch_most_people(output, told):
    """Findings of one question count each of their units once; of what should be, the five questions that touch most, the greatest first."""
    units, findings = output.units, output.findings
    unmet = findings[(findings["status"] == "violated") & (findings["severity"] != "note")]
    assert set(unmet["severity"]) == {"should"}
    question = unmet["rule"] + unmet["topic"].where(unmet["rule"] == "R-61", "")
    heads = [
        units["population"].loc[sorted(set().union(*(touched(one, units) for one in found.to_dict("records"))))].sum()
        for _, found in unmet.groupby(question)
    ]
    people = [float(one.replace(",", "")) for one in re.findall(r"\(([\d,]+) people\)", told[1])]
    assert people == pytest.approx(sorted(heads, reverse=True)[:5], abs=0.51)
