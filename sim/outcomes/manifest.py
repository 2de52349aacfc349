"""The manifest: size and SHA-256 of every file of a folder of results."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.domain.errors import OutputError, os_error_reason
from sim.domain.terminal_text import printable
from sim.outcomes import disk

MANIFEST = "manifest.json"
"""Its file, which is written last: a folder without it is not whole."""

LOAD_ANYWAY = "; check=False loads it anyway"
"""What whoever loads a folder in Python may do about a file that was changed."""

_FORM = 1
"""Number of this way of writing it."""


@dataclass(frozen=True)
class FileRecord:
    """What a manifest says of one file.

    Attributes:
        bytes: its size.
        sha256: its digest, in hexadecimal digits.
    """

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileRecord:
        """Return what is to be said of a file that is there."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.stat().st_size, digest)


def file_records(folder: Path) -> dict[str, FileRecord]:
    """Return a record of every file below a folder, by path within it.

    The manifest itself and hidden files are left out.
    """
    return {
        name: FileRecord.of(path)
        for path in sorted(folder.rglob("*"))
        if (name := path.relative_to(folder).as_posix()) != MANIFEST
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def write_file_records(folder: Path) -> None:
    """Write the manifest of a folder of which all other files are written.

    Raises:
        OSError: it cannot be written.
    """
    files = {name: asdict(record) for name, record in file_records(folder).items()}
    text = json.dumps({"form": _FORM, "files": files}, indent=1) + "\n"
    disk.write_text(folder / MANIFEST, text)


def warn_of_earlier_version(folder: Path) -> None:
    """Warn whoever loads a folder that its files are compared with nothing."""
    warnings.warn(
        f"{printable(str(folder))} was written by an earlier version, which listed no "
        f"files in {MANIFEST}: changes to them since would not be noticed",
        stacklevel=5,
    )


@dataclass(frozen=True)
class Manifest:
    """What was written into a folder of results, file by file."""

    folder: Path
    files: Mapping[str, FileRecord]

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """Return the manifest of a folder; None if it has none, or it lists no files.

        Raises:
            OutputError: it cannot be read, or the files that it is to list are still
                being written.
        """
        path = folder / MANIFEST
        try:
            content = dict(json.loads(path.read_text(encoding="utf-8")))
            if "files" not in content:
                return None
            listed = content["files"] or {}
            files = {str(name): FileRecord(**entry) for name, entry in listed.items()}
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OutputError(
                f"cannot read {path}: {os_error_reason(error)}"
            ) from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise OutputError(
                f"{path} was changed after the run and cannot be read"
            ) from error
        if not files:
            raise OutputError(
                f"{folder} is not whole: its results were not all written; give the "
                "same command again"
            )
        return cls(folder, files)

    def changes(self) -> dict[str, str]:
        """Return which files are not as they were written, and what was done to them.

        Files that were added are not among them: nothing reads them.
        """
        all_changes = {name: self._change(name) for name in self.files}
        return {name: change for name, change in all_changes.items() if change}

    def check(self, name: str, hint: str = LOAD_ANYWAY) -> None:
        """Refuse a file that is not as it was written.

        A file that was never written is left to whoever reads it.

        Args:
            name: the file.
            hint: the end of the refusal: what may be done about it.

        Raises:
            OutputError: it was changed, removed or added.
        """
        change = self._change(name)
        if change:
            raise OutputError(
                f"{self.folder / name} was {change} after the run, so it cannot be "
                f"trusted{hint}"
            )

    def _change(self, name: str) -> str:
        """Return what was done to a file since it was written; nothing if nothing."""
        path = self.folder / name
        record = self.files.get(name)
        if not path.is_file():
            return "" if record is None else "removed"
        if record is None:
            return "added"
        is_same = path.stat().st_size == record.bytes and FileRecord.of(path) == record
        return "" if is_same else "changed"
