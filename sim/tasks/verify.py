"""The task `verify`: some draws of a saved run are run again and compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import is_numeric_dtype
from pyarrow import parquet
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.errors import NotReproducedError, SettingsError
from sim.experiments.chunks import run_pair
from sim.experiments.origin_difference import origin_differences
from sim.experiments.provenance import RunStart
from sim.outcomes import folder_writer as files
from sim.outcomes import frames
from sim.outcomes.event_table import events_table
from sim.outcomes.folder_difference import (
    FileDifference,
    frame_difference,
    plain_frame,
)
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation.displayed import Displayed
from sim.presentation.terminal_tables import console, plain, print_rows
from sim.settings.compose import Command
from sim.tasks.prepare import PreparedRun, prepare_comparison
from sim.tasks.run import run_provenance
from sim.tasks.saved_command import file_changes, saved_command, saved_run

_BLOCKS, _BLOCK = 4, 5
"""How many blocks of consecutive draws are run again, and how many draws each has."""

_TEXTS = ("scenario", "measure", "actor")
_ROW = [*_TEXTS, "month", "draw"]


@dataclass(frozen=True, eq=False, repr=False)
class Verification(Displayed):
    """Some draws of a saved run, run again.

    Attributes:
        folder: of the saved run.
        draws: the draws that were run again.
        recorded: how many draws the folder holds.
        origin: what was not as it was then: code, data, libraries, machine.
        changed: which files are not as they were written; then nothing is run.
        numbers: how many numbers of the time series were compared.
        events: how many rows of events were compared.
        file_differences: how these differ from what was saved.
    """

    folder: Path
    draws: tuple[int, ...] = ()
    recorded: int = 0
    origin: Sequence[str] = ()
    changed: Sequence[str] = ()
    numbers: int = 0
    events: int = 0
    file_differences: Sequence[FileDifference] = ()

    @property
    def same(self) -> bool:
        """Whether all that was compared is the same."""
        return not self.changed and not self.file_differences

    @property
    def verdict(self) -> str:
        """Whether they agree, in one line."""
        if self.changed:
            return f"{self.folder}: {'; '.join(self.changed)}; nothing was run"
        sample = f"{len(self.draws)} of {self.recorded} draws, run again,"
        if self.same:
            return (
                f"{self.folder}: {sample} agree with what was saved to the last bit "
                f"({self.numbers:,} numbers, {self.events:,} rows of events)"
            )
        what = "; ".join(f"{one.file}: {one.what}" for one in self.file_differences)
        return f"{self.folder}: {sample} do not agree with what was saved; {what}"

    def print_to(self, out: Console) -> None:
        """Print what was not as it was then, and the verdict."""
        for line in (
            *(f"not as it was then: {line}" for line in self.origin),
            self.verdict,
        ):
            out.print(plain(line), soft_wrap=True)


def verify_lines(command: Command) -> list[str]:
    """Run some draws of a saved run again, and say whether they agree.

    Raises:
        NotReproducedError: they do not.
    """
    outcome = verify_sample(command)
    if outcome.same:
        return [outcome.verdict if command.settings.quiet else str(outcome)]
    print_rows([f"not as it was then: {line}" for line in outcome.origin], console())
    raise NotReproducedError(outcome.verdict)


def verify_sample(command: Command) -> Verification:
    """Run some draws of a saved run again, and compare them with what was saved.

    Series and events are compared. A draw is the same whatever other draws are run.

    Raises:
        ChipWarError: the folder holds no whole run, or it cannot be run here.
    """
    started = RunStart()
    saved = saved_run(command)
    changed = file_changes(saved)
    if changed:
        return Verification(saved.folder, changed=changed)
    again = saved_command(saved, command)
    if again.settings.task != "run":
        raise SettingsError(
            f"folder={saved.folder}: holds no draws to verify; task=rerun runs the "
            f"whole {again.settings.task} again"
        )
    prepared = prepare_comparison(again, again.required_scenario)
    recorded = _recorded_draws(saved)
    compared = [_compare(saved, prepared, block) for block in sample_blocks(recorded)]
    now = run_provenance(prepared, command.overrides, started)
    return Verification(
        saved.folder,
        draws=tuple(number for one in compared for number in one.draws.numbers),
        recorded=recorded.count,
        origin=origin_differences(saved.provenance, now),
        numbers=sum(one.numbers for one in compared),
        events=sum(one.events for one in compared),
        file_differences=largest_by_file(chain(*(one.differences for one in compared))),
    )


def largest_by_file(differences: Iterable[FileDifference]) -> list[FileDifference]:
    """Return the largest difference of each file."""
    ordered = sorted(differences, key=lambda one: one.largest)
    return list({one.file: one for one in ordered}.values())


def sample_blocks(recorded: Draws) -> list[Draws]:
    """Return the draws that are run again: the first, the last, and some between.

    Example:
        >>> [block.first for block in sample_blocks(Draws(500))]
        [0, 165, 330, 495]
    """
    if recorded.count <= _BLOCKS * _BLOCK:
        return [recorded]
    starts = np.linspace(recorded.first, recorded.end - _BLOCK, _BLOCKS)
    return [Draws(_BLOCK, int(start)) for start in starts]


@dataclass(frozen=True)
class _Compared:
    """Consecutive draws, compared with what was saved of them."""

    draws: Draws
    numbers: int
    events: int
    differences: list[FileDifference]


def _recorded_draws(saved: RunFolder) -> Draws:
    numbers = parquet.read_table(saved.folder / files.TIMESERIES, columns=["draw"])
    numbers = np.unique(numbers["draw"].to_numpy())
    return Draws(len(numbers), int(numbers[0]))


def _compare(saved: RunFolder, prepared: PreparedRun, draws: Draws) -> _Compared:
    setup = replace(prepared.setup, draws=draws)
    comparison = run_pair(setup, prepared.command.settings.quiet)
    sides = RunTables.of(comparison.scenario, comparison.baseline).sides
    pairs = {
        files.TIMESERIES: _aligned(
            _rows_of(saved, files.TIMESERIES, draws),
            pa.concat_tables(frames.timeseries_tables(sides, draws.count)),
        ),
        files.EVENTS: [
            _in_order(plain_frame(table))
            for table in (_rows_of(saved, files.EVENTS, draws), events_table(sides))
        ],
    }
    differences = [
        FileDifference(name, *frame_difference(*pair)) for name, pair in pairs.items()
    ]
    return _Compared(
        draws,
        numbers=len(pairs[files.TIMESERIES][0]),
        events=len(pairs[files.EVENTS][0]),
        differences=[one for one in differences if one.what],
    )


def _rows_of(saved: RunFolder, name: str, draws: Draws) -> pa.Table:
    """Return the rows of a table of the saved run that are of some draws."""
    filters = [("draw", ">=", draws.first), ("draw", "<", draws.end)]
    return parquet.read_table(saved.folder / name, filters=filters)


def _aligned(saved: pa.Table, computed: pa.Table) -> list[pd.DataFrame]:
    """Return both time series with the same rows; a series that one lacks is zero."""
    series = [
        table.to_pandas().astype(dict.fromkeys(_TEXTS, str)).set_index(_ROW)["value"]
        for table in (saved, computed)
    ]
    if not series[0].index.equals(series[1].index):
        rows = series[0].index.union(series[1].index)
        series = [values.reindex(rows, fill_value=0.0) for values in series]
    return [values.reset_index() for values in series]


def _in_order(events: pd.DataFrame) -> pd.DataFrame:
    """Return rows of events in an order that does not depend on other draws."""
    columns = list(map(str, events))
    texts = [name for name in columns if not is_numeric_dtype(events[name].dtype)]
    plain = events.astype(dict.fromkeys(texts, str))
    return plain.sort_values(columns, ignore_index=True)
