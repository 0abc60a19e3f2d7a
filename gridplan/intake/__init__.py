"""From a folder of files to a case that can be planned.

Inventory, guesses, case text, merges, templates, and the check of inputs with its reports live here; layers are read
by `layers`.
"""
