"""Sweeps: many points of a design, lived in blocks, gathered in one table."""
