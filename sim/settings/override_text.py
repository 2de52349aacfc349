"""Spelling: Python values as words of a command, so that both go through one door."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sim.domain.errors import SettingsError
from sim.domain.months import Month


def format_overrides(choices: Mapping[str, object]) -> list[str]:
    """Return settings as the words that would say the same on the command line.

    Args:
        choices: values by setting; a mapping below a setting stands for dotted keys.

    Example:
        >>> words({"draws": 20, "assumptions": {"service.skill": 0.3}})
        ['draws=20', 'assumptions.service.skill=0.3']
    """
    return [f"{key}={format_value(value)}" for key, value in _dotted(choices)]


def _dotted(choices: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in choices.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{rest}", deep) for rest, deep in _dotted(value))
        else:
            yield key, value


def format_value(value: object) -> str:
    r"""Return one value as the command line spells it.

    Raises:
        SettingsError: the value is of a kind that no setting has.

    Example:
        >>> spell(["a", "it's"])
        "['a','it\\\\'s']"
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Month | date) or hasattr(value, "__fspath__"):
        return _quoted(str(value))
    if isinstance(value, Sequence):
        return f"[{','.join(format_value(item) for item in value)}]"
    return _number(value)


def _quoted(text: str) -> str:
    """Return text in quotes: backslashes count only before a quote, or at the end."""
    body = ""
    for index, part in enumerate(text.split("'")):
        if index:
            body += "\\'"
        trailing = len(part) - len(part.rstrip("\\"))
        body += part + "\\" * trailing
    return f"'{body}'"


def _number(value: object) -> str:
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    if isinstance(plain, bool):
        return format_value(plain)
    if not isinstance(plain, int | float):
        raise SettingsError(
            f"{value!r} is of a kind that no setting has; give a number, a text, "
            "true or false, None, a list or a dict of these"
        )
    return repr(plain)
