"""Blocks: one file of values, what its columns hold, and how its foot tells.

A row is a series of a point in a draw: its key, measure, actor and draw, and for each
time the value under the scenario and under the baseline. The foot of the file says
which points it holds in which draws, so that no row is read to know it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.point_values import Cube, PointValues, SeriesLabel

FORM = 1
"""Number of this way of writing; a file of another number is not read."""

_FOOT = b"chipwar_block"
_ROWS_IN_GROUP = 65_536
"""Rows that are read at once at least; a point in some draws is never parted."""

_COMPRESSION = "zstd"
_COMPRESSION_LEVEL = 1


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """What a block holds of one point.

    Attributes:
        key: the point.
        draws: the possible worlds.
        values: what came of it.
    """

    key: str
    draws: Draws
    values: PointValues


@dataclass(frozen=True, slots=True)
class PointFailure:
    """A point that could not be lived in some draws, and why, in one line."""

    key: str
    draws: Draws
    error: str


@dataclass(frozen=True, slots=True)
class FooterEntry:
    """Where a point in some draws stands in a block.

    Attributes:
        key: the point.
        draws: the possible worlds.
        labels: its series.
        times: the times for which it has values.
        paired: whether it was lived under a baseline too.
        group: the row group.
        first: its first row in that.
    """

    key: str
    draws: Draws
    labels: tuple[SeriesLabel, ...]
    times: tuple[str, ...]
    paired: bool
    group: int
    first: int


@dataclass(frozen=True)
class Footer:
    """What the foot of a block says.

    Attributes:
        entries: the points lived.
        failed: those that could not be.
        times: the times of which there are columns.
    """

    entries: tuple[FooterEntry, ...]
    failed: tuple[PointFailure, ...]
    times: tuple[str, ...]


def write_block(
    file: BinaryIO, entries: Sequence[BlockEntry], failures: Sequence[PointFailure]
) -> None:
    """Write a block: the same bytes for the same points in the same order."""
    times = tuple(dict.fromkeys(t for one in entries for t in one.values.times))
    groups = list(_grouped(entries))
    foot = json.dumps(_foot(groups, failures, times), separators=(",", ":"))
    schema = _schema(times).with_metadata({_FOOT: foot.encode()})
    with parquet.ParquetWriter(
        file,
        schema,
        compression=_COMPRESSION,
        compression_level=_COMPRESSION_LEVEL,
        use_dictionary=["key", "measure", "actor"],
        column_encoding=dict.fromkeys(_columns(times), "BYTE_STREAM_SPLIT"),
        write_page_checksum=True,
        store_schema=True,
    ) as writer:
        for group in groups:
            table = _table(group, times, schema)
            writer.write_table(table, row_group_size=max(len(table), 1))


def read_footer(path: Path) -> Footer:
    """Return what the foot of a block says.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no whole block.
    """
    found = parquet.read_metadata(path).metadata or {}
    if _FOOT not in found:
        raise ValueError("it is no block of a sweep")
    try:
        said = json.loads(found[_FOOT])
        if said["form"] != FORM:
            raise ValueError(f"it is of form {said['form']}, not {FORM}")
        return Footer(
            entries=tuple(_entries(said)),
            failed=tuple(
                PointFailure(key, Draws(count, first), error)
                for key, first, count, error in said["failed"]
            ),
            times=tuple(said["times"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("its foot cannot be read") from error


def read_group(
    path: Path, entries: Sequence[FooterEntry], times: Sequence[str]
) -> Iterator[tuple[FooterEntry, PointValues]]:
    """Yield the values of entries of one row group at some times.

    Args:
        path: the block.
        entries: of one row group.
        times: the times wanted; an entry has those of them that it holds.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged.
    """
    wanted = [when for when in times if any(when in one.times for one in entries)]
    file = parquet.ParquetFile(path, page_checksum_verification=True)
    with file:
        present = set(file.schema_arrow.names)
        names = [name for name in _columns(wanted) if name in present]
        table = file.read_row_group(entries[0].group, columns=names)
    columns = {name: table[name].to_numpy() for name in names}
    for entry in entries:
        yield entry, _cut(entry, wanted, columns)


def _cut(
    entry: FooterEntry, wanted: Sequence[str], columns: dict[str, np.ndarray]
) -> PointValues:
    times = tuple(when for when in wanted if when in entry.times)
    shape = (len(entry.labels), entry.draws.count)
    rows = slice(entry.first, entry.first + shape[0] * shape[1])

    def cube(side: str) -> Cube:
        parts = [columns[_column(when, side)][rows].reshape(shape) for when in times]
        return parts[0][np.newaxis] if len(parts) == 1 else _stacked(parts, shape)

    return PointValues(
        labels=entry.labels,
        times=times,
        draws=entry.draws,
        scenario=cube("scenario"),
        baseline=cube("baseline") if entry.paired else None,
    )


def _stacked(parts: list[np.ndarray], shape: tuple[int, int]) -> Cube:
    return np.stack(parts) if parts else np.empty((0, *shape))


def _grouped(lived: Sequence[BlockEntry]) -> Iterator[list[BlockEntry]]:
    """Yield points in groups of some rows."""
    group: list[BlockEntry] = []
    rows = 0
    for one in lived:
        more = len(one.values.labels) * one.draws.count
        if group and rows + more > _ROWS_IN_GROUP:
            yield group
            group, rows = [], 0
        group.append(one)
        rows += more
    if group:
        yield group


def _foot(
    groups: Sequence[Sequence[BlockEntry]],
    failed: Sequence[PointFailure],
    times: Sequence[str],
) -> dict[str, Any]:
    layouts: dict[tuple[tuple[SeriesLabel, ...], tuple[str, ...]], int] = {}
    entries = [
        [
            one.key,
            one.draws.first,
            one.draws.count,
            layouts.setdefault((one.values.labels, one.values.times), len(layouts)),
            one.values.baseline is not None,
        ]
        for group in groups
        for one in group
    ]
    return {
        "form": FORM,
        "times": list(times),
        "layouts": [{"series": series, "times": whens} for series, whens in layouts],
        "groups": [len(group) for group in groups],
        "entries": entries,
        "failed": [
            [one.key, one.draws.first, one.draws.count, one.error] for one in failed
        ],
    }


def _entries(said: dict[str, Any]) -> Iterator[FooterEntry]:
    layouts = [
        (_labels(json.dumps(layout["series"])), tuple(layout["times"]))
        for layout in said["layouts"]
    ]
    place = iter(said["entries"])
    for group, count in enumerate(said["groups"]):
        row = 0
        for _ in range(count):
            key, first, draws, layout, paired = next(place)
            labels, times = layouts[layout]
            yield FooterEntry(
                key, Draws(draws, first), labels, times, paired, group, row
            )
            row += len(labels) * draws


@lru_cache(maxsize=1024)
def _labels(text: str) -> tuple[SeriesLabel, ...]:
    """Return labels; the same ones for the same text, so that they compare quickly."""
    return tuple(SeriesLabel(*each) for each in json.loads(text))


def _column(when: str, side: str) -> str:
    return f"{side} {when}"


def _columns(times: Sequence[str]) -> list[str]:
    return [_column(when, side) for when in times for side in ("scenario", "baseline")]


def _schema(times: Sequence[str]) -> pa.Schema:
    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            *((name, word) for name in ("key", "measure", "actor")),
            ("draw", pa.int64()),
            *((name, pa.float64()) for name in _columns(times)),
        ]
    )


def _table(
    group: Sequence[BlockEntry], times: Sequence[str], schema: pa.Schema
) -> pa.Table:
    """Return the rows of some points; a value that a point does not have is NaN."""
    sizes = [len(one.values.labels) * one.draws.count for one in group]
    ends = np.cumsum([0, *sizes])
    numbers = np.full((2, len(times), int(ends[-1])), np.nan)
    place = {when: row for row, when in enumerate(times)}
    for one, first, end in zip(group, ends, ends[1:], strict=False):
        values = one.values
        rows = [place[when] for when in values.times]
        flat = (len(rows), end - first)
        numbers[0, rows, first:end] = values.scenario.reshape(flat)
        if values.baseline is not None:
            numbers[1, rows, first:end] = values.baseline.reshape(flat)
    columns = [
        *_names(group, sizes),
        *(numbers[side, row] for row in range(len(times)) for side in range(2)),
    ]
    return pa.table(
        [
            pa.array(column) if isinstance(column, np.ndarray) else column
            for column in columns
        ],
        schema=schema,
    )


def _names(group: Sequence[BlockEntry], sizes: Sequence[int]) -> list[Any]:
    """Return the columns that say what a row is of."""
    keys = {key: code for code, key in enumerate(dict.fromkeys(o.key for o in group))}
    labels = [label for one in group for label in one.values.labels]
    times = np.repeat(
        [one.draws.count for one in group], [len(one.values.labels) for one in group]
    )
    draws = [
        np.tile(np.array(one.draws.numbers, dtype=np.int64), len(one.values.labels))
        for one in group
    ]
    return [
        _dictionary(np.repeat([keys[one.key] for one in group], sizes), list(keys)),
        *(
            _coded([label[field] for label in labels], times)
            for field in (
                SeriesLabel._fields.index("measure"),
                SeriesLabel._fields.index("actor"),
            )
        ),
        np.concatenate(draws),
    ]


def _coded(words: Sequence[str], times: np.ndarray) -> pa.DictionaryArray:
    known = {word: code for code, word in enumerate(sorted(set(words)))}
    return _dictionary(np.repeat([known[word] for word in words], times), list(known))


def _dictionary(codes: np.ndarray, known: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        codes.astype(np.int32), pa.array(known, type=pa.string())
    )
