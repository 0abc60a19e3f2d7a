"""An imbalance that cannot be helped is told with what forces it: contacts, blocks of units, or units few may take."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve


def two_banks(contacts, **changes):
    """Three sites on a bank of six small units, one on a bank of six large ones; all units of a bank touch each other.

    west  0 1 2  5 people a unit      east   6  7  8   10 people a unit
          p q r                              9 10 11
          3 4 5                                    s
    """
    west, east = range(6), range(6, 12)
    edges = [(u, v) for bank in (west, east) for u in bank for v in bank if u < v] + contacts
    given = {
        "unit_ids": [f"u{i}" for i in range(12)],
        "population": np.repeat([5.0, 10.0], 6),
        "lead_ids": list("pqrs"),
        "lead_unit": [0, 1, 2, 11],
        "minutes": np.array([[abs(u - v) for v in (0, 1, 2, 11)] for u in range(12)], dtype=float),
        "edges": edges,
        "balance": 0.25,
    }
    return Problem.from_arrays(**(given | changes))


def test_too_few_contacts_are_named_with_how_many_would_do():
    """Mean 22.5. One contact: s and one western grid share 60 + 5 people, 32.5 each; with whole units 40 and 30."""
    (told,) = solve(two_banks([(3, 6)])).explanation
    assert told.limit_name == "balance"
    assert told.smallest_relaxation == pytest.approx(40 / 22.5 - 1, abs=1e-5)
    assert told.measured == pytest.approx(told.smallest_relaxation, abs=1e-5)
    assert told.unit_ids == ("u3", "u6")
    assert told.lead_ids == ("p", "q", "r")
    for text in (told.message.zh, told.message.en):
        assert "u3–u6" in text
        assert "44.4%" in text
        assert "2" in text
    assert solve(two_banks([(3, 6), (4, 7), (5, 8)], balance=0.35)).status == "optimal"


def test_a_unit_too_large_for_any_grid_is_named_with_the_leads_that_may_take_it():
    people = np.full(12, 10.0)
    people[4] = 90.0
    (told,) = solve(two_banks([(3, 6), (4, 7), (5, 8)], population=people, barred={"u4": ["p"]})).explanation
    assert told.unit_ids == ("u4",)
    assert told.lead_ids == ("q", "r", "s")
    assert told.smallest_relaxation == pytest.approx(100 / 50 - 1, abs=1e-5)
    assert "u4" in told.message.en


def test_units_behind_one_unit_go_together():
    """u5 hangs on u4 and holds most people: whoever takes it takes both."""
    line = Problem.from_arrays(
        unit_ids=list("abcdef"), population=[10, 10, 10, 10, 20, 20], lead_ids=["x", "y", "z"], lead_unit=[0, 1, 2],
        minutes=np.abs(np.arange(6.0)[:, None] - np.arange(3.0)), edges=[(0, 3), (1, 3), (2, 3), (3, 4), (4, 5)],
        balance=0.2,
    )  # fmt: skip
    (told,) = solve(line).explanation
    assert told.unit_ids == ("d", "e", "f")
    assert told.lead_ids == ("x", "y", "z")
    assert told.smallest_relaxation == pytest.approx(60 / (80 / 3) - 1, abs=1e-5)


def test_units_that_only_some_leads_may_take_are_named():
    """u3, u4 and the east are locked to s: 70 people, against a mean of 22.5."""
    locked = {f"u{i}": "s" for i in (3, 4, *range(6, 11))}
    (told,) = solve(two_banks([(3, 6), (4, 7), (5, 8)], locked=locked)).explanation
    assert told.unit_ids == ("u3", "u4", *(f"u{i}" for i in range(6, 12)))
    assert told.lead_ids == ("s",)
    assert told.smallest_relaxation == pytest.approx(70 / 22.5 - 1, abs=1e-5)


def test_a_deviation_that_hardly_passes_its_limit_is_told_apart_from_it():
    """Twice 50,000 people within 0 %, of whom one is on the wrong side: 0.002 %, not 0.0 %."""
    problem = Problem.from_arrays(
        unit_ids=["a", "b"], population=[50_001, 49_999], lead_ids=["p", "q"], lead_unit=[0, 1],
        minutes=[[0.0, 5.0], [5.0, 0.0]], edges=[(0, 1)], balance=0.0,
    )  # fmt: skip
    (told,) = solve(problem).explanation
    assert (
        "balance within 0% cannot hold with k = 2: the plan's worst deviation is 0.002%, at least 0.002% is needed"
        in told.message.en
    )
    assert "±0% 的均衡要求在 k = 2 时不能满足：方案的最大偏差为 0.002%，至少需要 0.002%" in told.message.zh
