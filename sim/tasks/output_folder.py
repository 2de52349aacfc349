"""Where results go: checked before anything is computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sim.domain.errors import OutputError, os_error_reason
from sim.outcomes import disk
from sim.outcomes.reserved_folder import (
    ReservedFolder,
    remove_abandoned,
    reserved_with_number,
)

_STAMP = "%Y-%m-%dT%H-%M-%S"


def check_writable(root: Path, setting: str = "outputs") -> None:
    """Refuse a folder of results in which nothing could be written; leave no trace.

    Raises:
        OutputError: it cannot be written to.
    """
    try:
        disk.check_writable(root)
    except OSError as error:
        raise OutputError(
            f"{setting}={root}: cannot be written to, {os_error_reason(error)}"
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
    remove_abandoned([root, *root.glob("*/")])
    stamp = started.astimezone().strftime(_STAMP)
    with reserved_with_number(root / scenario / stamp) as reservation:
        yield reservation
