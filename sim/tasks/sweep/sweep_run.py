"""Running a sweep: plan, run what is not stored yet, write the results, report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from sim.domain.errors import Interrupted, OutputError
from sim.experiments.provenance import RunStart
from sim.outcomes import disk
from sim.outcomes.disk import WriteError
from sim.outcomes.manifest import MANIFEST
from sim.outcomes.sweep import files
from sim.outcomes.sweep.durable_files import remove_partial_files
from sim.outcomes.sweep.point_status import write_manifest
from sim.presentation.terminal_tables import console, print_rows
from sim.settings.multirun import LaunchBlocks
from sim.settings.sweep_command import SweepCommand
from sim.tasks.sweep.block_job import JOBS, BlockJob, block_shares_done
from sim.tasks.sweep.cost_estimate import estimate
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.sweep_output import print_plan, print_results, write_sweep_folder
from sim.tasks.sweep.sweep_plan import SweepPlan, plan_sweep

TRIES = 3
"""How often a point is launched, in ever smaller blocks, before it is given up."""

KEPT = "what is computed is kept, and the same command goes on from there"
"""What follows when a sweep cannot be written."""

_POLL_SECONDS = 0.5
"""Seconds between two looks at how far the workers are."""

_POLLS_PER_MANIFEST = 20
"""Looks between two updates of the manifest."""


@dataclass(frozen=True, eq=False)
class SweepOutcome:
    """A sweep that has been run, as far as it can be.

    Attributes:
        folder: the folder of the results; None after a dry run.
        errors: why points failed, by number.
        not_drawn: why the figures could not be drawn; nothing if they were.
    """

    folder: Path | None
    errors: Mapping[int, str]
    not_drawn: str = ""


def run_sweep(command: SweepCommand, launch: LaunchBlocks) -> SweepOutcome:
    """Run a sweep, write its folder, and print what changed and what failed.

    Points that are in the store are not run again: after an interruption the same
    command goes on where it stopped.

    Args:
        command: what was asked.
        launch: runs blocks, here or on other machines.

    Raises:
        ChipWarError: nothing can be run, or the results cannot be written.
        Interrupted: says how much is kept.
    """
    started = RunStart()
    sweep = plan_sweep(command)
    blocks = sweep.blocks_to_run()
    if command.options.dry_run:
        print_rows([estimate(sweep, blocks).in_words], console())
        return SweepOutcome(None, sweep.refused)
    print_rows(sweep.store.warnings, console(sys.stderr))
    quiet = sweep.settings.quiet
    if not quiet:
        print_plan(sweep, blocks)
    try:
        sweep = sweep.without(_run_blocks(sweep, blocks, launch))
        errors, not_drawn = write_sweep_folder(sweep, started)
    except WriteError as error:
        raise OutputError(f"{error}; {KEPT}") from error
    if not quiet:
        print_results(sweep, errors)
    print_rows([str(sweep.folder)], console())
    return SweepOutcome(sweep.folder, errors, not_drawn)


def _run_blocks(
    sweep: SweepPlan, blocks: list[Block], launch: LaunchBlocks
) -> dict[str, str]:
    """Run blocks; what lost workers leave undone again, in smaller blocks.

    Returns:
        Why points are given up, by key.

    Raises:
        OutputError: nothing at all could be run.
    """
    _remove_unfinished_files(sweep)
    complaints: Mapping[str, str] = {}
    for _ in range(TRIES):
        if not blocks:
            break
        # On a full disk it is of no use to compute, for the first time or again.
        _check_store(sweep)
        complaints = _launch(sweep, blocks, launch)
        # The worker may have run out of memory: half the width halves what it needs.
        widest = max(block.columns for block in blocks)
        blocks = sweep.blocks_to_run(max(widest // 2, 1))
    with suppress(OSError):  # the next sweep removes the rest
        disk.remove_folder(sweep.folder / JOBS)
    if not blocks:
        return {}
    reason = next(iter(complaints.values()), "its worker left nothing behind")
    if not sweep.has_results:
        raise OutputError(f"no point could be run: {reason}")
    return {
        key: f"given up after {TRIES} tries: {reason}"
        for block in blocks
        for key in block.keys
    }


def _remove_unfinished_files(sweep: SweepPlan) -> None:
    """Remove what a sweep that was killed left unfinished."""
    sweep.store.remove_partial_files()
    remove_partial_files(sweep.folder)
    with suppress(OSError):  # it may be in use by the same sweep, started twice
        disk.remove_folder(sweep.folder / files.NEW_FIGURES)


def _check_store(sweep: SweepPlan) -> None:
    with disk.writing(sweep.store.folder):
        disk.check_writable(sweep.store.folder)


def _launch(
    sweep: SweepPlan, blocks: Sequence[Block], launch: LaunchBlocks
) -> Mapping[str, str]:
    """Launch blocks, and update the manifest while they run."""
    _write_jobs(sweep, blocks)
    sizes = {block.id: len(block.keys) for block in blocks}

    def update_manifest() -> None:
        path = sweep.folder / MANIFEST
        write_manifest(path, sweep.store, sweep.points, sweep.draws, sizes)

    update_manifest()
    try:
        with _progress_shown(sweep, blocks, update_manifest):
            return launch(sweep.folder, list(sizes))
    except KeyboardInterrupt as error:
        sweep.store.refresh()
        kept = len(sizes.keys() & sweep.store.blocks())
        raise Interrupted(
            f"interrupted; {kept} of {len(sizes)} blocks are kept, and the same "
            "command goes on from there"
        ) from error
    finally:
        with suppress(WriteError):  # it is for people, and written again at the end
            update_manifest()


def _write_jobs(sweep: SweepPlan, blocks: Sequence[Block]) -> None:
    values = {point.key: point.values for point in sweep.points}
    for block in blocks:
        BlockJob(
            block=block.id,
            store=str(sweep.store.folder.absolute()),
            overrides=sweep.command.fixed,
            settings=sweep.design.keys,
            points={key: values[key] for key in block.keys},
            first=block.draws.first,
            count=block.draws.count,
        ).write(sweep.folder)


@contextmanager
def _progress_shown(
    sweep: SweepPlan, blocks: Sequence[Block], update_manifest: Callable[[], None]
) -> Iterator[None]:
    """Show how far blocks are while they run, and update the manifest."""
    columns = {block.id: block.columns for block in blocks}
    done = threading.Event()

    def watch() -> None:
        polls = 0
        with _progress_bar(sweep, sum(columns.values())) as bar:
            while not done.wait(_POLL_SECONDS):
                polls += 1
                if bar is not None:
                    shares = block_shares_done(sweep.folder, list(columns))
                    now = sum(columns[block] * share for block, share in shares.items())
                    # A file that is written while it is read counts for nothing.
                    bar.update(max(now - bar.n, 0.0))
                if polls % _POLLS_PER_MANIFEST == 0:
                    with suppress(OutputError):  # what counts fails by itself
                        update_manifest()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _progress_bar(sweep: SweepPlan, total: int) -> Any:
    """Return a bar on the error stream, or none if it is not a terminal."""
    if sweep.settings.quiet or not sys.stderr.isatty():
        return nullcontext()
    return tqdm(
        total=total,
        file=sys.stderr,
        leave=False,
        bar_format="{l_bar}{bar}| {n:,.0f} of {total:,} worlds, {remaining} left",
    )
