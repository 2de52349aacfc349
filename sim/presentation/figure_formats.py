"""The file formats in which figures are saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

PNG, SVG = "png", "svg"
FORMATS: Mapping[str, tuple[str, ...]] = {
    PNG: (PNG,),
    SVG: (SVG,),
    "both": (PNG, SVG),
}
"""File formats by the value of the setting `figure_format`."""

_formats: ContextVar[tuple[str, ...]] = ContextVar("_formats", default=(PNG,))


def formats() -> tuple[str, ...]:
    """Return the formats in which figures are saved now."""
    return _formats.get()


@contextmanager
def saved_as(figure_format: str) -> Iterator[None]:
    """Have figures saved in the formats of a setting, which is one of `FORMATS`."""
    token = _formats.set(FORMATS[figure_format])
    try:
        yield
    finally:
        _formats.reset(token)
