"""Reads facts, law and scenarios into typed objects, or says where they are wrong."""

from sim.records.load import Records, load

__all__ = ["Records", "load"]
