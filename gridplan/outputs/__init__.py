"""A proposal made visible: its folder, workbook, words on the terminal, comparison.

Everything here reads a proposal and computes nothing.
"""
