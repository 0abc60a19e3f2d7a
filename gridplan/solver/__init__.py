"""From a `Problem` to a `Solution`. It knows ids, numbers and a graph only: no case, no geometry, no file, no road."""
