"""Settings: the words of a command, read and checked into one typed object."""
