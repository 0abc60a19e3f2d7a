"""A `Proposal`: its files, read and written; edits of reviewers, comparison of two, what is known of the optimum.

Documents and pages made from it are of `outputs`.
"""
