"""The store: blocks of values, found again by the content of a point and by draw."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.folder import os_error_reason
from sim.outcomes.sweep.block_file import (
    BlockEntry,
    FooterEntry,
    PointFailure,
    read_footer,
    read_group,
    write_block,
)
from sim.outcomes.sweep.durable_files import remove_partial_files, replace_atomically
from sim.outcomes.sweep.point_values import PointValues, SeriesLabel

SUFFIX = ".parquet"


@dataclass(frozen=True, slots=True)
class StoredDraws:
    """What the store holds of one point.

    Attributes:
        draws: the draws lived, rising, none twice.
        failed: the draws that could not be lived, and why.
    """

    draws: tuple[Draws, ...] = ()
    failures: tuple[PointFailure, ...] = ()

    def error(self, wanted: Draws) -> str | None:
        """Return why some of the draws wanted cannot be lived, None if they can.

        What is said of more draws than are wanted may be the fault of the others.
        """
        within = [one for one in self.failures if _within(one.draws, wanted)]
        if not within:
            return None
        return min(within, key=lambda one: (one.draws.first, one.error)).error

    def missing(self, wanted: Draws) -> list[Draws]:
        """Return the draws that are still to be lived: none if some cannot be."""
        if self.error(wanted) is not None:
            return []
        gaps: list[Draws] = []
        first, end = wanted.first, _end(wanted)
        for held in self.draws:
            if first < held.first < end:
                gaps.append(Draws(held.first - first, first))
            first = max(first, _end(held)) if held.first < end else first
        return [*gaps, Draws(end - first, first)] if first < end else gaps

    def with_draws(self, draws: Draws) -> StoredDraws:
        """Return the same with more draws."""
        return StoredDraws(_united([*self.draws, draws]), self.failures)

    def with_failure(self, failed: PointFailure) -> StoredDraws:
        """Return the same with a failure."""
        return StoredDraws(self.draws, (*self.failures, failed))


NOTHING_STORED = StoredDraws()
"""What is held of a point that was never run."""


@dataclass(eq=False)
class BlockStore:
    """The blocks of a folder, which any number of processes may write at once.

    What it knows is as old as the last `done`.

    Attributes:
        folder: where the blocks stand.
        complaints: a line for each file that is no whole block, and is passed over.
    """

    folder: Path
    warnings: list[str] = field(default_factory=list)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    _held: dict[str, StoredDraws] = field(default_factory=dict, repr=False)
    _places: dict[str, list[tuple[str, FooterEntry]]] = field(
        default_factory=dict, repr=False
    )

    def write(
        self,
        block: str,
        entries: Sequence[BlockEntry],
        failures: Sequence[PointFailure] = (),
    ) -> None:
        """Write a block, whole or not at all; one of the same name is replaced.

        Args:
            block: its id, which is the name of its file.
            entries: points and what came of them.
            failures: points that could not be lived.

        Raises:
            OutputError: it cannot be written.
        """
        with replace_atomically(self.path(block)) as file:
            write_block(file, entries, failures)

    def path(self, block: str) -> Path:
        """Return the file of a block."""
        return self.folder / f"{block}{SUFFIX}"

    def blocks(self) -> frozenset[str]:
        """Return the ids of the blocks that stood there at the last `done`."""
        return frozenset(name.removesuffix(SUFFIX) for name in self._seen)

    def written_at(self, block: str) -> datetime | None:
        """Return since when a block has stood there, None if it did not at `done`."""
        sign = self._seen.get(f"{block}{SUFFIX}")
        return None if sign is None else datetime.fromtimestamp(sign[1] / 1e9, tz=UTC)

    def refresh(self) -> Mapping[str, StoredDraws]:
        """Return what is held of every point; only files that are new are read."""
        found = self._files()
        if any(found.get(name) != sign for name, sign in self._seen.items()):
            self._forget()
        for name in sorted(found.keys() - self._seen.keys()):
            self._seen[name] = found[name]
            self._learn(name)
        return self._held

    def remove_partial_files(self) -> int:
        """Remove what killed writers left unfinished; return how many files."""
        return remove_partial_files(self.folder)

    def labels(self, keys: Iterable[str], draws: Draws) -> dict[SeriesLabel, None]:
        """Return every series that some of the points have in some of the draws."""
        layouts = {
            entry.labels: None
            for key in keys
            for _, entry in self._places.get(key, ())
            if _overlap(entry.draws, draws) is not None
        }
        return dict.fromkeys(label for layout in layouts for label in layout)

    def paired(self, keys: Iterable[str]) -> bool:
        """Return whether any of the points was lived under a baseline too."""
        return any(
            entry.paired for key in keys for _, entry in self._places.get(key, ())
        )

    def times(self, keys: Iterable[str]) -> dict[str, None]:
        """Return the times of which any of the points has values."""
        every = {
            entry.times: None for key in keys for _, entry in self._places.get(key, ())
        }
        return dict.fromkeys(when for times in every for when in times)

    def read(
        self, keys: Collection[str], draws: Draws, times: Sequence[str] | None = None
    ) -> dict[str, PointValues]:
        """Return the values of points in some draws, by key.

        Args:
            keys: the points, each of which must be held in all these draws.
            draws: the possible worlds.
            times: the times wanted, all if not given; a point has those it holds.

        Raises:
            OutputError: a block is gone or damaged, or a point is not held.
        """
        wanted = list(self.times(keys)) if times is None else list(times)
        parts: dict[str, list[tuple[Draws, PointValues]]] = {key: [] for key in keys}
        for (name, _), places in self._chosen(keys, draws).items():
            entries = [entry for entry, _ in places]
            for (entry, values), (_, part) in zip(
                self._group(name, entries, wanted), places, strict=True
            ):
                parts[entry.key].append((part, values.in_draws(part)))
        return {key: _joined(key, parts[key], draws) for key in keys}

    def _chosen(
        self, keys: Iterable[str], draws: Draws
    ) -> dict[tuple[str, int], list[tuple[FooterEntry, Draws]]]:
        """Return which draws of which entries make up points, by file and row group."""
        groups: dict[tuple[str, int], list[tuple[FooterEntry, Draws]]] = {}
        for key in keys:
            first = draws.first
            for name, entry in self._places.get(key, ()):
                part = _overlap(entry.draws, Draws(_end(draws) - first, first))
                if part is not None and part.first == first:
                    groups.setdefault((name, entry.group), []).append((entry, part))
                    first = _end(part)
                if first == _end(draws):
                    break
        return dict(sorted(groups.items()))

    def _group(
        self, name: str, entries: Sequence[FooterEntry], times: Sequence[str]
    ) -> list[tuple[FooterEntry, PointValues]]:
        path = self.folder / name
        try:
            return list(read_group(path, entries, times))
        except (OSError, ValueError) as error:
            raise OutputError(
                f"{path} is damaged: {_line(error)}; remove it and give the same "
                "command again"
            ) from error

    def _files(self) -> dict[str, tuple[int, int]]:
        """Return size and time of each file that may be a block, by name."""
        found = {}
        try:
            with os.scandir(self.folder) as files:
                for file in files:
                    if file.name.endswith(SUFFIX) and not file.name.startswith("."):
                        state = file.stat()
                        found[file.name] = (state.st_size, state.st_mtime_ns)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise OutputError(
                f"cannot read {self.folder}: {os_error_reason(error)}"
            ) from error
        return found

    def _learn(self, name: str) -> None:
        path = self.folder / name
        try:
            foot = read_footer(path)
        except (OSError, ValueError) as error:
            self._complain(path, error)
            return
        for entry in foot.entries:
            places = self._places.setdefault(entry.key, [])
            places.append((name, entry))
            places.sort(key=_by_draw)
            held = self._held.get(entry.key, NOTHING_STORED)
            self._held[entry.key] = held.with_draws(entry.draws)
        for failed in foot.failed:
            held = self._held.get(failed.key, NOTHING_STORED)
            self._held[failed.key] = held.with_failure(failed)

    def _complain(self, path: Path, error: Exception) -> None:
        line = (
            f"{path} is no whole block and is passed over; what it may have held is "
            f"run again ({_line(error)})"
        )
        if line not in self.warnings:
            self.warnings.append(line)

    def _forget(self) -> None:
        """Know nothing, as a file is gone or another one stands in its place."""
        self._seen.clear()
        self._held.clear()
        self._places.clear()


def _by_draw(place: tuple[str, FooterEntry]) -> tuple[int, int, str]:
    name, entry = place
    return entry.draws.first, -entry.draws.count, name


def _joined(
    key: str, parts: list[tuple[Draws, PointValues]], draws: Draws
) -> PointValues:
    """Return the values of consecutive draws as one; a series not held is zero."""
    parts.sort(key=lambda part: part[0].first)
    if sum(part.count for part, _ in parts) != draws.count:
        raise OutputError(f"the store does not hold all draws of the point {key}")
    if len(parts) == 1:
        return parts[0][1]
    values = [one for _, one in parts]
    head = values[0]
    labels = head.labels
    if any(one.labels != labels for one in values):
        labels = tuple(dict.fromkeys(label for one in values for label in one.labels))
        values = [with_series(one, labels) for one in values]
    theirs = [one.baseline for one in values if one.baseline is not None]
    return PointValues(
        labels=labels,
        times=head.times,
        draws=draws,
        scenario=np.concatenate([one.scenario for one in values], axis=-1),
        baseline=np.concatenate(theirs, axis=-1) if theirs else None,
    )


def with_series(values: PointValues, labels: tuple[SeriesLabel, ...]) -> PointValues:
    """Return values with other series: zero where there are none."""
    if values.labels == labels:
        return values
    rows = {label: row for row, label in enumerate(labels)}
    places = [rows[label] for label in values.labels]

    def over(cube: np.ndarray) -> np.ndarray:
        whole = np.zeros((cube.shape[0], len(labels), cube.shape[2]))
        whole[:, places] = cube
        return whole

    return PointValues(
        labels=labels,
        times=values.times,
        draws=values.draws,
        scenario=over(values.scenario),
        baseline=None if values.baseline is None else over(values.baseline),
    )


def _end(draws: Draws) -> int:
    return draws.first + draws.count


def _within(one: Draws, other: Draws) -> bool:
    return other.first <= one.first and _end(one) <= _end(other)


def _overlap(one: Draws, other: Draws) -> Draws | None:
    first, end = max(one.first, other.first), min(_end(one), _end(other))
    return Draws(end - first, first) if first < end else None


def _united(parts: Iterable[Draws]) -> tuple[Draws, ...]:
    """Return draws as runs that neither touch nor overlap, rising."""
    runs: list[Draws] = []
    for part in sorted(parts, key=attrgetter("first")):
        if runs and part.first <= _end(runs[-1]):
            end = max(_end(runs[-1]), _end(part))
            runs[-1] = Draws(end - runs[-1].first, runs[-1].first)
        else:
            runs.append(part)
    return tuple(runs)


def _line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return os_error_reason(error)
    return str(error).splitlines()[0] if str(error) else type(error).__name__
