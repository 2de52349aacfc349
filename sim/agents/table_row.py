"""One actor's row of a table that many actors share."""

from typing import Any

import numpy as np


class TableRow:
    """The numbers of one actor in a table of many, by their names in the table.

    A number with a row for each actor is shown as the row of this one; what all actors
    have in common is shown as it is.
    """

    def __init__(self, table: object, row: int) -> None:
        """Show one row of the attributes of an object."""
        self._table, self._row = table, row

    def __getattr__(self, name: str) -> Any:
        """Return this actor's row of an attribute of the table.

        Raises:
            AttributeError: the table has no such attribute, or the name is private.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        amounts = getattr(self._table, name)
        has_rows = isinstance(amounts, np.ndarray) and amounts.ndim > 1
        return amounts[self._row] if has_rows else amounts
