"""What becomes of an input: it is used, refused in one line, or shows a fault."""

import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import sim.__main__ as command_line

SLOWEST = 2.0
"""Seconds of a processor within which an input is refused, or ready to run."""

SLOWEST_RUN = 20.0
"""The same of a run of two months."""

SIM = Path(__file__).parents[2] / "sim"


class Verdict(StrEnum):
    """What became of an input."""

    RAN = "ran"
    REFUSED = "refused"
    TRACEBACK = "traceback"
    SILENT = "silent"
    HANG = "hang"
    UNCLEAR = "unclear refusal"
    OVERSTRICT = "refused though good"


FINE = (Verdict.RAN, Verdict.REFUSED)


class Truth(StrEnum):
    """What is known of an input because of how it was made."""

    GOOD = "good"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True)
class Expected:
    """What must become of an input.

    Attributes:
        truth: whether it is good or wrong; an open one may be used or refused.
        fault: what is wrong with it, in a few words; the same for inputs of a kind.
        names: a refusal must hold one of these.
    """

    truth: Truth = Truth.OPEN
    fault: str = ""
    names: tuple[str, ...] = ()


OPEN = Expected()
"""It may be used or refused."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input, and what was said of it.

    Attributes:
        verdict: what became of it.
        message: the refusal, or the traceback.
        place: what tells failures apart: the place in the code, or the fault.
        seconds: of a processor.
    """

    verdict: Verdict
    message: str = ""
    place: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def failed(self) -> bool:
        """Whether it shows a fault of the simulator (or of the fuzzer)."""
        return self.verdict not in FINE


class Hang(BaseException):
    """An input takes longer than any may."""


class WrongResultError(Exception):
    """An input was used, and what came of it is surely wrong."""


def judged(
    use: Callable[[], object], expected: Expected, slowest: float = SLOWEST
) -> Outcome:
    """Use an input as a command does, and say what became of it.

    Args:
        use: reads or runs it; raises `WrongResultError` if what comes of it is wrong.
        expected: what must become of it.
        slowest: seconds of a processor that it may take.
    """
    begun = time.process_time()
    try:
        with _limited(slowest):
            status, said, error = _as_a_command(use)
        outcome = _outcome(status, said, error, expected)
    except Hang as error:
        outcome = Outcome(Verdict.HANG, "", _place(error))
    return replace(outcome, seconds=time.process_time() - begun)


def _as_a_command(use: Callable[[], object]) -> tuple[int, str, Exception | None]:
    """Return the status and the words with which a command ends, and what it met."""
    met: list[Exception] = []

    def run_command(_: Sequence[str]) -> int:
        try:
            use()
        except Exception as error:
            met.append(error)
            raise
        return command_line.DONE

    with (
        patch.object(command_line, "run_command", run_command),
        # Reports of bugs are written where the input is tried.
        patch.object(tempfile, "tempdir", str(Path.cwd())),
        redirect_stderr(StringIO()) as said,
        redirect_stdout(StringIO()),
    ):
        status = command_line.main(())
    return status, said.getvalue(), met[0] if met else None


def _outcome(
    status: int, said: str, error: Exception | None, expected: Expected
) -> Outcome:
    if error is None:
        silent = expected.truth is Truth.WRONG
        return Outcome(Verdict.SILENT if silent else Verdict.RAN, "", expected.fault)
    if isinstance(error, WrongResultError):
        return Outcome(Verdict.SILENT, str(error), f"{expected.fault}: {error}")
    if status != command_line.MISTAKE:
        text = "".join(traceback.format_exception(error))
        place = f"{type(error).__name__} in {_place(error)}"
        return Outcome(Verdict.TRACEBACK, text, place)
    if fault := _form_fault(said, expected):
        return Outcome(Verdict.UNCLEAR, said, f"{fault}: {expected.fault}")
    if expected.truth is Truth.GOOD:
        return Outcome(Verdict.OVERSTRICT, said, _place(error))
    return Outcome(Verdict.REFUSED, said)


def _form_fault(said: str, expected: Expected) -> str:
    """Return what is wrong with a refusal, nothing if it is as all should be."""
    line = said.removesuffix("\n")
    if not line.removeprefix("error:").strip():
        return "says nothing"
    if not line.isprintable():
        return "holds line breaks or control characters"
    if expected.names and not any(name in line for name in expected.names):
        return "does not name the fault"
    return ""


def _place(error: BaseException) -> str:
    """Return the innermost function of the simulator in which an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(SIM)]
    if not own:
        return "the fuzzer"
    path = Path(own[-1].filename).relative_to(SIM.parent)
    return f"{path.as_posix()}, {own[-1].name}"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `Hang` after so many seconds of a processor, where the system can do so."""
    if not hasattr(signal, "SIGPROF"):  # Windows
        yield
        return

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        with suppress(Hang):
            signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
