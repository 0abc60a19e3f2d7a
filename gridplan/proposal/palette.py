"""The tints of grids where they go by the order of the grids: in QGIS and in the small picture of a proposal."""

TINTS = (
    "#F5EAB8", "#B9E0CF", "#A9C9F6", "#DFA873", "#FFE1E3", "#AACDD1", "#D2D7F4", "#E0C1A8", "#DDE8CF", "#FAD28E", "#BFAFCB", "#82C1AD",
)  # fmt: skip
"""Twelve fills in four lightness steps, told apart by colour-blind readers and in grey print."""
