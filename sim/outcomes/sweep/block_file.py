"""Block files: the values of some points, and a footer that says which.

A row is a series of a point in a draw: its key, measure, actor and draw, and for each
time the value under the scenario and under the baseline. The footer, in the metadata of
the Parquet file, says which points it holds in which draws, so that no row is read to
know it. It has a digest of its own, and one of each column of values, so that damage is
noticed whatever part of the file it is in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.outcomes.columns import text_column
from sim.outcomes.sweep.point_values import Cube, PointValues, SeriesLabel

FORM = 2
"""Number of this way of writing; a file of another number is not read."""

DAMAGES = (OSError, ValueError, TypeError, KeyError, pa.ArrowException)
"""What reading a damaged file may raise."""

_FOOTER = b"chipwar_block"
_FOOTER_DIGEST = b"chipwar_block_sha256"
_ROWS_IN_GROUP = 65_536
"""Rows that are read at once at least; a point in some draws is never divided."""

_DIGITS = 16
"""Hexadecimal digits of a digest that are kept: enough for damage by chance."""

_SIDES = ("scenario", "baseline")


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """What a block holds of one point: its key, and its values in some draws."""

    key: str
    values: PointValues

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        return len(self.values.labels) * self.values.draws.count


@dataclass(frozen=True, slots=True)
class PointFailure:
    """A point that could not be run in some draws, and why, in one line."""

    key: str
    draws: Draws
    error: str


@dataclass(frozen=True, slots=True)
class FooterEntry:
    """Where the values of a point in some draws are in a block.

    Attributes:
        times: the times for which it has values.
        paired: whether it was run under a baseline too.
        group: the row group.
        first: its first row in that.
        digests: of each column of values in that group, by name.
    """

    key: str
    draws: Draws
    labels: tuple[SeriesLabel, ...]
    times: tuple[str, ...]
    paired: bool
    group: int
    first: int
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Footer:
    """What the footer of a block says: points that were run, and that failed."""

    entries: tuple[FooterEntry, ...]
    failures: tuple[PointFailure, ...]


def write_block(
    file: BinaryIO, entries: Sequence[BlockEntry], failures: Sequence[PointFailure]
) -> None:
    """Write a block: the same bytes for the same points in the same order."""
    times = tuple(dict.fromkeys(t for entry in entries for t in entry.values.times))
    groups = list(_row_groups(entries))
    plain_schema = _schema(times)
    tables = [_table(group, times, plain_schema) for group in groups]
    content = _footer(groups, failures, times)
    content["digests"] = [
        [_digest(table[name].to_numpy()) for name in _columns(times)]
        for table in tables
    ]
    footer = json.dumps(content, separators=(",", ":")).encode()
    digest = sha256(footer).hexdigest().encode()
    schema = plain_schema.with_metadata({_FOOTER: footer, _FOOTER_DIGEST: digest})
    with parquet.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=["key", "measure", "actor"],
        column_encoding=dict.fromkeys(_columns(times), "BYTE_STREAM_SPLIT"),
        # Damage is then found when a page is read, and not taken for numbers.
        write_page_checksum=True,
        store_schema=True,
    ) as writer:
        for table in tables:
            rows = table.replace_schema_metadata(schema.metadata)
            writer.write_table(rows, row_group_size=max(len(table), 1))


def _digest(values: np.ndarray) -> str:
    """Return a digest of a column of numbers."""
    return sha256(values.tobytes()).hexdigest()[:_DIGITS]


def read_footer(path: Path) -> Footer:
    """Return what the footer of a block says; nothing if it is of another form.

    A block of another form was written by other code, whose points nobody asks for.

    Raises:
        ValueError: it is not a whole block.
        OSError: the file cannot be read; `DAMAGES` has what else may be raised.
    """
    metadata = parquet.read_metadata(path).metadata or {}
    if _FOOTER not in metadata:
        raise ValueError("it is not a block of a sweep")
    try:
        content = json.loads(metadata[_FOOTER])
        if content["form"] != FORM:
            return Footer((), ())
        _check_digest(metadata)
        return Footer(
            entries=tuple(_entries(content)),
            failures=tuple(
                PointFailure(key, Draws(count, first), error)
                for key, first, count, error in content["failed"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("its footer cannot be read") from error


def _check_digest(metadata: Mapping[bytes, bytes]) -> None:
    digest = sha256(metadata[_FOOTER]).hexdigest().encode()
    if metadata.get(_FOOTER_DIGEST) != digest:
        raise ValueError("its footer was changed")


def read_group(
    path: Path, entries: Sequence[FooterEntry], times: Sequence[str]
) -> Iterator[tuple[FooterEntry, PointValues]]:
    """Yield the values of entries of one row group at some times.

    Args:
        path: the block.
        entries: of one row group.
        times: the times wanted; an entry has those of them that it holds.

    Raises:
        ValueError: it is damaged.
        OSError: the file cannot be read; `DAMAGES` has what else may be raised.
    """
    held = {time for entry in entries for time in entry.times}
    wanted = [time for time in times if time in held]
    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        names = _columns(wanted)
        table = file.read_row_group(entries[0].group, columns=names)
    columns = {name: table[name].to_numpy() for name in names}
    for name, values in columns.items():
        if values.dtype != float or _digest(values) != entries[0].digests[name]:
            raise ValueError(f"its column {name!r} was changed")
    for entry in entries:
        yield entry, _values(entry, wanted, columns)


def _values(
    entry: FooterEntry, wanted: Sequence[str], columns: dict[str, np.ndarray]
) -> PointValues:
    times = tuple(time for time in wanted if time in entry.times)
    shape = (len(entry.labels), entry.draws.count)
    rows = slice(entry.first, entry.first + shape[0] * shape[1])

    def cube(side: str) -> Cube:
        parts = [columns[_column(time, side)][rows].reshape(shape) for time in times]
        # One time alone is read without a copy: it may be many points and draws.
        if len(parts) == 1:
            return parts[0][np.newaxis]
        return np.stack(parts) if parts else np.empty((0, *shape))

    return PointValues(
        labels=entry.labels,
        times=times,
        draws=entry.draws,
        scenario=cube("scenario"),
        baseline=cube("baseline") if entry.paired else None,
    )


def _row_groups(entries: Sequence[BlockEntry]) -> Iterator[list[BlockEntry]]:
    """Yield points in groups of some rows."""
    group: list[BlockEntry] = []
    rows = 0
    for entry in entries:
        if group and rows + entry.rows > _ROWS_IN_GROUP:
            yield group
            group, rows = [], 0
        group.append(entry)
        rows += entry.rows
    if group:
        yield group


def _footer(
    groups: Sequence[Sequence[BlockEntry]],
    failures: Sequence[PointFailure],
    times: Sequence[str],
) -> dict[str, Any]:
    """Return the footer; points of one layout, which are most, share its text."""
    layouts: dict[tuple[tuple[SeriesLabel, ...], tuple[str, ...]], int] = {}
    entries = [
        [
            entry.key,
            entry.values.draws.first,
            entry.values.draws.count,
            layouts.setdefault((entry.values.labels, entry.values.times), len(layouts)),
            entry.values.baseline is not None,
        ]
        for group in groups
        for entry in group
    ]
    return {
        "form": FORM,
        "times": list(times),
        "layouts": [{"series": labels, "times": held} for labels, held in layouts],
        "groups": [len(group) for group in groups],
        "entries": entries,
        "failed": [
            [failure.key, failure.draws.first, failure.draws.count, failure.error]
            for failure in failures
        ],
    }


def _entries(content: dict[str, Any]) -> Iterator[FooterEntry]:
    layouts = [
        (_parse_labels(json.dumps(layout["series"])), tuple(layout["times"]))
        for layout in content["layouts"]
    ]
    entries = iter(content["entries"])
    names = _columns(content["times"])
    for group, count in enumerate(content["groups"]):
        digests = dict(zip(names, content["digests"][group], strict=True))
        row = 0
        for _ in range(count):
            key, first, draws, layout, paired = next(entries)
            labels, times = layouts[layout]
            yield FooterEntry(
                key, Draws(draws, first), labels, times, paired, group, row, digests
            )
            row += len(labels) * draws


@lru_cache(maxsize=1024)
def _parse_labels(text: str) -> tuple[SeriesLabel, ...]:
    """Return labels; the same ones for the same text, so that they compare quickly."""
    return tuple(SeriesLabel(*fields) for fields in json.loads(text))


def _column(time: str, side: str) -> str:
    return f"{side} {time}"


def _columns(times: Sequence[str]) -> list[str]:
    return [_column(time, side) for time in times for side in _SIDES]


def _schema(times: Sequence[str]) -> pa.Schema:
    text = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            *((name, text) for name in ("key", "measure", "actor")),
            ("draw", pa.int64()),
            *((name, pa.float64()) for name in _columns(times)),
        ]
    )


def _table(
    group: Sequence[BlockEntry], times: Sequence[str], schema: pa.Schema
) -> pa.Table:
    """Return the rows of some points; a value that a point does not have is NaN."""
    sizes = [entry.rows for entry in group]
    ends = np.cumsum([0, *sizes])
    numbers = np.full((2, len(times), int(ends[-1])), np.nan)
    for entry, first, end in zip(group, ends, ends[1:], strict=False):
        values = entry.values
        rows = [times.index(time) for time in values.times]
        flat = (len(rows), end - first)
        numbers[0, rows, first:end] = values.scenario.reshape(flat)
        if values.baseline is not None:
            numbers[1, rows, first:end] = values.baseline.reshape(flat)
    columns = [
        *_label_columns(group, sizes),
        *(pa.array(numbers[side, row]) for row in range(len(times)) for side in (0, 1)),
    ]
    return pa.table(columns, schema=schema)


def _label_columns(group: Sequence[BlockEntry], sizes: Sequence[int]) -> list[pa.Array]:
    """Return the columns that say what each row holds."""
    keys = list(dict.fromkeys(entry.key for entry in group))
    labels = [label for entry in group for label in entry.values.labels]
    counts = np.repeat(
        [entry.values.draws.count for entry in group],
        [len(entry.values.labels) for entry in group],
    )
    draws = [
        np.tile(np.array(values.draws.numbers, dtype=np.int64), len(values.labels))
        for values in (entry.values for entry in group)
    ]
    return [
        text_column([entry.key for entry in group], sizes, keys),
        text_column([label.measure for label in labels], counts),
        text_column([label.actor for label in labels], counts),
        pa.array(np.concatenate(draws)),
    ]
