"""Scores, findings and objective: recomputed from raw layers and from the tables of the proposal."""

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.independent import people as sums
from tests.independent import runs
from tests.independent.cities import CHAIN, HOSPITALS, PRIMARY
from tests.independent.roads import Speeds

CLOSE_MIN = 0.1
NO_TERRITORY = ("national", "province")
BY_CONSENT = ("private", "military")
STATIONS, CENTRES = ("chs", "village_clinic"), ("chc", "thc")
STRENGTH_SPAN = 1.0


@pytest.fixture(scope="module")
def to_lead(city, output, people):
    """Minutes from every place to the lead of its unit."""
    leads = list(output.grids["lead_id"])
    minutes = runs.once(f"to leads {city.name}", lambda: sums.minutes_to(city, people, leads, Speeds()))
    own = output.units["lead_id"].loc[people["unit_id"]]
    return minutes[np.arange(len(people)), pd.Index(leads).get_indexer(own)]


@pytest.fixture(scope="module")
def home(city, output):
    """Unit under every facility of the raw tables; "" outside the area."""
    units = output.units if city.units is None else city.units
    point, unit = shapely.STRtree(units.geometry.array).query(city.facilities.geometry.array, predicate="intersects")
    first = pd.Series(unit, index=point).groupby(level=0).min()
    found = pd.Series("", index=city.facilities.index, dtype=object)
    found.iloc[first.index] = units.index[first]
    return found


def share_bounds(people, minutes, limit):
    """The share within a limit, if everybody near it were just beyond, and just within."""
    weights = people["people"].to_numpy()
    return [weights[minutes <= limit + by].sum() / weights.sum() for by in (-CLOSE_MIN, CLOSE_MIN)]


def rule(output, name, **where):
    table = output.findings[output.findings["rule"] == name]
    for column, value in where.items():
        table = table[table[column] == value]
    return table


def test_every_facility_belongs_to_the_grid_of_its_unit(city, output, home):
    """Raw coordinates, unshifted and projected anew, decide unit and grid; nobody is lost, leads and members are told."""
    told = output.facilities
    assert sorted(told.index) == sorted(city.facilities.index)
    raw = city.facilities.loc[told.index]
    assert (shapely.distance(told.geometry.array, raw.geometry.array) < 0.5).all()
    unit = home.loc[told.index]
    doubtful = shapely.dwithin(
        shapely.union_all(shapely.boundary(output.units.geometry.array)), raw.geometry.array, 0.5
    )
    assert (told["unit_id"] == unit)[~doubtful].all()
    assert doubtful.mean() < 0.02
    grid = told["unit_id"].map(output.units["grid_id"]).fillna("")
    assert list(told["grid_id"]) == list(grid)
    leads = told.index.isin(output.grids["lead_id"])
    assert list(told["role"] == "lead") == list(leads)
    hospital = told["parent_id"].where(told["parent_id"] != "", told.index.to_series())
    of_lead = told["grid_id"].map(output.grids["lead_id"]).map(hospital) == hospital
    free = told["admin_level"].isin(NO_TERRITORY) | told["ownership"].isin(BY_CONSENT) | (told["kind"] == "ems")
    follows = told["kind"].isin(STATIONS) & told["parent_id"].map(told["kind"]).isin(CENTRES)
    free = (free & ~of_lead & ~follows) | (told["grid_id"] == "")
    assert (told["role"][~leads & ~free] == "member").all()
    assert (told["role"][~leads & free] == "none").all()


def test_who_moves(city, output):
    """R-27: residents, units and their share by the lead before and after, unit by unit, from the raw table of the grouping."""
    if city.name != "binhai":
        return
    table = pd.read_excel(city.raw_folder / "baseline.xlsx", dtype=str, engine="openpyxl")
    before = table.set_index("社区代码" if "社区代码" in table else "代码")["牵头医院代码"]
    units = output.units
    other = units["lead_id"] != before.reindex(units.index)
    (told,) = rule(output, "R-27").to_dict(orient="records")
    assert np.isclose(told["measured"], units["population"][other].sum() / units["population"].sum())
    assert set(told["places"]) == set(units.index[other])
    assert f"单元 {other.sum():,} 个" in told["message_zh"]


@pytest.mark.parametrize(
    "city",
    [
        "binhai",
        pytest.param("wuhan", marks=pytest.mark.shared_data),
    ],
    indirect=True,
)
def test_kinds_are_those_of_the_raw_table(city, output):
    """A facility is what its name ends in: the station of a health centre is a station."""
    assert list(output.facilities["kind"]) == list(city.facilities["kind"].loc[output.facilities.index])


