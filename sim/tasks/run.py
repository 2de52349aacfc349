"""The task `run`: a scenario beside its baseline, and a folder of results."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from sim.domain.ensemble import Draws
from sim.domain.errors import NotDrawnError
from sim.experiments.chunks import run_pair
from sim.experiments.lag_split import split_lag
from sim.experiments.provenance import RunStart, provenance
from sim.experiments.setup import Setup
from sim.experiments.simulation import Comparison
from sim.experiments.workers import Crew
from sim.outcomes.attribution import Attribution
from sim.outcomes.bargaining_table import ANSWER_EVENTS
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.reserved_folder import ReservedFolder
from sim.outcomes.results import Results
from sim.outcomes.run_summary import MOST_DRAWS, summarise
from sim.outcomes.run_tables import RunTables
from sim.outcomes.step_causes import CAUSE_EVENTS
from sim.outcomes.worlds import worlds_table
from sim.presentation.brief.subject import EFFECTS
from sim.presentation.figure_formats import saved_as
from sim.presentation.question import print_question
from sim.presentation.summary_text import summary_page
from sim.presentation.terminal_tables import console
from sim.presentation.written_run import Run, print_answer
from sim.records.assumptions import Assumption
from sim.records.vintage import hindsight
from sim.settings.compose import Command
from sim.tasks.assumption_source import source_metadata
from sim.tasks.brief_subjects import brief_subject
from sim.tasks.output_folder import run_folder, write_or_keep
from sim.tasks.prepare import PreparedRun, prepare

_FIGURES = "sim.presentation.figures"

Tell = Callable[[str, RunTables], None]
"""Takes the answer of a run: its sentences in Markdown, and its tables."""


def run_and_print(command: Command) -> list[str]:
    """Run a scenario, print what a reader asks first, and return its folder.

    The answer is printed before files and figures are made. A quiet run prints the
    folder alone.
    """
    prepared, quiet = prepare(command), command.settings.quiet
    if not quiet:
        print_question(prepared)
    finished = run_and_write(
        prepared,
        ["python -m sim", *command.overrides],
        _say_nothing if quiet else _print_now,
    )
    return folder_line(finished.folder, finished.not_drawn)


@contextmanager
def loaded_objects_frozen() -> Iterator[None]:
    """Leave what is loaded by now out of garbage collection, which runs often."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _print_now(page: str, run: RunTables) -> None:
    print_answer(page, run, console())
    sys.stdout.flush()


def _say_nothing(_page: str, _run: RunTables) -> None:
    """Print nothing."""


def folder_line(folder: Path, not_drawn: str) -> list[str]:
    """Return the last line of what a command prints: where its results are.

    Args:
        folder: where.
        not_drawn: why their figures could not be drawn; nothing if they were.

    Raises:
        NotDrawnError: they were not; the line is printed before.
    """
    if not not_drawn:
        return [str(folder)]
    print(folder, flush=True)
    raise NotDrawnError(not_drawn, folder)


def run_and_write(
    prepared: PreparedRun, command_line: Sequence[str], tell: Tell = _say_nothing
) -> Run:
    """Run an experiment and write its folder, completely or not at all.

    Args:
        prepared: the experiment.
        command_line: how it was asked for.
        tell: is given the answer as soon as it is known, before anything is written.
    """
    started = RunStart()
    outputs = Path(prepared.command.settings.outputs)
    case = prepared.setup.scenario or prepared.setup.baseline
    with run_folder(outputs, case.name, started.moment) as folder:
        return run_into(folder, prepared, command_line, started, tell)


