"""Records: facts, law and scenarios, read into typed and checked objects."""

from sim.records.load import Records, load_records

__all__ = ["Records", "load_records"]
