"""Minutes of units and facilities over a road network, as the case asks for them.

The search for ways lives in `travel`.
"""
