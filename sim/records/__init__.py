"""Records: facts, law and scenarios, read into typed and checked objects.

Names are looked up when they are first used: who reads one document loads no table.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.records.data_folder import Records, load_records

__all__ = ["Records", "load_records"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("sim.records.data_folder"), name)
    raise AttributeError(f"module 'sim.records' has no attribute {name!r}")
