"""Carrying out a sweep: plan, live what is not there yet, gather, report."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from sim.domain.errors import Interrupted, OutputError
from sim.outcomes.sweep import files
from sim.outcomes.sweep.manifest import write_manifest
from sim.settings.multirun import LaunchBlocks
from sim.tasks.sweep.cost_estimate import estimate
from sim.tasks.sweep.job import FOLDER, BlockJob
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.report import print_plan, print_results
from sim.tasks.sweep.sweep_output import write_sweep_folder
from sim.tasks.sweep.sweep_plan import SweepPlan, plan_sweep
from sim.tasks.sweep.watch import show_progress

TRIES = 3
"""How often a point is launched, in ever smaller blocks, before it is given up."""


@dataclass(frozen=True, eq=False)
class SweepOutcome:
    """A sweep that is carried out, as far as it can be.

    Attributes:
        folder: the folder of the results; None if it was to be a dry run.
        errors: why points failed, by number.
    """

    folder: Path | None
    errors: Mapping[int, str]


def count_failures(words: Sequence[str], launch: LaunchBlocks) -> int:
    """Carry out a sweep, and return how many of its points failed: see `swept`."""
    return len(run_sweep(words, launch).errors)


def run_sweep(words: Sequence[str], launch: LaunchBlocks) -> SweepOutcome:
    """Carry out a sweep, write its folder, and print what came of it.

    What is there already is not lived again; whatever interrupts it, the same command
    goes on from there.

    Args:
        words: those of the command, without ``-m`` and without Hydra's own.
        launch: lets blocks be lived.

    Raises:
        ChipWarError: nothing can be run, or the results cannot be written.
        Interrupted: says what is kept.
    """
    started = datetime.now(UTC)
    sweep = plan_sweep(words)
    blocks = sweep.blocks_to_run()
    if sweep.command.sweep.dry_run:
        print(estimate(sweep, blocks).in_words)
        return SweepOutcome(None, sweep.refused)
    for complaint in sweep.store.warnings:
        print(complaint, file=sys.stderr)
    quiet = sweep.settings.quiet
    if not quiet:
        print_plan(sweep, blocks)
    sweep = sweep.without(_live(sweep, blocks, launch))
    errors = write_sweep_folder(sweep, ["python -m sim -m", *words], started)
    if not quiet:
        print_results(sweep, errors)
    print(sweep.folder, flush=True)
    return SweepOutcome(sweep.folder, errors)


def _live(
    sweep: SweepPlan, blocks: list[Block], launch: LaunchBlocks
) -> dict[str, str]:
    """Let blocks be lived, again and in smaller parts where workers are lost.

    Returns:
        Why points are given up, by key.

    Raises:
        OutputError: nothing at all could be lived.
    """
    sweep.store.remove_partial_files()
    complaints: Mapping[str, str] = {}
    for _ in range(TRIES):
        if not blocks:
            break
        complaints = _launched(sweep, blocks, launch)
        # Smaller ones, as it may have been memory that was wanting.
        blocks = sweep.blocks_to_run(
            max(max(block.columns for block in blocks) // 2, 1)
        )
    rmtree(sweep.folder / FOLDER, ignore_errors=True)
    if not blocks:
        return {}
    why = next(iter(complaints.values()), "its worker left nothing behind")
    if not sweep.has_results:
        raise OutputError(f"no point could be run: {why}")
    return {
        key: f"given up after {TRIES} tries: {why}" for b in blocks for key in b.keys
    }


def _launched(
    sweep: SweepPlan, blocks: Sequence[Block], launch: LaunchBlocks
) -> Mapping[str, str]:
    """Launch blocks, and keep the manifest while they are lived."""
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
    tell = {block.id: len(block.keys) for block in blocks}

    def note() -> None:
        path = sweep.folder / files.MANIFEST
        write_manifest(path, sweep.store, sweep.points, sweep.draws, tell)

    note()
    try:
        with show_progress(sweep, blocks, note):
            return launch(sweep.folder, list(tell))
    except KeyboardInterrupt as error:
        sweep.store.refresh()
        done = len(tell.keys() & sweep.store.blocks())
        raise Interrupted(
            f"interrupted; {done} of {len(tell)} blocks are kept, and the same command "
            "goes on from there"
        ) from error
    finally:
        note()
