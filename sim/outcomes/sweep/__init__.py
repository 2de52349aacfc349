"""Sweeps: what many points leave behind, how it is kept, and how it is read."""
