"""An output of a command that may end before the command does."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from io import StringIO, TextIOBase
from typing import Any, TextIO

_LONGEST = 4096
"""Characters of a line that are remembered."""


class OutputStream(TextIOBase):
    """A stream whose reader may leave and whose disk may be full: the command goes on.

    From then on nothing more is written.

    Attributes:
        failure: why not all was written; None if all was, or if the reader left, who
            had seen enough.
    """

    def __init__(self, stream: TextIO | TextIOBase | None) -> None:
        """Write to a stream; nowhere if it is None, as of a program without a terminal.

        Args:
            stream: where text goes.
        """
        self._stream: Any = StringIO() if stream is None else stream
        self._end = ""
        self._lost = False
        self.failure: OSError | None = None

    @property
    def last_line(self) -> str:
        """The last line that was to be written: where results are, if there are any."""
        return self._end.rstrip().rpartition("\n")[2]

    def write(self, text: str, /) -> int:
        """Write text, as long as that can be done."""
        self._end = (self._end + text)[-_LONGEST:]
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Have what was written where it goes, as long as that can be done."""
        if not getattr(self._stream, "closed", False):  # as when Python ends
            self._attempt(self._stream.flush)

    def _attempt(self, action: Callable[[], object]) -> None:
        if self._lost:
            return
        try:
            action()
        except OSError as error:
            self._lost = True
            self.failure = None if isinstance(error, BrokenPipeError) else error
            self._discard()

    def _discard(self) -> None:
        """Let what waits to be written go nowhere: it would fail again at the end."""
        with suppress(OSError, ValueError):  # a stream of tests has no descriptor
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def fileno(self) -> int:
        """Return the descriptor of the stream."""
        return int(self._stream.fileno())

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return bool(self._stream.isatty())

    def writable(self) -> bool:
        """Return true: this is an output."""
        return True

    @property
    def encoding(self) -> Any:  # type: ignore[override]
        """How the stream writes characters."""
        return getattr(self._stream, "encoding", None)

    @property
    def errors(self) -> Any:  # type: ignore[override]
        """What the stream does with characters that it cannot write."""
        return getattr(self._stream, "errors", None)
