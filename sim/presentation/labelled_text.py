"""Labels in one column and what they stand for in the next, at any width."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import wrap

_FEWEST = 24
"""Characters that a column of text needs, to be read beside its labels."""

_GAP = 2
"""Characters between two columns."""


def labelled_rows(
    rows: Collection[tuple[str, str]], width: int, *, indent: int = 2
) -> list[str]:
    """Return labels and their texts as rows that are wrapped between words alone.

    Where there is no room for a column of labels, each begins a row of its own, with
    its text behind it if that fits, or else below. No word is cut at any width, since
    many are names that a reader has to type.

    Args:
        rows: labels and texts.
        width: characters in a row.
        indent: blanks before a label.

    Example:
        >>> labelled_rows([("scope.goods", "engineers, parts"), ("end", "none")], 24)
        ['  scope.goods', '    engineers, parts', '  end  none']
    """
    column = indent + max((len(label) for label, _ in rows), default=0) + _GAP
    beside = width - column >= _FEWEST
    return [
        line
        for label, text in rows
        for line in (
            _beside(label, text, column, width, indent)
            if beside and _longest_word(text) <= width - column
            else _below(label, text, width, indent)
        )
    ]


def wrapped(text: str, width: int, *, indent: int = 0) -> list[str]:
    """Return a text as indented rows that are wrapped between words alone."""
    return wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped_row(row: str, width: int) -> list[str]:
    """Return a row of text, wrapped between words and indented a little more.

    Example:
        >>> wrapped_row("  CHN  2024-05-24  cn_2024_05_big_fund_3", 30)
        ['  CHN  2024-05-24', '    cn_2024_05_big_fund_3']
    """
    indent = len(row) - len(row.lstrip())
    first, *others = [row[:indent] + x for x in wrapped(row[indent:], width - indent)]
    if not others:
        return [first]
    rest = row[len(first) :].strip()
    return [first, *wrapped(rest, width, indent=indent + _GAP)]


def _beside(label: str, text: str, column: int, width: int, indent: int) -> list[str]:
    first, *others = wrapped(text, width - column) or [""]
    start = f"{' ' * indent}{label:<{column - indent}}{first}".rstrip()
    return [start, *(" " * column + line for line in others)]


def _below(label: str, text: str, width: int, indent: int) -> list[str]:
    row = f"{' ' * indent}{label}{' ' * _GAP}{text}".rstrip()
    if len(row) <= width:
        return [row]
    return [" " * indent + label, *wrapped(text, width, indent=indent + _GAP)]


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)
