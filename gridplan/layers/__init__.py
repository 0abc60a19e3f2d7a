"""The input layers of a case, clean and in one metric CRS; every problem of every layer is told together.

Nothing is planned here.
"""
