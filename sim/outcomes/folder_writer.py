"""The run folder: everything that a run produces, written completely or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sim.domain.errors import in_one_line
from sim.outcomes import disk, frames
from sim.outcomes.csv_files import write_csv
from sim.outcomes.disk import WriteError
from sim.outcomes.event_table import events_tables
from sim.outcomes.network_graph import write_graphml
from sim.outcomes.reserved_folder import ReservedFolder, reserved
from sim.outcomes.results import Results
from sim.outcomes.run_tables import RunTables

SUMMARY = "summary.md"
HEADLINE = "headline.csv"
TIMESERIES = "timeseries.parquet"
ATTRIBUTION = "attribution.csv"
ATTRIBUTION_DRAWS = "attribution.parquet"
QUANTILES = "quantiles.csv"
WORLDS = "worlds.parquet"
EVENTS = "events.parquet"
LAW = "law.csv"
BARGAINING = "bargaining.csv"
NETWORK = "network.graphml"
FIGURES = "figures"
BRIEF = "report.html"
CONFIG = "config.yaml"
PROVENANCE = "provenance.json"
SCENARIOS = "scenarios"
OWN_LAW = "own_law"
ALT_SUFFIX = ".txt"
"""Of the file beside a figure that says in words what it shows."""

Drawing = Callable[[Path], AbstractContextManager[None]]
"""Has figures drawn into a folder; they are there when its context is left."""

StudyTable = pd.DataFrame | Sequence[pa.Table]
"""A table of a study: one that is written as CSV, or the parts of one for Parquet."""

_COMPRESSION = "zstd"


@dataclass(frozen=True)
class RunMetadata:
    """What a run records of itself.

    Attributes:
        configuration: the resolved settings, as YAML.
        provenance: version, commit, seed, draws, hashes, platform, wall time.
        scenarios: the files of the scenarios that were run, as they were composed, by
            name.
        own_law: the user's own files of law, by file name.
    """

    configuration: str
    provenance: Mapping[str, object]
    scenarios: Mapping[str, str] = field(default_factory=dict)
    own_law: Mapping[str, bytes] = field(default_factory=dict)


def write_run(
    folder: Path | ReservedFolder,
    run: RunTables,
    metadata: RunMetadata,
    *,
    draw_figures: Drawing | None = None,
    recorded_draws: int | None = None,
    summary: str | None = None,
    worlds: pa.Table | None = None,
    draw_brief: Drawing | None = None,
) -> str:
    """Write a run folder, completely or not at all.

    Args:
        folder: where; reserved, or one that does not hold anything yet.
        run: its tables.
        metadata: settings and provenance.
        draw_figures: has the figures drawn into the folder given while the files are
            written, if any are to be drawn.
        recorded_draws: draws in the time series; by default all, or as many as stay
            under 50 MB.
        summary: what the run says in sentences, in Markdown, if it is to be written.
        worlds: the drawn worlds, a row each, if they are to be written.
        draw_brief: has a brief written into the folder given, from all that is in it,
            if one is to be.

    Returns:
        Why the figures could not be drawn, and are left out; nothing if they were.

    Raises:
        OutputError: the folder holds something, or cannot be written to.
    """
    with atomic_folder(folder) as partial:
        with _drawn(draw_figures, partial / FIGURES) as faults:
            _write_tables(partial, run, recorded_draws)
            if worlds is not None:
                _write_study_table(partial / WORLDS, [worlds])
            _write_metadata(partial, metadata)
        if summary is not None:
            shown = _figures_in_markdown(partial / FIGURES)
            disk.write_text(partial / SUMMARY, summary + shown)
        if draw_brief is not None and not faults:
            faults += _faults_of(draw_brief, partial)
    return "".join(faults)


def _faults_of(draw: Drawing, folder: Path) -> list[str]:
    """Have something drawn; return why it could not be, nothing if it was."""
    try:
        with draw(folder):
            return []
    except WriteError:
        raise
    except Exception as error:
        return [in_one_line(error)]


def _figures_in_markdown(folder: Path) -> str:
    """Return a section that shows the figures of a folder with their alt text."""
    lines = []
    for words in sorted(folder.glob(f"*{ALT_SUFFIX}")):
        text = words.read_text("utf-8").strip().replace("[", "(").replace("]", ")")
        files = [
            file for file in sorted(folder.glob(f"{words.stem}.*")) if file != words
        ]
        lines += [f"![{text}]({FIGURES}/{file.name})\n" for file in files[:1]]
    return "\n".join(["", "## Figures", "", *lines]) if lines else ""


def write_study(
    folder: Path | ReservedFolder,
    tables: Mapping[str, StudyTable],
    metadata: RunMetadata,
    *,
    texts: Mapping[str, str] | None = None,
    draw_figures: Drawing | None = None,
    draw_brief: Drawing | None = None,
) -> str:
    """Write the folder of a study other than a run, completely or not at all.

    Args:
        folder: where; reserved, or one that does not hold anything yet.
        tables: by file name.
        metadata: settings and provenance.
        texts: further files by name, which may be in folders of their own.
        draw_figures: has the figures drawn into the folder given while the files are
            written, if any are to be drawn.
        draw_brief: has a brief written into the folder given, from all that is in it,
            if one is to be.

    Returns:
        Why the figures could not be drawn, and are left out; nothing if they were.

    Raises:
        OutputError: the folder holds something, or cannot be written to.
    """
    with atomic_folder(folder) as partial:
        with _drawn(draw_figures, partial / FIGURES) as faults:
            for name, text in (texts or {}).items():
                disk.make_folders((partial / name).parent)
                disk.write_text(partial / name, text)
            for name, table in tables.items():
                _write_study_table(partial / name, table)
            _write_metadata(partial, metadata)
        if draw_brief is not None and not faults:
            faults += _faults_of(draw_brief, partial)
    return "".join(faults)


def _write_study_table(path: Path, table: StudyTable) -> None:
    if isinstance(table, pd.DataFrame):
        write_csv(path, table)
    else:
        _write_parquet(path, iter(table), **_encodings(table[0].schema))


@contextmanager
def _drawn(draw: Drawing | None, folder: Path) -> Iterator[list[str]]:
    """Have figures drawn into a folder while other files are written in the context.

    Yields a list that has, once the context is left, why they could not be drawn.
    """
    faults: list[str] = []
    if draw is None:
        yield faults
        return
    disk.make_folder(folder)
    all_is_written = False
    try:
        with draw(folder):
            yield faults
            all_is_written = True
    except Exception as error:
        if not all_is_written or isinstance(error, WriteError):
            raise
        disk.remove_folder(folder)
        faults.append(in_one_line(error))


@contextmanager
def atomic_folder(folder: Path | ReservedFolder) -> Iterator[Path]:
    """Give a folder to write in; it takes its name if all goes well.

    Whatever goes wrong, nothing remains: neither a part of the folder nor the
    parents made for it.

    Args:
        folder: its name, or the folder that was reserved before.

    Raises:
        OutputError: the folder holds something already, cannot be made, or a file in it
            cannot be written.
    """
    with _as_reserved(folder) as reservation, disk.writing(reservation.path):
        disk.make_folders(reservation.partial)
        yield reservation.partial
        reservation.finish()


def _as_reserved(
    folder: Path | ReservedFolder,
) -> AbstractContextManager[ReservedFolder]:
    if isinstance(folder, ReservedFolder):
        return nullcontext(folder)
    return reserved(folder)


def _write_tables(folder: Path, run: RunTables, recorded_draws: int | None) -> None:
    """Write the tables of a run; the time series, half of the work, in a thread."""
    with ThreadPoolExecutor(1) as thread:
        timeseries = thread.submit(
            _write_timeseries, folder / TIMESERIES, run.sides, recorded_draws
        )
        _write_other_tables(folder, run)
        timeseries.result()


def _write_other_tables(folder: Path, run: RunTables) -> None:
    write_csv(folder / HEADLINE, run.headline)
    if run.split is not None:
        write_csv(folder / ATTRIBUTION, frames.attribution_frame(run.split))
        by_draw = frames.attribution_draws_table(run.split)
        _write_parquet(folder / ATTRIBUTION_DRAWS, iter([by_draw]))
    write_csv(folder / QUANTILES, run.quantiles_table)
    _write_parquet(folder / EVENTS, events_tables(run.sides))
    if run.has_law:
        write_csv(folder / LAW, run.law)
        with disk.open_file(folder / NETWORK) as file:
            write_graphml(run.network, file)
    if not run.bargaining.empty:
        write_csv(folder / BARGAINING, run.bargaining)


def _write_timeseries(
    path: Path, sides: tuple[Results, ...], recorded_draws: int | None
) -> None:
    count = frames.draws_that_fit(sides) if recorded_draws is None else recorded_draws
    tables = frames.timeseries_tables(sides, count)
    first = next(tables)
    _write_parquet(path, chain([first], tables), **_encodings(first.schema))


def _encodings(schema: pa.Schema) -> dict[str, Any]:
    """Return how the columns of a table are encoded: numbers byte by byte."""
    numbers = [field.name for field in schema if pa.types.is_floating(field.type)]
    return {
        "use_dictionary": [name for name in schema.names if name not in numbers],
        "column_encoding": dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
    }


def _write_parquet(path: Path, tables: Iterator[pa.Table], **options: Any) -> None:
    """Write tables of the same columns as one file, each as a row group.

    Statistics of a row group would spare no reader anything, and cost a third.
    """
    first = next(tables)
    with (
        disk.open_file(path) as file,
        parquet.ParquetWriter(
            file,
            first.schema,
            compression=_COMPRESSION,
            write_statistics=False,
            **options,
        ) as writer,
    ):
        for table in chain([first], tables):
            writer.write_table(table, row_group_size=max(len(table), 1))


def _write_metadata(folder: Path, metadata: RunMetadata) -> None:
    disk.write_text(folder / CONFIG, metadata.configuration)
    text = json.dumps(metadata.provenance, indent=2, ensure_ascii=False, default=str)
    disk.write_text(folder / PROVENANCE, text + "\n")
    for name, scenario in metadata.scenarios.items():
        disk.make_folders(folder / SCENARIOS)
        disk.write_text(folder / SCENARIOS / f"{name}.yaml", scenario)
    for name, law in metadata.own_law.items():
        disk.make_folders(folder / OWN_LAW)
        disk.write_bytes(folder / OWN_LAW / name, law)
