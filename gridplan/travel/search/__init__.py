"""The search itself, on arrays of arcs: orders of elimination, hierarchies, queries, compiled kernels.

Nothing here knows roads, coordinates or minutes.
"""
