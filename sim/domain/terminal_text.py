"""Text as a terminal may have it: nothing that steers it, and what it can encode."""

import sys
from functools import cache
from typing import Any
from unicodedata import normalize

_ASCII_FORMS: dict[str, str | int | None] = {
    "−": "-",
    "–": "-",
    "—": "-",
    "·": "-",
    "×": "x",
    "±": "+/-",
    "≥": ">=",
    "→": "->",
    "…": "...",
    "’": "'",
}
"""What stands for signs that the project writes, where some cannot be encoded."""


def printable(text: str) -> str:
    r"""Return text without signs that steer a terminal, or hide in it.

    These are control characters (ESC, BEL, C1), those that turn the direction of
    writing or have no width, and lone surrogates. Blanks of all kinds become a plain
    one; rows stay rows.

    Example:
        >>> printable("a\x1b[31m\tb\u202e")
        'a?[31m b?'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign == "\n" else " " if sign.isspace() else "?"
        for sign in text
    )


def terminal_text(text: str, stream: Any) -> str:
    """Return text as it is written to a stream: nothing in it steers a terminal.

    If the encoding of the stream lacks any of the signs that the project writes, such
    as the minus, all of them are written in ASCII: texts do not change their form half.

    Args:
        text: what is to be written.
        stream: where to; one without an encoding takes every sign.
    """
    text = printable(text)
    encoding = getattr(stream, "encoding", None)
    if encoding is None or _encodes_all(encoding):
        return text
    return _encodable(text.translate(str.maketrans(_ASCII_FORMS)), encoding)


def for_output(text: str) -> str:
    """Return text as `print` can write it, whatever standard output encodes."""
    return terminal_text(text, sys.stdout)


@cache
def _encodes_all(encoding: str) -> bool:
    """Return whether an encoding has all signs that the project writes."""
    try:
        "".join(_ASCII_FORMS).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _encodable(text: str, encoding: str) -> str:
    """Return text with letters that an encoding lacks as the letters they are made of.

    Example:
        >>> _encodable("Zürich", "ascii"), _encodable("Zürich", "latin-1")
        ('Zurich', 'Zürich')
    """
    return "".join(_nearest_signs(sign, encoding) for sign in text)


@cache
def _nearest_signs(sign: str, encoding: str) -> str:
    for form in (sign, normalize("NFKD", sign)):
        encoded = form.encode(encoding, "ignore")
        if encoded:
            return encoded.decode(encoding)
    return "?"
