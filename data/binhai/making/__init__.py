"""The parts of the invented city: ground, people, roads, communities, facilities and the files they are written to."""
