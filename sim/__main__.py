"""Command line: runs one task, or a sweep with `-m`; `--help` says which there are.

Status: 0 done · 1 a fault of the simulator, points of a sweep that failed, a saved run
that was not reproduced · 2 a mistake in the command · 130 interrupted, nothing
half-written.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from types import FrameType

from sim.domain.errors import ChipWarError, InvariantError, NotReproducedError
from sim.settings.task_list import SWEEP_FLAGS, TASKS

DONE, FAULT, MISTAKE = 0, 1, 2
INTERRUPTED = 128 + signal.SIGINT
_FAULTS = (InvariantError, NotReproducedError)
_HELP = {"-h", "--help", "help"}
_SWEEP = set(SWEEP_FLAGS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command, and return its exit status.

    Args:
        arguments: the command; that of the command line if not given.
    """
    command = list(sys.argv[1:] if arguments is None else arguments)
    debug = any(argument in command for argument in ("debug=true", "debug=on"))
    try:
        return run_command(command)
    except ChipWarError as error:
        if debug:
            raise
        _print_error(error)
        return FAULT if isinstance(error, _FAULTS) else MISTAKE
    except MemoryError:
        _print_error(
            ChipWarError("memory ran out; ask for fewer draws, or record less")
        )
        return MISTAKE
    except BrokenPipeError:
        # Whoever read the output, `head` for example, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt as interrupt:
        sweep = "what is done is kept: the same command goes on from there"
        kept = sweep if _SWEEP.intersection(command) else "nothing was written"
        print(str(interrupt) or f"interrupted; {kept}", file=sys.stderr)
        return INTERRUPTED


def program() -> None:
    """Run the command line as a program, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        # Whoever started it with `nohup` has it ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _exit_on_signal)
    sys.exit(main())


def run_command(arguments: Sequence[str]) -> int:
    """Import what a command needs, no more, and carry it out; return the status."""
    if not arguments or _HELP.intersection(arguments):
        from sim.tasks.guide import guide

        lines = [guide()]
    elif "--version" in arguments:
        from sim.experiments.provenance import project_version

        lines = [project_version()]
    elif _SWEEP.intersection(arguments):
        return _run_sweep(arguments)
    else:
        from sim.experiments.workers import default_workers
        from sim.settings.compose import read_command

        command = read_command(arguments, default_workers())
        lines = [*TASKS[command.settings.task].load()(command)]
    print("\n".join(lines), flush=True)
    return DONE


def _run_sweep(arguments: Sequence[str]) -> int:
    """Carry out a sweep; points that failed are a fault."""
    # Workers import this module by its name, not as the one that was started.
    from sim.__main__ import run_command
    from sim.settings.multirun import SweepTask, multirun, simulator_overrides
    from sim.settings.sweep_command import read_sweep
    from sim.tasks.sweep.block_job import run_block
    from sim.tasks.sweep.sweep_run import SweepOutcome, run_sweep

    command = read_sweep(simulator_overrides(arguments))
    task = SweepTask(run_block, run_command, partial(run_sweep, command))
    outcome = multirun(arguments, task)
    # Another sweeper than ours returns something else, and raises what goes wrong.
    failed = isinstance(outcome, SweepOutcome) and outcome.errors
    return FAULT if failed else DONE


def _print_error(error: ChipWarError) -> None:
    """Print an error in one line."""
    print(f"error: {' '.join(str(error).split())}", file=sys.stderr)


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    """End by way of every `finally`, so that nothing is left half-written."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    program()
