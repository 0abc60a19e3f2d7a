"""The ground that is planned on: units, borders, neighbours, parts, possible leads, and the problem that they pose.

No member, score or finding.
"""
