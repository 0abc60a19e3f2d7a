"""Any file that planners have becomes a frame: formats, encodings, headers, datums, typed cells.

What the rows mean is known elsewhere.
"""
