"""The story of one world: what is told of it, and in what words."""
