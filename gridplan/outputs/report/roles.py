"""Who is a member of a group, as documents tell it."""

from __future__ import annotations

from typing import Any

FREE_OWNERS = ("private", "state_enterprise", "military")
"""Who joins only by its own consent."""


def has_joined(told: Any) -> bool:
    """Tell whether an institution is a member; where it stands is not enough for one that joins by consent only."""
    by_place = told["role_source"] == "location" and not told["agreement"]
    if told["ownership"] in FREE_OWNERS and by_place:
        return False
    return told["role"] in ("lead", "member")


def is_named(told: Any) -> bool:
    """Tell whether an institution is named to other institutions: one that has joined or cooperates."""
    return has_joined(told) or told["role"] == "cooperating"
