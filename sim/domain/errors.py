"""Errors, distinguished by who can correct them."""

from collections.abc import Iterable
from difflib import get_close_matches


class ChipWarError(Exception):
    """Any failure that the simulator foresees."""


class RecordsError(ChipWarError):
    """A table or a file of law is wrong: edit the file."""


class ScenarioError(ChipWarError):
    """A scenario is wrong: edit the scenario or its overrides."""


class SettingsError(ChipWarError):
    """A setting is wrong: change the command."""


class OutputError(ChipWarError):
    """Results cannot be written: change where they go, or make room."""


class InvariantError(ChipWarError):
    """The model broke one of its own rules: report a bug."""


class NotReproducedError(ChipWarError):
    """Results are not those of the run that is checked: says what differs."""


class Interrupted(KeyboardInterrupt):
    """The user stopped what can be resumed: says what is kept."""


def os_error_reason(error: OSError) -> str:
    """Return the reason that the operating system gives, as the end of a line."""
    text = error.strerror or str(error) or type(error).__name__
    line = text.splitlines()[0]
    return line[:1].lower() + line[1:]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint at the nearest right word, or nothing when none is near.

    Example:
        >>> nearest("smci", ["smic", "tsmc"])
        "; did you mean 'smic'?"
    """
    by_lower_case = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower_case)
    # Swapped letters are likelier than wrong ones.
    swapped = [name for name in close if sorted(name) == sorted(word.lower())]
    best = [*swapped, *close]
    return f"; did you mean {by_lower_case[best[0]]!r}?" if best else ""
