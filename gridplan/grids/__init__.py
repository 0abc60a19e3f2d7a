"""What a plan holds once its grids are drawn: members, sub-areas, scores, capacity, money, centres, losses.

Plans that are given are read here too. Nothing here judges.
"""
