"""Benchmarks: `make bench` measures the service beside Isso in one run and prints ratios, since absolute figures move with the machine."""
