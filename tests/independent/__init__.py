"""Recomputes what a proposal claims, from raw layers and output files alone; imports no gridplan module."""
