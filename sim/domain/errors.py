"""Errors, distinguished by who can correct them."""

from collections.abc import Iterable
from difflib import get_close_matches

from sim.domain.terminal_text import printable

MOST_CHOICES = 10
"""Names that one message lists."""

_LONGEST_WORD, _LONGEST_LINE = 300, 1000
"""Signs of a word and of a line that a message has at most."""


class ChipWarError(Exception):
    """Any failure that the simulator foresees; its message is one readable line."""

    def __str__(self) -> str:
        return error_line(super().__str__())


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


class NotDrawnError(ChipWarError):
    """Figures could not be drawn, and all else is written: report a bug."""

    def __init__(self, reason: str, folder: object) -> None:
        super().__init__(reason, folder)
        self.reason, self.folder = reason, folder

    def __str__(self) -> str:
        return (
            f"the figures could not be drawn ({self.reason}); all else is in "
            f"{self.folder}, and figures=false leaves them out"
        )


class Interrupted(KeyboardInterrupt):
    """The user stopped what can be resumed: says what is kept."""


def os_error_reason(error: OSError) -> str:
    """Return the reason that the operating system gives, as the end of a line."""
    text = error.strerror or str(error) or type(error).__name__
    line = text.splitlines()[0]
    return line[:1].lower() + line[1:]


def in_one_line(error: BaseException) -> str:
    r"""Return what an error is and says, on one line.

    Example:
        >>> in_one_line(ValueError("no\nfont"))
        'ValueError: no font'
    """
    text = one_line(str(error))
    return f"{type(error).__name__}{': ' * bool(text)}{text}"


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


def choices(word: str, known: Iterable[str], listing: str = "") -> str:
    """Return a hint: the nearest right word, or else some to choose from.

    Args:
        word: what was given.
        known: what may be given.
        listing: the command or the page that lists all, if there are many.

    Example:
        >>> choices("x", ["smic", "tsmc"])
        '; choose from smic, tsmc'
    """
    names = list(known)
    is_group = any(name.startswith((f"{word}.", f"{word}_")) for name in names)
    hint = "" if is_group else nearest(word, names)
    some = f"; choose from {listed(names, word, listing)}" if names else ""
    return hint or some


def listed(known: Iterable[str], word: str = "", listing: str = "") -> str:
    """Return names in a row; if there are many, first those that begin like a word.

    Example:
        >>> listed([f"ban_{number}" for number in range(12)], "ban", "task=instruments")
        'ban_0, ban_1, ban_2, ban_3, ban_4, ban_5, ban_6, ban_7, ban_8, ban_9 and 2 \
more: task=instruments'
    """
    names = list(dict.fromkeys(known))
    more = len(names) - MOST_CHOICES
    if more <= 0:
        return ", ".join(names)
    if word:
        names.sort(key=lambda name: _distance(word.lower(), name.lower()))
    where = f": {listing}" if listing else ""
    return f"{', '.join(names[:MOST_CHOICES])} and {more} more{where}"


def _distance(word: str, name: str) -> tuple[bool, bool, bool]:
    """Return how unlike a name is to a word; names equally unlike keep their order.

    One that begins with the word is nearest, then one that holds it, then one of the
    same group: `frontier.lag` is of the group `frontier.`.
    """
    group = word.partition(".")[0] + "."
    return not name.startswith(word), word not in name, not name.startswith(group)


def one_line(text: str) -> str:
    """Return text on one line, without characters that steer a terminal."""
    return printable(" ".join(text.split()))


def error_line(text: str) -> str:
    """Return the message of an error on one line, the middle left out if it is long.

    So it keeps the setting that it is about, and what is allowed.
    """
    words = (_without_middle(word, _LONGEST_WORD) for word in one_line(text).split(" "))
    return _without_middle(" ".join(words), _LONGEST_LINE)


def _without_middle(text: str, longest: int) -> str:
    """Return text of at most so many signs.

    Example:
        >>> _without_middle("cap=00000000000000000000: is too large", 25)
        'cap=0000000...s too large'
    """
    if len(text) <= longest:
        return text
    kept = longest - len("...")
    return f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"
