"""Exports of a proposal for other systems: one module a family of targets, one table of formats."""
