"""The screen that text is written for."""

from __future__ import annotations

import os
import shutil
import sys

_NARROWEST, _WIDEST = 40, 100


def screen_width() -> int:
    """Return the width of the terminal, within what is easily read."""
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def width_on_screen() -> int | None:
    """Return the width of the terminal, None if the output goes to a program."""
    on_screen = sys.stdout.isatty() or "COLUMNS" in os.environ
    return screen_width() if on_screen else None
