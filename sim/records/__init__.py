"""Records: facts, law and scenarios, read into typed and checked objects."""

from sim.records.data_folder import Records, load_records

__all__ = ["Records", "load_records"]
