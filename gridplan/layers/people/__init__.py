"""Where people live: rasters, points, tables and polygons become cells."""