def run_into(
    folder: ReservedFolder,
    prepared: PreparedRun,
    command_line: Sequence[str],
    started: RunStart,
    tell: Tell = _say_nothing,
) -> Run:
    """Run an experiment and write it into a folder that was reserved for it.

    Args:
        folder: where.
        prepared: the experiment.
        command_line: how it was asked for.
        started: when it was.
        tell: is given the answer as soon as it is known, before anything is written.
    """
    settings, setup = prepared.command.settings, prepared.setup
    preloaded = [_FIGURES] if settings.figures else []
    with loaded_objects_frozen(), Crew(preloaded) as crew:
        comparison = run_pair(setup, settings.quiet, crew)
        split = (
            split_lag(setup, settings.attribution_draws, settings.quiet, crew)
            if settings.attribution
            else None
        )
        scenario, baseline = comparison.scenario, comparison.baseline
        tables = RunTables.of(scenario, baseline, split)
        summary = _summary(setup, comparison, split)
        fault = _try_to_tell(tell, summary, tables)
        if not setup.is_one_chunk:
            # So much takes longer to send than to draw.
            crew.stop()
        compared = _with_events_shown(baseline)
        shown = compared if comparison.baseline_only else _with_events_shown(scenario)
        brief = partial(_draw_brief, _of_brief(comparison), setup.records.assumptions)
        draw = partial(_draw_figures, shown, compared, split, settings.figure_format)
        write = partial(
            write_run,
            run=tables,
            metadata=run_metadata(prepared, command_line, started),
            draw_figures=partial(crew.in_background, draw)
            if settings.figures
            else None,
            recorded_draws=settings.recorded_draws,
            summary=summary,
            worlds=_worlds(setup, comparison),
            draw_brief=partial(crew.in_background, brief) if settings.figures else None,
        )
        not_drawn = write_or_keep(folder, write)
    if fault is not None:
        raise fault
    comparison = Comparison(baseline, scenario, split=split)
    return Run(folder.path, comparison=comparison, not_drawn=not_drawn)


def _try_to_tell(tell: Tell, page: str, run: RunTables) -> Exception | None:
    """Tell the answer; return what goes wrong, for results are written all the same."""
    try:
        tell(page, run)
    except Exception as fault:
        return fault
    return None


def _summary(setup: Setup, compared: Comparison, split: Attribution | None) -> str:
    """Return what a run says, in sentences."""
    draws = Draws(min(setup.draws.count, MOST_DRAWS), setup.draws.first)
    numbers = summarise(
        compared.scenario, compared.baseline, setup.assumed(draws), split
    )
    meanings = {row.name: row.meaning for row in setup.records.assumptions}
    return summary_page(numbers, meanings)


def _worlds(setup: Setup, compared: Comparison) -> pa.Table:
    """Return the drawn worlds, and what came of each."""
    assumed, units = setup.assumed(setup.draws), setup.records.assumption_units
    return worlds_table(compared.scenario, compared.baseline, assumed, units)


def _with_events_shown(results: Results) -> Results:
    """Return the results with the events that figures show, and no others."""
    kinds = ANSWER_EVENTS | CAUSE_EVENTS
    shown = tuple(event for event in results.events if event.event in kinds)
    return replace(results, events=shown)


def _draw_figures(
    scenario: Results,
    baseline: Results,
    split: Attribution | None,
    figure_format: str,
    folder: Path,
) -> None:
    """Draw the figures, here or in a worker; who draws none loads no such library."""
    from sim.presentation.figures import draw_figures  # noqa: PLC0415

    with saved_as(figure_format):
        draw_figures(folder, scenario, baseline, split)


def _of_brief(compared: Comparison) -> Comparison:
    """Return the series that a brief shows draw by draw, and no others."""
    keys = [key for key in EFFECTS if key in compared.baseline.series]
    old = compared.baseline.only(keys)
    new = old if compared.baseline_only else compared.scenario.only(keys)
    return Comparison(old, new)


def _draw_brief(
    compared: Comparison, assumptions: Sequence[Assumption], folder: Path
) -> None:
    """Write the brief of the run in a folder, here or in a worker."""
    from sim.presentation.brief.writers import HTML, brief_of, write_html  # noqa: PLC0415

    subject = brief_subject(Run(folder, check=False, comparison=compared), assumptions)
    write_html(brief_of(subject), folder / HTML)


def run_metadata(
    prepared: PreparedRun, command_line: Sequence[str], started: RunStart
) -> RunMetadata:
    """Return what the folder of an experiment records of itself."""
    return RunMetadata(
        prepared.command.resolved(),
        run_provenance(prepared, command_line, started),
        {composed.name: composed.text for composed in prepared.scenarios},
        prepared.setup.records.own_law_files,
    )


def run_provenance(
    prepared: PreparedRun, command_line: Sequence[str], started: RunStart
) -> dict[str, Any]:
    """Return where the results of an experiment come from."""
    setup = prepared.setup
    known = hindsight(setup.records)
    return provenance(
        command=command_line,
        seed=setup.seed,
        draws=setup.draws,
        data=setup.records.folder,
        law_folder=setup.records.law_folder,
        scenarios={
            composed.name: yaml.safe_dump(composed.content, sort_keys=True)
            for composed in prepared.scenarios
        },
        assumptions=source_metadata(
            prepared.command.settings.drawn_from, setup.posterior
        ),
        started=started,
        vintage=None if known is None else known.as_mapping(),
        warnings=prepared.warnings,
    )
