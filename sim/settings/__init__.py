"""Settings: what is asked of the simulator, read from words and checked."""
