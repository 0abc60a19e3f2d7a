"""Generators of the solver's benchmark instances; each is a function of its arguments and a seed."""
