"""Sets of small numbers as bits of words: which is the least one in a word (machine code)."""

from __future__ import annotations

import numpy as np

from gridplan.words.machine_code import machine_code

# Numbers in a word of a set.
BITS = 64
ONE = np.uint64(1)
# A lone bit times this number has another six highest bits for each place (de Bruijn); the place of each.
_SPREAD = 0x03F79D71B4CB0A89
_SHIFT = np.uint64(58)
_PLACES = [(((1 << place) * _SPREAD) & (2**BITS - 1)) >> int(_SHIFT) for place in range(BITS)]
_PLACE = np.argsort(np.array(_PLACES))
_FACTOR = np.uint64(_SPREAD)


@machine_code(inner=True)
def lowest(word):  # type: ignore[no-untyped-def]
    """Place of the lowest bit of a word that is not 0."""
    return _PLACE[((word & (~word + ONE)) * _FACTOR) >> _SHIFT]
