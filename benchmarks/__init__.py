"""Measurements of speed and memory, separate from the tests."""
