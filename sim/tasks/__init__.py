"""Tasks: what each command does, from a command line or a notebook."""
