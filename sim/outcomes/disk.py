"""The disk: all that is written, renamed or removed there goes through this module."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp, mkstemp
from typing import Any, BinaryIO, TypeVar

from sim.domain.errors import OutputError, os_error_reason

Returned = TypeVar("Returned")

_BUFFER = 1 << 18
"""Bytes that are written at once, of a file that is written in small pieces."""


class WriteError(OutputError):
    """A file or a folder cannot be written.

    Attributes:
        path: which.
        reason: why, as the operating system says.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure within the context into one line that names a file or a folder.

    Raises:
        WriteError: the system failed, or something below the path cannot be written.
    """
    try:
        yield
    except WriteError as error:
        raise WriteError(path, error.reason) from error
    except OSError as error:
        raise WriteError(path, os_error_reason(error)) from error


def carry_out(change: Callable[..., Returned], *arguments: Any) -> Returned:
    """Make one change to the disk.

    Every change of every function here is made by this one, so that a test can have
    any of them fail.

    Raises:
        OSError: it cannot be made.
    """
    return change(*arguments)


class _File(io.FileIO):
    """A file of which each write is a change to the disk."""

    def write(self, data: Any, /) -> int:
        return carry_out(super().write, data)


def open_file(path: Path, mode: str = "w") -> BinaryIO:
    """Return a file to write bytes in.

    Args:
        path: where.
        mode: "w" replaces what is there, "x" refuses it, "r+" keeps it.

    Raises:
        OSError: it cannot be made; and so may be raised by what is done with it.
    """
    return io.BufferedWriter(carry_out(_File, path, mode), _BUFFER)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, in place of what is there.

    Raises:
        OSError: it cannot be written.
    """
    with open_file(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, in place of what is there.

    Half a character, as in a file name that is no UTF-8, is written as its code.

    Raises:
        OSError: it cannot be written.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder that is not there yet, in one that is.

    Args:
        path: the folder.
        mode: its permissions, as far as those of new files allow.

    Raises:
        OSError: it cannot be made.
    """
    carry_out(os.mkdir, path, mode)


def make_folders(path: Path) -> None:
    """Make a folder and those above it, as far as they are not there yet.

    Raises:
        OSError: one cannot be made.
    """
    if path.is_dir():
        return
    try:
        make_folder(path)
    except FileNotFoundError:
        if path.parent == path:
            raise
        make_folders(path.parent)
        make_folders(path)
    except OSError:
        if not path.is_dir():
            raise


def temporary_file(prefix: str, suffix: str) -> Path:
    """Return a new file among the temporary ones, which this user alone may read.

    Raises:
        OSError: it cannot be made.
    """
    descriptor, name = carry_out(mkstemp, suffix, prefix)
    os.close(descriptor)
    return Path(name)


def temporary_folder(prefix: str) -> Path:
    """Return a new folder among the temporary ones, which this user alone may read.

    Raises:
        OSError: it cannot be made.
    """
    return Path(carry_out(mkdtemp, None, prefix))


def rename(old: Path, new: Path) -> None:
    """Give a file or a folder another name; a file of that name is replaced.

    Raises:
        OSError: it cannot be done.
    """
    carry_out(os.replace, old, new)


def remove_file(path: Path) -> None:
    """Remove a file, if it is there.

    Raises:
        OSError: it cannot be removed.
    """
    with suppress(FileNotFoundError):
        carry_out(os.unlink, path)


def remove_folder(path: Path) -> None:
    """Remove a folder and all that is in it, if it is there.

    Raises:
        OSError: something of it could not be removed; the rest was.
    """
    carry_out(shutil.rmtree, path, True)
    if os.path.lexists(path):
        raise OSError(errno.EACCES, "it cannot be removed", str(path))


def remove_empty_folder(path: Path) -> None:
    """Remove a folder that holds nothing.

    Raises:
        OSError: it holds something, or cannot be removed.
    """
    carry_out(os.rmdir, path)


def flush(file: BinaryIO) -> None:
    """Have the content of a file on the disk, not only on its way there.

    Raises:
        OSError: it cannot be written.
    """
    file.flush()
    carry_out(os.fsync, file.fileno())


def flush_names(folder: Path) -> None:
    """Have a folder's list of names on the disk, where the system can.

    Raises:
        OSError: it cannot be written.
    """
    if sys.platform == "win32":
        return
    names = os.open(folder, os.O_RDONLY)
    try:
        carry_out(os.fsync, names)
    finally:
        os.close(names)


def check_writable(folder: Path) -> None:
    """Check that something could be written into a folder, or where it would be made.

    Nothing remains of the attempt, even if it is killed, where the system can make
    files without a name.

    Raises:
        OSError: nothing could be.
    """
    carry_out(_try_to_write, _nearest_existing(folder))


def _try_to_write(folder: Path) -> None:
    with TemporaryFile(prefix=".chipwar-", dir=folder) as file:
        file.write(b"?")


def _nearest_existing(folder: Path) -> Path:
    """Return a folder, or the nearest above it that is there, whatever it may be."""
    for place in (folder, *folder.absolute().parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            place.lstat()
            return place
    return folder
