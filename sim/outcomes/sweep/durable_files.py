"""Durable files: seen whole or not at all, whenever their writer is killed."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sim.outcomes import disk

if sys.platform != "win32":
    import fcntl

PARTIAL = ".partial"
_STRANGER_LEFT = 24 * 3600
"""Seconds for which another machine's unfinished file is left alone."""


@contextmanager
def replace_atomically(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write in; it takes the place of `path` if all goes well.

    The content is on the disk before it takes the name, and so is the name before this
    returns: a reader, or the next start after a power cut, sees the old file or the new
    one, each whole.

    Raises:
        WriteError: it cannot be written.
    """
    with disk.writing(path):
        disk.make_folders(path.parent)
        file, partial = _opened(path)
        try:
            with file:
                yield file
                disk.flush(file)
                if sys.platform != "win32":  # where an open file keeps its name
                    disk.rename(partial, path)
            if sys.platform == "win32":
                disk.rename(partial, path)
        except BaseException:
            with suppress(OSError):
                disk.remove_file(partial)
            raise
        disk.flush_names(path.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file, completely or not at all.

    Raises:
        WriteError: it cannot be written.
    """
    with replace_atomically(path) as file:
        file.write(content)


def remove_partial_files(folder: Path) -> int:
    """Remove the unfinished files of writers that were killed; return how many.

    A file that a living writer holds is left alone, and so is for a day any of another
    machine, whose writers cannot be asked.
    """
    return sum(_cleared(path) for path in folder.glob(f".*{PARTIAL}"))


def _opened(path: Path) -> tuple[BinaryIO, Path]:
    """Return a new file beside `path`, which says that it has a writer."""
    while True:
        name = f".{path.name}.{_host()}.{os.getpid()}-{secrets.token_hex(4)}{PARTIAL}"
        partial = path.with_name(name)
        file = disk.open_file(partial, "x")
        _hold(file)
        # It may have been cleared away before it was held.
        if partial.exists():
            return file, partial
        file.close()


def _hold(file: BinaryIO) -> None:
    """Lock a file as long as this process has it open, where the system can."""
    if sys.platform != "win32":
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)


def _cleared(path: Path) -> bool:
    try:
        if f".{_host()}." not in path.name:
            if time.time() - path.stat().st_mtime < _STRANGER_LEFT:
                return False
            disk.remove_file(path)
            return True
        with disk.open_file(path, "r+") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                disk.remove_file(path)
        if sys.platform == "win32":
            disk.remove_file(path)  # refused while a writer has it open
    except OSError:
        return False
    return True


def _host() -> str:
    return socket.gethostname().replace(".", "-").replace(os.sep, "-")
