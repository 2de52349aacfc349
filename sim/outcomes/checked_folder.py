"""A folder of results, each file compared with the manifest when it is first read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from itertools import filterfalse
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from sim.domain.errors import ChipWarError, OutputError, one_line
from sim.outcomes import csv_files
from sim.outcomes.folder_writer import PROVENANCE
from sim.outcomes.manifest import (
    LOAD_ANYWAY,
    MANIFEST,
    Manifest,
    warn_of_earlier_version,
)
from sim.outcomes.reserved_folder import is_partial

Content = TypeVar("Content")
Given = ParamSpec("Given")
SomeFolder = TypeVar("SomeFolder", bound="CheckedFolder")


@dataclass(frozen=True, repr=False)
class CheckedFolder:
    """A folder of results.

    An earlier version wrote no manifest: then nothing is compared.

    Attributes:
        folder: where it is.
        check: whether files that were changed after they were written are refused.
        hint: the end of such a refusal: what may be done about it.
    """

    folder: Path
    check: bool = True
    hint: str = LOAD_ANYWAY

    @cached_property
    def manifest(self) -> Manifest | None:
        """The files that were written; None if an earlier version wrote them."""
        return Manifest.read(self.folder)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Version, commit, seed, draws, hashes, platform and wall time."""
        return self.read_file(PROVENANCE, lambda path: dict(json.loads(text_of(path))))

    def holds(self, name: str) -> bool:
        """Return whether a file is there."""
        return (self.folder / name).is_file()

    def check_whole(self) -> None:
        """Refuse a folder of which the files written last are missing.

        Raises:
            OutputError: they are, or it is being written.
        """
        if is_partial(self.folder):
            raise OutputError(
                f"{self.folder} is not whole: its run was killed, or is still being "
                "written"
            )
        if self.manifest is not None:
            return
        if self.provenance.get("manifest"):
            raise OutputError(
                f"{self.folder} is not whole ({MANIFEST}, which is written last, is "
                f"missing){self.hint}"
            )
        warn_of_earlier_version(self.folder)

    def check_none_removed(self) -> None:
        """Refuse a folder from which a file was removed after it was written.

        Raises:
            OutputError: says which.
        """
        listed = () if self.manifest is None else self.manifest.files
        for name in filterfalse(self.holds, listed):
            self.check_file(name)

    def check_file(self, name: str) -> None:
        """Refuse a file that was changed; each is looked at once.

        Raises:
            OutputError: it was changed, removed or added.
        """
        if self.check and self.manifest is not None and name not in self._checked:
            self.manifest.check(name, self.hint)
            self._checked.add(name)

    @cached_property
    def _checked(self) -> set[str]:
        return set()

    def read_file(self, name: str, reader: Callable[[Path], Content]) -> Content:
        """Return what a file holds, as a function reads it.

        Raises:
            OutputError: it is missing, was changed, or cannot be read.
        """
        path = self.folder / name
        self.check_file(name)
        if not path.is_file():
            raise OutputError(f"{path} is missing")
        with self.understanding(name):
            return reader(path)

    @contextmanager
    def understanding(self, name: str) -> Iterator[None]:
        """Refuse a file of which the content is not understood within a context.

        Of a file that is as it was written whatever fails is a fault of the simulator.

        Raises:
            OutputError: something failed, and the file may have been changed.
        """
        try:
            yield
        except ChipWarError:
            raise
        except Exception as error:
            if name in self._checked and not isinstance(error, OSError):
                raise
            path = self.folder / name
            raise OutputError(f"{path} cannot be read: {_reason(error)}") from error

    def read_csv(
        self, name: str, *, complete: Sequence[str] = (), **options: Any
    ) -> pd.DataFrame:
        """Return a table of text, read with options of pandas.

        Args:
            name: its file.
            complete: columns of which no cell may be empty.
            options: those of `pandas.read_csv`.

        Raises:
            OutputError: it cannot be read.
        """

        def read(path: Path) -> pd.DataFrame:
            frame = csv_files.read_csv(path, **options)
            csv_files.check_complete(frame, complete)
            return frame

        return self.read_file(name, read)

    def read_csv_with_texts(
        self, name: str, *, texts: list[str], days: list[str]
    ) -> pd.DataFrame:
        """Return a table with columns of days, and of texts that may be empty."""
        kinds = dict.fromkeys(texts, str)
        frame = self.read_csv(name, parse_dates=days, dtype=kinds)
        return frame.fillna(dict.fromkeys(texts, ""))

    def read_parquet(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a Parquet table, or some of its columns."""
        return self.read_file(name, lambda path: pd.read_parquet(path, columns=columns))


def derived_from(
    name: str,
) -> Callable[
    [Callable[Concatenate[SomeFolder, Given], Content]],
    Callable[Concatenate[SomeFolder, Given], Content],
]:
    """Return a decorator of methods that derive something from the content of a file.

    What fails in them is refused as `CheckedFolder.understanding` does.
    """

    def decorated(
        method: Callable[Concatenate[SomeFolder, Given], Content],
    ) -> Callable[Concatenate[SomeFolder, Given], Content]:
        @wraps(method)
        def deriving(
            self: SomeFolder, /, *args: Given.args, **options: Given.kwargs
        ) -> Content:
            with self.understanding(name):
                return method(self, *args, **options)

        return deriving

    return decorated


def _reason(error: Exception) -> str:
    """Return in one line why a file cannot be read."""
    reason = one_line(str(error)) or type(error).__name__
    return f"it has no {reason}" if isinstance(error, KeyError) else reason


def text_of(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")
