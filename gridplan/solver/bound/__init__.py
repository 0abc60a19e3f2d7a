"""Proofs: how good any plan could be at most. No module here looks for a plan."""
