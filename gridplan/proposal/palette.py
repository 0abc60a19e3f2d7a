"""Colours that several outputs share: tints of grids where they go by the order of the grids, the line of a ferry."""

TINTS = (
    "#F5EAB8", "#B9E0CF", "#A9C9F6", "#DFA873", "#FFE1E3", "#AACDD1", "#D2D7F4", "#E0C1A8", "#DDE8CF", "#FAD28E", "#BFAFCB", "#82C1AD",
)  # fmt: skip
"""Twelve fills in four lightness steps, told apart by colour-blind readers and in grey print."""
FERRY = "#3D7F92"
