"""The store: blocks of values, found again by the content of a point and by draw."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, os_error_reason
from sim.outcomes.sweep.block_file import (
    DAMAGES,
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
        draws: the draws that were run, rising, none twice.
        failures: the draws that could not be run, and why.
    """

    draws: tuple[Draws, ...] = ()
    failures: tuple[PointFailure, ...] = ()

    def error(self, wanted: Draws) -> str | None:
        """Return why some of the draws wanted cannot be run, None if they can.

        A failure of draws that are not all wanted may be the fault of the others.
        """
        within = [
            failure
            for failure in self.failures
            if _overlap(failure.draws, wanted) == failure.draws
        ]
        if not within:
            return None
        return min(within, key=lambda entry: (entry.draws.first, entry.error)).error

    def missing(self, wanted: Draws) -> list[Draws]:
        """Return the draws that are still to be run: none if some cannot be."""
        if self.error(wanted) is not None:
            return []
        gaps: list[Draws] = []
        first, end = wanted.first, wanted.end
        for stored in self.draws:
            if first < stored.first < end:
                gaps.append(Draws(stored.first - first, first))
            first = max(first, stored.end) if stored.first < end else first
        return [*gaps, Draws(end - first, first)] if first < end else gaps

    def with_draws(self, draws: Draws) -> StoredDraws:
        """Return the same with more draws."""
        return StoredDraws(_merged([*self.draws, draws]), self.failures)

    def with_failure(self, failure: PointFailure) -> StoredDraws:
        """Return the same with a failure."""
        return StoredDraws(self.draws, (*self.failures, failure))


NOTHING_STORED = StoredDraws()
"""What is stored of a point that was never run."""