def test_populations_and_deviations(output):
    """Deviation is relative to total / k; R-07 and R-08 measure what the grids have."""
    total, grids = output.units["population"].sum(), output.grids
    by_grid = output.units.groupby("grid_id")["population"].sum().loc[grids.index]
    deviation = by_grid / (total / len(grids)) - 1
    assert np.allclose(grids["deviation"], deviation, atol=1e-9)
    assert output.tree["scores"]["plan"]["max_deviation"] == pytest.approx(deviation.abs().max())
    rules = output.rules
    balance = rule(output, "R-07").set_index("subject_id").loc[grids.index]
    assert np.allclose(balance["measured"], deviation, atol=1e-9)
    tolerance = rules["grids"]["balance"]
    assert list(balance["status"] == "violated") == list(deviation.abs() > tolerance + 1e-9)
    size = rule(output, "R-08").set_index("subject_id").loc[grids.index]
    assert np.allclose(size["measured"], by_grid, atol=1e-6)
    low, high = rules["rules"]["grid_population_min"], rules["rules"]["grid_population_max"]
    assert list(size["status"] == "violated") == list((by_grid < low) | (by_grid > high))


def test_minutes_of_grids_and_plan(output, people, to_lead):
    """Mean, median and 90% minutes and the share within the limit, over people; R-61 measures that share."""
    limit = output.rules["travel"]["limit_min"]
    grid = output.units["grid_id"].loc[people["unit_id"]].to_numpy()
    parts = [(output.tree["scores"]["plan"], np.ones(len(people), bool))]
    parts += [(output.grids.loc[grid_id], grid == grid_id) for grid_id in output.grids.index]
    for told, inside in parts:
        minutes, weights = to_lead[inside], people["people"].to_numpy()[inside]
        reach = np.isfinite(minutes)
        assert told["mean_minutes"] == pytest.approx(np.average(minutes[reach], weights=weights[reach]), abs=CLOSE_MIN)
        for key, share in (("p50_minutes", 0.5), ("p90_minutes", 0.9)):
            assert told[key] == pytest.approx(sums.quantile(minutes, weights, share), abs=CLOSE_MIN)
        low, high = share_bounds(people[inside], minutes, limit)
        assert low - 1e-3 <= told["share_within"] <= high + 1e-3
    coverage = rule(output, "R-61", subject_id="lead").iloc[0]
    assert coverage["measured"] == pytest.approx(output.tree["scores"]["plan"]["share_within"])
    assert (coverage["status"] == "met") == (coverage["measured"] >= output.rules["rules"]["lead_coverage"])


def test_access_findings_name_the_units_beyond_the_limit(output):
    """R-60: the worst unit of each grid, and every unit beyond the limit."""
    limit = output.rules["travel"]["limit_min"]
    own = pd.Series({unit: output.minutes.loc[unit, lead] for unit, lead in output.units["lead_id"].items()}).fillna(
        np.inf
    )
    told = rule(output, "R-60", subject_kind="grid")
    assert set(told["subject_id"]) == set(output.grids.index)
    for grid_id, members in output.units.groupby("grid_id"):
        minutes, rows = own.loc[members.index], told[told["subject_id"] == grid_id]
        places = [unit for row in rows["places"] for unit in row]
        assert len(places) == len(set(places)), "a unit has one cause"
        assert set(places) == set(minutes.index[minutes > limit])
        assert (set(rows["status"]) == {"met"}) == (minutes.max() <= limit)
        if np.isfinite(minutes.max()):
            assert rows["measured"].max() == pytest.approx(minutes.max())
        else:
            assert rows["measured"].isna().any()


