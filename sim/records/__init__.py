"""Records: facts, law and scenarios, read into typed and checked objects."""

from sim.records.load import Records, load

__all__ = ["Records", "load"]
