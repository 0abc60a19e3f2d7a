"""Who is a member of a group, as documents tell it."""

from __future__ import annotations

from typing import Any

FREE_OWNERS = ("private", "state_enterprise", "military")
"""Who joins only by its own consent."""


def has_joined(told: Any) -> bool:
    """Tell whether an institution is a member of a group, as the proposal has it."""
    return told["role"] in ("lead", "member")


def is_named(told: Any) -> bool:
    """Tell whether an institution is named to other institutions: one that has joined or cooperates."""
    return has_joined(told) or told["role"] == "cooperating"
