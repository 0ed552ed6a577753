"""Benchmarks: the service beside Isso in one run, printed as ratios, since absolute figures move with the machine."""
