"""Who is a member of a group, as documents tell it."""

from __future__ import annotations

FREE_OWNERS = ("private", "state_enterprise", "military")
"""Who joins only by its own consent."""


JOINED = ("lead", "member")
"""Roles of the members of a group."""
NAMED = (*JOINED, "cooperating")
"""Roles of institutions that are named to other institutions."""
