"""Measurements anyone can repeat: `make bench`. Ratios within one run, never pass or fail."""
