"""The order of rows in which everything is computed: by id where rows have one, else by all that they hold, never as the file has them."""

from __future__ import annotations

from typing import Any, TypeVar

import pandas as pd
import shapely

Frame = TypeVar("Frame", pd.DataFrame, pd.Series)


def in_order(frame: Frame) -> Frame:
    """Return rows by id, and among rows of one id or of none by their values and geometry; numbered anew where they have no id."""
    if frame.empty:
        return frame
    named = not pd.api.types.is_numeric_dtype(frame.index)
    keys = {"": frame.index.astype(str)} if named else {}
    if not named or not frame.index.is_unique:
        table = frame.to_frame() if isinstance(frame, pd.Series) else frame
        keys |= {str(name): _comparable(table[name]) for name in table.columns}
    order = pd.DataFrame(keys).sort_values(list(keys), kind="stable").index
    ordered = frame.iloc[order]
    return ordered if named else ordered.reset_index(drop=True)


def _comparable(values: pd.Series) -> Any:
    """Return values that have an order: geometry as its bytes, everything but numbers as text."""
    if values.dtype.name == "geometry":
        return shapely.to_wkb(values.to_numpy(), hex=True)
    return values.to_numpy() if pd.api.types.is_numeric_dtype(values) else values.astype(str).to_numpy()
