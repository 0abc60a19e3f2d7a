"""Annexes of a plan, each drawn up by one module as tables. How they are written to files is of `outputs`."""
