"""The review map: one offline HTML file in which people examine a proposal."""

from gridplan.review.page import render_map, write_map

__all__ = ["render_map", "write_map"]
