"""Search: which legal designs are the best by several objectives."""
