"""The manifest: how far a sweep has come, for people; the truth is the store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.design import Row, errors_of
from sim.outcomes.sweep.durable import write_durably
from sim.outcomes.sweep.store import NOTHING, Store


def write_manifest(
    path: Path,
    store: Store,
    rows: Sequence[Row],
    draws: Draws,
    blocks: Mapping[str, int],
) -> dict[str, Any]:
    """Write how far a sweep has come, and return it.

    Args:
        path: the file; the day on which it was first written is kept.
        store: where the blocks stand.
        rows: the points of the design.
        draws: the possible worlds.
        blocks: how many points each block of the plan has, by id.

    Raises:
        OutputError: it cannot be written.
    """
    held = store.done()
    failed = errors_of(rows, held, draws)
    done = sum(
        row.key is not None and not held.get(row.key, NOTHING).lacks(draws)
        for number, row in enumerate(rows)
        if number not in failed
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = {
        "started": _started(path) or now,
        "updated": now,
        "draws": draws.count,
        "first_draw": draws.first,
        "points": {
            "all": len(rows),
            "done": done,
            "failed": len(failed),
            "waiting": len(rows) - done - len(failed),
        },
        "blocks": {
            block: {"points": points, "done": _day(store.since(block))}
            for block, points in blocks.items()
        },
    }
    write_durably(path, (json.dumps(said, indent=1) + "\n").encode())
    return said


def _started(path: Path) -> str | None:
    """Return when the sweep was first written of, if that can be read."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _day(since: datetime | None) -> str | None:
    return None if since is None else since.isoformat(timespec="seconds")
