"""The review map: one offline HTML file in which people examine a proposal, with its scripts and styles."""
