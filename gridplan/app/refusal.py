"""What the workbench does not do, and why."""

from __future__ import annotations

from gridplan.words.errors import GridplanError


class RefusedError(GridplanError):
    """A request that cannot be followed: a name that is none, a version that is gone, work that was stopped."""
