"""Where the numbers of a brief come from: draws, day, command, version and digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def origin_of(provenance: Mapping[str, Any]) -> tuple[str, ...]:
    """Return command, version and digest of a folder, and what it warned of.

    Args:
        provenance: of the folder, as in provenance.json.
    """
    source = provenance.get("source") or {}
    commit = str(source.get("commit") or "not known")[:12]
    command = " ".join(map(str, provenance.get("command", ())))
    digest = str(provenance.get("code", ""))[:16]
    return (
        f"Command: {command}",
        f"Version {provenance.get('version')}, commit {commit}, digest of code and "
        f"data {digest}; every file has its own digest in manifest.json.",
        *(f"Warning: {warning}" for warning in provenance.get("warnings") or ()),
    )


def facts_of_provenance(provenance: Mapping[str, Any]) -> str:
    """Return draws, seed and day in a line."""
    draws = provenance.get("draws")
    count = draws.get("count") if isinstance(draws, Mapping) else draws
    facts = [
        f"{int(count):,} draws" if count else "",
        f"seed {provenance['seed']}" if "seed" in provenance else "",
        f"run on {str(provenance.get('started', ''))[:10]}",
    ]
    return " · ".join(filter(None, facts))
