"""Mechanisms: pure functions on arrays over draws, one phenomenon a file."""
