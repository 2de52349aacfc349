"""Agents: one file per kind of actor, one method per phase of the month."""
