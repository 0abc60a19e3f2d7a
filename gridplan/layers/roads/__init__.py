"""Road files of every kind become one frame of roads between junctions, and what scenarios close.

Travel times are of `travel`.
"""
