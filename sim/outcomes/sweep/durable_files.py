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

from sim.domain.errors import OutputError, os_error_reason

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
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file, partial = _opened(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {os_error_reason(error)}") from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform != "win32":  # where an open file keeps its name
                partial.replace(path)
        if sys.platform == "win32":
            partial.replace(path)
        flush_names(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"cannot write {path}: {os_error_reason(error)}") from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_durably(path: Path, content: bytes) -> None:
    """Write a file, completely or not at all.

    Raises:
        OutputError: it cannot be written.
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
        file = partial.open("xb")
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
            path.unlink()
            return True
        with path.open("rb+") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        if sys.platform == "win32":
            path.unlink()  # refused while a writer has it open
    except OSError:
        return False
    return True


def _host() -> str:
    return socket.gethostname().replace(".", "-").replace(os.sep, "-")


def flush_names(folder: Path) -> None:
    """Have a folder's list of names on the disk, where the system can."""
    if sys.platform == "win32":
        return
    names = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(names)
    finally:
        os.close(names)
