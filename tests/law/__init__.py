"""The law as published, and what is made of it."""
