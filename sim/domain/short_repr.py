"""The short form in which a large dataclass shows itself at a prompt."""

from collections.abc import Sized
from dataclasses import Field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from sim.domain.months import Month

_LONGEST = 60
"""Length of a text beyond which it is counted."""

_PLAIN = (type(None), bool, int, float, str, date, Path, Month)


class ShortRepr:
    """Shows the plain values of a dataclass; of the others their kind and length.

    The dataclass says ``repr=False``.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __repr__(self) -> str:
        shown = (
            f"{name}={_in_short(getattr(self, name))}"
            for name in self.__dataclass_fields__
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def _in_short(value: object) -> str:
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, _plain_kinds()) and len(repr(value)) <= _LONGEST:
        return repr(value)
    size = f"{len(value):,} in " if isinstance(value, Sized) else ""
    return f"<{size}{type(value).__name__}>"


@cache
def _plain_kinds() -> tuple[type, ...]:
    from sim.domain.ensemble import Draws  # noqa: PLC0415  loads NumPy

    return (*_PLAIN, Draws)
