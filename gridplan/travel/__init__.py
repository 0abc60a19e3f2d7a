"""Travel times over road networks: exact, directed, in integer milliseconds inside and float minutes outside.

It knows roads and points: no case, no hospital.
"""
