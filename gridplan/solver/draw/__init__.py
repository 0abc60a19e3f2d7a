"""Search for the grids of given leads: first drawing, moves, annealing, and the pool of plans met.

No lead is chosen here.
"""
