"""Plans as sets of whole grids: few units a grid can be grids counted out one by one, which knows whole units and contiguity at once."""
