"""The field's words and what every room shares.

Bilingual text, vocabulary, errors in three parts, declarations of annexes, folders of results and whole shares live
here. Nothing here knows a case, a network or a plan.
"""
