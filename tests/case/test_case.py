"""case.toml: frozen, complete, refused with words."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from gridplan.case.case import case_name, documented_fields, parse_case, read_case
from gridplan.case.sources import expand_variables
from gridplan.words.errors import CaseError

TAGS = {"S0", "S1", "S2", "S3", "S4", "V", "M", "L", "D", "none"}
LEAST = {
    "place": {"name": "甲市"},
    "layers": {"population": {"path": "p.csv", "kind": "table"}, "facilities": {"path": "f.csv"}},
}


def problems_of(tree: dict) -> list:
    with pytest.raises(CaseError) as caught:
        parse_case(tree, folder=Path())
    return list(caught.value.problems)


def test_every_number_with_a_default_tells_where_it_comes_from():
    numbers = [
        (key, field)
        for key, field in documented_fields()
        if isinstance(field.default, float | int) and not isinstance(field.default, bool) and key != "solver.seed"
    ]
    assert len(numbers) > 20
    for key, field in numbers:
        assert (field.json_schema_extra or {}).get("provenance", "").split(",")[0] in TAGS, key


def test_every_key_is_described():
    undescribed = [key for key, field in documented_fields() if "." in key and not field.description]
    assert undescribed == []


def test_all_mistakes_are_told_at_once_with_the_nearest_known_key():
    tree = {**LEAST, "place": {"nam": "甲市"}, "gridz": {}, "grids": {"k": 0}}
    told = {problem.field: problem for problem in problems_of(tree)}
    assert set(told) >= {"place.nam", "place.name", "gridz"}
    assert "name" in told["place.nam"].remedy.en
    assert "grids" in told["gridz"].remedy.zh
    assert any(field.startswith("grids.k") for field in told)


def test_numbers_that_contradict_each_other_are_refused():
    assert problems_of({**LEAST, "units": {"min_population": 50_000, "max_population": 20_000}})
    assert problems_of({**LEAST, "grids": {"k": [5, 3]}})
    assert problems_of({**LEAST, "travel": {"limit_min": float("nan")}})


WAIVER = {"rule": "R-20", "reason": "海岛", "author": "卫健委", "date": "2026-03-01"}
REFUSED = {
    "true for a number": ("travel", {"limit_min": True}, "travel.limit_min", "a number, neither true nor false"),
    "true among numbers": ("grids", {"k": [1, True]}, "grids.k", "a whole number, or [fewest, most]"),
    "false for a speed": ("travel", {"drive_kmh": {"primary": False}}, "travel.drive_kmh", "neither true nor false"),
    "true for an optional number": ("solver", {"time_limit_s": True}, "solver.time_limit_s", "neither true nor false"),
    "a speed below 0": ("travel", {"drive_kmh": {"primary": -3}}, "travel.drive_kmh.primary", "greater than 0"),
    "an affiliation of nobody": ("grids", {"lead_admin_levels": ["cty"]}, "grids.lead_admin_levels", "municipal"),
    "the same in a county": ("county", {"lead_admin_levels": ["cty"]}, "county.lead_admin_levels", "municipal"),
    "a date in words": ("rules", {"plan_valid_from": "soon"}, "rules.plan_valid_from", "a date such as 2026-03-01"),
    "a day that no month has": ("rules", {"plan_valid_from": "2026-02-30"}, "rules.plan_valid_from", "a date such as"),
    "residents turned round": (
        "rules", {"grid_population_min": 2e6}, "rules.grid_population_max", "at least grid_population_min, which is 2,000,000",
    ),
    "centres turned round": ("rules", {"chc_population_max": 20}, "rules.chc_population_max", "which is 30,000"),
    "radii turned round": ("rules", {"ems_radius_km": 2}, "rules.ems_radius_km", "at least ems_radius_urban_km, which is 5"),
    "no reason": ("rules", {"waivers": [{**WAIVER, "reason": "  "}]}, "rules.waivers.0.reason", "not empty"),
    "a stroke for a reason": ("rules", {"waivers": [{**WAIVER, "reason": "—"}]}, "rules.waivers.0.reason", "not empty"),
    "nobody": ("rules", {"waivers": [{**WAIVER, "author": "\u3000"}]}, "rules.waivers.0.author", "not empty"),
    "no day": ("rules", {"waivers": [{**WAIVER, "date": "下周"}]}, "rules.waivers.0.date", "a date such as"),
    "a scenario without a name": ("scenarios", [{"name": " ", "facilities_lost": ["H1"]}], "scenarios.0.name", "not empty"),
    "a rate for nobody": ("budget", {"rates": [{"category": " "}]}, "budget.rates.0.category", "not empty"),
    "a place without a name": ("place", {"name": " "}, "place.name", "not empty"),
}  # fmt: skip


@pytest.mark.parametrize(("section", "keys", "field", "needed"), REFUSED.values(), ids=REFUSED)
def test_what_a_key_cannot_mean_is_refused_in_words(section: str, keys: object, field: str, needed: str):
    [problem] = problems_of({**LEAST, section: keys})
    assert problem.field == field
    assert needed in problem.render("en")
    assert "Input should" not in problem.render("en")


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "true"), (date(2026, 1, 2), "2026-01-02"), (time(10, 30), "10:30:00"), ("2 h", "'2 h'")],
)
def test_what_was_found_is_told_as_it_stands_in_the_file(value: object, written: str):
    [problem] = problems_of({**LEAST, "solver": {"seed": value}})
    assert problem.found.en == written


@pytest.mark.parametrize(
    ("file", "name"), [("case.toml", "甲市"), ("二.toml", "二"), ("..toml", "甲市"), ("...toml", "甲市")]
)
def test_a_case_is_called_after_its_file_and_never_after_a_folder_above(tmp_path: Path, file: str, name: str):
    assert case_name(tmp_path / "甲市" / file) == name


def test_what_a_key_can_mean_is_kept():
    rules = {
        "waivers": [{**WAIVER, "date": "2026年3月1日"}],
        "plan_valid_from": "2028/2/29",
        "grid_population_min": 1.5e6,
    }
    case = parse_case(
        {
            **LEAST,
            "place": {"name": "甲市", "synthetic": True},
            "rules": rules,
            "grids": {"lead_admin_levels": ["市级"]},
        },
        folder=Path(),
    )
    assert case.rules.waivers[0].date == "2026年3月1日"
    assert (case.place.synthetic, case.grids.lead_admin_levels) == (True, ("city",))


def test_a_case_cannot_be_changed_in_place_and_changes_are_checked():
    case = parse_case(LEAST, folder=Path("somewhere"))
    with pytest.raises(ValidationError):
        case.language = "en"  # type: ignore[misc]
    other = case.changed(solver={"seed": 7})
    assert (case.solver.seed, other.solver.seed, other.folder) == (0, 7, Path("somewhere"))
    with pytest.raises(CaseError):
        case.changed(solver={"seed": -1})


def test_the_resolved_case_reads_back_as_the_same_case():
    case = parse_case(LEAST, folder=Path())
    assert parse_case(case.resolved(), folder=Path()).resolved() == case.resolved()


def test_paths_start_at_the_case_file_and_may_use_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "case.toml"
    path.write_text(
        'data_folder = "${GRIDPLAN_TEST_FOLDER:-fallback}"\n[place]\nname="甲"\n[layers.population]\nkind="table"\npath="p.csv"\n'
        '[layers.facilities]\npath="f.csv"\n',
        encoding="utf-8",
    )
    monkeypatch.delenv("GRIDPLAN_TEST_FOLDER", raising=False)
    case = read_case(path)
    assert case.locate(case.layers.population) == tmp_path / "fallback" / "p.csv"
    monkeypatch.setenv("GRIDPLAN_TEST_FOLDER", str(tmp_path / "there"))
    assert case.locate(case.layers.population) == tmp_path / "there" / "p.csv"


@pytest.mark.parametrize(("value", "path"), [("", "fallback/p.csv"), ("there", "there/p.csv")])
def test_a_variable_that_is_set_but_empty_leaves_the_fallback(monkeypatch: pytest.MonkeyPatch, value: str, path: str):
    monkeypatch.setenv("GRIDPLAN_TEST_FOLDER", value)
    assert expand_variables("${GRIDPLAN_TEST_FOLDER:-fallback}/p.csv") == path


@pytest.mark.parametrize("content", [b"", b"[place", b"\xff\xfe\x00", '[place]\nname = "甲"'.encode("gbk")])
def test_a_file_that_is_no_case_is_an_error_in_words(tmp_path: Path, content: bytes):
    path = tmp_path / "case.toml"
    path.write_bytes(content)
    with pytest.raises(CaseError) as caught:
        read_case(path)
    assert "case.toml" in caught.value.render("zh")


def test_a_missing_file_is_an_error_in_words(tmp_path: Path):
    with pytest.raises(CaseError, match="case file"):
        read_case(tmp_path / "none.toml")


def test_another_language_or_key_keeps_the_planners_own_key_of_an_online_map():
    case = parse_case({**LEAST, "basemap": {"kind": "tianditu", "key": "abc"}}, folder=Path())
    assert case.with_language("en").basemap.key == "abc"
    assert case.changed(solver={"seed": 7}).basemap.key == "abc"
    assert case.resolved()["basemap"]["key"] != "abc"
