"""Command line: runs one task, or a sweep with `-m`; `--help` says which there are.

Status: 0 done · 1 a fault of the simulator, or points of a sweep that failed · 2 a
mistake in what was asked · 130 interrupted, nothing half-written.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from sim.domain.errors import ChipWarError, InvariantError, SettingsError

if TYPE_CHECKING:
    from sim.settings.compose import Command

DONE, FAULT, MISTAKE = 0, 1, 2
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
_HELP = {"-h", "--help", "help"}
_SWEEP = {"-m", "--multirun"}
_FOR_CALIBRATION = {"arviz", "emcee", "sklearn", "threadpoolctl"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command asks for.

    Args:
        arguments: its words; those of the command line if not given.

    Returns:
        The exit status.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = any(word in given for word in ("debug=true", "debug=on"))
    try:
        return run_command(given)
    except ChipWarError as error:
        if debug:
            raise
        _print_error(error)
        return FAULT if isinstance(error, InvariantError) else MISTAKE
    except MemoryError:
        _print_error(
            ChipWarError("memory ran out; ask for fewer draws, or record less")
        )
        return MISTAKE
    except BrokenPipeError:
        # Whoever read the output, `head` for example, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt as stopped:
        kept = "what is done is kept: the same command goes on from there"
        said = kept if _SWEEP.intersection(given) else "nothing was written"
        print(str(stopped) or f"interrupted; {said}", file=sys.stderr)
        return INTERRUPTED


def program() -> None:
    """Run the command line as a program, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _exit_on_signal)
    sys.exit(main())


def run_command(given: Sequence[str]) -> int:
    """Import what the command needs, no more, and do it; return the status."""
    if not given or _HELP.intersection(given):
        from sim.tasks.guide import guide

        print(guide(), flush=True)
    elif "--version" in given:
        from sim.experiments.provenance import project_version

        print(project_version(), flush=True)
    elif _SWEEP.intersection(given):
        return _sweep(given)
    else:
        from sim.settings.compose import read_command

        _TASKS[(command := read_command(given)).settings.task](command)
    return DONE


def _sweep(given: Sequence[str]) -> int:
    """Carry out a sweep; points that failed are a fault."""
    # Workers import this module by its name, not as the one that was started.
    from sim.__main__ import run_command
    from sim.settings.multirun import SweepTask, multirun, simulator_overrides
    from sim.settings.sweep_command import read_sweep
    from sim.tasks.sweep.block_job import run_block
    from sim.tasks.sweep.sweep_run import SweepOutcome, run_sweep

    command = read_sweep(simulator_overrides(given))
    task = SweepTask(run_block, run_command, partial(run_sweep, command))
    outcome = multirun(given, task)
    # Another sweeper than ours returns something else, and raises what goes wrong.
    failed = isinstance(outcome, SweepOutcome) and outcome.errors
    return FAULT if failed else DONE


def _run(command: "Command") -> None:
    from sim.tasks.report import run_and_report

    run_and_report(command)


def _scenarios(command: "Command") -> None:
    from sim.tasks.guide import scenario_lines

    print("\n".join(scenario_lines(command.scenario_files)), flush=True)


def _law(command: "Command") -> None:
    from sim.tasks.law import law_lines

    print("\n".join(law_lines(command)), flush=True)


def _network(command: "Command") -> None:
    from sim.tasks.network import network_lines

    print("\n".join(network_lines(command)), flush=True)


def _replay(command: "Command") -> None:
    from sim.tasks.replay import tell

    tell(command)


def _diverge(command: "Command") -> None:
    from sim.tasks.diverge import show

    show(command)


def _news(command: "Command") -> None:
    from sim.tasks.news import news_and_report

    news_and_report(command)


def _hindcast(command: "Command") -> None:
    from sim.tasks.hindcast import hindcast_and_report

    hindcast_and_report(command)


def _sensitivity(command: "Command") -> None:
    from sim.tasks.sensitivity import sensitivity_and_report

    sensitivity_and_report(command)


def _forecast(command: "Command") -> None:
    from sim.tasks.forecast import forecast_and_report

    forecast_and_report(command)


def _structure(command: "Command") -> None:
    with _extra_installed("structure"):
        from sim.tasks.structure import structure_and_report

    structure_and_report(command)


def _calibrate(command: "Command") -> None:
    with _extra_installed("calibrate"):
        from sim.tasks.calibrate import calibrate_and_report

    calibrate_and_report(command)


@contextmanager
def _extra_installed(task: str) -> Iterator[None]:
    """Refuse a task for which what it imports is not installed."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name not in _FOR_CALIBRATION:
            raise
        raise SettingsError(
            f"task={task}: {missing.name} is not installed; install the simulator's "
            "extra [calibration]"
        ) from missing


_TASKS: "dict[str, Callable[[Command], None]]" = {
    "run": _run,
    "scenarios": _scenarios,
    "law": _law,
    "network": _network,
    "replay": _replay,
    "diverge": _diverge,
    "news": _news,
    "hindcast": _hindcast,
    "forecast": _forecast,
    "structure": _structure,
    "calibrate": _calibrate,
    "sensitivity": _sensitivity,
}


def _print_error(error: ChipWarError) -> None:
    line = " ".join(str(error).split())
    print(f"error: {line}", file=sys.stderr)


def _exit_on_signal(_signal: int, _frame: FrameType | None) -> None:
    """End by way of every `finally`, so that nothing is left half-written."""
    raise SystemExit(TERMINATED)


if __name__ == "__main__":
    program()
