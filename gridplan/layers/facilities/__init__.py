"""Facility tables become points in our vocabulary; names, sites, repeats and merges of rows."""
