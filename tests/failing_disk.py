"""A disk that is full, as far as this program sees it: any change to it may fail."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

NEED_NO_ROOM = ("unlink", "rmtree", "rmdir")


class FailingDisk:
    """Stands in for `sim.outcomes.disk.carry_out`: counts changes, and fails some.

    Attributes:
        count: changes that need room, so far.
        first: number of the first that fails; None of a disk with room.
        last: number of the last that fails; None if all after the first do.
        below: the folder on the disk that is full; None if all disks are.
    """

    def __init__(
        self,
        first: int | None = None,
        last: int | None = None,
        below: Path | None = None,
    ) -> None:
        self.count = 0
        self.first, self.last, self.below = first, last, below

    def __call__(self, change: Callable[..., Any], *arguments: Any) -> Any:
        if change.__name__ not in NEED_NO_ROOM:
            self.count += 1
            if self._fails() and self._is_below(change, arguments):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if change is os.fsync:
            return None  # no power cut is tried here, and it takes long
        return change(*arguments)

    def _fails(self) -> bool:
        if self.first is None or self.count < self.first:
            return False
        return self.last is None or self.count <= self.last

    def _is_below(self, change: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
        if self.below is None:
            return True
        file = getattr(change, "__self__", None)
        place = file.name if hasattr(file, "name") else arguments[0]
        if isinstance(place, int):
            place = os.readlink(f"/proc/self/fd/{place}")
        return isinstance(place, str | Path) and Path(place).is_relative_to(self.below)


def content_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by path; folders are empty."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.is_file()
        else b""
        for path in sorted(folder.rglob("*"))
    }
