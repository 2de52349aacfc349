"""Law: dated instruments, what they cover, and how they combine."""
