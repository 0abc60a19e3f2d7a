"""The rule book: a plan goes in, findings come out. Nothing here knows how the plan was made."""
