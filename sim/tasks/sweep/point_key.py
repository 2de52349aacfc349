"""Identity: digests by which two points are known to have the same numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from sim.experiments.arithmetic import arithmetic
from sim.experiments.provenance import (
    PACKAGE,
    code_digest,
    file_hashes,
    library_versions,
)
from sim.records import Records
from sim.settings.hydra_composition import ComposedScenario
from sim.settings.schema import Settings

_NUMERICAL = ("mesa", "networkx", "numpy", "scipy")
"""Libraries whose version may move a number."""

_NO_NUMBERS = "presentation"
"""Figures and pages: what is changed there moves no number."""

_COUNTED = (
    "as_of",
    "assumptions",
    "drawn_from",
    "horizon",
    "mechanisms",
    "record",
    "seed",
    "start",
)
"""Settings that move numbers, besides what is compared and whose files are read."""

_IN_ORDER = (("regime", "add"), ("regime", "amend"), ("decisions", "instruments"))
"""Parts of a scenario that name instruments, in an order that the law keeps."""

_FIELD = len(("regime", "add", "an instrument", "its field"))
_WITHOUT_ORDER = ("scope", "ask")
"""Fields of instruments that have fields of their own."""


def joint_digest(*parts: str) -> str:
    """Return one digest of several texts, in order, in hexadecimal digits."""
    return sha256("\n".join(parts).encode()).hexdigest()


def numerical_digest(package: Path = PACKAGE) -> str:
    """Return a digest of the simulator's code and of the libraries it counts with."""
    versions = {name: library_versions()[name] for name in _NUMERICAL}
    return joint_digest(_text(versions), code_digest(package, _NO_NUMBERS))


def arithmetic_digest() -> str:
    """Return a digest of what the last bits of numbers depend on in this machine."""
    return joint_digest(_text(arithmetic()))


def data_digest(records: Records) -> str:
    """Return a digest of a folder of facts, and of law added to it."""
    folders = (x for x in (records.folder, records.law_folder) if x is not None)
    return joint_digest(*(_text(file_hashes(folder)) for folder in folders))


def scenario_digest(chosen: ComposedScenario) -> str:
    """Return a digest of a scenario: its name, and what it says."""
    return joint_digest(chosen.name, _text(_in_order(chosen.content)))


def settings_digest(settings: Settings) -> str:
    """Return a digest of the settings that move numbers."""
    counted = {name: getattr(settings, name) for name in _COUNTED}
    return joint_digest(_text({name: _plain(value) for name, value in counted.items()}))


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)


def _plain(value: object) -> object:
    """Return a setting as JSON has it, its names in order."""
    if isinstance(value, Mapping):
        return {name: value[name] for name in sorted(value)}
    return list(value) if isinstance(value, tuple) else str(value)


def _in_order(value: object, path: tuple[str, ...] = ()) -> object:
    """Return what a scenario says, without the order in which words were given.

    Where order may count, it is kept: that of instruments, and within their fields.
    """
    if isinstance(value, Mapping):
        names = list(value) if _order_counts(path) else sorted(value, key=str)
        return {str(name): _in_order(value[name], (*path, str(name))) for name in names}
    if isinstance(value, list):
        return [_in_order(item, path) for item in value]
    # 1 and 1.0 are one number.
    return float(value) if type(value) is int else value


def _order_counts(path: tuple[str, ...]) -> bool:
    if path in _IN_ORDER:
        return True
    in_field = path[:1] == ("regime",) and len(path) >= _FIELD
    return in_field and path[_FIELD - 1] not in _WITHOUT_ORDER
