"""The run folder: everything that a run leaves behind, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.csv as arrow_csv
from pyarrow import parquet

from sim.domain.errors import OutputError
from sim.outcomes import frames
from sim.outcomes.attribution import Attribution
from sim.outcomes.bargaining import bargaining
from sim.outcomes.headline import headline
from sim.outcomes.instrument_status import instrument_status
from sim.outcomes.network import annotated, largest_cuts, opened_lines, write_graphml
from sim.outcomes.results import Results, with_same_series

HEADLINE = "headline.csv"
TIMESERIES = "timeseries.parquet"
ATTRIBUTION = "attribution.csv"
ATTRIBUTION_DRAWS = "attribution.parquet"
QUANTILES = "quantiles.csv"
EVENTS = "events.parquet"
LAW = "law.csv"
BARGAINING = "bargaining.csv"
NETWORK = "network.graphml"
FIGURES = "figures"
CONFIG = "config.yaml"
PROVENANCE = "provenance.json"

FigureDrawer = Callable[[Path], None]
"""Draws figures into a folder."""

Drawing = Callable[[Path], AbstractContextManager[None]]
"""Has figures drawn into a folder; they are there when its context is left."""

_COMPRESSION = "zstd"


@dataclass(frozen=True)
class RunMetadata:
    """What a run says of itself.

    Attributes:
        configuration: the resolved settings, as YAML.
        provenance: version, commit, seed, draws, hashes, platform, wall time.
    """

    configuration: str
    provenance: Mapping[str, object]


def at_the_end(draw_figures: FigureDrawer) -> Drawing:
    """Return what draws figures when everything else is written."""

    @contextmanager
    def drawing(folder: Path) -> Iterator[None]:
        yield
        draw_figures(folder)

    return drawing


def write_run(
    folder: Path,
    scenario: Results,
    baseline: Results,
    metadata: RunMetadata,
    *,
    draw_figures: Drawing | None = None,
    recorded_draws: int | None = None,
    split: Attribution | None = None,
) -> None:
    """Write a run folder, whole or not at all.

    Args:
        folder: where; it must not hold anything yet.
        scenario: results of the scenario.
        baseline: results of the law compared with, for the same draws and months; the
            same object as `scenario` if the baseline was run alone.
        metadata: settings and provenance.
        draw_figures: has the figures drawn into the folder given while the files are
            written, if any are wanted.
        recorded_draws: draws in the time series; by default all, or as many as stay
            under 50 MB.
        split: the change of the lag by channel, if it was asked for.

    Raises:
        OutputError: the folder holds something, or cannot be written to.
        InvariantError: the two results do not pair.
    """
    scenario, baseline = with_same_series(scenario, baseline)
    both = (baseline,) if scenario is baseline else (baseline, scenario)
    count = frames.draws_that_fit(both) if recorded_draws is None else recorded_draws
    with atomic_folder(folder) as partial, _drawn(draw_figures, partial / FIGURES):
        _write_headline(partial / HEADLINE, scenario, baseline, split)
        if split is not None:
            _write_attribution(partial, split)
        _write_timeseries(partial / TIMESERIES, both, count)
        arrow_csv.write_csv(frames.quantiles_table(both), partial / QUANTILES)
        _write_events(partial / EVENTS, both)
        _write_law(partial, scenario, baseline)
        _write_bargaining(partial / BARGAINING, both)
        (partial / CONFIG).write_text(metadata.configuration, encoding="utf-8")
        _write_provenance(partial / PROVENANCE, metadata.provenance)


@contextmanager
def _drawn(draw_figures: Drawing | None, folder: Path) -> Iterator[None]:
    """Have figures drawn into a folder meanwhile, if any are wanted."""
    if draw_figures is None:
        yield
        return
    folder.mkdir()
    with draw_figures(folder):
        yield


def write_study(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    metadata: RunMetadata,
    *,
    texts: Mapping[str, str] | None = None,
    draw_figures: FigureDrawer | None = None,
) -> None:
    """Write the folder of a study that is no run, whole or not at all.

    Args:
        folder: where; it must not hold anything yet.
        tables: by file name.
        metadata: settings and provenance.
        texts: further files by name, which may lie in folders of their own.
        draw_figures: draws the figures into the folder given, if any are wanted.

    Raises:
        OutputError: the folder holds something, or cannot be written to.
    """
    with atomic_folder(folder) as partial:
        for name, text in (texts or {}).items():
            (partial / name).parent.mkdir(exist_ok=True)
            (partial / name).write_text(text, encoding="utf-8", newline="\n")
        for name, table in tables.items():
            table.to_csv(partial / name, index=False, lineterminator="\n")
        (partial / CONFIG).write_text(metadata.configuration, encoding="utf-8")
        _write_provenance(partial / PROVENANCE, metadata.provenance)
        if draw_figures is not None:
            (partial / FIGURES).mkdir()
            draw_figures(partial / FIGURES)


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write in; it takes the name `folder` if all goes well.

    Whatever goes wrong, nothing is left behind: neither a part of the folder nor the
    parents made for it.

    Raises:
        OutputError: the folder holds something already, cannot be made, or a file in it
            cannot be written.
    """
    if folder.exists() and not _is_empty(folder):
        raise OutputError(f"{folder} already exists; choose another folder")
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        partial.mkdir(parents=True)
        yield partial
        _flush(partial)
        _rename(partial, folder)
    except OSError as error:
        _discard(partial, made)
        raise OutputError(f"cannot write {folder}: {os_error_reason(error)}") from error
    except BaseException:
        _discard(partial, made)
        raise


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _flush(folder: Path) -> None:
    """Have every file of a folder on the disk, not only on its way there."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _rename(partial: Path, folder: Path) -> None:
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)


def _discard(partial: Path, parents: list[Path]) -> None:
    shutil.rmtree(partial, ignore_errors=True)
    for parent in parents:
        with suppress(OSError):
            parent.rmdir()


def os_error_reason(error: OSError) -> str:
    """Return what the system says went wrong, as the end of a line."""
    text = error.strerror or str(error) or type(error).__name__
    line = text.splitlines()[0]
    return line[:1].lower() + line[1:]


def _write_headline(
    path: Path, scenario: Results, baseline: Results, split: Attribution | None
) -> None:
    frame = frames.headline_frame(headline(scenario, baseline, split))
    frame.to_csv(path, index=False, lineterminator="\n")


def _write_attribution(folder: Path, split: Attribution) -> None:
    """Write what came through each channel, over all draws and draw by draw."""
    frame = frames.attribution_frame(split)
    frame.to_csv(folder / ATTRIBUTION, index=False, lineterminator="\n")
    table = frames.attribution_draws_table(split)
    parquet.write_table(table, folder / ATTRIBUTION_DRAWS, compression=_COMPRESSION)


def _write_timeseries(path: Path, both: tuple[Results, ...], count: int) -> None:
    writer: parquet.ParquetWriter | None = None
    for table in frames.timeseries_tables(both, count):
        if writer is None:
            writer = parquet.ParquetWriter(
                path,
                table.schema,
                compression=_COMPRESSION,
                use_dictionary=[name for name in table.column_names if name != "value"],
                column_encoding={"value": "BYTE_STREAM_SPLIT"},
            )
        writer.write_table(table, row_group_size=len(table))
    if writer is not None:
        writer.close()


def _write_events(path: Path, both: tuple[Results, ...]) -> None:
    tables = frames.events_tables(both)
    first = next(tables)
    with parquet.ParquetWriter(path, first.schema, compression=_COMPRESSION) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _write_law(folder: Path, scenario: Results, baseline: Results) -> None:
    """Write the law by month and the network with what the scenario cuts."""
    ours, theirs = scenario.regime, baseline.regime
    if ours is None or theirs is None or scenario.network is None:
        return
    rows = instrument_status(ours, theirs, scenario.months)
    frame = frames.law_frame(rows)
    frame.to_csv(folder / LAW, index=False, lineterminator="\n")
    network = scenario.network
    ours, theirs = scenario.law_at_horizon, baseline.law_at_horizon
    assert ours is not None
    assert theirs is not None
    month, cut = largest_cuts(network, ours, theirs, scenario.months)
    opened = opened_lines(network, ours, theirs, month)
    write_graphml(annotated(network, [*cut, *opened]), folder / NETWORK)


def _write_bargaining(path: Path, both: tuple[Results, ...]) -> None:
    """Write what governments were asked and decided, if anything was left to them."""
    rows = [row for one in both for row in bargaining(one)]
    if rows:
        frame = frames.bargaining_frame(rows)
        frame.to_csv(path, index=False, lineterminator="\n")


def _write_provenance(path: Path, provenance: Mapping[str, object]) -> None:
    text = json.dumps(provenance, indent=2, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")
