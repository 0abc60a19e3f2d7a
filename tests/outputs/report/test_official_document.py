"""Sentences of the document whose counts must add up and whose words must fit what they count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.official_document import tell_outside
from gridplan.outputs.report.sentences import tell_not_nearest
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from gridplan.words.text import Text

SAMPLE = Path(__file__).parents[3] / "maps" / "sample"


@pytest.fixture(scope="module")
def sample() -> Proposal:
    return read_proposal(SAMPLE)


def test_reasons_add_up_to_the_residents_who_are_not_with_the_nearest_lead(sample: Proposal) -> None:
    figures = figures_of(sample, sample)
    leads = sample.minutes.pivot(index="unit_id", columns="lead_id", values="minutes")[list(sample.grids["lead_id"])]
    own = sample.units["minutes_to_lead"]
    away = own.index[own > leads.min(axis=1).reindex(own.index) + 1e-9]
    assert sum(figures.held_by_reason.values()) == sample.units["population"][away].sum() == figures.not_nearest
    assert "逐条取消限制试算" in tell_not_nearest(figures).zh


def test_without_reasons_no_effect_is_named(sample: Proposal) -> None:
    bare = replace(sample, reasons=sample.reasons.iloc[:0])
    assert "试算" not in tell_not_nearest(figures_of(bare, bare)).zh


def test_who_stays_outside_is_told_by_why() -> None:
    """Two by consent, one ambulance station, one that cooperates, one that a list leaves out; nobody counts twice."""
    placed = pd.DataFrame(
        {
            "role": ["none", "none", "none", "cooperating", "none"],
            "role_source": ["consent", "level", "emergency", "case", "list"],
        }
    )
    told = " ".join(text.zh for text in tell_outside(placed, Text(zh="医共体", en="group")))
    assert told == (
        "合作单位1家。 社会办、部队、国家级和省级机构2家尚未加入，须经本单位同意方可加入。 院前急救站1家不加入医共体。 另有1家未加入。"
    )
