"""Search for the sites that lead. Grids are drawn around chosen leads in `solver.draw`."""
