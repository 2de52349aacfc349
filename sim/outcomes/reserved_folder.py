"""Reserved folders: a folder of results has its name before anything is computed.

It is hidden until it is whole (`.<name>.partial`), and whoever makes it holds a lock on
it: so no two processes take one name, and what a killed process left is recognised.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from sim.domain.errors import OutputError
from sim.outcomes import disk
from sim.outcomes.manifest import write_file_records
from sim.outcomes.sweep.durable_files import PARTIAL

if sys.platform != "win32":
    import fcntl

_OWNER_UNKNOWN = 7 * 24 * 3600
"""Seconds for which a partial folder is left alone if nobody can say who makes it."""

_TRIES = 100
"""How often a name is tried while other processes remove the folder above it."""


@dataclass(frozen=True)
class ReservedFolder:
    """A folder of results that is being made.

    Attributes:
        path: its name, which it has once it is whole.
        parents: the folders above it that were made for it, the nearest first.
        lock: descriptor that holds the lock on it, where the system has such locks.
    """

    path: Path
    parents: tuple[Path, ...] = ()
    lock: int | None = None

    @property
    def partial(self) -> Path:
        """Where its files are written until it is whole."""
        return _partial_of(self.path)

    def finish(self) -> None:
        """Write the manifest, have all on the disk, and give the folder its name.

        Raises:
            OSError: something cannot be written.
        """
        write_file_records(self.partial)
        _flush(self.partial)
        if self.path.is_dir():  # and empty, or the name had not been free
            disk.remove_empty_folder(self.path)
        disk.rename(self.partial, self.path)
        with suppress(OSError):  # it is whole, and could be lost by a power cut alone
            disk.flush_names(self.path.parent)

    def release(self) -> None:
        """Remove what was not finished, and give up the lock."""
        if self.partial.exists():
            with suppress(OSError):  # the next run removes the rest
                disk.remove_folder(self.partial)
            _remove_empty(self.parents)
        if self.lock is not None:
            os.close(self.lock)


def is_partial(folder: Path) -> bool:
    """Return whether a folder has the name of one that is not whole yet."""
    return folder.name.startswith(".") and PARTIAL in folder.name


@contextmanager
def reserved(folder: Path) -> Iterator[ReservedFolder]:
    """Reserve a folder; unless it is finished, nothing of it remains.

    Raises:
        OutputError: it holds something, another process makes it, or it cannot be
            written to.
    """
    remove_abandoned([folder.parent])
    reservation = _reserve(folder)
    if reservation is None:
        raise OutputError(f"{folder} already exists; choose another folder")
    with _released(reservation):
        yield reservation


@contextmanager
def reserved_with_number(folder: Path) -> Iterator[ReservedFolder]:
    """Reserve a folder, or the first free one of `<name>-2`, `<name>-3` and so on.

    Raises:
        OutputError: it cannot be written to.
    """
    names = chain([folder.name], (f"{folder.name}-{number}" for number in count(2)))
    tries = (_reserve(folder.with_name(name)) for name in names)
    with _released(next(filter(None, tries))) as reservation:
        yield reservation


def remove_abandoned(folders: list[Path]) -> None:
    """Remove the partial folders in some folders whose makers are gone.

    One whose maker is running is left alone, and so is for a week one of which nobody
    can say: on a disk without locks, or left by an earlier version.
    """
    for folder in folders:
        for partial in folder.glob(f".*{PARTIAL}*"):
            if partial.is_dir() and not partial.is_symlink():
                _remove_if_abandoned(partial)


@contextmanager
def _released(reservation: ReservedFolder) -> Iterator[ReservedFolder]:
    try:
        yield reservation
    finally:
        reservation.release()


def _partial_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}{PARTIAL}")


def _reserve(folder: Path) -> ReservedFolder | None:
    """Return a folder under a name that is free, None if it is not.

    Raises:
        WriteError: it cannot be made.
    """
    with disk.writing(folder):
        parents = tuple(parent for parent in folder.parents if not parent.exists())
        try:
            return _try_to_reserve(folder, parents)
        except OSError:
            _remove_empty(parents)
            raise


def _try_to_reserve(folder: Path, parents: tuple[Path, ...]) -> ReservedFolder | None:
    """Return a folder under a name that is free, None if it is not."""
    partial = _partial_of(folder)
    for _ in range(_TRIES):
        disk.make_folders(folder.parent)
        try:
            disk.make_folder(partial)
            lock = _locked(partial)
        except FileExistsError:
            return None
        except FileNotFoundError:
            continue  # a process that failed has just removed it, or what is above
        reservation = ReservedFolder(folder, parents, lock)
        if _is_free(folder):
            return reservation
        reservation.release()
        return None
    raise OSError(errno.ENOENT, "the folder above it is removed")


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # another process may use it by now
            disk.remove_empty_folder(folder)


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _locked(folder: Path) -> int | None:
    """Lock a folder as long as this process runs, where the system can."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    # It may have been taken for an abandoned one before it was locked, and another
    # process may have made one of the same name since.
    try:
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            return descriptor
    except FileNotFoundError:
        pass
    os.close(descriptor)
    raise FileNotFoundError


def _remove_if_abandoned(partial: Path) -> None:
    with suppress(OSError):
        if not partial.name.endswith(PARTIAL) or sys.platform == "win32":
            _remove_if_old(partial)
            return
        descriptor = os.open(partial, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            disk.remove_folder(partial)
        except BlockingIOError:
            return
        except OSError:
            _remove_if_old(partial)
        finally:
            os.close(descriptor)


def _remove_if_old(partial: Path) -> None:
    if time.time() - partial.stat().st_mtime > _OWNER_UNKNOWN:
        disk.remove_folder(partial)


def _flush(folder: Path) -> None:
    """Have every file of a folder on the disk, not only on its way there."""
    for path in (*folder.rglob("*"), folder):
        if path.is_file():
            with disk.open_file(path, "r+") as file:
                disk.flush(file)
        else:
            disk.flush_names(path)
