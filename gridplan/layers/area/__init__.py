"""Polygons: units, districts, barriers and links, how they fit together, and the area that is planned."""
