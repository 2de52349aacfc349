"""Experiments: what is run, and what it is compared with."""
