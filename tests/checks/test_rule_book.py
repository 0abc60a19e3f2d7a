"""The rule book as a whole: severities, waivers, wording, and properties that hold for any plan on the board."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gridplan
from gridplan.case.case import Case, documented_fields
from gridplan.checks.finding import Finding
from gridplan.checks.inputs import INPUTS
from gridplan.checks.rule import FAMILIES
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.grids.plan import Plan
from gridplan.words.text import Text
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board, violated

LEADS = ("H1", "H2", "H3")
any_plan = st.lists(st.sampled_from(LEADS), min_size=24, max_size=24).map(
    lambda leads: dict(zip(board.unit_ids(), leads, strict=True))
)
few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def waiver(rule: str, subject: str = "") -> dict[str, str]:
    return {"rule": rule, "subject": subject, "reason": "海岛", "author": "卫健委", "date": "2026-01-01"}


# severities and waivers


def test_a_rule_switched_off_is_silent(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"severities": {"R-09": "off"}})
    assert findings(plan, "R-09") == []


def test_the_severity_of_the_case_counts(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"severities": {"R-09": "note", "R-34": "must"}})
    assert {f.severity for f in findings(plan, "R-09")} == {"note"}
    assert finding(plan, "R-09", "S1").status == "violated"
    assert not finding(plan, "R-09", "S1").stands
    assert all(f.severity == "must" for f in findings(plan, "R-34"))


def test_a_waiver_keeps_the_finding_with_its_reason(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"waivers": [waiver("R-09", "S1")]})
    found = finding(plan, "R-09", "S1")
    assert (found.status, found.reason, found.author, found.date) == ("waived", "海岛", "卫健委", "2026-01-01")
    assert found.message_zh
    assert not found.stands
    assert finding(plan, "R-09", "S4").stands


def test_a_waiver_without_subject_covers_the_rule(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"waivers": [waiver("R-09")]})
    assert {f.status for f in findings(plan, "R-09")} == {"waived"}


def test_a_waiver_names_a_grid_by_its_lead_or_all_its_units(place: Place) -> None:
    enclave = {**board.WEST_EAST, "u35": "H1", "u34": "H1"}
    by_lead = lay_out(place, enclave, rules={"waivers": [waiver("R-06", "H1")]})
    assert finding(by_lead, "R-06", "G1").status == "waived"
    units = [waiver("R-06", "u34"), waiver("R-06", "u35")]
    assert finding(lay_out(place, enclave, rules={"waivers": units}), "R-06", "G1").status == "waived"
    assert finding(lay_out(place, enclave, rules={"waivers": units[:1]}), "R-06", "G1").status == "violated"


def test_a_waiver_never_touches_what_is_met(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"waivers": [waiver("R-01")]})
    assert finding(plan, "R-01").status == "met"


# properties


def as_set(found: tuple[Finding, ...], plan: Plan, names: dict[str, str]) -> set[tuple[object, ...]]:
    """Findings without words and order; grids named by their leads, ids translated back."""
    lead_of_grid = {str(grid): str(lead) for grid, lead in plan.assignment.lead_of_grid.items()}

    def named(subject: str) -> str:
        subject = lead_of_grid.get(subject, subject)
        return names.get(subject, subject)

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 6)

    return {
        (
            f.rule,
            f.status,
            f.severity,
            named(f.subject_id),
            rounded(f.measured),
            rounded(f.limit),
            frozenset(names.get(unit, unit) for unit in f.places),
        )
        for f in found
    }


@few
@given(given=any_plan, data=st.data())
def test_a_looser_limit_never_adds_a_finding(place: Place, given: dict[str, str], data: st.DataObject) -> None:
    def number(low: float, high: float) -> float:
        return data.draw(st.floats(low, high, allow_nan=False))

    minutes, balance, least, most = number(1, 5), number(0.1, 1), number(1_000, 9_000), number(9_000, 20_000)
    coverage, more = number(0.5, 1), number(0, 1)
    tight = {
        "travel": {"limit_min": minutes, "walk_limit_min": 10 + minutes},
        "grids": {"balance": balance},
        "rules": {
            "grid_population_min": least,
            "grid_population_max": most,
            "lead_coverage": coverage,
            "primary_coverage": coverage,
            "min_grids": 3,
        },
    }
    loose = {
        "travel": {"limit_min": minutes * (1 + more), "walk_limit_min": (10 + minutes) * (1 + more)},
        "grids": {"balance": balance * (1 + more)},
        "rules": {
            "grid_population_min": least * (1 - more),
            "grid_population_max": most * (1 + more),
            "lead_coverage": coverage * (1 - more),
            "primary_coverage": coverage * (1 - more),
            "min_grids": 2,
        },
    }
    assert violated(lay_out(place, given, **loose)) <= violated(lay_out(place, given, **tight))


@pytest.fixture(scope="module")
def renamed() -> Place:
    """The board with other ids, whose order is the other way round."""
    units = board.board_units()
    units["unit_id"] = [new_id(unit) for unit in units["unit_id"]]
    table = facilities()
    table["facility_id"] = [new_id(facility) for facility in table["facility_id"]]
    return survey_board(units=units, facilities=table)


def new_id(old: str) -> str:
    return "".join(chr(ord("z") - int(c)) if c.isdigit() else f"x{c.lower()}" for c in old)


@few
@given(given=any_plan)
def test_relabelled_ids_relabel_the_answer(place: Place, renamed: Place, given: dict[str, str]) -> None:
    plan = lay_out(place, given)
    other = lay_out(renamed, {new_id(unit): new_id(lead) for unit, lead in given.items()})
    old = {new_id(name): name for name in (*given, *place.surveyed.layers.facilities.index)}
    assert as_set(check_plan(other), other, old) == as_set(check_plan(plan), plan, {})


@pytest.fixture(scope="module")
def shuffled() -> Place:
    """The board with the rows of every table in another order."""
    rng = np.random.default_rng(7)
    units, table = board.board_units(), facilities()
    return survey_board(
        units=units.iloc[rng.permutation(len(units))].reset_index(drop=True),
        facilities=table.iloc[rng.permutation(len(table))].reset_index(drop=True),
    )


@few
@given(given=any_plan)
def test_row_order_does_not_matter(place: Place, shuffled: Place, given: dict[str, str]) -> None:
    plan = lay_out(place, given)
    other = lay_out(shuffled, dict(reversed(given.items())))
    assert as_set(check_plan(other), other, {}) == as_set(check_plan(plan), plan, {})


@few
@given(given=any_plan)
def test_messages_read_well(place: Place, given: dict[str, str]) -> None:
    for found in check_plan(lay_out(place, given)):
        for message in (found.message_zh, found.message_en):
            assert message
            assert not re.search(r"\b(nan|inf|None)\b|\{|\}", message), message
        assert not re.search(r"\b1 (units|grids|members|districts|facilities|people)\b", found.message_en), found
        assert found.measured is None or np.isfinite(found.measured)


# registry and words


def test_rules_are_listed_once_in_order() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_is_documented(rule: gridplan.checks.rule.Rule) -> None:
    known = {key for key, _ in documented_fields(Case)}
    assert rule.family in FAMILIES
    assert set(rule.needs) <= set(INPUTS)
    assert set(rule.limits) <= known
    assert rule.provenance
    assert rule.title.zh
    assert rule.asks.zh
    assert rule.asks.en


OWN = (
    "grids/members.py",
    "grids/plan.py",
    "grids/scores.py",
    "grids/sub_areas.py",
    "grids/given.py",
    "ground/leads.py",
    "words/numbers.py",
    "checks/*.py",
)


def texts() -> Iterator[tuple[str, Text]]:
    """Every Text written in the rule book and beside it; an f-string counts with its values left out."""

    def wording(node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        return ""

    folder = Path(gridplan.__file__).parent
    for path in sorted(found for pattern in OWN for found in folder.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                keys = {keyword.arg: wording(keyword.value) for keyword in node.keywords}
                if keys.get("zh") and keys.get("en"):
                    yield f"{path.name}:{node.lineno}", Text(zh=keys["zh"], en=keys["en"])


def test_both_languages_have_the_same_placeholders() -> None:
    found = list(texts())
    assert len(found) > 100
    wrong = [where for where, text in found if text.placeholders[0] != text.placeholders[1]]
    assert wrong == []


def test_no_blank_between_a_name_and_chinese_words() -> None:
    """Grid and hospital names are Chinese: 市第一医院分成 2 片, without a blank after the name."""
    wrong = [where for where, text in texts() if re.search(r"\{[ghs]\} +[\u4e00-\u9fff]", text.zh)]
    assert wrong == []


# limits and units: what a finding is held against, at the defaults of the case and the few keys that the board's case sets

LIMITS = {
    "R-01": {("plan", 2, "grids")},
    "R-02": {("plan", 0, "units")},
    "R-03": {("plan", 1, "grids")},
    "R-04": {("grid", 1, "leads")},
    "R-05": {("plan", None, "cv")},
    "R-06": {("grid", 1, "pieces")},
    "R-07": {("grid", 0.25, "share"), ("plan", None, "cv")},
    "R-08": {("grid", 1000, "residents")},
    "R-09": {("plan", 1, "grids")},
    "R-10": {("grid", None, "share")},
    "R-11": {("grid", None, "index")},
    "R-20": {("grid", None, "strength")},
    "R-21": {("grid", 1, "members"), ("grid", 0, "streets")},
    "R-22": {("plan", 0, "facilities")},
    "R-23": {("plan", 0, "facilities")},
    "R-24": {("plan", None, "members")},
    "R-25": {("grid", 0.5, "share"), ("grid", 1, "centres")},
    "R-26": {("grid", None, "members")},
    "R-30": {("plan", None, "community grids")},
    "R-31": {("grid", 0, "community grids"), ("plan", None, "")},
    "R-33": {("grid", None, "members")},
    "R-34": {("grid", 1, "providers"), ("grid", None, "beds per 10000 aged 65")},
    "R-35": {("grid", 4, "min")},
    "R-41": {("plan", None, "HHI")},
    "R-42": {("plan", None, "share")},
    "R-60": {("grid", 4, "min"), ("plan", 15, "min"), ("plan", 4, "min")},
    "R-61": {("plan", 0.9, "share")},
    "R-62": {("plan", 0, "streets"), ("plan", None, "units")},
    "R-63": {("grid", None, "beds per 1000")},
    "R-65": {("plan", None, "gini")},
}


@pytest.mark.parametrize("rule", LIMITS)
def test_a_finding_tells_its_limit_and_its_unit(halves: Plan, rule: str) -> None:
    assert {(f.subject_kind, f.limit, f.unit) for f in findings(halves, rule)} == LIMITS[rule]


def test_a_share_is_held_against_a_share(halves: Plan) -> None:
    assert all(f.limit is None or 0 <= f.limit <= 1 for f in check_plan(halves) if f.unit in ("share", "cv", "gini"))


def test_a_finding_that_needs_something_tells_no_number(halves: Plan) -> None:
    silent = [f for f in check_plan(halves) if f.status == "not_evaluated"]
    assert silent
    assert {(f.measured, f.limit, f.unit, f.places) for f in silent} == {(None, None, "", ())}
