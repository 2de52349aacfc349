"""The science: pure functions on draws, one phenomenon a file."""