def test_primary_care_and_emergency_departments(city, output, people, home):
    """R-60 and R-61: on foot to the nearest primary care, by car to the nearest emergency department, from every place."""
    facilities = city.facilities[home != ""]
    hospitals = facilities[facilities["kind"].isin(HOSPITALS)]
    told_services = hospitals["services"].map(len).gt(0).any()
    emergency = hospitals["services"].map(lambda words: "急诊" in words) if told_services else hospitals["level"] >= 2
    weights = people["people"].to_numpy()
    for key, ids, mode, limit in (
        (
            "primary",
            facilities.index[facilities["kind"].isin(PRIMARY)],
            "walk",
            output.rules["travel"]["walk_limit_min"],
        ),
        ("ed", hospitals.index[emergency], "drive", output.rules["travel"]["limit_min"]),
    ):
        minutes = sums.minutes_to_nearest(city, people, list(ids), Speeds(), mode=mode)
        finding = rule(output, "R-60", subject_id=key).iloc[0]
        assert finding["measured"] == pytest.approx(sums.quantile(minutes, weights, 0.9), abs=CLOSE_MIN)
        assert finding["limit"] == limit
        if key == "primary":
            low, high = share_bounds(people, minutes, limit)
            coverage = rule(output, "R-61", subject_id=key).iloc[0]
            assert low - 1e-3 <= coverage["measured"] <= high + 1e-3
            assert (coverage["status"] == "met") == (coverage["measured"] >= output.rules["rules"]["primary_coverage"])
            own = sums.unit_means(people, minutes[:, None])[0].reindex(output.units.index)
            apart = np.abs(output.units["minutes_primary"] - own)
            assert (apart > CLOSE_MIN).mean() < 0.02


def test_hospital_beds(city, output, home):
    """R-63: beds of hospitals by grid, from the raw table; not evaluated where the table has none."""
    told = rule(output, "R-63")
    hospitals = city.facilities[city.facilities["kind"].isin(HOSPITALS)]
    if hospitals["beds"].isna().all():
        assert (told["status"] == "not_evaluated").all()
        assert len(told)
        return
    told = told.set_index("subject_id").loc[output.grids.index]
    grid = home.loc[hospitals.index].map(output.units["grid_id"])
    beds = hospitals["beds"].groupby(grid).sum().reindex(output.grids.index)
    assert np.allclose(output.grids["beds"], beds)
    assert np.allclose(told["measured"], beds / output.grids["population"] * 1000)


def test_continuity_of_care(city, output, home):
    """R-34: rehabilitation, nursing and hospice in every grid, as a kind of facility or as a service of one.

    A need of which the raw table knows neither facilities nor any services is not evaluated, never met or violated.
    """
    told = rule(output, "R-34")
    belongs = output.facilities["role"].loc[city.facilities.index].isin(["lead", "member"])
    grid = home.map(output.units["grid_id"])[belongs]
    for kind, word in CHAIN.items():
        if not city.facilities["services"].map(len).any() and not (city.facilities["kind"] == kind).any():
            assert list(told["status"][told["subject_id"] == kind]) == ["not_evaluated"]
            continue
        provides = (city.facilities["kind"] == kind) | city.facilities["services"].map(
            lambda words, word=word: word in words
        )
        count = grid[provides[belongs]].value_counts().reindex(output.grids.index, fill_value=0)
        rows = told[(told["unit"] == "providers") & told["message_zh"].str.contains(f"{word}服务")]
        assert len(rows) == len(output.grids)
        rows = rows.set_index("subject_id").loc[output.grids.index]
        assert list(rows["measured"]) == list(count)
        assert list(rows["status"] == "met") == list(count >= 1)


def test_beds_for_older_people(city, output, home):
    """R-34: beds of rehabilitation, nursing and hospice facilities per 10,000 residents aged 65 and over."""
    told = output.findings[(output.findings["rule"] == "R-34") & (output.findings["unit"] != "providers")]
    if city.older is None or city.facilities["beds"].isna().all():
        assert told["measured"].isna().all()
        return
    told = told.set_index("subject_id").loc[output.grids.index]
    belongs = output.facilities["role"].loc[city.facilities.index].isin(["lead", "member"])
    chain = city.facilities[city.facilities["kind"].isin(CHAIN) & belongs]
    beds = chain["beds"].groupby(home.loc[chain.index].map(output.units["grid_id"])).sum()
    older = city.older.groupby(output.units["grid_id"]).sum()
    assert np.allclose(output.grids["population_65"], older.loc[output.grids.index])
    own = beds.reindex(output.grids.index, fill_value=0.0) / older.loc[output.grids.index] * 10_000
    assert np.allclose(told["measured"], own)


