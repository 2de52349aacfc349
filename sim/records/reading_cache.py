"""What was read of files, kept in the user's cache folder for the next command.

An entry is found by a digest of the bytes it was read from and of the code that read
them, so that it is never out of date. It may be deleted at any time. A folder or an
entry that cannot be used costs the time to read the files again, and no error.

Entries are pickled. So that nobody else's are read, the folder and its files must
belong to the user, and others may not write there; and an entry makes objects of the
classes of records, law and domain, and calls no function. `CHIPWAR_CACHE` names another
folder, and `off` keeps nothing.
"""

from __future__ import annotations

import os
import pickle
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import Any, TypeVar

import platformdirs
import pydantic
import yaml

Kept = TypeVar("Kept")

SETTING = "CHIPWAR_CACHE"
"""The environment variable that names the folder, or switches the cache off."""

OFF = "off"
MOST_ENTRIES = 8
"""Entries of one name that are kept; the oldest are deleted first."""

LARGEST_ENTRY = 64 * 1024 * 1024
"""Bytes of an entry that is still read."""

_SIM = Path(__file__).parents[1]
READING = ("domain", "mechanisms", "policy", "records")
"""Folders of the code that decides what is read of a file."""

MODEL = ("",)
"""The folder of all code."""

_CLASSES = ("sim.domain.", "sim.policy.", "sim.records.")
"""Beginnings of the modules whose classes an entry may hold."""

_FOREIGN_CLASSES = {"datetime.date", "pathlib.PosixPath", "pathlib.WindowsPath"}
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cached(
    name: str,
    sources: Callable[[], Iterable[bytes]],
    read: Callable[[], Kept],
    folders: tuple[str, ...] = READING,
) -> Kept:
    """Return what a function reads, or what an entry has of it.

    Args:
        name: what is read, as the entry's file is called.
        sources: returns all that it is read from; with the code that decides what it
            is. Nothing is kept if it changes while it is read.
        read: reads it. What it raises is raised, and nothing is kept then.
        folders: where the code is, within the simulator's.
    """
    folder = _folder()
    code = None if folder is None else _code_digest(folders)
    if folder is None or code is None:
        return read()
    file = folder / _file_name(name, code, sources())
    with suppress(Exception):
        entry: Kept = _unpickled(_content(file))
        return entry
    value = read()
    with suppress(Exception):
        if _file_name(name, code, sources()) == file.name:
            _keep(file, name, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    return value


def _file_name(name: str, code: bytes, sources: Iterable[bytes]) -> str:
    """Return the name of an entry, which says what it was read from."""
    digest = sha256(code)
    for source in sources:
        digest.update(sha256(source).digest())
    return f"{name}-{digest.hexdigest()}"


@cache
def _code_digest(folders: tuple[str, ...]) -> bytes | None:
    """Return a digest of the code in folders; None if its files are not at hand."""
    digest = sha256(f"{sys.version} {pydantic.VERSION} {yaml.__version__}".encode())
    files = sorted(file for name in folders for file in (_SIM / name).rglob("*.py"))
    try:
        for file in files:
            digest.update(f"{file.relative_to(_SIM).as_posix()}\n".encode())
            digest.update(sha256(file.read_bytes()).digest())
    except OSError:
        return None
    return digest.digest() if files else None


def _folder() -> Path | None:
    """Return the folder of the cache, made if need be; None if it cannot be used."""
    named = os.environ.get(SETTING, "")
    if named == OFF:
        return None
    try:
        folder = Path(named or platformdirs.user_cache_path("chipwar", False))
        if not folder.is_absolute():
            return None
        folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        return folder if stat.S_ISDIR(folder.lstat().st_mode) and _own(folder) else None
    except (OSError, RuntimeError):
        return None


def _own(folder: Path) -> bool:
    """Return whether a folder is the user's, and others may not write there.

    Windows keeps others out of a user's folders by other means.
    """
    return os.name == "nt" or _is_own(folder.lstat())


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _content(file: Path) -> bytes:
    """Return the bytes of an entry.

    Raises:
        OSError: there is none, or it is not a file of the user's own.
        ValueError: it is not whole.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(file, flags | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as opened:
        status = os.fstat(descriptor)
        is_own = os.name == "nt" or _is_own(status)
        if not (stat.S_ISREG(status.st_mode) and is_own):
            raise OSError("an entry that is not a file of one's own")
        data = opened.read(LARGEST_ENTRY)
    checksum, content = data[:32], data[32:]
    if sha256(content).digest() != checksum:
        raise ValueError("an entry that is not whole")
    return content


def _keep(file: Path, name: str, content: bytes) -> None:
    """Write an entry whole or not at all, and delete the oldest of its name."""
    descriptor, written = mkstemp(dir=file.parent, prefix=f"{name}-")
    try:
        with open(descriptor, "wb") as opened:
            opened.write(sha256(content).digest() + content)
        os.replace(written, file)
    except BaseException:
        os.unlink(written)
        raise
    entries = sorted(
        file.parent.glob(f"{name}-*"), key=lambda entry: entry.stat().st_mtime
    )
    for entry in entries[:-MOST_ENTRIES]:
        entry.unlink(missing_ok=True)


class _Unpickler(pickle.Unpickler):
    """Makes objects of a few classes, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that an entry may hold.

        Raises:
            UnpicklingError: it may not.
        """
        is_own = module.startswith(_CLASSES)
        foreign = f"{module.removesuffix('._local')}.{name}" in _FOREIGN_CLASSES
        kind = super().find_class(module, name) if is_own or foreign else None
        if not isinstance(kind, type) or kind.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is not a class of records")
        return kind


def _unpickled(content: bytes) -> Any:
    return _Unpickler(BytesIO(content)).load()
