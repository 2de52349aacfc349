"""Sweeps: many points of a design, run in blocks and gathered in one table."""
