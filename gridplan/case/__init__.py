"""case.toml becomes a frozen `Case`; unknown keys and unresolved names are refused with the nearest known one.

No layer is opened here.
"""
