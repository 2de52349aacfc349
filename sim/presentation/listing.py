"""Listings: what there is to choose from, searched, and written for its reader."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from sim.domain.csv_cells import csv_text
from sim.domain.errors import SettingsError, nearest
from sim.presentation.labelled_text import wrapped

if TYPE_CHECKING:
    import pandas as pd

Cell = str | float | bool | None
"""What a listing has in a column; None where it has nothing."""

_GAP = 2
"""Blanks between two columns."""

_NO_BREAK = "\N{NO-BREAK SPACE}"

_NONE = ("", "no")
"""Cells of which a block says nothing."""

_FEWEST = 30
"""Characters that sentences need, to be read beside other columns."""


@dataclass(frozen=True)
class Listing:
    """Things of one sort, a row each.

    Attributes:
        task: the task that lists them.
        columns: names of the columns; the first holds what a reader types.
        rows: the cells of each.
        prose: how many columns at the end hold sentences.
        spare: columns that a table leaves out where it would be too wide.
    """

    task: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    prose: int = 0
    spare: tuple[str, ...] = ()

    def matching(self, words: str | None) -> Listing:
        """Return the rows that have all of some words, in any column and any case.

        Raises:
            SettingsError: none has; says what is nearest.
        """
        if words is None:
            return self
        wanted = words.lower().split()
        rows = tuple(
            row
            for row in self.rows
            if all(word in self._searched(row) for word in wanted)
        )
        if not rows:
            known = {
                x for row in self.rows for x in re.findall(r"\w+", self._searched(row))
            }
            missing = [x for x in wanted if not any(x in word for word in known)]
            hint = nearest((missing or wanted)[0], known)
            raise SettingsError(
                f"match={words}: task={self.task} lists nothing that has "
                f"{' and '.join(wanted)}{hint or '; without match= it lists all'}"
            )
        return replace(self, rows=rows)

    def _searched(self, row: Sequence[Cell]) -> str:
        """Return the text of a row in which words are looked for, in small letters.

        What is true of it has the name of the column.
        """
        named = zip(self.columns, row, strict=True)
        return " ".join(x if y is True else cell_text(y) for x, y in named).lower()

    def frame(self) -> pd.DataFrame:
        """Return the same as a table of pandas."""
        import pandas as pd  # noqa: PLC0415 - the command line does without

        return pd.DataFrame(list(self.rows), columns=list(self.columns))

    def csv_lines(self) -> list[str]:
        """Return the same as comma-separated values, a heading first."""
        return csv_text([self.columns, *self.rows]).splitlines()

    def text_lines(self, width: int | None) -> list[str]:
        """Return the same for a reader: a table if it fits, or else a block a row.

        With sentences in several columns it is always a block a row. No word is cut at
        any width, least of all a name that a reader has to type.

        Args:
            width: characters in a row of text; None puts all of a row on one line,
                for programs such as grep.
        """
        whole, fewer = _Table.of(self), _Table.of(self.without(self.spare))
        if width is None:
            return whole.single_lines()
        for table in (whole, fewer) if self.prose <= 1 else ():
            if table.narrowest <= width:
                return table.lines(width)
        return whole.blocks(width)

    def without(self, columns: Collection[str]) -> Listing:
        """Return the listing without some columns."""
        kept = [i for i, name in enumerate(self.columns) if name not in columns]
        return replace(
            self,
            columns=tuple(self.columns[i] for i in kept),
            rows=tuple(tuple(row[i] for i in kept) for row in self.rows),
        )


@dataclass(frozen=True)
class _Table:
    """A listing as text.

    Attributes:
        columns: the headings.
        rows: the cells.
        sizes: characters of each column.
        aligned: how many columns are aligned; the others hold sentences.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]
    aligned: int

    @classmethod
    def of(cls, listing: Listing) -> _Table:
        """Return the cells of a listing as text."""
        rows = tuple(tuple(map(cell_text, row)) for row in listing.rows)
        columns = zip(listing.columns, *rows, strict=True)
        sizes = tuple(max(map(len, column)) for column in columns)
        aligned = len(listing.columns) - listing.prose
        return cls(listing.columns, rows, sizes, aligned)

    @property
    def before_prose(self) -> int:
        """Characters that the aligned columns take."""
        gaps = self.aligned if self.has_prose else self.aligned - 1
        return sum(self.sizes[: self.aligned]) + _GAP * gaps

    @property
    def has_prose(self) -> bool:
        """Whether any column holds sentences."""
        return self.aligned < len(self.columns)

    @property
    def narrowest(self) -> int:
        """The fewest characters in which it can be read as a table."""
        prose = max(self.sizes[self.aligned :], default=0)
        return self.before_prose + min(prose, _FEWEST)

    def single_lines(self) -> list[str]:
        """Return the table with each row on one line, however long."""
        return [self._line(row) for row in (self.columns, *self.rows)]

    def lines(self, width: int) -> list[str]:
        """Return the table with sentences wrapped in the last column."""
        wrapped_rows = (self._wrapped(row, width) for row in self.rows)
        return [self._line(self.columns), *chain.from_iterable(wrapped_rows)]

    def _wrapped(self, row: Sequence[str], width: int) -> Iterator[str]:
        prose = row[self.aligned] if self.has_prose else ""
        first, *others = wrapped(prose, width - self.before_prose) if prose else [""]
        yield self._line([*row[: self.aligned], *[first] * self.has_prose])
        for line in others:
            yield " " * self.before_prose + line

    def _line(self, cells: Sequence[str]) -> str:
        padded = [f"{x:<{size}}" for x, size in zip(cells, self.sizes, strict=True)]
        return (" " * _GAP).join(padded).rstrip()

    def blocks(self, width: int) -> list[str]:
        """Return each row as a name and, below it, what it has."""
        return [line for row in self.rows for line in self._block(row, width)]

    def _block(self, row: Sequence[str], width: int) -> Iterator[str]:
        name, *cells = zip(self.columns, row, strict=True)
        yield name[1]
        facts, prose = cells[: self.aligned - 1], cells[self.aligned - 1 :]
        texts = [", ".join(_unbroken(x, y, width) for x, y in facts if y not in _NONE)]
        texts += [f"{x}: {y}" if i else y for i, (x, y) in enumerate(prose) if y]
        for text in texts:
            for line in wrapped(text, width, indent=_GAP):
                yield line.replace(_NO_BREAK, " ")


def _unbroken(name: str, value: str, width: int) -> str:
    """Return a name with its value, to stand on one line if they have room."""
    text = f"{name} {value}"
    fits = len(text) < width - _GAP
    return text.replace(" ", _NO_BREAK) if fits else text


def cell_text(cell: Cell) -> str:
    """Return a cell as text.

    Example:
        >>> cell_text(0.25), cell_text(True), cell_text(None), cell_text(15832.0)
        ('0.25', 'yes', '', '15832')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.6g}" if isinstance(cell, float) else " ".join(cell.split())
