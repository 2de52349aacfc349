"""The screen that text is written for."""

import shutil

_NARROWEST, _WIDEST = 40, 100


def screen_width() -> int:
    """Return the width of the terminal, within what is easily read."""
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
