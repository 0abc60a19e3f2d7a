"""Service grids with lead hospitals for health planners."""
