"""Tasks: what can be asked of the simulator, from a command line or a notebook."""
