"""Sweeps: a design's points are composed, lived in blocks, and put into one table."""
