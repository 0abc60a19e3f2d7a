"""Linear and mixed-integer programs, and the one door to HiGHS. What a program is for is known by its caller."""
