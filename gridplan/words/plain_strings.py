"""How columns of text are held while a plan is made: as Python's strings.

pandas 3 holds them in Arrow's buffers unless told otherwise, which pays for columns of millions. Our frames have hundreds of rows, of which
cells are taken one by one: there each cell is boxed anew, and a fifth of a small city's scoring went into that. The values are the
same either way, and so are all files that are written.
"""

from __future__ import annotations

import pandas as pd

plain_strings = pd.option_context("mode.string_storage", "python")
"""Decorates what makes or reads frames; the caller's own option is put back at the end of every call."""
