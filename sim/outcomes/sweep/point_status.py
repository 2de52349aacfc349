"""The status of each point: the design as a table, and the manifest of a sweep."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sim.domain.csv_cells import csv_text
from sim.domain.ensemble import Draws
from sim.outcomes.manifest import MANIFEST, file_records
from sim.outcomes.sweep.block_store import NOTHING_STORED, BlockStore, StoredDraws
from sim.outcomes.sweep.durable_files import write_durably

SettingValue = str | int | float | bool | None
"""What a setting may be at a point."""

_FILES = "files"
"""What a manifest calls the results: null while they are being written."""

DONE, FAILED, WAITING = "done", "failed", "waiting"


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A point of a design.

    Attributes:
        key: a digest of all that fixes its numbers; None if it cannot be run.
        error: why it cannot, in one line.
    """

    values: tuple[SettingValue, ...]
    key: str | None
    error: str | None = None

    def lacks_draws(self, stored: Mapping[str, StoredDraws], draws: Draws) -> bool:
        """Return whether some of the draws are still to be run."""
        if self.key is None:
            return True
        return bool(stored.get(self.key, NOTHING_STORED).missing(draws))


def errors_by_number(
    rows: Sequence[DesignRow], stored: Mapping[str, StoredDraws], draws: Draws
) -> dict[int, str]:
    """Return why points failed, by number."""
    errors = {}
    for number, row in enumerate(rows):
        error = row.error
        if error is None and row.key is not None:
            error = stored.get(row.key, NOTHING_STORED).error(draws)
        if error is not None:
            errors[number] = error
    return errors


def write_design(
    path: Path,
    settings: Sequence[str],
    rows: Sequence[DesignRow],
    statuses: Sequence[str],
    errors: Mapping[int, str],
) -> None:
    """Write the points with their status: done, failed and why, or waiting.

    Raises:
        OutputError: it cannot be written.
    """
    table: list[list[object]] = [["point", *settings, "status", "error"]]
    for number, (row, status) in enumerate(zip(rows, statuses, strict=True)):
        values = map(as_text, row.values)
        table.append([number, *values, status, errors.get(number, "")])
    write_durably(path, csv_text(table).encode())


def statuses_of(
    rows: Sequence[DesignRow],
    stored: Mapping[str, StoredDraws],
    draws: Draws,
    errors: Mapping[int, str],
) -> list[str]:
    """Return how far each point has come: failed, waiting or done."""
    return [
        FAILED
        if number in errors
        else WAITING
        if row.lacks_draws(stored, draws)
        else DONE
        for number, row in enumerate(rows)
    ]


def write_manifest(
    path: Path,
    store: BlockStore,
    rows: Sequence[DesignRow],
    draws: Draws,
    blocks: Mapping[str, int],
) -> None:
    """Write how far a sweep has come, for people: what counts is the store.

    Args:
        path: the file; the day on which it was first written is kept.
        store: the blocks.
        rows: the points of the design.
        draws: the possible worlds.
        blocks: how many points each block of the plan has, by id.

    Raises:
        OutputError: it cannot be written.
    """
    stored = store.refresh()
    errors = errors_by_number(rows, stored, draws)
    counts = Counter(statuses_of(rows, stored, draws, errors))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    earlier = _read_manifest(path)
    manifest = {
        "started": earlier.get("started", now),
        "updated": now,
        "draws": draws.count,
        "first_draw": draws.first,
        "points": {
            "all": len(rows),
            **{status: counts[status] for status in (DONE, FAILED, WAITING)},
        },
        "blocks": {
            block: {"points": points, "done": store.written_at(block)}
            for block, points in blocks.items()
        },
        # Until they are written again, the results of an earlier command are there.
        **{name: earlier[name] for name in (_FILES,) if name in earlier},
    }
    _write_json(path, manifest)


def list_no_files(folder: Path) -> None:
    """Have the manifest of a sweep say that its results are being written.

    Raises:
        OutputError: it cannot be written.
    """
    path = folder / MANIFEST
    _write_json(path, {**_read_manifest(path), _FILES: None})


def list_files(folder: Path) -> None:
    """Have the manifest of a sweep list its results, which are all written.

    Raises:
        OutputError: it cannot be written.
    """
    path = folder / MANIFEST
    files = {name: asdict(record) for name, record in file_records(folder).items()}
    _write_json(path, {**_read_manifest(path), _FILES: files})


def _read_manifest(path: Path) -> dict[str, object]:
    """Return what a manifest says that may be there and whole; else nothing."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    write_durably(path, (json.dumps(content, indent=1) + "\n").encode())


def as_text(value: SettingValue) -> str:
    """Return a value as the command line has it, without quotes.

    Example:
        >>> as_text(0.1), as_text(True), as_text(None), as_text("2027-07")
        ('0.1', 'true', 'null', '2027-07')
    """
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
