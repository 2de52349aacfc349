"""The story of one world in plain English."""