def test_objective_is_the_sum_of_its_terms(output):
    """Each term from its definition: people x minutes, dearer weak leads, residents beyond the tolerance."""
    objective, grids, rules = output.tree["objective"], output.grids, output.rules["grids"]
    terms = objective["terms"]
    assert objective["value"] == pytest.approx(sum(terms.values()), rel=1e-12)
    own = np.array([output.minutes.loc[unit, lead] for unit, lead in output.units["lead_id"].items()])
    people = output.units["population"].to_numpy()
    assert terms["travel"] == pytest.approx(np.nansum(people * own), rel=1e-9)
    total, k = people.sum(), len(grids)
    beyond = (grids["deviation"].abs() - rules["balance"]).clip(lower=0) * total / k
    assert terms["balance"] == pytest.approx(rules["balance_price_min"] * beyond.sum(), rel=1e-6, abs=1.0)
    strength = output.facilities["strength"]
    candidates = output.facilities.loc[output.minutes.columns]
    hospitals = candidates["parent_id"].where(candidates["parent_id"] != "", candidates.index.to_series()).nunique()
    most = rules["k"][1] if isinstance(rules["k"], list) else rules["k"]
    average_grid = total / min(most, hospitals)
    weakness = (strength[candidates.index].max() - strength[grids["lead_id"]]) / STRENGTH_SPAN
    assert terms["opening"] == pytest.approx(
        rules["strength_price_min"] * average_grid * weakness.sum(), rel=1e-6, abs=1.0
    )
    assert set(terms) <= {"travel", "opening", "balance", "unreachable"}


def test_bound_and_gap(output):
    """A bound is no more than the value, and the gaps are relative to it."""
    objective = output.tree["objective"]
    if objective["bound"] is None:
        assert objective["gap"] is None
        assert objective["gap_travel"] is None
        return
    assert objective["bound"] <= objective["value"] * (1 + 1e-9)
    distance = objective["value"] - objective["bound"]
    assert objective["gap"] == pytest.approx(distance / objective["bound"], abs=1e-9)
    assert objective["gap_travel"] == pytest.approx(distance / objective["terms"]["travel"], abs=1e-9)


def test_alternatives(output):
    """One row a tried number of grids; the plan's own row has its objective and nothing feasible beats it."""
    table, objective = output.layer("alternatives"), output.tree["objective"]
    wanted = output.rules["grids"]["k"]
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    assert set(table["k"]) <= set(range(low, high + 1))
    own = table[table["k"] == len(output.grids)]
    assert len(own) >= 1
    assert own["objective"].min() == pytest.approx(objective["value"], rel=1e-9)
    feasible = table[table["status"] == "feasible"]
    assert feasible["objective"].min() == pytest.approx(objective["value"], rel=1e-9)
    best = own.loc[own["objective"].idxmin()]
    assert sorted(best["leads"].split(", ")) == sorted(output.grids["lead_id"])
    assert best["worst_deviation"] == pytest.approx(output.grids["deviation"].abs().max(), abs=1e-6)
    told = table[table["bound"].notna()]
    assert (told["bound"] <= told["objective"] * (1 + 1e-9)).all()


WHOLE_GRID = ("R-34", "R-38", "R-39", "R-07", "R-08", "R-35")
"""Rules by which a whole grid lacks something: its residents are touched."""
NOBODY = ("R-32", "R-36", "R-37", "R-43", "R-44", "R-46", "R-66")
"""Rules of institutions and of how things work: no residents are counted."""


def test_people_affected_are_the_residents_of_the_places(output):
    """Of each finding not met: the residents of its units, or of its grid where the grid lacks something; each unit once."""
    residents, grid = output.units["population"], output.units["grid_id"]
    broken = output.findings[output.findings["status"].isin(["violated", "waived"])]
    counted = 0
    for row in broken.to_dict(orient="records"):
        places = list(row["places"])
        if row["rule"] in NOBODY:
            assert pd.isna(row["people"])
        elif row["rule"] in WHOLE_GRID and not pd.isna(row["people"]):
            assert row["people"] == pytest.approx(residents[grid == row["subject_id"]].sum(), abs=1e-2)
            counted += 1
        elif places and row["rule"] in ("R-06", "R-27", "R-31", "R-60", "R-61", "R-64"):
            assert row["people"] == pytest.approx(residents[places].sum(), abs=1e-2)
            counted += 1
    assert counted


def test_far_units_are_a_gap_in_supply_only_where_no_candidate_is_near(output):
    """Minutes of every unit to every candidate, as the files keep them: within the limit of one, or of none."""
    table = output.layer("minutes")
    limit = output.tree["case"]["travel"]["limit_min"]
    nearest = table.groupby("unit_id")["minutes"].min()
    for row in rule(output, "R-60", status="violated").to_dict(orient="records"):
        near = nearest.reindex(row["places"]) <= limit
        assert set(near) == {row["cause"] == "plan"}
