"""What is planned to compile the loops is no news of the work that waits for them."""

from __future__ import annotations

from typing import Any

from gridplan.batch.compiled_once import _plan_county
from gridplan.case.examples import example_case
from gridplan.pipeline import plan
from gridplan.words.hearing import heard_by
from gridplan.words.text import Text


def test_of_the_county_that_is_planned_for_it_only_stages_are_heard() -> None:
    """Planned by itself the same county tells what it finds."""
    told: list[Any] = []
    with heard_by(told.append):
        _plan_county()
    assert [message for message in told if not isinstance(message, Text)] == []
    with heard_by(told.append):
        plan(example_case("yunxiu"))
    assert any("objective" in message for message in told if not isinstance(message, Text))
