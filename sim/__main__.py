"""Command line: runs one task, or a sweep with `-m`; `--help` says which there are.

Status: 0 done · 1 a fault of the simulator, points of a sweep that failed, figures that
could not be drawn, a saved run that was not reproduced · 2 a mistake in the command, or
results that cannot be written · 130 interrupted, nothing half-written.
"""

import gc
import os
import platform
import shlex
import signal
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import partial
from pathlib import Path
from types import FrameType

from sim.domain.errors import (
    ChipWarError,
    InvariantError,
    NotDrawnError,
    NotReproducedError,
    error_line,
    os_error_reason,
)
from sim.domain.terminal_text import terminal_text
from sim.outcomes import disk
from sim.presentation.output_stream import OutputStream
from sim.settings import command_words
from sim.settings.task_list import SWEEP_FLAGS, TASKS

DONE, FAULT, MISTAKE = 0, 1, 2
INTERRUPTED = 128 + signal.SIGINT
_FAULTS = (InvariantError, NotDrawnError, NotReproducedError)
_SWEEP = set(SWEEP_FLAGS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command, and return its exit status.

    Args:
        arguments: the command; that of the command line if not given.
    """
    command = list(sys.argv[1:] if arguments is None else arguments)
    output, errors = OutputStream(sys.stdout), OutputStream(sys.stderr)
    with redirect_stdout(output), redirect_stderr(errors):
        status = _status_of(command)
        output.flush()
        if output.failure is not None and status == DONE:
            fault = _output_fault(output.failure, output.last_line)
            _print_error(f"error: {fault}")
            status = MISTAKE
    return status


def _output_fault(error: OSError, last_line: str) -> str:
    """Say why not all was printed, and where the results are."""
    reason = os_error_reason(error)
    where = f"; the results are in {last_line}" * Path(last_line).is_dir()
    return f"standard output cannot be written: {reason}{where}"


def _status_of(command: list[str]) -> int:
    """Carry out a command, report what goes wrong, and return its exit status."""
    debug = any(argument in command for argument in ("debug=true", "debug=on"))
    try:
        return run_command(command)
    except KeyboardInterrupt as interrupt:
        sweep = "what is done is kept: the same command goes on from there"
        kept = sweep if _SWEEP.intersection(command) else "nothing was written"
        _print_error(str(interrupt) or f"interrupted; {kept}")
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise
        message, status = _described(error, command)
        _print_error(f"error: {message}")
        return status


def _described(error: Exception, command: Sequence[str]) -> tuple[str, int]:
    """Return what to say of an error, and the status that a command ends with."""
    match error:
        case ChipWarError():
            return str(error), FAULT if isinstance(error, _FAULTS) else MISTAKE
        case MemoryError():
            return "memory ran out; ask for fewer draws, or record less", MISTAKE
        case OSError():
            return _disk_error(error), MISTAKE
    return _bug_report(command, error), FAULT


def program() -> None:
    """Run the command line as a program, and exit with its status."""
    # Figures go into files: what the caller's own backend is, or whether it exists, is
    # of no concern.
    os.environ["MPLBACKEND"] = "agg"
    # Pydantic would look through all that is installed for plugins, of which it needs
    # none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Nothing that is imported or read is garbage; tasks that make some look for it.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        # Whoever started it with `nohup` has it ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _exit_on_signal)
    status = main()
    # Nobody need look for garbage in what ends with the process.
    gc.freeze()
    sys.exit(status)


def run_command(arguments: Sequence[str]) -> int:
    """Import what a command needs, no more, and carry it out; return the status."""
    words = command_words.read_words(arguments)
    if words.asks_for == command_words.SWEEP:
        return _run_sweep(arguments)
    text = "\n".join(_answer(words, whole_page=bool(arguments)))
    print(terminal_text(text, sys.stdout), flush=True)
    return DONE


def _answer(words: command_words.CommandWords, *, whole_page: bool) -> Iterable[str]:
    """Return what a command that is not a sweep prints in the end."""
    match words.asks_for:
        case command_words.COMPLETION:
            from sim.settings.completion import completion_lines

            return completion_lines(words.option)
        case command_words.VERSION:
            from sim.experiments.provenance import project_version

            return [project_version()]
        case command_words.ONE_RUN if whole_page:
            from sim.experiments.processors import default_workers
            from sim.settings.compose import read_command

            command = read_command(words.overrides, default_workers())
            task = TASKS[command.settings.task]
            carry_out = task.load()
            if task.runs_worlds:
                _look_for_garbage()
            return carry_out(command)
        case command_words.CONFIG:
            from sim.settings.compose import read_command

            command_words.check_config(words.option)
            return [read_command(words.overrides).resolved().rstrip()]
    from sim.tasks.guide import guide, opening_page

    return [guide() if whole_page else opening_page()]


def _run_sweep(arguments: Sequence[str]) -> int:
    """Carry out a sweep; points that failed are a fault."""
    # Workers import this module by its name, not as the one that was started.
    from sim.__main__ import run_command
    from sim.settings.multirun import SweepTask, multirun, simulator_overrides
    from sim.settings.sweep_command import read_sweep
    from sim.tasks.sweep.block_job import run_block
    from sim.tasks.sweep.sweep_run import SweepOutcome, run_sweep

    _look_for_garbage()
    command = read_sweep(simulator_overrides(arguments))
    task = SweepTask(run_block, run_command, partial(run_sweep, command))
    outcome = multirun(arguments, task)
    # Another sweeper than ours returns something else, and raises what goes wrong.
    if not isinstance(outcome, SweepOutcome):
        return DONE
    if outcome.not_drawn:
        raise NotDrawnError(outcome.not_drawn, outcome.folder)
    return FAULT if outcome.errors else DONE


def _look_for_garbage() -> None:
    """Have garbage looked for from now on, if the program has put that off till now.

    What is loaded by now is none.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _print_error(message: str) -> None:
    """Print what went wrong in one line of a readable length."""
    print(terminal_text(error_line(message), sys.stderr), file=sys.stderr)


def _disk_error(error: OSError) -> str:
    """Say what is wrong with a file or a folder that nobody checked beforehand."""
    reason = (error.strerror or type(error).__name__).lower()
    if error.filename is None and isinstance(error, FileNotFoundError):
        return "the folder in which this command is given does not exist any more"
    return f"{error.filename or 'a file'}: {reason}"


def _bug_report(command: Sequence[str], error: Exception) -> str:
    """Write a file to be sent with the report of a bug, and say where it is."""
    what = f"this is a bug in the simulator ({type(error).__name__}: {error})"
    text = "".join(
        [
            f"command: {shlex.join(['python', '-m', 'sim', *command])}\n",
            f"python: {sys.version}\nplatform: {platform.platform()}\n\n",
            *traceback.format_exception(error),
        ]
    )
    path = None
    try:
        path = disk.temporary_file("chipwar-bug-", ".txt")
        disk.write_text(path, text)
    except OSError:
        if path is not None:
            disk.remove_file(path)
        return f"{what}; debug=true shows where it arose"
    return f"{what}; please send {path}, which says where it arose"


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    """End by way of every `finally`, so that nothing is left half-written."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    program()
