"""Cells of CSV, in which no text is a formula for the spreadsheet that opens them.

Spreadsheets carry out a cell that begins with =, +, -, @, a tab or a carriage return:
`=HYPERLINK(...)` as the title of an act could send away what stands beside it. Such a
text gets an apostrophe in front, a number none; reading takes it away.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MARKED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(
    r"[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|nan)", re.IGNORECASE | re.ASCII
)


def cell_of_text(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula.

    Example:
        >>> cell_of_text("=1+1"), cell_of_text("-1e-3"), cell_of_text("'=1+1")
        ("'=1+1", '-1e-3', "''=1+1")
    """
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def text_of_cell(cell: str) -> str:
    """Return the text of which `cell_of_text` made a cell.

    Example:
        >>> text_of_cell("'=1+1"), text_of_cell("-1e-3"), text_of_cell("'tis")
        ('=1+1', '-1e-3', "'tis")
    """
    return cell[1:] if _MARKED_FORMULA.match(cell) else cell


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows of cells as the text of a file; None is an empty cell."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    return cell_of_text(value) if isinstance(value, str) else value
