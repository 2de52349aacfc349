"""Where results go: checked before anything is computed, and elsewhere if it fails."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import TypeVar

from sim.domain.errors import OutputError, os_error_reason
from sim.outcomes import disk
from sim.outcomes.disk import WriteError
from sim.outcomes.reserved_folder import (
    ReservedFolder,
    remove_abandoned,
    reserved_with_number,
)

_STAMP = "%Y-%m-%dT%H-%M-%S"

Written = TypeVar("Written")


def check_writable(
    root: Path, setting: str = "outputs", below: Iterable[Path] = ()
) -> None:
    """Refuse a folder of results in which nothing could be written; leave no trace.

    Args:
        root: the folder.
        setting: what names it.
        below: folders in it that are written in, too.

    Raises:
        OutputError: one of them cannot be written to.
    """
    for place in (root, *below):
        which = "" if place == root else f"{place} "
        try:
            disk.check_writable(place)
        except OSError as error:
            reason = os_error_reason(error)
            raise OutputError(
                f"{setting}={root}: {which}cannot be written to, {reason}"
            ) from error


@contextmanager
def run_folder(
    root: Path, scenario: str, started: datetime
) -> Iterator[ReservedFolder]:
    """Reserve the folder of a run, outputs/<scenario>/<time>, before it is computed.

    What killed runs left under the same outputs is removed. Of several that start in
    the same second, each has a folder of its own.

    Raises:
        OutputError: it cannot be made.
    """
    check_writable(root, below=[root / scenario])
    remove_abandoned([root, *root.glob("*/")])
    stamp = started.astimezone().strftime(_STAMP)
    with reserved_with_number(root / scenario / stamp) as reservation:
        yield reservation


def write_or_keep(
    folder: ReservedFolder, write: Callable[[Path | ReservedFolder], Written]
) -> Written:
    """Write results into their folder; if that fails, keep them elsewhere.

    Args:
        folder: where they go.
        write: writes them into a folder, completely or not at all.

    Returns:
        What `write` returns.

    Raises:
        OutputError: they could not be written; says where they are instead.
    """
    try:
        return write(folder)
    except WriteError as error:
        kept = _keep(folder.path, write)
        raise OutputError(f"{error}{kept}") from error


def _keep(path: Path, write: Callable[[Path | ReservedFolder], object]) -> str:
    """Write results among the temporary files; return the end of a line on that."""
    temporary = Path(gettempdir())
    try:
        with disk.writing(temporary):
            temporary = disk.temporary_folder("chipwar-")
        kept = temporary / path.parent.name / path.name
        write(kept)
    except WriteError as error:
        with suppress(OSError):
            disk.remove_empty_folder(temporary)
        return f"; nor could the results be kept in {temporary}: {error.reason}"
    return f"; the results are kept in {kept}"