@dataclass(eq=False)
class BlockStore:
    """The blocks of a folder, which any number of processes may write at once.

    A point is found by its key alone, a digest of all that fixes its numbers: so sweeps
    of different designs share their points, and a changed model finds none of them.
    What this object knows about the folder is as old as the last `refresh`.

    Attributes:
        warnings: a line for each file that is not a whole block, and is ignored.
    """

    folder: Path
    warnings: list[str] = field(default_factory=list)
    _files: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    _stored: dict[str, StoredDraws] = field(default_factory=dict, repr=False)
    _entries: dict[str, list[tuple[str, FooterEntry]]] = field(
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
            entries: points and their values.
            failures: points that could not be run.

        Raises:
            OutputError: it cannot be written.
        """
        with replace_atomically(self.path(block)) as file:
            write_block(file, entries, failures)

    def path(self, block: str) -> Path:
        """Return the file of a block."""
        return self.folder / f"{block}{SUFFIX}"

    def blocks(self) -> frozenset[str]:
        """Return the ids of the blocks that were there at the last `refresh`."""
        return frozenset(name.removesuffix(SUFFIX) for name in self._files)

    def written_at(self, block: str) -> str | None:
        """Return when a block was written, None if it was not there at `refresh`."""
        size_and_time = self._files.get(f"{block}{SUFFIX}")
        if size_and_time is None:
            return None
        moment = datetime.fromtimestamp(size_and_time[1] / 1e9, tz=UTC)
        return moment.isoformat(timespec="seconds")

    def refresh(self) -> Mapping[str, StoredDraws]:
        """Return what is stored of every point; only files that are new are read."""
        files = self._list_files()
        if any(files.get(name) != known for name, known in self._files.items()):
            # A file is gone, or another one has taken its name.
            for known in (self._files, self._stored, self._entries):
                known.clear()
        for name in sorted(files.keys() - self._files.keys()):
            self._files[name] = files[name]
            self._read_footer(name)
        return self._stored

    def remove_partial_files(self) -> int:
        """Remove what killed writers left unfinished; return how many files."""
        return remove_partial_files(self.folder)

    def labels(self, keys: Iterable[str], draws: Draws) -> dict[SeriesLabel, None]:
        """Return every series that some of the points have in some of the draws."""
        layouts = {
            entry.labels: None
            for entry in self._entries_of(keys)
            if _overlap(entry.draws, draws) is not None
        }
        return dict.fromkeys(label for layout in layouts for label in layout)

    def paired(self, keys: Iterable[str]) -> bool:
        """Return whether any of the points was run under a baseline too."""
        return any(entry.paired for entry in self._entries_of(keys))

    def times(self, keys: Iterable[str]) -> dict[str, None]:
        """Return the times of which any of the points has values."""
        layouts = {entry.times: None for entry in self._entries_of(keys)}
        return dict.fromkeys(time for times in layouts for time in times)

    def read(
        self, keys: Collection[str], draws: Draws, times: Sequence[str] | None = None
    ) -> dict[str, PointValues]:
        """Return the values of points in some draws, by key.

        Args:
            keys: the points, each of which must be stored in all these draws.
            draws: the possible worlds.
            times: the times wanted, all if not given; a point has those it holds.

        Raises:
            OutputError: a block is gone or damaged, or a point is not stored.
        """
        wanted = list(self.times(keys)) if times is None else list(times)
        parts: dict[str, list[PointValues]] = {key: [] for key in keys}
        for (name, _), chosen in self._chosen(keys, draws).items():
            entries = [entry for entry, _ in chosen]
            for (entry, values), (_, part) in zip(
                self._read_group(name, entries, wanted), chosen, strict=True
            ):
                parts[entry.key].append(values.in_draws(part))
        return {key: _joined(key, parts[key], draws) for key in keys}

    def _entries_of(self, keys: Iterable[str]) -> Iterator[FooterEntry]:
        for key in keys:
            for _, entry in self._entries.get(key, ()):
                yield entry

    def _chosen(
        self, keys: Iterable[str], draws: Draws
    ) -> dict[tuple[str, int], list[tuple[FooterEntry, Draws]]]:
        """Return which draws of which entries make up points, by file and row group."""
        groups: dict[tuple[str, int], list[tuple[FooterEntry, Draws]]] = {}
        for key in keys:
            first = draws.first
            for name, entry in self._entries.get(key, ()):
                part = _overlap(entry.draws, Draws(draws.end - first, first))
                if part is not None and part.first == first:
                    groups.setdefault((name, entry.group), []).append((entry, part))
                    first = part.end
                if first == draws.end:
                    break
        return dict(sorted(groups.items()))

    def _read_group(
        self, name: str, entries: Sequence[FooterEntry], times: Sequence[str]
    ) -> list[tuple[FooterEntry, PointValues]]:
        path = self.folder / name
        try:
            return list(read_group(path, entries, times))
        except DAMAGES as error:
            raise OutputError(
                f"{path} is damaged: {_line(error)}; remove it and give the same "
                "command again"
            ) from error

    def _list_files(self) -> dict[str, tuple[int, int]]:
        """Return size and time of each file that may be a block, by name."""
        states = {}
        try:
            with os.scandir(self.folder) as files:
                for file in files:
                    if file.name.endswith(SUFFIX) and not file.name.startswith("."):
                        state = file.stat()
                        states[file.name] = (state.st_size, state.st_mtime_ns)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise OutputError(
                f"cannot read {self.folder}: {os_error_reason(error)}"
            ) from error
        return states

    def _read_footer(self, name: str) -> None:
        path = self.folder / name
        try:
            footer = read_footer(path)
        except DAMAGES as error:
            warning = (
                f"{path} is not a whole block and is ignored; what it may have held "
                f"is run again ({_line(error)})"
            )
            if warning not in self.warnings:
                self.warnings.append(warning)
            return
        for entry in footer.entries:
            entries = self._entries.setdefault(entry.key, [])
            entries.append((name, entry))
            entries.sort(key=_by_draw)
            stored = self._stored.get(entry.key, NOTHING_STORED)
            self._stored[entry.key] = stored.with_draws(entry.draws)
        for failure in footer.failures:
            stored = self._stored.get(failure.key, NOTHING_STORED)
            self._stored[failure.key] = stored.with_failure(failure)


def _by_draw(named: tuple[str, FooterEntry]) -> tuple[int, int, str]:
    name, entry = named
    return entry.draws.first, -entry.draws.count, name


def _joined(key: str, parts: list[PointValues], draws: Draws) -> PointValues:
    """Return the values of consecutive draws as one; a series not stored is zero."""
    parts.sort(key=lambda part: part.draws.first)
    if sum(part.draws.count for part in parts) != draws.count:
        raise OutputError(f"the store does not hold all draws of the point {key}")
    if len(parts) == 1:
        return parts[0]
    labels = tuple(dict.fromkeys(label for part in parts for label in part.labels))
    parts = [with_series(part, labels) for part in parts]
    baselines = [part.baseline for part in parts if part.baseline is not None]
    return PointValues(
        labels=labels,
        times=parts[0].times,
        draws=draws,
        scenario=np.concatenate([part.scenario for part in parts], axis=-1),
        baseline=np.concatenate(baselines, axis=-1) if baselines else None,
    )


def with_series(values: PointValues, labels: tuple[SeriesLabel, ...]) -> PointValues:
    """Return values with other series: zero where there are none."""
    if values.labels == labels:
        return values
    rows = {label: row for row, label in enumerate(labels)}
    indices = [rows[label] for label in values.labels]

    def spread(cube: np.ndarray) -> np.ndarray:
        wide = np.zeros((cube.shape[0], len(labels), cube.shape[2]))
        wide[:, indices] = cube
        return wide

    return replace(values.changed(spread), labels=labels)


def _overlap(first_draws: Draws, second_draws: Draws) -> Draws | None:
    first, end = (
        max(first_draws.first, second_draws.first),
        min(first_draws.end, second_draws.end),
    )
    return Draws(end - first, first) if first < end else None


def _merged(parts: Iterable[Draws]) -> tuple[Draws, ...]:
    """Return draws as runs that neither touch nor overlap, rising."""
    runs: list[Draws] = []
    for part in sorted(parts, key=attrgetter("first")):
        if runs and part.first <= runs[-1].end:
            end = max(runs[-1].end, part.end)
            runs[-1] = Draws(end - runs[-1].first, runs[-1].first)
        else:
            runs.append(part)
    return tuple(runs)


def _line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return os_error_reason(error)
    return str(error).splitlines()[0] if str(error) else type(error).__name__
