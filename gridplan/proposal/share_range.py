"""The share of residents within the limit if speeds are off, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.checks.told_speeds import told_range
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def tell_share_range(proposal: Proposal) -> Text | None:
    """Return the range of the plan's share within the limit of the own lead; None where the proposal has none."""
    scores = proposal.scores.get("plan") or {}
    low, high = scores.get("share_within_low"), scores.get("share_within_high")
    if low is None or high is None:
        return None
    return told_range(float(low), float(high), proposal.case)
