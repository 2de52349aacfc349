"""The manifest: how far a sweep has come, for people; the truth is the store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.durable_files import write_durably
from sim.outcomes.sweep.point_status import (
    DONE,
    FAILED,
    WAITING,
    DesignRow,
    errors_by_number,
    status_of,
)


def write_manifest(
    path: Path,
    store: BlockStore,
    rows: Sequence[DesignRow],
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
    held = store.refresh()
    failed = errors_by_number(rows, held, draws)
    status = Counter(
        status_of(row, held, draws, failed=number in failed)
        for number, row in enumerate(rows)
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = {
        "started": _started(path) or now,
        "updated": now,
        "draws": draws.count,
        "first_draw": draws.first,
        "points": {
            "all": len(rows),
            **{each: status[each] for each in (DONE, FAILED, WAITING)},
        },
        "blocks": {
            block: {"points": points, "done": _day(store.written_at(block))}
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
