"""Tables of what happened or was agreed, and the bundled list of indicators."""
